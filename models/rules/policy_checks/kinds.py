"""Letter kinds: to bodies that are there, in their languages, in a tone that suits them, and when there is a reason."""

from collections.abc import Iterator, Mapping

from models.rules.letter_policy import Body, ConditionKind, LetterCondition, LetterKind
from models.rules.policy import MetBy
from models.rules.policy_checks.bodies import ACCUSING, ICRC
from models.rules.policy_checks.draft import PolicyDraft, Slip, SlipPath
from models.rules.policy_checks.names import FOR_PEOPLE, check_basis, check_body_ids, check_texts, in_order
from models.rules.policy_checks.parameters import Parameters, check_parameters, check_repeated
from models.rules.terms import Term
from models.statuses import LetterState, Purpose

TAKEN = (
    LetterState.SENT,
    LetterState.ACKNOWLEDGED,
    LetterState.ANSWERED,
    LetterState.REFUSED,
    LetterState.NO_REPLY,
)
"""The states of a letter that has reached its body: only then another can follow it."""
_ASKING = frozenset({Purpose.SEARCH, Purpose.RETURN, Purpose.ACCOUNTABILITY, Purpose.PUBLICITY})
_PARAMETERS: Mapping[ConditionKind, Parameters] = {
    ConditionKind.STAGES: Parameters(("stages",)),
    ConditionKind.LAST_SEEN_IN: Parameters(("territories",)),
    ConditionKind.WHEREABOUTS_UNKNOWN: Parameters(),
    ConditionKind.UNDER_AGE: Parameters(("years",)),
    ConditionKind.SEPARATED_WITHIN: Parameters(("term",)),
    ConditionKind.NOT_PENDING_WITH: Parameters(("bodies",)),
    ConditionKind.DECISION: Parameters(),
    ConditionKind.CONSENT_FOR: Parameters(("purpose",)),
    ConditionKind.NEW_SIGHTING: Parameters(),
    ConditionKind.CONSENT_ENDED: Parameters(),
}


def check_kinds(draft: PolicyDraft) -> Iterator[Slip]:
    """Check every letter kind: its bodies, purposes, subject, tone, conditions and what it follows."""
    for place, kind in draft.kinds.items():
        path = ("kinds", place)
        bodies = [body for body in draft.bodies.values() if body.id in kind.bodies]
        if not kind.bodies:
            yield Slip((*path, "bodies"), "nothing_named", "name at least one body that such letters go to")
        yield from check_body_ids(kind.bodies, (*path, "bodies"), draft)
        yield from check_repeated(kind.bodies, (*path, "bodies"))
        if not kind.purposes:
            yield Slip((*path, "purposes"), "nothing_named", "name at least one purpose")
        languages = (language for body in bodies for language in body.languages)
        yield from check_texts(kind.subject, (*path, "subject"), in_order((*FOR_PEOPLE, *languages)))
        for body in bodies:
            yield from _check_body(kind, body, path)
        yield from _check_order(kind, path)
        yield from _check_silence(kind, (*path, "bodies"), draft)
        for number, condition in enumerate(kind.when):
            yield from _check_condition(condition, (*path, "when", number), draft)


def _check_body(kind: LetterKind, body: Body, path: SlipPath) -> Iterator[Slip]:
    asking = [purpose for purpose in kind.purposes if purpose in _ASKING]
    if asking and not body.consent_required:
        advice = f"write `consent_required: true` for `{body.id}`, or delete the purposes {', '.join(asking)}"
        yield Slip((*path, "purposes"), "purpose_without_consent", advice)
    if body.category == ICRC and kind.tone in ACCUSING:
        advice = f"write `tone: humanitarian`, or take `{body.id}` out: a neutral intermediary is sent no accusation"
        yield Slip((*path, "tone"), "tone_wrong", advice)


def _check_order(kind: LetterKind, path: SlipPath) -> Iterator[Slip]:
    for place, state in enumerate(kind.follows):
        if state not in TAKEN:
            advice = f"write one of: {', '.join(TAKEN)}; a letter that has not arrived is not followed"
            yield Slip((*path, "follows", place), "state_wrong", advice)
    yield from check_repeated(kind.follows, (*path, "follows"))
    yield from _check_length(kind.urgent_within, (*path, "urgent_within"))


def _check_silence(kind: LetterKind, path: SlipPath, draft: PolicyDraft) -> Iterator[Slip]:
    """A letter that follows nothing but silence is never written where no clock notices any."""
    if kind.follows != (LetterState.NO_REPLY,) or draft.named.get("clocks", {}).keys() - draft.clocks.keys():
        return  # A clock that could not be read may be the one.
    awaited = {clock.body for clock in draft.clocks.values() if clock.met_by is MetBy.REPLY}
    for place, body in enumerate(kind.bodies):
        if body not in awaited and body in draft.known("bodies"):
            advice = f"add a clock with `met_by: reply` for `{body}`, or take it out: without one no silence is noticed"
            yield Slip((*path, place), "silence_unnoticed", advice)


def _check_condition(condition: LetterCondition, path: SlipPath, draft: PolicyDraft) -> Iterator[Slip]:
    yield from check_basis(condition.legal_basis, path)
    yield from check_parameters(condition.condition, condition, _PARAMETERS[condition.condition], path)
    yield from check_body_ids(condition.bodies, (*path, "bodies"), draft)
    yield from _check_length(condition.term, (*path, "term"))
    if condition.years < 0:
        yield Slip((*path, "years"), "number_beyond_sense", "write a number of 1 or more")
    if condition.condition is ConditionKind.DECISION and condition.waivable:
        advice = "delete `waivable`: this condition is itself the legal officer's decision"
        yield Slip((*path, "waivable"), "parameter_unused", advice)


def _check_length(term: Term | None, path: SlipPath) -> Iterator[Slip]:
    if term is not None and not term.count:
        yield Slip(path, "number_beyond_sense", "write a count of 1 or more")
