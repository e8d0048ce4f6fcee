"""What holds of every assessment, whatever is on record and however the looks are spaced."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from models.rules.assess import assess
from models.rules.clock_anchors import list_anchored
from models.rules.clocks import plan_clocks
from models.rules.facts import Pause
from models.statuses import CaseStatus, ClockState
from tests.models.rules.rule_cases import Moment, between, moments
from tests.models.rules.rule_facts import KYIV
from tests.models.rules.rule_looks import NOTHING_NEW, applied, changes, look, looks, standing
from tests.models.rules.wide_book import WIDE_BOOK as BOOK

A_YEAR = timedelta(days=366)
A_TICK = timedelta(microseconds=1)
fractions = st.floats(0, 1)


@given(moments())
def test_the_same_facts_at_the_same_moment_are_assessed_the_same(case: Moment) -> None:
    assert assess(case.facts, BOOK, case.now) == assess(replace(case.facts), BOOK, case.now)


@given(moments())
def test_once_applied_a_second_look_at_the_same_moment_finds_nothing_new(case: Moment) -> None:
    after, first = look(case.facts, BOOK, case.now)
    second = assess(after, BOOK, case.now)
    assert changes(second) == NOTHING_NEW
    assert standing(second) == standing(first)
    assert second.next_look_at == first.next_look_at
    assert applied(after, second, BOOK) == after


@given(moments(), fractions)
def test_until_the_next_look_is_due_time_alone_changes_nothing(case: Moment, fraction: float) -> None:
    after, first = look(case.facts, BOOK, case.now)
    due_at = first.next_look_at or case.now + A_YEAR
    assert due_at > case.now
    on_the_way = min(case.now + (due_at - case.now) * fraction, due_at - A_TICK)
    for moment in (case.now + A_TICK, on_the_way, due_at - A_TICK):
        between_looks = assess(after, BOOK, moment)
        assert changes(between_looks) == NOTHING_NEW
        assert standing(between_looks) == standing(first)
        assert between_looks.next_look_at == first.next_look_at


@given(moments())
def test_stages_are_entered_one_after_another_and_never_left_backwards(case: Moment) -> None:
    found = assess(case.facts, BOOK, case.now)
    orders = [case.facts.stage.order, *(entry.stage.order for entry in found.entered)]
    assert orders == list(range(orders[0], orders[0] + len(orders)))
    assert found.stage.order == orders[-1]
    assert not (found.entered and case.facts.status is not CaseStatus.OPEN)
    assert case.facts.held_stage not in [entry.stage for entry in found.entered]


def every(step: timedelta, first: datetime, last: datetime) -> Iterator[datetime]:
    while first < last:
        yield first
        first += step


@settings(max_examples=30, deadline=None)
@given(moments(dated_ahead=False), st.sets(st.integers(1, 10 * 24 * 60), max_size=6))
def test_no_rung_fires_twice_and_none_is_lost_however_the_looks_are_spaced(case: Moment, minutes: set[int]) -> None:
    end = case.now + timedelta(days=10)
    spaced = [case.now, *(case.now + timedelta(minutes=each) for each in sorted(minutes)), end]
    hourly = looks(case.facts, BOOK, [*every(timedelta(hours=1), case.now, end), end])
    seldom = looks(case.facts, BOOK, spaced)
    for looked in (hourly, seldom):
        told = [*looked.fired, *looked.overtaken]
        assert len(told) == len(set(told))
    assert {*seldom.fired, *seldom.overtaken} == {*hourly.fired, *hourly.overtaken}
    assert {*seldom.fired} <= {*hourly.fired}


@settings(max_examples=40, deadline=None)
@given(moments(dated_ahead=False), st.sets(st.integers(1, 200 * 24), max_size=5))
def test_the_looks_that_are_due_tell_what_looks_at_any_other_time_would(case: Moment, hours: set[int]) -> None:
    """The watch follows `next_look_at`; a person may look in between; or the office is down for months."""
    end = case.now + timedelta(days=200)
    when_due = looks(case.facts, BOOK, followed(case, end))
    seldom = looks(case.facts, BOOK, [case.now, *(case.now + timedelta(hours=each) for each in sorted(hours)), end])
    assert {*seldom.fired, *seldom.overtaken} == {*when_due.fired, *when_due.overtaken}
    assert {*seldom.fired} <= {*when_due.fired}
    # What was written on the way differs, and so do flags; where the case and its clocks stand does not.
    (stage, *_, clocks), (stage_when_due, *_, clocks_when_due) = (
        standing(assess(looked.facts, BOOK, end)) for looked in (seldom, when_due)
    )
    assert (stage, clocks) == (stage_when_due, clocks_when_due)


def followed(case: Moment, end: datetime) -> list[datetime]:
    """The moments at which a watch that is never late would look."""
    facts, when = case.facts, [case.now]
    while True:
        facts, found = look(facts, BOOK, when[-1])
        if found.next_look_at is None or found.next_look_at >= end:
            return [*when, end]
        when.append(found.next_look_at)


@given(moments())
def test_a_clock_that_a_case_is_not_looked_through_for_has_nothing_to_count_from(case: Moment) -> None:
    entered = frozenset(entry.stage for entry in case.facts.entries)
    concerning = BOOK.clocks_concerning(entered, bool(case.facts.letters), case.facts.arrival is not None)
    others = [rule for rule in BOOK.policy.clocks if rule not in concerning]
    assert [each for rule in others for each in list_anchored(rule, case.facts, BOOK, BOOK.today(case.now))] == []


@given(moments(status=CaseStatus.SUSPENDED))
def test_a_suspended_case_fires_no_rung_of_a_soft_clock(case: Moment) -> None:
    found = assess(case.facts, BOOK, case.now)
    assert all(due.clock.rule.hard for due in found.rungs)
    soft = {clock.state for clock in found.clocks if not clock.rule.hard}
    assert not soft & {ClockState.RUNNING, ClockState.OVERDUE, ClockState.LAPSED}


@given(moments(), st.data())
def test_no_pause_moves_a_hard_cut_off(case: Moment, data: st.DataObject) -> None:
    today = case.now.astimezone(KYIV).date()
    first, last = sorted(data.draw(st.tuples(*[between(case.facts.opened_on, today)] * 2)))
    rested = replace(case.facts, pauses=(Pause(first, last), *case.facts.pauses))
    before, after = (
        [clock.due_on for clock in plan_clocks(facts, BOOK, case.now) if clock.rule.hard]
        for facts in (case.facts, rested)
    )
    assert before == after
