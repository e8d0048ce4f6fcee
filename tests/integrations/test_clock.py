"""The two clocks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from integrations.clock import FixedClock, SystemClock

MOMENT = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)


def test_the_system_clock_tells_utc_and_does_not_run_backwards() -> None:
    first, second = SystemClock().now(), SystemClock().now()
    assert first.tzinfo is UTC
    assert first <= second


def test_a_fixed_clock_stands_still_until_it_is_moved() -> None:
    clock = FixedClock(MOMENT)
    assert clock.now() == clock.now() == MOMENT
    assert clock.advance(timedelta(days=200)) == clock.now() == datetime(2026, 10, 15, 0, 30, tzinfo=UTC)
    assert clock.move_to(datetime(2027, 1, 1, tzinfo=UTC)) == clock.now()


def test_a_fixed_clock_answers_in_utc_whatever_zone_it_was_set_in() -> None:
    clock = FixedClock(datetime(2026, 7, 1, 12, 0, tzinfo=ZoneInfo("Europe/Kyiv")))
    assert clock.now().isoformat() == "2026-07-01T09:00:00+00:00"


def test_a_fixed_clock_does_not_go_backwards() -> None:
    clock = FixedClock(MOMENT)
    with pytest.raises(ValueError, match="backwards"):
        clock.move_to(MOMENT - timedelta(seconds=1))
    assert clock.now() == MOMENT


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        FixedClock(datetime(2026, 1, 1))  # noqa: DTZ001 - the naive moment is the point
