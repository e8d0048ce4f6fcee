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
    [(date(2027, 12, 31), []), (date(2028, 1, 1), ["ukraine", "geneva"])],
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
