"""When a reader is at work: the moment at which a mail that has come up now is best received."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from models.errors import CalendarNotCovered
from models.rules.terms import WorkingDayTest, morning_of

_LONGEST_REST_DAYS = 31


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """The hours of a working day on the wall, `begins` included and `ends` not."""

    begins: time
    ends: time


def next_moment_at_work(
    now: datetime, hours: WorkingHours, zone: ZoneInfo, *, is_working_day: WorkingDayTest
) -> datetime:
    """Return `now` within working hours, else the beginning of the next ones (aware, UTC).

    Where the calendar knows no more, or the rest seems to have no end, it is `now`: a mail too early does less harm
    than one too late.
    """
    here = now.astimezone(zone)
    try:
        if is_working_day(here.date()) and here.time() < hours.ends:
            return now if here.time() >= hours.begins else morning_of(here.date(), zone, hours.begins)
        for ahead in range(1, _LONGEST_REST_DAYS):
            day = here.date() + timedelta(days=ahead)
            if is_working_day(day):
                return morning_of(day, zone, hours.begins)
    except CalendarNotCovered:
        return now
    return now
