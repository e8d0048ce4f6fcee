"""A clock that ran ahead and is put right, a policy that changes while a watch is at work: nothing is lost."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from casework import policy_in_force
from casework.facts import confirm_standing
from casework.office import Office
from casework.policy_in_force import heed_clock, heed_policy
from casework.status import assign, close, reopen
from casework.watch import look_at_due
from integrations.clock import FixedClock
from models.records import AT_ONCE, Case, JournalRecord, NoticeRecord
from models.statuses import ClosingReason, NoticeState, Stage

OpenOne = Callable[..., str]
AHEAD = datetime(2027, 6, 1, 7, tzinfo=UTC)
BEYOND_ALL_CALENDARS = datetime(2029, 6, 1, 7, tzinfo=UTC)


def watch(office: Office, at: datetime) -> None:
    office.clock = FixedClock(at)
    look_at_due(office, at)


def told(office: Office) -> list[tuple[str, NoticeState]]:
    with office.store.reading() as session:
        query = select(NoticeRecord.rung, NoticeRecord.state).where(NoticeRecord.rule == "stage.reported")
        return [(rung, state) for rung, state in session.execute(query.order_by(NoticeRecord.id))]


def next_looks(office: Office) -> list[datetime | None]:
    with office.store.reading() as session:
        return list(session.scalars(select(Case.next_look_at).order_by(Case.id)))


def test_what_is_recorded_under_a_clock_that_runs_ahead_puts_off_no_rung(
    either_office: Office, open_one: OpenOne
) -> None:
    office, now = either_office, either_office.now()
    reference = open_one(office)
    watch(office, now)
    assign(office, reference, coordinator="c-02", now=AHEAD, actor="s-01")
    watch(office, now + timedelta(days=8))
    assert told(office) == [("first_reminder", NoticeState.FIRED)]


@pytest.mark.parametrize("ahead", [timedelta(minutes=20), timedelta(hours=1), timedelta(hours=80)])
def test_what_was_recorded_before_a_clock_is_put_back_is_looked_at_by_the_clock_put_right(
    either_office: Office, open_one: OpenOne, ahead: timedelta
) -> None:
    office, now = either_office, either_office.now()
    reference = open_one(office)
    watch(office, now)
    close(office, reference, closed_as=ClosingReason.NOT_A_CASE, reason="вигадано", now=now, actor="s-01")
    watch(office, now)
    reopen(office, reference, reason="вигадано", now=now + ahead, actor="s-01")
    assert look_at_due(office, now).looked == 1


def test_a_case_without_a_next_look_is_due_at_once(office: Office, open_one: OpenOne) -> None:
    reference, now = open_one(office), office.now()
    close(office, reference, closed_as=ClosingReason.NOT_A_CASE, reason="вигадано", now=now, actor="s-01")
    watch(office, now)
    assert next_looks(office) == [None]
    reopen(office, reference, reason="вигадано", now=now, actor="s-01")
    assert next_looks(office) == [AT_ONCE]


def test_what_no_calendar_could_carry_is_looked_at_once_the_clock_is_right(
    either_office: Office, open_one: OpenOne
) -> None:
    office, now = either_office, either_office.now()
    reference = open_one(office)
    watch(office, now)
    confirm_standing(office, reference, now=now, actor="c-01")
    watch(office, BEYOND_ALL_CALENDARS)
    assert next_looks(office) == [BEYOND_ALL_CALENDARS + timedelta(hours=1)]
    watch(office, now)
    with office.store.reading() as session:
        assert session.scalars(select(Case.stage)).one() is Stage.IDENTIFIED
        entry = session.scalars(select(JournalRecord).where(JournalRecord.kind == "clock_moved_back")).one()
    assert entry.body == {"from": BEYOND_ALL_CALENDARS.isoformat(), "to": now.isoformat()}


def test_a_clock_put_right_is_heeded_once_and_a_small_step_not_at_all(office: Office, open_one: OpenOne) -> None:
    open_one(office)
    now = office.now()
    watch(office, now + timedelta(days=1))
    watch(office, now)
    watch(office, now)
    watch(office, now - timedelta(minutes=59))
    with office.store.reading() as session:
        kinds = list(session.scalars(select(JournalRecord.kind).where(JournalRecord.chain == "office")))
    assert kinds.count("clock_moved_back") == 1


def with_early_rung(office: Office) -> Office:
    """The same office under a policy that has gained a rung on the second day."""
    rule = office.policy.get_clock("stage.reported")
    early = replace(rule.rungs[0], id="early", at_day=2)
    clocks = tuple(
        replace(each, rungs=(early, *each.rungs)) if each.id == rule.id else each for each in office.policy.clocks
    )
    return replace(office, book=replace(office.book, policy=replace(office.policy, version="v2", clocks=clocks)))


def test_a_watch_at_work_when_the_policy_changes_leaves_the_rest_to_the_new_one(
    either_office: Office, open_one: OpenOne, monkeypatch: pytest.MonkeyPatch
) -> None:
    office, now = either_office, either_office.now()
    for name in ("Ганна", "Ярина"):
        open_one(office, child__given_name=name)
    watch(office, now)
    changed = with_early_rung(office)

    def heed_and_change(at_work: Office, at: datetime) -> Any:
        """The policy changes just after the watch has asked which is in force."""
        heeded = heed_policy(at_work, at)
        if at_work is office:
            heed_policy(changed, at)
        return heeded

    monkeypatch.setattr("casework.watch.heed_policy", heed_and_change)
    assert look_at_due(office, now).looked == 0
    monkeypatch.undo()
    assert look_at_due(changed, now).looked == 2
    assert look_at_due(changed, now + timedelta(days=2)).notices == 2
    assert told(office) == [("early", NoticeState.FIRED)] * 2


def test_two_watches_that_both_see_the_clock_put_right_heed_it_once(
    either_office: Office, open_one: OpenOne, monkeypatch: pytest.MonkeyPatch
) -> None:
    office, now = either_office, either_office.now()
    open_one(office)
    watch(office, now + timedelta(days=1))
    office.clock = FixedClock(now)
    asked = policy_in_force._watched_at

    def ask_and_be_overtaken(at_work: Office) -> datetime | None:
        """The other watch heeds the clock just after this one has asked when the last watch was."""
        watched_at = asked(at_work)
        monkeypatch.undo()
        assert heed_clock(at_work, now)
        return watched_at

    monkeypatch.setattr(policy_in_force, "_watched_at", ask_and_be_overtaken)
    assert not heed_clock(office, now)
    with office.store.reading() as session:
        kinds = list(session.scalars(select(JournalRecord.kind).where(JournalRecord.chain == "office")))
    assert kinds.count("clock_moved_back") == 1
