"""The keystore: one key a case, wrapped by the office key, in a database of its own.

Scopes are case ids, or `OFFICE_SCOPE` for office-wide values. A destroyed key cannot be had again.

Who may keep using a key. `get_key`, `get_keys` and `create_keys` always ask the database, and everything that
*seals* takes its key from them; only opening uses a cache, of `CACHE_KEYS` keys for `CACHE_S` seconds, which
`destroy` empties in its own process and which runs out in every other. The moment between reading a key and
committing what was sealed under it is closed by the case store: the writer raises the case row's count of
seals in the same transaction (`... where status is not erased`), the eraser marks that row before it calls
`destroy`, so one of the two waits for the other and a writer that comes late changes no row and rolls back.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Self

from sqlalchemy import (
    Connection,
    Engine,
    LargeBinary,
    Row,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError as RowExists

from integrations.bulk_rows import insert_rows
from integrations.key_wrapping import CaseKey, KeyCache, Wrapping, new_case_key
from integrations.keystore_engine import (
    CASE_KEYS,
    KEYSTORE_META,
    create_tables,
    has_tables,
    keystore_engine,
    keystore_errors,
    reserve_sqlite_file,
    scrub_deleted,
    sqlite_file,
)
from integrations.office_key import OfficeKey
from integrations.prepared import AmongIds, PreparedQuery
from models.errors import ConfigurationError, DodomuError, IntegrityError, NotFound, RuleViolation

OFFICE_SCOPE = "office"
CACHE_KEYS = 1024
CACHE_S = 60.0

_KEY_CHECK = "key_check"
_FIND_CHECK = select(KEYSTORE_META.c.value).where(KEYSTORE_META.c.name == _KEY_CHECK)
_READ_KEYS = PreparedQuery(
    select(CASE_KEYS.c.scope, CASE_KEYS.c.epoch, CASE_KEYS.c.wrapped)
    .where(AmongIds(CASE_KEYS.c.scope))
    .order_by(CASE_KEYS.c.epoch)
)
_SET_CHECK = (
    update(KEYSTORE_META)
    .where(KEYSTORE_META.c.name == _KEY_CHECK, KEYSTORE_META.c.value == bindparam("old", type_=LargeBinary))
    .values(value=bindparam("new", type_=LargeBinary))
)
_REWRAP = (
    update(CASE_KEYS)
    .where(CASE_KEYS.c.scope == bindparam("of_scope"), CASE_KEYS.c.epoch == bindparam("of_epoch"))
    .values(wrapped=bindparam("rewrapped", type_=LargeBinary))
)


class Keystore:
    """The open keystore. Made by `Keystore.make` (once, by `dodomu init`) or `Keystore.open`."""

    def __init__(self, engine: Engine, wrapping: Wrapping, check: bytes) -> None:
        self._engine = engine
        # A single statement is a transaction by itself; on SQLite it is so in any case.
        on_sqlite = engine.dialect.name == "sqlite"
        self._reading = engine if on_sqlite else engine.execution_options(isolation_level="AUTOCOMMIT")
        self._wrapping = wrapping
        self._check = check
        self._cache = KeyCache(CACHE_KEYS, CACHE_S)

    @classmethod
    def make(cls, url: str, office_key: OfficeKey, *, busy_timeout_s: float = 5.0) -> Self:
        """Make an empty keystore. Raises ConfigurationError `keystore_already_made`."""
        if (path := sqlite_file(url)) is not None:
            reserve_sqlite_file(path)
        wrapping = Wrapping(office_key)
        with _fresh_engine(url, busy_timeout_s) as engine:
            create_tables(engine)
            return cls(engine, wrapping, _write_check(engine, wrapping.wrap_check()))

    @classmethod
    def open(cls, url: str, office_key: OfficeKey, *, busy_timeout_s: float = 5.0) -> Self:
        """Open a keystore that is there.

        Raises ConfigurationError `keystore_missing` or `office_key_does_not_match`.
        """
        path = sqlite_file(url)
        if path is not None and not path.is_file():
            raise _keystore_missing()
        wrapping = Wrapping(office_key)
        with _fresh_engine(url, busy_timeout_s) as engine:
            if not has_tables(engine):
                raise _keystore_missing()
            with engine.connect() as connection:
                return cls(engine, wrapping, _matched_check(connection, wrapping))

    def close(self) -> None:
        """Let go of the database and of every cached key."""
        self._cache.clear()
        self._engine.dispose()

    def create_keys(self, scopes: Sequence[str], *, now: datetime) -> dict[str, CaseKey]:
        """Make the first key of each scope, all or none, in one transaction.

        Raises RuleViolation `key_already_made` when any scope has one.
        """
        keys = {scope: new_case_key(scope) for scope in scopes}
        if keys:
            self._insert(list(keys.values()), now)
        return keys

    def renew_key(self, scope: str, *, now: datetime) -> CaseKey:
        """Add the next epoch's key, under which everything is sealed from now on; older epochs still open."""
        key = new_case_key(scope, self.get_key(scope).epoch + 1)
        self._insert([key], now)
        return key

    def get_key(self, scope: str) -> CaseKey:
        """Return the scope's current key, read from the database. Raises NotFound `key_not_found`."""
        key = self.find_key(scope)
        if key is None:
            raise _key_not_found(scope)
        return key

    def find_key(self, scope: str) -> CaseKey | None:
        """Return the scope's current key, or None if it was never made or is destroyed."""
        return next(reversed(self._read([scope])), None)

    def get_keys(self, scopes: Iterable[str]) -> dict[str, CaseKey]:
        """Return the current key of each scope, in bulk. Raises NotFound `key_not_found` for one missing."""
        wanted = dict.fromkeys(scopes)
        found = {key.scope: key for key in self._read(wanted)}
        for scope in wanted:
            if scope not in found:
                raise _key_not_found(scope)
        return found

    def list_epochs(self, scopes: Iterable[str]) -> dict[tuple[str, int], CaseKey]:
        """List every epoch's key of the scopes, by (scope, epoch); scopes without a key are absent."""
        return {(key.scope, key.epoch): key for key in self._read(dict.fromkeys(scopes))}

    def find_key_to_open(self, scope: str, epoch: int) -> CaseKey | None:
        """Find the key that opens a value of that epoch, by way of the cache. Never seal under it.

        None if the scope has no such epoch. Raises NotFound `key_not_found` if the scope has no key at all.
        """
        cached = self._cache.find(scope, epoch)
        if cached is not None:
            return cached
        keys = self._read([scope])
        if not keys:
            raise _key_not_found(scope)
        self._cache.keep(keys)
        return next((key for key in keys if key.epoch == epoch), None)

    def read_ahead(self, scopes: Iterable[str]) -> None:
        """Read the keys of many scopes at once, for `find_key_to_open` to find; `CACHE_KEYS` at most are kept."""
        self._cache.keep(self._read(dict.fromkeys(scopes)))

    def destroy(self, *scopes: str) -> int:
        """Destroy every key of the scopes and the bytes they left in the files; return how many there were.

        Safe to repeat: after a TransientFailure `deleted_keys_not_scrubbed` the keys are deleted but their
        wrapped bytes may still stand in the WAL, and a second call finishes the work.
        """
        self._cache.drop(scopes)
        with keystore_errors():
            with self._engine.begin() as connection:
                gone = connection.execute(delete(CASE_KEYS).where(CASE_KEYS.c.scope.in_(scopes))).rowcount
            scrub_deleted(self._engine)
        self._cache.drop(scopes)
        return gone

    def rotate_office_key(self, new: OfficeKey) -> int:
        """Wrap every case key anew under `new`, in one transaction; return how many.

        Other processes that still hold the old office key are refused from then on.
        """
        wrapping = Wrapping(new)
        check = wrapping.wrap_check()
        with keystore_errors():
            with self._writing() as connection:
                rows = connection.execute(select(CASE_KEYS.c.scope, CASE_KEYS.c.epoch, CASE_KEYS.c.wrapped))
                keys = self._unwrapped(connection, rows.all())
                if keys:
                    connection.execute(_REWRAP, [_rewrapped(key, wrapping) for key in keys])
                connection.execute(_SET_CHECK, {"old": self._check, "new": check})
            self._wrapping, self._check = wrapping, check
            scrub_deleted(self._engine)
        return len(keys)

    def count_keys(self) -> int:
        """Count the keys of all scopes and epochs."""
        with keystore_errors(), self._engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(CASE_KEYS)).scalar_one()

    def _insert(self, keys: Sequence[CaseKey], now: datetime) -> None:
        made_at = now.astimezone(UTC).isoformat(timespec="seconds")
        rows = [(key.scope, key.epoch, self._wrapping.wrap(key)) for key in keys]
        with keystore_errors():
            try:
                with self._writing() as connection:
                    insert_rows(connection, CASE_KEYS, ("scope", "epoch", "wrapped"), rows, {"made_at": made_at})
            except RowExists:
                raise RuleViolation("key_already_made", count=len(keys)) from None

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """Begin a write that first proves the office key still ours, and holds that row until the commit."""
        with self._engine.begin() as connection:
            ours = connection.execute(_SET_CHECK, {"old": self._check, "new": self._check}).rowcount
            if not ours:
                raise _office_key_does_not_match()
            yield connection

    def _read(self, scopes: Iterable[str]) -> list[CaseKey]:
        """Read the keys of different scopes; of one scope the current key comes last."""
        with keystore_errors(), self._reading.connect() as connection:
            return self._unwrapped(connection, _READ_KEYS.run(connection, ids=list(scopes)))

    def _unwrapped(self, connection: Connection, rows: Sequence[Row[str, int, bytes]]) -> list[CaseKey]:
        keys: list[CaseKey] = []
        for scope, epoch, wrapped in rows:
            key = self._wrapping.find_key(scope, epoch, wrapped)
            if key is None:
                _matched_check(connection, self._wrapping)
                raise IntegrityError("wrapped_key_does_not_open", scope=scope, epoch=epoch)
            keys.append(key)
        return keys


@contextmanager
def _fresh_engine(url: str, busy_timeout_s: float) -> Iterator[Engine]:
    """Make an engine that does not outlive a failure to open the keystore on it."""
    engine = keystore_engine(url, busy_timeout_s=busy_timeout_s)
    try:
        with keystore_errors():
            yield engine
    except DodomuError:
        engine.dispose()
        raise


def _write_check(engine: Engine, check: bytes) -> bytes:
    try:
        with engine.begin() as connection:
            connection.execute(insert(KEYSTORE_META), {"name": _KEY_CHECK, "value": check})
    except RowExists:
        raise ConfigurationError("keystore_already_made", "a keystore is never made over another one") from None
    return check


def _matched_check(connection: Connection, wrapping: Wrapping) -> bytes:
    check: bytes | None = connection.execute(_FIND_CHECK).scalar_one_or_none()
    if check is None or not wrapping.fits(check):
        raise _office_key_does_not_match()
    return check


def _rewrapped(key: CaseKey, wrapping: Wrapping) -> dict[str, object]:
    return {"of_scope": key.scope, "of_epoch": key.epoch, "rewrapped": wrapping.wrap(key)}


def _key_not_found(scope: str) -> NotFound:
    return NotFound("key_not_found", "the key was never made, or the case was erased", scope=scope)


def _keystore_missing() -> ConfigurationError:
    return ConfigurationError("keystore_missing", "make it with `dodomu init`, or restore it from its backup")


def _office_key_does_not_match() -> ConfigurationError:
    return ConfigurationError(
        "office_key_does_not_match", "this keystore was wrapped by another office key; give that one"
    )
