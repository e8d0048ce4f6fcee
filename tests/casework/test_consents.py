from collections.abc import Callable
from contextlib import nullcontext
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from casework import status
from casework.case_file import read_case
from casework.facts import confirm_standing, give_consent, record_relative, record_report, withdraw_consent
from casework.office import Office
from models.errors import DodomuError, InvalidInput, RuleViolation
from models.records import Case, ConsentRecord, RelativeRecord, ReportRecord
from models.rules.disclosure import Field
from models.schemas.sealed import RelativeDetails, ReportNumber
from models.statuses import Basis, ClosingReason, Purpose, ReportOffice

MONDAY, SUNDAY = date(2026, 3, 2), date(2026, 3, 1)
Opener = Callable[..., str]
CONSENT: dict[str, Any] = {
    "body": "wgeid",
    "purpose": Purpose.SEARCH,
    "given_on": SUNDAY,
    "given_by": Basis.PARENT,
}


def give(office: Office, reference: str, **changed: Any) -> str:
    return give_consent(office, reference, **CONSENT | changed, now=office.now(), actor="c-01")


def withdraw(office: Office, reference: str, consent: str, day: date = MONDAY) -> None:
    withdraw_consent(office, reference, consent, withdrawn_on=day, now=office.now(), actor="c-01")


def row_of(office: Office, consent: str) -> ConsentRecord:
    with office.store.reading() as session:
        return session.scalars(select(ConsentRecord).where(ConsentRecord.id == consent)).one()


def case_of(office: Office, reference: str) -> Case:
    with read_case(office, reference, office.now()) as file:
        return file.case


def test_a_consent_is_for_one_body_and_purpose_and_keeps_fields_back(either_office: Office, open_one: Opener) -> None:
    reference = open_one(either_office)
    row = row_of(either_office, give(either_office, reference, withheld=[Field.CHILD_HEALTH, Field.ALIASES]))
    assert (row.body, row.purpose, row.given_on, row.given_by) == ("wgeid", Purpose.SEARCH, SUNDAY, Basis.PARENT)
    assert row.withheld == ["aliases", "child.health"]
    assert (row.version, row.withdrawn_on) == (1, None)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"given_on": date(2026, 3, 3)}, "date_in_future"),
        ({"body": "kremlin"}, "body_unknown"),
    ],
)
def test_a_consent_that_cannot_be_is_refused(
    office: Office, open_one: Opener, changed: dict[str, Any], code: str
) -> None:
    reference = open_one(office)
    with pytest.raises(InvalidInput, match=code):
        give(office, reference, **changed)


def test_a_consent_may_be_for_any_body(office: Office, open_one: Opener) -> None:
    assert row_of(office, give(office, open_one(office), body="*")).body == "*"


def test_from_eighteen_on_only_the_person_consents(office: Office, open_one: Opener) -> None:
    reference = open_one(office, child__birth_on="2008-03-01")
    with pytest.raises(InvalidInput, match="grown_person_decides"):
        give(office, reference)
    give(office, reference, given_on=date(2026, 2, 28))
    give(office, reference, given_by=Basis.SELF)


@pytest.mark.parametrize(("born", "refused"), [("2008-03", False), ("2008-02", True), ("2008", False), ("2007", True)])
def test_who_may_be_eighteen_and_may_not_be_does_not_lose_the_parents_consent(
    office: Office, open_one: Opener, born: str, *, refused: bool
) -> None:
    reference = open_one(office, child__birth_on=born)
    with pytest.raises(InvalidInput, match="grown_person_decides") if refused else nullcontext():
        give(office, reference)


def test_withdrawing_raises_the_version_and_happens_once(office: Office, open_one: Opener) -> None:
    reference = open_one(office)
    consent = give(office, reference)
    withdraw(office, reference, consent)
    row = row_of(office, consent)
    assert (row.withdrawn_on, row.version) == (MONDAY, 2)
    with pytest.raises(RuleViolation, match="consent_already_withdrawn"):
        withdraw(office, reference, consent)


@pytest.mark.parametrize(
    ("day", "code"), [(date(2026, 2, 28), "withdrawn_before_given"), (date(2026, 3, 3), "date_in_future")]
)
def test_a_consent_is_not_withdrawn_before_it_was_given_or_tomorrow(
    office: Office, open_one: Opener, day: date, code: str
) -> None:
    reference = open_one(office)
    consent = give(office, reference)
    with pytest.raises(InvalidInput, match=code):
        withdraw(office, reference, consent, day)
    assert row_of(office, consent).version == 1


def test_a_closed_case_takes_no_consent_but_lets_one_be_withdrawn(office: Office, open_one: Opener) -> None:
    reference = open_one(office)
    consent = give(office, reference)
    status.close(
        office, reference, closed_as=ClosingReason.NOT_A_CASE, reason="вигадано", now=office.now(), actor="s-01"
    )
    with pytest.raises(RuleViolation, match="case_is_closed"):
        give(office, reference)
    withdraw(office, reference, consent)
    assert row_of(office, consent).withdrawn_on == MONDAY


def test_a_report_number_is_sealed(office: Office, open_one: Opener) -> None:
    reference = open_one(office, reports__national_police=None)
    assert "report_references" not in case_of(office, reference).known
    report = record_report(
        office,
        reference,
        report_office=ReportOffice.OMBUDSMAN,
        number="УП-0000",
        reported_on=SUNDAY,
        now=office.now(),
        actor="c-01",
    )
    with read_case(office, reference, office.now()) as file:
        row = file.session.scalars(select(ReportRecord)).one()
        number = file.open("reports", "sealed_number", report, ReportNumber, row.sealed_number)
        assert (row.office, number.number, number.reported_on) == (ReportOffice.OMBUDSMAN, "УП-0000", SUNDAY)
        assert "report_references" in file.case.known


def test_a_report_may_lack_its_day_but_not_be_of_tomorrow(office: Office, open_one: Opener) -> None:
    reference = open_one(office)
    words: dict[str, Any] = {"report_office": ReportOffice.OMBUDSMAN, "number": "1"}
    record_report(office, reference, **words, now=office.now(), actor="c-01")
    with pytest.raises(InvalidInput, match="date_in_future"):
        record_report(office, reference, **words, reported_on=date(2026, 3, 3), now=office.now(), actor="c-01")


def test_a_new_requester_takes_the_first_ones_place_and_must_be_confirmed(office: Office, open_one: Opener) -> None:
    reference = open_one(office)
    confirm_standing(office, reference, now=office.now(), actor="c-01")
    assert case_of(office, reference).standing_confirmed_on == MONDAY
    row = record_relative(
        office,
        reference,
        basis=Basis.GRANDPARENT,
        name="Вигаданенко Ганна",
        phone="+380440000102",
        is_requester=True,
        now=office.now(),
        actor="c-01",
    )
    with read_case(office, reference, office.now()) as file:
        assert (file.case.requester_basis, file.case.standing_confirmed_on) == (Basis.GRANDPARENT, None)
        known = {name for name in file.case.known if name.startswith("requester.")}
        assert known == {
            "requester.identity_confidential",
            "requester.name",
            "requester.phone",
            "requester.relation",
        }
        requester = file.session.scalars(select(RelativeRecord).where(RelativeRecord.is_requester)).one()
        assert requester.id == row
        details = file.open("relatives", "sealed_details", row, RelativeDetails, requester.sealed_details)
        assert details.name == "Вигаданенко Ганна"


def test_a_relative_who_does_not_ask_changes_nothing_else(office: Office, open_one: Opener) -> None:
    reference = open_one(office)
    record_relative(office, reference, basis=Basis.GUARDIAN, name="Опікун", now=office.now(), actor="c-01")
    assert case_of(office, reference).requester_basis is Basis.PARENT


def test_standing_is_confirmed_of_somebody_and_not_tomorrow(office: Office, open_one: Opener) -> None:
    reference = open_one(office)
    with pytest.raises(DodomuError, match="date_in_future"):
        confirm_standing(office, reference, confirmed_on=date(2026, 3, 3), now=office.now(), actor="c-01")
    alone = open_one(
        office,
        child__given_name="Яна",
        requester__name=None,
        requester__basis=None,
        requester__phone=None,
        requester__email=None,
        requester__address=None,
        consents=None,
    )
    with pytest.raises(DodomuError, match="requester_missing"):
        confirm_standing(office, alone, now=office.now(), actor="c-01")


def test_only_active_staff_record_facts(office: Office, open_one: Opener) -> None:
    reference = open_one(office)
    with pytest.raises(RuleViolation, match="staff_unknown"):
        give_consent(office, reference, **CONSENT, now=office.now(), actor="stranger")
