"""Snoozing: a rung put off once, with a reason, by those who may; and the cut-off that never is."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from casework.office import Office
from casework.snoozing import Snoozed, snooze_rung
from casework.status import suspend
from casework.watch import look_at_due
from integrations.clock import FixedClock
from models.errors import DodomuError
from models.records import AT_ONCE, Case, JournalRecord, LetterRecord, NoticeRecord
from models.rules.policy import After
from models.statuses import LetterState
from tests.casework.letter_steps import journal_of, released

OpenOne = Callable[..., str]


def snooze(office: Office, reference: str, until: str = "2026-03-12", **changed: str) -> Snoozed:
    words = {"rule": "stage.reported", "rung": "first_reminder", "reason": "Заявник у лікарні.", "actor": "c-01"}
    return snooze_rung(office, reference, until_on=date.fromisoformat(until), now=office.now(), **words | changed)


def looked_at(office: Office, open_one: OpenOne, **overrides: str) -> str:
    reference = open_one(office, **overrides)
    look_at_due(office, office.now())
    return reference


def fired(office: Office) -> list[str]:
    with office.store.reading() as session:
        return list(session.scalars(select(NoticeRecord.rung).order_by(NoticeRecord.id)))


def test_a_snoozed_rung_fires_on_the_morning_of_its_new_day_and_once(
    either_office: Office, open_one: OpenOne, clock: FixedClock
) -> None:
    office = either_office
    reference = looked_at(office, open_one)
    assert snooze(office, reference) == Snoozed(
        reference, "stage.reported", "reported#1", "first_reminder", date(2026, 3, 12)
    )
    clock.advance(timedelta(days=9))  # Wednesday the 11th: the rung's own day was the 9th
    look_at_due(office, office.now())
    assert fired(office) == []
    clock.advance(timedelta(days=1))
    look_at_due(office, office.now())
    look_at_due(office, office.now())
    assert fired(office) == ["first_reminder"]


def test_the_case_is_due_for_a_look_and_the_reason_is_sealed(office: Office, open_one: OpenOne) -> None:
    reference = looked_at(office, open_one)
    snooze(office, reference)
    with office.store.reading() as session:
        case = session.scalars(select(Case)).one()
        entry = session.scalars(select(JournalRecord).where(JournalRecord.kind == "rung_snoozed")).one()
    assert case.next_look_at == AT_ONCE
    assert entry.sealed is not None
    assert "лікарні".encode() not in entry.sealed
    assert entry.actor == "c-01"
    assert entry.body == {
        "rule": "stage.reported",
        "anchor": "reported#1",
        "rung": "first_reminder",
        "until_on": "2026-03-12",
    }


def test_a_rung_is_put_off_once(office: Office, open_one: OpenOne) -> None:
    reference = looked_at(office, open_one)
    snooze(office, reference)
    with pytest.raises(DodomuError, match="rung_snoozed"):
        snooze(office, reference, until="2026-03-13")


@pytest.mark.parametrize("until", ["2026-03-09", "2026-03-14", "2026-03-01"])
def test_a_rung_is_put_off_to_after_its_day_and_before_the_next_rung_s(
    office: Office, open_one: OpenOne, until: str
) -> None:
    reference = looked_at(office, open_one)
    with pytest.raises(DodomuError, match="snooze_day_unusable") as refused:
        snooze(office, reference, until=until)
    assert refused.value.advice == "from 2026-03-10 to 2026-03-13"


def test_the_last_rung_is_put_off_by_thirty_days_at_most(office: Office, open_one: OpenOne) -> None:
    reference = looked_at(office, open_one)
    with pytest.raises(DodomuError, match="snooze_day_unusable") as refused:
        snooze(office, reference, rung="ombudsman_help", until="2026-06-01")
    assert refused.value.advice == "from 2026-04-03 to 2026-05-02"
    assert snooze(office, reference, rung="ombudsman_help", until="2026-05-02").until_on == date(2026, 5, 2)


def test_a_rung_with_no_day_to_go_to_is_not_put_off(office: Office, open_one: OpenOne, clock: FixedClock) -> None:
    reference = looked_at(office, open_one)
    clock.advance(timedelta(days=11))  # nobody has looked since, and tomorrow is the next rung's day
    with pytest.raises(DodomuError, match="snooze_day_unusable") as refused:
        snooze(office, reference, until="2026-03-20")
    assert "leaves no day" in refused.value.advice


def test_what_has_been_told_is_not_put_off(office: Office, open_one: OpenOne, clock: FixedClock) -> None:
    reference = looked_at(office, open_one)
    clock.advance(timedelta(days=8))
    look_at_due(office, office.now())
    with pytest.raises(DodomuError, match="rung_fired"):
        snooze(office, reference)


def test_a_cut_off_is_never_put_off(office: Office, open_one: OpenOne) -> None:
    reference = looked_at(office, open_one, separation__on="2026-02-01")
    with pytest.raises(DodomuError, match="cutoff_not_snoozable"):
        snooze(office, reference, rule="cut_off.ombudsman_one_year", rung="month_left", actor="s-01")


def test_only_the_case_s_coordinator_or_a_supervisor_puts_off(office: Office, open_one: OpenOne) -> None:
    reference = looked_at(office, open_one)
    for other in ("c-02", "l-01", "h-01"):
        with pytest.raises(DodomuError, match="role_not_allowed"):
            snooze(office, reference, actor=other)
    assert snooze(office, reference, actor="s-01").rung == "first_reminder"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"rule": "stage.nowhere"}, "clock_rule_not_found"),
        ({"rung": "nowhere"}, "rung_not_found"),
        ({"rule": "stage.located", "rung": "first_reminder"}, "clock_not_running"),
        ({"anchor": "2026-000009"}, "clock_not_running"),
        ({"reason": " "}, "reason_missing"),
    ],
)
def test_what_there_is_not_is_not_put_off(
    office: Office, open_one: OpenOne, changed: dict[str, str], code: str
) -> None:
    reference = looked_at(office, open_one)
    with pytest.raises(DodomuError, match=code):
        snooze(office, reference, **changed)


def test_a_case_that_rests_has_nothing_to_put_off(office: Office, open_one: OpenOne) -> None:
    reference = looked_at(office, open_one)
    suspend(office, reference, reason="Пауза.", now=office.now(), actor="c-01")
    with pytest.raises(DodomuError, match="case_is_suspended"):
        snooze(office, reference)


def test_of_two_letters_the_one_meant_is_named_by_its_number(
    office: Office, open_one: OpenOne, clock: FixedClock
) -> None:
    reference = looked_at(office, open_one)
    numbers = [released(office, reference) for _ in range(2)]
    with office.store.writing() as session:
        sent = {"state": LetterState.SENT, "taken_on": date(2026, 3, 2), "taken_at": office.now()}
        session.execute(update(LetterRecord).values(sent))
    look_at_due(office, office.now())
    which = {"rule": "reply.ombudsman_ua", "rung": "overdue", "until": "2026-04-08"}
    with pytest.raises(DodomuError, match="anchor_ambiguous"):
        snooze(office, reference, **which)
    put_off = snooze(office, reference, **which, anchor=numbers[1])
    with office.store.reading() as session:
        letter = session.scalars(select(LetterRecord).where(LetterRecord.number == numbers[1])).one()
    assert put_off.anchor == letter.id
    clock.advance(timedelta(days=32))
    look_at_due(office, office.now())
    assert fired(office).count("overdue") == 2  # the stage's own, and the other letter's


def test_a_rung_that_waits_for_a_refusal_is_not_put_off_before_one_has_come(office: Office, open_one: OpenOne) -> None:
    rule = office.policy.get_clock("reply.ombudsman_ua")
    rung = next(each for each in rule.rungs if each.after is After.REFUSAL)
    reference = looked_at(office, open_one)
    released(office, reference)
    with office.store.writing() as session:
        session.execute(update(LetterRecord).values(state=LetterState.SENT, taken_on=date(2026, 3, 2)))
    with pytest.raises(DodomuError, match="rung_not_open"):
        snooze(office, reference, rule=rule.id, rung=rung.id)


def test_a_birthday_s_rung_leaves_no_day_in_the_journal(office: Office, open_one: OpenOne) -> None:
    rule = office.policy.get_clock("eighteenth_birthday")
    reference = looked_at(office, open_one, child__birth_on="2008-04-10")
    snooze(office, reference, rule=rule.id, rung=rule.rungs[0].id, until="2026-03-20")
    body = next(body for kind, body in journal_of(office, reference) if kind == "rung_snoozed")
    assert "until_on" not in body
