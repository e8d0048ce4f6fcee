"""Readers: who gets a mail that somebody is to be told by, and when: deputies for the absent, working hours for all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.absences import Absence, read_absences
from casework.office import Office
from models.records import Staff
from models.rules.rulebook import Rulebook
from models.rules.working_hours import WorkingHours, next_moment_at_work

CALENDAR = "ukraine"
"""The office's own calendar: on its working days mails are read."""
_DAY_ENDS = time(18)


def list_active_staff(session: Session) -> Sequence[Staff]:
    """List the staff who are told things, by id."""
    return session.scalars(select(Staff).where(Staff.active).order_by(Staff.id)).all()


def read_readers(office: Office, session: Session, now: datetime) -> "Readers":
    """Read who is here and who is away."""
    return Readers(office.book, list_active_staff(session), read_absences(session, office.book.today(now)))


@dataclass(frozen=True, slots=True)
class Route:
    """Who gets a mail, and from when on it may leave. `absence` is that of the reader whom it was meant for."""

    reader: Staff
    at: datetime
    absence: Absence | None = None


@dataclass(frozen=True, slots=True)
class Readers:
    """The staff who are told things (active, by id), and the absences that have not passed."""

    book: Rulebook
    staff: Sequence[Staff]
    absences: Sequence[Absence]

    def route_at_once(self, reader: Staff, now: datetime) -> Route:
        """Return who gets what cannot wait for anybody's morning."""
        return self._route(reader, self.book.today(now), now)

    def route(self, reader: Staff, now: datetime) -> Route:
        """Return who gets what comes up now, and when: at once at work, else on the next working morning."""
        day = self.book.today(self.moment_at_work(reader, now))
        while True:
            stands_in = self.reader_on(reader, day)
            at = self.moment_at_work(stands_in, max(now, self.book.beginning_of(day)))
            if self.book.today(at) == day:
                return self._route(reader, day, at)
            # The deputy's next day at work is a later one, on which somebody else may be here.
            day = self.book.today(at)

    def moment_at_work(self, reader: Staff, now: datetime) -> datetime:
        """Return `now` if the reader is at work, else when the reader's next working day begins."""
        office_day = self.book.policy.office_day
        hours = WorkingHours(reader.works_from or office_day.morning, reader.works_until or _DAY_ENDS)
        return next_moment_at_work(now, hours, self.book.zone, is_working_day=self.book.calendars[CALENDAR])

    def reader_on(self, reader: Staff, day: date) -> Staff:
        """Return who reads for somebody on a day: the last of a chain of deputies, or themselves if nobody can."""
        staff = {each.id: each for each in self.staff}
        stands_in, asked = reader, {reader.id}
        while (absence := self.find_absence(stands_in.id, day)) is not None:
            deputy = staff.get(absence.deputy)
            if deputy is None or deputy.id in asked:
                return reader
            asked.add(deputy.id)
            stands_in = deputy
        return stands_in

    def find_absence(self, staff_id: str, day: date) -> Absence | None:
        """Find the absence of somebody on a day."""
        return next((each for each in self.absences if each.staff == staff_id and each.covers(day)), None)

    def stood_in_for(self, reader: Staff, day: date) -> Iterator[tuple[Staff, Absence]]:
        """Yield the absent for whom somebody reads on a day."""
        for other in self.staff:
            absence = self.find_absence(other.id, day)
            if absence is not None and other.id != reader.id and self.reader_on(other, day).id == reader.id:
                yield other, absence

    def _route(self, reader: Staff, day: date, at: datetime) -> Route:
        stands_in = self.reader_on(reader, day)
        return Route(stands_in, at, None if stands_in.id == reader.id else self.find_absence(reader.id, day))
