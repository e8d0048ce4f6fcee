"""Checks of a clock's newer parts: lags, kinds, what a cut-off closes off, and rungs placed otherwise."""

from dataclasses import replace
from typing import Any

import pytest

from models.rules.policy import After, Anchor, ClockRule, MetBy, Rung
from models.rules.policy_checks.draft import PolicyDraft
from models.rules.policy_checks.ladders import check_clocks, shortest_and_longest
from models.rules.terms import Term, TermUnit
from models.statuses import Purpose, Role, RungKind
from tests.models.rules.policy_entries import CLOCK, KIND, NAME, RUNG

TERM = Term(30, TermUnit.CALENDAR_DAYS)
REPLY = replace(CLOCK, anchor=Anchor.LETTER_TAKEN, met_by=MetBy.REPLY, stage=None, body="office", term=TERM)
CUT_OFF = replace(
    CLOCK, anchor=Anchor.SEPARATION, met_by=MetBy.LETTER_TO, stage=None, body="office", hard=True, closes_off=NAME
)
BIRTHDAY = replace(
    CUT_OFF, anchor=Anchor.TENTH_BIRTHDAY, met_by=MetBy.NOTHING, body=None, term=Term(0, TermUnit.CALENDAR_DAYS)
)


def codes(clock: ClockRule) -> set[str]:
    draft = PolicyDraft(
        named={"clocks": {0: clock.id}, "bodies": {0: "office"}, "kinds": {0: KIND.id}},
        calendars=frozenset({"every_day"}),
        clocks={0: clock},
        kinds={0: KIND},
    )
    return {slip.code for slip in check_clocks(draft)} - {"stage_without_clock"}


def rung(kind: RungKind = RungKind.REMINDER, rung_id: str = "look", **placed: Any) -> Rung:
    return Rung(rung_id, kind, (Role.COORDINATOR,), NAME, **placed)


@pytest.mark.parametrize(
    ("clock", "wrong"),
    [
        (REPLY, set()),
        (CUT_OFF, set()),
        (replace(BIRTHDAY, rungs=(replace(RUNG, at_day=-30),)), set()),
        (replace(REPLY, anchor=Anchor.LETTER_REGISTERED, lag=Term(3, TermUnit.CALENDAR_DAYS)), set()),
        (replace(REPLY, anchor=Anchor.LETTER_DELIVERED), set()),
        (replace(REPLY, anchor=Anchor.LETTER_ACKNOWLEDGED), set()),
        (replace(REPLY, lag=Term(3, TermUnit.CALENDAR_DAYS)), {"parameter_unused"}),
        (replace(REPLY, anchor=Anchor.LETTER_REGISTERED, lag=Term(3, TermUnit.HOURS)), {"term_wrong"}),
        (replace(REPLY, body=None), {"parameter_missing"}),
        (replace(REPLY, anchor=Anchor.LETTER_REPLIED), {"met_by_wrong"}),
        (replace(REPLY, anchor=Anchor.CONSENT_GIVEN), {"met_by_wrong"}),
        (replace(REPLY, anchor=Anchor.CONSENT_GIVEN, met_by=MetBy.NOTHING), set()),
        (replace(REPLY, anchor=Anchor.CONSENT_GIVEN, met_by=MetBy.NOTHING, body=None, purpose=Purpose.SEARCH), set()),
        (replace(REPLY, kind=KIND.id), {"parameter_unused"}),
        (replace(CUT_OFF, kind=KIND.id), set()),
        (replace(CUT_OFF, kind="letter"), {"kind_unknown"}),
        (replace(CUT_OFF, kind=KIND.id, body="other"), {"body_unknown", "body_wrong"}),
        (replace(CUT_OFF, closes_off={}), {"closes_off_missing"}),
        (replace(CUT_OFF, closes_off={"en": "The way"}), {"language_missing"}),
        (replace(CUT_OFF, term=Term(400, TermUnit.HOURS)), {"term_wrong"}),
        (replace(REPLY, closes_off=NAME), {"parameter_unused"}),
        (replace(REPLY, term=Term(200, TermUnit.HOURS)), set()),
    ],
)
def test_a_clocks_parts_go_together(clock: ClockRule, wrong: set[str]) -> None:
    assert codes(clock) == wrong


@pytest.mark.parametrize(("count", "days"), [(24, (1, 1)), (36, (1, 2)), (72, (3, 3)), (73, (3, 4))])
def test_hours_are_so_many_days_at_the_least_and_at_the_most(count: int, days: tuple[int, int]) -> None:
    assert shortest_and_longest(Term(count, TermUnit.HOURS)) == days


@pytest.mark.parametrize(
    ("clock", "one", "wrong"),
    [
        (REPLY, rung(from_end=0), set()),
        (REPLY, rung(RungKind.OVERDUE, from_end=0), set()),
        (REPLY, rung(from_end=-29), set()),
        (REPLY, rung(from_end=-30), {"number_beyond_sense"}),
        (REPLY, rung(from_end=367), {"number_beyond_sense"}),
        (REPLY, rung(RungKind.OVERDUE, from_end=-1), {"rung_kind_wrong"}),
        (CUT_OFF, rung(from_end=-3), set()),
        (CUT_OFF, rung(from_end=0), {"rung_after_the_cut_off"}),
        (BIRTHDAY, rung(from_end=-60), set()),
        (BIRTHDAY, rung(from_end=-367), {"number_beyond_sense"}),
        (REPLY, rung(at_day=0, after=After.REFUSAL), set()),
        (REPLY, rung(RungKind.ESCALATION, at_day=14, after=After.REFUSAL), set()),
        (REPLY, rung(at_day=-1, after=After.REFUSAL), {"number_beyond_sense"}),
        (REPLY, rung(at_day=367, after=After.ACKNOWLEDGEMENT), {"number_beyond_sense"}),
        (REPLY, rung(from_end=0, after=After.ACKNOWLEDGEMENT), {"parameter_unused"}),
        (REPLY, rung(RungKind.OVERDUE, at_day=30, after=After.ACKNOWLEDGEMENT), {"rung_kind_wrong"}),
        (REPLY, rung(RungKind.OVERDUE, from_end=0, after=After.SILENCE), set()),
        (REPLY, rung(at_day=0, after=After.SILENCE), {"number_beyond_sense"}),
        (CUT_OFF, rung(at_day=3, after=After.SILENCE), {"parameter_unused"}),
    ],
)
def test_a_rung_stands_where_it_can_fire(clock: ClockRule, one: Rung, wrong: set[str]) -> None:
    assert codes(replace(clock, rungs=(one,))) == wrong


@pytest.mark.parametrize(
    ("ladder", "wrong"),
    [
        ((rung(at_day=20), rung(from_end=0, rung_id="b"), rung(at_day=45, rung_id="c")), set()),
        ((rung(from_end=0), rung(at_day=20, rung_id="b")), {"rungs_out_of_order"}),
        ((rung(from_end=0), rung(from_end=0, rung_id="b")), {"rungs_out_of_order"}),
        # What waits for something else stands on a ladder of its own.
        ((rung(at_day=20), rung(at_day=5, rung_id="b", after=After.REFUSAL)), set()),
        (
            (
                rung(at_day=20, after=After.REFUSAL),
                rung(at_day=40, rung_id="b"),
                rung(at_day=5, rung_id="c", after=After.REFUSAL),
            ),
            {"rungs_out_of_order"},
        ),
    ],
)
def test_rungs_that_wait_for_the_same_thing_stand_in_order(ladder: tuple[Rung, ...], wrong: set[str]) -> None:
    assert codes(replace(REPLY, rungs=ladder)) == wrong
