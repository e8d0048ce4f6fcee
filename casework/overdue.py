"""What is overdue, counted by coordinator or by the body that owes a reply: the supervisor's view of the office."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.absences import Absence
from casework.office import Office
from casework.readers import read_readers
from models.records import Case, ClockRecord
from models.rules.policy import MetBy
from models.statuses import ClockState


class OverdueBy(StrEnum):
    """By what overdue clocks are counted."""

    COORDINATOR = "coordinator"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class OverdueLine:
    """How many clocks are overdue with one coordinator or body (None: of cases without a coordinator).

    `oldest_on` is the due day that passed first. `absence` is the coordinator's, on this day.
    """

    who: str | None
    count: int
    oldest_on: date
    absence: Absence | None = None


def count_overdue(office: Office, now: datetime, *, by: OverdueBy) -> list[OverdueLine]:
    """Count what is overdue, the most first. By body only what waits for a body's reply is counted."""
    with office.store.reading() as session:
        return _by_coordinator(office, session, now) if by is OverdueBy.COORDINATOR else _by_body(office, session)


def _by_coordinator(office: Office, session: Session, now: datetime) -> list[OverdueLine]:
    query = (
        select(Case.coordinator, func.count().label("number"), func.min(ClockRecord.due_on).label("oldest_on"))
        .join(ClockRecord, ClockRecord.case_id == Case.id)
        .where(ClockRecord.state == ClockState.OVERDUE)
        .group_by(Case.coordinator)
    )
    readers, today = read_readers(office, session, now), office.book.today(now)
    return _ordered(
        OverdueLine(
            row.coordinator,
            row.number,
            row.oldest_on,
            None if row.coordinator is None else readers.find_absence(row.coordinator, today),
        )
        for row in session.execute(query)
    )


def _by_body(office: Office, session: Session) -> list[OverdueLine]:
    query = (
        select(ClockRecord.rule, func.count().label("number"), func.min(ClockRecord.due_on).label("oldest_on"))
        .where(ClockRecord.state == ClockState.OVERDUE)
        .group_by(ClockRecord.rule)
    )
    bodies: Mapping[str, str] = {
        rule.id: rule.body for rule in office.policy.clocks if rule.met_by is MetBy.REPLY and rule.body is not None
    }
    counts: Counter[str] = Counter()
    oldest: dict[str, date] = {}
    for row in session.execute(query):
        if (body := bodies.get(row.rule)) is not None:
            counts[body] += row.number
            oldest[body] = min(oldest.get(body, row.oldest_on), row.oldest_on)
    return _ordered(OverdueLine(body, count, oldest[body]) for body, count in counts.items())


def _ordered(lines: Iterable[OverdueLine]) -> list[OverdueLine]:
    return sorted(lines, key=lambda line: (-line.count, line.who is None, line.who or ""))
