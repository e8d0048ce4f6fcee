"""Readers: deputies in the place of the absent, and mails when they are at work."""

from datetime import UTC, date, datetime, time

import pytest

from casework.absences import Absence
from casework.office import Office
from casework.readers import Readers, list_active_staff, read_readers
from casework.staff import deactivate_staff, set_hours
from models.errors import DodomuError
from models.records import Staff

MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)
MORNING = datetime(2026, 3, 2, 7, tzinfo=UTC)  # nine in Kyiv
EVENING = datetime(2026, 3, 2, 16, 30, tzinfo=UTC)  # half past six


def readers(office: Office, *absences: tuple[str, str, date, date]) -> Readers:
    """The office's staff, and who is away: staff, deputy, from, until."""
    with office.store.reading() as session:
        staff = list_active_staff(session)
    return Readers(office.book, staff, [Absence(who, begins, ends, by) for who, by, begins, ends in absences])


def one(found: Readers, staff_id: str) -> Staff:
    return next(each for each in found.staff if each.id == staff_id)


def test_without_hours_of_their_own_people_work_from_the_office_s_morning_until_six(office: Office) -> None:
    found = readers(office)
    assert found.route(one(found, "c-01"), MORNING).at == MORNING
    assert found.route(one(found, "c-01"), EVENING).at == datetime(2026, 3, 3, 5, tzinfo=UTC)


def test_hours_of_their_own_count(office: Office) -> None:
    hours = {"works_from": time(10), "works_until": time(19)}
    set_hours(office, "c-01", **hours, now=office.now(), actor="c-01")
    found = readers(office)
    assert found.route(one(found, "c-01"), EVENING).at == EVENING
    assert found.route(one(found, "c-01"), MORNING).at == datetime(2026, 3, 2, 8, tzinfo=UTC)


def test_hours_are_set_by_their_owner_or_a_supervisor_and_end_after_they_begin(office: Office) -> None:
    hours = {"works_from": time(10), "works_until": time(19)}
    with pytest.raises(DodomuError, match="role_not_allowed"):
        set_hours(office, "c-01", **hours, now=office.now(), actor="c-02")
    with pytest.raises(DodomuError, match="hours_unusable"):
        set_hours(office, "c-01", works_from=time(10), works_until=time(10), now=office.now(), actor="c-01")
    set_hours(office, "c-01", **hours, now=office.now(), actor="h-01")
    found = readers(office)
    assert (one(found, "c-01").works_from, one(found, "c-01").works_until) == (time(10), time(19))


def test_a_chain_of_deputies_is_followed_to_its_end(office: Office) -> None:
    found = readers(office, ("c-01", "c-02", MONDAY, TUESDAY), ("c-02", "s-01", TUESDAY, TUESDAY))
    assert found.reader_on(one(found, "c-01"), MONDAY).id == "c-02"
    assert found.reader_on(one(found, "c-01"), TUESDAY).id == "s-01"
    assert [staff.id for staff, _ in found.stood_in_for(one(found, "s-01"), TUESDAY)] == ["c-01", "c-02"]
    assert list(found.stood_in_for(one(found, "c-02"), TUESDAY)) == []


@pytest.mark.parametrize(
    "absences",
    [
        [("c-01", "c-99", MONDAY, TUESDAY)],
        [("c-01", "c-02", MONDAY, TUESDAY), ("c-02", "c-01", MONDAY, TUESDAY)],
    ],
)
def test_with_no_deputy_left_the_absent_are_told_themselves(
    office: Office, absences: list[tuple[str, str, date, date]]
) -> None:
    found = readers(office, *absences)
    assert found.reader_on(one(found, "c-01"), MONDAY).id == "c-01"
    assert found.route(one(found, "c-01"), MORNING).absence is None


def test_what_waits_for_tomorrow_goes_to_whoever_reads_tomorrow(office: Office) -> None:
    found = readers(office, ("c-01", "c-02", TUESDAY, TUESDAY))
    at_once, later = found.route(one(found, "c-01"), MORNING), found.route(one(found, "c-01"), EVENING)
    assert (at_once.reader.id, at_once.absence) == ("c-01", None)
    assert (later.reader.id, later.absence) == ("c-02", Absence("c-01", TUESDAY, TUESDAY, "c-02"))
    assert later.at == datetime(2026, 3, 3, 5, tzinfo=UTC)


def test_a_deputy_who_has_gone_home_leaves_it_to_whoever_is_there_the_next_day(office: Office) -> None:
    set_hours(office, "c-01", works_from=time(9), works_until=time(20), now=office.now(), actor="c-01")
    found = readers(office, ("c-01", "c-02", MONDAY, MONDAY))
    route = found.route(one(found, "c-01"), EVENING)  # c-02's day is over, and tomorrow c-01 is back
    assert (route.reader.id, route.absence, route.at) == ("c-01", None, datetime(2026, 3, 3, 7, tzinfo=UTC))


def test_what_cannot_wait_goes_to_the_deputy_now(office: Office) -> None:
    found = readers(office, ("c-01", "c-02", MONDAY, MONDAY))
    route = found.route_at_once(one(found, "c-01"), EVENING)
    assert (route.reader.id, route.at) == ("c-02", EVENING)


def test_whose_account_has_ended_reads_nothing(office: Office) -> None:
    deactivate_staff(office, "c-02", now=office.now(), actor="s-01")
    with office.store.reading() as session:
        found = read_readers(office, session, office.now())
    assert [each.id for each in found.staff] == ["c-01", "h-01", "l-01", "s-01"]
    assert found.absences == []
