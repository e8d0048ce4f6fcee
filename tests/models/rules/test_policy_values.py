"""The policy as a value: what is asked for by name is found, and what is not there is said so."""

from collections.abc import Callable

import pytest

from models.errors import NotFound
from models.rules.policy import Policy
from models.statuses import Stage
from tests.models.rules.rule_book import GATES, POLICY


def test_what_a_policy_holds_is_found_by_its_id() -> None:
    assert POLICY.get_clock("stage_reported").stage is Stage.REPORTED
    assert POLICY.get_body("icrc").id == "icrc"
    assert POLICY.get_kind("icrc_request").bodies == ("icrc",)
    assert POLICY.gate(Stage.LOCATED) == GATES[Stage.LOCATED]


@pytest.mark.parametrize(
    ("get", "code"),
    [
        (Policy.get_clock, "clock_rule_not_found"),
        (Policy.get_body, "body_not_found"),
        (Policy.get_kind, "letter_kind_not_found"),
    ],
)
def test_what_a_policy_does_not_hold_is_refused_with_what_it_does_hold(
    get: Callable[[Policy, str], object], code: str
) -> None:
    with pytest.raises(NotFound, match=code) as refused:
        get(POLICY, "nobody")
    known = {"clock_rule_not_found": "wgeid_urgent", "body_not_found": "icrc", "letter_kind_not_found": "icrc_request"}
    assert known[code] in str(refused.value)
