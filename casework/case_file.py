"""One case opened for work: its row locked, its values sealed and opened, what is done to it journalled.

Every use case that changes a single case does so inside `open_case`; on the way out the case is due for a look.
"""

import hmac
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any, TypeVar

from pydantic import BaseModel
from sqlalchemy.orm import Session

from casework.journal import journal_case
from casework.office import Office
from casework.reconcile import reconcile_locked
from integrations.key_wrapping import CaseKey
from integrations.pending import write_pending
from integrations.prepared import AmongIds, PreparedRecords
from integrations.sealing import check_seals, sealed_place
from models.errors import NotFound, RuleViolation
from models.records import AT_ONCE, Case
from models.rules.canonical import Json
from models.rules.chain import Occurrence
from models.rules.reference import parse_reference
from models.schemas.sealed import FreeText
from models.statuses import CaseStatus

FIRST_EPOCH = 1
_FINGERPRINT_LABEL = b"dodomu letter fingerprint v1\x00"
ModelT = TypeVar("ModelT", bound=BaseModel)
_TO_READ = PreparedRecords(Case, lambda cases: cases.where(AmongIds(Case.reference)).order_by(Case.id))
_TO_WORK_ON = PreparedRecords(
    Case, lambda cases: cases.where(AmongIds(Case.reference)).order_by(Case.id).with_for_update()
)


@dataclass
class CaseFile:
    """A case at hand, within one transaction. `actor` is the staff id on whose word things are done."""

    office: Office
    session: Session
    case: Case
    now: datetime
    actor: str
    along: "tuple[CaseFile, ...]" = ()
    """The other cases at hand with it, by their references: what is done to a letter is done for each child on it."""

    @property
    def everybody(self) -> "tuple[CaseFile, ...]":
        """This case and those along with it."""
        return (self, *self.along)

    @property
    def reference(self) -> str:
        """The case's reference."""
        return self.case.reference

    @property
    def today(self) -> date:
        """The office's calendar day."""
        return self.office.book.today(self.now)

    def seal(self, table: str, column: str, row: str, value: BaseModel) -> bytes:
        """Seal a group of personal values under the case's key, bound to where it will stand."""
        check_seals(self.case.seals)
        self.case.seals += 1
        return self.office.sealer.seal_model(self.reference, sealed_place(table, column, row), value)

    def seal_bytes(self, table: str, column: str, row: str, value: bytes) -> bytes:
        """Seal bytes (a letter's PDF) under the case's key."""
        check_seals(self.case.seals)
        self.case.seals += 1
        return self.office.sealer.seal(self.reference, sealed_place(table, column, row), value)

    def fingerprint(self, value: bytes) -> str:
        """Return a hash (hex) of bytes that only this case's first key can make, so that it tells nothing once erased.

        Raises NotFound `key_not_found` for an erased case.
        """
        epochs = self.office.keystore.list_epochs([self.reference])
        key = epochs.get((self.reference, FIRST_EPOCH))
        if key is None:
            raise NotFound("key_not_found", reference=self.reference)
        return fingerprint_under(key, value)

    def open(self, table: str, column: str, row: str, cls: type[ModelT], sealed: bytes) -> ModelT:
        """Open a sealed group. Raises IntegrityError, or NotFound `key_not_found` for an erased case."""
        return self.office.sealer.open_model(self.reference, sealed_place(table, column, row), cls, sealed)

    def open_bytes(self, table: str, column: str, row: str, sealed: bytes) -> bytes:
        """Open sealed bytes."""
        return self.office.sealer.open(self.reference, sealed_place(table, column, row), sealed)

    def journal(self, kind: str, body: Mapping[str, Json] | None = None, *, words: str | None = None) -> None:
        """Add to the case's chain. `body` is in clear and names no person; `words` are sealed."""
        sealed = None
        if words is not None:
            row = f"{self.reference}/{self.case.journal_seq + 1}"
            sealed = self.seal("journal", "sealed", row, FreeText(text=words))
        journal_case(self.session, self.case, Occurrence(self.now, kind, self.actor, dict(body or {}), sealed))

    def journal_each(self, kind: str, body: Mapping[str, Json]) -> None:
        """Add to the chain of this case and of each along with it."""
        for file in self.everybody:
            file.journal(kind, body)

    def require(self, *statuses: CaseStatus) -> None:
        """Refuse unless the case is in one of these statuses. Raises RuleViolation `case_is_<status>`."""
        if self.case.status not in statuses:
            code = f"case_is_{self.case.status}"
            raise RuleViolation(
                code,
                f"this can be done to a case that is {' or '.join(statuses)}",
                reference=self.reference,
            )


def fingerprint_under(key: CaseKey, value: bytes) -> str:
    """Return the hash (hex) of bytes that `CaseFile.fingerprint` makes; `key` is a case's first."""
    return hmac.digest(key.secret, _FINGERPRINT_LABEL + value, "sha256").hex()


@contextmanager
def open_case(
    office: Office, typed_reference: str, now: datetime, actor: str, *, along: Sequence[str] = ()
) -> Iterator[CaseFile]:
    """Open a case for work, alone, in one transaction; afterwards it is due for a look at once.

    Where somebody hears of looks (`Office.on_look`) it is made in the same transaction, and told once that is kept.
    The cases `along` (references) are opened with it, all in one order, so that no two people wait for each other; of
    them erased ones are left out. Raises NotFound `case_not_found`, RuleViolation `case_is_erased`, InvalidInput for a
    mistyped reference.
    """
    reference = parse_reference(typed_reference)
    others = [parse_reference(other) for other in along]
    with office.store.writing() as session:
        cases = _TO_WORK_ON.list(session, ids=(reference, *others))
        file = _file(office, session, cases, reference, others, now, actor)
        if file.case.status is CaseStatus.ERASED:
            raise RuleViolation("case_is_erased", "an erased case cannot be worked on", reference=reference)
        yield file
        for each in file.everybody:
            make_due(each.case)
        looks = _look_at_once(file)
    for look in looks:
        look()


def make_due(case: Case) -> None:
    """Let a case be looked at as soon as can be, whatever the clock shows now or then."""
    case.next_look_at = AT_ONCE


def _look_at_once(file: CaseFile) -> list[Callable[[], None]]:
    """Write what was done, look at the cases that were worked on, and return what tells of each look."""
    hears = file.office.on_look
    if hears is None:
        write_pending(file.session)
        return []
    rows: list[Any] = sorted((each.case for each in file.everybody), key=lambda case: case.id)
    return [partial(hears, look) for look in reconcile_locked(file.office, file.session, rows, file.now)]


@contextmanager
def read_case(
    office: Office, typed_reference: str, now: datetime, actor: str = "reader", *, along: Sequence[str] = ()
) -> Iterator[CaseFile]:
    """Open a case for reading only; nothing done to it is kept. Raises NotFound `case_not_found`."""
    reference = parse_reference(typed_reference)
    others = [parse_reference(other) for other in along]
    with office.store.reading() as session:
        cases = _TO_READ.list(session, ids=(reference, *others))
        yield _file(office, session, cases, reference, others, now, actor)


def _file(  # noqa: PLR0913, PLR0917 - what a case file is made of
    office: Office,
    session: Session,
    cases: Sequence[Case],
    reference: str,
    others: Sequence[str],
    now: datetime,
    actor: str,
) -> CaseFile:
    found = {case.reference: case for case in cases}
    for wanted in (reference, *others):
        if wanted not in found:
            raise NotFound("case_not_found", reference=wanted)
    along = (found[other] for other in others if found[other].status is not CaseStatus.ERASED)
    return CaseFile(
        office,
        session,
        found[reference],
        now,
        actor,
        tuple(CaseFile(office, session, case, now, actor) for case in along),
    )
