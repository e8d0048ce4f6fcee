"""Everything a letter's template can see. What was not disclosed is absent here, so it cannot be printed."""

import re
import unicodedata
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, model_validator

from models.errors import RuleViolation
from models.rules.disclosure import Field
from models.rules.partial_dates import PartialDate
from models.schemas.letter_fields import fields_behind, leaves
from models.statuses import (
    Basis,
    InformationGrade,
    LetterState,
    Purpose,
    ReportOffice,
    SourceGrade,
    SourceKind,
    Stage,
    Territory,
)

# Only the blanks people type. Other separators and controls stay, and are refused by name before print.
_BLANKS = re.compile("[ \t\r\n]+")


def _one_line(text: str) -> str:
    return unicodedata.normalize("NFC", _BLANKS.sub(" ", text).strip(" "))


def _paragraphs(text: str) -> str:
    lines = (_one_line(line) for line in re.split("\r\n|\r|\n", text))
    return "\n".join(line for line in lines if line)


def _never_empty(text: str) -> str:
    if not text:
        msg = "an absent fact is None, not an empty text"
        raise ValueError(msg)
    return text


Line = Annotated[str, AfterValidator(_one_line), AfterValidator(_never_empty)]
"""One line of text, in Unicode NFC, blanks collapsed."""
Prose = Annotated[str, AfterValidator(_paragraphs), AfterValidator(_never_empty)]
"""One or more paragraphs; a line break parts them."""
CountryCode = Annotated[str, StringConstraints(pattern="^[A-Z]{2}$")]
"""ISO 3166-1 alpha-2; templates print its localised name."""
LanguageCode = Annotated[str, StringConstraints(pattern="^[a-z]{2,3}$")]
"""ISO 639; templates print its localised name."""
KindName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")]
"""A letter kind is a folder below templates/letters: `body.what`."""


class SilentModel(BaseModel):
    """Frozen, closed, and silent: neither its repr nor its errors show a value."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    __str__ = __repr__


class PersonName(SilentModel):
    """A person's name in the nominative, in its original spelling, as far as it is known."""

    family_name: Line | None = None
    given_name: Line | None = None
    patronymic: Line | None = None

    @property
    def full_name(self) -> str:
        """Family name first, as Ukrainian documents have it."""
        return _joined(self.family_name, self.given_name, self.patronymic)


class EarlierLetter(SilentModel):
    """The letter of ours that this one follows. `cited` names the rule of a term that `due_on` ended, if one binds."""

    outgoing_number: Line
    dated_on: date
    taken_on: date
    due_on: date | None = None
    cited: Line | None = None


class ReceivedReply(SilentModel):
    """The body's latest reply to the earlier letter, and the number it gave that reply or the case."""

    received_on: date
    their_reference: Line | None = None


class LetterHead(SilentModel):
    """What the letter is. `consent_given_on` is the date of the consent it rests on.

    `our_reference` is absent in a letter about no single child. `sent_in` is set in a reading copy only: the language
    in which the letter itself goes out.
    """

    outgoing_number: Line
    dated_on: date
    our_reference: Line | None = None
    kind: KindName
    purpose: Purpose
    language: LanguageCode
    procedure: Literal["urgent", "standard"] | None = None
    consent_given_on: date | None = None
    earlier: EarlierLetter | None = None
    reply: ReceivedReply | None = None
    sent_in: LanguageCode | None = None


class Body(SilentModel):
    """The office written to, from dated configuration, in the letter's language.

    `name` is in the nominative. `address_lines` are the block at the letter's head, the first of them the
    addressee (in Ukrainian in the dative).
    """

    name: Line
    address_lines: tuple[Line, ...]
    salutation: Line | None = None
    through: Line | None = None


class Office(SilentModel):
    """The office that writes, from configuration, in the letter's language."""

    name: Line
    letterhead_lines: tuple[Line, ...] = ()
    signatory_function: Line
    signatory_name: Line | None = None
    contact_phone: Line | None = None
    contact_email: Line | None = None
    contact_hours: Line | None = None


class Child(SilentModel):
    """The child's original identity; claimed ones are aliases."""

    family_name: Line | None = None
    given_name: Line | None = None
    patronymic: Line | None = None
    birth_on: PartialDate | None = None
    birth_place: Line | None = None
    sex: Literal["female", "male"] | None = None
    citizenship: CountryCode | None = None
    registered_address: Line | None = None
    languages: tuple[LanguageCode, ...] = ()
    distinguishing_marks: Prose | None = None
    identity_document: Line | None = None
    health: Prose | None = None
    photo_reference: Line | None = None

    @property
    def full_name(self) -> str:
        """Family name first, as Ukrainian documents have it; only the parts that were disclosed."""
        return _joined(self.family_name, self.given_name, self.patronymic)


class Alias(SilentModel):
    """A claimed identity."""

    full_name: Line
    birth_on: PartialDate | None = None
    citizenship: CountryCode | None = None


class Parents(SilentModel):
    """The child's parents, as far as disclosed."""

    mother: PersonName | None = None
    father: PersonName | None = None


class Sibling(SilentModel):
    """A sibling whose case belongs to the same group."""

    full_name: Line
    birth_on: PartialDate | None = None


class Separation(SilentModel):
    """When, where and how the child was parted from the family, and when last heard of."""

    on: PartialDate | None = None
    place: Line | None = None
    circumstances: Prose | None = None
    last_contact: Prose | None = None


class ReportReference(SilentModel):
    """Where the disappearance is on record."""

    office: ReportOffice
    number: Line
    reported_on: date | None = None


class SearchStep(SilentModel):
    """A request already made: the office's name in the nominative, and what came of it."""

    taken_on: date
    body_name: Line
    outcome: LetterState = LetterState.SENT


class SightingGrade(SilentModel):
    """Admiralty grade: the source's letter and the information's figure."""

    source: SourceGrade
    information: InformationGrade


class Sighting(SilentModel):
    """A dated claim that the child was at a place. Where neither place nor country may be told, leave it out."""

    country: CountryCode | None = None
    territory: Territory | None = None
    place: Line | None = None
    seen_on: PartialDate | None = None
    source: SourceKind | None = None
    grade: SightingGrade | None = None

    @model_validator(mode="after")
    def _says_where(self) -> Self:
        if self.country is None and self.place is None:
            msg = "a sighting without country and place says nothing: leave it out"
            raise ValueError(msg)
        return self


class Requester(SilentModel):
    """Who asks on the child's behalf."""

    name: Line | None = None
    relation: Basis | None = None
    phone: Line | None = None
    address: Line | None = None
    email: Line | None = None
    identity_confidential: bool | None = None


class CaseProgress(SilentModel):
    """Where the case stands and by when the office writes or acts next."""

    stage: Stage | None = None
    next_on: date | None = None


class Annex(SilentModel):
    """A document that goes with the letter; a title names no person."""

    title: Line
    pages: int | None = None


class ListedChild(SilentModel):
    """One of several children on a letter, the case's own first. Carries only what was disclosed about this child."""

    reference: Line
    disclosed: frozenset[Field]
    child: Child = Child()
    separation: Separation = Separation()
    last_seen: Sighting | None = None

    @model_validator(mode="after")
    def _carries_only_what_was_disclosed(self) -> Self:
        _require_disclosed(self.fields_present(), self.disclosed)
        return self

    def fields_present(self) -> frozenset[Field]:
        """The disclosable fields that carry a value here."""
        return fields_behind(path.replace("last_seen.", "sightings.") for path, _ in leaves(self))


class Card(SilentModel):
    """Which items of the card of Additional Protocol I, Art. 78(3), (a) to (s), the family and the office know."""

    surnames: bool = False
    first_names: bool = False
    sex: bool = False
    birth: bool = False
    father: bool = False
    mother: bool = False
    next_of_kin: bool = False
    nationality: bool = False
    languages: bool = False
    family_address: bool = False
    identification_number: bool = False
    health: bool = False
    blood_group: bool = False
    distinguishing_features: bool = False
    found: bool = False
    leaving: bool = False
    religion: bool = False
    present_address: bool = False
    death: bool = False


class StageCount(SilentModel):
    """How many children stand at a stage; None where the number is so small that it could point to a child."""

    stage: Stage
    children: int | None = None


class CountryCount(SilentModel):
    """How many children were last seen in a country; a country with so few that it could point to one is left out."""

    country: CountryCode
    children: int


class Caseload(SilentModel):
    """The office's caseload in aggregates, about no single child."""

    counted_on: date
    documented: int | None = None
    returned: int | None = None
    waiting_over_half_a_year: int | None = None
    stages: tuple[StageCount, ...] = ()
    countries: tuple[CountryCount, ...] = ()


class LetterFacts(SilentModel):
    """The only thing a template sees. A value whose field is not in `disclosed` cannot be built in.

    Raises RuleViolation `field_not_disclosed` naming the fields, never their values.
    """

    letter: LetterHead
    body: Body
    office: Office
    disclosed: frozenset[Field]
    child: Child = Child()
    aliases: tuple[Alias, ...] = ()
    parents: Parents = Parents()
    siblings: tuple[Sibling, ...] = ()
    separation: Separation = Separation()
    persons_believed_responsible: Prose | None = None
    search_steps: tuple[SearchStep, ...] = ()
    report_references: tuple[ReportReference, ...] = ()
    sightings: tuple[Sighting, ...] = ()
    requester: Requester = Requester()
    case: CaseProgress = CaseProgress()
    annexes: tuple[Annex, ...] = ()
    children: tuple[ListedChild, ...] = ()
    card: Card | None = None
    caseload: Caseload | None = None

    @model_validator(mode="after")
    def _carries_only_what_was_disclosed(self) -> Self:
        _require_disclosed(self.fields_present(), self.disclosed)
        return self

    def fields_present(self) -> frozenset[Field]:
        """The disclosable fields that carry a value here; those of listed children are their own."""
        return fields_behind(path for path, _ in leaves(self) if not path.startswith("children."))


def _require_disclosed(present: frozenset[Field], disclosed: frozenset[Field]) -> None:
    surplus = present - disclosed
    if surplus:
        raise RuleViolation("field_not_disclosed", fields=" ".join(sorted(surplus)))


def _joined(*parts: str | None) -> str:
    return " ".join(part for part in parts if part)
