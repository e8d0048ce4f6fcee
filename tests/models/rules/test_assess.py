"""The assessment: which stages are entered, what is flagged, held and released, and when to look again."""

from dataclasses import replace
from typing import Any

import pytest

from models.rules.assess import Flag, assess
from models.rules.facts import CaseFacts
from models.rules.policy import RequirementKind
from models.statuses import (
    CaseStatus,
    ClockState,
    Outcome,
    SourceKind,
    Stage,
)
from tests.models.rules.rule_book import BOOK, IDENTIFIED, REPORTED, WGEID_URGENT, book_of
from tests.models.rules.rule_facts import (
    KYIV,
    at,
    case,
    consented,
    facts_for,
    on,
    pause,
    seen,
    straight_to,
    way,
)
from tests.models.rules.rule_looks import NOTHING_NEW, changes, look

NOW = "Mon 2026-06-01 13:00"
OFFICIAL = SourceKind.OFFICIAL
LATER = [stage for stage in Stage if stage is not Stage.REPORTED]


@pytest.mark.parametrize("stage", list(Stage))
def test_every_stage_whose_gate_holds_is_entered_in_order_in_one_look(stage: Stage) -> None:
    found = assess(case(**facts_for(stage)), BOOK, at(NOW))
    assert [entry.stage for entry in found.entered] == [each for each in LATER if each.order <= stage.order]
    assert [entry.number for entry in found.entered] == list(range(2, stage.order + 2))
    assert all(entry.entered_at == at(NOW) for entry in found.entered)
    assert found.stage is stage


@pytest.mark.parametrize(
    ("lacking", "stays_at", "first_missing"),
    [
        ("reports", Stage.REPORTED, "report_reference"),
        ("sightings", Stage.IDENTIFIED, "credible_sighting"),
        ("letters", Stage.LOCATED, "request_not_taken"),
        ("sign_offs", Stage.DIPLOMATIC_REQUEST, "sign_off_of_two_people"),
        ("arrival", Stage.VERIFIED, "arrival"),
    ],
)
def test_a_stage_is_never_skipped_however_much_of_the_later_ones_is_there(
    lacking: str, stays_at: Stage, first_missing: str
) -> None:
    on_record = facts_for(Stage.RETURNED)
    del on_record[lacking]
    found = assess(case(**on_record), BOOK, at(NOW))
    assert found.stage is stays_at
    assert found.missing[0].what == first_missing
    assert {missing.stage for missing in found.missing} == {stays_at.following}


def test_a_case_that_is_home_lacks_nothing() -> None:
    found = assess(case(**facts_for(Stage.RETURNED)), BOOK, at(NOW))
    assert (found.missing, found.flags, found.outcome) == ((), (), Outcome.MOVED)


def test_a_look_ends_moved_flagged_or_waiting() -> None:
    moved = assess(case(**facts_for(Stage.LOCATED), possible_duplicate=True), BOOK, at(NOW))
    waiting = assess(case(), BOOK, at(NOW))
    flagged = assess(case(possible_duplicate=True), BOOK, at(NOW))
    assert [each.outcome for each in (moved, waiting, flagged)] == [Outcome.MOVED, Outcome.WAITING, Outcome.FLAGGED]
    assert flagged.flags == (Flag("possible_duplicate"),)


@pytest.mark.parametrize("status", [CaseStatus.SUSPENDED, CaseStatus.CLOSED, CaseStatus.ERASED])
def test_a_case_that_rests_moves_nowhere_though_every_gate_holds(status: CaseStatus) -> None:
    on_record = facts_for(Stage.RETURNED) | {"possible_duplicate": True}
    found = assess(case(**on_record, status=status, pauses=(pause("Mon 2026-06-01"),)), BOOK, at(NOW))
    assert (found.stage, found.entered, found.flags, found.missing) == (Stage.REPORTED, (), (), ())


def test_an_override_lets_a_case_pass_a_gate_that_lacks_something() -> None:
    on_record = facts_for(Stage.VERIFIED) | {"sign_offs": ()}
    overridden = frozenset({(Stage.VERIFIED, RequirementKind.SIGN_OFFS.value)})
    assert assess(case(**on_record), BOOK, at(NOW)).stage is Stage.DIPLOMATIC_REQUEST
    found = assess(case(**on_record, overrides=overridden), BOOK, at(NOW))
    assert (found.stage, found.flags) == (Stage.VERIFIED, ())


STEPPED_BACK = (
    *straight_to(Stage.VERIFIED),
    *(replace(entry, number=6) for entry in way((Stage.DIPLOMATIC_REQUEST, "Wed 2026-06-03"))),
)


@pytest.mark.parametrize(
    ("changed", "status", "released", "stage"),
    [
        # The gate still holds: a person said no, and the case does not walk back in by itself.
        ({}, CaseStatus.OPEN, False, Stage.DIPLOMATIC_REQUEST),
        # It is seen not to hold: the hold has done its work.
        ({"sign_offs": ()}, CaseStatus.OPEN, True, Stage.DIPLOMATIC_REQUEST),
        ({"sign_offs": ()}, CaseStatus.SUSPENDED, True, Stage.DIPLOMATIC_REQUEST),
        ({"sign_offs": ()}, CaseStatus.CLOSED, False, Stage.DIPLOMATIC_REQUEST),
        ({"held_stage": None}, CaseStatus.OPEN, False, Stage.VERIFIED),
    ],
)
def test_a_stage_stepped_back_from_is_held_until_its_gate_is_seen_not_to_hold(
    changed: dict[str, Any], status: CaseStatus, *, released: bool, stage: Stage
) -> None:
    on_record = facts_for(Stage.VERIFIED) | {"held_stage": Stage.VERIFIED} | changed
    found = assess(case(**on_record, entries=STEPPED_BACK, status=status), BOOK, at("Wed 2026-06-03 13:00"))
    assert (found.hold_released, found.stage) == (released, stage)


def test_a_released_stage_is_entered_again_when_its_gate_holds_again() -> None:
    on_record = facts_for(Stage.VERIFIED) | {"held_stage": Stage.VERIFIED}
    held = case(**on_record, entries=STEPPED_BACK)
    lacking, found = look(replace(held, sign_offs=()), BOOK, at("Wed 2026-06-03 13:00"))
    assert (found.hold_released, found.entered) == (True, ())
    again = assess(replace(lacking, sign_offs=held.sign_offs), BOOK, at("Thu 2026-06-04 13:00"))
    assert [(entry.number, entry.stage) for entry in again.entered] == [(7, Stage.VERIFIED)]


def test_a_held_stage_further_ahead_is_not_released_by_the_gates_before_it() -> None:
    """Stepped back by two stages: the nearer gate lacks something, the held one still holds."""
    on_record = facts_for(Stage.VERIFIED) | {"held_stage": Stage.VERIFIED, "sightings": ()}
    found = assess(case(Stage.IDENTIFIED, **on_record), BOOK, at(NOW))
    assert (found.stage, found.hold_released) == (Stage.IDENTIFIED, False)


@pytest.mark.parametrize(
    ("facts", "now", "expected"),
    [
        pytest.param(case(), NOW, "Mon 2026-06-08 07:00", id="the first rung"),
        pytest.param(case(), "Mon 2026-06-08 07:00", "Sat 2026-06-13 07:00", id="the next, once it has fired"),
        pytest.param(case(), "Sat 2026-06-13 07:00", "Wed 2026-06-17 00:00", id="the end of the last day"),
        pytest.param(case(), "Wed 2026-06-17 00:00", "Wed 2026-06-17 07:00", id="the morning after"),
        pytest.param(case(), "Thu 2026-07-02 07:00", None, id="after the last rung only a fact"),
        pytest.param(case(consents=(consented("Wed 2026-06-03"),)), NOW, "Wed 2026-06-03 00:00", id="a consent begins"),
        pytest.param(
            case(consents=(consented(withdrawn="Wed 2026-06-03"),)), NOW, "Wed 2026-06-03 00:00", id="a consent ends"
        ),
        pytest.param(case(adult_on=on("Wed 2026-06-03")), NOW, "Wed 2026-06-03 00:00", id="the birthday"),
        pytest.param(
            case(sightings=(seen("Thu 2026-03-05", OFFICIAL),)), NOW, "Thu 2026-06-04 00:00", id="a sighting ages"
        ),
        pytest.param(case(status=CaseStatus.SUSPENDED, pauses=(pause("Mon 2026-06-01"),)), NOW, None, id="suspended"),
        pytest.param(
            case(
                status=CaseStatus.SUSPENDED,
                pauses=(pause("Mon 2026-06-01"),),
                separation_on=on("Mon 2026-04-06"),
            ),
            NOW,
            "Fri 2026-06-05 07:00",
            id="suspended, but a cut-off is near",
        ),
        pytest.param(
            case(status=CaseStatus.CLOSED, pauses=(pause("Mon 2026-06-01"),), separation_on=on("Mon 2026-04-06")),
            NOW,
            None,
            id="closed",
        ),
    ],
)
def test_the_next_look_is_due_when_time_alone_changes_something(
    facts: CaseFacts, now: str, expected: str | None
) -> None:
    facts, _ = look(facts, BOOK, at("Mon 2026-06-01 12:30"))
    next_look_at = assess(facts, BOOK, at(now)).next_look_at
    assert (f"{next_look_at.astimezone(KYIV):%a %Y-%m-%d %H:%M}" if next_look_at else None) == expected


def test_applied_to_the_store_a_second_look_finds_nothing_new() -> None:
    facts = case(**facts_for(Stage.LOCATED), separation_on=on("Wed 2026-04-01"))
    after, first = look(facts, BOOK, at("Mon 2026-06-22 12:00"))
    assert first.entered
    assert first.rungs
    assert changes(assess(after, BOOK, at("Mon 2026-06-22 12:00"))) == NOTHING_NEW


def test_a_suspended_case_fires_the_rungs_of_its_hard_cut_offs_only() -> None:
    resting = case(status=CaseStatus.SUSPENDED, pauses=(pause("Tue 2026-06-02"),), separation_on=on("Wed 2026-04-01"))
    found = assess(resting, book_of(REPORTED, WGEID_URGENT), at("Mon 2026-06-29 12:00"))
    assert [(due.clock.rule.id, due.rung.id) for due in found.rungs] == [
        ("wgeid_urgent", "day_60"),
        ("wgeid_urgent", "day_80"),
    ]


def test_a_suspended_case_says_what_it_lacks_and_a_closed_one_is_asked_for_nothing() -> None:
    rests = (pause("Mon 2026-06-01"),)
    lacks = {
        status: len(assess(case(Stage.VERIFIED, status=status, pauses=rests), BOOK, at(NOW)).missing)
        for status in (CaseStatus.SUSPENDED, CaseStatus.CLOSED, CaseStatus.ERASED)
    }
    assert lacks == {CaseStatus.SUSPENDED: 1, CaseStatus.CLOSED: 0, CaseStatus.ERASED: 0}


@pytest.mark.parametrize("status", [CaseStatus.CLOSED, CaseStatus.ERASED])
def test_a_closed_case_fires_nothing_not_even_what_had_lapsed(status: CaseStatus) -> None:
    facts = case(status=status, pauses=(pause("Mon 2026-07-06"),), separation_on=on("Wed 2026-04-01"))
    found = assess(facts, book_of(REPORTED, WGEID_URGENT), at("Mon 2026-07-06 12:00"))
    assert {clock.state for clock in found.clocks} == {ClockState.DROPPED, ClockState.LAPSED}
    assert (found.rungs, found.drafts, found.silent_letters, found.next_look_at) == ((), (), (), None)


def test_the_stage_a_case_has_left_in_this_very_look_fires_no_rung() -> None:
    facts = case(**facts_for(Stage.IDENTIFIED))
    found = assess(facts, book_of(REPORTED, IDENTIFIED), at("Wed 2026-06-17 12:00"))
    assert found.stage is Stage.IDENTIFIED
    assert found.rungs == ()
