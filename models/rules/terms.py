"""Terms: how a number of days, weeks or months from an anchor becomes a last day and a moment in time.

Counting follows the Civil Code of Ukraine. The day of the anchor is not counted (Art. 253). A month or year
ends on the anchor's day of the month, or on its last day where there is none (Art. 254 part 3). A last day
that is not a working day rolls to the next one (Art. 254 part 5), and the term runs until its end (Art.
255). Hours are counted from a moment and are those that pass, whatever the clocks on the wall do. Which days are
working days is not known here: a calendar is handed in.
"""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from models.errors import ConfigurationError

WorkingDayTest = Callable[[date], bool]

_MONTHS_IN_YEAR = 12
_LONGEST_REST_DAYS = 366
_AN_INSTANT = timedelta(microseconds=1)


class TermUnit(StrEnum):
    """What a term is counted in. A month is not 30 days and a year is not 365."""

    CALENDAR_DAYS = "calendar_days"
    WORKING_DAYS = "working_days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"
    HOURS = "hours"


_DAYS_IN = {TermUnit.CALENDAR_DAYS: 1, TermUnit.WEEKS: 7}
_MONTHS_IN = {TermUnit.MONTHS: 1, TermUnit.YEARS: _MONTHS_IN_YEAR}

# A century in each unit: longer is a slip of the pen, and would run past the last date there is.
_LONGEST_COUNT = {
    TermUnit.CALENDAR_DAYS: 36_525,
    TermUnit.WORKING_DAYS: 26_100,
    TermUnit.WEEKS: 5_218,
    TermUnit.MONTHS: 1_200,
    TermUnit.YEARS: 100,
    TermUnit.HOURS: 876_600,
}


@dataclass(frozen=True, slots=True)
class Term:
    """A length of time as a law or a policy states it: 15 calendar days, one month, five working days.

    A count of 0 is the anchor's own day. A negative count, or more than a century, is a `ValueError`, which a
    schema reports with its line.
    """

    count: int
    unit: TermUnit

    def __post_init__(self) -> None:
        longest = _LONGEST_COUNT[self.unit]
        if not 0 <= self.count <= longest:
            # Not an error of the house: whoever reads a term from a file adds where it stands.
            message = f"a term in {self.unit} counts from 0 to {longest}"
            raise ValueError(message)

    def __str__(self) -> str:
        """As in '15 calendar_days', for journals and logs."""
        return f"{self.count} {self.unit}"


NO_TERM = Term(0, TermUnit.CALENDAR_DAYS)


def last_day(anchor_on: date, term: Term) -> date:
    """The day on which the term ends, before any rolling; the anchor's own day is not counted.

    A term in working days cannot be counted without a calendar, one in hours without a moment: `ConfigurationError`,
    ask `due_on` or `due_at`.
    """
    if term.unit is TermUnit.HOURS:
        raise ConfigurationError("hours_need_a_moment", advice="count this term with due_at")
    if term.unit in _DAYS_IN:
        return anchor_on + timedelta(days=term.count * _DAYS_IN[term.unit])
    if term.unit in _MONTHS_IN:
        return _months_later(anchor_on, term.count * _MONTHS_IN[term.unit])
    raise ConfigurationError("working_days_need_a_calendar", advice="count this term with due_on")


def due_on(anchor_on: date, term: Term, *, is_working_day: WorkingDayTest, rolls: bool) -> date:
    """The last day on which something is in time; with `rolls`, always a working day.

    `is_working_day` may raise `CalendarNotCovered`; it is passed on, for a date is never guessed.
    """
    day = (
        _working_days_later(anchor_on, term.count, is_working_day)
        if term.unit is TermUnit.WORKING_DAYS
        else last_day(anchor_on, term)
    )
    return _working_day_from(day, is_working_day) if rolls else day


def due_at(  # noqa: PLR0913 - a moment, a term, and all that moves its end
    begins_at: datetime,
    term: Term,
    zone: ZoneInfo,
    *,
    is_working_day: WorkingDayTest,
    rolls: bool,
    rested_days: int = 0,
) -> datetime:
    """The moment (aware, UTC) at which a term in hours is over.

    Its last day is the one that ends with it or in which it ends. Where that day is moved, by days of rest or, with
    `rolls`, because it is no working day, the term ends on the new day at the same time on the wall.
    """
    ends_at = begins_at.astimezone(UTC) + timedelta(hours=term.count)
    last = last_day_until(ends_at, zone)
    moved = last + timedelta(days=rested_days)
    if rolls:
        moved = _working_day_from(moved, is_working_day)
    if moved == last:
        return ends_at
    on_the_wall = ends_at.astimezone(zone)
    return morning_of(on_the_wall.date() + (moved - last), zone, on_the_wall.time())


def last_day_until(moment: datetime, zone: ZoneInfo) -> date:
    """The last day in `zone` of which something lies before the moment: at midnight it is the day that ends."""
    return (moment.astimezone(UTC) - _AN_INSTANT).astimezone(zone).date()


def morning_of(day: date, zone: ZoneInfo, at: time) -> datetime:
    """The moment (aware, UTC) at which a clock on the wall in `zone` shows `at` on `day`.

    Across daylight saving as in RFC 5545, section 3.3.5, so that calendar programs show the same: a time that
    the clocks skip is counted from before the change, one that they show twice is the first of the two.
    """
    return datetime.combine(day, at.replace(fold=0), tzinfo=zone).astimezone(UTC)


def day_after_midnight(day: date, zone: ZoneInfo) -> datetime:
    """The moment (aware, UTC) at which `day` has passed in full in `zone`: when the next day begins there."""
    return morning_of(day + timedelta(days=1), zone, time.min)


def _months_later(anchor_on: date, months: int) -> date:
    years, month = divmod(anchor_on.month - 1 + months, _MONTHS_IN_YEAR)
    year = anchor_on.year + years
    _, month_length = monthrange(year, month + 1)
    return date(year, month + 1, min(anchor_on.day, month_length))


def _working_days_later(anchor_on: date, count: int, is_working_day: WorkingDayTest) -> date:
    day = anchor_on
    for _ in range(count):
        day = _working_day_from(day + timedelta(days=1), is_working_day)
    return day


def _working_day_from(day: date, is_working_day: WorkingDayTest) -> date:
    for _ in range(_LONGEST_REST_DAYS):
        if is_working_day(day):
            return day
        day += timedelta(days=1)
    raise ConfigurationError(
        "calendar_has_no_working_day", advice="look at policy/calendars.yaml: a whole year of it is free"
    )
