from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter

import pytest

from integrations.calendars import Calendar, list_ending_calendars, load_calendars
from integrations.clock import SystemClock
from models.errors import CalendarNotCovered, ConfigurationError
from models.rules.terms import Term, TermUnit, due_on

CALENDARS_FILE = Path(__file__).parents[2] / "policy" / "calendars.yaml"
WriteCalendars = Callable[[str], Path]


@pytest.fixture(scope="module")
def calendars() -> Mapping[str, Calendar]:
    return load_calendars(CALENDARS_FILE)


@pytest.fixture
def write_calendars(tmp_path: Path) -> WriteCalendars:
    def write(text: str) -> Path:
        path = tmp_path / "calendars.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_every_calendar_covers_the_whole_of_next_year(calendars: Mapping[str, Calendar]) -> None:
    """Reads the machine's clock on purpose: it is meant to fail one day, a year before a calendar runs out."""
    today = SystemClock().now().date()
    ending = [calendar.id for calendar in list_ending_calendars(calendars, today)]
    assert ending == [], (
        f"{ending} end before 31 December {today.year + 1}. Compare the holidays and moved working days of "
        "the coming years with the official announcements, add overrides to policy/calendars.yaml where "
        "they differ, then move covers_until."
    )


@pytest.mark.parametrize(
    ("today", "ending"),
    [
        (date(2026, 12, 31), []),
        (date(2027, 1, 1), ["qatar", "uae", "russia"]),
        (date(2028, 1, 1), ["ukraine", "geneva", "vatican", "qatar", "uae", "south_africa", "russia"]),
    ],
)
def test_a_calendar_asks_to_be_extended_a_whole_year_before_it_ends(
    calendars: Mapping[str, Calendar], today: date, ending: list[str]
) -> None:
    assert [calendar.id for calendar in list_ending_calendars(calendars, today)] == ending


@pytest.mark.parametrize(
    ("calendar", "weekday", "day", "works"),
    [
        ("ukraine", "Fri", "2026-05-01", True),
        ("ukraine", "Sat", "2026-05-02", False),
        ("ukraine", "Sun", "2026-05-03", False),
        ("ukraine", "Mon", "2026-08-24", True),  # Independence Day, worked under martial law
        ("ukraine", "Fri", "2027-01-01", True),
        ("ukraine", "Tue", "2021-08-24", False),  # before martial law
        ("ukraine", "Tue", "2022-03-08", False),
        ("geneva", "Wed", "2026-01-07", True),
        ("geneva", "Thu", "2026-09-10", False),  # Genevan Fast
        ("geneva", "Thu", "2026-12-31", False),  # Restoration of the Republic
        ("geneva", "Fri", "2026-04-03", False),  # Good Friday
        ("vatican", "Mon", "2026-06-29", False),  # Saints Peter and Paul
        ("vatican", "Tue", "2026-06-30", True),
        ("vatican", "Sat", "2026-07-04", False),
        ("qatar", "Thu", "2026-06-04", True),
        ("qatar", "Fri", "2026-06-05", False),
        ("qatar", "Sat", "2026-06-06", False),
        ("qatar", "Sun", "2026-06-07", True),
        ("qatar", "Wed", "2026-05-27", False),  # Eid al-Adha
        ("uae", "Fri", "2026-06-05", True),
        ("uae", "Sat", "2026-06-06", False),
        ("uae", "Sun", "2026-06-07", False),
        ("uae", "Wed", "2026-12-02", False),  # National Day
        # The last Friday of the old weekend, the first of the new.
        ("uae", "Fri", "2021-12-31", False),
        ("uae", "Sun", "2021-12-26", True),
        ("uae", "Sun", "2022-01-02", False),
        ("uae", "Fri", "2022-01-07", True),
        ("south_africa", "Tue", "2026-06-16", False),  # Youth Day
        ("south_africa", "Mon", "2026-08-10", False),  # Women's Day falls on a Sunday
        ("south_africa", "Wed", "2026-06-17", True),
        ("russia", "Fri", "2026-06-12", False),  # Russia Day
        ("russia", "Fri", "2026-01-09", False),  # the rest of Sat 3 January
        ("russia", "Thu", "2026-12-31", False),  # the rest of Sun 4 January
        ("russia", "Sat", "2027-02-20", True),  # worked in place of Mon 22 February
        ("russia", "Mon", "2027-02-22", False),
        ("russia", "Sat", "2027-02-27", False),
        ("every_day", "Sun", "2026-05-03", True),
        ("every_day", "Fri", "2150-01-02", True),
    ],
)
def test_a_calendar_knows_its_working_days(
    calendars: Mapping[str, Calendar], calendar: str, weekday: str, day: str, *, works: bool
) -> None:
    asked_for = date.fromisoformat(day)
    assert f"{asked_for:%a}" == weekday
    assert calendars[calendar](asked_for) is works


def test_a_date_beyond_the_calendar_is_an_error_that_says_how_to_extend_it(
    calendars: Mapping[str, Calendar],
) -> None:
    ukraine = calendars["ukraine"]
    assert ukraine(date(2028, 12, 29))
    with pytest.raises(CalendarNotCovered, match=r"asked_for=2029-01-01.*move covers_until"):
        due_on(date(2028, 12, 29), Term(1, TermUnit.WORKING_DAYS), is_working_day=ukraine, rolls=True)


def test_single_days_can_be_made_free_or_working(write_calendars: WriteCalendars) -> None:
    path = write_calendars(
        """
        calendars:
          moved:
            name: {uk: Перенесено, en: Moved}
            weekend: [saturday, sunday]
            overrides:
              - {on: 2026-05-02, day: working, why: moved from Friday}
              - {on: 2026-05-01, day: free, why: moved to Saturday}
            covers_until: 2026-12-31
            legal_basis: none
        """
    )
    moved = load_calendars(path)["moved"]
    assert [moved(date(2026, 5, day)) for day in (1, 2, 3, 4)] == [False, True, False, True]
    assert repr(moved) == "Calendar('moved')"


def test_holidays_are_free_again_when_the_span_in_which_they_are_worked_is_over(
    write_calendars: WriteCalendars,
) -> None:
    path = write_calendars(
        """
        calendars:
          afterwards:
            name: {uk: Потім, en: Afterwards}
            weekend: []
            holidays: {country: UA, categories: [public, workday]}
            holidays_are_worked: {since: 2022-03-24, until: 2027-06-30, legal_basis: none}
            covers_until: 2028-12-31
            legal_basis: none
        """
    )
    afterwards = load_calendars(path)["afterwards"]
    assert [afterwards(date(2027, *day)) for day in ((6, 28), (8, 24))] == [True, False]


@pytest.mark.parametrize(
    ("calendar", "anchor", "due"),
    [
        # Thirty days end on a day of rest, and the next working day is each country's own.
        ("qatar", "Wed 2026-05-06", "Sun 2026-06-07"),
        ("uae", "Thu 2026-05-07", "Mon 2026-06-08"),
        ("vatican", "Sat 2026-05-30", "Tue 2026-06-30"),
        ("south_africa", "Fri 2026-07-10", "Tue 2026-08-11"),
        ("russia", "Wed 2026-12-02", "Mon 2027-01-11"),
    ],
)
def test_a_term_rolls_to_the_next_day_on_which_the_body_works(
    calendars: Mapping[str, Calendar], calendar: str, anchor: str, due: str
) -> None:
    anchor_on = date.fromisoformat(anchor.split()[1])
    assert f"{anchor_on:%a %Y-%m-%d}" == anchor
    ends_on = due_on(anchor_on, Term(30, TermUnit.CALENDAR_DAYS), is_working_day=calendars[calendar], rolls=True)
    assert f"{ends_on:%a %Y-%m-%d}" == due


NEW_YEAR_FREE = "{on: 2026-01-02, day: free, why: x}"
WRONG = """\
calendars:
  Upper:
    name: {uk: А, en: A}
    weekend: []
    legal_basis: none
  one:
    name: {uk: А, en: A}
    weekend: [saturday, someday]
    holidays: {country: XX}
    legal_basis: none
    colour: blue
  two:
    name: {uk: А, de: A}
    weekend: [sunday]
    overrides:
      - {on: 2026-02-30, day: free, why: x}
      - {on: 2026-02-01, day: idle, why: x}
    covers_until: 2026-12-31
    legal_basis: none
"""


def test_every_mistake_is_reported_in_one_run_with_file_and_line(write_calendars: WriteCalendars) -> None:
    with pytest.raises(ConfigurationError, match="calendars_invalid") as refusal:
        load_calendars(write_calendars(WRONG))
    lines = [line.split(": ")[0] for line in refusal.value.advice.splitlines()]
    assert lines == [f"calendars.yaml:{n}" for n in (2, 8, 9, 11, 13, 16, 17)]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("weekend: [sunday]", "covers_until is missing"),
        (
            "weekend: []\n    covers_until: 2026-01-01\n    overrides: [{on: 2026-01-02, day: free, why: x}]",
            "an override lies beyond covers_until",
        ),
        (
            (
                "weekend: [sunday]\n    covers_until: 2026-01-01\n    earlier_weekends: "
                "[{until: 2021-12-31, weekend: [friday]}, {until: 2011-12-31, weekend: [thursday]}]"
            ),
            "in the order in which they ended",
        ),
        ("weekend: []\n    earlier_weekends: [{until: 2021-12-31, weekend: [friday]}]", "covers_until is missing"),
        (
            f"weekend: []\n    covers_until: 2026-12-31\n    overrides: [{NEW_YEAR_FREE}, {NEW_YEAR_FREE}]",
            "two overrides for the same day",
        ),
        (
            "weekend: []\n    covers_until: 2101-01-01\n    holidays: {country: CH, subdivision: GE}",
            "knows nothing beyond 2100",
        ),
        (
            "weekend: []\n    covers_until: 2030-01-01\n    holidays: {country: CH, subdivision: XX}",
            "knows no such country, subdivision",
        ),
    ],
)
def test_a_calendar_that_contradicts_itself_is_refused(
    write_calendars: WriteCalendars, body: str, message: str
) -> None:
    text = f"calendars:\n  one:\n    name: {{en: One}}\n    legal_basis: none\n    {body}\n"
    with pytest.raises(ConfigurationError, match=message):
        load_calendars(write_calendars(text))


@pytest.mark.parametrize(
    ("text", "line"),
    [("calendars: [", 1), ("calendars: {}\ncalendars: {}\n", 2), ("a: 1\nb: \x07\n", 1), ("", 1), ("- 1", 1)],
)
def test_a_file_that_is_no_calendar_file_is_refused_with_its_line(
    write_calendars: WriteCalendars, text: str, line: int
) -> None:
    with pytest.raises(ConfigurationError, match=rf"calendars_invalid[^\n]*calendars\.yaml:{line}:"):
        load_calendars(write_calendars(text))


def test_a_missing_file_is_a_clear_message(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="calendars_unreadable"):
        load_calendars(tmp_path / "calendars.yaml")


def test_asking_again_costs_next_to_nothing(calendars: Mapping[str, Calendar]) -> None:
    geneva = calendars["geneva"]
    days = [date(2026, 1, 1) + timedelta(days=n % 365) for n in range(10_000)]
    geneva(days[0])
    quickest_s = min(_seconds_for(geneva, days) for _ in range(5))
    assert quickest_s / len(days) < 2e-6  # about 0.15 µs; the bound leaves room for a busy machine


def _seconds_for(calendar: Calendar, days: list[date]) -> float:
    started = perf_counter()
    for day in days:
        calendar(day)
    return perf_counter() - started
