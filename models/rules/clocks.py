"""Clocks: which deadlines run for a case, where each stands, and which rungs of their ladders are due.

A clock is known by its rule and its anchor's key. Moving the anchor's day re-plans it under the same key, so that a
rung that has fired never fires again. The plan is worked out anew from the facts at every look.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import itemgetter

from models.rules.clock_anchors import Anchored, first_acknowledged_on, last_ending_reply, list_anchored, met_on
from models.rules.facts import CaseFacts
from models.rules.policy import AWAITING_ANSWER, After, ClockRule, MetBy, Rung
from models.rules.rulebook import Rulebook
from models.rules.terms import TermUnit, due_at, last_day_until
from models.statuses import CaseStatus, ClockState, LetterState, Precision, ReplyKind, Stage

AWAITING_REPLY = frozenset({LetterState.SENT, LetterState.ACKNOWLEDGED})
ACTIVE = frozenset({ClockState.RUNNING, ClockState.OVERDUE})
# A cut-off that lapsed while nobody looked must still be heard of: its ladder runs to its end.
CLIMBING = ACTIVE | {ClockState.LAPSED}
OVER = frozenset({CaseStatus.CLOSED, CaseStatus.ERASED})


Step = tuple[datetime, Rung]
"""A rung and the moment at which it fires, if it is still open then."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a body has let be heard of a letter, if rungs may wait for it: on which day, and for how long it rested."""

    after: After
    on: date
    paused_days: int


@dataclass(frozen=True, slots=True)
class PlannedClock:
    """A clock as it should stand now. `due_on` has the pauses (`paused_days`) and the rolling in it.

    `ends_on` is the term's last day before both. `due_at` is the moment at which a term in hours is over.
    `counted_from` says how exactly the anchor's day is known: a month or a year counts from its first day.
    `lagged_from` is the day on which the letter was taken, where the rule's lag stands for a day that is not on record.
    `snoozed` has the rungs put off, each with its new day.
    """

    rule: ClockRule
    anchor: str
    anchor_on: date
    ends_on: date
    due_on: date
    paused_days: int
    state: ClockState
    closed_on: date | None = None
    due_at: datetime | None = None
    counted_from: Precision = Precision.DAY
    lagged_from: date | None = None
    letter: str | None = None
    heard: Heard | None = None
    snoozed: tuple[tuple[str, date], ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """What the clock is known by within its case: rule and anchor."""
        return self.rule.id, self.anchor


@dataclass(frozen=True, slots=True)
class DueRung:
    """A rung whose moment has come and that has not fired; `overtaken` if a later one of its ladder fires instead."""

    clock: PlannedClock
    rung: Rung
    due_at: datetime
    overtaken: bool


def plan_clocks(facts: CaseFacts, book: Rulebook, now: datetime) -> tuple[PlannedClock, ...]:
    """Plan every clock of the case as it should stand at `now`, ended ones among them."""
    # Once closed, nothing is planned that lay ahead on that day.
    today = _closed_on(facts, book.today(now)) if facts.status in OVER else book.today(now)
    stages = frozenset([entry.stage for entry in facts.entries])
    return tuple(
        _plan(rule, anchored, facts, book, now)
        for rule in book.clocks_concerning(stages, bool(facts.letters), facts.arrival is not None)
        for anchored in list_anchored(rule, facts, book, today)
        if not (rule.hard and _over_before_opening(rule, anchored, facts, book))
    )


def open_rungs(clock: PlannedClock) -> tuple[Rung, ...]:
    """Return the rungs of a clock's ladder that can fire as things stand, fired ones among them.

    Silence, acknowledgement and refusal lead to different rungs; a refusal's stay when the clock has stopped.
    """
    heard = clock.heard.after if clock.heard is not None else After.SILENCE
    if clock.state in CLIMBING:
        return tuple([rung for rung in clock.rule.rungs if rung.after is None or rung.after is heard])
    if heard is After.REFUSAL:
        return tuple(rung for rung in clock.rule.rungs if rung.after is heard)
    return ()


def rung_moment(clock: PlannedClock, rung: Rung, book: Rulebook) -> datetime:
    """Return the moment at which a rung fires, if it is still open then (see `Rung`).

    A rung that was put off fires on the morning of its new day. One whose acknowledgement or refusal has not come is
    counted from the anchor.
    """
    planned = _planned_moment(clock, rung, book)
    if not clock.snoozed:
        return planned
    put_off = dict(clock.snoozed).get(rung.id)
    return planned if put_off is None else max(planned, book.morning(put_off))


def list_steps(clock: PlannedClock, book: Rulebook) -> list[Step]:
    """List the open rungs of a clock's ladder, each with its moment, earliest first."""
    return sorted([(rung_moment(clock, rung, book), rung) for rung in open_rungs(clock)], key=itemgetter(0))


def due_rungs(
    clock: PlannedClock,
    fired: frozenset[tuple[str, str, str]],
    book: Rulebook,
    now: datetime,
    steps: Sequence[Step] | None = None,
) -> tuple[DueRung, ...]:
    """Return the unfired rungs whose moment has come, earliest first; only the highest of a ladder is not overtaken.

    A rung below one that has fired already (a policy may have gained it since, or the anchor moved) is overtaken too.
    `steps` are the clock's `list_steps`, from a caller who has them.
    """
    steps = list_steps(clock, book) if steps is None else steps
    if not steps or steps[0][0] > now:
        return ()
    ladder = [(at, rung, (*clock.key, rung.id) in fired) for at, rung in steps]
    highest = max((place for place, (at, _, has_fired) in enumerate(ladder) if at <= now or has_fired), default=-1)
    return tuple(
        DueRung(clock, rung, at, overtaken=place < highest)
        for place, (at, rung, has_fired) in enumerate(ladder)
        if at <= now and not has_fired
    )


def moments_ahead(
    clock: PlannedClock,
    fired: frozenset[tuple[str, str, str]],
    book: Rulebook,
    now: datetime,
    steps: Sequence[Step] | None = None,
) -> Iterator[datetime]:
    """Yield the moments after `now` at which time alone changes something about a clock whose ladder runs.

    `steps` as for `due_rungs`.
    """
    rule_id, anchor = clock.key
    for at, rung in list_steps(clock, book) if steps is None else steps:
        if at > now and (rule_id, anchor, rung.id) not in fired:
            yield at
    end = end_moment(clock, book)
    if end > now and clock.state in ACTIVE:
        yield end


def end_moment(clock: PlannedClock, book: Rulebook) -> datetime:
    """Return the moment at which the clock's time is over."""
    return clock.due_at or book.end_of(clock.due_on)


def unpaused_last_day(rule: ClockRule, anchor_on: date, book: Rulebook) -> date:
    """Return the term's last day before pauses and rolling; hours are counted from the day's beginning."""
    return book.last_day_of(anchor_on, rule.term.count, rule.term.unit, rule.calendar)


def paused_days(facts: CaseFacts, since: date, until: date) -> int:
    """Return on how many days the case rested between two days; a pause that has not ended runs to `until`."""
    if not facts.pauses:
        return 0
    return sum((end - start).days for start, end in pause_spans(facts, since, until))


def pause_spans(facts: CaseFacts, since: date, until: date) -> Iterator[tuple[date, date]]:
    """Yield the spans in which the case rested between two days, each from its first day to the one after its last."""
    counted_to = since
    for pause in sorted(facts.pauses, key=lambda each: each.from_on):
        start, end = max(pause.from_on, counted_to), min(pause.until_on or until, until)
        if start < end:
            yield start, end
        counted_to = max(counted_to, end)


def _planned_moment(clock: PlannedClock, rung: Rung, book: Rulebook) -> datetime:
    if rung.at_day is None:
        return _moment_from_end(clock, rung.from_end or 0, book)
    if clock.heard is not None and rung.answers:
        return book.morning(clock.heard.on + timedelta(days=rung.at_day + clock.heard.paused_days))
    term_days = (clock.ends_on - clock.anchor_on).days
    if rung.at_day < term_days or rung.answers:
        return book.morning(clock.anchor_on + timedelta(days=rung.at_day + clock.paused_days))
    return _moment_from_end(clock, rung.at_day - term_days, book)


def _moment_from_end(clock: PlannedClock, days: int, book: Rulebook) -> datetime:
    """Return the morning so many days from the due day; from 0 on the one after that day has passed."""
    if days == 0 and clock.due_at is not None:
        return clock.due_at
    return book.morning(clock.due_on + timedelta(days=days if days < 0 else days + 1))


def _plan(rule: ClockRule, anchored: Anchored, facts: CaseFacts, book: Rulebook, now: datetime) -> PlannedClock:
    # A closed case stands as on the day it was closed.
    as_of = _closed_on(facts, book.today(now)) if facts.status in OVER else book.today(now)
    ended_on, ended_as = _end(rule, anchored, facts, as_of)
    until = ended_on or as_of
    rested = 0 if rule.hard else paused_days(facts, anchored.on, until)
    ends_on, last_on, over_at = _term_end(rule, anchored, rested, book)
    is_over = last_on < as_of if over_at is None else over_at <= now
    state, closed_on = _unended(rule, facts, as_of, is_over=is_over)
    if rule.hard and last_on < until:
        state, closed_on = ClockState.LAPSED, last_on
    elif ended_on is not None:
        state, closed_on = ended_as, ended_on
    return PlannedClock(
        rule=rule,
        anchor=anchored.key,
        anchor_on=anchored.on,
        ends_on=ends_on,
        due_on=last_on,
        paused_days=rested,
        state=state,
        closed_on=closed_on,
        due_at=over_at,
        counted_from=anchored.precision,
        lagged_from=anchored.lagged_from,
        letter=anchored.letter,
        heard=_heard(rule, anchored, facts, as_of),
        snoozed=_snoozed(rule, anchored, facts),
    )


def _term_end(rule: ClockRule, anchored: Anchored, rested: int, book: Rulebook) -> tuple[date, date, datetime | None]:
    """Return the last day before and after pauses and rolling, and for hours the moment at which they are over."""
    if rule.term.unit is TermUnit.HOURS:
        is_working_day = book.calendars[rule.calendar]
        begins_at = anchored.at or book.beginning_of(anchored.on)
        plain = due_at(begins_at, rule.term, book.zone, is_working_day=is_working_day, rolls=False)
        moved = due_at(
            begins_at, rule.term, book.zone, is_working_day=is_working_day, rolls=rule.rolls, rested_days=rested
        )
        return last_day_until(plain, book.zone), last_day_until(moved, book.zone), moved
    ends_on = unpaused_last_day(rule, anchored.on, book)
    last_on = ends_on + timedelta(days=rested)
    return ends_on, book.working_day_from(last_on, rule.calendar) if rule.rolls else last_on, None


def _heard(rule: ClockRule, anchored: Anchored, facts: CaseFacts, as_of: date) -> Heard | None:
    """Return what the body has let be heard of the letter, as far as rungs wait for it. Once home nothing does."""
    if rule.met_by is not MetBy.REPLY or anchored.letter is None or rule.anchor not in AWAITING_ANSWER:
        return None
    reply = last_ending_reply(anchored.letter, facts)
    if reply is None:
        acknowledged_on = first_acknowledged_on(anchored.letter, facts)
        return None if acknowledged_on is None else _since(After.ACKNOWLEDGEMENT, acknowledged_on, facts, as_of)
    works_on = facts.status is CaseStatus.OPEN and facts.stage is not Stage.RETURNED
    refused = reply.kind is ReplyKind.REFUSAL and works_on
    return _since(After.REFUSAL, reply.received_on, facts, as_of) if refused else None


def _since(after: After, on: date, facts: CaseFacts, as_of: date) -> Heard:
    return Heard(after, on, paused_days(facts, on, as_of))


def _snoozed(rule: ClockRule, anchored: Anchored, facts: CaseFacts) -> tuple[tuple[str, date], ...]:
    """Return the rungs of a clock that a person put off. A cut-off's never are."""
    if rule.hard or not facts.snoozes:
        return ()
    mine = sorted(snooze[2:] for snooze in facts.snoozes if snooze[:2] == (rule.id, anchored.key))
    return tuple(mine)


def _end(rule: ClockRule, anchored: Anchored, facts: CaseFacts, as_of: date) -> tuple[date | None, ClockState]:
    """Return the day on which something other than time or the case's closing ended the clock, and as what."""
    if anchored.closed_on is not None:
        return anchored.closed_on, anchored.closed_as
    stopped_on = met_on(rule, anchored, facts)
    return (stopped_on if stopped_on is not None and stopped_on <= as_of else None), ClockState.MET


def _unended(rule: ClockRule, facts: CaseFacts, as_of: date, *, is_over: bool) -> tuple[ClockState, date | None]:
    """Return the state of a clock that nothing has ended and that is no lapsed cut-off, and when it was closed."""
    if facts.status in OVER:
        return ClockState.DROPPED, as_of
    if facts.status is CaseStatus.SUSPENDED and not rule.hard:
        return ClockState.PAUSED, None
    return (ClockState.OVERDUE if is_over else ClockState.RUNNING), None


def _closed_on(facts: CaseFacts, today: date) -> date:
    """Return the day since which a closed case rests."""
    return max((pause.from_on for pause in facts.pauses if pause.until_on is None), default=today)


def _over_before_opening(rule: ClockRule, anchored: Anchored, facts: CaseFacts, book: Rulebook) -> bool:
    """Whether a hard cut-off had passed before the case was ours: it closes nothing off that we could have used.

    Asks the calendar backwards from the eve of opening, so that a cut-off years ago needs no calendar of its year.
    """
    last = unpaused_last_day(rule, anchored.on, book)
    if last >= facts.opened_on:
        return False
    eves = (facts.opened_on - timedelta(days=back) for back in range(1, (facts.opened_on - last).days + 1))
    return not rule.rolls or any(map(book.calendars[rule.calendar], eves))
