"""What a rehearsal is made of: who does what to which case on which day. Plain values; nothing here touches a store."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from random import Random
from typing import Any

from models.statuses import Purpose

_SATURDAY = 5


class Seat(StrEnum):
    """Who acts: the case's own coordinator, a colleague, or one of the others in the office."""

    COORDINATOR = "coordinator"
    SUPERVISOR = "supervisor"
    SECOND_SUPERVISOR = "second_supervisor"
    LEGAL_OFFICER = "legal_officer"
    HEAD_OF_OFFICE = "head_of_office"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing a person does. `day` counts from the rehearsal's first; earlier days are negative.

    `act` names the use case, `what` its arguments. `refused` is the code with which the rules must refuse it.
    """

    day: int
    case: str
    act: str
    by: Seat = Seat.COORDINATOR
    what: Mapping[str, Any] = field(default_factory=dict)
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class Application:
    """How a case comes in: the day, the batch it is part of, and the row of the file."""

    number: str
    opens_on: int
    row: Mapping[str, str]


@dataclass
class Telling:
    """A story being told about one child: what is said of it becomes steps.

    `index` counts the children of this story, from 0; `elders` are the numbers of those before it.
    """

    number: str
    index: int
    elders: tuple[str, ...]
    first_on: date
    dice: Random
    opens_on: int = 0
    columns: dict[str, str] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)

    def date(self, day: int) -> date:
        """The calendar day so many days after the case came in."""
        return self.first_on + timedelta(days=self.opens_on + day)

    def on(self, day: int, act: str, by: Seat = Seat.COORDINATOR, *, refused: str | None = None, **what: Any) -> None:
        """On that day after the case came in, somebody does something."""
        self.steps.append(Step(self.opens_on + day, self.number, act, by, what, refused))

    @property
    def elder(self) -> str | None:
        """The number of the child of this story before this one, or None."""
        return self.elders[-1] if self.elders else None

    def write(self, day: int, kind: str, purpose: Purpose, body: str | None = None, **choice: Any) -> int:
        """Have a letter drafted, approved and let go, to the kind's first body unless named; return the day."""
        self.on(day, "draft_letter", kind=kind, purpose=purpose, body=body, **choice)
        return self.send(day + 1, kind, purpose, body)

    def send(self, day: int, kind: str, purpose: Purpose, body: str | None = None) -> int:
        """Have the newest draft of a kind approved by those it takes and let go; return the day it leaves."""
        self.approve(day, kind, purpose, body)
        self.on(day + 1, "let_go", kind=kind, purpose=purpose, body=body)
        return day + 1

    def approve(self, day: int, kind: str, purpose: Purpose, body: str | None = None) -> None:
        """Have the newest draft of a kind approved by as many people as its body takes, and by those it names."""
        self.on(day, "have_approved", Seat.SUPERVISOR, kind=kind, purpose=purpose, body=body)


def on_working_days(steps: Iterable[Step], first_on: date) -> list[Step]:
    """Move the steps of one case off the weekends; what was on different days stays so, in the same order."""
    steps = sorted(steps, key=lambda step: step.day)
    moved: dict[int, int] = {}
    last: int | None = None
    for day in dict.fromkeys(step.day for step in steps):
        last = moved[day] = _working_day(day if last is None else max(day, last + 1), first_on)
    return [replace(step, day=moved[step.day]) for step in steps]


def _working_day(day: int, first_on: date) -> int:
    weekday = (first_on + timedelta(days=day)).weekday()
    return day + 7 - weekday if weekday >= _SATURDAY else day
