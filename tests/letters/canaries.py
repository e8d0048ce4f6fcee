"""A value of its own for every field that a letter can carry, and the words by which it would be known in print."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from datetime import date
from typing import Any

from integrations.letter_templates import TEMPLATE_FOLDER
from integrations.letter_words import LetterWords
from models.rules.disclosure import Field
from models.rules.partial_dates import PartialDate
from models.schemas.letters import (
    Alias,
    Annex,
    Card,
    Caseload,
    Child,
    LetterFacts,
    ListedChild,
    PersonName,
    ReportReference,
    SearchStep,
    Separation,
    Sibling,
    Sighting,
    SightingGrade,
    StageCount,
)
from models.statuses import (
    Basis,
    InformationGrade,
    Precision,
    ReportOffice,
    SourceGrade,
    SourceKind,
    Stage,
    Territory,
)

_LISTED = 3


def _day(year: int) -> PartialDate:
    return PartialDate(date(year, 4, 5), Precision.DAY)


_TEXTS = {
    Field.CHILD_FAMILY_NAME: "Qafamily",
    Field.CHILD_GIVEN_NAME: "Qagiven",
    Field.CHILD_PATRONYMIC: "Qapatronymic",
    Field.CHILD_BIRTH_PLACE: "Qabirthplace",
    Field.CHILD_REGISTERED_ADDRESS: "Qaregistered",
    Field.CHILD_DISTINGUISHING_MARKS: "Qamarks",
    Field.CHILD_IDENTITY_DOCUMENT: "Qadocument",
    Field.CHILD_HEALTH: "Qahealth",
    Field.CHILD_PHOTO_REFERENCE: "Qaphoto",
    Field.SEPARATION_PLACE: "Qaseparated",
    Field.SEPARATION_CIRCUMSTANCES: "Qacircumstances",
    Field.SEPARATION_LAST_CONTACT: "Qacontact",
    Field.SIGHTING_PLACE: "Qaseen",
    Field.REQUESTER_NAME: "Qarequester",
    Field.REQUESTER_PHONE: "Qaphone",
    Field.REQUESTER_ADDRESS: "Qaaddress",
    Field.REQUESTER_EMAIL: "Qamail",
    Field.ALIASES: "Qaalias",
    Field.PARENTS_MOTHER: "Qamother",
    Field.PARENTS_FATHER: "Qafather",
    Field.SIBLINGS: "Qasibling",
    Field.PERSONS_BELIEVED_RESPONSIBLE: "Qaresponsible",
    Field.SEARCH_STEPS: "Qastep",
    Field.REPORT_REFERENCES: "Qareport",
    Field.ANNEXES: "Qaannex",
}
_CODED = {
    Field.CHILD_BIRTH_ON: _day(1987),
    Field.CHILD_SEX: "male",
    Field.CHILD_CITIZENSHIP: "IS",
    Field.CHILD_LANGUAGES: ("mi",),
    Field.SEPARATION_ON: _day(1993),
    Field.SIGHTING_COUNTRY: "NZ",
    Field.SIGHTING_TERRITORY: Territory.OCCUPIED,
    Field.SIGHTING_SEEN_ON: _day(1995),
    Field.SIGHTING_SOURCE: SourceKind.MEDIA,
    Field.SIGHTING_GRADE: SightingGrade(source=SourceGrade.E, information=InformationGrade.IMPROBABLE),
    Field.REQUESTER_RELATION: Basis.ADULT_SIBLING,
    Field.REQUESTER_IDENTITY_CONFIDENTIAL: True,
    Field.CASE_STAGE: Stage.VERIFIED,
    Field.CASE_NEXT_ON: date(2037, 4, 5),
}
_WHOLE: dict[Field, tuple[str, Any]] = {
    Field.ALIASES: ("aliases", (Alias(full_name="Qaalias", birth_on=_day(1988), citizenship="NO"),)),
    Field.PARENTS_MOTHER: ("mother", PersonName(family_name="Qamother")),
    Field.PARENTS_FATHER: ("father", PersonName(family_name="Qafather")),
    Field.SIBLINGS: ("siblings", (Sibling(full_name="Qasibling", birth_on=_day(1989)),)),
    Field.PERSONS_BELIEVED_RESPONSIBLE: ("persons_believed_responsible", "Qaresponsible"),
    Field.SEARCH_STEPS: ("search_steps", (SearchStep(taken_on=date(1994, 4, 5), body_name="Qastep"),)),
    Field.REPORT_REFERENCES: (
        "report_references",
        (ReportReference(office=ReportOffice.NATIONAL_POLICE, number="Qareport", reported_on=date(1996, 4, 5)),),
    ),
    Field.ANNEXES: ("annexes", (Annex(title="Qaannex", pages=7),)),
    Field.CARD: ("card", Card(surnames=True, blood_group=True, religion=True, death=True)),
    Field.CASELOAD: (
        "caseload",
        Caseload(counted_on=date(1983, 4, 5), stages=(StageCount(stage=Stage.LOCATED, children=9999),)),
    ),
}
_DATED = {
    Field.CHILD_BIRTH_ON: "1987",
    Field.SEPARATION_ON: "1993",
    Field.SIGHTING_SEEN_ON: "1995",
    Field.CASE_NEXT_ON: "2037",
    Field.CASELOAD: "1983",
}
# What prints as a word that a letter may say anyway; whether it changes a letter is asked of the letter's source.
WITHOUT_A_MARK = frozenset(
    {
        Field.CHILD_SEX,
        Field.SIGHTING_TERRITORY,
        Field.REQUESTER_IDENTITY_CONFIDENTIAL,
        Field.CASE_STAGE,
        Field.CARD,
    }
)


def marks(language: str) -> dict[Field, str]:
    """The words in print that give a field away, in a letter of this language."""
    words = LetterWords(language, TEMPLATE_FOLDER / "letters" / "_words")
    return {
        **_TEXTS,
        **_DATED,
        Field.CHILD_CITIZENSHIP: words.country("IS"),
        Field.CHILD_LANGUAGES: words.tongue("mi"),
        Field.SIGHTING_COUNTRY: words.country("NZ"),
        Field.SIGHTING_SOURCE: words.word(SourceKind.MEDIA),
        Field.SIGHTING_GRADE: words.word(SourceGrade.E),
        Field.REQUESTER_RELATION: words.word(Basis.ADULT_SIBLING),
    }


def with_canaries(facts: LetterFacts, fields: AbstractSet[Field], *, listed: bool) -> LetterFacts:
    """The letter's own facts, but of the case the canaries of these fields, and of `listed` children too."""
    told = dict(_values(fields))
    sighting = _group(told, "sighting")
    says_where = {"country", "place"} & sighting.keys()
    whole = {name: value for name, value in told.items() if "." not in name}
    parents = {name: whole.pop(name) for name in ("mother", "father") if name in whole}
    return LetterFacts.model_validate(
        {
            "letter": facts.letter,
            "body": facts.body,
            "office": facts.office,
            "disclosed": frozenset(fields),
            **{group: _group(told, group) for group in ("child", "separation", "requester", "case")},
            **whole,
            "parents": parents,
            "sightings": (sighting,) if says_where else (),
            "children": tuple(listed_child(number, fields) for number in range(_LISTED)) if listed else (),
        }
    )


def listed_child(number: int, fields: AbstractSet[Field]) -> ListedChild:
    """One of several children with the canaries of these fields; what no list can carry is left out."""
    told = dict(_values(fields))
    sighting = _group(told, "sighting")
    return ListedChild(
        reference=f"2026-{number:06}-C",
        disclosed=frozenset(fields),
        child=Child.model_validate(_group(told, "child")),
        separation=Separation.model_validate(_group(told, "separation")),
        last_seen=Sighting.model_validate(sighting) if {"country", "place"} & sighting.keys() else None,
    )


def can_be_listed(field: Field) -> bool:
    """Whether a listed child has a place for this field."""
    return field.value.partition(".")[0] in {"child", "separation", "sighting"}


def _values(fields: AbstractSet[Field]) -> Iterator[tuple[str, Any]]:
    for field in fields:
        if field in _WHOLE:
            yield _WHOLE[field]
        else:
            yield field.value, _CODED.get(field, _TEXTS.get(field))


def _group(told: dict[str, Any], group: str) -> dict[str, Any]:
    parts = (name.partition(".") for name in told)
    return {name: told[f"{first}.{name}"] for first, dot, name in parts if dot and first == group}
