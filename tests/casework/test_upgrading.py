"""What a new version learns of the cases that an older one opened."""

from collections.abc import Callable
from datetime import date

from sqlalchemy import select, update

from casework.erasing import erase
from casework.office import Office
from casework.upgrading import learn_birthdays
from casework.watch import look_at_due
from models.records import Case, ClockRecord
from models.statuses import Precision

OpenOne = Callable[..., str]


def test_the_birthdays_of_children_born_in_a_month_are_learnt_of_cases_that_are_there_already(
    either_office: Office, open_one: OpenOne
) -> None:
    office = either_office
    born_in_a_month = open_one(office, child__birth_on="2008-05")
    open_one(office, child__birth_on=None)
    gone = open_one(office, child__birth_on="2009")
    with office.store.writing() as session:
        session.execute(update(Case).values(adult_on=None, adult_precision=None))
    erase(office, gone, now=office.now(), actor="s-01")
    look_at_due(office, office.now())
    assert learn_birthdays(office, office.now()) == 1
    assert learn_birthdays(office, office.now()) == 0
    assert look_at_due(office, office.now()).looked == 1
    with office.store.reading() as session:
        found = session.execute(select(Case.adult_on, Case.adult_precision).where(Case.reference == born_in_a_month))
        assert found.one() == (date(2026, 5, 1), Precision.MONTH)
        eighteen = select(ClockRecord.due_on).where(ClockRecord.rule == "eighteenth_birthday")
        assert session.scalars(eighteen).all() == [date(2026, 5, 1)]
