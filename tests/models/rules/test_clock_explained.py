"""How a day came about: the steps, walked again without a calendar, end on the day that was planned."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from models.rules.clock_explained import (
    WORKED,
    DayKind,
    DayNote,
    Explanation,
    Fired,
    RungState,
    Step,
    StepKind,
    explain,
)
from models.rules.clocks import plan_clocks
from models.rules.facts import CaseFacts
from models.rules.policy import After, Anchor, ClockRule, MetBy, Rung
from models.rules.rulebook import Rulebook
from models.rules.terms import Term, TermUnit, last_day, last_day_until
from models.statuses import CaseStatus, NoticeState, ReplyKind, Role, RungKind, Stage
from tests.models.rules.rule_book import (
    CLOCKS,
    DAYS,
    HOURS,
    MONTHS,
    NAME,
    OMBUDSMAN_REPLY,
    POLICY,
    REPORTED,
    WEEKS,
    WGEID_URGENT,
    WORKING,
    YEARS,
    rule,
)
from tests.models.rules.rule_cases import Moment, moments
from tests.models.rules.rule_facts import KYIV, at, case, letter, on, pause, reply

HOLIDAYS: Mapping[date, str] = {on("Mon 2026-06-08"): "Whit Monday", on("Wed 2026-06-17"): "Midsummer"}
WORKED_DAYS: Mapping[date, DayKind] = {
    on("Thu 2026-06-11"): DayKind.WORKED_HOLIDAY,
    on("Sat 2026-06-20"): DayKind.WORKED,
}


def note(day: date) -> DayNote | None:
    if day in WORKED_DAYS:
        return DayNote(day, WORKED_DAYS[day], {"en": "worked all the same"})
    if day in HOLIDAYS:
        return DayNote(day, DayKind.HOLIDAY, {"en": HOLIDAYS[day]})
    return DayNote(day, DayKind.WEEKEND, {}) if day.isoweekday() > 5 else None


def works(day: date) -> bool:
    found = note(day)
    return found is None or found.kind in WORKED


def ways_of_counting() -> tuple[ClockRule, ...]:
    """A clock of every unit, rolling and not; after a letter also with a lag of every sort."""
    stages = tuple(
        rule(f"{unit}_{rolls}", Anchor.STAGE_ENTERED, 9, unit, MetBy.NEXT_STAGE, stage=Stage.REPORTED, rolls=rolls)
        for unit in (DAYS, WORKING, WEEKS, MONTHS, YEARS, HOURS)
        for rolls in (True, False)
    )
    lags = (None, Term(3, DAYS), Term(4, WORKING), Term(0, DAYS))
    letters = tuple(
        rule(f"lag_{number}", Anchor.LETTER_REGISTERED, 6, unit, MetBy.REPLY, body="ombudsman_ua", lag=lag)
        for number, (unit, lag) in enumerate((unit, lag) for unit in (WORKING, HOURS, DAYS) for lag in lags)
    )
    return (*stages, *letters, *CLOCKS)


BOOK = Rulebook(replace(POLICY, clocks=ways_of_counting()), {"office": works})


def walked(step: Step) -> date:
    """Walk one step by what it says alone."""
    resting = {each.on for each in step.skipped}
    if step.kind is StepKind.PAUSE:
        return step.from_on + sum(((span.until_on - span.from_on) for span in step.spans), timedelta())
    if step.kind is StepKind.ROLL:
        day = step.from_on
        while day in resting:
            day += timedelta(days=1)
        return day
    assert step.term is not None
    if step.term.unit is TermUnit.WORKING_DAYS:
        day, left = step.from_on, step.term.count
        while left:
            day += timedelta(days=1)
            left -= day not in resting
        return day
    if step.term.unit is TermUnit.HOURS:
        assert step.from_at is not None
        assert step.to_at == step.from_at + timedelta(hours=step.term.count)
        return last_day_until(step.to_at, KYIV)
    return last_day(step.from_on, step.term)


def replayed(told: Explanation) -> date:
    """Walk the steps one after another; each begins where the one before it ended."""
    day = told.steps[0].from_on
    for step in told.steps:
        assert step.from_on == day
        day = walked(step)
        assert step.to_on == day
    return day


def explained(one: ClockRule, now: str, facts: CaseFacts, fired: Fired | None = None) -> Explanation:
    book = Rulebook(replace(POLICY, clocks=(one,)), {"office": works})
    (clock,) = plan_clocks(facts, book, at(now))
    return explain(clock, facts, book, note=note, fired=fired or {}, now=at(now))


@given(moments())
def test_replaying_the_steps_gives_exactly_the_day_that_was_planned(moment: Moment) -> None:
    for clock in plan_clocks(moment.facts, BOOK, moment.now):
        told = explain(clock, moment.facts, BOOK, note=note, fired={}, now=moment.now)
        assert replayed(told) == clock.due_on
        assert len(told.rungs) == len(clock.rule.rungs)


def test_working_days_leave_out_weekends_and_holidays_each_by_its_name() -> None:
    one = rule("test", Anchor.STAGE_ENTERED, 8, WORKING, MetBy.NEXT_STAGE, stage=Stage.REPORTED)
    facts = case(
        opened_on=on("Fri 2026-06-05"), entries=(replace(case().entries[0], entered_at=at("Fri 2026-06-05 12:00")),)
    )
    counted, rolled = explained(one, "Fri 2026-06-05 13:00", facts).steps
    assert counted.first_on == on("Tue 2026-06-09")
    assert [(f"{each.on:%a %d}", each.kind) for each in counted.skipped] == [
        ("Sat 06", DayKind.WEEKEND),
        ("Sun 07", DayKind.WEEKEND),
        ("Mon 08", DayKind.HOLIDAY),
        ("Sat 13", DayKind.WEEKEND),
        ("Sun 14", DayKind.WEEKEND),
        ("Wed 17", DayKind.HOLIDAY),
    ]
    assert [each.on for each in counted.worked] == [on("Thu 2026-06-11")]
    assert (rolled.from_on, rolled.to_on) == (on("Fri 2026-06-19"), on("Fri 2026-06-19"))


def test_a_pause_and_the_roll_after_it_are_told_with_their_days() -> None:
    facts = case(pauses=(pause("Wed 2026-06-03", "Thu 2026-06-04"), pause("Tue 2026-06-09", "Wed 2026-06-10")))
    one = replace(REPORTED, term=Term(11, DAYS))
    counted, rested, rolled = explained(one, "Thu 2026-06-11 12:00", facts).steps
    assert (counted.first_on, counted.to_on) == (on("Tue 2026-06-02"), on("Fri 2026-06-12"))
    assert [(f"{span.from_on:%d}", f"{span.until_on:%d}") for span in rested.spans] == [("03", "04"), ("09", "10")]
    assert (rolled.from_on, rolled.to_on) == (on("Sun 2026-06-14"), on("Mon 2026-06-15"))
    assert [each.on for each in rolled.skipped] == [on("Sun 2026-06-14")]


def test_a_day_of_rest_that_is_worked_holds_the_last_day_and_says_so() -> None:
    one = replace(REPORTED, term=Term(19, DAYS))
    *_, rolled = explained(one, "Mon 2026-06-01 13:00", case()).steps
    assert (rolled.from_on, rolled.to_on) == (on("Sat 2026-06-20"), on("Sat 2026-06-20"))
    assert [each.kind for each in rolled.worked] == [DayKind.WORKED]


def test_a_hard_cut_off_neither_pauses_nor_rolls() -> None:
    facts = case(separation_on=on("Mon 2026-05-18"), pauses=(pause("Tue 2026-06-02", "Fri 2026-06-05"),))
    (counted,) = explained(WGEID_URGENT, "Mon 2026-06-08 12:00", facts).steps
    assert (counted.from_on, counted.to_on) == (on("Mon 2026-05-18"), on("Tue 2026-08-18"))


def test_registration_that_is_only_supposed_is_a_step_of_its_own() -> None:
    one = replace(OMBUDSMAN_REPLY, anchor=Anchor.LETTER_REGISTERED, lag=Term(3, WORKING))
    facts = case(letters=(letter("L1", "ombudsman_ua", "Fri 2026-06-05"),))
    lagged, *_ = explained(one, "Fri 2026-06-05 13:00", facts).steps
    assert (lagged.kind, lagged.from_on, lagged.to_on) == (
        StepKind.LAG,
        on("Fri 2026-06-05"),
        on("Thu 2026-06-11"),
    )
    known = replace(
        facts,
        replies=(
            replace(reply("L1", ReplyKind.ACKNOWLEDGEMENT, "Tue 2026-06-09"), registered_on=on("Mon 2026-06-08")),
        ),
    )
    first, *_ = explained(one, "Tue 2026-06-09 13:00", known).steps
    assert (first.kind, first.from_on) == (StepKind.COUNT, on("Mon 2026-06-08"))


def rung(rung_id: str, at_day: int, after: After | None = None) -> Rung:
    return Rung(rung_id, RungKind.REMINDER, (Role.COORDINATOR,), NAME, at_day=at_day, after=after)


LADDER = replace(
    OMBUDSMAN_REPLY,
    rungs=(
        rung("on_refusal", 2, After.REFUSAL),
        rung("asked_again", 20, After.SILENCE),
        rung("early", 5),
        rung("on_receipt", 3, After.ACKNOWLEDGEMENT),
        rung("late", 45),
    ),
)
SENT = case(letters=(letter("L1", "ombudsman_ua", "Mon 2026-06-01"),))
FIRED_AT = datetime(2026, 6, 8, 9, tzinfo=ZoneInfo("Europe/Kyiv"))


def states(now: str, facts: CaseFacts, fired: Fired | None = None) -> dict[str, RungState]:
    return {each.rung.id: each.state for each in explained(LADDER, now, facts, fired).rungs}


def test_each_rung_says_whether_it_fired_waits_or_lies_ahead() -> None:
    fired = {"early": (NoticeState.FIRED, FIRED_AT)}
    assert states("Mon 2026-06-08 12:00", SENT, fired) == {
        "early": RungState.FIRED,
        "asked_again": RungState.AHEAD,
        "late": RungState.AHEAD,
        "on_refusal": RungState.WAITING,
        "on_receipt": RungState.WAITING,
    }
    assert states("Mon 2026-06-08 12:00", SENT)["early"] is RungState.DUE
    late = states("Mon 2026-08-03 12:00", SENT)
    assert (late["early"], late["asked_again"], late["late"]) == (RungState.OUTRUN, RungState.OUTRUN, RungState.DUE)
    overtaken = {"early": (NoticeState.OVERTAKEN, FIRED_AT)}
    assert states("Mon 2026-06-08 12:00", SENT, overtaken)["early"] is RungState.OVERTAKEN


def test_rungs_come_in_the_order_of_their_moments_with_those_that_wait_at_the_end() -> None:
    told = explained(LADDER, "Mon 2026-06-08 12:00", SENT, {"early": (NoticeState.FIRED, FIRED_AT)})
    assert [each.rung.id for each in told.rungs] == ["early", "asked_again", "late", "on_refusal", "on_receipt"]
    assert told.rungs[0].fired_at == FIRED_AT


def test_a_rung_that_was_put_off_says_until_when() -> None:
    until = on("Mon 2026-06-29")
    facts = replace(SENT, snoozes=frozenset({("ombudsman_reply", "L1", "asked_again", until)}))
    told = {each.rung.id: each for each in explained(LADDER, "Mon 2026-06-08 12:00", facts).rungs}
    assert (told["asked_again"].state, told["asked_again"].snoozed_until) == (RungState.SNOOZED, until)
    assert told["asked_again"].at == at("Mon 2026-06-29 07:00")
    later = {each.rung.id: each for each in explained(LADDER, "Mon 2026-06-29 07:00", facts).rungs}
    assert later["asked_again"].state is RungState.DUE


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (
            ReplyKind.ACKNOWLEDGEMENT,
            {"asked_again": RungState.PASSED_BY, "on_receipt": RungState.AHEAD, "on_refusal": RungState.WAITING},
        ),
        (
            ReplyKind.REFUSAL,
            {"asked_again": RungState.PASSED_BY, "on_receipt": RungState.PASSED_BY, "on_refusal": RungState.AHEAD},
        ),
        (
            ReplyKind.ANSWER,
            {"asked_again": RungState.PASSED_BY, "on_receipt": RungState.PASSED_BY, "on_refusal": RungState.PASSED_BY},
        ),
    ],
)
def test_what_a_body_says_decides_which_rungs_are_left(kind: ReplyKind, expected: dict[str, RungState]) -> None:
    facts = replace(SENT, replies=(reply("L1", kind, "Mon 2026-06-08"),))
    told = states("Mon 2026-06-08 12:00", facts)
    assert {rung_id: told[rung_id] for rung_id in expected} == expected


def test_while_a_case_rests_its_rungs_rest_too() -> None:
    facts = replace(SENT, status=CaseStatus.SUSPENDED, pauses=(pause("Wed 2026-06-03"),))
    assert set(states("Mon 2026-06-08 12:00", facts).values()) == {RungState.RESTING}
