"""One application: what its values may look like, and what they may not say against each other."""

import unicodedata
from datetime import date
from typing import Any

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, format_number, is_possible_number, parse
from pydantic import TypeAdapter, ValidationError

from models.errors import ConfigurationError
from models.rules.disclosure import Field
from models.rules.partial_dates import parse_partial_date
from models.schemas.intake import IntakeCase, IntakeReports, validate_intake
from models.schemas.intake_advice import ADVICE_CODES, advice
from models.schemas.intake_text import Email, Phone
from models.statuses import Basis, Precision, Purpose, ReportOffice

TODAY = date(2026, 11, 23)
FULL: dict[str, Any] = {
    "external_number": "ЗАЯВА-0001",
    "child": {
        "family_name": "Вигаданенко",
        "given_name": "Мар’яна",
        "patronymic": "Олегівна",
        "birth_on": "09.03.2014",
        "sex": "ж",
        "citizenship": "ua",
        "birth_place": "с. Вигадане",
        "registered_address": "вул. Прикладна, 1, с. Вигадане",
        "languages": "uk, ru",
        "distinguishing_marks": "родимка на лівій руці",
        "identity_document": "свідоцтво про народження І-ВГ 000000",
        "health": "окуляри",
    },
    "parents": {
        "mother": {"family_name": "Вигаданенко", "given_name": "Ольга", "patronymic": "Іванівна"},
        "father": {"family_name": "Вигаданенко", "given_name": "Олег"},
    },
    "separation": {
        "on": "2022-04",
        "place": "с. Вигадане",
        "country": "UA",
        "circumstances": "Вивезено з лікарні.\nРазом з іншими дітьми.",
        "last_known_place": "невідомо",
        "last_contact_on": "2022",
        "last_contact": "телефоном",
    },
    "reports": {"national_police": "12022000000000001", "ombudsman": "П-1"},
    "requester": {
        "name": "Вигаданенко Ольга Іванівна",
        "basis": "parent",
        "phone": "044 123-45-67",
        "email": "Olha@Example.ORG",
        "address": "вул. Прикладна, 1",
        "identity_confidential": "так",
    },
    "consents": "icrc_cta:search:2026-01-31, ombudsman:return:2026-02-01",
    "sibling_group": "родина-1",
    "notes": "Дзвонити після 18:00.",
}


def application(**columns: Any) -> dict[str, Any]:
    """A minimal application and what stands in `columns`: `child__birth_on="2014"`."""
    nested: dict[str, Any] = {"child": {"given_name": "Вигадана"}}
    for column, value in columns.items():
        node, *parts = column.split("__")
        target = nested
        while parts:
            target = target.setdefault(node, {})
            node, *parts = parts
        target[node] = value
    return nested


def faults_of(nested: dict[str, Any], bodies: frozenset[str] | None = None) -> list[tuple[str, str]]:
    """(column, code) of everything that is wrong."""
    faults: list[tuple[str, str]] = []
    try:
        validate_intake(nested, today=TODAY, bodies=bodies)
    except ValidationError as error:
        for mistake in error.errors(include_url=False, include_input=False):
            column = ".".join(part for part in mistake["loc"] if isinstance(part, str))
            faults += mistake.get("ctx", {}).get("found") or [(column, mistake["type"])]
    return faults


def test_a_full_application_is_read_into_its_normal_form() -> None:
    case = validate_intake(FULL, today=TODAY)
    assert case.child.birth_on is not None
    assert (case.child.birth_on.iso(), case.child.sex, case.child.citizenship) == ("2014-03-09", "female", "UA")
    assert case.child.languages == ("uk", "ru")
    assert case.separation.on is not None
    assert case.separation.on.precision is Precision.MONTH
    assert case.separation.circumstances == "Вивезено з лікарні.\nРазом з іншими дітьми."
    assert case.reports.by_office() == {
        ReportOffice.NATIONAL_POLICE: "12022000000000001",
        ReportOffice.OMBUDSMAN: "П-1",
    }
    assert case.requester.basis is Basis.PARENT
    assert (case.requester.phone, case.requester.email) == ("+380441234567", "Olha@example.org")
    assert case.requester.identity_confidential is True
    assert [(each.body, each.purpose, each.given_on) for each in case.consents] == [
        ("icrc_cta", Purpose.SEARCH, date(2026, 1, 31)),
        ("ombudsman", Purpose.RETURN, date(2026, 2, 1)),
    ]


def test_an_application_reads_back_from_its_own_json() -> None:
    case = validate_intake(FULL, today=TODAY)
    again = validate_intake(case.model_dump(mode="json"), today=TODAY)
    assert again == case


def test_a_report_of_a_given_name_and_an_age_is_enough() -> None:
    case = validate_intake(application(child__age_reported=12, child__age_reported_on="2025-12-03"), today=TODAY)
    assert case.child.born_between == (date(2012, 12, 4), date(2013, 12, 3))
    assert validate_intake(application(), today=TODAY).child.born_between is None
    known_to_the_year = validate_intake(application(child__birth_on="2014"), today=TODAY)
    assert known_to_the_year.child.born_between == (date(2014, 1, 1), date(2014, 12, 31))


def test_neither_repr_nor_str_shows_a_value() -> None:
    case = validate_intake(FULL, today=TODAY)
    shown = f"{case} {case!r} {case.child} {case.requester!r} {case.consents!r} {case.parents.mother}"
    assert shown.count("<Intake") == 7
    assert not any(value in shown for value in ("Вигаданенко", "2014", "380", "icrc_cta"))


@pytest.mark.parametrize(
    ("columns", "fault"),
    [
        ({"child__given_name": "12"}, ("child.given_name", "name_without_letters")),
        ({"child__given_name": "Оль\x07га"}, ("child.given_name", "control_characters")),
        ({"child__given_name": "Оль\u202eга"}, ("child.given_name", "control_characters")),
        ({"child__given_name": "Вигaдана"}, ("child.given_name", "mixed_alphabets")),  # a Latin a
        ({"child__given_name": "Д'Artagnan"}, ("child.given_name", "mixed_alphabets")),
        ({"child__given_name": "В" * 121}, ("child.given_name", "string_too_long")),
        ({"child__given_name": "  "}, ("child.given_name", "string_too_short")),
        ({"child__given_name": 7}, ("child.given_name", "string_type")),
        ({"child__given_name": None}, ("child.given_name", "name_missing")),
        ({"child__birth_on": "31.02.2014"}, ("child.birth_on", "date_impossible")),
        ({"child__birth_on": "весна 2014"}, ("child.birth_on", "date_unreadable")),
        ({"child__birth_on": 2014.5}, ("child.birth_on", "date_unreadable")),
        ({"child__birth_on": "1014-03-09"}, ("child.birth_on", "date_too_early")),
        ({"child__birth_on": "2026-11-24"}, ("child.birth_on", "date_in_future")),
        ({"child__birth_on": "2026-12"}, ("child.birth_on", "date_in_future")),
        ({"child__age_reported": 12}, ("child.age_reported_on", "age_needs_its_date")),
        ({"child__age_reported_on": "2025-12-03"}, ("child.age_reported", "age_needs_its_date")),
        ({"child__citizenship": "УА"}, ("child.citizenship", "country_unknown")),
        ({"child__citizenship": "XX"}, ("child.citizenship", "country_unknown")),
        ({"child__languages": "uk xx"}, ("child.languages", "language_unknown")),
        ({"child__languages": ["uk", 7]}, ("child.languages", "wrong_type")),
        ({"child__sex": "дівчинка"}, ("child.sex", "literal_error")),
        ({"child__shoe_size": "31"}, ("child.shoe_size", "extra_forbidden")),
        ({"separation__on": "2027"}, ("separation.on", "date_in_future")),
        ({"separation__last_contact_on": "2027"}, ("separation.last_contact_on", "date_in_future")),
        ({"separation__circumstances": "раз\x00два"}, ("separation.circumstances", "control_characters")),
        ({"requester__name": "Вигадана Ольга"}, ("requester.basis", "requester_basis_missing")),
        ({"requester__basis": "parent"}, ("requester.name", "requester_name_missing")),
        ({"requester__phone": "12"}, ("requester.phone", "phone_unusable")),
        ({"requester__phone": "зателефонуйте"}, ("requester.phone", "phone_unusable")),
        ({"requester__email": "olha@"}, ("requester.email", "email_unusable")),
        ({"consents": "icrc_cta"}, ("consents", "consent_unreadable")),
    ],
)
def test_a_wrong_value_is_refused_with_its_column(columns: dict[str, Any], fault: tuple[str, str]) -> None:
    assert fault in faults_of(application(**columns))


@pytest.mark.parametrize(
    "columns",
    [
        {"child__birth_on": "2026-11-23"},
        {"child__birth_on": "2026"},
        {"child__birth_on": 2014},
        {"child__birth_on": parse_partial_date("2014-03")},
        {"child__given_name": "Д’Артаньян"},
        {"child__given_name": "О'Коннор-Вигаданенко"},
        {"child__given_name": "Петренко (Petrenko)"},
        {"child__given_name": "Li"},
        {"separation__on": "2026-11-23"},
        {"requester__name": "Ольга", "requester__basis": "guardian", "requester__phone": "+41 22 917 12 34"},
        {"requester__name": None, "requester__phone": None},
        {"child__age_reported": "12", "child__age_reported_on": "03.12.2025", "child__birth_on": "2013"},
        {"notes": "=1+1"},
    ],
)
def test_what_is_unusual_but_right_passes(columns: dict[str, Any]) -> None:
    assert faults_of(application(**columns)) == []


@pytest.mark.parametrize(
    ("birth_on", "separation_on", "fault"),
    [
        ("2014-03-09", "2014-03-09", None),
        ("2014-03-09", "2014-03-08", ("separation.on", "separation_before_birth")),
        ("2014-03-09", "2014-03", None),
        ("2014-03", "2014-02", ("separation.on", "separation_before_birth")),
        ("2014", "2014", None),
        ("2004-03-10", "2022-03-09", None),
        ("2004-03-09", "2022-03-09", ("child.birth_on", "adult_at_separation")),
        ("2004-03", "2022-03", None),  # may have been 17
        ("2004-02", "2022-03", ("child.birth_on", "adult_at_separation")),
        ("2004", "2022", None),
        ("2003", "2022", ("child.birth_on", "adult_at_separation")),
    ],
)
def test_only_who_was_surely_a_child_or_may_have_been_one_passes(
    birth_on: str, separation_on: str, fault: tuple[str, str] | None
) -> None:
    faults = faults_of(application(child__birth_on=birth_on, separation__on=separation_on))
    assert faults == ([fault] if fault else [])


@pytest.mark.parametrize(
    ("age", "age_on", "columns", "fault"),
    [
        (20, "2025-12-03", {"separation__on": "2022-04"}, None),
        (22, "2025-12-03", {"separation__on": "2022-04"}, ("child.age_reported", "adult_at_separation")),
        (2, "2025-12-03", {"separation__on": "2022-04"}, ("separation.on", "separation_before_birth")),
        (12, "2025-12-03", {"child__birth_on": "2014"}, ("child.age_reported", "age_contradicts_birth")),
        (12, "2012-12-03", {"child__birth_on": "2014"}, ("child.age_reported", "age_contradicts_birth")),
        (12, "2027-12-03", {}, ("child.age_reported_on", "date_in_future")),
        (121, "2025-12-03", {}, ("child.age_reported", "less_than_equal")),
        ("близько 12", "2025-12-03", {}, ("child.age_reported", "int_parsing")),
        (12, "2025-12", {}, ("child.age_reported_on", "day_needed")),
        (12, "2025-12-3", {}, ("child.age_reported_on", "date_unreadable")),
    ],
)
def test_a_reported_age_is_held_against_what_else_is_known(
    age: Any, age_on: str, columns: dict[str, Any], fault: tuple[str, str] | None
) -> None:
    faults = faults_of(application(child__age_reported=age, child__age_reported_on=age_on, **columns))
    assert faults == ([fault] if fault else [])


def test_a_consent_wants_somebody_who_gives_it_a_known_body_and_a_day_that_has_come() -> None:
    asked_by = {"requester__name": "Вигадана Ольга", "requester__basis": "parent"}
    bodies = frozenset({"icrc_cta"})
    consents = [{"body": "icrc_cta", "purpose": "search", "given_on": date(2026, 11, 23)}]
    assert faults_of(application(consents=consents, **asked_by), bodies) == []
    assert faults_of(application(consents=consents)) == [("consents", "consent_without_requester")]
    unknown = application(consents="red_cross:search:2026-01-31", **asked_by)
    assert faults_of(unknown, bodies) == [("consents", "body_unknown")]
    assert faults_of(unknown) == []
    assert faults_of(application(consents="*:search:2026-01-31", **asked_by), bodies) == []
    ahead = application(consents="icrc_cta:search:2026-11-24", **asked_by)
    assert faults_of(ahead) == [("consents", "date_in_future")]


def test_a_refusal_does_not_repeat_the_value() -> None:
    wrong = application(child__given_name="Вигaдана", child__birth_on="весна", requester__phone="12", notes=7)
    with pytest.raises(ValidationError) as refusal:
        validate_intake(wrong, today=TODAY)
    assert not any(value in str(refusal.value) for value in ("Виг", "весна", "12"))


def test_several_contradictions_are_reported_together() -> None:
    faults = faults_of(application(child__given_name=None, child__birth_on="2027", separation__on="2027"))
    assert {code for _, code in faults} == {"name_missing", "date_in_future"}
    assert len(faults) == 3


def test_an_application_without_todays_date_cannot_be_made() -> None:
    with pytest.raises(ConfigurationError, match="today_missing"):
        IntakeCase()


def test_text_is_kept_in_one_normal_form() -> None:
    decomposed = unicodedata.normalize("NFD", "Юрій  Їжакевич")
    case = validate_intake(application(child__given_name=f" {decomposed}\u00a0"), today=TODAY)
    assert case.child.given_name == "Юрій Їжакевич"
    several_lines = validate_intake(application(notes=" перший \r\n\r\n другий\tрядок "), today=TODAY)
    assert several_lines.notes == "перший\nдругий рядок"


@given(st.from_regex(r"\+380[ -]?\(?[0-9]{2}\)?([ -]?[0-9]){7}", fullmatch=True))
def test_a_ukrainian_number_is_recognised_at_a_glance_as_the_library_reads_it(typed: str) -> None:
    number = parse(typed, "UA")
    assert is_possible_number(number)
    assert TypeAdapter(Phone).validate_python(typed) == format_number(number, PhoneNumberFormat.E164)


@given(
    st.from_regex(r"[a-z]{1,3}[.+_-]{0,2}[A-Z0-9]{0,3}@{1,2}[a-zA-Z-]{1,3}(\.{1,2}[a-z0-9]{1,3}){0,2}", fullmatch=True)
)
def test_a_mail_address_is_recognised_at_a_glance_as_the_library_reads_it(typed: str) -> None:
    try:
        expected = validate_email(
            typed, check_deliverability=False, test_environment=True, globally_deliverable=False
        ).normalized
    except EmailNotValidError:
        with pytest.raises(ValidationError):
            TypeAdapter(Email).validate_python(typed)
    else:
        assert TypeAdapter(Email).validate_python(typed) == expected


@given(st.text(max_size=40))
def test_whatever_is_typed_as_a_name_is_refused_or_printable(typed: str) -> None:
    nested = application(child__given_name=typed)
    if not faults_of(nested):
        name = validate_intake(nested, today=TODAY).child.given_name
        assert name is not None
        assert name.isprintable()
        assert unicodedata.is_normalized("NFC", name)
        assert any(character.isalpha() for character in name)


def test_every_office_whose_reports_count_has_a_field() -> None:
    assert set(IntakeReports.model_fields) == {office.value for office in ReportOffice}


def test_every_fact_a_family_can_bring_has_the_name_under_which_letters_carry_it() -> None:
    brought = {
        f"{section}.{name}"
        for section in ("child", "parents", "separation")
        for name in IntakeCase.model_fields[section].default.model_fields_set
        | set(type(IntakeCase.model_fields[section].default).model_fields)
    }
    carried = {field.value for field in Field if field.value.split(".")[0] in {"child", "parents", "separation"}}
    assert carried - brought == {Field.CHILD_PHOTO_REFERENCE.value}


@pytest.mark.parametrize("code", sorted(ADVICE_CODES))
def test_every_code_says_what_would_be_right_in_both_languages(code: str) -> None:
    limits = dict.fromkeys(("limit", "choices", "nearest", "columns"), "…")
    sentences = advice(code, **limits)
    assert set(sentences) == {"uk", "en"}
    assert any("а" <= character <= "я" for character in sentences["uk"])
    assert sentences["en"].replace("…", "").isascii()


def test_prose_of_separators_alone_is_empty() -> None:
    assert faults_of(application(notes="\x1c")) == [("notes", "empty")]


def test_names_of_several_words_are_held_to_one_alphabet_each() -> None:
    case = validate_intake(application(requester={"name": "Вигадана-Інша Ольга", "basis": "parent"}), today=TODAY)
    assert case.requester.name == "Вигадана-Інша Ольга"
    mixed = application(requester={"name": "Вигадана Oльга", "basis": "parent"})
    assert faults_of(mixed) == [("requester.name", "mixed_alphabets")]
