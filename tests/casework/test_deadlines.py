"""Deadlines as they are told: since when they count, how exactly that is known, what is put off, who is here."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from casework.deadlines import TOLD_OF, deadlines_of
from casework.office import Office
from casework.snoozing import snooze_rung
from casework.told import Deadline
from casework.watch import look_at_due
from models.records import Case, ClockRecord, LetterRecord
from models.statuses import Precision
from tests.casework.letter_steps import released

OpenOne = Callable[..., str]


def told(office: Office, rule: str, here: frozenset[str] = frozenset({"c-01"})) -> Deadline:
    """Read the one clock of a rule."""
    with office.store.reading() as session:
        query = select(*TOLD_OF).join(Case, Case.id == ClockRecord.case_id).where(ClockRecord.rule == rule)
        (deadline,) = deadlines_of(office, session, session.execute(query).all(), here, office.book.today(office.now()))
    return deadline


def test_a_deadline_says_since_when_and_until_when_a_rung_is_put_off(either_office: Office, open_one: OpenOne) -> None:
    office = either_office
    reference = open_one(office)
    look_at_due(office, office.now())
    for rung, day in (("first_reminder", date(2026, 3, 10)), ("overdue", date(2026, 3, 20))):
        which = (reference, "stage.reported", rung)
        snooze_rung(office, *which, until_on=day, reason="Later.", now=office.now(), actor="c-01")
    deadline = told(office, "stage.reported")
    assert (deadline.reference, deadline.coordinator, deadline.due_on) == (reference, "c-01", date(2026, 3, 17))
    assert (deadline.anchor_on, deadline.counted_from) == (date(2026, 3, 2), Precision.DAY)
    assert deadline.snoozed_until == date(2026, 3, 20)


def test_a_coordinator_who_is_not_here_is_nobody(office: Office, open_one: OpenOne) -> None:
    open_one(office)
    look_at_due(office, office.now())
    assert told(office, "stage.reported", frozenset({"c-02"})).coordinator is None


@pytest.mark.parametrize(
    ("columns", "separation", "disappearance"),
    [
        ({}, Precision.DAY, Precision.DAY),
        ({"separation_precision": Precision.MONTH}, Precision.MONTH, Precision.MONTH),
        (
            {"separation_precision": Precision.MONTH, "disappeared_on": date(2026, 2, 1)},
            Precision.MONTH,
            Precision.DAY,
        ),
        (
            {"disappeared_on": date(2026, 1, 1), "disappeared_precision": Precision.YEAR},
            Precision.DAY,
            Precision.YEAR,
        ),
    ],
)
def test_how_exactly_the_parting_is_known_is_the_parting_s_own(
    office: Office, open_one: OpenOne, columns: dict[str, object], separation: Precision, disappearance: Precision
) -> None:
    open_one(office, separation__on="2026-02-01")
    with office.store.writing() as session:
        session.execute(update(Case).values({"separation_precision": None, **columns}))
    look_at_due(office, office.now() + timedelta(hours=1))
    assert told(office, "cut_off.ombudsman_one_year").counted_from is separation
    assert told(office, "cut_off.wgeid_urgent").counted_from is disappearance
    assert told(office, "stage.reported").counted_from is Precision.DAY


def test_how_exactly_a_birthday_is_known_is_said_with_it(office: Office, open_one: OpenOne) -> None:
    open_one(office, child__birth_on="2008-05")
    look_at_due(office, office.now())
    birthday = told(office, "eighteenth_birthday")
    assert (birthday.due_on, birthday.counted_from) == (date(2026, 5, 1), Precision.MONTH)


def test_a_birthday_of_a_store_that_knew_days_alone_is_known_to_the_day(office: Office, open_one: OpenOne) -> None:
    open_one(office, child__birth_on="2008-05-09")
    look_at_due(office, office.now())
    with office.store.writing() as session:
        session.execute(update(Case).values(adult_precision=None))
    assert told(office, "eighteenth_birthday").counted_from is Precision.DAY


def test_a_letter_is_told_by_its_number(office: Office, open_one: OpenOne) -> None:
    number = released(office, open_one(office))
    look_at_due(office, office.now())
    with office.store.writing() as session:
        letter = session.scalars(select(LetterRecord.id)).one()
        session.execute(update(ClockRecord).where(ClockRecord.rule == "stage.reported").values(anchor=letter))
    assert told(office, "stage.reported").letter == number
