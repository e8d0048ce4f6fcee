from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from models.errors import InvalidInput
from models.rules.partial_dates import PartialDate, age_on, birth_dates_of, birthday_on, parse_partial_date
from models.statuses import Precision

days = st.dates(date(1920, 1, 1), date(2080, 12, 31))


def written_as_far_as_known(day: date, precision: Precision) -> str:
    return {Precision.DAY: f"{day:%Y-%m-%d}", Precision.MONTH: f"{day:%Y-%m}", Precision.YEAR: f"{day:%Y}"}[precision]


@pytest.mark.parametrize(
    ("written", "iso", "earliest", "latest"),
    [
        ("2014", "2014", "2014-01-01", "2014-12-31"),
        ("2014-03", "2014-03", "2014-03-01", "2014-03-31"),
        ("2016-02", "2016-02", "2016-02-01", "2016-02-29"),
        ("2014-12", "2014-12", "2014-12-01", "2014-12-31"),
        ("2014-03-09", "2014-03-09", "2014-03-09", "2014-03-09"),
        ("09.03.2014", "2014-03-09", "2014-03-09", "2014-03-09"),
        ("9.3.2014", "2014-03-09", "2014-03-09", "2014-03-09"),
        ("03.2014", "2014-03", "2014-03-01", "2014-03-31"),
        (" 2014 ", "2014", "2014-01-01", "2014-12-31"),
    ],
)
def test_a_date_is_read_as_far_as_it_is_known(written: str, iso: str, earliest: str, latest: str) -> None:
    known = parse_partial_date(written)
    assert known.iso() == iso
    assert (known.earliest.isoformat(), known.latest.isoformat()) == (earliest, latest)


@pytest.mark.parametrize(
    "written", ["", "14", "2014-3", "09/03/2014", "2014-03-09T00:00", "9 March 2014", "٢٠١٤", "-2014", "201"]
)
def test_a_date_in_another_form_is_refused(written: str) -> None:
    with pytest.raises(InvalidInput, match="date_unreadable"):
        parse_partial_date(written)


@pytest.mark.parametrize("written", ["2014-02-29", "2014-13", "2014-00", "31.04.2014", "0000", "2014-01-32"])
def test_a_day_that_never_was_is_refused(written: str) -> None:
    with pytest.raises(InvalidInput, match="date_impossible"):
        parse_partial_date(written)


@pytest.mark.parametrize(
    ("earliest", "precision"),
    [
        (date(2014, 3, 2), Precision.MONTH),
        (date(2014, 3, 1), Precision.YEAR),
        (date(2014, 1, 2), Precision.YEAR),
    ],
)
def test_a_month_or_a_year_counts_from_its_first_day(earliest: date, precision: Precision) -> None:
    with pytest.raises(ValueError, match="counts from the first day"):
        PartialDate(earliest, precision)


@pytest.mark.parametrize(
    ("born", "day", "least", "most"),
    [
        ("2014-03-09", "2026-03-08", 11, 11),
        ("2014-03-09", "2026-03-09", 12, 12),
        ("2014-03", "2026-03-09", 11, 12),
        ("2014-03", "2026-03-31", 12, 12),
        ("2014", "2026-06-01", 11, 12),
        ("2014", "2026-12-31", 12, 12),
        ("2014", "2014-06-01", 0, 0),
        ("2012-02-29", "2030-02-27", 17, 17),
        ("2012-02-29", "2030-02-28", 18, 18),
        ("2012-02-29", "2028-02-28", 15, 15),
        ("2012-02-29", "2028-02-29", 16, 16),
        ("1901", "2026-12-31", 125, 125),
    ],
)
def test_an_age_is_as_exact_as_the_birth_date(born: str, day: str, least: int, most: int) -> None:
    assert age_on(parse_partial_date(born), date.fromisoformat(day)) == (least, most)


def test_nobody_has_an_age_before_birth() -> None:
    with pytest.raises(InvalidInput, match="day_before_birth"):
        age_on(parse_partial_date("2014-03"), date(2014, 2, 28))


@pytest.mark.parametrize(
    ("age", "day", "first", "last"),
    [
        (12, "2025-12-03", "2012-12-04", "2013-12-03"),
        (16, "2025-12-03", "2008-12-04", "2009-12-03"),
        (0, "2026-01-01", "2025-01-02", "2026-01-01"),
        (14, "2026-02-28", "2011-03-01", "2012-02-29"),
        (13, "2025-02-28", "2011-03-01", "2012-02-29"),
        (13, "2024-02-28", "2010-03-01", "2011-02-28"),
        (12, "2024-02-28", "2011-03-01", "2012-02-28"),
    ],
)
def test_a_reported_age_says_between_which_days_a_child_was_born(age: int, day: str, first: str, last: str) -> None:
    assert birth_dates_of(age, date.fromisoformat(day)) == (
        date.fromisoformat(first),
        date.fromisoformat(last),
    )


@pytest.mark.parametrize("age", [-1, 121])
def test_an_age_that_nobody_has_is_refused(age: int) -> None:
    with pytest.raises(InvalidInput, match="age_impossible"):
        birth_dates_of(age, date(2026, 1, 1))


@given(days, st.sampled_from(Precision))
def test_what_is_written_reads_back(day: date, precision: Precision) -> None:
    written = written_as_far_as_known(day, precision)
    known = parse_partial_date(written)
    assert known.iso() == written
    assert known.precision is precision
    assert known.earliest <= day <= known.latest


@given(days, st.sampled_from(Precision), st.integers(0, 40_000))
def test_the_true_age_lies_between_the_least_and_the_most(born_on: date, precision: Precision, days_lived: int) -> None:
    day = born_on + timedelta(days=days_lived)
    exactly = age_on(PartialDate(born_on, Precision.DAY), day)
    least, most = age_on(parse_partial_date(written_as_far_as_known(born_on, precision)), day)
    assert exactly[0] == exactly[1]
    assert least <= exactly[0] <= most <= least + 1


@given(st.integers(0, 100), days)
def test_who_was_born_between_those_days_has_that_age_and_nobody_else(age: int, day: date) -> None:
    first, last = birth_dates_of(age, day)
    for born_on in (first, last):
        assert age_on(PartialDate(born_on, Precision.DAY), day) == (age, age)
    before = PartialDate(first - timedelta(days=1), Precision.DAY)
    assert age_on(before, day) == (age + 1, age + 1)
    after = last + timedelta(days=1)
    assert after > day or age_on(PartialDate(after, Precision.DAY), day) == (age - 1, age - 1)


@pytest.mark.parametrize(
    ("born_on", "birthday"),
    [
        (date(2014, 5, 9), date(2032, 5, 9)),
        (date(2012, 2, 29), date(2030, 2, 28)),
        (date(2012, 2, 28), date(2030, 2, 28)),
    ],
)
def test_the_eighteenth_birthday_of_a_leap_day_is_the_28th(born_on: date, birthday: date) -> None:
    assert birthday_on(born_on, 18) == birthday


@given(days, st.integers(1, 60))
def test_on_a_birthday_the_age_is_full_and_the_day_before_it_is_not(born_on: date, age: int) -> None:
    born, birthday = PartialDate(born_on, Precision.DAY), birthday_on(born_on, age)
    assert age_on(born, birthday) == (age, age)
    assert age_on(born, birthday - timedelta(days=1)) == (age - 1, age - 1)


def test_a_file_can_hold_a_date_with_its_precision() -> None:
    known = TypeAdapter(PartialDate).validate_python({"earliest": "2014-03-01", "precision": "month"})
    assert known == parse_partial_date("2014-03")
