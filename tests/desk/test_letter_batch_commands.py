"""`dodomu letter prepare`: what was made, what could not be and why, for people and for programs."""

from pathlib import Path
from typing import Any

from tests.desk.conftest import APPLICATION

APPEAL = ("letter", "draft", "2026-000001-Z", "--kind", "icrc_cta.tracing", "--purpose", "search")


def test_drafts_are_prepared_once_and_a_preview_finds_them(desk: Any, case: str, tmp_path: Path) -> None:
    desk.do(*APPEAL)
    assert desk.do("letter", "prepare") == "Letters prepared: 1; ready before, still as they are: 0.\n"
    assert desk.read("letter", "prepare") == {"made": 0, "unchanged": 1, "left": 0, "faults": {}}
    assert desk.read("letter", "prepare", "--kind", "family.news", "--processes", "1")["unchanged"] == 0
    desk.do("letter", "preview", "2026-000001", "--to", str(tmp_path / "seen.pdf"))
    assert (tmp_path / "seen.pdf").read_bytes().startswith(b"%PDF")
    (line,) = desk.read("letter", "list")
    assert (line["state"], line["approved_by"]) == ("draft", [])


def test_a_draft_that_cannot_be_made_is_named_with_its_fault(desk: Any, case: str) -> None:
    for _ in range(6):
        desk.do(*APPEAL)
    desk.do("case", "suspend", case, "--reason", "Вигадано.", "--as", "s-01")
    result = desk.type("letter", "prepare")
    assert result.exit_code == 2
    assert result.stdout.startswith("Letters prepared: 0; ready before, still as they are: 0.\n")
    assert "case_is_suspended" in result.stdout
    assert "2026-000001, 2026-000002, 2026-000003, 2026-000004, 2026-000005 …" in result.stdout
    assert "2026-000006" not in result.stdout


def test_letters_about_several_children_are_left_to_whoever_reads_them(desk: Any, case: str) -> None:
    brother = [column for column in APPLICATION if not column.startswith("child.given_name")]
    desk.do("case", "open", "child.given_name=Тарас", *brother)
    references = [each["reference"] for each in desk.read("case", "list")]
    desk.do(*APPEAL, "--beside", next(each for each in references if each != case))
    assert "Letters about several children or about none: 1" in desk.do("letter", "prepare")
