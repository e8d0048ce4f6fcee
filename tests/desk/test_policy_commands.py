"""`dodomu policy check` and `show`, as a lawyer types them."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from desk.policy_commands import PolicySection, policy_app
from integrations.policy_files import load_policy
from integrations.settings import load_settings
from models.errors import ConfigurationError

SHIPPED = load_settings().policy_folder


def run(*words: str) -> Result:
    return CliRunner().invoke(policy_app, words)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "policy"))


def spoil(folder: Path) -> None:
    for name, right, wrong in [
        ("clocks.yaml", "at_day: 12", "at_day: 2"),
        ("office.yaml", "07:00", "7 o'clock"),
    ]:
        path = folder / name
        path.write_text(path.read_text(encoding="utf-8").replace(right, wrong, 1), encoding="utf-8")


def test_a_right_policy_says_how_much_waits_for_a_lawyer() -> None:
    result = run("check")
    assert result.exit_code == 0
    assert result.output == "No mistakes. Entries that wait for a lawyer's `verified: true`: 54.\n"


def test_a_signed_off_entry_waits_no_more(folder: Path) -> None:
    path = folder / "bodies.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("verified: false", "verified: true", 1), encoding="utf-8")
    assert json.loads(run("check", "--folder", str(folder), "--json").output) == {"mistakes": [], "unverified": 53}


def test_mistakes_are_lines_with_file_and_line_and_the_exit_code_is_the_users(folder: Path) -> None:
    spoil(folder)
    result = run("check", "--folder", str(folder))
    assert result.exit_code == 2
    assert result.output.splitlines() == [
        "clocks.yaml:30: write a day later than the 7 of the rung above, or move this rung up [rungs_out_of_order]",
        'office.yaml:6: `morning`: write an hour like "07:00" [type_wrong]',
        "2 mistakes. Nothing was changed.",
    ]


def test_mistakes_for_programs(folder: Path) -> None:
    spoil(folder)
    result = run("check", "--folder", str(folder), "--json")
    assert result.exit_code == 2
    mistakes = json.loads(result.output)["mistakes"]
    assert [(each["file"], each["line"], each["code"]) for each in mistakes] == [
        ("clocks.yaml", 30, "rungs_out_of_order"),
        ("office.yaml", 6, "type_wrong"),
    ]


def test_one_mistake_is_not_two(folder: Path) -> None:
    (folder / "office.yaml").unlink()
    assert run("check", "--folder", str(folder)).output.splitlines()[-1] == "1 mistake. Nothing was changed."


def test_everything_is_shown_in_plain_lines() -> None:
    lines = run("show").output.splitlines()
    assert lines[0] == f"policy {load_policy(SHIPPED).version}"
    assert [line for line in lines if line.startswith("# ")] == [f"# {section}" for section in PolicySection]
    assert "the day begins at 07:00, Europe/Kyiv" in lines
    assert (
        "  supported_location: official 1; independent 2; within_days 90; worst_source D; worst_information 4" in lines
    )
    assert "  3 months from separation (wgeid); met by letter_to; calendar every_day, final" in lines
    assert "            draft wgeid.request, purpose search" in lines
    assert (
        "  mail, in en; approved by 2, one of them the legal officer; "
        "only with consent, and it passes letters on to the State"
    ) in lines
    assert "  by coordinator, supervisor; only from returned" in lines
    assert "  never: persons_believed_responsible" in lines


def test_one_part_is_shown_in_the_offices_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DODOMU_LANGUAGE", "en")
    lines = run("show", "clocks").output.splitlines()
    assert lines[2:5] == [
        "# clocks",
        "stage.reported: From the report to the identity",
        "  15 calendar_days from stage_entered (reported); met by next_stage; calendar ukraine, rolls",
    ]
    assert "# bodies" not in lines


def test_the_policy_for_programs_is_whole() -> None:
    shown = json.loads(run("show", "--json").output)
    assert set(shown) == {"version", *PolicySection}
    assert shown["office"] == {"time_zone": "Europe/Kyiv", "morning": "07:00:00"}
    assert [stage["stage"] for stage in shown["stages"]][:2] == ["reported", "identified"]
    assert shown["clocks"][0]["term"] == {"count": 15, "unit": "calendar_days"}


def test_a_policy_with_mistakes_is_not_shown(folder: Path) -> None:
    spoil(folder)
    result = run("show", "--folder", str(folder))
    assert isinstance(result.exception, ConfigurationError)
    assert result.exception.code == "policy_has_mistakes"
