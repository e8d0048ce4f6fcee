"""Absences: who is away from when until when, and which deputy reads meanwhile what they would be told.

A deputy reads; nothing else passes on. Who may approve, sign or release is as before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.journal import journal_office
from casework.office import Office
from casework.staff import get_staff, require_own_or_supervisor
from casework.told import stand_in_words
from models.errors import InvalidInput, RuleViolation
from models.records import AbsenceRecord, OfficeRecord, Parcel, Staff
from models.statuses import ParcelKind, ParcelState, Role

_SUPERVISING = frozenset({Role.SUPERVISOR, Role.HEAD_OF_OFFICE})
MAY_STAND_IN: Mapping[Role, frozenset[Role]] = {
    Role.COORDINATOR: frozenset({Role.COORDINATOR}) | _SUPERVISING,
    Role.SUPERVISOR: _SUPERVISING,
    Role.LEGAL_OFFICER: frozenset({Role.LEGAL_OFFICER, Role.HEAD_OF_OFFICE}),
    Role.HEAD_OF_OFFICE: frozenset({Role.HEAD_OF_OFFICE}),
}
"""The roles, the same or above, whose mails a deputy may read for somebody absent."""


@dataclass(frozen=True, slots=True)
class Absence:
    """A span of days, both included, and who stands in."""

    staff: str
    from_on: date
    until_on: date
    deputy: str

    def covers(self, day: date) -> bool:
        """Whether somebody is away on that day."""
        return self.from_on <= day <= self.until_on


def record_absence(  # noqa: PLR0913 - who, from when until when, by whom stood in for, moment and name
    office: Office, staff_id: str, *, from_on: date, until_on: date, deputy: str, now: datetime, actor: str
) -> Absence:
    """Record that somebody will be, or has been since `from_on`, away; on their own word or a supervisor's.

    Urgent notices that already wait for a morning of the absence go to the deputy.
    Raises InvalidInput `absence_days_unusable`; RuleViolation `staff_…`, `role_not_allowed`, `deputy_role_too_low`,
    `deputy_same_person`, `deputy_absent` (which also keeps two from standing in for each other), `absence_overlaps`.
    """
    if not (from_on <= until_on and office.book.today(now) <= until_on):
        raise InvalidInput("absence_days_unusable", "give the first day and the last, which has not passed yet")
    with office.store.writing() as session:
        # One at a time: two absences at once could name each other's people as deputies.
        session.execute(select(OfficeRecord.id).with_for_update())
        require_own_or_supervisor(session, staff_id, actor)
        absent, stands_in = get_staff(session, staff_id), get_staff(session, deputy)
        absence = Absence(staff_id, from_on, until_on, deputy)
        _check_deputy(absent, stands_in)
        _check_overlaps(read_absences(session, from_on), absence)
        session.add(AbsenceRecord(staff_id=staff_id, from_on=from_on, until_on=until_on, deputy=deputy))
        _journal(session, now, "absence_recorded", actor, absence)
        _hand_over_waiting(office, session, absence)
    return absence


def end_absence(office: Office, staff_id: str, *, now: datetime, actor: str) -> Absence:
    """End the present absence, so that today is worked again, or cancel the nearest one to come; return which.

    Raises RuleViolation `not_absent`, `staff_…`, `role_not_allowed`.
    """
    today = office.book.today(now)
    with office.store.writing() as session:
        session.execute(select(OfficeRecord.id).with_for_update())
        require_own_or_supervisor(session, staff_id, actor)
        query = select(AbsenceRecord).where(AbsenceRecord.staff_id == staff_id, AbsenceRecord.until_on >= today)
        record = session.scalars(query.order_by(AbsenceRecord.from_on).limit(1)).one_or_none()
        if record is None:
            raise RuleViolation("not_absent", "`dodomu staff absences` lists who is", staff=staff_id)
        absence = _absence(record)
        if record.from_on < today:
            record.until_on = today - timedelta(days=1)
        else:
            session.delete(record)
        _journal(session, now, "absence_ended", actor, absence)
    return absence


def list_absences(office: Office, now: datetime) -> Sequence[Absence]:
    """List the absences that have not passed, the earliest first."""
    with office.store.reading() as session:
        return read_absences(session, office.book.today(now))


def read_absences(session: Session, since: date) -> Sequence[Absence]:
    """Read the absences that reach to `since` or beyond."""
    query = select(AbsenceRecord).where(AbsenceRecord.until_on >= since)
    return [_absence(row) for row in session.scalars(query.order_by(AbsenceRecord.from_on, AbsenceRecord.id))]


def _absence(record: AbsenceRecord) -> Absence:
    return Absence(record.staff_id, record.from_on, record.until_on, record.deputy)


def _check_deputy(absent: Staff, deputy: Staff) -> None:
    if deputy.person_no == absent.person_no:
        raise RuleViolation("deputy_same_person", "name somebody else", staff=absent.id, deputy=deputy.id)
    may = MAY_STAND_IN[absent.role]
    if deputy.role not in may:
        advice = f"a deputy of the same role or above: {', '.join(sorted(may))}"
        raise RuleViolation("deputy_role_too_low", advice, staff=absent.id, deputy=deputy.id)


def _check_overlaps(others: Sequence[Absence], absence: Absence) -> None:
    """Refuse a deputy who is away, so that a chain of deputies always ends, and a second absence over the first."""
    for other in others:
        if other.from_on > absence.until_on:
            continue
        days = f"{other.from_on} to {other.until_on}"
        if other.staff == absence.deputy:
            raise RuleViolation("deputy_absent", f"away too, {days}; name somebody else", deputy=other.staff)
        if other.staff == absence.staff:
            raise RuleViolation("absence_overlaps", f"already on record: {days}", staff=other.staff)


def _hand_over_waiting(office: Office, session: Session, absence: Absence) -> None:
    """Give the deputy the urgent notices that wait for a morning on which their reader will not be there."""
    begins_at, ends_at = office.book.beginning_of(absence.from_on), office.book.end_of(absence.until_on)
    waiting = select(Parcel).where(
        Parcel.staff_id == absence.staff,
        Parcel.kind == ParcelKind.NOTICE,
        Parcel.state == ParcelState.WAITING,
        Parcel.tries == 0,
        Parcel.next_try_at >= begins_at,
        Parcel.next_try_at < ends_at,
    )
    for parcel in session.scalars(waiting.with_for_update()):
        line = stand_in_words(absence.staff, absence.until_on, parcel.language)
        parcel.staff_id, parcel.text = absence.deputy, f"{line}\n\n{parcel.text}"


def _journal(session: Session, now: datetime, kind: str, actor: str, absence: Absence) -> None:
    days = {"from_on": absence.from_on.isoformat(), "until_on": absence.until_on.isoformat()}
    journal_office(session, now, kind, actor, {"staff": absence.staff, "deputy": absence.deputy, **days})
