"""The events that clocks count from, and the events that stop them: one small rule for each."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from models.rules.facts import ANY_BODY, CaseFacts, LetterFact, ReplyFact
from models.rules.gates import sightings_of_latest_place
from models.rules.partial_dates import PartialDate, birthday_on
from models.rules.policy import BIRTHDAYS, FAR_AHEAD, OF_A_LETTER, Anchor, ClockRule, MetBy
from models.rules.rulebook import Rulebook
from models.rules.terms import due_on
from models.statuses import Basis, ClockState, Precision, ReplyKind, Stage

ENDING_REPLIES = frozenset({ReplyKind.ANSWER, ReplyKind.REFUSAL, ReplyKind.REQUEST_FOR_INFORMATION})
_SAID = frozenset({ReplyKind.ANSWER, ReplyKind.REFUSAL})
_ANSWERED_BY_A_LETTER = OF_A_LETTER | {Anchor.CONSENT_GIVEN}
_ADULT_YEARS = BIRTHDAYS[Anchor.EIGHTEENTH_BIRTHDAY]
_AHEAD = timedelta(days=366)
_BIRTHDAYS_KEPT = 8192


@dataclass(frozen=True, slots=True)
class Anchored:
    """An event a clock counts from; `closed_on` and `closed_as` say how it ended, if it has.

    `at` is the event's moment where that is known. `lagged_from` is the day on which the letter was taken, where the
    event's own day is not on record and the rule's lag has been added. `letter` is the id of the letter it is about.
    """

    key: str
    on: date
    closed_on: date | None = None
    closed_as: ClockState = ClockState.MET
    at: datetime | None = None
    precision: Precision = Precision.DAY
    lagged_from: date | None = None
    letter: str | None = None


def list_anchored(rule: ClockRule, facts: CaseFacts, book: Rulebook, today: date) -> Iterator[Anchored]:
    """Yield the events of a case that a rule counts from. A birthday but the eighteenth is planned a year ahead."""
    # What a cut-off would close off is of no use to a child who is home.
    if rule.hard and facts.stage is Stage.RETURNED:
        return iter(())
    events = _ANCHORS[rule.anchor](rule, facts, book)
    if rule.anchor not in FAR_AHEAD:
        return events
    return (anchored for anchored in events if anchored.on - _AHEAD <= today)


def list_plans_to_come(facts: CaseFacts, book: Rulebook) -> Iterator[date]:
    """Yield the days from which clocks that lie far ahead are planned."""
    for rule in book.clocks_far_ahead:
        for anchored in _birthday(rule, facts, book):
            yield anchored.on - _AHEAD


def met_on(rule: ClockRule, anchored: Anchored, facts: CaseFacts) -> date | None:
    """Return the first day on which what stops the clock has happened, None if it has not."""
    return _MET_BY[rule.met_by](rule, anchored, facts)


def _stage_entries(rule: ClockRule, facts: CaseFacts, book: Rulebook) -> Iterator[Anchored]:
    for place, entry in enumerate(facts.entries, 1):
        if entry.stage is not rule.stage:
            continue
        key, on = f"{entry.stage}#{entry.number}", book.today(entry.entered_at)
        after = facts.entries[place] if place < len(facts.entries) else None
        if after is None:
            yield Anchored(key, on, at=entry.entered_at)
        else:
            forward = after.stage.order > entry.stage.order
            ended_as = ClockState.MET if forward else ClockState.DROPPED
            yield Anchored(key, on, book.today(after.entered_at), ended_as, at=entry.entered_at)


def _letters_taken(rule: ClockRule, facts: CaseFacts, book: Rulebook) -> Iterator[Anchored]:
    for letter, taken_on in _awaited(rule, facts, book):
        # A letter handed over may have been recorded on a later day: then only its day is known.
        known = letter.taken_at is not None and book.today(letter.taken_at) == taken_on
        yield Anchored(letter.id, taken_on, at=letter.taken_at if known else None, letter=letter.id)


def _letters_delivered(rule: ClockRule, facts: CaseFacts, book: Rulebook) -> Iterator[Anchored]:
    for letter, taken_on in _awaited(rule, facts, book):
        yield from _known_or_supposed(rule, letter, taken_on, letter.delivered_on, book)


def _letters_registered(rule: ClockRule, facts: CaseFacts, book: Rulebook) -> Iterator[Anchored]:
    for letter, taken_on in _awaited(rule, facts, book):
        told = (reply.registered_on for reply in facts.replies if reply.letter == letter.id)
        registered_on = min((day for day in told if day is not None), default=None)
        yield from _known_or_supposed(rule, letter, taken_on, registered_on, book)


def _known_or_supposed(
    rule: ClockRule, letter: LetterFact, taken_on: date, known_on: date | None, book: Rulebook
) -> Iterator[Anchored]:
    if known_on is not None:
        yield Anchored(letter.id, known_on, letter=letter.id)
    elif rule.lag is not None:
        supposed_on = due_on(taken_on, rule.lag, is_working_day=book.calendars[rule.calendar], rolls=False)
        yield Anchored(letter.id, supposed_on, lagged_from=taken_on, letter=letter.id)


def _letters_acknowledged(rule: ClockRule, facts: CaseFacts, book: Rulebook) -> Iterator[Anchored]:
    for letter, _ in _awaited(rule, facts, book):
        acknowledged_on = first_acknowledged_on(letter.id, facts)
        if acknowledged_on is not None:
            yield Anchored(letter.id, acknowledged_on, letter=letter.id)


def _letters_replied(rule: ClockRule, facts: CaseFacts, __: Rulebook) -> Iterator[Anchored]:
    """Yield each answer and refusal by itself: what has to follow it is owed for each."""
    written = {letter.id for letter, _ in _taken(rule, facts)}
    for reply in facts.replies:
        if reply.letter in written and reply.kind in _SAID:
            yield Anchored(reply.id, reply.received_on, letter=reply.letter)


def _separation(_: ClockRule, facts: CaseFacts, __: Rulebook) -> Iterator[Anchored]:
    if facts.separation_on is not None and facts.stage is not Stage.RETURNED:
        yield Anchored("separation", facts.separation_on, precision=facts.separation_precision)


def _disappearance(_: ClockRule, facts: CaseFacts, __: Rulebook) -> Iterator[Anchored]:
    on, precision = facts.disappearance
    if on is not None and facts.stage is not Stage.RETURNED:
        # The separation's key: a day that is learnt later moves the clock and repeats none of its rungs.
        yield Anchored("separation", on, precision=precision)


def _last_sighting(rule: ClockRule, facts: CaseFacts, book: Rulebook) -> Iterator[Anchored]:
    searching = (rule.stage or Stage.LOCATED).order <= facts.stage.order < Stage.RETURNED.order
    here = sightings_of_latest_place(facts, book.location) if searching else []
    dated = [(each.seen_on, each.stated_on, each.id) for each in here if each.seen_on is not None]
    if dated:
        seen_on, _, sighting_id = max(dated)
        yield Anchored(sighting_id, seen_on)


def _birthday(rule: ClockRule, facts: CaseFacts, __: Rulebook) -> Iterator[Anchored]:
    if facts.adult_on is not None:
        anchored, latest_on = _birthday_of(facts.adult_on, facts.adult_precision, rule.anchor)
        if latest_on >= facts.opened_on:
            yield anchored


@lru_cache(_BIRTHDAYS_KEPT)
def _birthday_of(adult_on: date, precision: Precision, anchor: Anchor) -> tuple[Anchored, date]:
    """Return a birthday, asked for several times at every look, and the last day on which it can be."""
    birthday = birthday_on(adult_on, BIRTHDAYS[anchor] - _ADULT_YEARS)
    born = PartialDate(birthday, precision)
    return Anchored(anchor.value, birthday, precision=born.precision), born.latest


def _arrival(_: ClockRule, facts: CaseFacts, __: Rulebook) -> Iterator[Anchored]:
    if facts.arrival is not None and facts.stage is Stage.RETURNED:
        # Keyed by the entry: a child who was taken away again and comes home again is followed up anew.
        yield Anchored(f"{Stage.RETURNED}#{facts.entries[-1].number}", facts.arrival.arrived_on)


def _consents(rule: ClockRule, facts: CaseFacts, __: Rulebook) -> Iterator[Anchored]:
    for consent in facts.consents:
        concerned = rule.body is None or consent.body in {ANY_BODY, rule.body}
        if concerned and rule.purpose in {None, consent.purpose} and consent.withdrawn_on is None:
            yield Anchored(consent.id, consent.given_on)


def first_acknowledged_on(letter: str, facts: CaseFacts) -> date | None:
    """Return the day on which a letter was first acknowledged."""
    kind = ReplyKind.ACKNOWLEDGEMENT
    return min((reply.received_on for reply in _replies(letter, facts) if reply.kind is kind), default=None)


def last_ending_reply(letter: str, facts: CaseFacts) -> ReplyFact | None:
    """Return the latest reply to a letter that is more than an acknowledgement."""
    ending = [reply for reply in _replies(letter, facts) if reply.kind in ENDING_REPLIES]
    # Of several on one day the one recorded last counts.
    return max(reversed(ending), key=lambda reply: reply.received_on, default=None)


def _replies(letter: str, facts: CaseFacts) -> list[ReplyFact]:
    return [reply for reply in facts.replies if reply.letter == letter]


def _awaited(rule: ClockRule, facts: CaseFacts, book: Rulebook) -> Iterator[tuple[LetterFact, date]]:
    """Yield the letters to the rule's body that it concerns; for a reply only those that await one."""
    for letter, taken_on in _taken(rule, facts):
        if rule.met_by is not MetBy.REPLY or letter.kind not in book.kinds_without_reply:
            yield letter, taken_on


def _taken(rule: ClockRule, facts: CaseFacts) -> Iterator[tuple[LetterFact, date]]:
    """Yield the letters to the rule's body, and for its purpose if it names one, with the day they were taken."""
    for letter in facts.letters:
        if letter.body == rule.body and rule.purpose in {None, letter.purpose} and letter.taken_on is not None:
            yield letter, letter.taken_on


def _never(_: ClockRule, __: Anchored, ___: CaseFacts) -> date | None:
    return None


def _replied_on(_: ClockRule, anchored: Anchored, facts: CaseFacts) -> date | None:
    ending = (reply for reply in facts.replies if reply.letter == anchored.letter and reply.kind in ENDING_REPLIES)
    return min((reply.received_on for reply in ending), default=None)


def _written_on(rule: ClockRule, anchored: Anchored, facts: CaseFacts) -> date | None:
    if not facts.letters:
        return None
    # A letter to the body keeps a cut-off whenever it went, but what answers a reply comes after it.
    since = anchored.on if rule.anchor in _ANSWERED_BY_A_LETTER else date.min
    written = (taken_on for letter, taken_on in _taken(rule, facts) if rule.kind in {None, letter.kind})
    return min((taken_on for taken_on in written if taken_on >= since), default=None)


def _visited_on(rule: ClockRule, anchored: Anchored, facts: CaseFacts) -> date | None:
    made = (made_on for visit, made_on in facts.visits if visit == rule.visit and made_on >= anchored.on)
    return min(made, default=None)


def _own_consent_on(_: ClockRule, __: Anchored, facts: CaseFacts) -> date | None:
    own = (
        consent.given_on
        for consent in facts.consents
        if consent.given_by is Basis.SELF and consent.withdrawn_on is None
    )
    return min(own, default=None)


_ANCHORS: Mapping[Anchor, Callable[[ClockRule, CaseFacts, Rulebook], Iterator[Anchored]]] = {
    Anchor.STAGE_ENTERED: _stage_entries,
    Anchor.LETTER_TAKEN: _letters_taken,
    Anchor.LETTER_DELIVERED: _letters_delivered,
    Anchor.LETTER_REGISTERED: _letters_registered,
    Anchor.LETTER_ACKNOWLEDGED: _letters_acknowledged,
    Anchor.LETTER_REPLIED: _letters_replied,
    Anchor.SEPARATION: _separation,
    Anchor.DISAPPEARANCE: _disappearance,
    Anchor.LAST_SIGHTING: _last_sighting,
    **dict.fromkeys(BIRTHDAYS, _birthday),
    Anchor.ARRIVAL: _arrival,
    Anchor.CONSENT_GIVEN: _consents,
}

_MET_BY: Mapping[MetBy, Callable[[ClockRule, Anchored, CaseFacts], date | None]] = {
    # A stage's clock is ended by its anchor: the entry that follows says how.
    MetBy.NEXT_STAGE: _never,
    MetBy.REPLY: _replied_on,
    MetBy.LETTER_TO: _written_on,
    MetBy.VISIT: _visited_on,
    MetBy.OWN_CONSENT: _own_consent_on,
    MetBy.NOTHING: _never,
}
