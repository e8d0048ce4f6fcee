"""Lists of cases and clocks, and the whole caseload in counts. Nothing is unsealed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypedDict, Unpack

from sqlalchemy import ColumnElement, Text, cast, exists, func, select

from casework.case_card import STANDING, CaseCard, ClockLine, case_card, read_clocks, read_flags
from casework.caseload import Ageing, BodyAnswers, Caseload, caseload
from casework.office import Office
from models.records import Case, ClockRecord
from models.rules.assess import Flag
from models.rules.reference import parse_reference
from models.statuses import CaseStatus, ClockState, Outcome, Stage

__all__ = [
    "Ageing",
    "BodyAnswers",
    "CaseCard",
    "CaseFilter",
    "CaseLine",
    "Caseload",
    "ClockFilter",
    "ClockLine",
    "case_card",
    "caseload",
    "list_cases",
    "list_clocks",
]


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case in a list. `next_due_on` is the first due day of the clocks that have not ended."""

    reference: str
    status: CaseStatus
    stage: Stage
    outcome: Outcome | None
    coordinator: str | None
    opened_on: date
    next_due_on: date | None
    flags: tuple[Flag, ...]


class CaseFilter(TypedDict, total=False):
    """What narrows a list of cases. `flagged` and `overdue` ask for those that are so; `overdue` is about clocks."""

    stage: Stage | None
    status: CaseStatus | None
    coordinator: str | None
    flagged: bool
    overdue: bool


class ClockFilter(TypedDict, total=False):
    """What narrows a list of clocks: one case's, in one state (else all that have not ended), due before a day."""

    reference: str | None
    state: ClockState | None
    due_before: date | None


def list_cases(office: Office, *, limit: int | None = None, **wanted: Unpack[CaseFilter]) -> list[CaseLine]:
    """List cases by reference, narrowed as `CaseFilter` says."""
    next_due_on = (
        select(func.min(ClockRecord.due_on))
        .where(ClockRecord.case_id == Case.id, ClockRecord.state.in_(STANDING))
        .scalar_subquery()
    )
    columns = (Case.reference, Case.status, Case.stage, Case.outcome, Case.coordinator, Case.opened_on)
    query = select(*columns, next_due_on, Case.flags).where(*_of_case(wanted)).order_by(Case.reference).limit(limit)
    with office.store.reading() as session:
        return [CaseLine(*row[:-1], flags=read_flags(row.flags)) for row in session.execute(query)]


def list_clocks(
    office: Office, now: datetime, *, limit: int | None = None, **wanted: Unpack[ClockFilter]
) -> list[ClockLine]:
    """List clocks by due day, narrowed as `ClockFilter` says."""
    with office.store.reading() as session:
        return read_clocks(session, office.book.today(now), *_of_clock(wanted), limit=limit)


def _of_case(wanted: CaseFilter) -> Iterator[ColumnElement[bool]]:
    if (stage := wanted.get("stage")) is not None:
        yield Case.stage == stage
    if (status := wanted.get("status")) is not None:
        yield Case.status == status
    if (coordinator := wanted.get("coordinator")) is not None:
        yield Case.coordinator == coordinator
    if wanted.get("flagged"):
        yield cast(Case.flags, Text) != "[]"
    if wanted.get("overdue"):
        yield exists().where(ClockRecord.case_id == Case.id, ClockRecord.state == ClockState.OVERDUE)


def _of_clock(wanted: ClockFilter) -> Iterator[ColumnElement[bool]]:
    state = wanted.get("state")
    yield ClockRecord.state.in_(STANDING if state is None else {state})
    if (reference := wanted.get("reference")) is not None:
        yield Case.reference == parse_reference(reference)
    if (due_before := wanted.get("due_before")) is not None:
        yield ClockRecord.due_on < due_before
