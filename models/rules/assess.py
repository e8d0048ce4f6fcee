"""The assessment: from what is on record, the policy and the moment, everything that should now be the case.

Pure, and the only place where it is decided whether a case moves. `casework.reconcile` applies the difference.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from models.rules.clock_anchors import list_plans_to_come
from models.rules.clocks import (
    AWAITING_REPLY,
    CLIMBING,
    OVER,
    DueRung,
    PlannedClock,
    due_rungs,
    list_steps,
    moments_ahead,
    open_rungs,
    plan_clocks,
)
from models.rules.facts import CaseFacts, StageEntry
from models.rules.gates import CheckedGates, Missing, latest_sighting
from models.rules.letter_conditions import CONSENT_MISSING
from models.rules.ordered_letters import JOINT_LETTER, LETTER_NOT_NOW, NewDraft, OrderedLetter, ordered_letters
from models.rules.policy import AWAITING_ANSWER, MetBy
from models.rules.rulebook import Rulebook
from models.statuses import (
    CaseStatus,
    ClockState,
    LetterState,
    Outcome,
    Purpose,
    ReplyKind,
    Stage,
    Territory,
)

_OVERDUE = frozenset({ClockState.OVERDUE, ClockState.LAPSED})
_AWAY = frozenset({Territory.RUSSIA, Territory.BELARUS, Territory.DPRK, Territory.OTHER})
_A_DAY = timedelta(days=1)
_BEHIND = {stage: tuple(Stage)[1 : stage.order + 1] for stage in Stage}
"""Of each stage those that a case has entered by a gate to stand there; `reported` has none."""


@dataclass(frozen=True, slots=True)
class Flag:
    """Something a person must look at. `code` is a closed word; `about` a stage, letter, rule or body id."""

    code: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Assessment:
    """What should be so at `now`. Applied to the store, a second assessment at the same moment finds nothing new."""

    stage: Stage
    entered: tuple[StageEntry, ...]
    missing: tuple[Missing, ...]
    flags: tuple[Flag, ...]
    clocks: tuple[PlannedClock, ...]
    rungs: tuple[DueRung, ...]
    drafts: tuple[NewDraft, ...]
    silent_letters: tuple[str, ...]
    hold_released: bool
    next_look_at: datetime | None

    @property
    def outcome(self) -> Outcome:
        """How this look ends."""
        if self.entered:
            return Outcome.MOVED
        return Outcome.FLAGGED if self.flags else Outcome.WAITING


def assess(facts: CaseFacts, book: Rulebook, now: datetime) -> Assessment:
    """Assess one case at `now` (aware, UTC)."""
    gates = CheckedGates(book.policy.gate, facts, book.today(now))
    moved, missing = _advance(facts, gates, now)
    clocks = plan_clocks(moved, book, now)
    climbing = _climbing(clocks, facts)
    ladders = [(clock, list_steps(clock, book)) for clock in climbing]
    rungs = tuple([rung for clock, steps in ladders for rung in due_rungs(clock, facts.rungs, book, now, steps)])
    passed = facts.rungs | {(*rung.clock.key, rung.rung.id) for rung in rungs}
    silent = _silent(moved, climbing)
    moved = _unanswered(moved, silent)
    drafts, drafted = _drafts(rungs, moved, book, now)
    orders = tuple(_open_orders(drafted, climbing, passed, book, now))
    ahead = [moment for clock, steps in ladders for moment in moments_ahead(clock, passed, book, now, steps)]
    flags = (*_flags(moved, drafts, gates, book), *_obstacle_flags(orders))
    return Assessment(
        stage=moved.stage,
        entered=moved.entries[len(facts.entries) :],
        missing=missing,
        flags=tuple(dict.fromkeys(flags)),
        clocks=clocks,
        rungs=rungs,
        drafts=drafts,
        silent_letters=silent,
        hold_released=_hold_released(facts, gates),
        next_look_at=min((*ahead, *_moments(moved, gates, book, now), *_ends(orders, book)), default=None),
    )


def _advance(facts: CaseFacts, gates: CheckedGates, now: datetime) -> tuple[CaseFacts, tuple[Missing, ...]]:
    """Enter the stages whose gates hold, in order; return the case as it then stands and what the next gate lacks."""
    while (following := facts.stage.following) is not None and facts.status not in OVER:
        gate = gates.check(following)
        if facts.status is not CaseStatus.OPEN or not gate.holds or facts.held_stage is following:
            return facts, gate.missing
        entry = StageEntry(facts.entries[-1].number + 1, following, now)
        facts = replace(facts, entries=(*facts.entries, entry))
    return facts, ()


def _climbing(clocks: Iterable[PlannedClock], facts: CaseFacts) -> list[PlannedClock]:
    """Return the clocks whose ladders run."""
    if facts.status in OVER:
        return []
    return [clock for clock in clocks if clock.state in CLIMBING or open_rungs(clock)]


def _hold_released(facts: CaseFacts, gates: CheckedGates) -> bool:
    """Whether the gate of a stage that a person stepped back from is seen not to hold: then new facts may open it."""
    held = facts.held_stage
    if held is None or facts.status in OVER:
        return False
    return not gates.check(held).holds


def _drafts(
    rungs: Iterable[DueRung], facts: CaseFacts, book: Rulebook, now: datetime
) -> tuple[tuple[NewDraft, ...], CaseFacts]:
    """Return the drafts that fired rungs ask for and that may be written, and the case with them.

    One after another: what the first of two has begun can speak against the second.
    """
    drafts: list[NewDraft] = []
    for rung in rungs:
        for order in () if rung.overtaken else rung.rung.drafts:
            for each in ordered_letters(rung.clock, (order,), facts, book, book.today(now)):
                if each.may_be_written:
                    drafts.append(NewDraft(each.order, rung, each.body, each.advice.follows))
                    facts = replace(facts, letters=(*facts.letters, drafts[-1].as_letter(len(drafts))))
    return tuple(drafts), facts


def _open_orders(
    facts: CaseFacts,
    climbing: Iterable[PlannedClock],
    passed: frozenset[tuple[str, str, str]],
    book: Rulebook,
    now: datetime,
) -> Iterator[OrderedLetter]:
    """Yield the letters that a ladder has asked for and that are not under way, for as long as it is so."""
    if not passed:
        return
    for clock in climbing:
        for rung in open_rungs(clock):
            if (*clock.key, rung.id) in passed:
                yield from ordered_letters(clock, rung.drafts, facts, book, book.today(now))


def _silent(facts: CaseFacts, climbing: Iterable[PlannedClock]) -> tuple[str, ...]:
    """Return the letters whose reply is overdue and that nobody has answered. Silence is not refusal.

    A letter about several children may have fallen silent in another's case before: here it does all the same, when
    this case's own clock has run out.
    """
    awaiting = {letter.id for letter in facts.letters if letter.state in AWAITING_REPLY}
    seen = {(clock.rule, clock.anchor) for clock in facts.clocks if clock.state in _OVERDUE}
    joint = {letter.id for letter in facts.letters if letter.children > 1 and letter.state is LetterState.NO_REPLY}
    silent = (
        clock.anchor
        for clock in climbing
        if clock.rule.anchor in AWAITING_ANSWER
        and clock.rule.met_by is MetBy.REPLY
        and clock.state in _OVERDUE
        and (clock.anchor in awaiting or (clock.anchor in joint and clock.key not in seen))
    )
    return tuple(dict.fromkeys(silent))


def _unanswered(facts: CaseFacts, silent: tuple[str, ...]) -> CaseFacts:
    """Return the case with its silent letters as such, so that a rung of this very look may write anew."""
    if not silent:
        return facts
    no_reply = LetterState.NO_REPLY
    letters = (replace(letter, state=no_reply) if letter.id in silent else letter for letter in facts.letters)
    return replace(facts, letters=tuple(letters))


def _flags(facts: CaseFacts, drafts: Iterable[NewDraft], gates: CheckedGates, book: Rulebook) -> Iterator[Flag]:
    if facts.status is not CaseStatus.OPEN:
        return
    if facts.possible_duplicate:
        yield Flag("possible_duplicate")
    yield from _broken_gates(facts, gates)
    yield from _location_flags(facts, book)
    yield from _letter_flags(facts, {(draft.order.kind, draft.body, draft.order.purpose) for draft in drafts})


def _obstacle_flags(orders: Iterable[OrderedLetter]) -> Iterator[Flag]:
    """Yield a flag for each letter that a ladder has asked for and that waits for a person's word."""
    for each in orders:
        if CONSENT_MISSING in each.obstacles:
            yield Flag("consent_missing", each.body)
        if LETTER_NOT_NOW in each.obstacles:
            yield Flag("letter_not_now", each.body)
        if JOINT_LETTER in each.obstacles:
            yield Flag("joint_letter", each.body)


def _ends(orders: Iterable[OrderedLetter], book: Rulebook) -> Iterator[datetime]:
    """Yield the moments at which it is too late for a letter that is flagged."""
    return (book.end_of(each.advice.latest_on) for each in orders if each.obstacles and each.advice.latest_on)


def _broken_gates(facts: CaseFacts, gates: CheckedGates) -> Iterator[Flag]:
    """Yield a flag for each gate behind the case that holds no more. Once home, only the last gate matters."""
    behind = _BEHIND[facts.stage]
    for stage in behind[-1:] if facts.stage is Stage.RETURNED else behind:
        for missing in gates.check(stage).missing:
            yield Flag(missing.what, stage)


def _location_flags(facts: CaseFacts, book: Rulebook) -> Iterator[Flag]:
    latest = latest_sighting(facts, book.location)
    if latest is None or facts.stage is Stage.RETURNED or latest.territory is not Territory.OCCUPIED:
        return
    if any(each.territory in _AWAY and not each.withdrawn for each in facts.sightings):
        yield Flag("moved_not_returned", latest.id)


def _letter_flags(facts: CaseFacts, drafted: Collection[tuple[str, str, Purpose]]) -> Iterator[Flag]:
    """Yield a flag for each letter that needs a person, unless a later letter of its kind takes its place."""
    if facts.stage is Stage.RETURNED:
        return
    latest = {(letter.kind, letter.body, letter.purpose): letter for letter in facts.letters}
    latest = {kind: letter for kind, letter in latest.items() if kind not in drafted}
    asked = {reply.letter for reply in facts.replies if reply.kind is ReplyKind.REQUEST_FOR_INFORMATION}
    for letter in latest.values():
        if letter.state in {LetterState.REFUSED, LetterState.UNDELIVERABLE, LetterState.STOPPED}:
            yield Flag(f"letter_{letter.state}", letter.id)
        elif letter.id in asked and letter.state in AWAITING_REPLY:
            yield Flag("information_requested", letter.id)


def _moments(facts: CaseFacts, gates: CheckedGates, book: Rulebook, now: datetime) -> Iterator[datetime]:
    """Yield the moments after `now` at which time alone would change this assessment, but for its clocks'."""
    if facts.status not in OVER:
        for day in _turning_days(facts, gates, book, book.today(now)):
            if (moment := book.end_of(day)) > now:
                yield moment


def _turning_days(facts: CaseFacts, gates: CheckedGates, book: Rulebook, today: date) -> Iterator[date]:
    """Yield the days at whose end a gate stops holding, a consent begins, or a clock far ahead begins to be planned."""
    for stage, gate in book.gates_in_time.items():
        until = gates.holds_until(stage, gate)
        if until is not None:
            yield until
    if (grown_on := facts.surely_adult_on) is not None:
        yield grown_on - _A_DAY
        yield from (day - _A_DAY for day in list_plans_to_come(facts, book))
    yield from (consent.given_on - _A_DAY for consent in facts.consents if consent.given_on > today)
    yield from (each.withdrawn_on - _A_DAY for each in facts.consents if each.withdrawn_on is not None)
