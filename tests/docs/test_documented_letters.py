"""The guide to letters says which kinds and parts there are, and its new body and kind can be added as written."""

import re
import shlex
import shutil
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader
from typer.testing import CliRunner

from desk.main import app
from integrations.letter_templates import LetterTemplates
from integrations.policy_files import load_policy
from integrations.template_check import named_paths
from models.rules.letter_policy import Body, LetterKind
from models.rules.policy import Policy
from models.schemas.letter_fields import fields_behind

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "letters.md").read_text(encoding="utf-8")
_LANGUAGES = ("uk", "en", "ru", "fr")
_NAMED_ONE_BY_ONE = 4
_FILE = re.compile(r"`trial/(?P<path>[^`]+)`:\n\n```[a-z]+\n(?P<text>.*?)^```", re.MULTILINE | re.DOTALL)
_CONSOLE = re.compile(r"^```console\n(?P<session>.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(ROOT / "policy", ROOT / "templates")


def rows_below(head: str) -> dict[str, list[str]]:
    """The rows of the guide's table whose first line begins with `head`, by the word in their first cell."""
    lines = GUIDE[GUIDE.index(f"\n{head}") + 1 :].splitlines()[2:]
    rows = [line.strip("|").split("|") for line in lines[: next(at for at, line in enumerate(lines) if not line)]]
    return {row[0].strip(" `"): [cell.strip() for cell in row[1:]] for row in rows}


def addressees(bodies: list[Body]) -> str:
    if len(bodies) > _NAMED_ONE_BY_ONE:
        return f"{len(bodies)} bodies"
    return " ".join(f"`{body.id}`" for body in bodies)


def how_many_children(kind: LetterKind, templates: LetterTemplates) -> str:
    paths = templates.paths_named(kind.id, "en")
    if "caseload" in {path.partition(".")[0] for path in paths}:
        return "none"
    return "several" if "children" in paths else "one"


def test_the_kinds_table_is_the_policys(policy: Policy) -> None:
    templates, expected = LetterTemplates(), {}
    for kind in policy.kinds:
        bodies = [policy.get_body(body) for body in kind.bodies]
        expected[kind.id] = [
            addressees(bodies),
            ", ".join(each for each in _LANGUAGES if any(each in body.languages for body in bodies)),
            how_many_children(kind, templates),
            kind.tone.value,
            "follow-up" if kind.follows else "first",
            "awaited" if kind.awaits_reply else "–",
        ]
    assert rows_below("| kind | to | sent in |") == expected


def test_the_readme_counts_bodies_kinds_and_languages_truly(policy: Policy) -> None:
    languages = {language for body in policy.bodies for language in body.languages}
    said = f"{len(policy.kinds)} kinds of letter to {len(policy.bodies)} bodies"
    assert said in " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert languages == set(_LANGUAGES)


def test_the_parts_name_what_the_table_says() -> None:
    environment = Environment(loader=FileSystemLoader(ROOT / "templates" / "letters"), autoescape=True)
    told: dict[str, set[str]] = {}
    for part, (_, names) in rows_below("| part | prints | names |").items():
        words = re.findall(r"`([^`]+)`", names)
        told[part] = {each for word in words for each in told.get(word, {word})}
        file = f"_layout/{part}.typ.j2" if part == "signature" else f"_layout/{part}.en.typ.j2"
        assert told[part] == {field.value for field in fields_behind(named_paths(environment, file))}, part
    assert len(told) > 10


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder like the project's, to sit in."""
    for name in ("policy", "templates"):
        (tmp_path / name).symlink_to(ROOT / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_body_and_the_kind_of_the_guide_can_be_added_as_written(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = sorted([*_FILE.finditer(GUIDE), *_CONSOLE.finditer(GUIDE)], key=lambda step: step.start())
    faults: list[str] = []
    for step in steps:
        if step.re is _FILE:
            path = project / "trial" / step["path"]
            path.parent.mkdir(exist_ok=True)
            path.write_text(step["text"], encoding="utf-8")
        else:
            faults += type_session(step["session"], monkeypatch)
    assert faults == []
    assert len(steps) == 5
    assert "hospital_ua.request" in (project / "hospital.html").read_text(encoding="utf-8")


def test_the_mistake_that_the_guide_shows_is_told_in_these_words(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    test_the_body_and_the_kind_of_the_guide_can_be_added_as_written(project, monkeypatch)
    written = project / "trial" / "policy" / "bodies" / "hospital_ua.yaml"
    without = written.read_text(encoding="utf-8").replace("      - child.patronymic\n", "")
    written.write_text(without, encoding="utf-8")
    done = CliRunner().invoke(app, ["policy", "check"], prog_name="dodomu")
    (mistake,) = [line for line in done.output.splitlines() if "hospital_ua.yaml" in line]
    assert mistake in GUIDE


def type_session(session: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Type what a console block shows; tell of each line that fails, or prints something else than stands below it."""
    faults, printed = [], ""
    for line in session.splitlines():
        if not line.startswith("$ "):
            faults += [] if line in printed.splitlines() else [f"not printed: {line}"]
            continue
        program, *words = shlex.split(line.removeprefix("$ "))
        printed = ""
        if program == "mkdir":
            Path(*words).mkdir()
        elif program == "cp":
            *sources, target = (Path(word) for word in words if not word.startswith("-"))
            for source in sources:
                shutil.copytree(source, target / source.name)
        elif program == "export":
            for setting in words:
                monkeypatch.setenv(*setting.split("=", 1))
        else:
            done = CliRunner().invoke(app, words, prog_name=program)
            printed = done.output
            faults += [f"{line}: exit code {done.exit_code}: {printed}"] if done.exit_code else []
    return faults
