"""The policy's files: the shipped ones are right, and every mistake is found in one run, with its file and line."""

import shutil
from pathlib import Path

import pytest

from integrations.letter_templates import TEMPLATE_FOLDER
from integrations.policy_files import POLICY_FILES, find_policy_mistakes, load_policy
from integrations.settings import load_settings
from models.errors import ConfigurationError
from tests.integrations.policy_slips import (
    AFTERNOON,
    BODIES,
    CALENDARS,
    CLOCKS,
    LETTERS,
    OFFICE,
    STAGES,
    Slip,
    write_with_slips,
)

SHIPPED = load_settings().policy_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "policy"))


def found(folder: Path) -> list[tuple[str, int, str]]:
    return [(mistake.file, mistake.line, mistake.code) for mistake in find_policy_mistakes(folder)]


def test_the_shipped_policy_has_no_mistakes() -> None:
    assert find_policy_mistakes(SHIPPED) == []


def test_every_slip_of_an_afternoon_is_found_in_one_run_with_its_file_and_line(folder: Path) -> None:
    expected = write_with_slips(folder, AFTERNOON)
    assert len(expected) > 60
    assert found(folder) == expected


def test_every_mistake_says_what_would_be_right(folder: Path) -> None:
    write_with_slips(folder, AFTERNOON)
    said = {mistake.what_would_be_right for mistake in find_policy_mistakes(folder)}
    assert min(len(advice.split()) for advice in said) >= 4
    assert not [advice for advice in said if "invalid" in advice.lower()]
    assert "write a list: [first, second], or one line each beginning with a dash" in " ".join(said)
    assert "`legal_bassis` here; did you mean `legal_basis`?" in " ".join(said)
    assert "the term has 28 to 31 days: write less than 28, or 31 and more" in said


OMBUDSMAN_ADDRESS = """\
    addresses:
      - valid_from: "2025-01-01"
        mail: ombudsman-ua@bodies.example
        lines:
          uk:
            - "Уповноваженому Верховної Ради України з прав людини"
            - "вул. Інститутська, 21/8"
            - "м. Київ, 01008"
"""

# These hide or cause others, so each is made alone: what a caseworker does, and what is said.
ALONE = {
    "a stage is misspelt": [
        Slip(STAGES, "", "stages:", "§stages:", "stage_missing"),
        Slip(STAGES, "", "- stage: identified", "§- stage: found", "word_unknown"),
    ],
    "two stages change places": [
        Slip(STAGES, "", "stages:", "§stages:", "stages_out_of_order"),
        Slip(STAGES, "", "- stage: reported", "- stage: returned"),
        Slip(STAGES, "stage: verified", "- stage: returned", "- stage: reported"),
        Slip(
            STAGES,
            "stage: verified\n",
            "    gate:\n      - requires: arrival",
            "    §gate:\n      - requires: arrival",
            "gate_before_the_first",
        ),
        Slip(STAGES, "", "- stage: returned", "§- stage: returned", "gate_missing"),
    ],
    "a location needs no sources": [
        Slip(STAGES, "", "- requires: supported", "§- requires: supported", "parameter_missing"),
        Slip(STAGES, "", "        official: 1\n        independent: 2\n", ""),
    ],
    "a stage has no clock": [
        Slip(CLOCKS, "", "clocks:", "§clocks:", "stage_without_clock"),
        Slip(CLOCKS, "id: stage.located", "stage: located", "stage: verified"),
    ],
    "an anchor lacks its stage": [
        Slip(CLOCKS, "", "clocks:", "§clocks:", "stage_without_clock"),
        Slip(CLOCKS, "", "- id: stage.located", "§- id: stage.located", "parameter_missing"),
        Slip(CLOCKS, "id: stage.located", "    stage: located\n", ""),
    ],
    "a body has no kind": [
        Slip(BODIES, "", "- id: wgeid", "§- id: wgeid", "body_without_kind"),
        Slip(LETTERS, "id: wgeid.request", "body: wgeid", "body: icrc_cta"),
        Slip(LETTERS, "", "- id: wgeid.request", "§- id: wgeid.request", "template_missing"),
        Slip(LETTERS, "", "- id: wgeid", "§- id: wgeid", "template_names_more_than_allowed " * 7),
        Slip(STAGES, "", "bodies: [omb", "§bodies: [omb", "body_without_letter"),
    ],
    "a kind is renamed": [
        Slip(LETTERS, "", "kinds:", "§kinds:", "template_without_kind"),
        Slip(LETTERS, "", "- id: family.news", "§- id: family.letter", "template_missing"),
    ],
    "a body gets a language": [
        Slip(BODIES, "id: ombudsman_ua", "languages: [uk]", "§languages: [uk, ru]", "language_unknown"),
        Slip(BODIES, "id: ombudsman_ua", "salutation:", "§salutation:", "language_missing"),
        Slip(BODIES, "id: ombudsman_ua", "lines:", "§lines:", "language_missing"),
        Slip(LETTERS, "", "- id: ombudsman_ua", "§- id: ombudsman_ua", "template_missing"),
    ],
    "a body loses its languages": [
        Slip(BODIES, "id: ombudsman_ua", "languages: [uk]", "§languages: []", "nothing_named"),
        Slip(BODIES, "id: ombudsman_ua", 'uk: "Шановний', '§uk: "Шановний', "language_unknown"),
        Slip(BODIES, "id: ombudsman_ua", "          uk:", "          §uk:", "language_unknown"),
    ],
    "a body loses its address": [
        Slip(BODIES, "id: ombudsman_ua", OMBUDSMAN_ADDRESS, "    §addresses: []\n", "address_missing"),
    ],
    "an address has a line too many": [
        Slip(BODIES, "id: ombudsman_ua", "lines:\n", 'lines:\n          §en: ["Kyiv"]\n', "language_unknown"),
    ],
    "an older address stands below": [
        Slip(
            BODIES,
            "id: ombudsman_ua",
            "    legal_basis:",
            '      - §valid_from: "2024-12-31"\n'
            "        mail: a@b.example\n        lines: {uk: [Київ]}\n    legal_basis:",
            "addresses_out_of_order",
        ),
    ],
    "a kind loses its purposes": [
        Slip(LETTERS, "id: family.news", "purposes: [information]", "§purposes: []", "nothing_named"),
    ],
    "a text runs over two lines": [
        Slip(LETTERS, "id: family.news", 'en: "Letter to', '§en: "Letter\\nto', "text_has_lines"),
    ],
    "a section is missing": [Slip(LETTERS, "", "kinds:", "§letters:", "section_missing section_unknown")],
    "a section is no list": [
        Slip(LETTERS, "", "kinds:", "§kinds: none\nthe_kinds:", "type_wrong"),
        Slip(LETTERS, "kinds: none", "the_kinds:", "§the_kinds:", "section_unknown"),
    ],
    "the office's day has another name": [Slip(OFFICE, "", "office_day:", "§day:", "section_missing section_unknown")],
    "a time zone does not exist": [
        Slip(OFFICE, "", "time_zone: Europe/Kyiv", "§time_zone: Europe/Kiew", "value_wrong"),
    ],
    "an indentation slips": [Slip(CLOCKS, "id: visit.30d", "    anchor:", "  § anchor:", "yaml_unreadable")],
    "a value points elsewhere": [
        Slip(OFFICE, "", "time_zone: Europe/Kyiv", "time_zone: &zone Europe/Kyiv"),
        Slip(OFFICE, "", 'morning: "07:00"', "§morning: *zone", "yaml_alias type_wrong"),
    ],
    "a calendar is misspelt": [Slip(CALENDARS, "ukraine:", "weekend: [sat", "§weekend: [Sat", "calendars_invalid")],
}


@pytest.mark.parametrize("slips", ALONE.values(), ids=ALONE.keys())
def test_a_mistake_alone_is_found_at_its_line(folder: Path, slips: list[Slip]) -> None:
    expected = write_with_slips(folder, slips)
    assert found(folder) == expected


def test_a_version_is_the_hash_of_the_files_and_changes_with_any_of_them(folder: Path) -> None:
    version = load_policy(folder).version
    assert version == load_policy(SHIPPED).version
    assert len(version) == 16
    versions = {version}
    for name in POLICY_FILES:
        path = folder / name
        path.write_text(path.read_text(encoding="utf-8") + "# looked at\n", encoding="utf-8")
        versions.add(load_policy(folder).version)
    assert len(versions) == 7


@pytest.mark.parametrize("name", POLICY_FILES)
def test_a_missing_file_is_one_mistake(folder: Path, name: str) -> None:
    (folder / name).unlink()
    assert found(folder) == [(name, 1, "file_missing")]


@pytest.mark.parametrize("name", [OFFICE, STAGES, CLOCKS, BODIES, LETTERS])
def test_an_empty_file_is_one_mistake(folder: Path, name: str) -> None:
    (folder / name).write_text("# nothing\n", encoding="utf-8")
    assert found(folder) == [(name, 1, "file_empty")]


def test_a_file_in_another_encoding_is_one_mistake(folder: Path) -> None:
    text = (folder / CLOCKS).read_text(encoding="utf-8")
    (folder / CLOCKS).write_bytes(text.encode("cp1251", errors="replace"))
    assert found(folder) == [(CLOCKS, 1, "yaml_unreadable")]


def test_a_file_that_holds_no_keys_lacks_its_sections(folder: Path) -> None:
    (folder / CLOCKS).write_text("- stage.reported\n", encoding="utf-8")
    assert found(folder) == [(CLOCKS, 1, "section_missing")]


def test_a_policy_with_mistakes_is_not_loaded_and_each_is_a_line_of_the_advice(folder: Path) -> None:
    expected = write_with_slips(folder, AFTERNOON)
    with pytest.raises(ConfigurationError) as refused:
        load_policy(folder)
    assert refused.value.code == "policy_has_mistakes"
    assert refused.value.references == {"mistakes": len(expected)}
    assert len(refused.value.advice.splitlines()) == len(expected)
    assert refused.value.advice.splitlines()[0].startswith("bodies.yaml:9: delete this or write it below one of")


def test_a_template_that_names_too_much_or_nothing_known_is_a_mistake_of_its_kind(tmp_path: Path) -> None:
    templates = Path(shutil.copytree(TEMPLATE_FOLDER, tmp_path / "templates"))
    for kind, language, line in [
        ("family.news", "uk", "{{ sighting.source }}{{ requester.phone }}"),
        ("wgeid.request", "en", "{{ child.shoe_size }}"),
        ("ombudsman_ua.request", "uk", "{% set name = child.family_name %}"),
    ]:
        path = templates / "letters" / kind / f"{language}.typ.j2"
        path.write_text(path.read_text(encoding="utf-8") + line, encoding="utf-8")
    codes = [(mistake.file, mistake.code) for mistake in find_policy_mistakes(SHIPPED, templates)]
    assert codes == [
        (LETTERS, "template_construct_refused"),
        (LETTERS, "template_names_unknown_field"),
        (LETTERS, "template_names_more_than_allowed"),
        (LETTERS, "template_names_unknown_field"),
    ]
