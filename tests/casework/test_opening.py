import gc
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from casework import opening
from casework.application import adult_on, prepare
from casework.case_file import read_case
from casework.journal_rows import list_entries
from casework.office import Office
from casework.opening import Batch, open_cases, open_prepared
from casework.sealed_case import NumberedCase
from integrations.sealing import sealed_place
from models.errors import PermanentFailure, RuleViolation
from models.records import AT_ONCE, Case, ConsentRecord, RelativeRecord, ReportRecord, StageEntryRecord
from models.rules.chain import find_break
from models.rules.partial_dates import PartialDate, parse_partial_date
from models.schemas.intake import IntakeCase, validate_intake
from models.schemas.sealed import Circumstances, Identity, RelativeDetails, ReportNumber
from models.statuses import Basis, CaseStatus, Precision, Purpose, Stage

TODAY = date(2026, 3, 2)
CHILD = {"family_name": "Вигаданенко", "given_name": "Марічка", "birth_on": "2014-05-09"}
FULL = {
    "external_number": "ЗАЯВА-1",
    "child": {**CHILD, "languages": "uk ru"},
    "parents": {"mother": {"given_name": "Олена"}},
    "separation": {
        "on": "2022-05",
        "place": "с. Вигадане",
        "country": "UA",
        "last_known_place": "табір «Вигаданий»",
        "last_contact_on": "2023",
    },
    "reports": {"national_police": "ЄО-0000"},
    "requester": {"name": "Вигаданенко Олена", "basis": "parent", "identity_confidential": False},
    "consents": [{"body": "*", "purpose": "search", "given_on": "2026-03-01"}],
    "notes": "Вигадано.",
}


def application(**values: Any) -> IntakeCase:
    return validate_intake({"child": CHILD, **values}, today=TODAY)


def open_some(office: Office, *applications: IntakeCase, **more: Any) -> list[opening.Opened]:
    return open_cases(office, applications, now=office.now(), actor="c-01", **more)


def case_of(office: Office, reference: str) -> Case:
    with read_case(office, reference, office.now()) as file:
        return file.case


def test_an_application_becomes_a_case_with_all_that_it_says(either_office: Office) -> None:
    office = either_office
    (opened,) = open_some(office, validate_intake(FULL, today=TODAY), coordinator="c-02")
    assert opened == opening.Opened("2026-000001-Z")
    with read_case(office, opened.reference, office.now()) as file:
        case, session = file.case, file.session
        assert (case.status, case.stage, case.coordinator) == (CaseStatus.OPEN, Stage.REPORTED, "c-02")
        assert (case.opened_on, case.next_look_at) == (TODAY, AT_ONCE)
        assert (case.separation_on, case.separation_precision) == (date(2022, 5, 1), Precision.MONTH)
        assert (case.adult_on, case.adult_precision) == (date(2032, 5, 9), Precision.DAY)
        assert (case.requester_basis, case.source_number) == (Basis.PARENT, "ЗАЯВА-1")
        assert case.seals == 4
        assert case.known == [
            "child.birth_on",
            "child.family_name",
            "child.given_name",
            "child.languages",
            "parents.mother",
            "report_references",
            "requester.identity_confidential",
            "requester.name",
            "requester.relation",
            "separation.on",
            "separation.place",
        ]
        identity = file.open("cases", "sealed_identity", case.reference, Identity, case.sealed_identity or b"")
        assert identity.child.full_name == "Вигаданенко Марічка"
        assert identity.parents.mother is not None
        assert (identity.parents.mother.full_name, identity.parents.father) == ("Олена", None)
        sealed = case.sealed_circumstances or b""
        circumstances = file.open("cases", "sealed_circumstances", case.reference, Circumstances, sealed)
        assert circumstances.separation.place == "с. Вигадане"
        assert circumstances.last_known_place == "табір «Вигаданий»"
        assert circumstances.last_contact_on == PartialDate(date(2023, 1, 1), Precision.YEAR)
        assert circumstances.notes == "Вигадано."
        relative = session.scalars(select(RelativeRecord)).one()
        assert relative.is_requester
        details = file.open("relatives", "sealed_details", relative.id, RelativeDetails, relative.sealed_details)
        assert details.name == "Вигаданенко Олена"
        report = session.scalars(select(ReportRecord)).one()
        assert file.open("reports", "sealed_number", report.id, ReportNumber, report.sealed_number).number == "ЄО-0000"
        consent = session.scalars(select(ConsentRecord)).one()
        assert (consent.body, consent.purpose, consent.given_by) == ("*", Purpose.SEARCH, Basis.PARENT)
        entry = session.scalars(select(StageEntryRecord)).one()
        assert (entry.number, entry.stage, entry.policy_version) == (1, Stage.REPORTED, office.policy.version)


def test_opening_is_journalled_without_a_word_about_the_child(office: Office) -> None:
    (opened,) = open_some(office, validate_intake(FULL, today=TODAY))
    with office.store.reading() as session:
        (stored,) = list_entries(session, opened.reference)
    assert find_break([stored]) is None
    assert (stored.entry.kind, stored.entry.actor, stored.entry.sealed) == ("case_opened", "c-01", None)
    assert dict(stored.entry.body) == {"stage": "reported", "policy": office.policy.version}


def test_a_report_with_nothing_but_a_name_is_a_case_too(office: Office) -> None:
    (opened,) = open_some(office, validate_intake({"child": {"given_name": "Misha"}}, today=TODAY))
    case = case_of(office, opened.reference)
    assert (case.separation_on, case.adult_on, case.requester_basis, case.source_number) == (None, None, None, None)
    assert case.known == ["child.given_name"]
    assert case.seals == 2


def test_the_same_external_number_opens_nothing_again(office: Office) -> None:
    first = open_some(office, application(external_number="А-1"))
    again = open_some(
        office,
        application(external_number="А-1"),
        application(child={"given_name": "Яна"}, external_number="А-2"),
        application(child={"given_name": "Яна"}, external_number="А-2"),
        application(child={"given_name": "Назар"}),
    )
    assert [each.already_known for each in again] == [True, False, True, False]
    assert again[0].reference == first[0].reference
    assert again[1].reference == again[2].reference
    with office.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 3


def test_nothing_to_open_takes_no_number(office: Office) -> None:
    assert open_some(office) == []
    assert open_some(office, application())[0].reference == "2026-000001-Z"


def test_a_second_application_for_a_child_is_flagged_and_not_merged(office: Office) -> None:
    (first,) = open_some(office, application())
    russian = {"family_name": "Выгаданенко", "given_name": "Мария", "birth_on": "2015-01-01"}
    (second,) = open_some(office, application(child=russian))
    assert second.possible_duplicate_of == first.reference
    assert second.reference != first.reference
    assert case_of(office, second.reference).possible_duplicate_of == first.reference
    assert case_of(office, first.reference).possible_duplicate_of is None


def test_two_applications_of_one_batch_are_compared_too(office: Office) -> None:
    first, second = open_some(office, application(external_number="1"), application(external_number="2"))
    assert second.possible_duplicate_of == first.reference


def test_siblings_share_an_id_that_tells_nothing_also_across_the_parts_of_a_batch(office: Office) -> None:
    batch = Batch.begin(office)
    labelled = [
        application(child={"given_name": name}, sibling_group="родина Вигаданенків") for name in ("Яна", "Назар")
    ]
    opened = [
        open_prepared(office, [prepare(each)], now=office.now(), actor="c-01", batch=batch)[0] for each in labelled
    ]
    groups = {case_of(office, each.reference).sibling_group for each in opened}
    assert len(groups) == 1
    (group,) = groups
    assert group is not None
    assert len(group) == 32


def test_many_cases_are_stored_in_chunks(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "SEALED_AT_ONCE", 2)
    monkeypatch.setattr(opening, "PARTS_STORED_AT_ONCE", 1)
    children = [application(child={"given_name": name}) for name in ("Яна", "Назар", "Тарас", "Ольга", "Роман")]
    opened = open_some(office, *children)
    assert len({each.reference for each in opened}) == 5
    assert {case_of(office, each.reference).journal_seq for each in opened} == {1}


def test_a_case_that_could_not_be_stored_leaves_a_key_and_nothing_else(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise RuleViolation("stopped")

    monkeypatch.setattr(opening, "_store", refuse)
    with pytest.raises(RuleViolation, match="stopped"):
        open_some(office, application())
    monkeypatch.undo()
    with office.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 0
    assert open_some(office, application())[0].reference.startswith("2026-000002")


def test_a_number_that_another_process_took_meanwhile_opens_nothing_and_is_not_told(
    either_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_some(either_office, application(external_number="ТАЄМНИЙ-1"))
    monkeypatch.setattr(opening, "_look_up", lambda *_: {})
    with pytest.raises(PermanentFailure, match="store_refused") as told:
        open_some(either_office, application(), application(external_number="ТАЄМНИЙ-1"))
    assert "ТАЄМНИЙ" not in str(told.value)
    assert told.value.__cause__ is None
    with either_office.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 1


def test_what_an_application_does_not_say_is_stored_as_the_tables_have_it(either_office: Office) -> None:
    (opened,) = open_some(either_office, validate_intake(FULL, today=TODAY))
    with read_case(either_office, opened.reference, either_office.now()) as file:
        assert (file.case.flags, file.case.missing, file.case.closed_as) == ([], [], None)
        consent = file.session.scalars(select(ConsentRecord)).one()
        assert (consent.withheld, consent.version, consent.withdrawn_on) == ([], 1, None)


@pytest.mark.parametrize("enabled", [True, False])
def test_the_search_for_cycles_is_left_as_it_was(office: Office, enabled: bool) -> None:  # noqa: FBT001 - a parameter
    (gc.enable if enabled else gc.disable)()
    try:
        open_some(office, application())
        assert gc.isenabled() is enabled
    finally:
        gc.enable()


def test_neither_key_nor_value_of_a_numbered_case_is_shown() -> None:
    numbered = NumberedCase("2026-000001-Z", b"secret", None, None, prepare(application()))
    assert repr(numbered) == "<NumberedCase 2026-000001-Z>"


@pytest.mark.parametrize(
    ("actor", "coordinator", "code"),
    [
        ("nobody", None, "staff_unknown"),
        ("c-01", "nobody", "staff_unknown"),
        ("c-01", "l-01", "role_not_allowed"),
    ],
)
def test_only_staff_open_cases_and_only_coordinators_get_them(
    office: Office, actor: str, coordinator: str | None, code: str
) -> None:
    with pytest.raises(RuleViolation, match=code):
        open_cases(office, [application()], now=office.now(), actor=actor, coordinator=coordinator)


@pytest.mark.parametrize(
    ("born", "grown"),
    [
        ("2014-05-09", date(2032, 5, 9)),
        ("2012-02-29", date(2030, 2, 28)),
        ("2014-05", date(2032, 5, 1)),
        ("2014", date(2032, 1, 1)),
    ],
)
def test_eighteen_is_counted_from_the_first_day_that_the_birth_can_have_been(born: str, grown: date | None) -> None:
    assert adult_on(parse_partial_date(born)) == grown


def test_no_sealed_value_opens_in_anothers_place(office: Office, open_one: Callable[..., str]) -> None:
    first, second = open_one(office), open_one(office, child__given_name="Яна")
    with read_case(office, first, office.now()) as file:
        sealed = file.case.sealed_identity or b""
    outcome = office.sealer.open_each([opening_value(second, sealed)])[0]
    assert getattr(outcome, "code", "") == "sealed_value_does_not_open"


def opening_value(reference: str, sealed: bytes) -> Any:
    from integrations.sealing import ToOpen  # noqa: PLC0415 - used here alone

    return ToOpen(reference, sealed_place("cases", "sealed_identity", reference), sealed)
