from datetime import date

import pytest
from pydantic import ValidationError

from models.errors import RuleViolation
from models.rules.disclosure import Field
from models.rules.partial_dates import PartialDate
from models.schemas.letter_fields import fields_of
from models.schemas.letters import Child, LetterFacts, Parents, PersonName, Sighting
from models.statuses import Precision
from tests.letters.printed import SAMPLES, facts_of

CANARY = "Канарейкевич"
ALL_FIELDS = frozenset(Field)


def facts_with(disclosed: frozenset[Field], **gathered: object) -> LetterFacts:
    head = facts_of(SAMPLES[0])
    return LetterFacts.model_validate(
        {"letter": head.letter, "body": head.body, "office": head.office, "disclosed": disclosed, **gathered}
    )


def test_a_value_whose_field_was_not_disclosed_cannot_be_built_in() -> None:
    with pytest.raises(RuleViolation, match="field_not_disclosed") as caught:
        facts_with(ALL_FIELDS - {Field.CHILD_HEALTH}, child=Child(health=CANARY))
    assert caught.value.references == {"fields": "child.health"}
    assert CANARY not in str(caught.value)


def test_a_parent_counts_as_one_field_with_all_its_names() -> None:
    mother = PersonName(family_name=CANARY, given_name="Оксана")
    with pytest.raises(RuleViolation, match=r"parents\.mother"):
        facts_with(frozenset(), parents=Parents(mother=mother))


def test_the_sample_letters_carry_every_field_between_them() -> None:
    carried = frozenset[Field]().union(*(facts_of(sample).fields_present() for sample in SAMPLES))
    assert ALL_FIELDS - carried == set()


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("child.birth_on", {Field.CHILD_BIRTH_ON}),
        ("child.full_name", {Field.CHILD_FAMILY_NAME, Field.CHILD_GIVEN_NAME, Field.CHILD_PATRONYMIC}),
        ("parents.father.full_name", {Field.PARENTS_FATHER}),
        ("sightings.country", {Field.SIGHTING_COUNTRY}),
        ("sightings.grade.source", {Field.SIGHTING_GRADE}),
        ("aliases.citizenship", {Field.ALIASES}),
        ("letter.outgoing_number", set()),
        ("office.name", set()),
    ],
)
def test_a_path_leads_to_the_fields_behind_it(path: str, fields: set[Field]) -> None:
    assert fields_of(path) == fields


def test_neither_repr_nor_a_validation_error_shows_a_value() -> None:
    child = Child(family_name=CANARY, birth_on=PartialDate(date(2014, 3, 1), Precision.MONTH))
    facts = facts_with(ALL_FIELDS, child=child)
    assert CANARY not in f"{facts!r} {facts} {child!r} {[child]}"
    assert "2014" not in repr(child)
    with pytest.raises(ValidationError) as caught:
        Child.model_validate({"family_name": "Іра", "sex": CANARY, "surprise": CANARY})
    assert CANARY not in str(caught.value)


def test_blanks_are_collapsed_and_letters_composed() -> None:
    child = Child(given_name=" Андрі\u0438\u0306 \n Юрій ", health="Перше.\r\n\r\n  Друге. ")
    assert child.given_name == "Андрій Юрій"
    assert child.health == "Перше.\nДруге."


@pytest.mark.parametrize("field", ["family_name", "health"])
def test_an_empty_text_is_not_a_fact(field: str) -> None:
    with pytest.raises(ValidationError):
        Child.model_validate({field: " \n "})


def test_a_sighting_says_where() -> None:
    with pytest.raises(ValidationError):
        Sighting(seen_on=PartialDate(date(2026, 3, 1), Precision.DAY))


def test_a_full_name_is_made_of_what_was_disclosed() -> None:
    assert Child(family_name="Згурська", patronymic="Юріївна").full_name == "Згурська Юріївна"
