"""Dates as far as they are known: to the day, the month or the year. And what ages follow from them."""

import re
from calendar import isleap, monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from models.errors import InvalidInput
from models.statuses import Precision

_YEAR_FIRST = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_DAY_FIRST = re.compile(r"(?:([0-9]{1,2})\.)?([0-9]{1,2})\.([0-9]{4})")
_DECEMBER = 12
_LEAP_DAY = (2, 29)
_OLDEST_AGE = 120


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """A date known to the day, the month or the year; it lies between `earliest` and `latest`, both included.

    `earliest` is the first day of the month or year that is known, else a `ValueError`.
    """

    earliest: date
    precision: Precision

    def __post_init__(self) -> None:
        is_first_of_month = self.earliest.day == 1
        is_first_of_year = is_first_of_month and self.earliest.month == 1
        if (self.precision is Precision.MONTH and not is_first_of_month) or (
            self.precision is Precision.YEAR and not is_first_of_year
        ):
            # Not an error of the house: whoever builds one from a store or a file knows where it stands.
            message = f"a date known to the {self.precision} counts from the first day of it"
            raise ValueError(message)

    @property
    def latest(self) -> date:
        """The last day it can be."""
        if self.precision is Precision.DAY:
            return self.earliest
        month = _DECEMBER if self.precision is Precision.YEAR else self.earliest.month
        _, month_length = monthrange(self.earliest.year, month)
        return date(self.earliest.year, month, month_length)

    def iso(self) -> str:
        """ISO 8601, as far as it is known: '2014', '2014-03' or '2014-03-09'."""
        length = {Precision.YEAR: 4, Precision.MONTH: 7, Precision.DAY: 10}[self.precision]
        return self.earliest.isoformat()[:length]


def parse_partial_date(written: str) -> PartialDate:
    """Reads '2014', '2014-03', '2014-03-09', '03.2014' and '09.03.2014', with spaces around.

    `InvalidInput` with code `date_unreadable` (another form, among them 09/03/2014, which two countries read
    differently) or `date_impossible` (no such day). The error does not repeat what was written.
    """
    text = written.strip()
    if year_first := _YEAR_FIRST.fullmatch(text):
        year, month, day = year_first.groups()
    elif day_first := _DAY_FIRST.fullmatch(text):
        day, month, year = day_first.groups()
    else:
        raise InvalidInput(
            "date_unreadable",
            advice="write a date as far as known: 2014, 2014-03, 2014-03-09 or 09.03.2014",
        )
    precision = Precision.DAY if day else Precision.MONTH if month else Precision.YEAR
    try:
        return PartialDate(date(int(year), int(month or 1), int(day or 1)), precision)
    except ValueError:
        raise InvalidInput("date_impossible", advice="there is no such day; look at the document") from None


def age_on(born: PartialDate, day: date) -> tuple[int, int]:
    """The least and the most full years a person born then can have on `day`.

    Who is born on 29 February has a birthday on 28 February of other years, as terms in years end (Civil
    Code of Ukraine, Art. 254). `InvalidInput` when `day` lies before any possible birth.
    """
    if day < born.earliest:
        raise InvalidInput("day_before_birth", advice="the day lies before the birth; one is wrong")
    return max(0, _full_years(born.latest, day)), _full_years(born.earliest, day)


def birthday_on(born_on: date, age: int) -> date:
    """The day on which somebody born on `born_on` completes `age` years, counted as `age_on` counts."""
    year = born_on.year + age
    if (born_on.month, born_on.day) == _LEAP_DAY and not isleap(year):
        return date(year, 2, 28)
    return born_on.replace(year=year)


def birth_dates_of(age: int, day: date) -> tuple[date, date]:
    """The first and the last day on which somebody can be born who has `age` full years on `day`.

    `InvalidInput` for an age that nobody has.
    """
    if not 0 <= age <= _OLDEST_AGE:
        raise InvalidInput("age_impossible", advice=f"an age is given in full years, 0 to {_OLDEST_AGE}")
    return _latest_birth(age + 1, day) + timedelta(days=1), _latest_birth(age, day)


def _full_years(born_on: date, day: date) -> int:
    born_on_leap_day = (born_on.month, born_on.day) == _LEAP_DAY
    birthday = (2, 28) if born_on_leap_day and not isleap(day.year) else (born_on.month, born_on.day)
    return day.year - born_on.year - ((day.month, day.day) < birthday)


def _latest_birth(age: int, day: date) -> date:
    """The last day on which one can be born to have at least `age` full years on `day`."""
    too_late = day + timedelta(days=1)
    year = too_late.year - age
    if (too_late.month, too_late.day) == _LEAP_DAY and not isleap(year):
        return date(year, 2, 28)
    return too_late.replace(year=year) - timedelta(days=1)
