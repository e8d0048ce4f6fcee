"""What is sealed of an application is what its models take, though it is not checked once more."""

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from casework.application import PreparedCase, Who, prepare
from models.rules.disclosure import Field
from models.rules.partial_dates import parse_partial_date
from models.schemas.intake import IntakeCase, validate_intake
from models.schemas.sealed import Circumstances, Identity, RelativeDetails, ReportNumber
from models.statuses import Basis, Precision

TODAY = date(2026, 3, 2)
TEXTS = st.sampled_from(
    [
        None,
        "Вигаданенко",
        " Мар’яна\t",
        "x\r\n\r\n y",
        "e\u0301",
        "a\N{NO-BREAK SPACE} b",
        "\x1c",
        "Ґ\n\x1c\n",
        "рядок  два",
    ]
)
DATES = st.none() | st.sampled_from(["2014", "2014-05", "09.05.2014", "2015-02-28"])
COUNTRIES = st.sampled_from([None, "ua", "GE"])


def section(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(fields)


NAMES = {"family_name": TEXTS, "given_name": TEXTS, "patronymic": TEXTS}
APPLICATIONS = section(
    child=section(
        **NAMES | {"given_name": st.just("Яна")},
        birth_on=DATES,
        sex=st.sampled_from([None, "ж", "male"]),
        citizenship=COUNTRIES,
        birth_place=TEXTS,
        registered_address=TEXTS,
        languages=st.sampled_from(["uk", "uk, crh", ()]),
        distinguishing_marks=TEXTS,
        identity_document=TEXTS,
        health=TEXTS,
    ),
    parents=section(mother=section(**NAMES), father=section(**NAMES)),
    separation=section(
        on=st.sampled_from([None, "2022", "2022-05-01"]),
        place=TEXTS,
        country=COUNTRIES,
        circumstances=TEXTS,
        last_known_place=TEXTS,
        last_contact_on=DATES,
        last_contact=TEXTS,
    ),
    reports=section(national_police=TEXTS, ombudsman=TEXTS),
    requester=section(
        name=st.just("Вигаданенко Ольга"),
        basis=st.sampled_from(list(Basis)),
        phone=st.sampled_from([None, "044 123-45-67"]),
        email=st.sampled_from([None, "a@example.org", "Ольга@приклад.укр"]),
        address=TEXTS,
        identity_confidential=st.sampled_from([None, "так", False]),
    ),
    notes=TEXTS,
)


def read_again(model: type[BaseModel], content: bytes) -> dict[str, Any]:
    """Read what was sealed as those will who open it, and check that to check it changes nothing."""
    read = model.model_validate_json(content)
    assert model.model_validate(read.model_dump()) == read
    return read.model_dump(mode="json", exclude_defaults=True)


@given(written=APPLICATIONS)
def test_the_sealed_models_take_what_an_application_may_hold(written: dict[str, Any]) -> None:
    try:
        application = validate_intake(written, today=TODAY)
    except ValidationError:
        return
    prepared = prepare(application)
    child = read_again(Identity, prepared.identity)["child"]
    assert child["given_name"] == application.child.given_name
    assert child.get("health") == application.child.health
    circumstances = read_again(Circumstances, prepared.circumstances)
    assert circumstances.get("notes") == application.notes
    assert prepared.requester is not None
    assert read_again(RelativeDetails, prepared.requester).get("email") == application.requester.email
    numbers = [read_again(ReportNumber, number)["number"] for _, number in prepared.reports]
    assert numbers == list(application.reports.by_office().values())


def application(**sections: Any) -> IntakeCase:
    return validate_intake({"child": {"given_name": "Яна"}} | sections, today=TODAY)


def test_what_is_known_is_said_field_by_field_and_sorted() -> None:
    told = application(
        child={"given_name": "Яна", "languages": "uk"},
        parents={"mother": {"given_name": "Ольга"}, "father": {"patronymic": "Іванович"}},
        separation={"country": "UA", "last_contact": "телефоном"},
        reports={"ombudsman": "1"},
        requester={"name": "Вигадана Ольга", "basis": "parent", "identity_confidential": False},
    )
    assert prepare(told).known == (
        Field.CHILD_GIVEN_NAME,
        Field.CHILD_LANGUAGES,
        Field.PARENTS_FATHER,
        Field.PARENTS_MOTHER,
        Field.REPORT_REFERENCES,
        Field.REQUESTER_IDENTITY_CONFIDENTIAL,
        Field.REQUESTER_NAME,
        Field.REQUESTER_RELATION,
        Field.SEPARATION_LAST_CONTACT,
    )
    assert prepare(application()).known == (Field.CHILD_GIVEN_NAME,)


def test_a_child_is_compared_by_names_mother_sex_and_birth() -> None:
    told = application(
        child={"given_name": "Ліза", "family_name": "Вигаданенко", "birth_on": "2014-05", "sex": "ж"},
        parents={"mother": {"given_name": "Ольга"}},
    )
    child = prepare(told).who
    assert child == Who("Вигаданенко", "Ліза", None, "Ольга", "female", date(2014, 5, 1), Precision.MONTH)
    assert child.traits().born == parse_partial_date("2014-05")
    assert prepare(application()).who.traits().born is None


def test_nothing_of_a_prepared_application_is_shown() -> None:
    prepared: PreparedCase = prepare(application(notes="Вигадано"))
    assert (repr(prepared), repr(prepared.who)) == ("<PreparedCase>", "<Who>")
