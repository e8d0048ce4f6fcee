"""`dodomu policy check` and `show`, as a lawyer types them."""

import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from desk.policy_commands import PolicySection, policy_app
from desk.policy_directory import body_lines
from integrations.policy_files import load_policy
from integrations.settings import load_settings
from models.errors import ConfigurationError, NotFound
from models.rules.policy import DraftOrder
from models.statuses import Purpose

SHIPPED = load_settings().policy_folder
TEMPLATES = load_settings().templates_folder


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
    entries = [path for path in SHIPPED.rglob("*.yaml") if path.name != "calendars.yaml"]
    waiting = sum(path.read_text(encoding="utf-8").count("verified: false") for path in entries)
    assert result.output == f"No mistakes. Entries that wait for a lawyer's `verified: true`: {waiting}.\n"


def test_a_signed_off_entry_waits_no_more(folder: Path) -> None:
    before = json.loads(run("check", "--folder", str(folder), "--json").output)
    path = folder / "bodies" / "wgeid.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("verified: false", "verified: true", 1), encoding="utf-8")
    after = json.loads(run("check", "--folder", str(folder), "--json").output)
    assert (before["mistakes"], after) == ([], {"mistakes": [], "unverified": before["unverified"] - 1})


def test_mistakes_are_lines_with_file_and_line_and_the_exit_code_is_the_users(folder: Path) -> None:
    spoil(folder)
    result = run("check", "--folder", str(folder))
    assert result.exit_code == 2
    assert result.output.splitlines() == [
        "clocks.yaml:32: write a day later than the 7 of the rung above, or move this rung up [rungs_out_of_order]",
        'office.yaml:6: `morning`: write an hour like "07:00" [type_wrong]',
        "2 mistakes. Nothing was changed.",
    ]


def test_mistakes_for_programs(folder: Path) -> None:
    spoil(folder)
    result = run("check", "--folder", str(folder), "--json")
    assert result.exit_code == 2
    mistakes = json.loads(result.output)["mistakes"]
    assert [(each["file"], each["line"], each["code"]) for each in mistakes] == [
        ("clocks.yaml", 32, "rungs_out_of_order"),
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
    assert "  3 months from disappearance (wgeid); met by letter_to; calendar every_day, final" in lines
    assert "            draft wgeid.request, purpose search" in lines
    assert (
        "approved by 2, one of them the legal officer; only with consent, and it passes letters on to the State"
    ) in "\n".join(lines)
    assert "  by coordinator, supervisor; only from returned" in lines
    assert "  never: persons_believed_responsible, card, caseload" in lines


def test_a_body_is_shown_as_a_directory_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DODOMU_LANGUAGE", "en")
    lines = run("show", "body", "ombudsman_ua").output.splitlines()
    assert lines[2:5] == [
        "# bodies",
        "ombudsman_ua: Ukrainian Parliament Commissioner for Human Rights",
        "  uk: Уповноважений Верховної Ради України з прав людини",
    ]
    assert lines[5].startswith(
        "  not verified: Law of Ukraine on the Parliament Commissioner for Human Rights 776/97-ВР"
    )
    assert "  mail, in uk; approved by 1; only with consent" in lines
    assert "  never, as domestic_authority: card, caseload" in lines
    assert "  address today, from 2025-01-01: ombudsman-ua@bodies.example" in lines
    counted = "1 months from letter_delivered, or 0 calendar_days after it was taken (ombudsman_ua)"
    assert f"  reply term reply.ombudsman_ua: {counted}" in "\n".join(lines)
    assert "    if it lapses, day end: overdue, coordinator" in lines
    assert "  letter ombudsman_ua.request: Appeal to the Parliament Commissioner for Human Rights of Ukraine" in lines
    assert not [line for line in lines if line.startswith("wgeid")]


def test_a_body_that_owes_no_reply_and_is_written_to_at_home_says_so() -> None:
    lines = run("show", "bodies", "family").output.splitlines()
    assert "  reply term: none" in lines
    assert "  address today: none; it stands in the case" in lines


def test_a_body_for_programs_has_what_other_files_say_about_it() -> None:
    (body,) = json.loads(run("show", "body", "icrc_cta", "--json").output)["bodies"]
    assert (body["id"], body["channel"]) == ("icrc_cta", "mail")
    assert body["unmentioned_in"] == ["accusatory", "accountability"]
    assert "persons_believed_responsible" in body["excluded"]
    assert body["address_today"]["mail"] == "icrc-cta@bodies.example"
    assert [term["clock"]["id"] for term in body["reply_terms"]] == ["reply.icrc_cta"]
    assert body["reply_terms"][0]["next_rung"]["at_day"] == 90
    assert "icrc_cta.tracing" in body["kinds"]


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        (("category", "icrc"), "  never named in letters that are: accusatory, accountability"),
        (("letterhead", "2025-01-01"), "from 2025-01-01: Координаційний центр з повернення дітей"),
        (("stage", "located"), "located: Місцеперебування встановлено"),
        (("kind", "family.news"), "  to family, for information; humanitarian"),
        (("side_exit", "returned"), "  by coordinator, supervisor; only from returned"),
    ],
)
def test_one_entry_of_any_part_is_shown(typed: tuple[str, str], shown: str) -> None:
    lines = run("show", *typed).output.splitlines()
    assert shown in lines
    assert len([line for line in lines[3:] if not line.startswith(" ")]) == 1


@pytest.mark.parametrize("typed", [("body", "nobody"), ("office", "office_day")])
def test_what_is_not_there_is_refused_with_what_is(typed: tuple[str, str]) -> None:
    result = run("show", *typed)
    assert isinstance(result.exception, NotFound)
    assert result.exception.code == "policy_entry_not_found"


def test_a_part_that_is_not_there_is_refused_with_those_that_are() -> None:
    result = run("show", "bodys")
    assert result.exit_code == 2
    assert "office, stages, side_exits" in result.output


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


def test_a_directory_entry_tells_of_the_intermediary_the_citation_and_the_draft_that_follows_silence() -> None:
    policy = load_policy(SHIPPED, TEMPLATES)
    clock, body = policy.get_clock("reply.icrc_cta"), policy.get_body("icrc_cta")
    order = DraftOrder("icrc_cta.tracing", Purpose.SEARCH, "icrc_cta")
    silent = replace(clock, cited={"uk": "за статтею 140"}, rungs=(replace(clock.rungs[0], drafts=(order,)),))
    distant = replace(body, through={"en": "a neutral State"}, category="none", by_person_only=True)
    edited = replace(policy, bodies=(distant,), clocks=(silent,))
    lines = list(body_lines(edited, "uk", today=date(2026, 3, 2)))
    assert "  handed over by: a neutral State" in lines
    assert "    may be cited: за статтею 140" in lines
    assert "      draft icrc_cta.tracing to icrc_cta, purpose search" in lines
    assert [line for line in lines if line.endswith("only with consent; begun by a person only")]
    assert not [line for line in lines if line.startswith("  never")]
    only_counts = replace(edited, clocks=(replace(silent, rungs=()),))
    assert not [line for line in body_lines(only_counts, "uk", today=date(2026, 3, 2)) if "if it lapses" in line]
