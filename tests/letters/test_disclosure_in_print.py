"""What a body may not be told never reaches a letter to it: by the facts, by the template, and on the page."""

from datetime import date

import pytest

from casework.letter_samples import Sample, Size, sample_facts
from models.errors import RuleViolation
from models.rules.disclosure import ConsentScope, Field, disclosed_fields, disclosed_without_consent
from models.rules.policy import Body
from models.statuses import Purpose
from tests.letters.canaries import WITHOUT_A_MARK, can_be_listed, listed_child, marks, with_canaries
from tests.letters.printed import (
    POLICY,
    SAMPLES,
    TEMPLATES,
    facts_of,
    read_text,
    samples_to_every_body,
    source_of,
    typeset,
)

EVERYTHING = frozenset(Field)
DAY = date(2026, 3, 9)
BIGGER = tuple(each for each in SAMPLES if each.size is not Size.SMALLEST)
TO_EVERYBODY = (*BIGGER, *samples_to_every_body())
every_body = pytest.mark.parametrize("body", POLICY.bodies, ids=lambda body: body.id)


def allowed_to(sample: Sample) -> frozenset[Field]:
    return frozenset(POLICY.get_body(sample.body).allow)


def disclosed_to(body: Body) -> frozenset[Field]:
    """What is left of everything, if all is known and the family consents to all."""
    allow = frozenset(body.allow)
    if not body.consent_required:
        return disclosed_without_consent(allow, EVERYTHING)
    consent = ConsentScope(body.id, Purpose.SEARCH, given_on=DAY)
    return disclosed_fields(allow, EVERYTHING, consent, body=body.id, purpose=Purpose.SEARCH, on=DAY)


def carried(field: Field, disclosed: frozenset[Field], *, listed: bool) -> frozenset[Field]:
    """The fields of a letter's facts, or of a listed child, made with this one when these are disclosed."""
    # A sighting says where; one that tells something else of it needs a place to stand at.
    stands = field.value.startswith("sighting.") and field is not Field.SIGHTING_COUNTRY
    with_it = {field, Field.SIGHTING_PLACE} if stands and field is not Field.SIGHTING_PLACE else {field}
    model = listed_child(1, with_it) if listed else with_canaries(facts_of(SAMPLES[0]), with_it, listed=False)
    told = {**model.model_dump(), "disclosed": disclosed | (with_it - {field})}
    return type(model).model_validate(told).fields_present()


def require_fence(field: Field, disclosed: frozenset[Field], *, listed: bool) -> None:
    if field in disclosed:
        assert field in carried(field, disclosed, listed=listed)
        return
    with pytest.raises(RuleViolation, match="field_not_disclosed") as refused:
        carried(field, disclosed, listed=listed)
    assert refused.value.references == {"fields": field.value}


@every_body
def test_every_field_is_disclosed_to_a_body_that_may_have_it_and_dropped_for_any_other(body: Body) -> None:
    assert disclosed_to(body) == frozenset(body.allow)
    category = POLICY.find_category(body.category)
    assert category is not None
    assert not disclosed_to(body) & frozenset(category.excluded)


@every_body
def test_facts_can_be_built_with_every_allowed_field_and_with_no_other(body: Body) -> None:
    for field in Field:
        require_fence(field, disclosed_to(body), listed=False)


@every_body
def test_a_listed_child_can_carry_every_allowed_field_and_no_other(body: Body) -> None:
    for field in filter(can_be_listed, Field):
        require_fence(field, disclosed_to(body), listed=True)


@pytest.mark.parametrize("sample", BIGGER, ids=str)
def test_a_template_given_everything_prints_nothing_that_its_body_may_not_be_told(sample: Sample) -> None:
    """The facts are the worst mistake there could be: all fields filled, and all of them disclosed."""
    facts = with_canaries(facts_of(sample), EVERYTHING, listed=sample.size is Size.SEVERAL)
    text = read_text(typeset(facts))
    assert "Qa" in text or sample.kind in {"coalition.summary", "follow_up.withdrawal"}
    printed = {field for field, mark in marks(sample.language).items() if mark in text}
    assert printed <= allowed_to(sample)


@pytest.mark.parametrize("kind", [kind.id for kind in POLICY.kinds])
def test_what_a_body_may_not_be_told_does_not_change_one_byte_of_a_letter_to_it(kind: str) -> None:
    """To every body of the kind: no word, no blank and no branch of the template follows what is not allowed."""
    changed = []
    for sample in (each for each in TO_EVERYBODY if each.kind == kind):
        facts, listed = sample_facts(POLICY, TEMPLATES, sample), sample.size is Size.SEVERAL
        everything = with_canaries(facts, EVERYTHING, listed=listed)
        gathered = with_canaries(facts, allowed_to(sample), listed=listed)
        if source_of(everything) != source_of(gathered):
            changed.append(str(sample))
    assert not changed


def test_the_canaries_would_be_seen_in_print() -> None:
    """Each field with a mark stands in some letter by this mark, but for those that no letter prints."""
    never_printed = {
        field for field in Field if all(field not in TEMPLATES.fields_named(*each) for each in TEMPLATES.list_kinds())
    }
    seen: set[Field] = set()
    for sample in BIGGER:
        facts = with_canaries(facts_of(sample), EVERYTHING, listed=sample.size is Size.SEVERAL)
        source = source_of(facts).decode()
        seen |= {field for field, mark in marks(sample.language).items() if mark in source}
    assert seen == EVERYTHING - WITHOUT_A_MARK - never_printed


@pytest.mark.parametrize("field", sorted(WITHOUT_A_MARK - {Field.CASE_STAGE, Field.CARD}))
def test_a_field_without_a_mark_changes_some_letter_that_may_carry_it(field: Field) -> None:
    """Or not changing those that may not would prove nothing. Stage and card are required, and have letters to show."""

    def is_changed(sample: Sample) -> bool:
        listed, allowed = sample.size is Size.SEVERAL, allowed_to(sample)
        facts = (with_canaries(facts_of(sample), fields, listed=listed) for fields in (allowed, allowed - {field}))
        told, kept = map(source_of, facts)
        return told != kept

    carrying = (
        sample
        for sample in BIGGER
        if field in allowed_to(sample) - TEMPLATES.fields_required(sample.kind, sample.language)
    )
    assert any(map(is_changed, carrying))
