"""What a store would do with an assessment, in a few lines: apply it, look again, look at many moments."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from models.rules.assess import Assessment, assess
from models.rules.clocks import PlannedClock, plan_clocks
from models.rules.facts import CaseFacts, ClockFact, LetterFact
from models.rules.policy import ClockRule
from models.rules.rulebook import Rulebook
from models.statuses import ClockState, LetterState
from tests.models.rules.rule_book import book_of
from tests.models.rules.rule_facts import at

RungKey = tuple[str, str, str]


class Looked(NamedTuple):
    """The case after its looks, the rungs in the order in which they fired, and those that were overtaken."""

    facts: CaseFacts
    fired: list[RungKey]
    overtaken: list[RungKey]


def applied(facts: CaseFacts, found: Assessment, book: Rulebook) -> CaseFacts:
    """The case once everything in the assessment has been written down."""
    silent = set(found.silent_letters)
    letters = [
        replace(letter, state=LetterState.NO_REPLY) if letter.id in silent else letter for letter in facts.letters
    ]
    for draft in found.drafts:
        body = book.policy.body_ordered(draft.order).id
        draft_id = f"D{len(letters)}"
        letters.append(LetterFact(draft_id, draft.order.kind, body, draft.order.purpose, LetterState.DRAFT))
    return replace(
        facts,
        entries=(*facts.entries, *found.entered),
        held_stage=None if found.hold_released else facts.held_stage,
        letters=tuple(letters),
        rungs=facts.rungs | {(*due.clock.key, due.rung.id) for due in found.rungs},
        clocks=tuple(
            ClockFact(clock.rule.id, clock.anchor, clock.anchor_on, clock.due_on, clock.state, clock.closed_on)
            for clock in found.clocks
        ),
    )


def look(facts: CaseFacts, book: Rulebook, now: datetime) -> tuple[CaseFacts, Assessment]:
    found = assess(facts, book, now)
    return applied(facts, found, book), found


def looks(facts: CaseFacts, book: Rulebook, moments: Iterable[datetime]) -> Looked:
    """Look at each moment in turn, applying what is found."""
    fired: list[RungKey] = []
    overtaken: list[RungKey] = []
    for now in moments:
        facts, found = look(facts, book, now)
        for due in found.rungs:
            (overtaken if due.overtaken else fired).append((*due.clock.key, due.rung.id))
    return Looked(facts, fired, overtaken)


def changes(found: Assessment) -> tuple[object, ...]:
    """What an assessment would have a store do; all empty if there is nothing new."""
    return found.entered, found.rungs, found.drafts, found.silent_letters, found.hold_released


def standing(found: Assessment) -> tuple[object, ...]:
    """How things stand. The last day of a paused clock recedes by a day a day, and is left out."""
    clocks = tuple(
        (clock.key, clock.state, clock.closed_on, None if clock.state is ClockState.PAUSED else clock.due_on)
        for clock in found.clocks
    )
    return found.stage, found.missing, found.flags, clocks


NOTHING_NEW: tuple[object, ...] = ((), (), (), (), False)


def planned(one: ClockRule, now: str, facts: CaseFacts) -> tuple[PlannedClock, ...]:
    return plan_clocks(facts, book_of(one), at(now))


def clock_rows(one: ClockRule, now: str, facts: CaseFacts) -> list[tuple[str, str, ClockState, str | None]]:
    """Each clock of a rule: its anchor's key, its last day, its state, and the day it ended."""
    return [
        (
            clock.anchor,
            f"{clock.due_on:%a %Y-%m-%d}",
            clock.state,
            f"{clock.closed_on:%a %Y-%m-%d}" if clock.closed_on else None,
        )
        for clock in planned(one, now, facts)
    ]
