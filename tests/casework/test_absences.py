"""Absences: who may stand in for whom, and that no two stand in for each other."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from casework.absences import Absence, end_absence, list_absences, record_absence
from casework.journal import OFFICE_CHAIN
from casework.journal_rows import list_entries
from casework.office import Office
from casework.staff import add_staff, deactivate_staff
from integrations.clock import FixedClock
from models.errors import DodomuError
from models.statuses import Role

MONDAY = date(2026, 3, 2)
FRIDAY = date(2026, 3, 6)


def away(office: Office, staff: str = "c-01", deputy: str = "c-02", **changed: Any) -> Absence:
    days: dict[str, Any] = {"from_on": MONDAY, "until_on": FRIDAY, "actor": staff} | changed
    return record_absence(office, staff, deputy=deputy, now=office.now(), **days)


def add(office: Office, staff_id: str, role: Role, person_no: int = 9) -> None:
    account = {"name": "Вигадана Особа", "mail": f"{staff_id}@office.example", "actor": "s-01"}
    add_staff(office, staff_id=staff_id, person_no=person_no, role=role, now=office.now(), **account)


def test_an_absence_is_recorded_journalled_and_listed(office: Office) -> None:
    assert away(office) == Absence("c-01", MONDAY, FRIDAY, "c-02")
    away(office, from_on=date(2026, 5, 4), until_on=date(2026, 5, 4), deputy="s-01")
    assert list_absences(office, office.now()) == [
        Absence("c-01", MONDAY, FRIDAY, "c-02"),
        Absence("c-01", date(2026, 5, 4), date(2026, 5, 4), "s-01"),
    ]
    with office.store.reading() as session:
        entry = next(
            each.entry for each in list_entries(session, OFFICE_CHAIN) if each.entry.kind == "absence_recorded"
        )
    assert (entry.actor, dict(entry.body)) == (
        "c-01",
        {"staff": "c-01", "deputy": "c-02", "from_on": "2026-03-02", "until_on": "2026-03-06"},
    )


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"until_on": date(2026, 3, 1)}, "absence_days_unusable"),
        ({"from_on": date(2026, 2, 1), "until_on": date(2026, 2, 2)}, "absence_days_unusable"),
        ({"deputy": "l-01"}, "deputy_role_too_low"),
        ({"deputy": "c-01"}, "deputy_same_person"),
        ({"deputy": "c-99"}, "staff_unknown"),
        ({"actor": "c-02"}, "role_not_allowed"),
        ({"staff": "s-01", "deputy": "c-01", "actor": "s-01"}, "deputy_role_too_low"),
        ({"staff": "l-01", "deputy": "s-01", "actor": "h-01"}, "deputy_role_too_low"),
    ],
)
def test_an_absence_that_leaves_nobody_to_read_is_refused(office: Office, changed: dict[str, Any], code: str) -> None:
    with pytest.raises(DodomuError, match=code):
        away(office, **changed)


def test_a_second_account_of_the_same_person_or_an_ended_one_does_not_stand_in(office: Office) -> None:
    add(office, "c-03", Role.COORDINATOR, person_no=1)
    with pytest.raises(DodomuError, match="deputy_same_person"):
        away(office, deputy="c-03")
    deactivate_staff(office, "c-02", now=office.now(), actor="s-01")
    with pytest.raises(DodomuError, match="staff_inactive"):
        away(office)


def test_one_above_stands_in_and_a_supervisor_records_it(office: Office) -> None:
    assert away(office, deputy="s-01", actor="s-01").deputy == "s-01"
    assert away(office, "s-01", "h-01", actor="h-01").deputy == "h-01"
    assert away(office, "l-01", "h-01").deputy == "h-01"


def test_two_never_stand_in_for_each_other(office: Office) -> None:
    away(office)
    with pytest.raises(DodomuError, match="deputy_absent") as refused:
        away(office, "c-02", "c-01", from_on=FRIDAY, until_on=date(2026, 3, 20))
    assert "2026-03-02 to 2026-03-06" in refused.value.advice
    assert away(office, "c-02", "c-01", from_on=date(2026, 3, 7), until_on=date(2026, 3, 20)).deputy == "c-01"


def test_a_longer_circle_is_refused_too(office: Office) -> None:
    add(office, "c-03", Role.COORDINATOR)
    away(office)
    away(office, "c-02", "c-03")
    with pytest.raises(DodomuError, match="deputy_absent"):
        away(office, "c-03", "c-01")


def test_two_at_once_do_not_stand_in_for_each_other(either_office: Office) -> None:
    office = either_office

    async def both() -> list[Any]:
        pairs = (("c-01", "c-02"), ("c-02", "c-01"))
        at_once = (asyncio.to_thread(away, office, *pair) for pair in pairs)
        return list(await asyncio.gather(*at_once, return_exceptions=True))

    outcomes = asyncio.run(both())
    assert sorted(type(each).__name__ for each in outcomes) == ["Absence", "RuleViolation"]
    assert len(list_absences(office, office.now())) == 1


def test_nobody_is_away_twice_on_one_day(office: Office) -> None:
    away(office)
    with pytest.raises(DodomuError, match="absence_overlaps"):
        away(office, from_on=FRIDAY, until_on=FRIDAY, deputy="s-01")


def test_an_absence_later_on_stands_in_the_way_of_nothing(office: Office) -> None:
    away(office, from_on=date(2026, 5, 4), until_on=date(2026, 5, 8))
    away(office, "c-02", "c-01")
    assert len(list_absences(office, office.now())) == 2


def test_whoever_is_back_early_works_today(office: Office, clock: FixedClock) -> None:
    away(office)
    clock.advance(timedelta(days=2))
    assert end_absence(office, "c-01", now=office.now(), actor="c-01").until_on == FRIDAY
    assert list_absences(office, office.now()) == []
    with pytest.raises(DodomuError, match="not_absent"):
        end_absence(office, "c-01", now=office.now(), actor="c-01")


def test_an_absence_to_come_is_cancelled_by_a_supervisor_and_the_later_one_stays(office: Office) -> None:
    away(office, from_on=date(2026, 3, 4))
    away(office, from_on=date(2026, 5, 4), until_on=date(2026, 5, 8))
    with pytest.raises(DodomuError, match="role_not_allowed"):
        end_absence(office, "c-01", now=office.now(), actor="c-02")
    end_absence(office, "c-01", now=office.now(), actor="s-01")
    assert [each.from_on for each in list_absences(office, office.now())] == [date(2026, 5, 4)]
