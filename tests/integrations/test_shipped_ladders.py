"""The shipped ladders and the letters they order: at the right stage, and a second notice for every silence."""

from pathlib import Path

import pytest

from integrations.policy_files import load_policy
from models.rules.letter_policy import ConditionKind
from models.rules.policy import Anchor, ClockRule, MetBy, Policy
from models.statuses import RungKind

POLICY_FOLDER = Path(__file__).resolve().parents[2] / "policy"
SECOND_NOTICE = "follow_up.second_notice"
# Nothing is owed by them and nobody waits: the families, those who document or judge, and aggregates. The Working Group
# names no term either; what it answers is the government's.
UNTIMED = {"family", "coalition", "wgeid", "hrmmu", "coi_ukraine", "icc_otp", "register_of_damage"}


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(POLICY_FOLDER)


def reply_clocks(policy: Policy) -> list[ClockRule]:
    return [clock for clock in policy.clocks if clock.met_by is MetBy.REPLY]


def test_what_a_stages_ladder_orders_may_be_written_at_that_stage(policy: Policy) -> None:
    for clock in policy.clocks:
        orders = [order for rung in clock.rungs for order in rung.drafts if clock.anchor is Anchor.STAGE_ENTERED]
        for order in orders:
            conditions = policy.get_kind(order.kind).when
            stages = [each.stages for each in conditions if each.condition is ConditionKind.STAGES]
            assert all(clock.stage in each for each in stages), f"{clock.id}: {order.kind}"


def test_every_body_that_is_asked_has_a_day_on_which_its_answer_is_looked_for(policy: Policy) -> None:
    assert {clock.body for clock in reply_clocks(policy)} == {body.id for body in policy.bodies} - UNTIMED


def test_every_silence_has_a_second_notice_drafted_unless_only_a_person_writes(policy: Policy) -> None:
    for clock in reply_clocks(policy):
        overdue = [rung for rung in clock.rungs if rung.kind is RungKind.OVERDUE]
        ordered = {(order.kind, order.body) for rung in overdue for order in rung.drafts}
        by_person = policy.get_body(clock.body or "").by_person_only
        assert ordered == (set() if by_person else {(SECOND_NOTICE, clock.body)}), clock.id


def test_a_term_is_held_against_a_body_only_where_its_source_was_read(policy: Policy) -> None:
    cited = {clock.body for clock in reply_clocks(policy) if clock.cited}
    assert cited == {"ombudsman_ua", "ombudsman_ru", "childrens_commissioner_ru"}


def test_no_ladder_asks_for_an_accountability_filing(policy: Policy) -> None:
    ordered = {order.kind for clock in policy.clocks for rung in clock.rungs for order in rung.drafts}
    assert not {kind.id for kind in policy.kinds if kind.tone == "accountability"} & ordered
