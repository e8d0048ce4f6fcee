"""The plan by which a parcel is tried again."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.retry import next_try_at

MONDAY_NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("tries", "wait"),
    [
        (1, timedelta(minutes=1)),
        (2, timedelta(minutes=5)),
        (3, timedelta(minutes=15)),
        (4, timedelta(hours=1)),
        (5, timedelta(hours=4)),
        (16, timedelta(hours=4)),
    ],
)
def test_the_wait_grows_from_a_minute_to_four_hours(tries: int, wait: timedelta) -> None:
    assert next_try_at(tries, MONDAY_NOON) == MONDAY_NOON + wait


def test_after_seventeen_failures_nobody_tries_again() -> None:
    assert next_try_at(17, MONDAY_NOON) is None


def test_a_relay_that_is_down_from_monday_noon_is_given_up_on_wednesday_afternoon() -> None:
    now, tries = MONDAY_NOON, 1
    while (following := next_try_at(tries, now)) is not None:
        now, tries = following, tries + 1
    assert now == datetime(2026, 3, 4, 13, 21, tzinfo=UTC)


@pytest.mark.parametrize("tries", [0, -1])
def test_what_was_never_tried_has_no_next_try(tries: int) -> None:
    with pytest.raises(ValueError, match="first try"):
        next_try_at(tries, MONDAY_NOON)


@given(tries=st.integers(1, 40), now=st.datetimes(timezones=st.just(UTC), max_value=datetime(2200, 1, 1)))  # noqa: DTZ001 - Hypothesis wants naive bounds
def test_the_next_try_is_always_later_and_never_more_than_four_hours_away(tries: int, now: datetime) -> None:
    following = next_try_at(tries, now)
    assert following is None or timedelta(0) < following - now <= timedelta(hours=4)
