from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.rehearsal.steps import Seat, Step, on_working_days
from casework.rehearsal.stories import STORIES, Plan, cast, make_plan
from integrations.synthetic_applications import synthetic_applications
from models.statuses import Purpose

MONDAY = date(2026, 3, 2)


def plan(cases: int = 200, days: int = 200, seed: int = 551) -> Plan:
    rows = synthetic_applications(cases, seed=seed, today=MONDAY)
    return make_plan(rows, cast(cases), days=days, seed=seed, first_on=MONDAY)


def test_one_seed_makes_one_plan_and_another_seed_another() -> None:
    assert plan(40) == plan(40)
    assert plan(40) != plan(40, seed=552)


def test_a_cast_has_one_of_each_story_before_it_has_two_of_any() -> None:
    assert set(Counter(cast(STORIES)).values()) == {1}
    assert len(cast(200)) == 200
    assert len(cast(1000)) == 1000


def test_nobody_works_on_a_weekend() -> None:
    weekdays = {(MONDAY + timedelta(days=step.day)).strftime("%a") for step in plan().steps}
    assert weekdays == {"Mon", "Tue", "Wed", "Thu", "Fri"}


def test_no_step_lies_beyond_the_last_day() -> None:
    assert max(step.day for step in plan(days=60).steps) < 60


def test_a_case_is_not_worked_on_before_it_has_come_in() -> None:
    opens_on = {each.number: each.opens_on for each in plan().applications}
    assert all(step.day >= opens_on[step.case] for step in plan().steps)


def test_no_coordinator_approves_a_letter_of_their_own_unless_to_be_refused() -> None:
    approvals = [step for step in plan().steps if step.act == "approve_letter" and step.by is Seat.COORDINATOR]
    assert {step.refused for step in approvals} == {"own_draft"}


def test_every_letter_that_leaves_was_approved_the_day_before_or_earlier() -> None:
    approved = {
        (step.case, step.what["kind"], step.what.get("body")): step.day
        for step in reversed(plan().steps)
        if step.act == "have_approved"
    }
    leaving = [step for step in plan().steps if step.act == "let_go"]
    assert len(leaving) > 200
    assert all(approved[step.case, step.what["kind"], step.what["body"]] < step.day for step in leaving)


def test_every_body_is_written_to_by_somebody() -> None:
    kinds = {step.what["kind"] for step in plan().steps if step.act == "let_go"}
    assert len(kinds) == 30
    mediators = {step.what["body"] for step in plan().steps if step.what.get("kind") == "mediator.request"}
    assert mediators == {"mediator_qatar", "mediator_holy_see", "mediator_south_africa", "mediator_uae"}


def test_only_a_legal_officer_decides_and_only_what_was_refused_before_or_needs_a_decision() -> None:
    decisions = [step for step in plan().steps if step.act == "decide"]
    assert {step.by for step in decisions} == {Seat.LEGAL_OFFICER}
    assert {step.what["kind"] for step in decisions} == {
        "ced.urgent_action",
        "childrens_commissioner_ru.request",
        "hague_authority.application",
    }


def test_a_list_of_children_is_written_once_about_all_of_them() -> None:
    listed = [step for step in plan().steps if step.act == "draft_letter" and step.what["kind"] == "mediator.request"]
    beside = [step.what["beside"] for step in listed if "beside" in step.what]
    assert [len(others) for others in beside] == [5]


def test_siblings_are_of_one_family() -> None:
    rows = {each.number: each.row for each in plan().applications}
    pairs = [(step.case, step.what["other"]) for step in plan().steps if step.act == "link_siblings"]
    assert len(pairs) == 3
    for one, other in pairs:
        same = ("child.family_name", "parents.mother.given_name", "requester.name", "separation.on")
        assert all(rows[one][name] == rows[other][name] for name in same)
        assert rows[one]["child.birth_on"] != rows[other]["child.birth_on"]
        assert "family_of" not in rows[one]


def test_whoever_asks_and_is_not_a_parent_bears_another_name_than_the_mother() -> None:
    for row in (each.row for each in plan().applications):
        if row.get("requester.basis") in {"guardian", "grandparent"}:
            mother = f"{row['parents.mother.family_name']} {row['parents.mother.given_name']}"
            assert row["requester.name"] != mother


def test_a_second_application_tells_the_identity_of_the_first_under_another_number() -> None:
    rows = [each.row for each in plan().applications]
    names = Counter((row["child.family_name"], row["child.given_name"], row.get("child.birth_on")) for row in rows)
    assert sum(number == 2 for number in names.values()) == 3
    assert len({row["external_number"] for row in rows}) == 200


@pytest.mark.parametrize("column", ["requester.email", "child.registered_address"])
def test_everybody_in_a_rehearsal_is_invented(column: str) -> None:
    told = {each.row[column] for each in plan().applications if column in each.row}
    assert all(value.endswith((".example.org", "@example.org", "с. Вигадане")) for value in told)


@given(st.lists(st.integers(-400, 200), min_size=1, max_size=30))
def test_moving_off_the_weekends_keeps_the_order_and_parts_no_day(days: list[int]) -> None:
    steps = [Step(day, "A-1", "sign_off", what={"turn": turn}) for turn, day in enumerate(days)]
    before = sorted(steps, key=lambda step: step.day)
    moved = on_working_days(steps, MONDAY)
    assert [step.what for step in moved] == [step.what for step in before]
    assert all((MONDAY + timedelta(days=step.day)).weekday() < 5 for step in moved)
    for (one, after), (was, then) in zip(pairwise(moved), pairwise(before), strict=True):
        assert (one.day == after.day) == (was.day == then.day)


def test_a_letter_is_asked_for_by_kind_and_purpose() -> None:
    purposes = {step.what["purpose"] for step in plan().steps if step.act == "draft_letter"}
    assert purposes == {Purpose.SEARCH, Purpose.RETURN, Purpose.INFORMATION, Purpose.ACCOUNTABILITY}
