"""Whether one condition of a kind of letter holds for one case and one body.

One rule for each `ConditionKind`; each looks only at the facts, its own parameters and the day.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from models.rules.facts import ANY_BODY, CaseFacts, LetterFact, SightingFact
from models.rules.gates import active_consents, check_gate, credible, latest_sighting
from models.rules.letter_policy import Body, ConditionKind, LetterCondition, LetterKind
from models.rules.partial_dates import PartialDate, birthday_on
from models.rules.rulebook import Rulebook
from models.rules.terms import NO_TERM, last_day
from models.statuses import CaseStatus, LetterState, Precision, Stage

CONSENT_MISSING = "consent_missing"
_ADULT_YEARS = 18
_NEVER_CAME = frozenset({LetterState.REJECTED, LetterState.STOPPED, LetterState.UNDELIVERABLE, LetterState.REFUSED})


class Verdict(StrEnum):
    """Whether a letter is to be written to a body: now, later, or not; or it is on its way, or its time is over."""

    NOW = "now"
    LATER = "later"
    UNDER_WAY = "under_way"
    NOT_NOW = "not_now"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Asked:
    """One kind of letter to one body, asked about one case on one day; `earlier` is the letter it would come after."""

    kind: LetterKind
    body: Body
    facts: CaseFacts
    book: Rulebook
    today: date
    earlier: LetterFact | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What a look at one condition found. Without `against` it holds, and `until` is the last day on which it does.

    `against` is the verdict it comes to, `code` a closed word, `about` a stage, territory, body, day or number.
    """

    against: Verdict | None = None
    code: str = ""
    about: str = ""
    until: date | None = None


HOLDS = Finding()


def check_condition(condition: LetterCondition, asked: Asked) -> Finding:
    """Check one condition, whatever has been decided."""
    return _RULES[condition.condition](condition, asked)


def is_urgent(kind: LetterKind, separation_on: date | None, precision: Precision | None, today: date) -> bool:
    """Whether a kind's urgent procedure is open: its term counts from a separation whose day is known."""
    if kind.urgent_within is None or separation_on is None or precision is not Precision.DAY:
        return False
    return today <= last_day(separation_on, kind.urgent_within)


def withdraws(kind: LetterKind) -> bool:
    """Whether a kind takes back what was asked: it is written because no consent holds any more."""
    return any(condition.condition is ConditionKind.CONSENT_ENDED for condition in kind.when)


def needs_consent(kind: LetterKind, body: Body) -> bool:
    """Whether a letter rests on a consent. One that takes back what was asked tells of nobody and rests on none."""
    return body.consent_required and not withdraws(kind)


def written_while(kind: LetterKind) -> tuple[CaseStatus, ...]:
    """Return the statuses of a case in which a kind is written: a withdrawal also when the case is closed."""
    return (CaseStatus.OPEN, CaseStatus.CLOSED) if withdraws(kind) else (CaseStatus.OPEN,)


def further_consents(kinds: Iterable[LetterKind]) -> tuple[LetterCondition, ...]:
    """Return what letters of these kinds must be consented to beside their own purpose."""
    return tuple(each for kind in kinds for each in kind.when if each.condition is ConditionKind.CONSENT_FOR)


def inherited_consents(asked: Asked) -> tuple[LetterCondition, ...]:
    """Return the further consents on which the letters rested that the body has: a follow-up rests on them, too."""
    if not asked.kind.follows:
        return ()
    sent = {letter.kind for letter in asked.facts.letters if letter.body == asked.body.id and letter.taken_on}
    return further_consents(kind for kind in asked.book.policy.kinds if kind.id in sent)


def _stages(condition: LetterCondition, asked: Asked) -> Finding:
    here = asked.facts.stage
    if here in condition.stages:
        return HOLDS
    ahead = [stage for stage in condition.stages if stage.order > here.order]
    if ahead:
        return Finding(Verdict.LATER, "stage_not_reached", min(ahead, key=lambda stage: stage.order))
    return Finding(Verdict.OVER, "stage_passed", here)


def _last_seen_in(condition: LetterCondition, asked: Asked) -> Finding:
    latest = latest_sighting(asked.facts, asked.book.location)
    if latest is None:
        return Finding(Verdict.NOT_NOW, "nowhere_seen")
    if latest.territory not in condition.territories:
        return Finding(Verdict.NOT_NOW, "last_seen_elsewhere", latest.territory)
    return HOLDS


def _whereabouts_unknown(_: LetterCondition, asked: Asked) -> Finding:
    located = check_gate(Stage.LOCATED, (asked.book.location,), asked.facts, asked.today)
    return Finding(Verdict.NOT_NOW, "whereabouts_known") if located.holds else HOLDS


def _under_age(condition: LetterCondition, asked: Asked) -> Finding:
    adult_on = asked.facts.adult_on
    years = str(condition.years)
    if adult_on is None:
        return Finding(Verdict.NOT_NOW, "age_not_known", years)
    birthdays = PartialDate(adult_on, asked.facts.adult_precision)
    eves = [birthday_on(day, condition.years - _ADULT_YEARS) - timedelta(days=1) for day in _ends(birthdays)]
    not_known, too_old = Finding(Verdict.NOT_NOW, "age_not_known", years), Finding(Verdict.OVER, "too_old", years)
    return _within(eves, asked.today, not_known, too_old)


def _separated_within(condition: LetterCondition, asked: Asked) -> Finding:
    parted_on, not_known = asked.facts.separation_on, Finding(Verdict.NOT_NOW, "separation_day_not_known")
    if parted_on is None:
        return not_known
    parted = PartialDate(parted_on, asked.facts.separation_precision)
    last = [last_day(day, condition.term or NO_TERM) for day in _ends(parted)]
    return _within(last, asked.today, not_known, Finding(Verdict.OVER, "term_over", last[-1].isoformat()))


def _ends(known: PartialDate) -> tuple[date, date]:
    return known.earliest, known.latest


def _within(last: Sequence[date], today: date, not_known: Finding, over: Finding) -> Finding:
    """Say whether a day has passed that lies between two: for certain, whichever it is, or it is not known."""
    earliest, latest = last
    if today <= earliest:
        return Finding(until=earliest)
    return over if today > latest else not_known


def _not_pending_with(condition: LetterCondition, asked: Asked) -> Finding:
    pending = next((body for body in condition.bodies if _is_pending(asked, body)), None)
    return HOLDS if pending is None else Finding(Verdict.NOT_NOW, "pending_with", pending)


def _is_pending(asked: Asked, body_id: str) -> bool:
    """Whether the matter lies with a body: a letter to it is being written or was sent, and was not withdrawn since."""
    withdrawals = {kind.id for kind in asked.book.policy.kinds if withdraws(kind)}
    pending = False
    for letter in asked.facts.letters:
        if letter.body != body_id:
            continue
        if letter.kind in withdrawals:
            pending = pending and letter.taken_on is None
        elif letter.state not in _NEVER_CAME:
            pending = True
    return pending


def _decision(_: LetterCondition, asked: Asked) -> Finding:
    decided = (asked.kind.id, asked.body.id) in asked.facts.decisions
    return HOLDS if decided else Finding(Verdict.NOT_NOW, "decision_missing")


def _consent_for(condition: LetterCondition, asked: Asked) -> Finding:
    purpose = condition.purpose or asked.kind.purposes[0]
    if active_consents(asked.facts, purpose, asked.today, asked.body):
        return HOLDS
    return Finding(Verdict.NOT_NOW, CONSENT_MISSING, purpose)


def _new_sighting(_: LetterCondition, asked: Asked) -> Finding:
    # The last letter that came there, whatever its kind, has told what was on record by then.
    taken = [
        (letter.taken_on, letter) for letter in asked.facts.letters if letter.taken_on and letter.body == asked.body.id
    ]
    if not taken:
        return Finding(Verdict.NOT_NOW, "no_new_sighting")
    taken_on, last = max(taken, key=lambda pair: pair[0])
    frozen_on = last.dated_on or taken_on
    new = (
        credible(sighting, asked.book.location) and _learned_after(sighting, frozen_on, last, asked.book)
        for sighting in asked.facts.sightings
    )
    return HOLDS if any(new) else Finding(Verdict.NOT_NOW, "no_new_sighting")


def _learned_after(sighting: SightingFact, frozen_on: date, letter: LetterFact, book: Rulebook) -> bool:
    """Whether the office learned of a sighting after a letter's facts were frozen, or on that day after it left."""
    if sighting.recorded_at is None:
        return sighting.stated_on > frozen_on
    left_before = letter.taken_at is not None and sighting.recorded_at > letter.taken_at
    return left_before or book.today(sighting.recorded_at) > frozen_on


def _consent_ended(_: LetterCondition, asked: Asked) -> Finding:
    if asked.facts.status is CaseStatus.CLOSED:
        return HOLDS
    withdrawn = any(
        consent.body in {ANY_BODY, asked.body.id}
        and consent.withdrawn_on is not None
        and consent.withdrawn_on <= asked.today
        for consent in asked.facts.consents
    )
    purposes = {asked.earlier.purpose} if asked.earlier is not None else set(asked.kind.purposes)
    held = any(active_consents(asked.facts, purpose, asked.today, asked.body) for purpose in purposes)
    held = held and all(_consent_for(each, asked) == HOLDS for each in inherited_consents(asked))
    return HOLDS if withdrawn and not held else Finding(Verdict.NOT_NOW, "consent_not_withdrawn")


_RULES: Mapping[ConditionKind, Callable[[LetterCondition, Asked], Finding]] = {
    ConditionKind.STAGES: _stages,
    ConditionKind.LAST_SEEN_IN: _last_seen_in,
    ConditionKind.WHEREABOUTS_UNKNOWN: _whereabouts_unknown,
    ConditionKind.UNDER_AGE: _under_age,
    ConditionKind.SEPARATED_WITHIN: _separated_within,
    ConditionKind.NOT_PENDING_WITH: _not_pending_with,
    ConditionKind.DECISION: _decision,
    ConditionKind.CONSENT_FOR: _consent_for,
    ConditionKind.NEW_SIGHTING: _new_sighting,
    ConditionKind.CONSENT_ENDED: _consent_ended,
}
