"""What is on record about one case, as plain values: all that `assess` may look at.

Every value here is one the store keeps in clear: references, statuses, dates, countries, opaque numbers and *which*
fields are known. No name, place or note ever reaches a rule, except in `models.rules.disclosure`.
"""

from dataclasses import dataclass
from datetime import date, datetime

from models.rules.disclosure import Field
from models.rules.partial_dates import PartialDate
from models.statuses import (
    Basis,
    CaseStatus,
    ChecklistItem,
    ClockState,
    InformationGrade,
    LetterState,
    Precision,
    Purpose,
    ReplyKind,
    ReportOffice,
    Role,
    SourceGrade,
    SourceKind,
    Stage,
    Territory,
)

ANY_BODY = "*"


@dataclass(frozen=True, slots=True)
class StageEntry:
    """A stage entered; `number` counts the entries of the case, from 1."""

    number: int
    stage: Stage
    entered_at: datetime


@dataclass(frozen=True, slots=True)
class SightingFact:
    """A dated, sourced, graded claim that the child was somewhere.

    `source_no` and `place_no` are opaque numbers within the case: equal numbers mean the same source, the same place.
    `seen_on` is None when the source does not say when; `stated_on` is the day the source said it; `recorded_at` is
    when the office learned of it.
    """

    id: str
    seen_on: date | None
    stated_on: date
    country: str
    territory: Territory
    source_kind: SourceKind
    source_grade: SourceGrade
    information_grade: InformationGrade
    source_no: int
    place_no: int
    withdrawn: bool = False
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ConsentFact:
    """A consent for one body (or `*`) and one purpose, by somebody with a basis, until it is withdrawn."""

    id: str
    body: str
    purpose: Purpose
    given_on: date
    given_by: Basis
    withdrawn_on: date | None = None
    withheld: frozenset[Field] = frozenset()


@dataclass(frozen=True, slots=True)
class SignOffFact:
    """One person's signature under the verification. Persons are counted, not accounts."""

    person_no: int
    role: Role
    signed_on: date


@dataclass(frozen=True, slots=True)
class LetterFact:
    """A letter; `taken_on` is the day its relay took it or it was handed over, else None.

    `delivered_on` is the day on which the body is known to have received it.
    `follows` is the id of the earlier letter it comes after; `dated_on` the day on which its facts were frozen;
    `children` how many it is about.
    """

    id: str
    kind: str
    body: str
    purpose: Purpose
    state: LetterState
    taken_on: date | None = None
    follows: str | None = None
    dated_on: date | None = None
    taken_at: datetime | None = None
    children: int = 1
    delivered_on: date | None = None


@dataclass(frozen=True, slots=True)
class ReplyFact:
    """A body's reply to a letter; `registered_on` is the day on which it says to have registered the letter."""

    letter: str
    kind: ReplyKind
    received_on: date
    acknowledges_child: bool = False
    agrees_to_verification: bool = False
    registered_on: date | None = None
    id: str = ""


@dataclass(frozen=True, slots=True)
class ArrivalFact:
    """The child's arrival: whom with and where."""

    arrived_on: date
    received_by: Basis
    territory: Territory


@dataclass(frozen=True, slots=True)
class Pause:
    """A span in which the case rested (suspended or closed); `until_on` is None while it still rests."""

    from_on: date
    until_on: date | None = None


@dataclass(frozen=True, slots=True)
class ClockFact:
    """A clock as the store knows it."""

    rule: str
    anchor: str
    anchor_on: date
    due_on: date
    state: ClockState
    closed_on: date | None = None


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """One case, as far as rules may see it.

    `decisions` are the kinds of letter, each with its body, that a legal officer has decided to write all the same;
    `snoozes` the rungs put off, each as rule, anchor's key, rung and the day until which.
    `adult_on` is the first day on which the child can be eighteen: a month or year of birth counts from its first day.
    """

    reference: str
    status: CaseStatus
    opened_on: date
    entries: tuple[StageEntry, ...]
    known: frozenset[Field] = frozenset()
    separation_on: date | None = None
    separation_precision: Precision = Precision.DAY
    disappeared_on: date | None = None
    disappeared_precision: Precision = Precision.DAY
    adult_on: date | None = None
    adult_precision: Precision = Precision.DAY
    requester: Basis | None = None
    standing_confirmed: bool = False
    reports: frozenset[ReportOffice] = frozenset()
    sightings: tuple[SightingFact, ...] = ()
    consents: tuple[ConsentFact, ...] = ()
    checklist: tuple[tuple[ChecklistItem, date], ...] = ()
    sign_offs: tuple[SignOffFact, ...] = ()
    letters: tuple[LetterFact, ...] = ()
    replies: tuple[ReplyFact, ...] = ()
    arrival: ArrivalFact | None = None
    visits: frozenset[tuple[str, date]] = frozenset()
    overrides: frozenset[tuple[Stage, str]] = frozenset()
    decisions: frozenset[tuple[str, str]] = frozenset()
    held_stage: Stage | None = None
    pauses: tuple[Pause, ...] = ()
    possible_duplicate: bool = False
    clocks: tuple[ClockFact, ...] = ()
    rungs: frozenset[tuple[str, str, str]] = frozenset()
    snoozes: frozenset[tuple[str, str, str, date]] = frozenset()

    @property
    def disappearance(self) -> tuple[date | None, Precision]:
        """The day of the disappearance and how exactly it is known: the separation's until its own is on record."""
        if self.disappeared_on is not None:
            return self.disappeared_on, self.disappeared_precision
        return self.separation_on, self.separation_precision

    @property
    def surely_adult_on(self) -> date | None:
        """The first day on which the child is eighteen for certain, however exactly the birth date is known."""
        if self.adult_on is None or self.adult_precision is Precision.DAY:
            return self.adult_on
        return PartialDate(self.adult_on, self.adult_precision).latest

    @property
    def stage(self) -> Stage:
        """The stage the case stands at."""
        return self.entries[-1].stage
