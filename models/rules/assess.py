"""The assessment: from what is on record, the policy and the moment, everything that should now be the case.

Pure, and the only place where it is decided whether a case moves. `casework.reconcile` applies the difference.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from models.rules.clocks import (
    ACTIVE,
    AWAITING_REPLY,
    DueRung,
    PlannedClock,
    Rulebook,
    due_rungs,
    moments_ahead,
    plan_clocks,
)
from models.rules.facts import CaseFacts, StageEntry
from models.rules.gates import GateFinding, Missing, active_consents, check_gate, latest_sighting
from models.rules.policy import Anchor, DraftOrder
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

_AWAY = frozenset({Territory.RUSSIA, Territory.BELARUS, Territory.DPRK, Territory.OTHER})


@dataclass(frozen=True, slots=True)
class Flag:
    """Something a person must look at. `code` is a closed word; `about` a stage, letter, rule or body id."""

    code: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class NewDraft:
    """A letter that a rung asks for and that consent allows."""

    order: DraftOrder
    because: DueRung


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
    moved, missing, next_gate = _advance(facts, book, now)
    hold_released = facts.held_stage is not None and next_gate is not None and not next_gate.holds
    clocks = plan_clocks(moved, book, now)
    active = [clock for clock in clocks if clock.state in ACTIVE]
    rungs = tuple(rung for clock in active for rung in due_rungs(clock, facts.rungs, book, now))
    drafts, blocked = _drafts(rungs, moved, book, now)
    flags = (*_flags(moved, book, now), *blocked)
    return Assessment(
        stage=moved.stage,
        entered=moved.entries[len(facts.entries) :],
        missing=missing,
        flags=tuple(dict.fromkeys(flags)),
        clocks=clocks,
        rungs=rungs,
        drafts=drafts,
        silent_letters=_silent(moved, clocks),
        hold_released=hold_released,
        next_look_at=min(_moments(moved, active, rungs, book, now), default=None),
    )


def _advance(
    facts: CaseFacts, book: Rulebook, now: datetime
) -> tuple[CaseFacts, tuple[Missing, ...], GateFinding | None]:
    """Enter the stages whose gates hold, in order; return the case as it then stands and what the next gate lacks."""
    today = book.today(now)
    gate: GateFinding | None = None
    while (following := facts.stage.following) is not None:
        gate = check_gate(following, book.policy.gate(following), facts, today)
        if facts.status is not CaseStatus.OPEN or not gate.holds or facts.held_stage is following:
            return facts, gate.missing, gate
        entry = StageEntry(facts.entries[-1].number + 1, following, now)
        facts = replace(facts, entries=(*facts.entries, entry))
    return facts, (), gate


def _drafts(
    rungs: Iterable[DueRung], facts: CaseFacts, book: Rulebook, now: datetime
) -> tuple[tuple[NewDraft, ...], tuple[Flag, ...]]:
    """Return the drafts that fired rungs ask for, and a flag for each that consent does not allow."""
    orders = [(order, rung) for rung in rungs if not rung.overtaken for order in rung.rung.drafts]
    allowed: list[NewDraft] = []
    blocked: list[Flag] = []
    for order, rung in orders:
        body = book.policy.get_kind(order.kind).body
        if consent_missing(facts, book, body, order.purpose, book.today(now)):
            blocked.append(Flag("consent_missing", body))
        elif not _is_underway(order, facts):
            allowed.append(NewDraft(order, rung))
    return tuple(allowed), tuple(blocked)


def _is_underway(order: DraftOrder, facts: CaseFacts) -> bool:
    """Whether such a letter is already being written or answered: a ladder does not write it a second time."""
    over = {LetterState.REJECTED, LetterState.REFUSED, LetterState.NO_REPLY, LetterState.STOPPED}
    return any(
        letter.kind == order.kind and letter.purpose is order.purpose and letter.state not in over
        for letter in facts.letters
    )


def _silent(facts: CaseFacts, clocks: Iterable[PlannedClock]) -> tuple[str, ...]:
    """Return the letters whose reply is overdue and that nobody has answered. Silence is not refusal."""
    awaiting = {letter.id for letter in facts.letters if letter.state in AWAITING_REPLY}
    return tuple(
        clock.anchor
        for clock in clocks
        if clock.rule.anchor is Anchor.LETTER_TAKEN and clock.state is ClockState.OVERDUE and clock.anchor in awaiting
    )


def _flags(facts: CaseFacts, book: Rulebook, now: datetime) -> Iterator[Flag]:
    if facts.status is not CaseStatus.OPEN:
        return
    if facts.possible_duplicate:
        yield Flag("possible_duplicate")
    yield from _broken_gates(facts, book, book.today(now))
    yield from _location_flags(facts, book)
    yield from _letter_flags(facts)


def _broken_gates(facts: CaseFacts, book: Rulebook, today: date) -> Iterator[Flag]:
    """Yield a flag for each gate behind the case that holds no more. Once home, only the last gate matters."""
    behind = [stage for stage in Stage if Stage.REPORTED.order < stage.order <= facts.stage.order]
    for stage in behind[-1:] if facts.stage is Stage.RETURNED else behind:
        for missing in check_gate(stage, book.policy.gate(stage), facts, today).missing:
            yield Flag(missing.what, stage)


def _location_flags(facts: CaseFacts, book: Rulebook) -> Iterator[Flag]:
    latest = latest_sighting(facts, book.location)
    if latest is None or facts.stage is Stage.RETURNED or latest.territory is not Territory.OCCUPIED:
        return
    if any(each.territory in _AWAY and not each.withdrawn for each in facts.sightings):
        yield Flag("moved_not_returned", latest.id)


def _letter_flags(facts: CaseFacts) -> Iterator[Flag]:
    """Yield a flag for each letter that needs a person, unless a later letter of its kind has taken its place."""
    if facts.stage is Stage.RETURNED:
        return
    latest = {(letter.kind, letter.purpose): letter for letter in facts.letters}
    asked = {reply.letter for reply in facts.replies if reply.kind is ReplyKind.REQUEST_FOR_INFORMATION}
    for letter in latest.values():
        if letter.state in {LetterState.REFUSED, LetterState.UNDELIVERABLE, LetterState.STOPPED}:
            yield Flag(f"letter_{letter.state}", letter.id)
        elif letter.id in asked and letter.state in AWAITING_REPLY:
            yield Flag("information_requested", letter.id)


def _moments(
    facts: CaseFacts, active: Iterable[PlannedClock], rungs: Iterable[DueRung], book: Rulebook, now: datetime
) -> Iterator[datetime]:
    """Yield the moments after `now` at which time alone would change this assessment."""
    firing = {(*rung.clock.key, rung.rung.id) for rung in rungs}
    for clock in active:
        yield from moments_ahead(clock, facts.rungs | firing, book, now)
    if facts.status is not CaseStatus.OPEN:
        return
    yield from (moment for day in _turning_days(facts, book, book.today(now)) if (moment := book.end_of(day)) > now)


def _turning_days(facts: CaseFacts, book: Rulebook, today: date) -> Iterator[date]:
    """Yield the days at whose end a gate stops holding, or a consent that waits for its day begins."""
    for stage in Stage:
        if stage is not Stage.REPORTED:
            until = check_gate(stage, book.policy.gate(stage), facts, today).until
            if until is not None:
                yield until
    if facts.adult_on is not None:
        yield facts.adult_on - timedelta(days=1)
    yield from (consent.given_on - timedelta(days=1) for consent in facts.consents if consent.given_on > today)
    yield from (each.withdrawn_on - timedelta(days=1) for each in facts.consents if each.withdrawn_on is not None)


def consent_missing(facts: CaseFacts, book: Rulebook, body_id: str, purpose: Purpose, today: date) -> bool:
    """Whether a letter to this body for this purpose may not exist."""
    body = book.policy.get_body(body_id)
    return body.consent_required and not active_consents(facts, purpose, today, body.id)
