"""Calendars: which days are working days, read from `policy/calendars.yaml`, public holidays from `holidays`."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal, Self

from holidays import HolidayBase, country_holidays
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from integrations.yaml_lines import LinedYaml, read_yaml
from models.errors import CalendarNotCovered, ConfigurationError

# `holidays` answers with an empty year beyond this one, and without a word.
_LAST_YEAR_OF_HOLIDAYS = 2100

CalendarId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Sentence = Annotated[str, Field(min_length=1, max_length=300)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Weekday(StrEnum):
    """A day of the week; its position is `date.weekday()`."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


_WEEKDAYS = tuple(Weekday)


class HolidaySource(_Strict):
    """Whose public holidays: an ISO 3166 country, and the code of one of its subdivisions."""

    country: str
    subdivision: str | None = None
    categories: tuple[str, ...] = ("public",)

    @model_validator(mode="after")
    def _is_known(self) -> Self:
        try:
            self.in_year(_LAST_YEAR_OF_HOLIDAYS)
        except (NotImplementedError, ValueError):
            message = "the package `holidays` knows no such country, subdivision or category"
            raise ValueError(message) from None
        return self

    def in_year(self, year: int) -> frozenset[date]:
        """The public holidays of one year."""
        return frozenset(self._of_year(year))

    def moved_in_year(self, year: int) -> frozenset[date]:
        """The days of a weekend to which the country has moved work from another day, as the package knows them."""
        return frozenset(self._of_year(year).weekend_workdays)

    def _of_year(self, year: int) -> HolidayBase:
        return country_holidays(
            self.country, subdiv=self.subdivision, years=year, expand=False, categories=self.categories
        )


class EarlierWeekend(_Strict):
    """The weekend up to a day, where it has been another since."""

    until: date
    weekend: tuple[Weekday, ...]


class WorkedHolidays(_Strict):
    """A span in which public holidays are working days all the same; without `until` it lasts."""

    since: date
    until: date | None = None
    legal_basis: Sentence
    verified: bool = False

    def include(self, day: date) -> bool:
        """Whether a public holiday on `day` was or is worked."""
        return self.since <= day and (self.until is None or day <= self.until)


class Override(_Strict):
    """One day that differs from the rule."""

    on: date
    day: Literal["working", "free"]
    why: Sentence


class CalendarRule(_Strict):
    """One calendar, as the file states it."""

    name: Mapping[Literal["uk", "en"], Sentence]
    weekend: tuple[Weekday, ...]
    earlier_weekends: tuple[EarlierWeekend, ...] = ()
    holidays: HolidaySource | None = None
    holidays_are_worked: WorkedHolidays | None = None
    overrides: tuple[Override, ...] = ()
    covers_until: date | None = None
    legal_basis: Sentence
    verified: bool = False

    @field_validator("earlier_weekends")
    @classmethod
    def _one_after_the_other(cls, weekends: tuple[EarlierWeekend, ...]) -> tuple[EarlierWeekend, ...]:
        if any(above.until >= below.until for above, below in pairwise(weekends)):
            message = "write the earlier weekends in the order in which they ended"
            raise ValueError(message)
        return weekends

    @field_validator("overrides")
    @classmethod
    def _one_override_a_day(cls, overrides: tuple[Override, ...]) -> tuple[Override, ...]:
        if len({override.on for override in overrides}) < len(overrides):
            message = "two overrides for the same day"
            raise ValueError(message)
        return overrides

    def weekend_on(self, day: date) -> tuple[Weekday, ...]:
        """The weekdays on which nobody works, as they were on a day."""
        return next((each.weekend for each in self.earlier_weekends if day <= each.until), self.weekend)

    @model_validator(mode="after")
    def _covers_what_it_knows(self) -> Self:
        if self.covers_until is None:
            if self.weekend or self.earlier_weekends or self.holidays or self.overrides:
                message = "covers_until is missing: only a calendar on which every day counts never ends"
                raise ValueError(message)
        elif any(override.on > self.covers_until for override in self.overrides):
            message = "an override lies beyond covers_until"
            raise ValueError(message)
        elif self.holidays and self.covers_until.year > _LAST_YEAR_OF_HOLIDAYS:
            message = f"the package `holidays` knows nothing beyond {_LAST_YEAR_OF_HOLIDAYS}"
            raise ValueError(message)
        return self


class _CalendarFile(_Strict):
    calendars: Annotated[dict[CalendarId, CalendarRule], Field(min_length=1)]


class Calendar:
    """Tells working days: `calendar(day)`, which makes it a `WorkingDayTest`. Made by `load_calendars`."""

    __slots__ = ("_free_by_year", "_last_day", "id", "rule")

    def __init__(self, calendar_id: str, rule: CalendarRule) -> None:
        self.id = calendar_id
        self.rule = rule
        self._last_day = rule.covers_until or date.max
        self._free_by_year: dict[int, frozenset[date]] = {}

    def __call__(self, day: date) -> bool:
        """Whether `day` is a working day. `CalendarNotCovered` for a date beyond `covers_until`."""
        if day > self._last_day:
            raise CalendarNotCovered(
                "calendar_not_covered",
                advice="check the holidays of the years to come, then move covers_until in calendars.yaml",
                calendar=self.id,
                covers_until=self._last_day.isoformat(),
                asked_for=day.isoformat(),
            )
        free = self._free_by_year.get(day.year)
        if free is None:
            free = self._free_by_year[day.year] = _free_days(self.rule, day.year)
        return day not in free

    def __repr__(self) -> str:
        return f"Calendar({self.id!r})"


def load_calendars(path: Path) -> Mapping[str, Calendar]:
    """The calendars of a YAML file, by id.

    `ConfigurationError`, whose advice has a line for every mistake: file, line, entry, what is wrong.
    """
    document = _read_document(path)
    try:
        checked = _CalendarFile.model_validate(document.value)
    except ValidationError as error:
        mistakes = sorted(
            (document.line_of(mistake["loc"]), ".".join(map(str, mistake["loc"])), mistake["msg"])
            for mistake in error.errors(include_url=False, include_input=False, include_context=False)
        )
        advice = "\n".join(
            f"{path.name}:{line}: {where}: {what.removeprefix('Value error, ')}" for line, where, what in mistakes
        )
        raise ConfigurationError("calendars_invalid", advice, mistakes=len(mistakes)) from None
    return {calendar_id: Calendar(calendar_id, rule) for calendar_id, rule in checked.calendars.items()}


def list_ending_calendars(calendars: Mapping[str, Calendar], today: date) -> Sequence[Calendar]:
    """The calendars that do not cover the whole of next year: somebody should extend them this year."""
    next_year_ends_on = date(today.year + 1, 12, 31)
    return [
        calendar
        for calendar in calendars.values()
        if calendar.rule.covers_until is not None and calendar.rule.covers_until < next_year_ends_on
    ]


def _free_days(rule: CalendarRule, year: int) -> frozenset[date]:
    first = date(year, 1, 1)
    days = [first + timedelta(days=n) for n in range((date(year, 12, 31) - first).days + 1)]
    free = {day for day in days if _WEEKDAYS[day.weekday()] in rule.weekend_on(day)}
    if rule.holidays is not None:
        worked = rule.holidays_are_worked
        free -= rule.holidays.moved_in_year(year)
        free |= {day for day in rule.holidays.in_year(year) if worked is None or not worked.include(day)}
    free |= {override.on for override in rule.overrides if override.day == "free"}
    free -= {override.on for override in rule.overrides if override.day == "working"}
    return frozenset(free)


def _read_document(path: Path) -> LinedYaml:
    try:
        document = read_yaml(path.read_bytes())
    except OSError:
        raise ConfigurationError(
            "calendars_unreadable", f"there must be a readable file {path.name} in the policy folder"
        ) from None
    if document.slips:
        advice = "\n".join(f"{path.name}:{slip.line}: {slip.advice}" for slip in document.slips)
        raise ConfigurationError("calendars_invalid", advice, mistakes=len(document.slips))
    return document
