"""Ladders: which rung fires on which morning, once each, and what downtime, moved anchors and new rungs do."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from models.rules.clocks import PlannedClock, due_rungs, moments_ahead, plan_clocks, rung_moment
from models.rules.facts import CaseFacts
from models.rules.policy import Anchor, ClockRule, MetBy
from models.statuses import CaseStatus, Stage
from tests.models.rules.rule_book import (
    BOOK,
    DAYS,
    EIGHTEEN,
    MONTHS,
    OMBUDSMAN_REPLY,
    REPORTED,
    WGEID_URGENT,
    WORKING,
    book_of,
    rule,
    rungs,
)
from tests.models.rules.rule_facts import KYIV, at, case, letter, on, pause, way

ON_TIME = ("day_7", "day_12")


def clock_of(one: ClockRule, now: str, facts: CaseFacts) -> PlannedClock:
    (clock,) = plan_clocks(facts, book_of(one), at(now))
    return clock


def mornings(one: ClockRule, now: str, facts: CaseFacts) -> dict[str, str]:
    """Each rung's moment, as the clock on the office's wall shows it."""
    clock = clock_of(one, now, facts)
    return {
        rung.id: f"{rung_moment(clock, rung, BOOK).astimezone(KYIV):%a %Y-%m-%d %H:%M}" for rung in clock.rule.rungs
    }


def fires(
    one: ClockRule, now: str, facts: CaseFacts | None = None, fired: tuple[str, ...] = ()
) -> list[tuple[str, bool]]:
    """The rungs due at `now`, each with whether another overtakes it."""
    clock = clock_of(one, now, facts or case())
    keys = frozenset((*clock.key, rung) for rung in fired)
    return [(due.rung.id, due.overtaken) for due in due_rungs(clock, keys, BOOK, at(now))]


def test_reminders_fire_on_their_morning_and_the_rest_when_the_last_day_has_passed() -> None:
    assert mornings(REPORTED, "Mon 2026-06-01 12:00", case()) == {
        "day_7": "Mon 2026-06-08 07:00",
        "day_12": "Sat 2026-06-13 07:00",
        "day_15": "Wed 2026-06-17 07:00",  # due on Tue 2026-06-16
        "day_20": "Mon 2026-06-22 07:00",
        "day_30": "Thu 2026-07-02 07:00",
    }


def test_after_a_last_day_that_rolled_the_ladder_counts_from_the_day_it_rolled_to() -> None:
    facts = case(entries=way((Stage.REPORTED, "Fri 2026-06-05")))
    assert mornings(REPORTED, "Fri 2026-06-05 12:00", facts) == {
        "day_7": "Fri 2026-06-12 07:00",
        "day_12": "Wed 2026-06-17 07:00",
        "day_15": "Tue 2026-06-23 07:00",  # day 15 is a Saturday; due on Mon 2026-06-22
        "day_20": "Sun 2026-06-28 07:00",
        "day_30": "Wed 2026-07-08 07:00",
    }


def test_a_month_is_the_calendars_and_a_rung_of_day_31_waits_for_it_or_follows_it() -> None:
    # Of a month of 30 days day 31 is past the term; of one of 31 days it is the term itself.
    june, july = (
        mornings(OMBUDSMAN_REPLY, f"{day} 12:00", case(letters=(letter("L1", "ombudsman_ua", day),)))
        for day in ("Mon 2026-06-01", "Wed 2026-07-01")
    )
    assert june == {
        "day_15": "Tue 2026-06-16 07:00",
        "day_31": "Fri 2026-07-03 07:00",  # due on Wed 2026-07-01
        "day_45": "Fri 2026-07-17 07:00",
    }
    assert july == {
        "day_15": "Thu 2026-07-16 07:00",
        "day_31": "Tue 2026-08-04 07:00",  # the month ends on Sat 2026-08-01; due on Mon 2026-08-03
        "day_45": "Tue 2026-08-18 07:00",
    }


def test_a_rung_of_day_30_is_a_reminder_where_the_month_has_31_days() -> None:
    one = rule("test", Anchor.LETTER_TAKEN, 1, MONTHS, MetBy.REPLY, body="icrc", rungs=rungs(30))
    facts = case(letters=(letter("L1", "icrc", "Fri 2026-07-03"),))
    assert mornings(one, "Fri 2026-07-03 12:00", facts) == {"day_30": "Sun 2026-08-02 07:00"}
    assert clock_of(one, "Fri 2026-07-03 12:00", facts).due_on == on("Mon 2026-08-03")


def test_a_term_in_working_days_has_its_ladder_in_calendar_days() -> None:
    one = rule("test", Anchor.STAGE_ENTERED, 5, WORKING, MetBy.NEXT_STAGE, stage=Stage.REPORTED, rungs=rungs(6, 7, 8))
    assert mornings(one, "Mon 2026-06-01 12:00", case()) == {
        "day_6": "Sun 2026-06-07 07:00",
        "day_7": "Tue 2026-06-09 07:00",  # five working days end on Mon 2026-06-08, which is day 7
        "day_8": "Wed 2026-06-10 07:00",
    }


def test_a_ladder_may_begin_before_its_anchor() -> None:
    facts = case(adult_on=on("Sun 2026-11-01"))
    assert mornings(EIGHTEEN, "Mon 2026-06-01 12:00", facts) == {
        "day_-90": "Mon 2026-08-03 07:00",
        "day_0": "Mon 2026-11-02 07:00",
        "day_30": "Wed 2026-12-02 07:00",
    }


def test_a_rest_moves_the_rungs_that_are_still_to_come() -> None:
    facts = case(pauses=(pause("Mon 2026-06-08", "Wed 2026-06-10"),))
    assert mornings(REPORTED, "Wed 2026-06-10 12:00", facts) == {
        "day_7": "Wed 2026-06-10 07:00",
        "day_12": "Mon 2026-06-15 07:00",
        "day_15": "Fri 2026-06-19 07:00",
        "day_20": "Wed 2026-06-24 07:00",
        "day_30": "Sat 2026-07-04 07:00",
    }


@pytest.mark.parametrize(
    ("now", "fired", "due"),
    [
        ("Mon 2026-06-08 06:59", (), []),
        ("Mon 2026-06-08 07:00", (), [("day_7", False)]),
        ("Mon 2026-06-08 07:15", ("day_7",), []),
        ("Tue 2026-06-16 23:59", ON_TIME, []),
        ("Wed 2026-06-17 06:59", ON_TIME, []),
        ("Wed 2026-06-17 07:00", ON_TIME, [("day_15", False)]),
        # After a week of downtime only the highest fires.
        ("Wed 2026-06-17 07:00", (), [("day_7", True), ("day_12", True), ("day_15", False)]),
        ("Wed 2026-06-17 07:00", ("day_7",), [("day_12", True), ("day_15", False)]),
        ("Mon 2026-06-22 07:00", (*ON_TIME, "day_15"), [("day_20", False)]),
        # The policy has gained a rung since: below one that has fired it is overtaken, above it fires.
        ("Wed 2026-06-17 07:00", ("day_12", "day_15"), [("day_7", True)]),
        ("Wed 2026-06-17 07:00", ("day_7", "day_15"), [("day_12", True)]),
        ("Fri 2026-12-11 12:00", ("day_7", "day_12", "day_15", "day_20"), [("day_30", False)]),
        ("Fri 2026-12-11 12:00", ("day_7", "day_12", "day_15", "day_20", "day_30"), []),
    ],
)
def test_each_rung_fires_once_and_of_several_only_the_highest(
    now: str, fired: tuple[str, ...], due: list[tuple[str, bool]]
) -> None:
    assert fires(REPORTED, now, fired=fired) == due


def test_a_policy_may_list_its_rungs_in_any_order() -> None:
    upside_down = replace(REPORTED, rungs=REPORTED.rungs[::-1])
    due = [("day_7", True), ("day_12", True), ("day_15", False)]
    assert fires(upside_down, "Wed 2026-06-17 07:00") == due


def test_a_moved_anchor_never_repeats_a_rung() -> None:
    """The separation turns out to have been two weeks later: the ladder moves, what has fired stays fired."""
    before, after = (case(separation_on=on(day)) for day in ("Wed 2026-03-11", "Wed 2026-03-25"))
    assert mornings(WGEID_URGENT, "Mon 2026-06-01 12:00", before) == {
        "day_60": "Sun 2026-05-10 07:00",
        "day_80": "Sat 2026-05-30 07:00",
    }
    assert mornings(WGEID_URGENT, "Mon 2026-06-01 12:00", after) == {
        "day_60": "Sun 2026-05-24 07:00",
        "day_80": "Sat 2026-06-13 07:00",
    }
    assert fires(WGEID_URGENT, "Mon 2026-06-01 12:00", before) == [("day_60", True), ("day_80", False)]
    fired = ("day_60", "day_80")
    assert fires(WGEID_URGENT, "Mon 2026-06-01 12:00", after, fired) == []
    assert fires(WGEID_URGENT, "Sun 2026-06-14 12:00", after, fired) == []


def test_a_rung_below_one_that_fired_before_the_anchor_moved_is_overtaken() -> None:
    after = case(separation_on=on("Wed 2026-03-25"))
    assert fires(WGEID_URGENT, "Mon 2026-06-01 12:00", after, ("day_80",)) == [("day_60", True)]


def test_a_lapsed_cut_off_still_fires_what_it_has_not_and_then_rests() -> None:
    """Looked at too late, because the office was down: somebody must hear of it all the same."""
    facts = case(separation_on=on("Wed 2026-03-11"))
    assert fires(WGEID_URGENT, "Mon 2026-06-15 12:00", facts) == [("day_60", True), ("day_80", False)]
    assert fires(WGEID_URGENT, "Mon 2026-06-15 12:00", facts, ("day_60", "day_80")) == []


@pytest.mark.parametrize(
    ("entered", "before", "rung_at", "due_end"),
    [
        # Clocks go forward on Sun 2026-03-29 and back on Sun 2026-10-25: Kyiv is UTC+2, then +3, then +2.
        ("Sun 2026-03-22", "2026-03-28T05:00", "2026-03-29T04:00", "2026-04-06T21:00"),
        ("Mon 2026-03-23", "2026-03-29T04:00", "2026-03-30T04:00", "2026-04-07T21:00"),
        ("Sun 2026-10-18", "2026-10-24T04:00", "2026-10-25T05:00", "2026-11-02T22:00"),
        ("Mon 2026-10-19", "2026-10-25T05:00", "2026-10-26T05:00", "2026-11-03T22:00"),
    ],
)
def test_a_morning_is_seven_on_the_wall_before_and_after_the_clocks_change(
    entered: str, before: str, rung_at: str, due_end: str
) -> None:
    ladder = replace(REPORTED, rungs=rungs(6, 7))
    clock = clock_of(ladder, f"{entered} 13:00", case(entries=way((Stage.REPORTED, entered))))
    sixth, seventh = (rung_moment(clock, rung, BOOK) for rung in ladder.rungs)
    assert (sixth, seventh) == (utc(before), utc(rung_at))
    assert BOOK.end_of(clock.due_on) == utc(due_end)


def utc(iso: str) -> datetime:
    return datetime.fromisoformat(iso).replace(tzinfo=UTC)


def test_a_look_is_planned_for_each_rung_to_come_and_for_the_end_of_the_last_day() -> None:
    clock = clock_of(REPORTED, "Wed 2026-06-10 12:00", case())
    fired = frozenset({(*clock.key, "day_12")})
    now = at("Wed 2026-06-10 12:00")
    ahead = [f"{moment.astimezone(KYIV):%a %d %H:%M}" for moment in moments_ahead(clock, fired, BOOK, now)]
    assert ahead == ["Wed 17 07:00", "Mon 22 07:00", "Thu 02 07:00", "Wed 17 00:00"]
    later = list(moments_ahead(clock, fired, BOOK, at("Wed 2026-06-17 00:00")))
    assert later == [at("Wed 2026-06-17 07:00"), at("Mon 2026-06-22 07:00"), at("Thu 2026-07-02 07:00")]


def test_the_office_may_stand_in_another_time_zone() -> None:
    geneva = replace(BOOK.policy, office_day=replace(BOOK.policy.office_day, time_zone="Europe/Zurich"))
    book = replace(BOOK, policy=geneva)
    assert book.morning(on("Mon 2026-06-08")) == utc("2026-06-08T05:00")
    assert book.today(at("Mon 2026-06-08 00:30")) == on("Sun 2026-06-07")


def test_a_suspended_cases_rungs_come_later_by_its_rest() -> None:
    resting = case(status=CaseStatus.SUSPENDED, pauses=(pause("Mon 2026-06-08"),))
    assert mornings(REPORTED, "Wed 2026-06-10 12:00", resting)["day_12"] == "Mon 2026-06-15 07:00"


def test_a_term_of_no_days_is_over_with_its_anchors_day() -> None:
    one = rule("test", Anchor.STAGE_ENTERED, 0, DAYS, MetBy.NEXT_STAGE, stage=Stage.REPORTED, rungs=rungs(0))
    assert mornings(one, "Mon 2026-06-01 13:00", case()) == {"day_0": "Tue 2026-06-02 07:00"}
