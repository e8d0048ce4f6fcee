"""Deliveries, registrations and disappearances typed at the desk, and what a lapsed cut-off and an old calendar say."""

from datetime import date
from typing import Any

import pytest

from casework.office import Office
from desk.health import check_health
from desk.wording import closed_off_words
from models.rules.rulebook import Rulebook


def clock_of(desk: Any, case: str, rule: str) -> dict[str, Any]:
    (clock,) = [each for each in desk.read("case", "show", case)["clocks"] if each["rule"] == rule]
    return dict(clock)


def test_a_receipt_and_a_registration_are_recorded_by_typing(desk: Any, case: str) -> None:
    desk.do("standing", "confirm", case)
    desk.do("letter", "draft", case, "--kind", "ombudsman_ua.request", "--purpose", "search")
    desk.do("letter", "approve", "2026-000001", "--as", "c-02")
    desk.do("letter", "hand-over", "2026-000001", "--on", "2026-03-02")
    assert clock_of(desk, case, "reply.ombudsman_ua")["due_on"] == "2026-04-02"
    later = ("--at", "2026-03-16")
    assert case in desk.do("letter", "delivered", "2026-000001", "--on", "2026-03-05", *later)
    assert clock_of(desk, case, "reply.ombudsman_ua")["due_on"] == "2026-04-06"
    early = ("--on", "2026-03-01", *later)
    assert desk.refuse("letter", "delivered", "2026-000001", *early).endswith("[delivered_before_taken]")
    told = ("--kind", "acknowledgement", "--registered-on", "2026-03-06", *later)
    assert case in desk.do("reply", "record", "2026-000001", *told)


def test_a_disappearance_is_recorded_by_typing_and_a_cut_off_that_lapses_says_what_it_closes_off(
    desk: Any, case: str
) -> None:
    desk.do("case", "disappeared", case, "2025-12-24")
    assert clock_of(desk, case, "cut_off.wgeid_urgent")["due_on"] == "2026-03-24"
    assert desk.refuse("case", "disappeared", case, "2026-01").endswith("[reason_missing]")
    desk.do("case", "disappeared", case, "2026-01", "--reason", "вигаданий свідок")
    assert clock_of(desk, case, "cut_off.wgeid_urgent")["due_on"] == "2026-04-01"
    assert "lapsed for good" not in desk.do("case", "show", case)
    desk.do("watch", "--at", "2026-04-02")
    told = desk.do("case", "show", case, "--at", "2026-04-02")
    assert "lapsed for good on 2026-04-01: The Working Group's urgent procedure" in told


def test_a_calendar_that_ends_soon_makes_an_office_unhealthy_and_one_that_ends_later_is_named(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {}
    for today in (date(2026, 12, 31), date(2027, 1, 1), date(2027, 12, 1)):
        monkeypatch.setattr(Rulebook, "today", lambda _, __, today=today: today)
        (found,) = [each for each in check_health() if each.what == "calendars"]
        told[today] = (found.good, "russia 2027-12-31" in found.told)
    assert list(told.values()) == [(True, False), (True, True), (False, True)]


def test_a_calendar_that_could_not_count_a_clock_of_a_year_makes_an_office_unhealthy_a_year_ahead(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {}
    for today in (date(2027, 7, 1), date(2027, 10, 15)):
        monkeypatch.setattr(Rulebook, "today", lambda _, __, today=today: today)
        (found,) = [each for each in check_health() if each.what == "calendars"]
        told[today] = (found.good, "ukraine 2028-12-31" in found.told)
    assert list(told.values()) == [(True, False), (False, True)]


def test_a_rule_that_the_policy_knows_no_more_is_called_by_its_id(office: Office) -> None:
    assert closed_off_words(office, "cut_off.long_ago") == "cut_off.long_ago"
    assert closed_off_words(office, "cut_off.wgeid_urgent") != "cut_off.wgeid_urgent"
