"""What another policy would change about a case, and that adopting it repeats nothing that has fired."""

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from models.rules.assess import assess
from models.rules.facts import CaseFacts
from models.rules.policy import ClockRule, Policy, Rung
from models.rules.policy_changed import CaseDifference, differ
from models.rules.rulebook import Rulebook
from models.rules.terms import Term, TermUnit
from models.statuses import CaseStatus, Stage
from tests.models.rules.rule_book import BOOK, CLOCKS, DAYS, ICRC, LOCATED, POLICY, REPORTED, book_of, rungs
from tests.models.rules.rule_cases import Moment, moments
from tests.models.rules.rule_facts import at, case, facts_for, on, pause
from tests.models.rules.rule_looks import applied, look


@st.composite
def changed_ladders(draw: st.DrawFn, rule: ClockRule) -> tuple[Rung, ...]:
    """A ladder with rungs taken away, moved and put in."""
    kept = tuple(rung for rung in rule.rungs if draw(st.integers(0, 4)))
    moved = tuple(
        replace(rung, at_day=max(1, (rung.at_day or 0) + draw(st.sampled_from([-20, 0, 0, 7])))) for rung in kept
    )
    return (*moved, *rungs(draw(st.integers(101, 400)))) if draw(st.booleans()) else moved


@st.composite
def changed_policies(draw: st.DrawFn) -> Policy:
    """The test policy as somebody may have edited it: other terms and ladders, clocks and gates taken away."""
    clocks = []
    for rule in CLOCKS:
        if draw(st.integers(0, 6)) == 0:
            continue
        units = st.sampled_from([TermUnit.CALENDAR_DAYS, TermUnit.WORKING_DAYS])
        term = draw(st.just(rule.term) | st.builds(Term, st.integers(0, 60), units))
        clocks.append(replace(rule, term=term, rolls=draw(st.booleans()), rungs=draw(changed_ladders(rule))))
    open_stage = draw(st.sampled_from([None, *Stage]))
    stages = tuple(replace(each, gate=()) if each.stage is open_stage else each for each in POLICY.stages)
    return replace(POLICY, clocks=tuple(clocks), stages=stages)


@settings(deadline=None)
@given(moments(), changed_policies())
def test_adopting_a_policy_never_repeats_a_rung_that_has_fired(moment: Moment, policy: Policy) -> None:
    facts, _ = look(moment.facts, BOOK, moment.now)
    adopted = Rulebook(policy, BOOK.calendars)
    found = assess(facts, adopted, moment.now)
    keys = [(*due.clock.key, due.rung.id) for due in found.rungs]
    assert not facts.rungs & set(keys)
    assert len(keys) == len(set(keys))
    again = assess(applied(facts, found, adopted), BOOK, moment.now)
    assert not (facts.rungs | set(keys)) & {(*due.clock.key, due.rung.id) for due in again.rungs}
    difference = differ(facts, assess(facts, BOOK, moment.now), found)
    assert set(difference.fires) <= set(keys)


@given(moments())
def test_the_same_policy_changes_nothing(moment: Moment) -> None:
    found = assess(moment.facts, BOOK, moment.now)
    assert differ(moment.facts, found, found) == CaseDifference((), (), (), (), (), (), (), 0)


def difference(
    now: str, facts: CaseFacts, before: tuple[ClockRule, ...], *after: ClockRule, **changes: Any
) -> CaseDifference:
    old, new = book_of(*before), book_of(*after, base=replace(POLICY, **changes))
    return differ(facts, assess(facts, old, at(now)), assess(facts, new, at(now)))


def test_a_shorter_term_moves_the_clock_and_fires_what_has_come_to_be_due() -> None:
    shorter = replace(REPORTED, term=Term(5, DAYS), rungs=rungs(2, 4, 30, order=ICRC))
    found = difference("Fri 2026-06-05 12:00", case(), (REPORTED,), shorter)
    (move,) = found.moves
    assert (move.rule, move.from_on, move.to_on) == (REPORTED.id, on("Tue 2026-06-16"), on("Mon 2026-06-08"))
    # The earlier of the two that have come to be due is overtaken and tells nobody.
    assert found.fires == ((REPORTED.id, "reported#1", "day_4"),)
    assert [key[2] for key in found.never] == ["day_12", "day_15", "day_20", "day_7"]
    assert found.changes == 6


def test_clocks_appear_and_go_with_their_rules() -> None:
    other = replace(REPORTED, id="another", rungs=())
    found = difference("Fri 2026-06-05 12:00", case(), (REPORTED,), other)
    assert (found.appears, found.goes) == ((("another", "reported#1"),), ((REPORTED.id, "reported#1"),))
    assert len(found.never) == len(REPORTED.rungs)


def test_a_rung_that_has_fired_is_neither_fired_again_nor_missed() -> None:
    facts = case(rungs=frozenset({(REPORTED.id, "reported#1", "day_7")}))
    moved = replace(REPORTED, rungs=rungs(7, 12, 15, 20, 30)[1:])
    assert difference("Fri 2026-06-12 12:00", facts, (REPORTED,), moved).never == ()
    later = replace(REPORTED, rungs=(replace(REPORTED.rungs[0], at_day=8), *REPORTED.rungs[1:]))
    assert difference("Fri 2026-06-12 12:00", facts, (REPORTED,), later).fires == ()


def test_a_resting_case_loses_the_rungs_it_would_have_had() -> None:
    facts = case(status=CaseStatus.SUSPENDED, pauses=(pause("Wed 2026-06-03"),))
    found = difference("Fri 2026-06-05 12:00", facts, (REPORTED,), replace(REPORTED, rungs=REPORTED.rungs[:-1]))
    assert found.never == ((REPORTED.id, "reported#1", "day_30"),)


def test_an_easier_gate_is_entered_and_a_stricter_one_broken() -> None:
    easier = tuple(replace(each, gate=()) if each.stage is Stage.IDENTIFIED else each for each in POLICY.stages)
    found = difference("Fri 2026-06-05 12:00", case(), (REPORTED,), REPORTED, stages=easier)
    assert found.enters == (Stage.IDENTIFIED,)
    facts = case(Stage.LOCATED, **facts_for(Stage.IDENTIFIED))
    gates = {each.stage: each.gate for each in POLICY.stages}
    stricter = tuple(
        replace(each, gate=(*each.gate, *gates[Stage.VERIFIED][1:2])) if each.stage is Stage.IDENTIFIED else each
        for each in POLICY.stages
    )
    broken = difference("Fri 2026-06-05 12:00", facts, (LOCATED,), LOCATED, stages=stricter).breaks
    assert {flag.about for flag in broken} == {Stage.IDENTIFIED}


def test_a_letter_that_a_new_rung_asks_for_is_counted() -> None:
    facts = case(Stage.LOCATED, **facts_for(Stage.LOCATED))
    asking = replace(LOCATED, rungs=rungs(2, order=ICRC))
    assert difference("Fri 2026-06-05 12:00", facts, (LOCATED,), asking).drafts == 1
    assert difference("Fri 2026-06-05 12:00", facts, (asking,), LOCATED).drafts == 0
