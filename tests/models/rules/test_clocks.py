"""Clocks, a table for each rule: from which day, until which day, what stops it, and where it stands when."""

from dataclasses import replace
from typing import Any

import pytest

from models.errors import CalendarNotCovered
from models.rules.clocks import plan_clocks
from models.rules.policy import Anchor, MetBy
from models.rules.rulebook import Rulebook
from models.rules.terms import TermUnit
from models.statuses import (
    ClockState,
    LetterState,
    Purpose,
    ReplyKind,
    SourceKind,
    Stage,
)
from tests.models.rules.rule_book import (
    DAYS,
    EIGHTEEN,
    FOLLOW_UP,
    LOCATED,
    LOCATION_STALE,
    MONTHS,
    OMBUDSMAN_REPLY,
    REPORTED,
    VISIT_72H,
    WEEKS,
    WGEID_URGENT,
    WORKING,
    YEARS,
    book_of,
    rule,
)
from tests.models.rules.rule_facts import at, case, days_later, letter, on, reply, way
from tests.models.rules.rule_looks import clock_rows, planned

RUNNING, PAUSED, OVERDUE, MET, LAPSED, DROPPED = ClockState
OFFICIAL = SourceKind.OFFICIAL


@pytest.mark.parametrize(
    ("entered", "count", "unit", "rolls", "due"),
    [
        ("Mon 2026-06-01", 15, DAYS, True, "Tue 2026-06-16"),
        ("Fri 2026-06-05", 15, DAYS, True, "Mon 2026-06-22"),  # day 15 is Sat 2026-06-20
        ("Fri 2026-06-05", 15, DAYS, False, "Sat 2026-06-20"),
        ("Sat 2026-06-06", 15, DAYS, True, "Mon 2026-06-22"),  # day 15 is Sun 2026-06-21
        ("Mon 2026-06-08", 14, DAYS, True, "Mon 2026-06-22"),
        ("Fri 2026-06-05", 5, WORKING, True, "Fri 2026-06-12"),
        ("Mon 2026-06-01", 6, WEEKS, True, "Mon 2026-07-13"),
        ("Sat 2026-01-31", 1, MONTHS, True, "Mon 2026-03-02"),  # the month ends on Sat 2026-02-28
        ("Sun 2026-05-31", 1, MONTHS, True, "Tue 2026-06-30"),
        ("Mon 2026-06-01", 1, YEARS, True, "Tue 2027-06-01"),
    ],
)
def test_a_term_counts_from_the_day_after_its_anchor_and_rolls_over_a_weekend(
    entered: str, count: int, unit: TermUnit, *, rolls: bool, due: str
) -> None:
    one = rule("test", Anchor.STAGE_ENTERED, count, unit, MetBy.NEXT_STAGE, stage=Stage.REPORTED, rolls=rolls)
    facts = case(entries=way((Stage.REPORTED, entered)), opened_on=on(entered))
    assert clock_rows(one, f"{entered} 13:00", facts) == [("reported#1", due, RUNNING, None)]


def test_a_stage_is_entered_on_the_day_the_office_has_and_not_the_day_utc_has() -> None:
    entry = replace(case().entries[0], entered_at=at("Tue 2026-06-02 00:30"))
    (clock,) = planned(REPORTED, "Tue 2026-06-02 12:00", case(entries=(entry,)))
    assert clock.anchor_on == on("Tue 2026-06-02")


@pytest.mark.parametrize(
    ("now", "state"),
    [
        ("Mon 2026-06-01 12:00", RUNNING),
        ("Tue 2026-06-16 23:59", RUNNING),
        ("Wed 2026-06-17 00:00", OVERDUE),
        ("Thu 2026-12-31 12:00", OVERDUE),
    ],
)
def test_a_clock_is_overdue_once_its_last_day_has_passed_in_full(now: str, state: ClockState) -> None:
    assert clock_rows(REPORTED, now, case()) == [("reported#1", "Tue 2026-06-16", state, None)]


def test_the_next_stage_stops_a_stages_clock_and_a_step_back_drops_it() -> None:
    facts = case(
        entries=way(
            (Stage.REPORTED, "Mon 2026-06-01"),
            (Stage.IDENTIFIED, "Tue 2026-06-02"),
            (Stage.LOCATED, "Wed 2026-06-03"),
            (Stage.IDENTIFIED, "Mon 2026-06-08"),  # stepped back
            (Stage.LOCATED, "Thu 2026-06-11"),
        )
    )
    identified = rule("identified", Anchor.STAGE_ENTERED, 90, DAYS, MetBy.NEXT_STAGE, stage=Stage.IDENTIFIED)
    assert clock_rows(identified, "Fri 2026-06-12 12:00", facts) == [
        ("identified#2", "Mon 2026-08-31", MET, "Wed 2026-06-03"),
        ("identified#4", "Mon 2026-09-07", MET, "Thu 2026-06-11"),
    ]
    assert clock_rows(LOCATED, "Fri 2026-06-12 12:00", facts) == [
        ("located#3", "Wed 2026-06-17", DROPPED, "Mon 2026-06-08"),
        ("located#5", "Thu 2026-06-25", RUNNING, None),
    ]


SENT = letter("L1", "ombudsman_ua", "Mon 2026-06-01")


@pytest.mark.parametrize(
    ("letters", "replies", "clocks"),
    [
        # No clock before the relay has taken the letter, and none for another body's.
        ((letter("L1", "ombudsman_ua", state=LetterState.QUEUED),), (), []),
        ((letter("L1", "icrc", "Mon 2026-06-01"),), (), []),
        ((SENT,), (), [("L1", "Wed 2026-07-01", RUNNING, None)]),
        # An acknowledgement stops nothing; an answer, a refusal and a question do, the first of them.
        (
            (SENT,),
            (reply("L1", ReplyKind.ACKNOWLEDGEMENT, "Wed 2026-06-03"),),
            [("L1", "Wed 2026-07-01", RUNNING, None)],
        ),
        (
            (SENT,),
            (reply("L1", ReplyKind.ANSWER, "Tue 2026-06-09"), reply("L1", ReplyKind.REFUSAL, "Wed 2026-06-03")),
            [("L1", "Wed 2026-07-01", MET, "Wed 2026-06-03")],
        ),
        (
            (SENT,),
            (reply("L1", ReplyKind.REQUEST_FOR_INFORMATION, "Wed 2026-06-03"),),
            [("L1", "Wed 2026-07-01", MET, "Wed 2026-06-03")],
        ),
        # Each letter has its own clock, and a reply belongs to its letter.
        (
            (SENT, letter("L2", "ombudsman_ua", "Tue 2026-06-02")),
            (reply("L2", ReplyKind.ANSWER, "Wed 2026-06-03"),),
            [("L1", "Wed 2026-07-01", RUNNING, None), ("L2", "Thu 2026-07-02", MET, "Wed 2026-06-03")],
        ),
    ],
)
def test_a_reply_clock_runs_from_the_taking_of_the_letter_to_its_answer(
    letters: tuple[Any, ...], replies: tuple[Any, ...], clocks: list[Any]
) -> None:
    assert clock_rows(OMBUDSMAN_REPLY, "Wed 2026-06-10 12:00", case(letters=letters, replies=replies)) == clocks


def test_a_clock_for_letters_of_one_purpose_passes_by_the_others() -> None:
    letters = (SENT, letter("L2", "ombudsman_ua", "Tue 2026-06-02", purpose=Purpose.RETURN))
    only_returns = replace(OMBUDSMAN_REPLY, purpose=Purpose.RETURN)
    clocks = planned(only_returns, "Wed 2026-06-10 12:00", case(letters=letters))
    assert [clock.anchor for clock in clocks] == ["L2"]


@pytest.mark.parametrize(
    ("taken", "purpose", "now", "state", "closed"),
    [
        (None, None, "Thu 2026-06-11 23:59", RUNNING, None),
        (None, None, "Fri 2026-06-12 00:00", LAPSED, "Thu 2026-06-11"),
        ("Wed 2026-06-10", None, "Thu 2026-06-11 12:00", MET, "Wed 2026-06-10"),
        ("Thu 2026-06-11", None, "Fri 2026-06-12 12:00", MET, "Thu 2026-06-11"),
        # A day late is late, and stays so.
        ("Fri 2026-06-12", None, "Fri 2026-06-12 12:00", LAPSED, "Thu 2026-06-11"),
        ("Fri 2026-06-12", None, "Fri 2026-12-11 12:00", LAPSED, "Thu 2026-06-11"),
        ("Wed 2026-06-10", Purpose.RETURN, "Thu 2026-06-11 12:00", RUNNING, None),
        ("Wed 2026-06-10", Purpose.SEARCH, "Thu 2026-06-11 12:00", MET, "Wed 2026-06-10"),
    ],
)
def test_a_hard_cut_off_is_met_by_a_letter_taken_in_time_or_lapses_for_good(
    taken: str | None, purpose: Purpose | None, now: str, state: ClockState, closed: str | None
) -> None:
    letters = (letter("L1", "icrc", "Tue 2026-06-02"), letter("L2", "wgeid", taken))
    facts = case(separation_on=on("Wed 2026-03-11"), letters=letters)
    one = replace(WGEID_URGENT, purpose=purpose)
    assert clock_rows(one, now, facts) == [("separation", "Thu 2026-06-11", state, closed)]


@pytest.mark.parametrize(
    ("separated", "opened", "rolls", "due"),
    [
        ("Sun 2026-03-01", "Mon 2026-06-01", False, ["Mon 2026-06-01"]),
        ("Sun 2026-03-01", "Tue 2026-06-02", False, []),
        ("Fri 2026-03-06", "Sun 2026-06-07", False, []),  # over on Sat 2026-06-06
        # The same, but the last day rolls to Monday: on that day the letter could still go.
        ("Fri 2026-03-06", "Sun 2026-06-07", True, ["Mon 2026-06-08"]),
        ("Fri 2026-03-06", "Mon 2026-06-08", True, ["Mon 2026-06-08"]),
        ("Fri 2026-03-06", "Tue 2026-06-09", True, []),
    ],
)
def test_a_cut_off_that_had_passed_before_the_case_was_ours_is_no_clock(
    separated: str, opened: str, *, rolls: bool, due: list[str]
) -> None:
    facts = case(separation_on=on(separated), opened_on=on(opened), entries=way((Stage.REPORTED, opened)))
    clocks = planned(replace(WGEID_URGENT, rolls=rolls), f"{opened} 12:00", facts)
    assert [f"{clock.due_on:%a %Y-%m-%d}" for clock in clocks] == due


def test_a_cut_off_long_past_needs_no_calendar_of_its_year() -> None:
    def only_2026(day: Any) -> bool:
        if day.year != 2026:
            raise CalendarNotCovered("calendar_not_covered", "Add the year.", year=day.year)
        return bool(day.isoweekday() <= 5)

    book = Rulebook(book_of(replace(WGEID_URGENT, rolls=True)).policy, {"office": only_2026})
    assert plan_clocks(case(separation_on=on("Sat 2014-03-01")), book, at("Mon 2026-06-01 12:00")) == ()


def test_a_hard_cut_off_may_count_working_days() -> None:
    one = rule("test", Anchor.SEPARATION, 5, WORKING, MetBy.NOTHING, hard=True)
    facts = case(separation_on=on("Fri 2026-05-29"))
    assert clock_rows(one, "Mon 2026-06-01 12:00", facts) == [("separation", "Fri 2026-06-05", RUNNING, None)]


def test_without_its_anchor_there_is_no_clock() -> None:
    for one in (WGEID_URGENT, LOCATION_STALE, EIGHTEEN, VISIT_72H, FOLLOW_UP, OMBUDSMAN_REPLY):
        assert clock_rows(one, "Mon 2026-06-01 12:00", case(Stage.RETURNED)) == []


def test_once_home_no_cut_off_counts_from_the_separation_any_more() -> None:
    facts = case(Stage.RETURNED, separation_on=on("Wed 2026-03-11"))
    assert clock_rows(WGEID_URGENT, "Mon 2026-06-01 12:00", facts) == []


def test_a_moved_anchor_replans_the_clock_under_the_same_key() -> None:
    before, after = (
        planned(WGEID_URGENT, "Mon 2026-06-01 12:00", case(separation_on=on(day)))[0]
        for day in ("Wed 2026-03-11", "Wed 2026-03-25")
    )
    assert before.key == after.key == ("wgeid_urgent", "separation")
    assert (before.due_on, after.due_on) == (on("Thu 2026-06-11"), on("Thu 2026-06-25"))


def test_the_days_of_these_tables_are_counted_with_the_wall_calendar() -> None:
    assert days_later("Mon 2026-06-01", 90) == "Sun 2026-08-30"
