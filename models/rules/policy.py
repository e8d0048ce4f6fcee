"""The policy as plain values: what `policy/*.yaml` says once it has been read and checked.

Stages' gates, clocks and ladders, bodies and their allow-lists. Every entry carries its `legal_basis` and whether a
lawyer has verified it. The YAML is read by `integrations.policy_files`; nothing here reads files.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum
from functools import cached_property
from typing import ClassVar, Protocol, TypeVar

from models.errors import NotFound
from models.rules.disclosure import Field
from models.rules.letter_policy import Body, BodyCategory, Letterhead, LetterKind
from models.rules.strictness import STRICT
from models.rules.terms import Term
from models.statuses import (
    Basis,
    ChecklistItem,
    ClosingReason,
    InformationGrade,
    Purpose,
    ReportOffice,
    Role,
    RungKind,
    SourceGrade,
    Stage,
    Territory,
)


class RequirementKind(StrEnum):
    """What a gate can ask for. Each has one rule of the same name in `models.rules.gates`."""

    MINIMUM_IDENTITY = "minimum_identity"
    REQUESTER_STANDING = "requester_standing"
    CONSENT = "consent"
    REPORT_REFERENCE = "report_reference"
    SUPPORTED_LOCATION = "supported_location"
    REQUEST_TAKEN = "request_taken"
    BODY_AGREES = "body_agrees"
    CHECKLIST = "checklist"
    SIGN_OFFS = "sign_offs"
    ARRIVAL = "arrival"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One condition of a gate. Only the parameters of its kind may be given; the policy check sees to that."""

    requires: RequirementKind
    legal_basis: str
    verified: bool = False
    fields: tuple[Field, ...] = ()
    bases: tuple[Basis, ...] = ()
    purpose: Purpose | None = None
    offices: tuple[ReportOffice, ...] = ()
    official: int = 0
    independent: int = 0
    within_days: int = 0
    worst_source: SourceGrade = SourceGrade.F
    worst_information: InformationGrade = InformationGrade.UNKNOWN
    bodies: tuple[str, ...] = ()
    items: tuple[ChecklistItem, ...] = ()
    people: int = 0
    territories: tuple[Territory, ...] = ()

    __pydantic_config__: ClassVar = STRICT


@dataclass(frozen=True, slots=True)
class StageRule:
    """A stage and the gate before it."""

    stage: Stage
    name: Mapping[str, str]
    gate: tuple[Requirement, ...] = ()

    __pydantic_config__: ClassVar = STRICT


class Anchor(StrEnum):
    """The event from whose day a clock counts.

    A letter is *sent* when its relay took it or it was handed over: `letter_taken`. The disappearance is the separation
    until its own day is on record.
    """

    STAGE_ENTERED = "stage_entered"
    LETTER_TAKEN = "letter_taken"
    LETTER_DELIVERED = "letter_delivered"
    LETTER_REGISTERED = "letter_registered"
    LETTER_ACKNOWLEDGED = "letter_acknowledged"
    LETTER_REPLIED = "letter_replied"
    SEPARATION = "separation"
    DISAPPEARANCE = "disappearance"
    LAST_SIGHTING = "last_sighting"
    TENTH_BIRTHDAY = "tenth_birthday"
    FOURTEENTH_BIRTHDAY = "fourteenth_birthday"
    SIXTEENTH_BIRTHDAY = "sixteenth_birthday"
    EIGHTEENTH_BIRTHDAY = "eighteenth_birthday"
    ARRIVAL = "arrival"
    CONSENT_GIVEN = "consent_given"


BIRTHDAYS: Mapping[Anchor, int] = {
    Anchor.TENTH_BIRTHDAY: 10,
    Anchor.FOURTEENTH_BIRTHDAY: 14,
    Anchor.SIXTEENTH_BIRTHDAY: 16,
    Anchor.EIGHTEENTH_BIRTHDAY: 18,
}
"""The birthdays and the age each completes. Their clocks' keys are their names, and their days are the child's."""

FAR_AHEAD = frozenset(BIRTHDAYS) - {Anchor.EIGHTEENTH_BIRTHDAY}
"""What is planned only from a year before: a whole childhood's birthdays would be more clocks than all others."""

LAGGING = frozenset({Anchor.LETTER_DELIVERED, Anchor.LETTER_REGISTERED})
"""What happens to a letter out of the office's sight, some time after it was taken."""

AWAITING_ANSWER = frozenset({Anchor.LETTER_TAKEN, Anchor.LETTER_ACKNOWLEDGED, *LAGGING})
"""The events in a letter's life before it is answered. Their clocks' keys are the letter's id."""

OF_A_LETTER = AWAITING_ANSWER | {Anchor.LETTER_REPLIED}
PARTED = frozenset({Anchor.SEPARATION, Anchor.DISAPPEARANCE})


class MetBy(StrEnum):
    """What stops a clock in time."""

    NEXT_STAGE = "next_stage"
    REPLY = "reply"
    LETTER_TO = "letter_to"
    VISIT = "visit"
    OWN_CONSENT = "own_consent"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class DraftOrder:
    """A letter that a rung asks for: a draft, never a sending. Without `body`, to the first body of the kind."""

    kind: str
    purpose: Purpose
    body: str | None = None

    __pydantic_config__: ClassVar = STRICT


class After(StrEnum):
    """What a rung of a reply clock waits for. Silence is no word at all from the body, not even an acknowledgement."""

    SILENCE = "silence"
    ACKNOWLEDGEMENT = "acknowledgement"
    REFUSAL = "refusal"


_ANSWERS = frozenset({After.ACKNOWLEDGEMENT, After.REFUSAL})


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a ladder, placed by `at_day` or by `from_end`.

    `at_day` counts calendar days from the anchor. A rung before the term is a reminder on the way and fires that
    morning; one at or after the term counts from the due day and fires on the morning after that day has passed.
    `from_end` counts calendar days from the due day: below 0 the rung fires on that morning, from 0 on on the morning
    after that day has passed. `after` an acknowledgement or a refusal `at_day` counts from the day on which it came,
    and the rung fires on that morning; a refusal's rungs stay when the clock has stopped. Without `after` a rung fires
    whether the body keeps silent or has acknowledged the letter.
    """

    id: str
    kind: RungKind
    tell: tuple[Role, ...]
    says: Mapping[str, str]
    at_day: int | None = None
    from_end: int | None = None
    after: After | None = None
    drafts: tuple[DraftOrder, ...] = ()
    urgent: bool = False

    __pydantic_config__: ClassVar = STRICT

    def __post_init__(self) -> None:
        if (self.at_day is None) == (self.from_end is None):
            # Not an error of the house: whoever reads a rung from a file adds where it stands.
            message = "write either `at_day` or `from_end`"
            raise ValueError(message)

    @property
    def answers(self) -> bool:
        """Whether it counts from something that the body has let be heard."""
        return self.after in _ANSWERS

    @property
    def place(self) -> str:
        """Where on its ladder it stands, as in '12', 'end', 'end-30', 'refusal+7'."""
        since = self.after if self.answers else "" if self.from_end is None else "end"
        days = self.at_day if self.from_end is None else self.from_end
        return f"{since}{days:+d}" if since and days else since or str(days)


@dataclass(frozen=True, slots=True)
class ClockRule:
    """A running deadline: what it counts from, how long, what stops it and what happens on the way.

    `lag` is how long after a letter was taken the body is supposed to receive or register it: it is added until the
    day itself is on record; without it such a clock waits for that day. `kind` narrows down which letters stop the
    clock; `closes_off` says what a hard cut-off takes away once it has passed.
    """

    id: str
    name: Mapping[str, str]
    anchor: Anchor
    term: Term
    calendar: str
    met_by: MetBy
    legal_basis: str
    verified: bool = False
    stage: Stage | None = None
    body: str | None = None
    purpose: Purpose | None = None
    visit: str | None = None
    rolls: bool = True
    hard: bool = False
    rungs: tuple[Rung, ...] = ()
    cited: Mapping[str, str] = field(default_factory=dict)
    """How a second notice may cite the term, by language; absent where no sourced rule binds the body."""
    lag: Term | None = None
    kind: str | None = None
    closes_off: Mapping[str, str] = field(default_factory=dict)

    __pydantic_config__: ClassVar = STRICT


@dataclass(frozen=True, slots=True)
class SideExit:
    """A way a case can be closed, and what must hold for it."""

    reason: ClosingReason
    name: Mapping[str, str]
    by: tuple[Role, ...]
    legal_basis: str
    from_stage: Stage | None = None
    verified: bool = False

    __pydantic_config__: ClassVar = STRICT


class SideStepKind(StrEnum):
    """What a person may do with a case beside its way home, other than closing it."""

    SUSPEND = "suspend"
    RESUME = "resume"
    REOPEN = "reopen"
    STEP_BACK = "step_back"
    OVERRIDE = "override"


@dataclass(frozen=True, slots=True)
class SideStep:
    """Who may suspend, resume, reopen, step back or override; each with a reason on record."""

    step: SideStepKind
    name: Mapping[str, str]
    by: tuple[Role, ...]
    legal_basis: str
    verified: bool = False

    __pydantic_config__: ClassVar = STRICT


@dataclass(frozen=True, slots=True)
class OfficeDay:
    """When the office's day begins: rungs fire then, and the digest is written a little later."""

    time_zone: str = "Europe/Kyiv"
    morning: time = time(7, 0)

    __pydantic_config__: ClassVar = STRICT


@dataclass(frozen=True)
class Policy:
    """Everything a lawyer may edit, as one value. `version` is a hash of the files it was read from."""

    version: str
    office_day: OfficeDay
    stages: tuple[StageRule, ...]
    clocks: tuple[ClockRule, ...]
    bodies: tuple[Body, ...]
    kinds: tuple[LetterKind, ...]
    side_exits: tuple[SideExit, ...] = ()
    side_steps: tuple[SideStep, ...] = ()
    categories: tuple[BodyCategory, ...] = ()
    letterheads: tuple[Letterhead, ...] = ()

    @cached_property
    def _stages(self) -> Mapping[Stage, StageRule]:
        return {rule.stage: rule for rule in self.stages}

    @cached_property
    def _clocks(self) -> Mapping[str, ClockRule]:
        return _by_id(self.clocks)

    @cached_property
    def _bodies(self) -> Mapping[str, Body]:
        return _by_id(self.bodies)

    @cached_property
    def _kinds(self) -> Mapping[str, LetterKind]:
        return _by_id(self.kinds)

    @cached_property
    def _categories(self) -> Mapping[str, BodyCategory]:
        return _by_id(self.categories)

    def gate(self, stage: Stage) -> tuple[Requirement, ...]:
        """Return what must hold before `stage` is entered."""
        return self._stages[stage].gate

    def get_clock(self, rule_id: str) -> ClockRule:
        """Return a clock rule. Raises `NotFound`."""
        return _get(self._clocks, "clock_rule_not_found", rule_id)

    def get_body(self, body_id: str) -> Body:
        """Return a body. Raises `NotFound`."""
        return _get(self._bodies, "body_not_found", body_id)

    def get_kind(self, kind_id: str) -> LetterKind:
        """Return a letter kind. Raises `NotFound`."""
        return _get(self._kinds, "letter_kind_not_found", kind_id)

    def body_ordered(self, order: DraftOrder) -> Body:
        """Return the body that an ordered draft goes to. Raises `NotFound`."""
        return self.get_body(order.body or self.get_kind(order.kind).bodies[0])

    def find_category(self, category_id: str) -> BodyCategory | None:
        """Find a category of bodies."""
        return self._categories.get(category_id)


class _Named(Protocol):
    @property
    def id(self) -> str: ...


NamedT = TypeVar("NamedT", bound=_Named)


def _by_id(entries: Sequence[NamedT]) -> Mapping[str, NamedT]:
    return {entry.id: entry for entry in entries}


def _get(table: Mapping[str, NamedT], code: str, key: str) -> NamedT:
    if key not in table:
        raise NotFound(code, f"Known: {', '.join(sorted(table))}.", id=key)
    return table[key]
