"""The policy's files: the shipped ones are right, and every mistake is found in one run, with its file and line."""

import shutil
from pathlib import Path

import pytest

from integrations.policy_files import POLICY_FILES, find_policy_mistakes, load_policy
from integrations.settings import load_settings
from models.errors import ConfigurationError
from tests.integrations.policy_slips import (
    AFTERNOON,
    CALENDARS,
    CATEGORIES,
    CLOCKS,
    FAMILY,
    LETTERHEAD,
    LETTERS,
    OFFICE,
    OMBUDSMAN,
    STAGES,
    WGEID,
    Slip,
    write_with_slips,
)

SHIPPED = load_settings().policy_folder
TEMPLATES = load_settings().templates_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "policy"))


def found(folder: Path) -> list[tuple[str, int, str]]:
    return [(mistake.file, mistake.line, mistake.code) for mistake in find_policy_mistakes(folder, TEMPLATES)]


def test_the_shipped_policy_has_no_mistakes() -> None:
    assert find_policy_mistakes(SHIPPED, TEMPLATES) == []


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
        Slip(FAMILY, "", "- id: family\n", "§- id: family\n", "body_without_kind"),
        Slip(FAMILY, "id: family.news", "bodies: [family]", "§bodies: [families]", "body_unknown"),
    ],
    "a kind has no body": [
        Slip(FAMILY, "", "- id: family\n", "§- id: family\n", "body_without_kind"),
        Slip(FAMILY, "id: family.news", "bodies: [family]", "§bodies: []", "nothing_named"),
    ],
    "a kind is renamed": [
        Slip(LETTERS, "", "\nkinds:", "\n§kinds:", "template_without_kind"),
        Slip(FAMILY, "", "- id: family.news", "§- id: family.letter", "template_missing template_missing"),
    ],
    "a body gets a language": [
        Slip(OMBUDSMAN, "id: ombudsman_ua", "name:", "§name:", "language_missing"),
        Slip(OMBUDSMAN, "id: ombudsman_ua", "languages: [uk]", "languages: [uk, fr]"),
        Slip(OMBUDSMAN, "id: ombudsman_ua", "salutation:", "§salutation:", "language_missing"),
        Slip(OMBUDSMAN, "id: ombudsman_ua", "lines:", "§lines:", "language_missing"),
        Slip(OMBUDSMAN, "", "- id: ombudsman_ua.request", "§- id: ombudsman_ua.request", "template_missing"),
        Slip(OMBUDSMAN, "id: ombudsman_ua.request", "subject:", "§subject:", "language_missing"),
        Slip(CLOCKS, "id: reply.ombudsman_ua", "cited:", "§cited:", "language_missing"),
    ],
    "a body gets a language in which no letter is written": [
        Slip(OMBUDSMAN, "id: ombudsman_ua", "languages: [uk]", "§languages: [uk, de]", "language_unknown"),
    ],
    "a body loses its languages": [
        Slip(OMBUDSMAN, "id: ombudsman_ua", "languages: [uk]", "§languages: []", "nothing_named"),
    ],
    "a body loses its address": [
        Slip(OMBUDSMAN, "id: ombudsman_ua", OMBUDSMAN_ADDRESS, "    §addresses: []\n", "address_missing"),
    ],
    "an address has a line too many": [
        Slip(OMBUDSMAN, "id: ombudsman_ua", "lines:\n", 'lines:\n          §de: ["Kyiv"]\n', "language_unknown"),
    ],
    "an older address stands below": [
        Slip(
            OMBUDSMAN,
            "id: ombudsman_ua",
            "    legal_basis:",
            '      - §valid_from: "2024-12-31"\n'
            "        mail: a@b.example\n        lines: {uk: [Київ]}\n    legal_basis:",
            "days_out_of_order",
        ),
    ],
    "a kind loses its purposes": [
        Slip(FAMILY, "id: family.news", "purposes: [information]", "§purposes: []", "nothing_named"),
    ],
    "a text runs over two lines": [
        Slip(FAMILY, "id: family.news", 'en: "Letter to', '§en: "Letter\\nto', "text_has_lines"),
    ],
    "there is no letterhead": [
        Slip(LETTERHEAD, "", "\nletterheads:", "\n§letterheads: []\nthe_old_ones:", "entry_missing"),
        Slip(LETTERHEAD, "", "\nthe_old_ones:", "\n§the_old_ones:", "section_unknown"),
    ],
    "a section is missing": [Slip(LETTERS, "", "\nkinds:", "\n§letters:", "section_missing section_unknown")],
    "a section is no list": [
        Slip(LETTERS, "", "\nkinds:", "\n§kinds: none\nthe_kinds:", "type_wrong"),
        Slip(LETTERS, "kinds: none", "the_kinds:", "§the_kinds:", "section_unknown"),
    ],
    "a body's sections have other names": [
        Slip(FAMILY, "", "\nbodies:", "\n§body:", "section_missing section_unknown"),
        Slip(FAMILY, "id: family\n", "\nkinds:", "\n§kind:", "section_unknown"),
    ],
    "a body's section is no list": [
        Slip(FAMILY, "", "\nbodies:", "\n§bodies: none\nbody:", "type_wrong"),
        Slip(FAMILY, "", "\nbody:", "\n§body:", "section_unknown"),
    ],
    "a body's file cannot be read": [Slip(WGEID, "id: wgeid\n", "    category:", "  § category:", "yaml_unreadable")],
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
    version = load_policy(folder, TEMPLATES).version
    assert version == load_policy(SHIPPED, TEMPLATES).version
    assert len(version) == 16
    versions = {version}
    for name in (*POLICY_FILES, WGEID):
        path = folder / name
        path.write_text(path.read_text(encoding="utf-8") + "# looked at\n", encoding="utf-8")
        versions.add(load_policy(folder, TEMPLATES).version)
    (folder / WGEID).rename(folder / "bodies" / "working_group.yaml")
    versions.add(load_policy(folder, TEMPLATES).version)
    assert len(versions) == len(POLICY_FILES) + 3


@pytest.mark.parametrize("name", POLICY_FILES)
def test_a_missing_file_is_one_mistake(folder: Path, name: str) -> None:
    (folder / name).unlink()
    assert found(folder) == [(name, 1, "file_missing")]


def test_a_missing_folder_of_bodies_is_one_mistake(folder: Path) -> None:
    shutil.rmtree(folder / "bodies")
    assert found(folder) == [("bodies/", 1, "section_missing")]


@pytest.mark.parametrize("name", ["bodies.yaml", "bodies/family.yml", "bodies/family.yaml~", "bodies/old/family.yaml"])
def test_a_file_that_nothing_reads_is_a_mistake_and_a_hidden_one_is_none(folder: Path, name: str) -> None:
    for path in (folder / name, folder / ".DS_Store", folder / "bodies" / ".family.yaml.swp"):
        path.parent.mkdir(exist_ok=True)
        path.write_text("bodies: []\n", encoding="utf-8")
    assert found(folder) == [(name, 1, "file_unknown")]


def test_what_stands_in_two_files_is_a_mistake_of_the_second(folder: Path) -> None:
    shutil.copy(folder / FAMILY, folder / "bodies" / "family_again.yaml")
    lines = (folder / FAMILY).read_text(encoding="utf-8").splitlines()
    starts = [number for number, line in enumerate(lines, start=1) if line.startswith("  - id: family")]
    assert found(folder) == [("bodies/family_again.yaml", line, "name_repeated") for line in starts]


def test_a_second_body_may_stand_in_a_file_and_a_file_may_hold_kinds_alone(folder: Path) -> None:
    text = (folder / FAMILY).read_text(encoding="utf-8")
    body, kinds = text.split("\nkinds:")
    (folder / FAMILY).write_text(body, encoding="utf-8")
    (folder / "bodies" / "family_letters.yaml").write_text(f"kinds:{kinds}", encoding="utf-8")
    assert found(folder) == []


def test_an_older_letterhead_stands_above_the_newer(folder: Path) -> None:
    text = (folder / LETTERHEAD).read_text(encoding="utf-8")
    entry = text[text.index("  - valid_from") :]
    newer = entry.replace("2025-01-01", "2024-12-31")
    (folder / LETTERHEAD).write_text(text + newer, encoding="utf-8")
    assert found(folder) == [(LETTERHEAD, text.count("\n") + 1, "days_out_of_order")]


@pytest.mark.parametrize("name", [OFFICE, STAGES, CLOCKS, CATEGORIES, LETTERHEAD, LETTERS, WGEID])
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
        load_policy(folder, TEMPLATES)
    assert refused.value.code == "policy_has_mistakes"
    assert refused.value.references == {"mistakes": len(expected)}
    assert len(refused.value.advice.splitlines()) == len(expected)
    assert refused.value.advice.splitlines()[0].startswith("bodies/family.yaml:")


def test_a_template_that_names_too_much_or_nothing_known_is_a_mistake_of_its_kind(tmp_path: Path) -> None:
    templates = Path(shutil.copytree(TEMPLATES, tmp_path / "templates"))
    for kind, language, line in [
        ("family.news", "uk", "{{ sighting.source }}{{ requester.phone }}"),
        ("family.news", "en", "{% for each in children %}{% endfor %}{{ letter.procedure | word }}"),
        ("wgeid.request", "en", "{{ child.shoe_size }}"),
        ("ombudsman_ua.request", "uk", "{% set name = child.family_name %}"),
    ]:
        path = templates / "letters" / kind / f"{language}.typ.j2"
        path.write_text(path.read_text(encoding="utf-8") + line, encoding="utf-8")
    mistakes = find_policy_mistakes(SHIPPED, templates)
    assert [(mistake.file, mistake.code) for mistake in mistakes] == [
        (FAMILY, "template_misuses_fact"),
        (FAMILY, "template_names_more_than_allowed"),
        (FAMILY, "template_names_unknown_field"),
        (FAMILY, "templates_disagree"),
        (FAMILY, "templates_disagree"),
        (OMBUDSMAN, "template_construct_refused"),
        (WGEID, "template_names_unknown_field"),
    ]
    said = " ".join(mistake.what_would_be_right for mistake in mistakes)
    assert "allow `requester.phone` to `family`, or take it out of templates/letters/family.news/uk.typ.j2" in said
    assert "name `children` in templates/letters/family.news/uk.typ.j2 as in en, or in none of them" in said
    assert "of templates/letters/family.news/en.typ.j2: `letter.procedure` is not a coded fact, which is what" in said


def test_a_kind_for_two_bodies_tells_what_both_may_know_in_all_their_languages(folder: Path) -> None:
    path = folder / WGEID
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("bodies: [wgeid]", "bodies: [wgeid, ombudsman_ua]", 1), encoding="utf-8")
    both = {(mistake.file, mistake.code) for mistake in find_policy_mistakes(folder, TEMPLATES)}
    path.write_text(text.replace("bodies: [wgeid]", "bodies: [wgeid, family]", 1), encoding="utf-8")
    mistakes = find_policy_mistakes(folder, TEMPLATES)
    assert both == set()
    assert "template_names_more_than_allowed" in {mistake.code for mistake in mistakes}
    assert all(
        "to `family`, or take it out of" in mistake.what_would_be_right
        for mistake in mistakes
        if "names" in mistake.code
    )


def test_the_time_for_an_urgent_procedure_is_of_no_use_to_a_letter_without_one(folder: Path) -> None:
    path = folder / FAMILY
    text = path.read_text(encoding="utf-8")
    wrong = "  - id: family.news\n    urgent_within: {count: 3, unit: months}\n"
    path.write_text(text.replace("  - id: family.news\n", wrong), encoding="utf-8")
    line = text[: text.index("  - id: family.news")].count("\n") + 2
    assert found(folder) == [(FAMILY, line, "parameter_unused")]
