from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from casework import status
from casework.case_file import read_case
from casework.facts import establish_item, record_arrival, record_visit, sign_off
from casework.office import Office
from casework.staff import add_staff
from models.errors import DodomuError, InvalidInput, RuleViolation
from models.records import Case, SignOffRecord, VisitRecord
from models.rules.policy import RequirementKind
from models.statuses import Basis, ChecklistItem, Role, Stage, Territory

MONDAY, SUNDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 1), date(2026, 3, 3)
Opener = Callable[..., str]


def establish(office: Office, reference: str, *items: ChecklistItem) -> None:
    for item in items:
        establish_item(office, reference, item=item, established_on=SUNDAY, now=office.now(), actor="c-01")


def sign(office: Office, reference: str, actor: str) -> None:
    sign_off(office, reference, now=office.now(), actor=actor)


def arrive(office: Office, reference: str, day: date = SUNDAY) -> None:
    record_arrival(
        office,
        reference,
        arrived_on=day,
        received_by=Basis.PARENT,
        territory=Territory.GOVERNMENT_CONTROLLED,
        now=office.now(),
        actor="c-01",
    )


def visit(office: Office, reference: str, made_on: date, word: str = "72h") -> None:
    record_visit(office, reference, visit=word, made_on=made_on, now=office.now(), actor="c-01")


def case_of(office: Office, reference: str) -> Case:
    with read_case(office, reference, office.now()) as file:
        return file.case


def test_two_people_sign_once_the_checklist_is_complete(either_office: Office, open_one: Opener) -> None:
    office = either_office
    reference = open_one(office)
    establish(office, reference, *ChecklistItem)
    sign(office, reference, "c-01")
    sign(office, reference, "s-01")
    with office.store.reading() as session:
        signed = [(row.by, row.person_no, row.role, row.signed_on) for row in session.scalars(select(SignOffRecord))]
    assert signed == [("c-01", 1, Role.COORDINATOR, MONDAY), ("s-01", 3, Role.SUPERVISOR, MONDAY)]


def test_nobody_signs_an_incomplete_checklist(office: Office, open_one: Opener) -> None:
    reference = open_one(office)
    establish(office, reference, *(item for item in ChecklistItem if item is not ChecklistItem.CHILDS_VIEWS))
    with pytest.raises(RuleViolation, match="checklist_incomplete") as refused:
        sign(office, reference, "c-01")
    assert refused.value.advice == "establish first: childs_views"


def test_a_checklist_set_aside_by_a_supervisor_keeps_nobody_from_signing(office: Office, open_one: Opener) -> None:
    reference = open_one(office)
    status.override(
        office,
        reference,
        stage=Stage.VERIFIED,
        requirement=RequirementKind.CHECKLIST,
        reason="вигадано",
        now=office.now(),
        actor="s-01",
    )
    sign(office, reference, "c-01")


def test_nobody_signs_twice(office: Office, open_one: Opener) -> None:
    reference = open_one(office)
    establish(office, reference, *ChecklistItem)
    sign(office, reference, "c-01")
    with pytest.raises(RuleViolation, match="already_signed"):
        sign(office, reference, "c-01")


def test_two_accounts_of_one_person_are_one_signature(office: Office, open_one: Opener) -> None:
    add_staff(
        office,
        staff_id="s-09",
        person_no=1,
        role=Role.SUPERVISOR,
        name="Вигадана Особа 1",
        mail="s-09@office.example",
        now=office.now(),
        actor="s-01",
    )
    reference = open_one(office)
    establish(office, reference, *ChecklistItem)
    sign(office, reference, "c-01")
    with pytest.raises(RuleViolation, match="same_person"):
        sign(office, reference, "s-09")


def test_nothing_is_established_tomorrow(office: Office, open_one: Opener) -> None:
    reference = open_one(office)
    with pytest.raises(InvalidInput, match="date_in_future"):
        establish_item(
            office,
            reference,
            item=ChecklistItem.IDENTITY,
            established_on=TUESDAY,
            now=office.now(),
            actor="c-01",
        )


def test_an_arrival_says_when_with_whom_and_where(office: Office, open_one: Opener) -> None:
    reference = open_one(office)
    arrive(office, reference)
    case = case_of(office, reference)
    assert (case.arrived_on, case.received_by) == (SUNDAY, Basis.PARENT)
    assert case.arrival_territory is Territory.GOVERNMENT_CONTROLLED


@pytest.mark.parametrize(
    ("day", "code"), [(TUESDAY, "date_in_future"), (date(2022, 5, 16), "arrival_before_separation")]
)
def test_an_arrival_lies_between_the_separation_and_today(
    office: Office, open_one: Opener, day: date, code: str
) -> None:
    reference = open_one(office)
    with pytest.raises(InvalidInput, match=code):
        arrive(office, reference, day)
    assert case_of(office, reference).arrived_on is None


def test_an_arrival_needs_no_known_day_of_separation(office: Office, open_one: Opener) -> None:
    reference = open_one(office, separation__on=None)
    arrive(office, reference)
    assert case_of(office, reference).arrived_on == SUNDAY


def test_a_visit_after_a_second_return_takes_the_first_ones_place(office: Office, open_one: Opener) -> None:
    reference = open_one(office)
    arrive(office, reference, date(2026, 2, 1))
    visit(office, reference, date(2026, 2, 4))
    arrive(office, reference)
    visit(office, reference, MONDAY)
    with office.store.reading() as session:
        made = [(row.visit, row.made_on) for row in session.scalars(select(VisitRecord))]
    assert made == [("72h", MONDAY)]


@pytest.mark.parametrize(
    ("made_on", "word", "code"),
    [
        (MONDAY, "someday", "visit_unknown"),
        (TUESDAY, "72h", "date_in_future"),
        (date(2026, 2, 28), "72h", "visit_before_arrival"),
    ],
)
def test_a_visit_is_one_of_the_policys_and_after_the_arrival(
    office: Office, open_one: Opener, made_on: date, word: str, code: str
) -> None:
    reference = open_one(office)
    arrive(office, reference)
    with pytest.raises(InvalidInput, match=code):
        visit(office, reference, made_on, word)


def test_nobody_visits_a_child_who_has_not_arrived(office: Office, open_one: Opener) -> None:
    reference = open_one(office)
    with pytest.raises(DodomuError, match="arrival_missing"):
        visit(office, reference, MONDAY)


def test_a_closed_case_takes_no_facts(office: Office, open_one: Opener) -> None:
    from models.statuses import ClosingReason  # noqa: PLC0415 - used here alone

    reference = open_one(office)
    words: dict[str, Any] = {"closed_as": ClosingReason.NOT_A_CASE, "reason": "вигадано"}
    status.close(office, reference, **words, now=office.now(), actor="s-01")
    with pytest.raises(RuleViolation, match="case_is_closed"):
        establish(office, reference, ChecklistItem.IDENTITY)
