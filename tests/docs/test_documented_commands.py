"""The sessions that README and handbook show are played, in order, each in an office of its own."""

import os
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from desk.main import app, list_commands
from integrations.mail_sink import MailSink

ROOT = Path(__file__).resolve().parents[2]
_CONSOLE = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Typed:
    """One line of a session, and the lines that it is said to print."""

    line: str
    printed: tuple[str, ...]


def session_of(text: str) -> list[Typed]:
    """Every line typed in a document's console blocks. Below it stands some of what it prints."""
    session: list[Typed] = []
    for block in _CONSOLE.findall(text):
        for line in block.splitlines():
            if line.startswith("$ "):
                session.append(Typed(line.removeprefix("$ "), ()))
            elif line.strip() != "…":
                session[-1] = Typed(session[-1].line, (*session[-1].printed, line))
    return session


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[MailSink]:
    with MailSink(tmp_path / "mail") as running:
        yield running


@pytest.fixture
def office_desk(tmp_path: Path, sink: MailSink, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to sit in, with the project's examples, a relay, and nobody at Prefect's port."""
    for name in [name for name in os.environ if name.startswith("DODOMU_")]:
        monkeypatch.delenv(name)
    relay = {"HOST": "127.0.0.1", "PORT": str(sink.port), "SECURITY": "plain"}
    for name, value in relay.items():
        monkeypatch.setenv(f"DODOMU_SMTP_{name}", value)
    monkeypatch.setenv("DODOMU_PREFECT_API_URL", "http://127.0.0.1:9/api")
    folder = tmp_path / "desk"
    folder.mkdir()
    (folder / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(folder)
    return folder


def play(session: list[Typed], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Type a session line by line; tell of each line that fails or prints something else."""
    faults = []
    for typed in session:
        program, *rest = shlex.split(typed.line)
        if program == "export":
            for setting in rest:
                monkeypatch.setenv(*setting.split("=", 1))
            continue
        done = CliRunner().invoke(app, rest, prog_name=program)
        printed = done.output.splitlines()
        if done.exit_code:
            faults.append(f"{typed.line}: exit code {done.exit_code}: {done.output}")
        faults += [f"{typed.line}: prints no line {line!r}" for line in typed.printed if line not in printed]
    return faults


@pytest.mark.usefixtures("office_desk")
def test_the_readmes_first_steps_work_as_written(monkeypatch: pytest.MonkeyPatch) -> None:
    session = session_of((ROOT / "README.md").read_text(encoding="utf-8"))
    assert len(session) > 5
    assert play(session, monkeypatch) == []


def test_the_handbooks_case_comes_home_as_written(
    office_desk: Path, sink: MailSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = session_of((ROOT / "docs" / "handbook.md").read_text(encoding="utf-8"))
    assert any("Returned" in line for typed in session for line in typed.printed)
    assert play(session, monkeypatch) == []
    assert (office_desk / "request.pdf").read_bytes().startswith(b"%PDF-")
    assert len(list((sink.folder).glob("*.eml"))) >= 1


@pytest.mark.usefixtures("office_desk")
def test_a_session_that_does_not_work_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "```console\n$ export DODOMU_HOME=nowhere\n$ dodomu case list\n$ dodomu --version\nnever printed\n```\n"
    faults = play(session_of(text), monkeypatch)
    assert len(faults) == 2
    assert "store_missing" in faults[0]
    assert "never printed" in faults[1]


def test_what_is_kept_sealed_and_cannot_be_left_out_is_asked_for() -> None:
    """The handbook promises that it need not stand in the line, where the shell's history would keep it."""
    sealed = [
        (name, each)
        for name, command in list_commands().items()
        for each in command.params
        if each.required and "sealed" in (getattr(each, "help", None) or "")
    ]
    assert len(sealed) > 15
    assert [(name, each.name) for name, each in sealed if not each.prompt] == []


def test_every_command_is_shown_in_some_document() -> None:
    documents = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    text = "".join(path.read_text(encoding="utf-8") for path in documents)
    assert [name for name in list_commands() if f"dodomu {name}" not in text] == []
