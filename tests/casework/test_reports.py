"""Lists of cases and clocks, and the caseload in counts, the same on both databases."""

from datetime import date

import pytest

from casework.caseload import Ageing, BodyAnswers
from casework.office import Office
from casework.reports import caseload, list_cases, list_clocks
from models.rules.assess import Flag
from models.rules.reference import make_reference
from models.statuses import CaseStatus, ClockState, LetterState, NoticeState, ParcelState, Stage
from tests.casework.report_rows import write_case, write_clock, write_letter, write_notice

ONE, TWO, THREE = (make_reference(2026, serial) for serial in (1, 2, 3))


def write_three(office: Office) -> None:
    """One open and flagged, one suspended with an overdue clock, one closed."""
    write_case(office, 1, coordinator="c-01", flags=[["letter_refused", "x"], ["letter_refused", "y"]])
    write_case(office, 2, Stage.IDENTIFIED, days_in_stage=100, coordinator="c-02", status=CaseStatus.SUSPENDED)
    write_case(office, 3, Stage.IDENTIFIED, status=CaseStatus.CLOSED)
    write_clock(office, ONE, "soon", date(2026, 3, 9), ClockState.RUNNING)
    write_clock(office, ONE, "later", date(2026, 4, 9), ClockState.PAUSED)
    write_clock(office, TWO, "late", date(2026, 2, 9), ClockState.OVERDUE)
    write_clock(office, THREE, "over", date(2026, 1, 9), ClockState.DROPPED)


def test_cases_are_listed_by_reference_with_their_flags_and_next_due_day(office: Office) -> None:
    write_three(office)

    lines = list_cases(office)

    assert [line.reference for line in lines] == [ONE, TWO, THREE]
    assert [line.next_due_on for line in lines] == [date(2026, 3, 9), date(2026, 2, 9), None]
    assert lines[0].flags == (Flag("letter_refused", "x"), Flag("letter_refused", "y"))


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"stage": Stage.IDENTIFIED}, [TWO, THREE]),
        ({"status": CaseStatus.CLOSED}, [THREE]),
        ({"coordinator": "c-02"}, [TWO]),
        ({"flagged": True}, [ONE]),
        ({"overdue": True}, [TWO]),
        ({"flagged": True, "overdue": True}, []),
        ({"limit": 2}, [ONE, TWO]),
        ({"stage": None, "flagged": False}, [ONE, TWO, THREE]),
    ],
)
def test_a_list_of_cases_can_be_narrowed(office: Office, wanted: dict[str, object], found: list[str]) -> None:
    write_three(office)

    assert [line.reference for line in list_cases(office, **wanted)] == found  # type: ignore[arg-type] - one table


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, ["late", "soon", "later"]),
        ({"reference": ONE.lower()}, ["soon", "later"]),
        ({"state": ClockState.DROPPED}, ["over"]),
        ({"due_before": date(2026, 3, 9)}, ["late"]),
        ({"limit": 1}, ["late"]),
    ],
)
def test_clocks_are_listed_by_due_day_and_can_be_narrowed(
    office: Office, wanted: dict[str, object], found: list[str]
) -> None:
    write_three(office)

    clocks = list_clocks(office, office.now(), **wanted)  # type: ignore[arg-type] - one table for all filters

    assert [clock.rule for clock in clocks] == found


def test_the_caseload_counts_cases_stages_flags_and_clocks(either_office: Office) -> None:
    write_three(either_office)

    counted = caseload(either_office, either_office.now())

    assert counted.at == either_office.now()
    assert counted.cases == {
        CaseStatus.OPEN: 1,
        CaseStatus.SUSPENDED: 1,
        CaseStatus.CLOSED: 1,
        CaseStatus.ERASED: 0,
    }
    assert counted.stages == {**dict.fromkeys(Stage, 0), Stage.REPORTED: 1, Stage.IDENTIFIED: 1}
    assert counted.flags == {"letter_refused": 1}
    assert counted.clocks[ClockState.RUNNING] == counted.clocks[ClockState.OVERDUE] == 1
    assert counted.overdue_by_coordinator == {"c-02": 1}
    assert counted.parcels == dict.fromkeys(ParcelState, 0)


def test_open_cases_are_counted_by_how_long_they_stand_in_their_stage(either_office: Office) -> None:
    for serial, days in enumerate((0, 30, 31, 365, 366), start=1):
        write_case(either_office, serial, Stage.IDENTIFIED, days_in_stage=days)

    ageing = {each.stage: each for each in caseload(either_office, either_office.now()).ageing}

    assert ageing[Stage.IDENTIFIED] == Ageing(Stage.IDENTIFIED, (2, 1, 0, 1, 1))
    assert ageing[Stage.REPORTED].counts == (0, 0, 0, 0, 0)


def test_letters_are_counted_by_body_and_state_and_silence_is_not_refusal(either_office: Office) -> None:
    write_case(either_office, 1)
    states = ("draft", "sent", "acknowledged", "answered", "refused", "no_reply", "no_reply")
    for number, state in enumerate(states):
        write_letter(either_office, ONE, "wgeid", LetterState(state), f"2026-{number}")
    write_letter(either_office, ONE, "icrc_cta", LetterState.DRAFT, "2026-9")

    counted = caseload(either_office, either_office.now())

    assert counted.letters["wgeid", LetterState.NO_REPLY] == 2
    assert counted.answers == (BodyAnswers("wgeid", taken=6, acknowledged=1, answered=1, refused=1, silent=2),)
    assert counted.answers[0].answer_rate == pytest.approx(2 / 6)


def test_overdue_replies_are_counted_by_body_and_cases_without_a_coordinator_stand_last(office: Office) -> None:
    write_case(office, 1)
    write_case(office, 2, coordinator="c-01")
    letter = write_letter(office, ONE, "wgeid", LetterState.NO_REPLY, "2026-1")
    write_clock(office, ONE, "reply.wgeid", date(2026, 2, 1), ClockState.OVERDUE, anchor=letter)
    write_clock(office, TWO, "stage.reported", date(2026, 2, 1), ClockState.OVERDUE)

    counted = caseload(office, office.now())

    assert counted.overdue_by_body == {"wgeid": 1}
    assert list(counted.overdue_by_coordinator.items()) == [("c-01", 1), (None, 1)]


def test_notices_are_counted_by_rung_and_state(office: Office) -> None:
    write_case(office, 1)
    write_case(office, 2)
    for reference in (ONE, TWO):
        write_notice(office, reference, "overdue", NoticeState.FIRED, office.now())
    write_notice(office, ONE, "first_reminder", NoticeState.OVERTAKEN, office.now())

    assert caseload(office, office.now()).notices == {
        ("stage.reported", "first_reminder", NoticeState.OVERTAKEN): 1,
        ("stage.reported", "overdue", NoticeState.FIRED): 2,
    }


def test_an_empty_store_has_an_empty_caseload(office: Office) -> None:
    counted = caseload(office, office.now())

    assert sum(counted.cases.values()) == 0
    assert (counted.answers, counted.flags, counted.letters) == ((), {}, {})
