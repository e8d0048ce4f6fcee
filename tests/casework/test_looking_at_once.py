from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from casework.case_file import open_case
from casework.facts import confirm_standing
from casework.journal_rows import list_entries
from casework.office import Office
from casework.reconcile import Look, reconcile_case
from casework.watch import look_at_due
from models.errors import RuleViolation
from models.records import Case, NoticeRecord
from models.statuses import Outcome, Stage

BEYOND_THE_CALENDAR = datetime(2031, 6, 2, 7, tzinfo=UTC)
Opener = Callable[..., str]


def heard(office: Office) -> list[Look]:
    """What the office is told of looks from now on."""
    looks: list[Look] = []
    office.on_look = looks.append
    return looks


def row_of(office: Office, reference: str) -> Case:
    with office.store.reading() as session:
        return session.scalars(select(Case).where(Case.reference == reference)).one()


def kinds(office: Office, reference: str) -> list[str]:
    with office.store.reading() as session:
        return [stored.entry.kind for stored in list_entries(session, reference)]


def work_that_fails(office: Office, reference: str) -> None:
    with open_case(office, reference, office.now(), "c-01") as file:
        file.journal("made_up")
        raise RuleViolation("made_up")


def test_a_fact_moves_its_case_in_the_transaction_that_records_it(either_office: Office, open_one: Opener) -> None:
    office = either_office
    reference, looks = open_one(office), heard(office)
    reconcile_case(office, reference, office.now())
    confirm_standing(office, reference, now=office.now(), actor="c-01")
    (look,) = looks
    assert (look.reference, look.outcome, look.stages_entered) == (reference, Outcome.MOVED, (Stage.IDENTIFIED,))
    case = row_of(office, reference)
    assert (case.stage, case.looked_at) == (Stage.IDENTIFIED, office.now())
    assert case.next_look_at is not None
    assert case.next_look_at > office.now()
    journal = kinds(office, reference)
    assert journal.index("standing_confirmed") < journal.index("stage_entered")


def test_what_was_looked_at_once_leaves_nothing_for_the_watch(office: Office, open_one: Opener) -> None:
    reference, looks = open_one(office), heard(office)
    confirm_standing(office, reference, now=office.now(), actor="c-01")
    before = kinds(office, reference)
    assert look_at_due(office, office.now()).looked == 0
    assert reconcile_case(office, reference, office.now()).outcome is not Outcome.MOVED
    assert kinds(office, reference) == before
    assert len(looks) == 1


def test_looked_at_once_or_by_the_watch_a_case_comes_to_the_same(office: Office, open_one: Opener) -> None:
    at_once, by_the_watch = open_one(office), open_one(office, **{"child.given_name": "Вигадана"})
    heard(office)
    confirm_standing(office, at_once, now=office.now(), actor="c-01")
    office.on_look = None
    confirm_standing(office, by_the_watch, now=office.now(), actor="c-01")
    assert look_at_due(office, office.now()).looked == 1
    one, other = row_of(office, at_once), row_of(office, by_the_watch)
    for column in ("stage", "outcome", "flags", "missing", "next_look_at", "looked_at"):
        assert getattr(one, column) == getattr(other, column)
    assert sorted(kinds(office, at_once)) == sorted(kinds(office, by_the_watch))


def test_work_that_fails_is_not_looked_at(office: Office, open_one: Opener) -> None:
    reference, looks = open_one(office), heard(office)

    with pytest.raises(RuleViolation, match="made_up"):
        work_that_fails(office, reference)
    assert looks == []
    assert "made_up" not in kinds(office, reference)


def test_every_case_at_hand_is_looked_at(either_office: Office, open_one: Opener) -> None:
    office = either_office
    one, other, looks = open_one(office), open_one(office), heard(office)
    with open_case(office, other, office.now(), "c-01", along=[one]):
        pass
    assert sorted(look.reference for look in looks) == [one, other]


def test_a_fact_is_kept_where_its_case_cannot_be_looked_at(office: Office, open_one: Opener) -> None:
    reference, looks = open_one(office), heard(office)
    confirm_standing(office, reference, now=BEYOND_THE_CALENDAR, actor="c-01")
    (look,) = looks
    assert look.fault == "calendar_not_covered"
    case: Any = row_of(office, reference)
    assert case.standing_confirmed_on is not None
    assert case.flags == [["not_assessable", "calendar_not_covered"]]


def test_a_look_that_cannot_be_written_takes_the_fact_back(
    office: Office, open_one: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference, looks = open_one(office), heard(office)
    monkeypatch.setattr("casework.case_file.reconcile_locked", lambda *_: (_ for _ in ()).throw(RuleViolation("full")))
    with pytest.raises(RuleViolation, match="full"):
        confirm_standing(office, reference, now=office.now(), actor="c-01")
    assert looks == []
    assert row_of(office, reference).standing_confirmed_on is None
    with office.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(NoticeRecord)) == 0
