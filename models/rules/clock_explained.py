"""How a clock's day came about, as a value of steps: which fact it counts from, what was counted, skipped and moved.

Nothing is decided here. The day is the one that `plan_clocks` planned; each step says what it took from one day to the
next and carries all that is needed to walk it again without a calendar.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from models.rules.clock_anchors import list_anchored
from models.rules.clocks import ACTIVE, PlannedClock, due_rungs, open_rungs, pause_spans, rung_moment
from models.rules.facts import CaseFacts
from models.rules.policy import After, Rung
from models.rules.rulebook import Rulebook
from models.rules.terms import Term, TermUnit, due_at, last_day_until
from models.statuses import ClockState, NoticeState

_A_DAY = timedelta(days=1)


class DayKind(StrEnum):
    """Why a day is no working day, or is one all the same."""

    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    FREE = "free"
    WORKED_HOLIDAY = "worked_holiday"
    WORKED = "worked"


WORKED = frozenset({DayKind.WORKED_HOLIDAY, DayKind.WORKED})


@dataclass(frozen=True, slots=True)
class DayNote:
    """A day that a calendar has something to say about. `name` is the holiday or the reason, by language."""

    on: date
    kind: DayKind
    name: Mapping[str, str]


NoteOfDay = Callable[[date], DayNote | None]
"""What a calendar says of a day; None for a plain working day."""


class StepKind(StrEnum):
    """What took a clock from one day to another."""

    LAG = "lag"
    COUNT = "count"
    PAUSE = "pause"
    ROLL = "roll"


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `from_on`, before `until_on`."""

    from_on: date
    until_on: date


@dataclass(frozen=True, slots=True)
class Step:
    """One step from `from_on` to `to_on`.

    `skipped` are the days that did not count, `worked` the holidays and days of rest that did. `first_on` is the day
    counted first. `from_at` and `to_at` are the moments of a term in hours. `spans` are the pauses.
    """

    kind: StepKind
    from_on: date
    to_on: date
    term: Term | None = None
    first_on: date | None = None
    skipped: tuple[DayNote, ...] = ()
    worked: tuple[DayNote, ...] = ()
    spans: tuple[Span, ...] = ()
    from_at: datetime | None = None
    to_at: datetime | None = None


class RungState(StrEnum):
    """Where a rung stands.

    `due` fires at the next look, `outrun` is overtaken then by a later rung that is due too. `waiting` waits for an
    acknowledgement or a refusal, `resting` for the case to be resumed; `passed_by` fires no more.
    """

    FIRED = "fired"
    OVERTAKEN = "overtaken"
    SNOOZED = "snoozed"
    DUE = "due"
    OUTRUN = "outrun"
    AHEAD = "ahead"
    WAITING = "waiting"
    RESTING = "resting"
    PASSED_BY = "passed_by"


@dataclass(frozen=True, slots=True)
class ExplainedRung:
    """A rung, the moment at which it fires or would have, and whether it has; `snoozed_until` if it was put off."""

    rung: Rung
    at: datetime | None
    state: RungState
    fired_at: datetime | None = None
    snoozed_until: date | None = None


Fired = Mapping[str, tuple[NoticeState, datetime]]
"""The rungs of a clock that are on record: their state and when."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """All there is to say about a clock. Replaying `steps` from the first one's `from_on` gives the clock's due day."""

    reference: str
    clock: PlannedClock
    steps: tuple[Step, ...]
    rungs: tuple[ExplainedRung, ...]


def explain(  # noqa: PLR0913 - a clock, and all that it was planned from
    clock: PlannedClock, facts: CaseFacts, book: Rulebook, *, note: NoteOfDay, fired: Fired, now: datetime
) -> Explanation:
    """Explain a clock that `plan_clocks` planned from the same facts at the same moment."""
    (anchored,) = (each for each in list_anchored(clock.rule, facts, book, book.today(now)) if each.key == clock.anchor)
    begins_at = anchored.at or book.beginning_of(anchored.on)
    until = clock.closed_on or book.today(now)
    spans = tuple(Span(*span) for span in pause_spans(facts, clock.anchor_on, until))
    return Explanation(
        reference=facts.reference,
        clock=clock,
        steps=(*_to_the_last_day(clock, begins_at, book, note), *_moved(clock, spans, note)),
        rungs=tuple(_rungs(clock, book, fired, now)),
    )


def _to_the_last_day(clock: PlannedClock, begins_at: datetime, book: Rulebook, note: NoteOfDay) -> Iterator[Step]:
    rule = clock.rule
    if clock.lagged_from is not None and rule.lag is not None:
        yield _counted(StepKind.LAG, clock.lagged_from, clock.anchor_on, rule.lag, note)
    if rule.term.unit is TermUnit.HOURS:
        ends_at = due_at(begins_at, rule.term, book.zone, is_working_day=book.calendars[rule.calendar], rolls=False)
        to_on = last_day_until(ends_at, book.zone)
        yield Step(StepKind.COUNT, clock.anchor_on, to_on, rule.term, from_at=begins_at, to_at=ends_at)
    else:
        yield _counted(StepKind.COUNT, clock.anchor_on, clock.ends_on, rule.term, note)


def _moved(clock: PlannedClock, spans: tuple[Span, ...], note: NoteOfDay) -> Iterator[Step]:
    rested_until = clock.ends_on + timedelta(days=clock.paused_days)
    if clock.paused_days:
        yield Step(StepKind.PAUSE, clock.ends_on, rested_until, spans=spans)
    if clock.rule.rolls:
        skipped = _notes(rested_until, clock.due_on - _A_DAY, note)
        worked = tuple(each for each in _notes(clock.due_on, clock.due_on, note) if each.kind in WORKED)
        yield Step(StepKind.ROLL, rested_until, clock.due_on, skipped=skipped, worked=worked)


def _counted(kind: StepKind, from_on: date, to_on: date, term: Term, note: NoteOfDay) -> Step:
    """Say how days were counted. Only a term in working days leaves any out."""
    first = from_on + _A_DAY if term.count else None
    if term.unit is not TermUnit.WORKING_DAYS:
        return Step(kind, from_on, to_on, term, first)
    notes = _notes(from_on + _A_DAY, to_on, note)
    skipped = tuple(each for each in notes if each.kind not in WORKED)
    resting = {each.on for each in skipped}
    while first is not None and first in resting:
        first += _A_DAY
    return Step(kind, from_on, to_on, term, first, skipped, tuple(each for each in notes if each.kind in WORKED))


def _notes(first: date, last: date, note: NoteOfDay) -> tuple[DayNote, ...]:
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return tuple(found for day in days if (found := note(day)) is not None)


def _rungs(clock: PlannedClock, book: Rulebook, fired: Fired, now: datetime) -> Iterator[ExplainedRung]:
    """Yield the rungs in the order of their moments, those that wait for a word from the body last."""
    standing = {rung.id for rung in open_rungs(clock)}
    put_off = dict(clock.snoozed)
    on_record = frozenset((*clock.key, rung_id) for rung_id in fired)
    due = {each.rung.id: each.overtaken for each in due_rungs(clock, on_record, book, now)}
    explained: list[ExplainedRung] = []
    for rung in clock.rule.rungs:
        at, until = rung_moment(clock, rung, book), put_off.get(rung.id)
        if rung.id in fired:
            state, fired_at = fired[rung.id]
            explained.append(ExplainedRung(rung, at, RungState(state), fired_at, until))
        elif rung.id in due:
            explained.append(ExplainedRung(rung, at, RungState.OUTRUN if due[rung.id] else RungState.DUE, None, until))
        elif rung.id in standing:
            ahead = RungState.AHEAD if until is None else RungState.SNOOZED
            explained.append(ExplainedRung(rung, at, ahead, None, until))
        elif _is_waited_for(clock, rung):
            explained.append(ExplainedRung(rung, None, RungState.WAITING))
        else:
            rests = clock.state is ClockState.PAUSED
            explained.append(ExplainedRung(rung, at, RungState.RESTING if rests else RungState.PASSED_BY, None, until))
    yield from sorted(explained, key=lambda each: (each.at is None, each.at or now))


def _is_waited_for(clock: PlannedClock, rung: Rung) -> bool:
    """Whether a rung may still open: a clock that runs waits for its body's acknowledgement or refusal."""
    if not rung.answers or clock.state not in ACTIVE:
        return False
    return clock.heard is None or rung.after is After.REFUSAL
