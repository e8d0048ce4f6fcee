"""A case's card says where it stands by references, dates and codes alone."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from casework.case_card import ClockLine, LetterLine, Sibling, StageStep, case_card
from casework.caseload import caseload
from casework.office import Office
from casework.reconcile import reconcile_case
from models.errors import InvalidInput, NotFound
from models.records import ReplyRecord
from models.records.base import new_id
from models.rules.assess import Flag
from models.rules.gates import Missing
from models.rules.policy import RequirementKind
from models.rules.reference import make_reference
from models.rules.wording import letter_state_words
from models.statuses import CaseStatus, ClockState, LetterState, NoticeState, Purpose, ReplyKind, Stage
from tests.casework.report_rows import set_case, write, write_case, write_clock, write_letter, write_notice


def test_a_case_just_opened_shows_what_identified_still_lacks(office: Office, open_one: Callable[..., str]) -> None:
    reference = open_one(office)
    reconcile_case(office, reference, office.now())

    card = case_card(office, reference.lower(), office.now())

    assert (card.reference, card.status, card.stage, card.coordinator) == (
        reference,
        CaseStatus.OPEN,
        Stage.REPORTED,
        "c-01",
    )
    assert card.missing == (Missing(Stage.IDENTIFIED, RequirementKind.REQUESTER_STANDING, "standing_not_confirmed"),)
    assert ("stage.reported", ClockState.RUNNING) in {(clock.rule, clock.state) for clock in card.clocks}
    assert card.next_look_at is not None


def test_the_track_shows_each_stage_reached_and_its_day(office: Office) -> None:
    reference = write_case(office, 1, Stage.IDENTIFIED, Stage.LOCATED)

    track = case_card(office, reference, office.now()).track

    assert track == (
        StageStep(Stage.REPORTED, date(2026, 2, 28)),
        StageStep(Stage.IDENTIFIED, date(2026, 3, 1)),
        StageStep(Stage.LOCATED, date(2026, 3, 2)),
        StageStep(Stage.DIPLOMATIC_REQUEST, None),
        StageStep(Stage.VERIFIED, None),
        StageStep(Stage.RETURNED, None),
    )


def test_a_stage_that_was_stepped_back_from_is_not_reached(office: Office) -> None:
    reference = write_case(office, 1, Stage.IDENTIFIED, Stage.LOCATED, Stage.IDENTIFIED)

    track = {step.stage: step.entered_on for step in case_card(office, reference, office.now()).track}

    assert track[Stage.LOCATED] is None
    assert track[Stage.IDENTIFIED] == date(2026, 3, 2)


def test_clocks_tell_the_days_left_and_those_that_have_ended_come_last(office: Office) -> None:
    reference = write_case(office, 1)
    write_clock(office, reference, "ended", date(2026, 2, 20), ClockState.MET)
    write_clock(office, reference, "late", date(2026, 2, 27), ClockState.OVERDUE)
    write_clock(office, reference, "soon", date(2026, 3, 5), ClockState.RUNNING)

    clocks = case_card(office, reference, office.now()).clocks

    assert clocks == (
        ClockLine(reference, "late", "a", date(2026, 2, 27), ClockState.OVERDUE, days_left=-3),
        ClockLine(reference, "soon", "a", date(2026, 3, 5), ClockState.RUNNING, days_left=3),
        ClockLine(reference, "ended", "a", date(2026, 2, 20), ClockState.MET, days_left=None),
    )


def test_letters_notices_flags_and_siblings_stand_on_the_card(office: Office) -> None:
    reference = write_case(office, 1, sibling_group="g")
    sibling = write_case(office, 2, Stage.IDENTIFIED, sibling_group="g")
    write_case(office, 3, sibling_group="another")
    write_letter(office, reference, "wgeid", LetterState.DRAFT, "2026-000001")
    write_notice(office, reference, "overdue", NoticeState.FIRED, office.now())
    write_notice(office, reference, "first_reminder", NoticeState.OVERTAKEN, office.now() - timedelta(days=1))
    set_case(office, reference, flags=[["possible_duplicate", ""]], possible_duplicate_of=sibling)

    card = case_card(office, reference, office.now())

    assert card.letters == (LetterLine("2026-000001", "wgeid.kind", "wgeid", Purpose.SEARCH, LetterState.DRAFT, None),)
    assert [(notice.rung, notice.state) for notice in card.notices] == [
        ("first_reminder", NoticeState.OVERTAKEN),
        ("overdue", NoticeState.FIRED),
    ]
    assert card.flags == (Flag("possible_duplicate"),)
    assert card.siblings == (Sibling(sibling, Stage.IDENTIFIED, CaseStatus.OPEN),)
    assert card.possible_duplicate_of == sibling


def test_silence_after_an_acknowledgement_is_another_silence(either_office: Office) -> None:
    reference = write_case(either_office, 1)
    for number, kind in enumerate((ReplyKind.ACKNOWLEDGEMENT, ReplyKind.ANSWER)):
        letter = write_letter(either_office, reference, "wgeid", LetterState.NO_REPLY, f"2026-{number}")
        write(
            either_office,
            reference,
            ReplyRecord(id=new_id(), letter_id=letter, kind=kind, received_on=date(2026, 3, 2)),
        )
    letters = case_card(either_office, reference, either_office.now()).letters
    assert [each.acknowledged for each in letters] == [True, False]
    said = [letter_state_words(each.state, "en", acknowledged=each.acknowledged) for each in letters]
    assert said == ["acknowledged, no answer", "no reply"]
    assert letter_state_words(LetterState.SENT, "en", acknowledged=True) == "sent"
    (answers,) = caseload(either_office, either_office.now()).answers
    assert (answers.taken, answers.acknowledged, answers.silent) == (2, 1, 1)


def test_a_case_that_is_not_there_is_not_found(office: Office) -> None:
    with pytest.raises(NotFound, match="case_not_found"):
        case_card(office, make_reference(2026, 77), office.now())


def test_a_mistyped_reference_is_refused(office: Office) -> None:
    with pytest.raises(InvalidInput):
        case_card(office, "2026-000001-A", office.now())
