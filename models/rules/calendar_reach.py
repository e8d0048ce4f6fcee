"""Whether the calendars reach as far as the policy's clocks may have to count."""

from collections.abc import Iterator
from datetime import date, timedelta

from models.errors import CalendarNotCovered
from models.rules.clocks import unpaused_last_day
from models.rules.policy import ClockRule
from models.rules.rulebook import Rulebook

_ROLLS_AT_MOST = timedelta(days=14)


def list_running_out(book: Rulebook, begins_on: date) -> frozenset[str]:
    """List the calendars (ids) that could not count a clock of theirs, with its rungs, that begins on a day.

    A clock that cannot be counted keeps its whole case from being assessed, so nobody should wait for that day.
    """
    return frozenset(rule.calendar for rule in book.policy.clocks if not _reaches(rule, begins_on, book))


def _reaches(rule: ClockRule, begins_on: date, book: Rulebook) -> bool:
    try:
        book.calendars[rule.calendar](max(_days_needed(rule, begins_on, book)) + _ROLLS_AT_MOST)
    except CalendarNotCovered:
        return False
    return True


def _days_needed(rule: ClockRule, begins_on: date, book: Rulebook) -> Iterator[date]:
    yield unpaused_last_day(rule, begins_on, book)
    yield from (begins_on + timedelta(days=rung.at_day) for rung in rule.rungs if rung.at_day is not None)
