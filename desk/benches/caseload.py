"""A caseload made quickly: one case that the engine itself has looked after, copied as often as wanted.

The copies are rows only. Nothing of them is sealed and their journals are empty, which no look at a case minds.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, literal, select, text, update
from sqlalchemy.orm import Session

from casework.numbers import take_references
from casework.office import Office
from casework.reconcile import reconcile_case
from desk.benches.progress import Progress
from desk.benches.workplace import COORDINATOR, MONDAY
from integrations.bulk_rows import insert_rows
from models.records import Case, ClockRecord, NoticeRecord, StageEntryRecord
from models.statuses import CaseStatus, Precision, Stage

CLOCKS = 3
LAST_DAY = MONDAY + timedelta(days=15)
DUE_AT = datetime(2026, 3, 18, 7, 0, tzinfo=MONDAY.tzinfo)
"""Wednesday 18 March 2026: yesterday was the last day of each case's term, and nobody has looked since."""

_CASES: Any = Case.__table__
_CHUNK = 20_000
_A_YEAR = 900_000
"""No year has more references than a million."""
_NOT_YET = DUE_AT + timedelta(days=1)
_NOT_COPIED = frozenset({"id", "reference", "journal_seq", "journal_head", "next_look_at"})


@dataclass(frozen=True, slots=True)
class Caseload:
    """Cases that are alike: `ids` run on without a gap. None of them is due until `make_due` says so."""

    ids: range
    due_at: datetime

    def make_due(self, session: Session, ids: Sequence[int]) -> None:
        """Let these cases' term have passed."""
        due = Case.id.between(ids[0], ids[-1])
        session.execute(update(Case).where(due).values(next_look_at=self.due_at))

    def rest_others(self, office: Office) -> None:
        """Let no other case of the office be due."""
        with office.store.writing() as session:
            session.execute(update(Case).where(Case.id < self.ids[0]).values(next_look_at=None))


def make_caseload(office: Office, count: int, progress: Progress) -> Caseload:
    """Make `count` cases with three clocks each, one of which ran out yesterday."""
    pattern = _pattern(office)
    first = pattern["id"] + 1
    with office.store.engine.begin() as connection:
        rest = _rest(connection, pattern["id"])
    for done in range(0, count, _CHUNK):
        size = min(_CHUNK, count - done)
        with office.store.writing() as session:
            references = take_references(session, MONDAY.year - done // _A_YEAR, size)
            _copy_cases(session, pattern, range(first + done, first + done + size), references)
            _copy_rest(session, rest, first + done, first + done + size - 1)
        progress.count("caseload", done + size, count)
    with office.store.engine.begin() as connection:
        # A database that has lived with its rows for a while knows how many there are.
        connection.execute(text("ANALYZE"))
    return Caseload(range(first, first + count), pattern["next_look_at"])


def _pattern(office: Office) -> dict[str, Any]:
    """Open one case and look at it as the watch would have, until its term's last day."""
    with office.store.writing() as session:
        (reference,) = take_references(session, MONDAY.year, 1)
        case = Case(
            reference=reference,
            status=CaseStatus.OPEN,
            stage=Stage.REPORTED,
            coordinator=COORDINATOR,
            opened_on=MONDAY.date(),
            opened_at=MONDAY,
            # Long enough ago that one cut-off only is still ahead: with stage and birthday that makes three clocks.
            separation_on=date(2024, 11, 19),
            separation_precision=Precision.DAY,
            adult_on=date(2032, 5, 9),
            known=["child.family_name", "child.given_name"],
            next_look_at=MONDAY,
        )
        session.add(case)
        session.flush()
        version = office.policy.version
        session.add(
            StageEntryRecord(case_id=case.id, number=1, stage=Stage.REPORTED, entered_at=MONDAY, policy_version=version)
        )
    row = _row(office, reference)
    while row["next_look_at"] < LAST_DAY:
        reconcile_case(office, reference, row["next_look_at"])
        row = _row(office, reference)
    with office.store.writing() as session:
        session.execute(update(Case).where(Case.reference == reference).values(next_look_at=None))
    return row


def _row(office: Office, reference: str) -> dict[str, Any]:
    with office.store.reading() as session:
        row = session.execute(select(Case.__table__).where(Case.reference == reference)).mappings().one()
    return dict(row)


def _copy_cases(session: Session, pattern: dict[str, Any], ids: range, references: Sequence[str]) -> None:
    base = {name: value for name, value in pattern.items() if name not in _NOT_COPIED and value is not None}
    base |= {name: json.dumps(base[name]) for name in ("known", "flags", "missing")}
    base |= {"next_look_at": _NOT_YET, "seals": 0, "journal_seq": 0}
    rows = list(zip(ids, references, strict=True))
    insert_rows(session.connection(), _CASES, ("id", "reference"), rows, base)


def _rest(connection: Connection, of: int) -> list[tuple[type[Any], dict[str, Any]]]:
    """Read the rows that hang on the pattern."""
    return [
        (record, {name: value for name, value in row.items() if name not in {"id", "case_id"}})
        for record in (StageEntryRecord, ClockRecord, NoticeRecord)
        for row in connection.execute(select(record.__table__).where(record.case_id == of)).mappings()
    ]


def _copy_rest(session: Session, rest: Sequence[tuple[type[Any], dict[str, Any]]], first: int, last: int) -> None:
    """Give every new case the pattern's rows, one statement a row of the pattern."""
    for record, values in rest:
        columns = record.__table__.c
        literals = (literal(value, columns[name].type).label(name) for name, value in values.items())
        of_each = select(Case.id, *literals).where(Case.id.between(first, last))
        session.connection().execute(insert(record).from_select(["case_id", *values], of_each))
