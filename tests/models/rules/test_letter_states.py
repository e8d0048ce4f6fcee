"""Letters' states: which step from where, whose approval is lacking, what a reply makes of a letter."""

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import RuleViolation
from models.rules.letter_policy import Approval
from models.rules.letter_states import (
    Approver,
    LetterStep,
    after_reply,
    approvals_lacking,
    require_approver,
    require_step,
)
from models.statuses import LetterState, ReplyKind, Role

STEPS: Final = {
    "approve": {"draft"},
    "reject": {"draft", "approved"},
    "revise": {"draft", "approved"},
    "release": {"approved"},
    "hand_over": {"approved"},
}


@pytest.mark.parametrize("step", LetterStep)
@pytest.mark.parametrize("state", LetterState)
def test_a_step_is_taken_from_its_states_and_from_no_other(step: LetterStep, state: LetterState) -> None:
    if state.value in STEPS[step.value]:
        require_step(step, state)
        return
    with pytest.raises(RuleViolation) as refused:
        require_step(step, state)
    assert refused.value.code == f"letter_is_{state.value}"


# fmt: off
AFTER_REPLY: Final = [
    # state before    acknowledgement   answer      refusal    asks for information
    ("sent",         "acknowledged",   "answered", "refused", "acknowledged"),
    ("acknowledged", "acknowledged",   "answered", "refused", "acknowledged"),
    ("no_reply",     "no_reply",       "answered", "refused", "acknowledged"),
    ("answered",     "answered",       "answered", "refused", "answered"),
    ("refused",      "refused",        "answered", "refused", "acknowledged"),
]
# fmt: on
KINDS: Final = ("acknowledgement", "answer", "refusal", "request_for_information")


@pytest.mark.parametrize(
    ("before", "kind", "after"),
    [(row[0], kind, after) for row in AFTER_REPLY for kind, after in zip(KINDS, row[1:], strict=True)],
)
def test_a_reply_makes_of_a_sent_letter_what_the_table_says(before: str, kind: str, after: str) -> None:
    assert after_reply(LetterState(before), ReplyKind(kind)).value == after


@pytest.mark.parametrize("state", ["draft", "approved", "rejected", "queued", "stopped", "undeliverable"])
@pytest.mark.parametrize("kind", ReplyKind)
def test_nobody_replies_to_a_letter_that_never_left(state: str, kind: ReplyKind) -> None:
    with pytest.raises(RuleViolation) as refused:
        after_reply(LetterState(state), kind)
    assert refused.value.code == "letter_not_sent"


ONE: Final = Approval(people=1)
TWO_AND_LAWYER: Final = Approval(people=2, legal_officer=True)
LAWYER_ALONE: Final = Approval(people=1, legal_officer=True)
C, S, L = Approver(1, Role.COORDINATOR), Approver(3, Role.SUPERVISOR), Approver(4, Role.LEGAL_OFFICER)


@pytest.mark.parametrize(
    ("rule", "approvers", "people", "legal"),
    [
        (ONE, [], 1, False),
        (ONE, [C], 0, False),
        (TWO_AND_LAWYER, [], 2, True),
        (TWO_AND_LAWYER, [L], 1, False),
        (TWO_AND_LAWYER, [C], 1, True),
        (TWO_AND_LAWYER, [C, S], 1, True),
        (TWO_AND_LAWYER, [C, L], 0, False),
        (TWO_AND_LAWYER, [C, S, L], 0, False),
        (LAWYER_ALONE, [], 1, True),
        (LAWYER_ALONE, [S], 1, True),
        (LAWYER_ALONE, [L], 0, False),
    ],
)
def test_approvals_are_counted_by_people_and_the_lawyer_is_one_of_them(
    rule: Approval, approvers: list[Approver], people: int, *, legal: bool
) -> None:
    assert approvals_lacking(rule, approvers) == (people, legal)


@given(st.lists(st.sampled_from([C, S, L]), max_size=8))
def test_two_accounts_of_one_person_never_count_twice(approvers: list[Approver]) -> None:
    people, legal = approvals_lacking(TWO_AND_LAWYER, approvers)
    assert (people == 0) == (len({each.person_no for each in approvers}) >= 2 and L in approvers)
    assert legal == (L not in approvers)


def test_whoever_drafted_a_letter_does_not_approve_it_under_another_account_either() -> None:
    with pytest.raises(RuleViolation) as refused:
        require_approver(Approver(1, Role.SUPERVISOR), 1, [])
    assert refused.value.code == "own_draft"


def test_nobody_approves_twice() -> None:
    with pytest.raises(RuleViolation) as refused:
        require_approver(Approver(3, Role.LEGAL_OFFICER), 1, [C, S])
    assert refused.value.code == "approved_already"


def test_another_person_approves_and_what_the_engine_drafted_anybody_may_approve() -> None:
    require_approver(S, 1, [C])
    require_approver(C, None, [])
