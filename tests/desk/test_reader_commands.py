"""Snoozing, absences, working hours and who is behind, as people type them."""

from typing import Any

RULE = ("stage.reported", "first_reminder")


def test_a_snooze_is_shown_wherever_the_deadline_is(desk: Any, case: str) -> None:
    desk.do("watch")
    said = desk.do("clock", "snooze", case, *RULE, "--until", "2026-03-12", "--reason", "The requester is in hospital.")
    assert (
        said.splitlines()[0]
        == f"{case}: the rung first_reminder is snoozed until 2026-03-12. The deadline has not moved."
    )
    assert "running, snoozed until 2026-03-12" in desk.do("clock", "list", case)
    assert "running, snoozed until 2026-03-12" in desk.do("case", "show", case)
    (line,) = [each for each in desk.read("clock", "list", case) if each["rule"] == RULE[0]]
    assert line["snoozed_until"] == "2026-03-12"
    again = desk.refuse("clock", "snooze", case, *RULE, "--until", "2026-03-13", "--reason", "Once more.")
    assert again.endswith("[rung_snoozed]")


def test_an_absence_is_recorded_listed_and_ended(desk: Any) -> None:
    assert desk.do("staff", "absences") == "Nobody is away.\n"
    said = desk.do("staff", "absent", "c-01", "--from", "2026-03-02", "--until", "2026-03-12", "--deputy", "c-02")
    assert said == "c-01: away from 2026-03-02 until 2026-03-12; c-02 reads the mails.\n"
    assert desk.read("staff", "absences") == [
        {"staff": "c-01", "from_on": "2026-03-02", "until_on": "2026-03-12", "deputy": "c-02"}
    ]
    assert "2026-03-12" in desk.do("staff", "absences")
    assert desk.do("staff", "back", "c-01") == "c-01: the absence has ended.\n"
    assert desk.refuse("staff", "back", "c-01").endswith("[not_absent]")


def test_hours_are_set_and_listed(desk: Any) -> None:
    assert desk.do("staff", "hours", "c-01", "--from", "09:00", "--until", "18:00") == (
        "c-01: at work from 09:00 until 18:00.\n"
    )
    hours = {each["staff"]: each["hours"] for each in desk.read("staff", "list")}
    assert hours == {"c-01": ["09:00", "18:00"], "c-02": [], "l-01": [], "s-01": []}
    assert desk.refuse("staff", "hours", "c-01", "--from", "early", "--until", "18:00").endswith("[time_unreadable]")


def test_the_overdue_are_counted_by_coordinator_and_by_body(desk: Any, case: str) -> None:
    assert desk.do("clock", "list", "--overdue", "--by", "coordinator") == "Nothing is overdue.\n"
    desk.do("watch")
    desk.do("watch", "--at", "2026-03-20")
    desk.do("staff", "absent", "c-01", "--from", "2026-03-20", "--until", "2026-03-27", "--deputy", "c-02")
    assert desk.read("clock", "list", "--overdue", "--by", "coordinator") == [
        {
            "who": "c-01",
            "count": 1,
            "oldest_on": "2026-03-17",
            "absence": {"staff": "c-01", "from_on": "2026-03-20", "until_on": "2026-03-27", "deputy": "c-02"},
        }
    ]
    assert "2026-03-27, c-02" in desk.do("clock", "list", "--overdue", "--by", "coordinator")
    assert desk.read("clock", "list", "--by", "body") == []
    assert [each["state"] for each in desk.read("clock", "list", "--overdue")] == ["overdue"]
    assert desk.refuse("clock", "list", case, "--by", "body").endswith("[by_counts_the_office]")
