"""What the desk says of a policy before it is adopted."""

import shutil
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """A copy of the policy whose first term is five days shorter."""
    folder = Path(shutil.copytree(Path(__file__).parents[2] / "policy", tmp_path / "changed"))
    clocks = folder / "clocks.yaml"
    clocks.write_text(clocks.read_text(encoding="utf-8").replace("count: 15", "count: 10", 1), encoding="utf-8")
    return folder


def test_what_a_changed_policy_would_change_is_said_by_rule_and_by_case(desk: Any, case: str, changed: Path) -> None:
    told = desk.do("clock", "simulate", "--policy", str(changed))
    assert told.startswith("Cases looked at: 1, would change: 1. ")
    assert "Nothing was written." in told
    (row,) = (line for line in told.splitlines() if line.startswith("From the report to the identity"))
    assert "1 (-5)" in row
    assert f"{case}: changes 1; stage.reported 2026-03-17 → 2026-03-12" in told


def test_for_programs_it_is_one_document_with_its_rate(desk: Any, case: str, changed: Path) -> None:
    found = desk.read("clock", "simulate", "--policy", str(changed))
    assert (found["cases"], found["changed"], found["rules"]["stage.reported"]["move"]) == (1, 1, 1)
    assert found["most_affected"][0]["reference"] == case
    assert found["cases_per_second"] >= 0


def test_a_policy_with_mistakes_is_refused_with_all_of_them(desk: Any, case: str, changed: Path) -> None:
    assert case
    clocks = changed / "clocks.yaml"
    clocks.write_text(clocks.read_text(encoding="utf-8").replace("calendar: ukraine", "calendar: mars", 2))
    result = desk.type("clock", "simulate", "--policy", str(changed))
    assert result.exit_code == 2
    assert [line.split(":")[0] for line in result.stderr.splitlines()] == ["clocks.yaml", "clocks.yaml"]


def test_gates_stages_letters_and_faults_are_told_in_sentences(desk: Any, case: str, changed: Path) -> None:
    desk.do("standing", "confirm", case)
    stages = changed / "stages.yaml"
    text = stages.read_text(encoding="utf-8").replace("national_police, ", "", 1)
    stages.write_text(text, encoding="utf-8")
    told = desk.do("clock", "simulate", "--policy", str(changed))
    assert "would hold no more (the reference of a report" in told
    (folded,) = (line for line in told.splitlines() if line.startswith(f"{case}: changes"))
    assert not folded.endswith(" ")
    calendars = changed / "calendars.yaml"
    text = calendars.read_text(encoding="utf-8").replace("covers_until: 2028-12-31", "covers_until: 2026-03-05", 1)
    calendars.write_text(text, encoding="utf-8")
    assert f"Could not be assessed (calendar_not_covered): 1, among them {case}." in desk.do(
        "clock", "simulate", "--policy", str(changed)
    )
