"""What calendars say of single days: the note and the working day never disagree."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.calendar_days import note_of_day
from integrations.calendars import Calendar, CalendarRule, load_calendars
from models.errors import CalendarNotCovered
from models.rules.clock_explained import WORKED, DayKind

SHIPPED: Mapping[str, Calendar] = load_calendars(Path("policy/calendars.yaml"))


@given(st.sampled_from(sorted(SHIPPED)), st.dates(date(2020, 1, 1), date(2027, 12, 31)))
def test_a_day_off_always_has_its_reason_and_a_working_day_never_has_one(name: str, day: date) -> None:
    note = note_of_day(SHIPPED[name], day)
    assert SHIPPED[name](day) == (note is None or note.kind in WORKED)
    assert note is None or (note.on == day and (note.kind is DayKind.WEEKEND or set(note.name) == {"uk", "en"}))


def test_a_holiday_is_told_by_its_name_in_both_languages() -> None:
    note = note_of_day(SHIPPED["geneva"], date(2026, 5, 14))
    assert note is not None
    assert (note.kind, note.name["en"], note.name["uk"]) == (DayKind.HOLIDAY, "Ascension Day", "Вознесіння Господнє")


def test_under_martial_law_a_holiday_is_worked_and_told_all_the_same() -> None:
    note = note_of_day(SHIPPED["ukraine"], date(2026, 8, 24))
    assert note is not None
    assert (note.kind, note.name["en"]) == (DayKind.WORKED_HOLIDAY, "Independence Day")


def test_a_saturday_to_which_russia_moved_work_is_worked() -> None:
    moved = (day for n in range(366) if (day := date(2024, 1, 1) + timedelta(days=n)).isoweekday() > 5)
    notes = [note_of_day(SHIPPED["russia"], day) for day in moved if SHIPPED["russia"](day)]
    assert notes
    assert {note.kind for note in notes if note is not None} == {DayKind.WORKED}


@pytest.mark.parametrize(("day", "kind"), [("working", DayKind.WORKED), ("free", DayKind.FREE)])
def test_an_override_is_told_with_its_reason(day: str, kind: DayKind) -> None:
    rule = {
        "name": {"uk": "Вигадано", "en": "Made up"},
        "weekend": ["saturday"],
        "overrides": [{"on": "2026-03-07", "day": day, "why": "Made up"}],
        "covers_until": "2026-12-31",
        "legal_basis": "made for tests",
    }
    calendar = Calendar("made_up", CalendarRule.model_validate(rule))
    note = note_of_day(calendar, date(2026, 3, 7))
    assert note is not None
    assert (note.kind, note.name["en"]) == (kind, "Made up")
    assert note_of_day(calendar, date(2026, 3, 8)) is None
    with pytest.raises(CalendarNotCovered):
        note_of_day(calendar, date(2027, 1, 1))
