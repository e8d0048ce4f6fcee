"""The plan of letters: which bodies can be written to now, which not and why not, which by when at the latest.

It decides nothing about a letter's words: whether the facts are there that a template needs is the template's, and who
approves is the body's.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from models.rules.clocks import AWAITING_REPLY, unpaused_last_day
from models.rules.disclosure import Field
from models.rules.facts import CaseFacts, LetterFact
from models.rules.gates import active_consents
from models.rules.letter_conditions import (
    CONSENT_MISSING,
    HOLDS,
    Asked,
    Finding,
    Verdict,
    check_condition,
    inherited_consents,
    is_urgent,
    needs_consent,
    withdraws,
    written_while,
)
from models.rules.letter_policy import Body, ConditionKind, LetterKind
from models.rules.policy import Anchor
from models.rules.rulebook import Rulebook
from models.statuses import ClockState, LetterState, Purpose

UNSENT = frozenset({LetterState.DRAFT, LetterState.APPROVED, LetterState.QUEUED})
GIVEN_UP = frozenset({LetterState.REJECTED, LetterState.REFUSED, LetterState.NO_REPLY, LetterState.STOPPED})
"""States of a letter that stands in no other's way."""
# What a person can put on record, so that the letter can be written after all.
_MENDABLE = frozenset({CONSENT_MISSING, "nowhere_seen", "age_not_known", "separation_day_not_known", "decided"})
_WEIGHT = (Verdict.OVER, Verdict.NOT_NOW, Verdict.LATER)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a letter is or is not to be written. `code` is a closed word, `about` what it is about.

    `about` is a stage, territory, body, purpose, day, number of years, or a letter's id. A `waivable` reason gives
    way to a legal officer's decision.
    """

    code: str
    about: str = ""
    waivable: bool = False


@dataclass(frozen=True, slots=True)
class Advice:
    """One kind of letter to one body. `stands` says whether every condition holds, consent apart.

    `latest_on` is the last day on which it can be written, `opens_on` the first, each None if nothing sets one;
    `follows` the id of the letter it would come after.
    """

    kind: str
    body: str
    verdict: Verdict
    reasons: tuple[Reason, ...]
    stands: bool
    latest_on: date | None = None
    opens_on: date | None = None
    procedure: Literal["urgent", "standard"] | None = None
    consents_held: tuple[Purpose, ...] = ()
    consents_missing: tuple[Purpose, ...] = ()
    follows: str | None = None

    @property
    def waits_for_a_person(self) -> bool:
        """Whether only what a person can decide or put on record speaks against it."""
        return not self.stands and all(each.waivable or each.code in _MENDABLE for each in self.reasons)


def plan_letters(facts: CaseFacts, book: Rulebook, today: date) -> tuple[Advice, ...]:
    """Advise on every kind of letter to each of its bodies, in the policy's order; one about no case is left out."""
    policy = book.policy
    pairs = ((kind, policy.get_body(body)) for kind in policy.kinds for body in kind.bodies)
    return tuple(standing(kind, body, facts, book, today) for kind, body in pairs if body.allow != (Field.CASELOAD,))


def standing(  # noqa: PLR0913 - a kind, a body, and all that is asked about them
    kind: LetterKind, body: Body, facts: CaseFacts, book: Rulebook, today: date, *, after: str | None = None
) -> Advice:
    """Advise on one kind of letter to one body; `after` is the id of the letter it is to follow, if not the latest."""
    asked = Asked(kind, body, facts, book, today)
    asked = replace(asked, earlier=_earlier(asked, after))
    purposes = _purposes(asked)
    held = tuple(purpose for purpose in purposes if _may_be_told(asked, purpose))
    found = (*_findings(asked), *(() if held else map(_lacking, purposes)))
    so_far = _so_far(asked, held or purposes)
    verdict = so_far[0] if so_far else _verdict([finding.against for finding, _ in found if finding.against])
    # Of a follow-up on its way nobody asks what another would come after.
    told = (reason for _, reason in found if reason.code and not (so_far and reason.code == "nothing_to_follow"))
    reasons = (*(so_far[1:] if so_far else ()), *told)
    over = verdict is Verdict.OVER
    return Advice(
        kind=kind.id,
        body=body.id,
        verdict=verdict,
        reasons=tuple(dict.fromkeys(reasons)),
        stands=not any(finding.against and finding.code != CONSENT_MISSING for finding, _ in found),
        latest_on=None if over else min(_last_days(asked, [finding for finding, _ in found]), default=None),
        opens_on=_opens_on(asked) if verdict is Verdict.LATER else None,
        procedure=_procedure(asked),
        consents_held=held,
        consents_missing=tuple(purpose for purpose in purposes if purpose not in held),
        follows=asked.earlier.id if asked.earlier is not None else None,
    )


def _verdict(against: list[Verdict]) -> Verdict:
    """Return the verdict that weighs most; nothing against it is now."""
    return next((verdict for verdict in _WEIGHT if verdict in against), Verdict.NOW)


def _earlier(asked: Asked, after: str | None) -> LetterFact | None:
    """Return the letter that one of this kind would come after: the latest to the body that none follows yet."""
    if not asked.kind.follows:
        return None
    candidates = [
        (letter.taken_on, letter)
        for letter in _unfollowed(asked)
        if letter.taken_on is not None
        and letter.state in asked.kind.follows
        and letter.id == (after or letter.id)
        and (letter.kind != asked.kind.id or letter.state is LetterState.ANSWERED)
    ]
    return max(candidates, key=lambda pair: pair[0])[1] if candidates else None


def _unfollowed(asked: Asked) -> list[LetterFact]:
    """List the letters to the body that one of this kind may follow, whatever their states."""
    kind, sent_there = asked.kind, _letters_to(asked)
    # Thanks, a supplement, a withdrawal only round off another letter: nothing comes after them.
    closing = {each.id for each in asked.book.policy.kinds if each.follows and not each.awaits_reply}
    own = [letter for letter in sent_there if letter.kind == kind.id and letter.state not in GIVEN_UP]
    # Thanks are given once for all that went before; each new sighting is a reason to supplement once more.
    again = any(condition.condition is ConditionKind.NEW_SIGHTING for condition in kind.when)
    if own and not kind.awaits_reply and (own[-1].state in UNSENT or not again):
        sent_there = sent_there[sent_there.index(own[-1]) + 1 :]
    followed = {letter.follows for letter in own if kind.awaits_reply}
    return [letter for letter in sent_there if letter.kind not in closing and letter.id not in followed]


def _findings(asked: Asked) -> Iterator[tuple[Finding, Reason]]:
    """Yield what the case's status, the letter it comes after and each condition say, that letter's consents too."""
    status = asked.facts.status
    if status not in written_while(asked.kind):
        yield _reasoned(Finding(Verdict.NOT_NOW, f"case_is_{status}"))
    yield _reasoned(_follows(asked))
    inherited = () if withdraws(asked.kind) else inherited_consents(asked)
    for condition in (*asked.kind.when, *inherited):
        finding = check_condition(condition, asked)
        waivable = condition.waivable and finding.code != CONSENT_MISSING
        if finding.against and waivable and (asked.kind.id, asked.body.id) in asked.facts.decisions:
            yield HOLDS, Reason("decided")
        else:
            yield _reasoned(finding, waivable=waivable or condition.condition is ConditionKind.DECISION)


def _lacking(purpose: Purpose) -> tuple[Finding, Reason]:
    return _reasoned(Finding(Verdict.NOT_NOW, CONSENT_MISSING, purpose))


def _reasoned(finding: Finding, *, waivable: bool = False) -> tuple[Finding, Reason]:
    return finding, Reason(finding.code, finding.about, waivable=waivable and finding.against is not None)


def _follows(asked: Asked) -> Finding:
    if not asked.kind.follows or asked.earlier is not None:
        return HOLDS
    waiting = _waiting(asked)
    if waiting and LetterState.NO_REPLY in asked.kind.follows:
        return Finding(Verdict.LATER, "awaits_reply", waiting[-1].id)
    return Finding(Verdict.NOT_NOW, "nothing_to_follow")


def _waiting(asked: Asked) -> list[LetterFact]:
    """List the letters whose answer is awaited and that one of this kind may follow if it fails to come."""
    return [
        letter
        for letter in _unfollowed(asked)
        if letter.state in AWAITING_REPLY
        and letter.kind != asked.kind.id
        and letter.kind not in asked.book.kinds_without_reply
    ]


def _so_far(asked: Asked, purposes: tuple[Purpose, ...]) -> tuple[Verdict, Reason] | None:
    """Say how far such letters have come: one is on its way, or each of its purposes has been served."""
    own = [letter for letter in _letters_to(asked) if letter.kind == asked.kind.id]
    under_way = UNSENT | (AWAITING_REPLY if asked.kind.awaits_reply else frozenset())
    moving = [letter for letter in own if letter.state in under_way]
    done = [letter for letter in own if letter.state in {LetterState.ANSWERED, *AWAITING_REPLY}]
    if asked.earlier is not None:
        return None
    if moving:
        code = "being_written" if moving[-1].state in UNSENT else "sent"
        return Verdict.UNDER_WAY, Reason(code, moving[-1].id)
    if done and (asked.kind.follows or {letter.purpose for letter in done}.issuperset(purposes)):
        code = "answered" if done[-1].state is LetterState.ANSWERED else "written"
        return Verdict.OVER, Reason(code, done[-1].id)
    return None


def _purposes(asked: Asked) -> tuple[Purpose, ...]:
    """Return what the letter can be for: a follow-up what the letter was for that it comes after."""
    kind, earlier = asked.kind, asked.earlier
    return (earlier.purpose,) if earlier is not None and earlier.purpose in kind.purposes else kind.purposes


def _may_be_told(asked: Asked, purpose: Purpose) -> bool:
    # A withdrawal is written because no consent holds any more.
    needs_none = not needs_consent(asked.kind, asked.body)
    return needs_none or bool(active_consents(asked.facts, purpose, asked.today, asked.body))


def _last_days(asked: Asked, findings: list[Finding]) -> Iterator[date]:
    """Yield the last days that conditions and the hard clocks on the body set; a body written to has met them."""
    yield from (finding.until for finding in findings if finding.until is not None)
    facts = asked.facts
    if asked.kind.follows or any(letter.taken_on for letter in _letters_to(asked)):
        return
    for rule in asked.book.cut_offs_by_letter.get(asked.body.id, ()):
        parted_on = facts.separation_on if rule.anchor is Anchor.SEPARATION else facts.disappearance[0]
        if parted_on is not None and rule.purpose in {None, *asked.kind.purposes}:
            last = unpaused_last_day(rule, parted_on, asked.book)
            if last >= asked.today:
                yield last


def _opens_on(asked: Asked) -> date | None:
    """Return the day after the one on which the answer is due that this kind waits for, as the clocks stand."""
    waits = asked.kind.follows and asked.earlier is None
    waiting = {letter.id for letter in _waiting(asked)} if waits else frozenset()
    running = (clock for clock in asked.facts.clocks if clock.state is ClockState.RUNNING)
    due = min((clock.due_on for clock in running if clock.anchor in waiting), default=None)
    return due + timedelta(days=1) if due is not None else None


def _procedure(asked: Asked) -> Literal["urgent", "standard"] | None:
    if asked.kind.urgent_within is None:
        return None
    facts = asked.facts
    urgent = is_urgent(asked.kind, *facts.disappearance, asked.today)
    return "urgent" if urgent else "standard"


def _letters_to(asked: Asked) -> list[LetterFact]:
    return [letter for letter in asked.facts.letters if letter.body == asked.body.id]
