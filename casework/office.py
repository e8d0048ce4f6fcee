"""The one place where the parts meet: an open office, with its store, keys, policy and clock."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from integrations.calendars import load_calendars
from integrations.clock import Clock, SystemClock
from integrations.keystore import OFFICE_SCOPE, Keystore
from integrations.office_key import OfficeKey, load_office_key, make_office_key, parse_office_key
from integrations.policy_files import load_policy
from integrations.sealing import Sealer
from integrations.settings import Settings, load_settings
from integrations.signing import SigningKey, load_signing_key, make_signing_key
from integrations.store import Store
from integrations.witness import FolderWitness
from models.errors import ConfigurationError, RuleViolation
from models.records import OfficeRecord
from models.rules.policy import Policy
from models.rules.rulebook import Rulebook

if TYPE_CHECKING:
    from casework.reconcile import Look
    from integrations.letter_templates import LetterTemplates
    from integrations.typesetting import Typesetter


class StoreKind(StrEnum):
    """What a store is for. Only a rehearsal's clock can be moved."""

    WORK = "work"
    DEMO = "demo"


@dataclass
class Office:
    """An open office. Made by `open_office`, which also closes it."""

    settings: Settings
    store: Store
    keystore: Keystore
    book: Rulebook
    clock: Clock
    kind: StoreKind
    on_look: "Callable[[Look], None] | None" = None
    """Hears of the look at a case that is made with what is recorded of it, in one transaction; without it none is made
    then, and the case is due for one."""

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self.book.policy

    @cached_property
    def sealer(self) -> Sealer:
        """Seals and opens personal values."""
        return Sealer(self.keystore)

    @cached_property
    def signing_key(self) -> SigningKey:
        """Signs checkpoints. Raises ConfigurationError where this process was not given the key."""
        return load_signing_key(self.settings.signing_key_file)

    @property
    def witness(self) -> FolderWitness:
        """The folder outside that keeps checkpoints."""
        return FolderWitness(self.settings.witness_folder, self.signing_key.public)

    @cached_property
    def templates(self) -> "LetterTemplates":
        """The letters' templates; loaded when first needed."""
        from integrations.letter_templates import LetterTemplates  # noqa: PLC0415 - most looks write no letter

        return LetterTemplates(self.settings.templates_folder)

    @cached_property
    def typesetter(self) -> "Typesetter":
        """The typesetter; loaded when first needed."""
        from integrations.typesetting import Typesetter  # noqa: PLC0415 - most looks write no letter

        return Typesetter(self.settings.templates_folder)

    def now(self) -> datetime:
        """The present moment; on a rehearsal's store the one it was moved to."""
        if self.kind is StoreKind.WORK:
            return self.clock.now()
        with self.store.reading() as session:
            moved = session.scalars(select(OfficeRecord.rehearsal_at)).one_or_none()
        return moved or self.clock.now()

    def move_clock(self, moment: datetime) -> None:
        """Move a rehearsal's clock. Raises RuleViolation `clock_is_real` on a store for real work."""
        if self.kind is not StoreKind.DEMO:
            raise RuleViolation("clock_is_real", "only a store made with `dodomu init --demo` has a moved clock")
        with self.store.writing() as session:
            session.scalars(select(OfficeRecord).with_for_update()).one().rehearsal_at = moment


def found_office(settings: Settings, kind: StoreKind = StoreKind.WORK, clock: Clock | None = None) -> list[str]:
    """Make what is missing of an office: home, keys, keystore, store. Return what was made; safe to repeat.

    Raises ConfigurationError if the home cannot be written; `office_key_missing` for a store whose key is gone.
    """
    now = (clock or SystemClock()).now()
    made = _make_folders(settings)
    made += _make_keys(settings)
    made += _make_keystore(settings, now)
    store = Store.open(settings.store_url)
    try:
        store.migrate()
        with store.writing() as session:
            if session.get(OfficeRecord, 1) is None:
                session.add(OfficeRecord(id=1, kind=kind.value, made_at=now))
                made.append("store")
    finally:
        store.close()
    return made


@contextmanager
def open_office(settings: Settings | None = None, clock: Clock | None = None) -> Iterator[Office]:
    """Open the office that `found_office` made, and close it at the end.

    Raises ConfigurationError: `store_missing`, `store_not_migrated`, `keystore_missing`, `office_key_…`,
    `policy_has_mistakes`.
    """
    settings = settings or load_settings()
    policy = load_policy(settings.policy_folder, settings.templates_folder)
    book = Rulebook(policy, load_calendars(settings.policy_folder / "calendars.yaml"))
    store = Store.open(settings.store_url)
    try:
        store.check_version()
        with store.reading() as session:
            record = session.get(OfficeRecord, 1)
        if record is None:
            raise ConfigurationError("store_missing", "make it with `dodomu init`")
        keystore = Keystore.open(settings.keystore_url, _office_key(settings))
        try:
            yield Office(settings, store, keystore, book, clock or SystemClock(), StoreKind(record.kind))
        finally:
            keystore.close()
    finally:
        store.close()


def _make_folders(settings: Settings) -> list[str]:
    """Make the home and what lies in it. A witness elsewhere is not made: it may be storage that is not mounted."""
    folders = {"home": settings.home, "witness": settings.witness_folder}
    missing = {
        name: folder for name, folder in folders.items() if folder.is_relative_to(settings.home) and not folder.is_dir()
    }
    try:
        for folder in missing.values():
            folder.mkdir(mode=0o700, parents=True)
    except OSError as error:
        raise ConfigurationError(
            "home_not_made", "check DODOMU_HOME and who may write there", cause=type(error).__name__
        ) from None
    return list(missing)


def _make_keys(settings: Settings) -> list[str]:
    """Make the keys of a new office. Beside a store none is made: a new key fits nothing that is there."""
    wanted = {"office_key": settings.office_key_file, "signing_key": settings.signing_key_file}
    if settings.office_key is not None:
        del wanted["office_key"]
    missing = [name for name, path in wanted.items() if not path.exists()]
    if not missing or not _is_founded(settings):
        makers = {"office_key": make_office_key, "signing_key": make_signing_key}
        for name in missing:
            makers[name](wanted[name])
        return missing
    if "office_key" in missing:
        raise ConfigurationError("office_key_missing", "bring it back from its safe copy; a new one would open nothing")
    # Not every machine of an office is given the key that signs.
    return []


def _is_founded(settings: Settings) -> bool:
    store = Store.open(settings.store_url)
    try:
        store.check_version()
    except ConfigurationError as error:
        return error.code != "store_missing"
    finally:
        store.close()
    return True


def _make_keystore(settings: Settings, now: datetime) -> list[str]:
    key = _office_key(settings)
    try:
        Keystore.open(settings.keystore_url, key).close()
    except ConfigurationError as error:
        if error.code != "keystore_missing":
            raise
        keystore = Keystore.make(settings.keystore_url, key)
        keystore.create_keys([OFFICE_SCOPE], now=now)
        keystore.close()
        return ["keystore"]
    return []


def _office_key(settings: Settings) -> OfficeKey:
    if settings.office_key is not None:
        return parse_office_key(settings.office_key.get_secret_value())
    return load_office_key(Path(settings.office_key_file))
