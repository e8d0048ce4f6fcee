"""Rests: a suspended or closed case's clocks stand still and are extended; hard cut-offs never pause."""

from dataclasses import replace
from typing import Any

import pytest

from models.rules.clocks import paused_days
from models.rules.facts import CaseFacts
from models.rules.policy import ClockRule
from models.statuses import CaseStatus, ClockState, ReplyKind, Stage
from tests.models.rules.rule_book import OMBUDSMAN_REPLY, REPORTED, WGEID_URGENT
from tests.models.rules.rule_facts import case, letter, on, pause, reply, way
from tests.models.rules.rule_looks import clock_rows

RUNNING, PAUSED, OVERDUE, MET, LAPSED, DROPPED = ClockState
OPEN, SUSPENDED, CLOSED, ERASED = CaseStatus


def standing(one: ClockRule, now: str, facts: CaseFacts) -> tuple[str, ClockState, str | None]:
    ((_, due, state, ended),) = clock_rows(one, now, facts)
    return due, state, ended


# Opened on Mon 2026-06-01 with 15 days: due on Tue 2026-06-16 if nothing rests.
@pytest.mark.parametrize(
    ("status", "pauses", "now", "due", "state"),
    [
        (OPEN, (), "Wed 2026-06-10 12:00", "Tue 2026-06-16", RUNNING),
        # Suspended: while it rests the last day recedes by a day a day, rolling over weekends.
        (SUSPENDED, (pause("Mon 2026-06-08"),), "Mon 2026-06-08 12:00", "Tue 2026-06-16", PAUSED),
        (SUSPENDED, (pause("Mon 2026-06-08"),), "Wed 2026-06-10 12:00", "Thu 2026-06-18", PAUSED),
        (SUSPENDED, (pause("Mon 2026-06-08"),), "Fri 2026-06-12 12:00", "Mon 2026-06-22", PAUSED),
        (SUSPENDED, (pause("Mon 2026-06-08"),), "Fri 2026-12-11 12:00", "Mon 2026-12-21", PAUSED),
        # Resumed after two days; after two days twice; on the same day.
        (OPEN, (pause("Mon 2026-06-08", "Wed 2026-06-10"),), "Thu 2026-06-18 23:59", "Thu 2026-06-18", RUNNING),
        (OPEN, (pause("Mon 2026-06-08", "Wed 2026-06-10"),), "Fri 2026-06-19 00:00", "Thu 2026-06-18", OVERDUE),
        (
            OPEN,
            (pause("Mon 2026-06-08", "Wed 2026-06-10"), pause("Thu 2026-06-11", "Sat 2026-06-13")),
            "Mon 2026-06-15 12:00",
            "Mon 2026-06-22",  # day 19 is Sat 2026-06-20
            RUNNING,
        ),
        (OPEN, (pause("Mon 2026-06-08", "Mon 2026-06-08"),), "Wed 2026-06-10 12:00", "Tue 2026-06-16", RUNNING),
        # A rest before the clock began does not extend it; one that overlaps its beginning does so in part.
        (OPEN, (pause("Mon 2026-05-04", "Mon 2026-05-11"),), "Wed 2026-06-10 12:00", "Tue 2026-06-16", RUNNING),
        (OPEN, (pause("Fri 2026-05-29", "Wed 2026-06-03"),), "Wed 2026-06-10 12:00", "Thu 2026-06-18", RUNNING),
        # Two rests that overlap are counted once, in whatever order they were written down.
        (
            OPEN,
            (pause("Tue 2026-06-09", "Wed 2026-06-10"), pause("Mon 2026-06-08", "Wed 2026-06-10")),
            "Wed 2026-06-10 12:00",
            "Thu 2026-06-18",
            RUNNING,
        ),
        # Suspended when five days overdue: five days overdue when resumed.
        (SUSPENDED, (pause("Sun 2026-06-21"),), "Wed 2026-06-24 12:00", "Fri 2026-06-19", PAUSED),
        (OPEN, (pause("Sun 2026-06-21", "Wed 2026-06-24"),), "Wed 2026-06-24 12:00", "Fri 2026-06-19", OVERDUE),
    ],
)
def test_a_rest_extends_a_soft_clock_by_as_many_days(
    status: CaseStatus, pauses: tuple[Any, ...], now: str, due: str, state: ClockState
) -> None:
    assert standing(REPORTED, now, case(status=status, pauses=pauses)) == (due, state, None)


@pytest.mark.parametrize(
    ("status", "pauses", "now", "state", "ended"),
    [
        (SUSPENDED, (pause("Mon 2026-06-08"),), "Thu 2026-06-11 23:59", RUNNING, None),
        (SUSPENDED, (pause("Mon 2026-06-08"),), "Fri 2026-06-12 00:00", LAPSED, "Thu 2026-06-11"),
        (OPEN, (pause("Mon 2026-06-08", "Wed 2026-06-10"),), "Thu 2026-06-11 23:59", RUNNING, None),
        (OPEN, (pause("Mon 2026-06-08", "Wed 2026-06-10"),), "Fri 2026-06-12 00:00", LAPSED, "Thu 2026-06-11"),
        # Closed in time it is dropped; once lapsed it stays lapsed. A reopened case finds it where it is.
        (CLOSED, (pause("Mon 2026-06-08"),), "Mon 2026-06-08 12:00", DROPPED, "Mon 2026-06-08"),
        (CLOSED, (pause("Mon 2026-06-08"),), "Fri 2026-12-11 12:00", DROPPED, "Mon 2026-06-08"),
        (CLOSED, (pause("Fri 2026-06-12"),), "Fri 2026-06-12 12:00", LAPSED, "Thu 2026-06-11"),
        (OPEN, (pause("Mon 2026-06-08", "Tue 2026-06-09"),), "Wed 2026-06-10 12:00", RUNNING, None),
        (OPEN, (pause("Mon 2026-06-08", "Mon 2026-06-15"),), "Mon 2026-06-15 12:00", LAPSED, "Thu 2026-06-11"),
    ],
)
def test_a_hard_cut_off_never_pauses_and_lapses_for_good(
    status: CaseStatus, pauses: tuple[Any, ...], now: str, state: ClockState, ended: str | None
) -> None:
    facts = case(status=status, pauses=pauses, separation_on=on("Wed 2026-03-11"))
    assert standing(WGEID_URGENT, now, facts) == ("Thu 2026-06-11", state, ended)


@pytest.mark.parametrize("status", [CLOSED, ERASED])
def test_a_closed_cases_clock_is_dropped_where_it_stood_and_moves_no_more(status: CaseStatus) -> None:
    facts = case(status=status, pauses=(pause("Mon 2026-06-08"),))
    for now in ("Mon 2026-06-08 12:00", "Thu 2026-06-18 12:00", "Fri 2026-12-11 12:00"):
        assert standing(REPORTED, now, facts) == ("Tue 2026-06-16", DROPPED, "Mon 2026-06-08")


def test_a_case_closed_while_suspended_is_dropped_on_the_day_it_was_closed() -> None:
    facts = case(status=CLOSED, pauses=(pause("Mon 2026-06-08"), pause("Wed 2026-06-10")))
    assert standing(REPORTED, "Fri 2026-12-11 12:00", facts) == ("Thu 2026-06-18", DROPPED, "Wed 2026-06-10")


def test_a_closed_case_with_no_rest_on_record_counts_as_closed_today() -> None:
    facts = case(status=CLOSED)
    assert standing(REPORTED, "Wed 2026-06-10 12:00", facts) == ("Tue 2026-06-16", DROPPED, "Wed 2026-06-10")


def test_an_answer_that_comes_after_the_closing_finds_no_clock_until_the_case_is_reopened() -> None:
    sent = (letter("L1", "ombudsman_ua", "Mon 2026-06-01"),)
    answered = case(letters=sent, replies=(reply("L1", ReplyKind.ANSWER, "Wed 2026-06-10"),))
    closed = replace(answered, status=CLOSED, pauses=(pause("Mon 2026-06-08"),))
    reopened = replace(answered, pauses=(pause("Mon 2026-06-08", "Mon 2026-06-15"),))
    now = "Mon 2026-06-15 12:00"
    assert standing(OMBUDSMAN_REPLY, now, closed) == ("Wed 2026-07-01", DROPPED, "Mon 2026-06-08")
    assert standing(OMBUDSMAN_REPLY, now, reopened) == ("Fri 2026-07-03", MET, "Wed 2026-06-10")


def test_a_reopened_case_takes_its_clock_up_where_it_stood() -> None:
    facts = case(pauses=(pause("Mon 2026-06-08", "Mon 2026-06-29"),))
    assert standing(REPORTED, "Mon 2026-06-29 12:00", facts) == ("Tue 2026-07-07", RUNNING, None)


def test_what_has_ended_is_moved_by_no_later_rest() -> None:
    answered = case(
        status=SUSPENDED,
        letters=(letter("L1", "ombudsman_ua", "Mon 2026-06-01"),),
        replies=(reply("L1", ReplyKind.ANSWER, "Wed 2026-06-03"),),
        pauses=(pause("Mon 2026-06-08"),),
    )
    passed = case(
        status=SUSPENDED,
        entries=way((Stage.REPORTED, "Mon 2026-06-01"), (Stage.IDENTIFIED, "Wed 2026-06-03")),
        pauses=(pause("Mon 2026-06-08"),),
    )
    for now in ("Mon 2026-06-08 12:00", "Thu 2026-06-18 12:00"):
        assert standing(OMBUDSMAN_REPLY, now, answered) == ("Wed 2026-07-01", MET, "Wed 2026-06-03")
        assert standing(REPORTED, now, passed) == ("Tue 2026-06-16", MET, "Wed 2026-06-03")


def test_a_hard_clock_of_a_stage_that_was_left_too_late_has_lapsed() -> None:
    entries = way((Stage.REPORTED, "Mon 2026-06-01"), (Stage.IDENTIFIED, "Wed 2026-06-17"))
    facts, hard = case(entries=entries), replace(REPORTED, hard=True)
    assert standing(REPORTED, "Thu 2026-06-18 12:00", facts) == ("Tue 2026-06-16", MET, "Wed 2026-06-17")
    assert standing(hard, "Thu 2026-06-18 12:00", facts) == ("Tue 2026-06-16", LAPSED, "Tue 2026-06-16")


def test_days_of_rest_are_counted_within_the_span_asked_for() -> None:
    facts = case(pauses=(pause("Mon 2026-06-08", "Wed 2026-06-10"), pause("Mon 2026-06-15")))
    assert paused_days(facts, on("Mon 2026-06-01"), on("Wed 2026-06-17")) == 4
    assert paused_days(facts, on("Tue 2026-06-09"), on("Tue 2026-06-16")) == 2
    assert paused_days(facts, on("Wed 2026-06-17"), on("Mon 2026-06-01")) == 0
