"""Working hours: at once while a reader is at work, else when the next working day begins."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import CalendarNotCovered
from models.rules.working_hours import WorkingHours, next_moment_at_work

KYIV = ZoneInfo("Europe/Kyiv")
HOURS = WorkingHours(time(9), time(18))


def weekdays(day: date) -> bool:
    return day.isoweekday() <= 5


def at(said: str) -> datetime:
    return datetime.fromisoformat(said).replace(tzinfo=KYIV)


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-03-02T09:00", "2026-03-02T09:00"),  # a Monday, on the dot
        ("2026-03-02T17:59", "2026-03-02T17:59"),
        ("2026-03-02T18:00", "2026-03-03T09:00"),
        ("2026-03-02T03:00", "2026-03-02T09:00"),
        ("2026-03-06T18:30", "2026-03-09T09:00"),  # a Friday evening
        ("2026-03-07T12:00", "2026-03-09T09:00"),
        ("2026-03-27T18:30", "2026-03-30T09:00"),  # the clocks go forward in between
        ("2026-10-23T18:30", "2026-10-26T09:00"),  # and back
    ],
)
def test_a_mail_waits_for_the_reader_s_next_morning(now: str, then: str) -> None:
    assert next_moment_at_work(at(now), HOURS, KYIV, is_working_day=weekdays) == at(then)


def test_beyond_the_calendar_or_in_a_rest_without_end_nothing_waits() -> None:
    def unknown(day: date) -> bool:
        raise CalendarNotCovered("calendar_not_covered", day=str(day))

    for test in (unknown, lambda _: False):
        assert next_moment_at_work(at("2026-03-07T12:00"), HOURS, KYIV, is_working_day=test) == at("2026-03-07T12:00")


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - the strategy adds the zone
def test_the_moment_is_never_earlier_and_always_one_at_work(now: datetime) -> None:
    then = next_moment_at_work(now, HOURS, KYIV, is_working_day=weekdays)
    there = then.astimezone(KYIV)
    assert then >= now
    assert weekdays(there.date())
    assert HOURS.begins <= there.time() < HOURS.ends
