"""Checks of a policy's sense on entries made here: what the files' own tests cannot reach, or reach only together."""

from dataclasses import replace

import pytest

from models.rules.disclosure import Field
from models.rules.letter_policy import Body, BodyCategory, LetterKind
from models.rules.policy import Anchor, ClockRule, MetBy, Requirement, RequirementKind, StageRule
from models.rules.policy_checks import check_policy
from models.rules.policy_checks.bodies import check_bodies
from models.rules.policy_checks.draft import PolicyDraft
from models.rules.policy_checks.gates import check_stages
from models.rules.policy_checks.kinds import check_kinds
from models.rules.policy_checks.ladders import check_clocks, shortest_and_longest
from models.rules.terms import Term, TermUnit
from models.statuses import LetterState, Purpose, RungKind, Stage
from tests.models.rules.policy_entries import BODY, CATEGORY, CLOCK, KIND, NAME, RUNG

ASKS = Requirement(RequirementKind.REQUEST_TAKEN, "a law", bodies=("office",), purpose=Purpose.RETURN)


def clock_codes(clock: ClockRule) -> set[str]:
    named = {"clocks": {0: clock.id}}
    draft = PolicyDraft(named=named, calendars=frozenset({"every_day"}), clocks={0: clock})
    return {slip.code for slip in check_clocks(draft)} - {"stage_without_clock"}


@pytest.mark.parametrize(
    ("term", "days"),
    [
        (Term(15, TermUnit.CALENDAR_DAYS), (15, 15)),
        (Term(2, TermUnit.WEEKS), (14, 14)),
        (Term(1, TermUnit.MONTHS), (28, 31)),
        (Term(2, TermUnit.YEARS), (730, 732)),
        (Term(5, TermUnit.WORKING_DAYS), (5, 25)),
    ],
)
def test_a_term_has_this_many_days_at_the_least_and_at_the_most(term: Term, days: tuple[int, int]) -> None:
    assert shortest_and_longest(term) == days


def test_a_clock_that_is_right_has_no_slips() -> None:
    assert clock_codes(CLOCK) == set()


def test_a_clock_without_rungs_tells_nobody() -> None:
    assert clock_codes(replace(CLOCK, rungs=())) == {"ladder_empty"}


@pytest.mark.parametrize(
    ("at_day", "kind", "codes"),
    [
        (1, RungKind.REMINDER, set()),
        (0, RungKind.REMINDER, {"number_beyond_sense"}),
        (13, RungKind.REMINDER, set()),
        (13, RungKind.OVERDUE, {"rung_kind_wrong"}),
        (13, RungKind.ESCALATION, {"rung_kind_wrong"}),
        (14, RungKind.OVERDUE, set()),
        (14, RungKind.REMINDER, set()),
        (380, RungKind.ESCALATION, set()),
        (381, RungKind.ESCALATION, {"number_beyond_sense"}),
    ],
)
def test_a_rung_on_a_clock_of_fourteen_days(at_day: int, kind: RungKind, codes: set[str]) -> None:
    assert clock_codes(replace(CLOCK, rungs=(replace(RUNG, at_day=at_day, kind=kind),))) == codes


@pytest.mark.parametrize(("at_day", "code"), [(27, None), (28, "straddles"), (30, "straddles"), (31, None)])
def test_a_rung_on_a_clock_of_one_month_stands_clear_of_its_end(at_day: int, code: str | None) -> None:
    month = replace(CLOCK, term=Term(1, TermUnit.MONTHS), rungs=(replace(RUNG, at_day=at_day),))
    assert clock_codes(month) == ({"rung_straddles_the_end"} if code else set())


@pytest.mark.parametrize(("at_day", "code"), [(83, None), (93, "rung_after_the_cut_off")])
def test_nothing_can_fire_after_a_cut_off(at_day: int, code: str | None) -> None:
    cut_off = replace(
        CLOCK,
        anchor=Anchor.SEPARATION,
        met_by=MetBy.NOTHING,
        stage=None,
        term=Term(3, TermUnit.MONTHS),
        hard=True,
        closes_off=NAME,
        rungs=(replace(RUNG, at_day=at_day),),
    )
    assert clock_codes(cut_off) == ({code} if code else set())


@pytest.mark.parametrize(
    ("at_day", "codes"), [(-367, {"number_beyond_sense"}), (-366, set()), (-30, set()), (0, set())]
)
def test_only_a_birthday_is_known_beforehand(at_day: int, codes: set[str]) -> None:
    birthday = replace(
        CLOCK,
        anchor=Anchor.EIGHTEENTH_BIRTHDAY,
        met_by=MetBy.OWN_CONSENT,
        stage=None,
        term=Term(0, TermUnit.CALENDAR_DAYS),
        rungs=(replace(RUNG, at_day=at_day),),
    )
    assert clock_codes(birthday) == codes


def test_a_purpose_on_a_clock_has_no_effect_and_is_refused() -> None:
    assert clock_codes(replace(CLOCK, purpose=Purpose.SEARCH)) == {"parameter_unused"}


def test_broken_calendars_are_not_reported_at_every_clock_as_well() -> None:
    draft = PolicyDraft(named={"clocks": {0: CLOCK.id}}, calendars=frozenset(), clocks={0: CLOCK})
    assert "calendar_unknown" not in {slip.code for slip in check_clocks(draft)}


def test_a_broken_clock_does_not_leave_its_stage_without_one() -> None:
    draft = PolicyDraft(named={"clocks": {0: "stage.located"}}, calendars=frozenset())
    assert list(check_clocks(draft)) == []


@pytest.mark.parametrize(
    ("kinds", "named", "codes"),
    [
        ({0: KIND}, {0: KIND.id}, ["body_without_letter"]),
        ({}, {0: KIND.id}, []),
        ({0: replace(KIND, purposes=(Purpose.RETURN,))}, {0: KIND.id}, []),
        (
            {0: replace(KIND, purposes=(Purpose.RETURN,), follows=(LetterState.SENT,))},
            {0: KIND.id},
            ["body_without_letter"],
        ),
    ],
)
def test_a_gate_waits_for_no_letter_that_cannot_be_written(
    kinds: dict[int, LetterKind], named: dict[int, str], codes: list[str]
) -> None:
    stages = {place: StageRule(stage, NAME, (ASKS,) if place else ()) for place, stage in enumerate(Stage)}
    draft = PolicyDraft(
        named={
            "stages": {place: rule.stage for place, rule in stages.items()},
            "bodies": {0: "office"},
            "kinds": named,
        },
        calendars=frozenset(),
        stages={3: stages[3]},
        kinds=kinds,
    )
    assert [slip.code for slip in check_stages(draft)] == codes


def body_codes(body: Body, category: BodyCategory = CATEGORY) -> set[str]:
    draft = PolicyDraft(
        named={"bodies": {0: body.id}, "categories": {0: category.id}, "kinds": {0: KIND.id}},
        calendars=frozenset(),
        bodies={0: body},
        categories={0: category},
        kinds={0: KIND},
    )
    return {slip.code for slip in (*check_bodies(draft), *check_kinds(draft))}


def test_a_body_that_is_asked_for_something_needs_a_consent_and_an_address() -> None:
    assert body_codes(replace(BODY, consent_required=True)) == {"address_missing"}
    assert body_codes(replace(BODY, consent_required=False)) == {"purpose_without_consent"}


@pytest.mark.parametrize("field", Field)
def test_a_field_that_the_category_excludes_is_refused_whichever_it_is(field: Field) -> None:
    body, category = replace(BODY, allow=(field,)), replace(CATEGORY, excluded=(field,))
    assert body_codes(body, category) == {"address_missing", "field_excluded"}
    assert body_codes(body) == {"address_missing"}


def test_an_empty_policy_lacks_every_stage_way_and_clock() -> None:
    codes = [slip.code for slip in check_policy(PolicyDraft(named={}, calendars=frozenset()))]
    assert sorted(set(codes)) == ["entry_missing", "stage_missing", "stage_without_clock"]
    assert (codes.count("stage_missing"), codes.count("entry_missing"), codes.count("stage_without_clock")) == (
        6,
        11,
        6,
    )
