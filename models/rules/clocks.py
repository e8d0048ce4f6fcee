"""Clocks: which deadlines run for a case, where each stands, and which rungs of their ladders are due.

A clock is known by its rule and its anchor's key. Moving the anchor's day re-plans it under the same key, so that a
rung that has fired never fires again. The plan is worked out anew from the facts at every look.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

from models.rules.facts import CaseFacts, LetterFact
from models.rules.gates import sightings_of_latest_place
from models.rules.policy import Anchor, ClockRule, MetBy, Policy, Requirement, RequirementKind, Rung
from models.rules.terms import (
    Term,
    TermUnit,
    WorkingDayTest,
    day_after_midnight,
    due_on,
    morning_of,
)
from models.statuses import Basis, CaseStatus, ClockState, LetterState, ReplyKind, Stage

ENDING_REPLIES = frozenset({ReplyKind.ANSWER, ReplyKind.REFUSAL, ReplyKind.REQUEST_FOR_INFORMATION})
AWAITING_REPLY = frozenset({LetterState.SENT, LetterState.ACKNOWLEDGED})
NO_TERM = Term(0, TermUnit.CALENDAR_DAYS)
ACTIVE = frozenset({ClockState.RUNNING, ClockState.OVERDUE})
# A cut-off that lapsed while nobody looked must still be heard of: its ladder runs to its end.
CLIMBING = ACTIVE | {ClockState.LAPSED}
OVER = frozenset({CaseStatus.CLOSED, CaseStatus.ERASED})
_DAYS_KEPT = 8192


@dataclass(frozen=True)
class Rulebook:
    """The policy with the calendars it counts by."""

    policy: Policy
    calendars: Mapping[str, WorkingDayTest]

    @cached_property
    def zone(self) -> ZoneInfo:
        """The office's time zone."""
        return ZoneInfo(self.policy.office_day.time_zone)

    @cached_property
    def location(self) -> Requirement:
        """What the policy asks of a location: its grades say which sightings are credible."""
        kind = RequirementKind.SUPPORTED_LOCATION
        gates = (requirement for rule in self.policy.stages for requirement in rule.gate)
        return next((each for each in gates if each.requires is kind), Requirement(kind, legal_basis=""))

    @cached_property
    def kinds_without_reply(self) -> frozenset[str]:
        """The kinds of letter that await no answer."""
        return frozenset(kind.id for kind in self.policy.kinds if not kind.awaits_reply)

    def today(self, now: datetime) -> date:
        """The office's calendar day at `now`."""
        return now.astimezone(self.zone).date()

    # A batch of cases asks for the same few days over and over; what a day is to the office never changes.

    @cached_property
    def morning(self) -> Callable[[date], datetime]:
        """Tells the moment at which the office's day begins."""
        return lru_cache(_DAYS_KEPT)(lambda day: morning_of(day, self.zone, self.policy.office_day.morning))

    @cached_property
    def end_of(self) -> Callable[[date], datetime]:
        """Tells the moment at which a day has passed in full at the office."""
        return lru_cache(_DAYS_KEPT)(lambda day: day_after_midnight(day, self.zone))

    @cached_property
    def last_day_of(self) -> Callable[[date, int, TermUnit, str], date]:
        """Tells the last day of a term from an anchor by a calendar, before pauses and rolling."""
        return lru_cache(_DAYS_KEPT)(
            lambda anchor_on, count, unit, calendar: due_on(
                anchor_on, Term(count, unit), is_working_day=self.calendars[calendar], rolls=False
            )
        )


@dataclass(frozen=True, slots=True)
class PlannedClock:
    """A clock as it should stand now. `due_on` has the pauses (`paused_days`) and the rolling in it."""

    rule: ClockRule
    anchor: str
    anchor_on: date
    due_on: date
    paused_days: int
    state: ClockState
    closed_on: date | None = None

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


@dataclass(frozen=True, slots=True)
class _Anchored:
    """An event a clock counts from; `closed_on` and `closed_as` say how it ended, if it has."""

    key: str
    on: date
    closed_on: date | None = None
    closed_as: ClockState = ClockState.MET


def plan_clocks(facts: CaseFacts, book: Rulebook, now: datetime) -> tuple[PlannedClock, ...]:
    """Plan every clock of the case as it should stand at `now`, ended ones among them."""
    return tuple(
        _plan(rule, anchored, facts, book, now)
        for rule in book.policy.clocks
        for anchored in _ANCHORS[rule.anchor](rule, facts, book)
        if not (rule.hard and _over_before_opening(rule, anchored, facts, book))
    )


def rung_moment(clock: PlannedClock, rung: Rung, book: Rulebook) -> datetime:
    """Return the moment at which a rung fires, if the clock still runs then (see `Rung`)."""
    term_days = (unpaused_last_day(clock.rule, clock.anchor_on, book) - clock.anchor_on).days
    if rung.at_day < term_days:
        return book.morning(clock.anchor_on + timedelta(days=rung.at_day + clock.paused_days))
    return book.morning(clock.due_on + timedelta(days=rung.at_day - term_days + 1))


def due_rungs(
    clock: PlannedClock, fired: frozenset[tuple[str, str, str]], book: Rulebook, now: datetime
) -> tuple[DueRung, ...]:
    """Return the unfired rungs whose moment has come, earliest first; only the highest of a ladder is not overtaken.

    A rung below one that has fired already (a policy may have gained it since, or the anchor moved) is overtaken too.
    """
    moments = sorted(((rung_moment(clock, rung, book), rung) for rung in clock.rule.rungs), key=lambda pair: pair[0])
    ladder = [(at, rung, (*clock.key, rung.id) in fired) for at, rung in moments]
    highest = max((place for place, (at, _, has_fired) in enumerate(ladder) if at <= now or has_fired), default=-1)
    return tuple(
        DueRung(clock, rung, at, overtaken=place < highest)
        for place, (at, rung, has_fired) in enumerate(ladder)
        if at <= now and not has_fired
    )


def moments_ahead(
    clock: PlannedClock, fired: frozenset[tuple[str, str, str]], book: Rulebook, now: datetime
) -> Iterator[datetime]:
    """Yield the moments after `now` at which time alone changes something about a clock whose ladder runs."""
    for rung in clock.rule.rungs:
        at = rung_moment(clock, rung, book)
        if at > now and (*clock.key, rung.id) not in fired:
            yield at
    end = book.end_of(clock.due_on)
    if end > now:
        yield end


def unpaused_last_day(rule: ClockRule, anchor_on: date, book: Rulebook) -> date:
    """Return the term's last day before pauses and rolling."""
    return book.last_day_of(anchor_on, rule.term.count, rule.term.unit, rule.calendar)


def paused_days(facts: CaseFacts, since: date, until: date) -> int:
    """Return on how many days the case rested between two days; a pause that has not ended runs to `until`."""
    rested, counted_to = 0, since
    for pause in sorted(facts.pauses, key=lambda each: each.from_on):
        start, end = max(pause.from_on, counted_to), min(pause.until_on or until, until)
        rested += max((end - start).days, 0)
        counted_to = max(counted_to, end)
    return rested


def _plan(rule: ClockRule, anchored: _Anchored, facts: CaseFacts, book: Rulebook, now: datetime) -> PlannedClock:
    # A closed case stands as on the day it was closed.
    as_of = _closed_on(facts, book.today(now)) if facts.status in OVER else book.today(now)
    ended_on, ended_as = _end(rule, anchored, facts, as_of)
    until = ended_on or as_of
    rested = 0 if rule.hard else paused_days(facts, anchored.on, until)
    rolled = due_on(
        unpaused_last_day(rule, anchored.on, book) + timedelta(days=rested),
        NO_TERM,
        is_working_day=book.calendars[rule.calendar],
        rolls=rule.rolls,
    )
    clock = PlannedClock(rule, anchored.key, anchored.on, rolled, rested, ClockState.RUNNING)
    if rule.hard and rolled < until:
        return replace(clock, state=ClockState.LAPSED, closed_on=rolled)
    if ended_on is not None:
        return replace(clock, state=ended_as, closed_on=ended_on)
    return _unended(clock, facts, as_of)


def _end(rule: ClockRule, anchored: _Anchored, facts: CaseFacts, as_of: date) -> tuple[date | None, ClockState]:
    """Return the day on which something other than time or the case's closing ended the clock, and as what."""
    if anchored.closed_on is not None:
        return anchored.closed_on, anchored.closed_as
    met_on = _MET_BY[rule.met_by](rule, anchored, facts)
    return (met_on if met_on is not None and met_on <= as_of else None), ClockState.MET


def _unended(clock: PlannedClock, facts: CaseFacts, as_of: date) -> PlannedClock:
    """Work out the state of a clock that nothing has ended and that is no lapsed cut-off."""
    if facts.status in OVER:
        return replace(clock, state=ClockState.DROPPED, closed_on=as_of)
    if facts.status is CaseStatus.SUSPENDED and not clock.rule.hard:
        return replace(clock, state=ClockState.PAUSED)
    return replace(clock, state=ClockState.OVERDUE) if clock.due_on < as_of else clock


def _closed_on(facts: CaseFacts, today: date) -> date:
    """Return the day since which a closed case rests."""
    return max((pause.from_on for pause in facts.pauses if pause.until_on is None), default=today)


def _over_before_opening(rule: ClockRule, anchored: _Anchored, facts: CaseFacts, book: Rulebook) -> bool:
    """Whether a hard cut-off had passed before the case was ours: it closes nothing off that we could have used.

    Asks the calendar backwards from the eve of opening, so that a cut-off years ago needs no calendar of its year.
    """
    last = unpaused_last_day(rule, anchored.on, book)
    eves = (facts.opened_on - timedelta(days=back) for back in range(1, (facts.opened_on - last).days + 1))
    return last < facts.opened_on and (not rule.rolls or any(map(book.calendars[rule.calendar], eves)))


def _stage_entries(rule: ClockRule, facts: CaseFacts, book: Rulebook) -> Iterator[_Anchored]:
    following = (*facts.entries[1:], None)
    for entry, after in zip(facts.entries, following, strict=True):
        if entry.stage is not rule.stage:
            continue
        key, on = f"{entry.stage}#{entry.number}", book.today(entry.entered_at)
        if after is None:
            yield _Anchored(key, on)
        else:
            forward = after.stage.order > entry.stage.order
            ended_as = ClockState.MET if forward else ClockState.DROPPED
            yield _Anchored(key, on, book.today(after.entered_at), ended_as)


def _letters_taken(rule: ClockRule, facts: CaseFacts, book: Rulebook) -> Iterator[_Anchored]:
    for letter, taken_on in _taken(rule, facts):
        if rule.met_by is not MetBy.REPLY or letter.kind not in book.kinds_without_reply:
            yield _Anchored(letter.id, taken_on)


def _separation(_: ClockRule, facts: CaseFacts, __: Rulebook) -> Iterator[_Anchored]:
    # What a cut-off would close off is of no use to a child who is home.
    if facts.separation_on is not None and facts.stage is not Stage.RETURNED:
        yield _Anchored("separation", facts.separation_on)


def _last_sighting(rule: ClockRule, facts: CaseFacts, book: Rulebook) -> Iterator[_Anchored]:
    searching = (rule.stage or Stage.LOCATED).order <= facts.stage.order < Stage.RETURNED.order
    here = sightings_of_latest_place(facts, book.location) if searching else []
    dated = [(each.seen_on, each.stated_on, each.id) for each in here if each.seen_on is not None]
    if dated:
        seen_on, _, sighting_id = max(dated)
        yield _Anchored(sighting_id, seen_on)


def _eighteenth_birthday(_: ClockRule, facts: CaseFacts, __: Rulebook) -> Iterator[_Anchored]:
    if facts.adult_on is not None and facts.adult_on >= facts.opened_on:
        yield _Anchored("eighteenth_birthday", facts.adult_on)


def _arrival(_: ClockRule, facts: CaseFacts, __: Rulebook) -> Iterator[_Anchored]:
    if facts.arrival is not None and facts.stage is Stage.RETURNED:
        # Keyed by the entry: a child who was taken away again and comes home again is followed up anew.
        yield _Anchored(f"{Stage.RETURNED}#{facts.entries[-1].number}", facts.arrival.arrived_on)


def _never(_: ClockRule, __: _Anchored, ___: CaseFacts) -> date | None:
    return None


def _replied_on(_: ClockRule, anchored: _Anchored, facts: CaseFacts) -> date | None:
    ending = (reply for reply in facts.replies if reply.letter == anchored.key and reply.kind in ENDING_REPLIES)
    return min((reply.received_on for reply in ending), default=None)


def _written_on(rule: ClockRule, _: _Anchored, facts: CaseFacts) -> date | None:
    return min((taken_on for _, taken_on in _taken(rule, facts)), default=None)


def _taken(rule: ClockRule, facts: CaseFacts) -> Iterator[tuple[LetterFact, date]]:
    """Yield the letters to the rule's body, and for its purpose if it names one, with the day they were taken."""
    for letter in facts.letters:
        if letter.body == rule.body and rule.purpose in {None, letter.purpose} and letter.taken_on is not None:
            yield letter, letter.taken_on


def _visited_on(rule: ClockRule, anchored: _Anchored, facts: CaseFacts) -> date | None:
    made = (made_on for visit, made_on in facts.visits if visit == rule.visit and made_on >= anchored.on)
    return min(made, default=None)


def _own_consent_on(_: ClockRule, __: _Anchored, facts: CaseFacts) -> date | None:
    own = (
        consent.given_on
        for consent in facts.consents
        if consent.given_by is Basis.SELF and consent.withdrawn_on is None
    )
    return min(own, default=None)


_ANCHORS: Mapping[Anchor, Callable[[ClockRule, CaseFacts, Rulebook], Iterator[_Anchored]]] = {
    Anchor.STAGE_ENTERED: _stage_entries,
    Anchor.LETTER_TAKEN: _letters_taken,
    Anchor.SEPARATION: _separation,
    Anchor.LAST_SIGHTING: _last_sighting,
    Anchor.EIGHTEENTH_BIRTHDAY: _eighteenth_birthday,
    Anchor.ARRIVAL: _arrival,
}

_MET_BY: Mapping[MetBy, Callable[[ClockRule, _Anchored, CaseFacts], date | None]] = {
    # A stage's clock is ended by its anchor: the entry that follows says how.
    MetBy.NEXT_STAGE: _never,
    MetBy.REPLY: _replied_on,
    MetBy.LETTER_TO: _written_on,
    MetBy.VISIT: _visited_on,
    MetBy.OWN_CONSENT: _own_consent_on,
    MetBy.NOTHING: _never,
}
