"""The policy on letters: the offices written to, the kinds of letter and when each is written, letterheads."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from models.rules.disclosure import Field
from models.rules.strictness import STRICT
from models.rules.terms import Term
from models.statuses import Channel, LetterState, Purpose, Stage, Territory


class Tone(StrEnum):
    """In what spirit a letter is written; channels that must not meet are kept apart by it."""

    HUMANITARIAN = "humanitarian"
    ACCUSATORY = "accusatory"
    ACCOUNTABILITY = "accountability"


@dataclass(frozen=True, slots=True)
class BodyCategory:
    """A family of addressees and what none of them may ever be told, whatever an allow-list says."""

    id: str
    name: Mapping[str, str]
    excluded: tuple[Field, ...]
    legal_basis: str
    verified: bool = False
    unmentioned_in: tuple[Tone, ...] = ()
    """Letters of these tones never name a request to such a body among the steps taken."""

    __pydantic_config__: ClassVar = STRICT


@dataclass(frozen=True, slots=True)
class Approval:
    """Who must approve a letter before it can be released. The drafter never counts."""

    people: int = 1
    legal_officer: bool = False

    __pydantic_config__: ClassVar = STRICT


@dataclass(frozen=True, slots=True)
class DatedAddress:
    """Where a body is written to from a day on. Offices, not people."""

    valid_from: str
    lines: Mapping[str, tuple[str, ...]]
    mail: str | None = None

    __pydantic_config__: ClassVar = STRICT


@dataclass(frozen=True, slots=True)
class Body:
    """An addressee office (or the family): how it is written to and what it may be told."""

    id: str
    name: Mapping[str, str]
    salutation: Mapping[str, str]
    channel: Channel
    languages: tuple[str, ...]
    allow: tuple[Field, ...]
    legal_basis: str
    category: str = ""
    verified: bool = False
    consent_required: bool = True
    passes_on_to_state: bool = False
    approval: Approval = field(default_factory=Approval)
    addresses: tuple[DatedAddress, ...] = ()
    through: Mapping[str, str] = field(default_factory=dict)
    """The intermediary who hands the letter over, as the addressee block names it, by language."""
    consent_by_name: bool = False
    """A consent to everybody is none to this body: the family must have named it."""
    by_person_only: bool = False
    """No ladder drafts a letter to this body: a person decides each time."""

    __pydantic_config__: ClassVar = STRICT


class ConditionKind(StrEnum):
    """What must hold before a kind of letter is written. Each has one rule in `models.rules.letter_plan`."""

    STAGES = "stages"
    LAST_SEEN_IN = "last_seen_in"
    WHEREABOUTS_UNKNOWN = "whereabouts_unknown"
    UNDER_AGE = "under_age"
    SEPARATED_WITHIN = "separated_within"
    NOT_PENDING_WITH = "not_pending_with"
    DECISION = "decision"
    CONSENT_FOR = "consent_for"
    NEW_SIGHTING = "new_sighting"
    CONSENT_ENDED = "consent_ended"


@dataclass(frozen=True, slots=True)
class LetterCondition:
    """One condition of a kind of letter. Only the parameters of its kind may be given.

    `waivable` conditions give way to a legal officer's recorded decision to write all the same.
    """

    condition: ConditionKind
    legal_basis: str
    verified: bool = False
    waivable: bool = False
    stages: tuple[Stage, ...] = ()
    territories: tuple[Territory, ...] = ()
    years: int = 0
    term: Term | None = None
    bodies: tuple[str, ...] = ()
    purpose: Purpose | None = None

    __pydantic_config__: ClassVar = STRICT


@dataclass(frozen=True, slots=True)
class LetterKind:
    """A kind of letter: to whom, for what, when, and after which letter.

    `follows` are the states of an earlier letter to the same body that this one comes after; a first letter has none.
    `urgent_within` is how long after the separation the urgent procedure is open. No clock waits for an answer to a
    letter that does not await one: thanks, a withdrawal, a filing.
    """

    id: str
    bodies: tuple[str, ...]
    name: Mapping[str, str]
    purposes: tuple[Purpose, ...]
    subject: Mapping[str, str]
    tone: Tone = Tone.HUMANITARIAN
    when: tuple[LetterCondition, ...] = ()
    follows: tuple[LetterState, ...] = ()
    urgent_within: Term | None = None
    awaits_reply: bool = True

    __pydantic_config__: ClassVar = STRICT


@dataclass(frozen=True, slots=True)
class Letterhead:
    """How the office that writes presents itself from a day on, by language."""

    valid_from: str
    name: Mapping[str, str]
    lines: Mapping[str, tuple[str, ...]]
    signatory_function: Mapping[str, str]
    signatory_name: Mapping[str, str] = field(default_factory=dict)
    hours: Mapping[str, str] = field(default_factory=dict)
    phone: str | None = None
    mail: str | None = None

    __pydantic_config__: ClassVar = STRICT
