from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from casework import status
from casework.case_file import open_case, read_case
from casework.facts import confirm_standing, establish_item, record_arrival, sign_off
from casework.journal_rows import list_entries
from casework.office import Office
from casework.reconcile import reconcile_case
from casework.watch import look_at_due
from models.errors import InvalidInput, NotFound, RuleViolation
from models.records import AT_ONCE, Case, OverrideRecord, PauseRecord, SignOffRecord, StageEntryRecord
from models.rules.policy import RequirementKind
from models.rules.reference import make_reference
from models.schemas.sealed import FreeText
from models.statuses import Basis, CaseStatus, ChecklistItem, ClosingReason, Stage, Territory

Opener = Callable[..., str]
MONDAY = date(2026, 3, 2)


def words(office: Office, actor: str, days: int = 0) -> dict[str, Any]:
    return {"reason": "вигадана підстава", "now": office.now() + timedelta(days=days), "actor": actor}


def case_of(office: Office, reference: str) -> Case:
    with read_case(office, reference, office.now()) as file:
        return file.case


def pauses(office: Office) -> list[tuple[date, date | None]]:
    with office.store.reading() as session:
        return [(row.from_on, row.until_on) for row in session.scalars(select(PauseRecord).order_by(PauseRecord.id))]


def last_entry(office: Office, reference: str) -> tuple[str, dict[str, Any], str]:
    with read_case(office, reference, office.now()) as file:
        entry = list_entries(file.session, reference)[-1].entry
        said = file.open("journal", "sealed", f"{reference}/{entry.seq}", FreeText, entry.sealed or b"")
    return entry.kind, dict(entry.body), said.text


def identified(office: Office, open_one: Opener) -> str:
    reference = open_one(office)
    confirm_standing(office, reference, now=office.now(), actor="c-01")
    assert reconcile_case(office, reference, office.now()).stage is Stage.IDENTIFIED
    return reference


def test_a_case_rests_and_is_taken_up_again(either_office: Office, open_one: Opener) -> None:
    office = either_office
    reference = open_one(office)
    status.suspend(office, reference, **words(office, "c-01"))
    assert case_of(office, reference).status is CaseStatus.SUSPENDED
    assert last_entry(office, reference) == ("suspended", {}, "вигадана підстава")
    status.resume(office, reference, **words(office, "c-01", days=10))
    assert case_of(office, reference).status is CaseStatus.OPEN
    assert pauses(office) == [(MONDAY, date(2026, 3, 12))]


def test_a_suspended_case_is_not_suspended_and_an_open_one_not_resumed(office: Office, open_one: Opener) -> None:
    reference = open_one(office)
    with pytest.raises(RuleViolation, match="case_is_open"):
        status.resume(office, reference, **words(office, "c-01"))
    status.suspend(office, reference, **words(office, "c-01"))
    with pytest.raises(RuleViolation, match="case_is_suspended"):
        status.suspend(office, reference, **words(office, "c-01"))
    assert pauses(office) == [(MONDAY, None)]


def test_a_closed_case_rests_from_that_day_until_it_is_reopened(office: Office, open_one: Opener) -> None:
    reference = open_one(office)
    status.suspend(office, reference, **words(office, "c-01"))
    status.close(office, reference, closed_as=ClosingReason.OWN_DECISION, **words(office, "s-01", days=5))
    case = case_of(office, reference)
    assert (case.status, case.closed_as) == (CaseStatus.CLOSED, ClosingReason.OWN_DECISION)
    assert pauses(office) == [(MONDAY, date(2026, 3, 7)), (date(2026, 3, 7), None)]
    status.reopen(office, reference, **words(office, "s-01", days=8))
    case = case_of(office, reference)
    assert (case.status, case.closed_as) == (CaseStatus.OPEN, None)
    assert pauses(office)[-1] == (date(2026, 3, 7), date(2026, 3, 10))


@pytest.mark.parametrize(
    ("actor", "closed_as", "code"),
    [
        ("c-01", ClosingReason.DUPLICATE, "role_not_allowed"),
        ("s-01", ClosingReason.RETURNED, "stage_not_reached"),
        ("l-01", ClosingReason.RETURNED, "role_not_allowed"),
    ],
)
def test_a_case_is_closed_only_as_the_policy_allows(
    office: Office, open_one: Opener, actor: str, closed_as: ClosingReason, code: str
) -> None:
    reference = open_one(office)
    with pytest.raises(RuleViolation, match=code):
        status.close(office, reference, closed_as=closed_as, **words(office, actor))
    assert case_of(office, reference).status is CaseStatus.OPEN


def test_a_way_out_that_the_policy_does_not_name_is_none(office: Office, open_one: Opener) -> None:
    reference = open_one(office)
    office.book = replace(office.book, policy=replace(office.policy, side_exits=()))
    with pytest.raises(RuleViolation, match="side_exit_unknown"):
        status.close(office, reference, closed_as=ClosingReason.DUPLICATE, **words(office, "s-01"))


def test_only_a_closed_case_is_reopened_and_only_by_a_supervisor(office: Office, open_one: Opener) -> None:
    reference = open_one(office)
    with pytest.raises(RuleViolation, match="case_is_open"):
        status.reopen(office, reference, **words(office, "s-01"))
    status.close(office, reference, closed_as=ClosingReason.NOT_A_CASE, **words(office, "s-01"))
    with pytest.raises(RuleViolation, match="case_is_closed"):
        status.close(office, reference, closed_as=ClosingReason.NOT_A_CASE, **words(office, "s-01"))
    with pytest.raises(RuleViolation, match="role_not_allowed"):
        status.reopen(office, reference, **words(office, "c-01"))


def test_a_case_that_was_stepped_back_stays_there_until_the_hold_is_released(office: Office, open_one: Opener) -> None:
    reference = identified(office, open_one)
    status.step_back(office, reference, to_stage=Stage.REPORTED, **words(office, "c-01"))
    assert last_entry(office, reference)[:2] == (
        "stepped_back",
        {"from": "identified", "to": "reported", "lapsed": []},
    )
    case = case_of(office, reference)
    assert (case.stage, case.held_stage) == (Stage.REPORTED, Stage.IDENTIFIED)
    assert reconcile_case(office, reference, office.now()).stage is Stage.REPORTED
    with office.store.reading() as session:
        entries = [(row.number, row.stage) for row in session.scalars(select(StageEntryRecord))]
    assert entries == [(1, Stage.REPORTED), (2, Stage.IDENTIFIED), (3, Stage.REPORTED)]
    status.release_hold(office, reference, **words(office, "c-01"))
    assert reconcile_case(office, reference, office.now()).stage is Stage.IDENTIFIED
    with pytest.raises(RuleViolation, match="nothing_held"):
        status.release_hold(office, reference, **words(office, "c-01"))


@pytest.mark.parametrize(
    ("to_stage", "lapsed", "signed"),
    [(Stage.VERIFIED, ["arrival"], 1), (Stage.DIPLOMATIC_REQUEST, ["sign_offs", "arrival"], 0)],
)
def test_who_steps_back_lets_arrival_and_signatures_lapse_that_must_come_anew(
    office: Office, open_one: Opener, to_stage: Stage, lapsed: list[str], signed: int
) -> None:
    reference = open_one(office)
    for item in ChecklistItem:
        establish_item(office, reference, item=item, established_on=MONDAY, now=office.now(), actor="c-01")
    sign_off(office, reference, now=office.now(), actor="c-01")
    record_arrival(
        office,
        reference,
        arrived_on=MONDAY,
        received_by=Basis.PARENT,
        territory=Territory.GOVERNMENT_CONTROLLED,
        now=office.now(),
        actor="c-01",
    )
    with open_case(office, reference, office.now(), "c-01") as file:
        file.case.stage = Stage.RETURNED
    status.step_back(office, reference, to_stage=to_stage, **words(office, "c-01"))
    assert last_entry(office, reference)[1]["lapsed"] == lapsed
    case = case_of(office, reference)
    assert (case.arrived_on, case.received_by, case.arrival_territory) == (None, None, None)
    with office.store.reading() as session:
        assert len(session.scalars(select(SignOffRecord)).all()) == signed


def test_a_case_that_is_no_duplicate_is_cleared_of_it_once(office: Office, open_one: Opener) -> None:
    first, second = open_one(office), open_one(office)
    assert case_of(office, second).possible_duplicate_of == first
    with pytest.raises(RuleViolation, match="role_not_allowed"):
        status.clear_duplicate(office, second, **words(office, "l-01"))
    status.clear_duplicate(office, second, **words(office, "c-01"))
    assert case_of(office, second).possible_duplicate_of is None
    assert last_entry(office, second)[:2] == ("duplicate_cleared", {"of": first})
    with pytest.raises(RuleViolation, match="no_duplicate_suspected"):
        status.clear_duplicate(office, second, **words(office, "c-01"))


@pytest.mark.parametrize("to_stage", [Stage.IDENTIFIED, Stage.LOCATED])
def test_a_step_back_goes_back(office: Office, open_one: Opener, to_stage: Stage) -> None:
    reference = identified(office, open_one)
    with pytest.raises(RuleViolation, match="not_a_step_back"):
        status.step_back(office, reference, to_stage=to_stage, **words(office, "c-01"))


def test_a_supervisor_sets_a_requirement_aside_once(office: Office, open_one: Opener) -> None:
    reference = open_one(office)
    aside: dict[str, Any] = {"stage": Stage.IDENTIFIED, "requirement": RequirementKind.REQUESTER_STANDING}
    with pytest.raises(RuleViolation, match="role_not_allowed"):
        status.override(office, reference, **aside, **words(office, "c-01"))
    status.override(office, reference, **aside, **words(office, "s-01"))
    with office.store.reading() as session:
        row = session.scalars(select(OverrideRecord)).one()
    assert (row.stage, row.requirement, row.by) == (Stage.IDENTIFIED, "requester_standing", "s-01")
    assert reconcile_case(office, reference, office.now()).stage is Stage.IDENTIFIED
    with pytest.raises(RuleViolation, match="already_overridden"):
        status.override(office, reference, **aside, **words(office, "s-01"))


def test_what_a_gate_does_not_ask_for_cannot_be_set_aside(office: Office, open_one: Opener) -> None:
    reference = open_one(office)
    with pytest.raises(InvalidInput, match="requirement_unknown"):
        status.override(
            office,
            reference,
            stage=Stage.IDENTIFIED,
            requirement=RequirementKind.ARRIVAL,
            **words(office, "s-01"),
        )


def test_a_case_is_given_to_a_coordinator(office: Office, open_one: Opener) -> None:
    reference = open_one(office)
    status.assign(office, reference, coordinator="c-02", now=office.now(), actor="s-01")
    assert case_of(office, reference).coordinator == "c-02"
    with pytest.raises(RuleViolation, match="role_not_allowed"):
        status.assign(office, reference, coordinator="l-01", now=office.now(), actor="s-01")


def test_siblings_share_a_group_and_groups_grow_together(office: Office, open_one: Opener) -> None:
    one, two, three, four = (open_one(office, child__given_name=name) for name in ("Яна", "Назар", "Тарас", "Ольга"))

    def link(*references: str) -> str:
        return status.link_siblings(office, references, now=office.now(), actor="c-01")

    link(one, two)
    link(three, four)
    link(two, three)
    groups = {case_of(office, each).sibling_group for each in (one, two, three, four)}
    assert len(groups) == 1
    assert groups == {link(one, two)}
    assert "siblings" in case_of(office, one).known


def test_linking_takes_two_cases_that_are_there(office: Office, open_one: Opener) -> None:
    reference = open_one(office)
    for references in ([], [reference, reference]):
        with pytest.raises(InvalidInput, match="siblings_too_few"):
            status.link_siblings(office, references, now=office.now(), actor="c-01")
    with pytest.raises(NotFound, match="case_not_found"):
        status.link_siblings(office, [reference, make_reference(2026, 99)], now=office.now(), actor="c-01")


@pytest.mark.parametrize("step", [status.suspend, status.resume, status.reopen, status.release_hold])
def test_every_step_has_a_reason(office: Office, open_one: Opener, step: Callable[..., None]) -> None:
    reference = open_one(office)
    with pytest.raises(InvalidInput, match="reason_missing"):
        step(office, reference, reason=" \n", now=office.now(), actor="s-01")


def test_a_step_leaves_the_case_due_for_a_look(office: Office, open_one: Opener) -> None:
    reference = open_one(office)
    look_at_due(office, office.now())
    later: datetime = office.now() + timedelta(hours=1)
    status.suspend(office, reference, reason="вигадано", now=later, actor="c-01")
    assert case_of(office, reference).next_look_at == AT_ONCE
    with open_case(office, reference, later, "c-01") as file:
        file.require(CaseStatus.SUSPENDED)
