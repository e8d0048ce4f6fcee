"""The letters that ladders order: which of them a look may write, and what stands in the way of the others."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from models.rules.clocks import DueRung, PlannedClock
from models.rules.facts import CaseFacts, LetterFact
from models.rules.gates import active_consents
from models.rules.letter_conditions import CONSENT_MISSING
from models.rules.letter_plan import GIVEN_UP, Advice, standing
from models.rules.policy import DraftOrder
from models.rules.rulebook import Rulebook
from models.statuses import LetterState, Purpose

LETTER_NOT_NOW = "letter_not_now"
JOINT_LETTER = "joint_letter"


@dataclass(frozen=True, slots=True)
class NewDraft:
    """A letter that a rung asks for and that may be written; `follows` is the id of the letter it comes after."""

    order: DraftOrder
    because: DueRung
    body: str
    follows: str | None = None

    def as_letter(self, number: int) -> LetterFact:
        """Return it as one of the case's letters, under an id that no letter of the store has."""
        kind, purpose = self.order.kind, self.order.purpose
        return LetterFact(f"draft#{number}", kind, self.body, purpose, LetterState.DRAFT, follows=self.follows)


@dataclass(frozen=True, slots=True)
class OrderedLetter:
    """A letter that a rung asks for and that is not under way. The order's purpose is that of the letter it follows."""

    order: DraftOrder
    body: str
    advice: Advice
    consent_lacks: bool
    children: int = 1

    @property
    def may_be_written(self) -> bool:
        """Whether nothing stands in its way. What goes on about several children a person begins, for all of them."""
        return self.advice.stands and not self.consent_lacks and self.children == 1

    @property
    def obstacles(self) -> tuple[str, ...]:
        """What a person must see to, so that it can be written; nothing where time has decided."""
        if not self.advice.stands and not self.advice.waits_for_a_person:
            return ()
        lacking = {
            CONSENT_MISSING: self.consent_lacks,
            LETTER_NOT_NOW: not self.advice.stands,
            JOINT_LETTER: self.children > 1,
        }
        return tuple(code for code, lacks in lacking.items() if lacks)


def ordered_letters(
    clock: PlannedClock, orders: Iterable[DraftOrder], facts: CaseFacts, book: Rulebook, today: date
) -> Iterator[OrderedLetter]:
    """Yield the letters that a clock's rungs order and that are not under way. To some bodies only a person writes.

    One that comes after another does not stand while such a letter is under way: there is none left to follow.
    """
    for order in orders:
        body, kind = book.policy.body_ordered(order), book.policy.get_kind(order.kind)
        if body.by_person_only or (not kind.follows and _is_underway(order, body.id, facts)):
            continue
        after = clock.letter if kind.follows else None
        advice = standing(kind, body, facts, book, today, after=after)
        followed = next((letter for letter in facts.letters if letter.id == advice.follows), None)
        asked = order if followed is None else replace(order, purpose=followed.purpose)
        told = any(reason.code == CONSENT_MISSING for reason in advice.reasons)
        lacks = told or consent_missing(facts, book, body.id, asked.purpose, today)
        yield OrderedLetter(asked, body.id, advice, lacks, followed.children if followed is not None else 1)


def consent_missing(facts: CaseFacts, book: Rulebook, body_id: str, purpose: Purpose, today: date) -> bool:
    """Whether a letter to this body for this purpose may not exist."""
    body = book.policy.get_body(body_id)
    return body.consent_required and not active_consents(facts, purpose, today, body)


def _is_underway(order: DraftOrder, body: str, facts: CaseFacts) -> bool:
    """Whether such a letter is already being written or answered: a ladder does not write it a second time."""
    return any(
        (letter.kind, letter.body, letter.purpose) == (order.kind, body, order.purpose) and letter.state not in GIVEN_UP
        for letter in facts.letters
    )
