"""Terms, by tables whose weekday names a caseworker can check against a wall calendar, and by properties."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from models.errors import CalendarNotCovered, ConfigurationError
from models.rules.terms import Term, TermUnit, day_after_midnight, due_at, due_on, last_day, last_day_until, morning_of

KYIV = ZoneInfo("Europe/Kyiv")
DAYS, WORKING, WEEKS, MONTHS, YEARS, HOURS = TermUnit
units = st.sampled_from([DAYS, WORKING, WEEKS, MONTHS, YEARS])
days = st.dates(date(1990, 1, 1), date(2150, 12, 31))
zones = st.sampled_from(
    [ZoneInfo(key) for key in ("Europe/Kyiv", "Europe/Zurich", "UTC", "Asia/Pyongyang", "America/Havana")]
)


def on(text: str) -> date:
    """A date written with its weekday, which must be the right one: 'Fri 2026-05-01'."""
    weekday, iso = text.split()
    day = date.fromisoformat(iso)
    assert f"{day:%a}" == weekday, f"{iso} is a {day:%a}"
    return day


def on_weekdays(day: date) -> bool:
    return day.isoweekday() <= 5


@pytest.mark.parametrize(
    ("anchor", "count", "unit", "expected"),
    [
        ("Thu 2026-01-01", 0, DAYS, "Thu 2026-01-01"),
        ("Thu 2026-01-01", 1, DAYS, "Fri 2026-01-02"),
        ("Thu 2026-01-01", 15, DAYS, "Fri 2026-01-16"),
        ("Wed 2025-12-03", 90, DAYS, "Tue 2026-03-03"),
        ("Thu 2026-01-01", 6, WEEKS, "Thu 2026-02-12"),
        ("Thu 2026-01-15", 1, MONTHS, "Sun 2026-02-15"),
        ("Sat 2026-01-31", 1, MONTHS, "Sat 2026-02-28"),
        ("Wed 2024-01-31", 1, MONTHS, "Thu 2024-02-29"),
        ("Sat 2026-02-28", 1, MONTHS, "Sat 2026-03-28"),
        ("Sun 2025-11-30", 3, MONTHS, "Sat 2026-02-28"),
        ("Sun 2026-05-31", 6, MONTHS, "Mon 2026-11-30"),
        ("Wed 2025-12-03", 3, MONTHS, "Tue 2026-03-03"),
        ("Thu 2026-12-31", 12, MONTHS, "Fri 2027-12-31"),
        ("Thu 2024-02-29", 1, YEARS, "Fri 2025-02-28"),
        ("Thu 2024-02-29", 4, YEARS, "Tue 2028-02-29"),
        ("Thu 2026-01-01", 1, YEARS, "Fri 2027-01-01"),
    ],
)
def test_a_term_is_counted_from_the_day_after_its_anchor(
    anchor: str, count: int, unit: TermUnit, expected: str
) -> None:
    assert last_day(on(anchor), Term(count, unit)) == on(expected)


@pytest.mark.parametrize(
    ("anchor", "count", "unit", "rolls", "expected"),
    [
        ("Fri 2026-05-01", 1, DAYS, True, "Mon 2026-05-04"),
        ("Fri 2026-05-01", 1, DAYS, False, "Sat 2026-05-02"),
        ("Fri 2026-05-01", 2, DAYS, True, "Mon 2026-05-04"),
        ("Fri 2026-05-01", 3, DAYS, True, "Mon 2026-05-04"),
        ("Sat 2026-05-02", 0, DAYS, True, "Mon 2026-05-04"),
        ("Thu 2026-01-15", 1, MONTHS, True, "Mon 2026-02-16"),
        ("Fri 2026-05-01", 1, WORKING, True, "Mon 2026-05-04"),
        ("Fri 2026-05-01", 1, WORKING, False, "Mon 2026-05-04"),
        ("Sat 2026-05-02", 1, WORKING, False, "Mon 2026-05-04"),
        ("Sun 2026-05-03", 5, WORKING, False, "Fri 2026-05-08"),
        ("Wed 2026-05-06", 5, WORKING, False, "Wed 2026-05-13"),
        ("Wed 2026-05-06", 20, WORKING, True, "Wed 2026-06-03"),
        ("Sat 2026-05-02", 0, WORKING, False, "Sat 2026-05-02"),
        ("Sat 2026-05-02", 0, WORKING, True, "Mon 2026-05-04"),
    ],
)
def test_a_last_day_rolls_to_a_working_day_only_when_the_rule_says_so(
    anchor: str, count: int, unit: TermUnit, expected: str, *, rolls: bool
) -> None:
    due = due_on(on(anchor), Term(count, unit), is_working_day=on_weekdays, rolls=rolls)
    assert due == on(expected)


def test_a_term_that_does_not_roll_never_asks_the_calendar() -> None:
    def uncovered(_: date) -> bool:
        raise CalendarNotCovered("calendar_not_covered")

    due = due_on(on("Fri 2026-05-01"), Term(30, DAYS), is_working_day=uncovered, rolls=False)
    assert due == on("Sun 2026-05-31")
    with pytest.raises(CalendarNotCovered):
        due_on(on("Fri 2026-05-01"), Term(30, DAYS), is_working_day=uncovered, rolls=True)


def test_working_days_cannot_be_counted_without_a_calendar() -> None:
    with pytest.raises(ConfigurationError, match="working_days_need_a_calendar"):
        last_day(on("Fri 2026-05-01"), Term(5, WORKING))


def test_hours_cannot_be_counted_without_a_moment() -> None:
    with pytest.raises(ConfigurationError, match="hours_need_a_moment"):
        last_day(on("Fri 2026-05-01"), Term(72, HOURS))


def wall(text: str) -> datetime:
    """A moment as a clock on the wall in Kyiv shows it: 'Fri 2026-05-01 13:30'."""
    day, _, time_of_day = text.rpartition(" ")
    return datetime.fromisoformat(f"{on(day)}T{time_of_day}").replace(tzinfo=KYIV).astimezone(UTC)


@pytest.mark.parametrize(
    ("begins", "count", "rolls", "rested", "expected"),
    [
        ("Mon 2026-06-01 13:30", 72, False, 0, "Thu 2026-06-04 13:30"),
        ("Thu 2026-06-04 13:30", 72, False, 0, "Sun 2026-06-07 13:30"),
        ("Thu 2026-06-04 13:30", 72, True, 0, "Mon 2026-06-08 13:30"),
        ("Mon 2026-06-01 13:30", 72, True, 3, "Mon 2026-06-08 13:30"),  # rests to a Sunday, and rolls
        ("Mon 2026-06-01 13:30", 72, False, 3, "Sun 2026-06-07 13:30"),
        # Midnight is the end of the day before: over with Friday, with Saturday.
        ("Wed 2026-06-03 00:00", 72, True, 0, "Sat 2026-06-06 00:00"),
        ("Thu 2026-06-04 00:00", 72, True, 0, "Tue 2026-06-09 00:00"),
        ("Mon 2026-06-01 13:30", 0, True, 0, "Mon 2026-06-01 13:30"),
        # Hours pass whatever the clocks on the wall do: forward on Sun 2026-03-29, back on Sun 2026-10-25.
        ("Sat 2026-03-28 12:00", 24, False, 0, "Sun 2026-03-29 13:00"),
        ("Sat 2026-10-24 12:00", 24, False, 0, "Sun 2026-10-25 11:00"),
        # A day that is moved keeps the time on the wall.
        ("Sat 2026-10-24 12:00", 24, True, 0, "Mon 2026-10-26 11:00"),
    ],
)
def test_hours_are_counted_from_the_moment(begins: str, count: int, rested: int, expected: str, *, rolls: bool) -> None:
    ends_at = due_at(
        wall(begins), Term(count, HOURS), KYIV, is_working_day=on_weekdays, rolls=rolls, rested_days=rested
    )
    assert ends_at == wall(expected)
    assert ends_at.tzinfo is UTC


moments_in_time = st.datetimes(datetime(2000, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - UTC


@given(moments_in_time, st.integers(0, 1_000), zones)
def test_hours_that_do_not_roll_are_those_that_pass(begins_at: datetime, count: int, zone: ZoneInfo) -> None:
    ends_at = due_at(begins_at, Term(count, HOURS), zone, is_working_day=on_weekdays, rolls=False)
    assert ends_at - begins_at == timedelta(hours=count)


@given(moments_in_time, st.integers(0, 1_000), st.integers(0, 30), zones)
def test_hours_that_roll_end_on_a_working_day_and_never_early(
    begins_at: datetime, count: int, rested: int, zone: ZoneInfo
) -> None:
    term = Term(count, HOURS)
    ends_at = due_at(begins_at, term, zone, is_working_day=on_weekdays, rolls=True, rested_days=rested)
    plain = due_at(begins_at, term, zone, is_working_day=on_weekdays, rolls=False)
    assert on_weekdays(last_day_until(ends_at, zone))
    # An hour of daylight saving may lie between the two days.
    assert ends_at >= plain + timedelta(days=rested, hours=-1)


def test_a_calendar_without_a_single_working_day_is_a_mistake_in_the_policy() -> None:
    with pytest.raises(ConfigurationError, match="calendar_has_no_working_day"):
        due_on(on("Fri 2026-05-01"), Term(1, WORKING), is_working_day=lambda _: False, rolls=False)


@pytest.mark.parametrize(("count", "unit"), [(-1, DAYS), (36_526, DAYS), (1_201, MONTHS), (101, YEARS)])
def test_a_negative_term_and_one_of_more_than_a_century_are_refused(count: int, unit: TermUnit) -> None:
    with pytest.raises(ValueError, match="counts from 0 to"):
        Term(count, unit)


def test_a_policy_file_can_hold_a_term() -> None:
    adapter = TypeAdapter(Term)
    assert adapter.validate_python({"count": 15, "unit": "calendar_days"}) == Term(15, DAYS)
    assert str(Term(15, DAYS)) == "15 calendar_days"
    for wrong in ({"count": -1, "unit": "months"}, {"count": 1, "unit": "fortnights"}, {"count": 1}):
        with pytest.raises(ValidationError):
            adapter.validate_python(wrong)


@given(days, st.integers(0, 1_000), st.sampled_from([DAYS, WEEKS, MONTHS]))
def test_a_term_never_ends_before_its_anchor(anchor_on: date, count: int, unit: TermUnit) -> None:
    ends_on = last_day(anchor_on, Term(count, unit))
    assert ends_on >= anchor_on
    assert (ends_on == anchor_on) == (count == 0)


@given(
    one=days,
    other=days,
    count=st.integers(0, 100),
    unit=units,
    rolls=st.booleans(),
)
def test_who_starts_later_is_never_due_earlier(
    one: date, other: date, count: int, unit: TermUnit, *, rolls: bool
) -> None:
    earlier, later = sorted((one, other))
    term = Term(count, unit)
    assert due_on(earlier, term, is_working_day=on_weekdays, rolls=rolls) <= due_on(
        later, term, is_working_day=on_weekdays, rolls=rolls
    )


@given(
    anchor_on=days,
    count=st.integers(0, 99),
    unit=units,
    rolls=st.booleans(),
)
def test_a_longer_term_is_never_due_earlier(anchor_on: date, count: int, unit: TermUnit, *, rolls: bool) -> None:
    shorter, longer = (
        due_on(anchor_on, Term(length, unit), is_working_day=on_weekdays, rolls=rolls) for length in (count, count + 1)
    )
    assert shorter <= longer


@given(days, st.integers(0, 1_200))
def test_a_month_term_keeps_the_day_of_the_month_or_takes_its_last(anchor_on: date, months: int) -> None:
    ends_on = last_day(anchor_on, Term(months, MONTHS))
    is_months_last = (ends_on + timedelta(days=1)).day == 1
    assert ends_on.day == anchor_on.day or (ends_on.day < anchor_on.day and is_months_last)
    assert (ends_on.year - anchor_on.year) * 12 + ends_on.month - anchor_on.month == months


@given(days, st.integers(0, 100))
def test_a_year_is_twelve_months_and_a_week_is_seven_days(anchor_on: date, count: int) -> None:
    assert last_day(anchor_on, Term(count, YEARS)) == last_day(anchor_on, Term(12 * count, MONTHS))
    assert last_day(anchor_on, Term(count, WEEKS)) == last_day(anchor_on, Term(7 * count, DAYS))


@given(days, st.integers(1, 100))
def test_as_many_working_days_pass_as_were_given(anchor_on: date, count: int) -> None:
    ends_on = due_on(anchor_on, Term(count, WORKING), is_working_day=on_weekdays, rolls=False)
    passed = [anchor_on + timedelta(days=n + 1) for n in range((ends_on - anchor_on).days)]
    assert sum(map(on_weekdays, passed)) == count
    assert on_weekdays(ends_on)


@given(days, st.integers(0, 1_000))
def test_rolling_waits_for_the_first_working_day_and_not_a_day_longer(anchor_on: date, count: int) -> None:
    ends_on = last_day(anchor_on, Term(count, DAYS))
    rolled_to = due_on(anchor_on, Term(count, DAYS), is_working_day=on_weekdays, rolls=True)
    assert on_weekdays(rolled_to)
    assert not any(on_weekdays(ends_on + timedelta(days=n)) for n in range((rolled_to - ends_on).days))


# Kyiv's clocks in 2026: forward on 29 March from 03:00 to 04:00, back on 25 October from 04:00 to 03:00.
@pytest.mark.parametrize(
    ("day", "at", "expected"),
    [
        ("Sat 2026-03-28", time(9), "2026-03-28T07:00+00:00"),
        ("Sun 2026-03-29", time(9), "2026-03-29T06:00+00:00"),
        ("Sun 2026-03-29", time(2, 59), "2026-03-29T00:59+00:00"),
        ("Sun 2026-03-29", time(3, 30), "2026-03-29T01:30+00:00"),  # skipped: the wall shows 04:30
        ("Sun 2026-03-29", time(4), "2026-03-29T01:00+00:00"),
        ("Sat 2026-10-24", time(9), "2026-10-24T06:00+00:00"),
        ("Sun 2026-10-25", time(3, 30), "2026-10-25T00:30+00:00"),  # shown twice: the first time
        ("Sun 2026-10-25", time(3, 30, fold=1), "2026-10-25T00:30+00:00"),
        ("Sun 2026-10-25", time(9), "2026-10-25T07:00+00:00"),
    ],
)
def test_a_morning_in_kyiv_is_right_on_both_sides_of_daylight_saving(day: str, at: time, expected: str) -> None:
    moment = morning_of(on(day), KYIV, at)
    assert moment == datetime.fromisoformat(expected)
    assert moment.tzinfo is UTC


@pytest.mark.parametrize(
    ("day", "zone", "expected"),
    [
        ("Sat 2026-03-28", "Europe/Kyiv", "2026-03-28T22:00+00:00"),
        ("Sun 2026-03-29", "Europe/Kyiv", "2026-03-29T21:00+00:00"),  # a day of 23 hours
        ("Sun 2026-10-25", "Europe/Kyiv", "2026-10-25T22:00+00:00"),  # a day of 25 hours
        ("Thu 2026-12-31", "Asia/Pyongyang", "2026-12-31T15:00+00:00"),
        ("Sat 2026-03-07", "America/Havana", "2026-03-08T05:00+00:00"),  # midnight itself is skipped
        ("Sat 2026-10-31", "America/Havana", "2026-11-01T04:00+00:00"),  # midnight comes twice
        ("Thu 2011-12-29", "Pacific/Apia", "2011-12-30T10:00+00:00"),  # the next day never was
    ],
)
def test_a_day_has_passed_when_the_next_one_begins(day: str, zone: str, expected: str) -> None:
    assert day_after_midnight(on(day), ZoneInfo(zone)) == datetime.fromisoformat(expected)


@given(st.dates(date(2000, 1, 1), date(2037, 12, 30)), zones)
def test_just_before_a_day_has_passed_it_is_still_that_day(day: date, zone: ZoneInfo) -> None:
    passed_at = day_after_midnight(day, zone)
    assert (passed_at - timedelta(seconds=1)).astimezone(zone).date() == day
    assert passed_at.astimezone(zone).date() == day + timedelta(days=1)
