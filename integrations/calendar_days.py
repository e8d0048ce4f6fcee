"""What a calendar has to say of a day: week-end, a holiday by its name, a day that differs and why."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from holidays import country_holidays

from integrations.calendars import Calendar, HolidaySource, Weekday
from models.rules.clock_explained import DayKind, DayNote

# As the package calls them; it falls back on the country's own language.
_LANGUAGES = {"uk": "uk", "en": "en_US"}
_MOVED = {"uk": "сюди перенесено робочий день", "en": "a working day was moved here"}


def note_of_day(calendar: Calendar, day: date) -> DayNote | None:
    """Return why a day is no working day, or one all the same; None for a plain working day.

    Raises CalendarNotCovered as the calendar does.
    """
    works = calendar(day)
    rule = calendar.rule
    why = next((override.why for override in rule.overrides if override.on == day), None)
    if why is not None:
        return DayNote(day, DayKind.WORKED if works else DayKind.FREE, _both(why))
    rests = tuple(Weekday)[day.weekday()] in rule.weekend_on(day)
    if rests:
        return DayNote(day, DayKind.WORKED, _MOVED) if works else DayNote(day, DayKind.WEEKEND, {})
    names = _names_of(rule.holidays, day) if rule.holidays is not None else {}
    if not names:
        return None
    return DayNote(day, DayKind.WORKED_HOLIDAY if works else DayKind.HOLIDAY, names)


def _names_of(source: HolidaySource, day: date) -> Mapping[str, str]:
    names = {language: _names(source, day.year, code).get(day) for language, code in _LANGUAGES.items()}
    return {language: name for language, name in names.items() if name is not None}


@lru_cache(maxsize=64)
def _names(source: HolidaySource, year: int, language: str) -> Mapping[date, str]:
    known = country_holidays(
        source.country,
        subdiv=source.subdivision,
        years=year,
        expand=False,
        categories=source.categories,
        language=language,
    )
    return dict(known)


def _both(why: str) -> Mapping[str, str]:
    return dict.fromkeys(_LANGUAGES, why)
