"""A calendar is told of before the first clock comes that it could not count."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from models.errors import CalendarNotCovered
from models.rules.calendar_reach import list_running_out
from models.rules.policy import Anchor, MetBy
from models.rules.rulebook import Rulebook
from tests.models.rules.rule_book import DAYS, HOURS, POLICY, WORKING, rule, rungs, weekdays

LAST_DAY = date(2028, 12, 31)
ROLLS = timedelta(days=14)


def known_until(day: date) -> bool:
    if day > LAST_DAY:
        raise CalendarNotCovered("calendar_not_covered")
    return weekdays(day)


def running_out(begins_on: date, **clock: object) -> frozenset[str]:
    plain = rule("a_year", Anchor.STAGE_ENTERED, 365, DAYS, MetBy.NEXT_STAGE)
    policy = replace(POLICY, clocks=(replace(plain, **clock),))  # type: ignore[arg-type] # ClockRule's own
    return list_running_out(Rulebook(policy, {"office": known_until}), begins_on)


def test_a_calendar_must_reach_to_the_end_of_the_longest_term_and_a_fortnight_on() -> None:
    last = LAST_DAY - timedelta(days=365) - ROLLS
    assert running_out(last) == frozenset()
    assert running_out(last + timedelta(days=1)) == {"office"}


def test_a_rung_after_the_term_must_be_counted_too() -> None:
    last = LAST_DAY - timedelta(days=400) - ROLLS
    assert running_out(last, rungs=rungs(30, 400)) == frozenset()
    assert running_out(last + timedelta(days=1), rungs=rungs(30, 400)) == {"office"}


@pytest.mark.parametrize("unit", [WORKING, HOURS])
def test_a_term_that_the_calendar_itself_counts_runs_into_its_end(unit: object) -> None:
    term = replace(rule("a", Anchor.STAGE_ENTERED, 40, DAYS, MetBy.NEXT_STAGE).term, unit=unit)
    assert running_out(LAST_DAY - timedelta(days=90), term=term) == frozenset()
    assert running_out(LAST_DAY - timedelta(days=3), term=term) == {"office"}
