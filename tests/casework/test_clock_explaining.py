"""Clocks explained to people, in both languages: every kind of step, every state of a rung."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from casework.case_file import open_case
from casework.clock_explaining import ExplainedClock, explain_clock
from casework.clock_words import days_told, term_words
from casework.office import Office
from casework.reconcile import reconcile_case
from integrations.clock import FixedClock
from models.errors import InvalidInput, NotFound
from models.records import Case, LetterRecord, NoticeRecord, PauseRecord
from models.records.base import new_id
from models.rules.clock_explained import DayKind, DayNote, RungState
from models.rules.policy import PARTED, After, Anchor, ClockRule
from models.rules.rulebook import Rulebook
from models.rules.terms import Term, TermUnit
from models.statuses import CaseStatus, LetterState, NoticeState, Purpose, RungKind

OpenOne = Callable[..., str]
RULE = "reply.ombudsman_ua"


def with_rule(office: Office, rule_id: str, **changes: Any) -> ClockRule:
    """Put another wording of one rule into the open office's policy."""
    rule = replace(office.policy.get_clock(rule_id), **changes)
    clocks = tuple(rule if each.id == rule_id else each for each in office.policy.clocks)
    office.book = Rulebook(replace(office.policy, clocks=clocks), office.book.calendars)
    return rule


def send_letter(office: Office, reference: str, taken_at: datetime, number: str = "2026-000001") -> str:
    letter_id = new_id()
    with office.store.writing() as session:
        case_id = session.scalars(select(Case.id).where(Case.reference == reference)).one()
        row = {
            "id": letter_id,
            "case_id": case_id,
            "number": number,
            "kind": "ombudsman_ua.request",
            "body": "ombudsman_ua",
            "purpose": Purpose.SEARCH,
            "language": "uk",
            "state": LetterState.SENT,
            "drafted_at": taken_at,
            "taken_on": office.book.today(taken_at),
            "taken_at": taken_at,
        }
        session.execute(insert(LetterRecord), [row])
    return letter_id


def told(office: Office, reference: str, rule: str = RULE, language: str = "en", **more: Any) -> ExplainedClock:
    return explain_clock(office, reference, rule, office.now(), language=language, **more)


def line_with(told_clock: ExplainedClock, words: str) -> str:
    return next(line for line in told_clock.lines if words in line)


def test_nothing_is_written_and_both_databases_tell_the_same(either_office: Office, open_one: OpenOne) -> None:
    reference = open_one(either_office)
    reconcile_case(either_office, reference, either_office.now())
    before = either_office.store.reading()
    with before as session:
        looked_at = session.scalars(select(Case.looked_at)).one()
    explained = told(either_office, reference, "stage.reported")
    assert explained.explanation.clock.due_on == date(2026, 3, 17)
    with either_office.store.reading() as session:
        assert session.scalars(select(Case.looked_at)).one() == looked_at


def test_a_month_after_a_letter_is_told_by_the_letters_number(office: Office, open_one: OpenOne) -> None:
    reference = open_one(office)
    with_rule(office, RULE, anchor=Anchor.LETTER_TAKEN, lag=None, term=Term(1, TermUnit.MONTHS))
    send_letter(office, reference, office.now())
    explained = told(office, reference)
    assert explained.lines[1:3] == (
        "Counted from: the sending of letter 2026-000001, Monday, 2 March 2026 (the day is known)",
        "The term: 1 month; the first day is Tuesday, 3 March 2026, the last Thursday, 2 April 2026",
    )
    assert line_with(explained, "Stopped by").startswith("Stopped by: an answer, a refusal or a request")
    assert line_with(explained, "lists may still say otherwise")
    ukrainian = told(office, reference, language="uk").lines
    assert ukrainian[1] == "Від чого: передання листа № 2026-000001, понеділок, 2 березня 2026 р. (день відомий)"
    assert ukrainian[2].startswith("Строк: 1 місяць; перший день вівторок, 3 березня 2026 р.")


def test_working_days_sum_weekends_up_and_name_each_holiday(office: Office, open_one: OpenOne) -> None:
    reference = open_one(office)
    with_rule(
        office,
        RULE,
        anchor=Anchor.LETTER_REGISTERED,
        lag=Term(3, TermUnit.WORKING_DAYS),
        term=Term(30, TermUnit.WORKING_DAYS),
        calendar="geneva",
    )
    send_letter(office, reference, office.now())
    explained = told(office, reference)
    assert line_with(explained, "its day is not on record").startswith(
        "Counted from: the registration of letter 2026-000001, Thursday, 5 March 2026"
    )
    assert line_with(explained, "The letter was taken on Monday, 2 March 2026").endswith("Thursday, 5 March 2026")
    assert line_with(explained, "not counted") == (
        "  not counted: 14 days of the week-end (Saturday, Sunday); Friday, 3 April 2026 (Good Friday); "
        "Monday, 6 April 2026 (Easter Monday)"
    )


def test_a_letter_supposed_to_arrive_on_its_day_says_so(office: Office, open_one: OpenOne) -> None:
    reference = open_one(office)
    with_rule(office, RULE, anchor=Anchor.LETTER_DELIVERED, lag=Term(0, TermUnit.CALENDAR_DAYS))
    send_letter(office, reference, office.now())
    assert "Monday, 2 March 2026 and is supposed to have arrived that very day" in told(office, reference).lines[2]


def test_a_worked_holiday_is_counted_and_named(office: Office, open_one: OpenOne) -> None:
    reference = open_one(office)
    with_rule(office, RULE, anchor=Anchor.LETTER_TAKEN, lag=None, term=Term(45, TermUnit.WORKING_DAYS))
    send_letter(office, reference, office.now())
    assert line_with(told(office, reference), "counted, as they are worked").endswith("Friday, 1 May 2026 (Labor Day)")
    with_rule(office, RULE, term=Term(60, TermUnit.CALENDAR_DAYS))
    assert "(Friday, 1 May 2026 (Labor Day)), so it stays" in line_with(told(office, reference), "so it stays")


def test_a_last_day_in_the_weekend_moves_and_says_why(office: Office, open_one: OpenOne) -> None:
    reference = open_one(office)
    with_rule(office, RULE, anchor=Anchor.LETTER_TAKEN, lag=None, term=Term(5, TermUnit.CALENDAR_DAYS))
    send_letter(office, reference, office.now())
    assert line_with(told(office, reference), "That is no working day") == (
        "That is no working day by the calendar “Ukraine” (Saturday, 7 March 2026; Sunday, 8 March 2026), "
        "so it moves to the next one: Monday, 9 March 2026"
    )


def test_hours_are_told_by_the_offices_clock(office: Office, open_one: OpenOne) -> None:
    reference = open_one(office)
    with_rule(office, RULE, anchor=Anchor.LETTER_TAKEN, lag=None, term=Term(72, TermUnit.HOURS), rolls=False, rungs=())
    send_letter(office, reference, office.now())
    explained = told(office, reference)
    assert line_with(explained, "The term") == (
        "The term: 72 hours, from Monday, 2 March 2026, 09:00 until Thursday, 5 March 2026, 09:00"
    )
    assert line_with(explained, "whether it is worked or not")
    assert line_with(explained, "Due: ") == "Due: Thursday, 5 March 2026, 09:00 (running)"
    assert "The ladder:" not in explained.lines


def test_a_pause_is_told_with_its_span_and_rungs_rest(office: Office, open_one: OpenOne, clock: FixedClock) -> None:
    reference = open_one(office)
    with open_case(office, reference, office.now(), "c-01") as file:
        file.case.status = CaseStatus.SUSPENDED
        file.session.add(PauseRecord(case_id=file.case.id, from_on=date(2026, 3, 3)))
    clock.advance(timedelta(days=4))
    explained = told(office, reference, "stage.reported")
    assert line_with(explained, "The case rested") == (
        "The case rested 3 days: from 3 March 2026 until 6 March 2026; the last day moves to Friday, 20 March 2026"
    )
    assert line_with(explained, "first_reminder · rests, as the case does")


def test_a_cut_off_says_that_it_never_moves_and_what_its_lapse_closes_off(office: Office, open_one: OpenOne) -> None:
    reference = open_one(office, separation__on="2026-02")
    hard = next(each for each in office.policy.clocks if each.hard and each.anchor in PARTED)
    with_rule(office, hard.id, verified=True)
    explained = told(office, reference, hard.id)
    assert "only the month is known" in explained.lines[1]
    assert line_with(explained, "A final cut-off")
    assert line_with(explained, "(verified by a lawyer)")
    assert line_with(explained, "What a lapse closes off")
    assert line_with(explained, "Stopped by: a letter that has left")


def test_each_rung_says_where_it_stands(office: Office, open_one: OpenOne) -> None:
    reference = open_one(office)
    rung = office.policy.get_clock(RULE).rungs[0]
    ladder = (
        replace(rung, id="first", at_day=3, from_end=None, after=None),
        replace(rung, id="second", at_day=5, from_end=None, after=None),
        replace(rung, id="refused", at_day=7, from_end=None, after=After.REFUSAL),
    )
    with_rule(office, RULE, anchor=Anchor.LETTER_TAKEN, lag=None, term=Term(30, TermUnit.CALENDAR_DAYS), rungs=ladder)
    letter = send_letter(office, reference, office.now())
    with office.store.writing() as session:
        case_id = session.scalars(select(Case.id)).one()
        fired = {"case_id": case_id, "rule": RULE, "anchor": letter, "rung": "first", "kind": RungKind.REMINDER}
        moments = {"due_at": office.now(), "fired_at": office.now(), "urgent": False}
        session.execute(insert(NoticeRecord), [{**fired, **moments, "state": NoticeState.FIRED}])
    explained = told(office, reference)
    assert line_with(explained, "· first ·").split(" · ")[2] == "fired Monday, 2 March 2026, 09:00"
    assert line_with(explained, "· second ·").split(" · ")[2] == "ahead"
    assert line_with(explained, "refused ·").split(" · ")[1] == "waits for a word from the body (day refusal+7)"
    assert [each.state for each in explained.explanation.rungs] == [
        RungState.FIRED,
        RungState.AHEAD,
        RungState.WAITING,
    ]


def test_a_rung_put_off_says_until_when(office: Office, open_one: OpenOne) -> None:
    from models.records import SnoozeRecord  # noqa: PLC0415 - for this test only

    reference = open_one(office)
    with office.store.writing() as session:
        case_id = session.scalars(select(Case.id)).one()
        put_off = {"case_id": case_id, "rule": "stage.reported", "anchor": "reported#1", "rung": "first_reminder"}
        session.add(SnoozeRecord(**put_off, until_on=date(2026, 3, 12), by="c-01", at=office.now()))
    assert "put off until 12 March 2026" in line_with(told(office, reference, "stage.reported"), "first_reminder")


def test_an_ended_clock_says_when_it_ended_and_can_still_be_explained(office: Office, open_one: OpenOne) -> None:
    reference = open_one(office)
    with open_case(office, reference, office.now(), "c-01") as file:
        file.case.standing_confirmed_on = file.today
    reconcile_case(office, reference, office.now())
    explained = told(office, reference, "stage.reported")
    assert line_with(explained, "Due: ") == "Due: Tuesday, 17 March 2026 (met 2 March 2026)"
    assert line_with(explained, "· will not fire ·")
    assert not any("lists may still" in line for line in explained.lines)


def test_of_several_clocks_of_a_rule_one_must_be_chosen(office: Office, open_one: OpenOne) -> None:
    reference = open_one(office)
    with_rule(office, RULE, anchor=Anchor.LETTER_TAKEN, lag=None)
    first, second = (send_letter(office, reference, office.now(), f"2026-00000{number}") for number in (1, 2))
    with pytest.raises(InvalidInput, match="which_clock") as refused:
        told(office, reference)
    assert first in refused.value.advice
    assert told(office, reference, anchor=second).letter == "2026-000002"
    with pytest.raises(NotFound, match="clock_not_found") as unknown:
        told(office, reference, anchor="nowhere")
    assert second in unknown.value.advice


def test_a_case_without_clocks_says_so(office: Office, open_one: OpenOne) -> None:
    reference = open_one(office)
    office.book = Rulebook(replace(office.policy, clocks=office.policy.clocks[1:2]), office.book.calendars)
    with pytest.raises(NotFound, match="none"):
        told(office, reference, office.policy.clocks[0].id)


def test_days_of_a_short_rest_are_listed_in_order_and_terms_are_inflected() -> None:
    friday = DayNote(date(2026, 5, 15), DayKind.FREE, {"uk": "указ", "en": "decree"})
    saturday = DayNote(date(2026, 5, 16), DayKind.WEEKEND, {})
    assert days_told([saturday, friday], "en") == "Friday, 15 May 2026 (decree); Saturday, 16 May 2026"
    assert [term_words(Term(count, TermUnit.WORKING_DAYS), "uk") for count in (1, 3, 5, 21)] == [
        "1 робочий день",
        "3 робочі дні",
        "5 робочих днів",
        "21 робочий день",
    ]


@pytest.mark.parametrize(
    ("anchor_of", "words"),
    [("eighteenth_birthday", "the day the child turns 18"), ("stage.reported", "the entry into the stage")],
)
def test_what_a_clock_counts_from_is_said_in_words(
    office: Office, open_one: OpenOne, anchor_of: str, words: str
) -> None:
    reference = open_one(office, child__birth_on="2009-05-09")
    assert words in told(office, reference, anchor_of).lines[1]


def test_an_unknown_case_is_not_found(office: Office) -> None:
    from models.rules.reference import make_reference  # noqa: PLC0415 - for this test only

    with pytest.raises(NotFound, match="case_not_found"):
        told(office, make_reference(2026, 9), "stage.reported")
