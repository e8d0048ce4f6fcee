"""What stands in Prefect's artifacts: references, dates, words for codes, counts."""

import re
from datetime import date

import pytest

from casework.case_card import case_card
from casework.office import Office
from casework.reports import caseload
from casework.watch import WatchReport
from integrations.intake_files import RowFault
from integrations.settings import load_settings
from models.statuses import CaseStatus, ClockState, LetterState, NoticeState, Stage
from tests.casework.report_rows import set_case, write_case, write_clock, write_letter, write_notice
from workflows.artifacts import (
    FAULTS_SHOWN,
    case_key,
    case_markdown,
    caseload_markdown,
    caseload_rows,
    fault_rows,
    rule_name,
    watch_markdown,
)


@pytest.fixture
def english(office: Office) -> Office:
    office.settings = load_settings(home=office.settings.home, language="en")
    return office


def write_full_case(office: Office) -> str:
    reference = write_case(office, 1, Stage.IDENTIFIED, sibling_group="g", coordinator="c-01")
    write_case(office, 2, sibling_group="g")
    write_clock(office, reference, "stage.identified", date(2026, 3, 5), ClockState.RUNNING)
    write_clock(office, reference, "stage.reported", date(2026, 2, 5), ClockState.MET)
    letter = write_letter(office, reference, "wgeid", LetterState.NO_REPLY, "2026-000007")
    write_clock(office, reference, "reply.gone", date(2026, 2, 27), ClockState.OVERDUE, anchor=letter)
    write_notice(office, reference, "overdue", NoticeState.FIRED, office.now())
    write_notice(office, reference, "first_reminder", NoticeState.OVERTAKEN, office.now())
    set_case(
        office,
        reference,
        missing=[["located", "supported_location", "credible_sighting"]],
        flags=[["consent_missing", "wgeid"]],
    )
    return reference


def test_a_case_is_shown_from_its_way_home_to_its_letters(english: Office) -> None:
    reference = write_full_case(english)

    shown = case_markdown(english, case_card(english, reference, english.now()))

    assert shown.splitlines()[:5] == [
        f"# {reference} · Identified",
        "",
        "● Reported · 2026-03-01  ",
        "● Identified · 2026-03-02  ",
        "○ Located  ",
    ]
    assert "- A letter to wgeid is called for, and no consent allows it" in shown
    assert "- a credible sighting" in shown
    assert "| From the identity to the location | 2026-03-05 | 3 | running |" in shown
    assert "| reply.gone | 2026-02-27 | -3 | overdue |" in shown
    assert "| 2026-000007 | wgeid.kind | wgeid | no reply |" in shown
    assert "2026-02-05" not in shown


def test_a_birthday_does_not_reach_prefect(english: Office) -> None:
    reference = write_full_case(english)
    birthday = date(2031, 7, 9)
    write_clock(english, reference, "eighteenth_birthday", birthday, ClockState.RUNNING, anchor="eighteenth_birthday")

    card = case_card(english, reference, english.now())

    assert birthday in {clock.due_on for clock in card.clocks}
    assert "2031" not in case_markdown(english, card)


def test_a_case_is_shown_in_the_offices_language(office: Office) -> None:
    shown = case_markdown(office, case_card(office, write_full_case(office), office.now()))

    assert "● Особу встановлено · 2026-03-02" in shown
    assert "## Бракує для наступного етапу\n\n- достовірні відомості про місцеперебування" in shown


def test_an_open_case_that_lacks_nothing_says_so_and_a_closed_one_is_silent(english: Office) -> None:
    reference = write_case(english, 1)
    assert "Missing for the next stage\n\nnothing" in case_markdown(
        english, case_card(english, reference, english.now())
    )

    set_case(english, reference, status=CaseStatus.CLOSED)
    assert "Missing" not in case_markdown(english, case_card(english, reference, english.now()))


def test_a_cases_key_is_one_that_prefect_takes() -> None:
    assert re.fullmatch(r"[a-z0-9-]+", case_key("2026-000001-Z"))


def test_the_caseload_is_shown_in_counts(english: Office) -> None:
    write_full_case(english)

    counted = caseload(english, english.now())
    shown = caseload_markdown(english, counted)

    assert "| Stage | Cases | 0–30 days | 31–90 days | 91–180 days | 181–365 days | over 365 |" in shown
    assert "| Identified | 1 | 1 | 0 | 0 | 0 | 0 |" in shown
    assert "| A letter to … is called for, and no consent allows it | 1 |" in shown
    assert "| overdue | 1 |" in shown
    assert "| c-01 | 1 |" in shown
    assert "| wgeid | 1 | 0 | 0 | 0 | 1 | 0% |" in shown
    assert f"| {rule_name(english, 'stage.reported')} | overdue | 1 |" in shown
    assert "first_reminder" not in shown
    assert caseload_rows(english, counted)[1] == {
        "Stage": "Identified",
        "Cases": 1,
        "0–30 days": 1,
        "31–90 days": 0,
        "91–180 days": 0,
        "181–365 days": 0,
        "over 365": 0,
    }


def test_overdue_clocks_of_nobodys_cases_are_shown_as_such(office: Office) -> None:
    write_clock(office, write_case(office, 1), "stage.reported", date(2026, 2, 1), ClockState.OVERDUE)

    assert "| без координатора | 1 |" in caseload_markdown(office, caseload(office, office.now()))


def test_a_watch_is_shown_in_counts_with_the_cases_that_could_not_be_assessed() -> None:
    shown = watch_markdown(WatchReport(looked=5, moved=1, flagged=2, faults=("2026-000001-Z",)), "en")

    assert "| 5 | 1 | 2 | 0 | 0 | 1 |\n- 2026-000001-Z" in shown


def test_a_fault_names_row_column_and_code_and_no_header_that_is_not_ours() -> None:
    faults = [RowFault(2, "child.birth_on", "date_impossible", {}), RowFault(1, "petrenko", "column_unknown", {})]

    assert fault_rows(faults) == [
        {"row": 2, "column": "child.birth_on", "code": "date_impossible"},
        {"row": 1, "column": "", "code": "column_unknown"},
    ]


def test_a_flood_of_faults_is_cut() -> None:
    assert len(fault_rows([RowFault(row, "", "empty", {}) for row in range(FAULTS_SHOWN + 1)])) == FAULTS_SHOWN
