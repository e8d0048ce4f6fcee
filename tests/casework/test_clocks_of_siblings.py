"""One letter about two children: each case has its own ladder, and what befalls one takes no rung from the other."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from casework.erasing import erase
from casework.letters import approve_letter, draft_letter, hand_over_letter
from casework.office import Office
from casework.replies import record_reply
from casework.status import close, reopen, resume, step_back, suspend
from casework.watch import look_at_due
from integrations.clock import FixedClock
from models.records import Case, ClockRecord, NoticeRecord
from models.statuses import ClockState, ClosingReason, LetterState, NoticeState, Purpose, ReplyKind, Stage
from tests.casework.letter_steps import journal_of, letter_of

OpenOne = Callable[..., str]
REPLY = "reply.ombudsman_ua"


@pytest.fixture
def letter(either_office: Office, open_one: OpenOne) -> tuple[Office, str, str, str]:
    """An office, a letter about two children that was handed over on Monday 2 March 2026, and both references."""
    office = either_office
    first, second = open_one(office), open_one(office, child__given_name="Ярина")
    number = draft_letter(
        office,
        first,
        kind="ombudsman_ua.request",
        purpose=Purpose.SEARCH,
        beside=[second],
        now=office.now(),
        actor="c-01",
    )
    approve_letter(office, number, now=office.now(), actor="c-02")
    hand_over_letter(office, number, date(2026, 3, 2), now=office.now(), actor="c-01")
    look_at_due(office, office.now())
    return office, number, first, second


def watch(office: Office, days: int) -> None:
    """Look on that day after the letter's, at ten in the morning; the machine's clock agrees."""
    at = office.clock.now().replace(day=2, month=3) + timedelta(days=days, hours=1)
    office.clock = FixedClock(at)
    look_at_due(office, at)
    look_at_due(office, at)
    office.clock = FixedClock(at - timedelta(days=days, hours=1))


def told(office: Office, reference: str, rule: str = REPLY) -> list[tuple[str, NoticeState]]:
    query = select(NoticeRecord.rung, NoticeRecord.state).join(Case, Case.id == NoticeRecord.case_id)
    mine = query.where(Case.reference == reference, NoticeRecord.rule == rule).order_by(NoticeRecord.due_at)
    with office.store.reading() as session:
        return [(rung, state) for rung, state in session.execute(mine)]


def state(office: Office, reference: str) -> ClockState:
    query = select(ClockRecord.state).join(Case, Case.id == ClockRecord.case_id)
    with office.store.reading() as session:
        return session.scalars(query.where(Case.reference == reference, ClockRecord.rule == REPLY)).one()


def on_day(office: Office, days: int) -> dict[str, object]:
    return {"reason": "вигадано", "now": office.now() + timedelta(days=days), "actor": "s-01"}


FIRED = [("overdue", NoticeState.FIRED), ("extension_over", NoticeState.FIRED)]


def test_silence_seen_in_one_case_takes_no_rung_from_the_other(letter: tuple[Office, str, str, str]) -> None:
    office, number, first, second = letter
    suspend(office, first, **on_day(office, 5))  # type: ignore[arg-type] # a step's words
    resume(office, first, **on_day(office, 15))  # type: ignore[arg-type] # as above
    watch(office, 33)
    assert letter_of(office, number).state is LetterState.NO_REPLY
    assert (told(office, first), told(office, second)) == ([], FIRED[:1])
    for days in (43, 46, 57, 60):
        watch(office, days)
    assert told(office, first) == told(office, second) == FIRED
    for reference in (first, second):
        assert [kind for kind, _ in journal_of(office, reference)].count("no_reply") == 1


def test_a_late_reply_ends_both_ladders_at_once(letter: tuple[Office, str, str, str]) -> None:
    office, number, first, second = letter
    watch(office, 33)
    later = office.now() + timedelta(days=34)
    record_reply(office, number, kind=ReplyKind.ANSWER, received_on=later.date(), now=later, actor="c-01")
    watch(office, 60)
    assert told(office, first) == told(office, second) == FIRED[:1]
    assert state(office, first) is state(office, second) is ClockState.MET


@pytest.mark.parametrize("erased", [0, 1])
def test_erasing_one_child_loses_no_rung_of_the_other(letter: tuple[Office, str, str, str], erased: int) -> None:
    office, _, *both = letter
    erase(office, both[erased], office.now(), "s-01")
    for days in (33, 47):
        watch(office, days)
    assert told(office, both[erased]) == []
    assert told(office, both[1 - erased]) == FIRED


@pytest.mark.parametrize("erased", [0, 1])
def test_erasing_one_child_does_not_keep_the_other_s_answer_out(
    letter: tuple[Office, str, str, str], erased: int
) -> None:
    office, number, *both = letter
    erase(office, both[erased], office.now(), "s-01")
    later = office.now() + timedelta(days=34)
    record_reply(office, number, kind=ReplyKind.ANSWER, received_on=later.date(), now=later, actor="c-01")
    watch(office, 60)
    assert told(office, both[1 - erased]) == []
    assert state(office, both[1 - erased]) is ClockState.MET


def test_a_case_closed_as_a_second_application_and_reopened_repeats_and_loses_nothing(
    letter: tuple[Office, str, str, str],
) -> None:
    office, _, first, second = letter
    watch(office, 33)
    close(office, first, closed_as=ClosingReason.NOT_A_CASE, **on_day(office, 34))  # type: ignore[arg-type] # a step's words
    watch(office, 50)
    assert (told(office, first), told(office, second)) == (FIRED[:1], FIRED)
    reopen(office, first, **on_day(office, 54))  # type: ignore[arg-type] # as above
    watch(office, 55)
    assert told(office, first) == FIRED[:1]
    watch(office, 34 + 20 + 12)
    assert told(office, first) == FIRED


def test_a_step_back_begins_a_ladder_anew_and_repeats_none(office: Office, open_one: OpenOne) -> None:
    from casework.facts import confirm_standing  # noqa: PLC0415 - used here alone

    reference = open_one(office)
    watch(office, 8)
    confirm_standing(office, reference, now=office.now() + timedelta(days=8), actor="c-01")
    watch(office, 9)
    step_back(office, reference, to_stage=Stage.REPORTED, **on_day(office, 10))  # type: ignore[arg-type] # a step's words
    for days in (11, 18, 18):
        watch(office, days)
    assert told(office, reference, "stage.reported") == [("first_reminder", NoticeState.FIRED)] * 2
