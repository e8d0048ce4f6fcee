"""Which step a letter can take from which state, whose approval it still lacks, and what a reply makes of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from models.errors import RuleViolation
from models.rules.letter_policy import Approval
from models.statuses import LetterState, ReplyKind, Role


class LetterStep(StrEnum):
    """What a person does with a letter before it leaves."""

    APPROVE = "approve"
    REJECT = "reject"
    REVISE = "revise"
    RELEASE = "release"
    HAND_OVER = "hand_over"


_STEPS: Mapping[LetterStep, frozenset[LetterState]] = {
    LetterStep.APPROVE: frozenset({LetterState.DRAFT}),
    LetterStep.REJECT: frozenset({LetterState.DRAFT, LetterState.APPROVED}),
    LetterStep.REVISE: frozenset({LetterState.DRAFT, LetterState.APPROVED}),
    LetterStep.RELEASE: frozenset({LetterState.APPROVED}),
    LetterStep.HAND_OVER: frozenset({LetterState.APPROVED}),
}

# What was sent and what came back. Silence ends with any reply but an acknowledgement: what was asked is still owed.
_AFTER_REPLY: Mapping[LetterState, Mapping[ReplyKind, LetterState]] = {
    LetterState.SENT: {
        ReplyKind.ACKNOWLEDGEMENT: LetterState.ACKNOWLEDGED,
        ReplyKind.ANSWER: LetterState.ANSWERED,
        ReplyKind.REFUSAL: LetterState.REFUSED,
        ReplyKind.REQUEST_FOR_INFORMATION: LetterState.ACKNOWLEDGED,
    },
    LetterState.ACKNOWLEDGED: {
        ReplyKind.ACKNOWLEDGEMENT: LetterState.ACKNOWLEDGED,
        ReplyKind.ANSWER: LetterState.ANSWERED,
        ReplyKind.REFUSAL: LetterState.REFUSED,
        ReplyKind.REQUEST_FOR_INFORMATION: LetterState.ACKNOWLEDGED,
    },
    LetterState.NO_REPLY: {
        ReplyKind.ACKNOWLEDGEMENT: LetterState.NO_REPLY,
        ReplyKind.ANSWER: LetterState.ANSWERED,
        ReplyKind.REFUSAL: LetterState.REFUSED,
        ReplyKind.REQUEST_FOR_INFORMATION: LetterState.ACKNOWLEDGED,
    },
    LetterState.ANSWERED: {
        ReplyKind.ACKNOWLEDGEMENT: LetterState.ANSWERED,
        ReplyKind.ANSWER: LetterState.ANSWERED,
        ReplyKind.REFUSAL: LetterState.REFUSED,
        ReplyKind.REQUEST_FOR_INFORMATION: LetterState.ANSWERED,
    },
    LetterState.REFUSED: {
        ReplyKind.ACKNOWLEDGEMENT: LetterState.REFUSED,
        ReplyKind.ANSWER: LetterState.ANSWERED,
        ReplyKind.REFUSAL: LetterState.REFUSED,
        ReplyKind.REQUEST_FOR_INFORMATION: LetterState.ACKNOWLEDGED,
    },
}


@dataclass(frozen=True, slots=True)
class Approver:
    """A person who approves, in the role of the account used. Persons are counted, not accounts."""

    person_no: int
    role: Role


def require_step(step: LetterStep, state: LetterState) -> None:
    """Refuse a step that a letter in this state cannot take. Raises RuleViolation `letter_is_<state>`."""
    if state not in _STEPS[step]:
        code = f"letter_is_{state}"
        possible = " or ".join(sorted(_STEPS[step]))
        raise RuleViolation(code, f"this can be done to a letter that is {possible}", step=step.value)


def require_approver(approver: Approver, drafter_no: int | None, before: Iterable[Approver]) -> None:
    """Refuse the drafter, under whatever account, and whoever has approved already.

    Raises RuleViolation `own_draft`, `approved_already`.
    """
    if approver.person_no == drafter_no:
        raise RuleViolation("own_draft", "a letter is approved by somebody who did not draft it")
    if any(approver.person_no == other.person_no for other in before):
        raise RuleViolation("approved_already", "each person approves once; another person is needed")


def approvals_lacking(rule: Approval, approvers: Iterable[Approver]) -> tuple[int, bool]:
    """Return how many people still have to approve, and whether one of them must be a legal officer."""
    roles = {approver.person_no: approver.role for approver in approvers}
    legal = rule.legal_officer and Role.LEGAL_OFFICER not in roles.values()
    return max(rule.people - len(roles), int(legal)), legal


def after_reply(state: LetterState, kind: ReplyKind) -> LetterState:
    """Return the state of a letter after a reply. Raises RuleViolation `letter_not_sent` for one that never left."""
    if state not in _AFTER_REPLY:
        raise RuleViolation("letter_not_sent", "a reply belongs to a letter that has been sent", state=state.value)
    return _AFTER_REPLY[state][kind]
