"""What the desk says about how a deadline came about."""

from typing import Any

from models.rules.reference import make_reference


def test_a_deadline_is_explained_line_by_line(desk: Any, case: str) -> None:
    told = desk.do("clock", "explain", case, "stage.reported").splitlines()
    assert told[:5] == [
        f"{case} · From the report to the identity",
        "Counted from: the entry into the stage “Reported”, Monday, 2 March 2026 (the day is known)",
        "The term: 15 calendar days; the first day is Tuesday, 3 March 2026, the last Tuesday, 17 March 2026",
        "That is a working day by the calendar “Ukraine”, so it stays",
        "Due: Tuesday, 17 March 2026 (running)",
    ]
    assert told[5].startswith("Stopped by: the next stage: ")
    assert told[6] == "The ladder:"
    assert told[7].startswith("  Monday, 9 March 2026, 07:00 · first_reminder · ahead · Phone the applicant")
    assert told[-1].endswith("(not yet verified by a lawyer)")


def test_for_programs_the_steps_are_values(desk: Any, case: str) -> None:
    told = desk.read("clock", "explain", case, "stage.reported")
    assert (told["due_on"], told["weekday"], told["anchor"]["on"]) == ("2026-03-17", 2, "2026-03-02")
    assert [step["kind"] for step in told["steps"]] == ["count", "roll"]
    assert told["rungs"][0] == {
        "id": "first_reminder",
        "at": "2026-03-09T05:00:00+00:00",
        "state": "ahead",
        "fired_at": None,
        "snoozed_until": None,
    }


def test_what_cannot_be_explained_is_refused_with_what_there_is(desk: Any, case: str) -> None:
    assert "clock_rule_not_found" in desk.refuse("clock", "explain", case, "stage.nowhere")
    assert "stage.reported" in desk.refuse("clock", "explain", case, "stage.verified")
    assert "case_not_found" in desk.refuse("clock", "explain", make_reference(2026, 2), "stage.reported")
