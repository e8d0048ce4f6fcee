"""A body's entry in the directory: all that the policy says about it, and nothing of the others."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from models.errors import NotFound
from models.rules.directory import address_on, look_up
from models.rules.letter_policy import DatedAddress
from models.rules.policy import Anchor, MetBy, Policy
from models.statuses import RungKind
from tests.models.rules.policy_entries import BODY, CATEGORY, CLOCK, KIND, RUNG
from tests.models.rules.rule_book import POLICY

OLD = DatedAddress("2025-01-01", {"en": ("Old street",)})
NEW = DatedAddress("2026-03-02", {"en": ("New street",)})
OFFICE = replace(BODY, addresses=(NEW, OLD))
LAPSED = replace(RUNG, id="lapsed", at_day=31, kind=RungKind.OVERDUE)
LATER = replace(RUNG, id="later", at_day=45, kind=RungKind.ESCALATION)
REPLY = replace(
    CLOCK, id="reply", anchor=Anchor.LETTER_TAKEN, met_by=MetBy.REPLY, body="office", rungs=(RUNG, LAPSED, LATER)
)
CUT_OFF = replace(CLOCK, id="cut_off", met_by=MetBy.LETTER_TO, body="office")
ELSEWHERE = replace(REPLY, id="elsewhere", body="another")
BOTH = replace(KIND, id="both.thanks", bodies=("another", "office"))
ANOTHER = replace(KIND, id="another.request", bodies=("another",))
MONDAY = date(2026, 3, 2)


def policy_of(**parts: Any) -> Policy:
    given: dict[str, Any] = {
        "bodies": (OFFICE, replace(BODY, id="another")),
        "kinds": (KIND, BOTH, ANOTHER),
        "clocks": (CLOCK, REPLY, CUT_OFF, ELSEWHERE),
        "categories": (CATEGORY,),
    }
    return replace(POLICY, **{**given, **parts})


def test_an_entry_brings_together_what_stands_in_many_files() -> None:
    entry = look_up(policy_of(), "office", MONDAY)
    assert (entry.body, entry.category, entry.address) == (OFFICE, CATEGORY, NEW)
    assert [kind.id for kind in entry.kinds] == ["office.request", "both.thanks"]
    assert [(term.clock.id, term.next_rung) for term in entry.reply_terms] == [("reply", LAPSED)]


def test_a_body_that_owes_no_reply_has_no_term_and_one_that_only_reminds_has_no_next_rung() -> None:
    assert look_up(policy_of(clocks=(CLOCK,)), "office", MONDAY).reply_terms == ()
    only_reminds = replace(REPLY, rungs=(RUNG,))
    (term,) = look_up(policy_of(clocks=(only_reminds,)), "office", MONDAY).reply_terms
    assert term.next_rung is None


@pytest.mark.parametrize(
    ("day", "address"), [(date(2024, 12, 31), None), (date(2025, 1, 1), OLD), (date(2026, 3, 1), OLD), (MONDAY, NEW)]
)
def test_an_address_holds_from_its_day_until_the_next(day: date, address: DatedAddress | None) -> None:
    assert address_on(OFFICE, day) == address


def test_a_body_that_is_not_there_is_not_made_up() -> None:
    with pytest.raises(NotFound, match="body_not_found"):
        look_up(policy_of(), "nobody", MONDAY)
