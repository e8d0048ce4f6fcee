"""When a calendar ends before a clock does: nothing is guessed, and a person hears of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import select

from casework.digest import write_digests
from casework.office import Office
from casework.watch import look_at_due
from integrations.calendars import Calendar
from integrations.clock import FixedClock
from models.records import Case, ClockRecord, NoticeRecord
from models.rules.rulebook import Rulebook
from models.statuses import ParcelKind
from tests.casework.letter_steps import parcels

OpenOne = Callable[..., str]


def ending(office: Office, on: date) -> Office:
    """The office with a Ukrainian calendar that nobody has extended beyond a day."""
    calendars = dict(office.book.calendars)
    ukraine = calendars["ukraine"]
    assert isinstance(ukraine, Calendar)
    calendars["ukraine"] = Calendar("ukraine", ukraine.rule.model_copy(update={"covers_until": on}))
    return replace(office, book=Rulebook(office.policy, calendars))


def test_a_clock_beyond_its_calendar_is_told_in_the_digest_and_caught_up_with_once_the_calendar_goes_on(
    office: Office, open_one: OpenOne, clock: FixedClock
) -> None:
    reference = open_one(office)
    short = ending(office, date(2026, 3, 10))
    clock.advance(timedelta(days=8))
    assert look_at_due(short, office.now()).faults == (reference,)
    with office.store.reading() as session:
        assert session.scalars(select(Case.flags)).one() == [["not_assessable", "calendar_not_covered"]]
        assert session.scalars(select(ClockRecord.id)).all() == []
    write_digests(short, office.now())
    (digest,) = [parcel for parcel in parcels(office) if parcel.kind is ParcelKind.DIGEST]
    assert digest.staff_id == "c-01"
    assert f"{reference} ·" in (digest.text or "")
    told = " ".join((digest.text or "").split())
    assert "календар робочих днів закінчується раніше за один із них" in told
    assert "скаже `dodomu health` (calendar_not_covered)" in told
    # The calendar is extended: within the hour the case is looked at, and what was due meanwhile fires.
    clock.advance(timedelta(hours=1))
    assert look_at_due(office, office.now()).faults == ()
    with office.store.reading() as session:
        assert session.scalars(select(NoticeRecord.rung)).all() == ["first_reminder"]
