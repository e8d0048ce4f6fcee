"""The tables of the documents say what settings, policy, codes, dependencies and decisions really are."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from integrations.policy_files import load_policy
from integrations.settings import _FROM_FILES, Settings
from models.rules import wording
from models.rules.letter_policy import LetterKind
from models.rules.policy import ClockRule, Policy, Requirement, RequirementKind
from models.rules.reference import make_reference, parse_reference
from models.statuses import Channel, InformationGrade, ReplyKind, SourceGrade, Stage

ROOT = Path(__file__).resolve().parents[2]
_UNITS = {
    "calendar_days": "day",
    "working_days": "working day",
    "weeks": "week",
    "months": "month",
    "years": "year",
    "hours": "hour",
}
_REFERENCE = re.compile(r"\b[0-9]{4}-[0-9]{6}-[0-9A-Z]\b")


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(ROOT / "policy", ROOT / "templates")


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def rows_below(name: str, head: str) -> list[list[str]]:
    """The rows of the table whose first line begins with `head`, cell by cell."""
    lines = iter(text_of(name).splitlines())
    assert any(line.startswith(head) for line in lines), f"{name} has no table {head}"
    next(lines)
    rows = []
    for line in lines:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def codes_in(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def codes_of(requirement: Requirement) -> Iterator[str]:
    """Every word with which a gate can say what this requirement lacks."""
    match requirement.requires:
        case RequirementKind.MINIMUM_IDENTITY:
            yield from requirement.fields
        case RequirementKind.CONSENT:
            yield f"consent_{requirement.purpose}"
        case RequirementKind.CHECKLIST:
            yield from (item.value for item in requirement.items)
            yield from (f"{item}_stale" for item in requirement.items if requirement.within_days)
        case other:
            yield from _WORDS[other]


_WORDS = {
    RequirementKind.REQUESTER_STANDING: ("requester", "requester_basis", "standing_not_confirmed"),
    RequirementKind.REPORT_REFERENCE: ("report_reference",),
    RequirementKind.SUPPORTED_LOCATION: (
        "credible_sighting",
        "official_or_two_independent_sources",
        "location_stale",
    ),
    RequirementKind.REQUEST_TAKEN: ("request_not_taken",),
    RequirementKind.BODY_AGREES: ("no_acknowledgement_of_child",),
    RequirementKind.SIGN_OFFS: ("sign_off_of_two_people",),
    RequirementKind.ARRIVAL: ("arrival", "arrival_on_free_territory", "arrival_with_family_or_guardian"),
}


def test_every_setting_is_in_the_operations_table_and_nothing_else() -> None:
    documented = [codes_in(row[0])[0] for row in rows_below("docs/operations.md", "| variable |")]
    assert documented == [f"DODOMU_{name.upper()}" for name in Settings.model_fields]


def test_plain_defaults_of_settings_are_as_documented() -> None:
    rows = {codes_in(row[0])[0]: row[1] for row in rows_below("docs/operations.md", "| variable |")}
    for name, field in Settings.model_fields.items():
        default = field.default
        if field.is_required() or field.default_factory is not None or isinstance(default, Path | type(None)):
            continue
        assert codes_in(rows[f"DODOMU_{name.upper()}"])[:1] == [str(default).removesuffix(".0")], name


def test_the_secrets_that_may_stand_in_files_are_named() -> None:
    text = text_of("docs/operations.md")
    sentence = text[: text.index("may instead be read from a file")].splitlines()[-1]
    assert codes_in(sentence) == [f"DODOMU_{name.upper()}" for name in _FROM_FILES]


def test_the_stages_table_is_the_policys(policy: Policy) -> None:
    rows = rows_below("docs/handbook.md", "| stage |")
    assert [codes_in(row[0])[0] for row in rows] == [stage.value for stage in Stage]
    for row in rows:
        rule = next(rule for rule in policy.stages if rule.stage == codes_in(row[0])[0])
        assert row[1] == rule.name["uk"].lower()
        assert set(codes_in(row[3])) == {code for each in rule.gate for code in codes_of(each)}


def test_the_clocks_table_is_the_policys(policy: Policy) -> None:
    rows = {codes_in(row[0])[0]: row for row in rows_below("docs/handbook.md", "| clock |")}
    assert list(rows) == [clock.id for clock in policy.clocks]
    for clock in policy.clocks:
        assert rows[clock.id][2] == term_of(clock), clock.id
        assert rows[clock.id][3] == ", ".join(rung.place for rung in clock.rungs), clock.id


def term_of(clock: ClockRule) -> str:
    count = clock.term.count
    term = f"{count} {_UNITS[clock.term.unit]}{'' if count == 1 else 's'}"
    return f"{term}, never pauses" if clock.hard else term


def test_the_letters_table_is_the_policys(policy: Policy) -> None:
    rows = {codes_in(row[0])[0]: row[2:] for row in rows_below("docs/handbook.md", "| kind | to |")}
    assert rows == {kind.id: [", ".join(kind.purposes), approved_and_sent(kind, policy)] for kind in policy.kinds}


def approved_and_sent(kind: LetterKind, policy: Policy) -> str:
    bodies = [policy.get_body(body) for body in kind.bodies]
    ways = {(body.approval.people, body.approval.legal_officer, body.channel) for body in bodies}
    if len(ways) > 1:
        return "as the body"
    ((people, legal_officer, channel),) = ways
    return f"{people}{' + lawyer' if legal_officer else ''}, {'by hand' if channel is Channel.BY_HAND else 'mail'}"


def test_the_handbook_says_what_to_do_for_every_flag(policy: Policy) -> None:
    told = [code for row in rows_below("docs/handbook.md", "| flag |") for code in codes_in(row[0])]
    gates = {code for rule in policy.stages for each in rule.gate for code in codes_of(each)}
    assert sorted(told) == sorted(set(wording._FLAGS) | gates)


def test_every_code_of_a_gate_has_words(policy: Policy) -> None:
    for rule in policy.stages:
        for code in {code for each in rule.gate for code in codes_of(each)}:
            assert wording.missing_words(code, "uk") != wording.missing_words(code, "en")


def test_grades_and_replies_are_all_explained() -> None:
    grades = rows_below("docs/handbook.md", "| source | |")
    assert [codes_in(row[0])[0] for row in grades] == [grade.value for grade in SourceGrade]
    assert [codes_in(row[2])[0] for row in grades] == [grade.value for grade in InformationGrade]
    replies = rows_below("docs/handbook.md", "| kind | when |")
    assert [codes_in(row[0])[0] for row in replies] == [kind.value for kind in ReplyKind]


def test_every_dependency_has_its_line() -> None:
    project = tomllib.loads(text_of("pyproject.toml"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    told = re.findall(r"^\| `([^`]+)` \|", text_of("docs/dependencies.md"), re.MULTILINE)
    assert sorted(told) == sorted(re.split(r"[\[<>=]", line)[0] for line in wanted)


def test_every_decision_is_in_the_index_and_carries_its_number() -> None:
    folder = ROOT / "docs" / "decisions"
    records = sorted(path.name for path in folder.glob("0*.md"))
    listed = re.findall(r"\| \[(\d+)\]\(([^)]+)\) \|", text_of("docs/decisions/README.md"))
    assert [name for _, name in listed] == records
    for number, name in listed:
        assert name.startswith(f"{int(number):04d}-")
        assert (folder / name).read_text(encoding="utf-8").startswith(f"# {number}. ")


def test_case_references_in_the_documents_read_well() -> None:
    # The plan's own example is quoted in the decision that corrects it.
    quoted = {"2026-004821-K"}
    for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for reference in set(_REFERENCE.findall(path.read_text(encoding="utf-8"))) - quoted:
            assert parse_reference(reference) == reference, path.name


def test_the_plans_example_is_corrected_as_the_decision_says() -> None:
    assert make_reference(2026, 4821) == "2026-004821-C"
    assert "`2026-004821-C`" in text_of("docs/decisions/0001-the-house.md")


def test_the_licence_is_the_one_the_readme_names() -> None:
    assert "[Apache-2.0](LICENSE)" in text_of("README.md")
    assert text_of("LICENSE").split()[:4] == ["Apache", "License", "Version", "2.0,"]


def test_the_days_in_the_readmes_picture_are_the_policys(policy: Policy) -> None:
    day = {(clock.id, rung.id): rung.at_day for clock in policy.clocks for rung in clock.rungs}
    reported, verified = ("stage.reported", "stage.verified")
    picture = " ".join(text_of("README.md").split("```")[1].split())
    for said in (
        f"reminds on days {day[reported, 'first_reminder']} and {day[reported, 'second_reminder']};",
        f"supervisor on day {day[reported, 'supervisor']}.",
        f"Day {day['stage.identified', 'icrc_and_nib']}: drafts the tracing request",
        f"day {day['stage.identified', 'wgeid']}: the communication to WGEID.",
        f"warns on day {day['location_stale', 'refresh']} that they grow old,",
        f"grow old, flags at {day['location_stale', 'stale']}.",
        f"on day {day['stage.diplomatic_request', 'second_channel']} drafts",
        f"Reminds on days {day[verified, 'first_reminder']} and {day[verified, 'second_reminder']},",
        f"alerts on day {day[verified, 'supervisor']}.",
    ):
        assert said in picture, said
    visits = [clock for clock in policy.clocks if clock.visit is not None]
    assert len(visits) == 6
    assert {(clock.rungs[-1].at_day or 0) - clock.term.count for clock in visits} == {3}
