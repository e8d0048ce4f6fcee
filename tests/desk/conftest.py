"""A desk on a rehearsal's store: commands typed as people type them, nobody at Prefect's port."""

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from desk.main import app

FIRST = "2026-000001-Z"
MONDAY = "2026-03-02"
PEOPLE = (("c-01", "coordinator"), ("c-02", "coordinator"), ("s-01", "supervisor"), ("l-01", "legal_officer"))
APPLICATION = (
    "child.family_name=Вигаданенко",
    "child.given_name=Марічка",
    "child.birth_on=2014-05-09",
    "child.sex=female",
    "child.citizenship=UA",
    "separation.on=2022-05-17",
    "separation.place=с. Вигадане",
    "separation.circumstances=Вигадано: не повернуто з табору.",
    "reports.national_police=ЄО-0",
    "requester.name=Вигаданенко Олена",
    "requester.basis=parent",
    "requester.phone=+380440000101",
    "requester.email=family@example.org",
    "requester.address=вул. Зразкова, 1, с. Вигадане",
    "consents=*:search:2026-03-01 *:return:2026-03-01",
)


@dataclass
class Desk:
    """Types commands into one home. What fails is shown with what it printed."""

    home: Path

    def type(self, *words: str, answer: str | None = None) -> Result:
        """Type one line; return whatever came of it."""
        return CliRunner().invoke(app, words, input=answer, prog_name="dodomu")

    def do(self, *words: str, answer: str | None = None) -> str:
        """Type one line that works; return what it printed."""
        result = self.type(*words, answer=answer)
        assert result.exit_code == 0, f"{words}: {result.output}"
        assert result.stderr == "" or answer is not None
        return result.stdout

    def refuse(self, *words: str, code: int = 2, answer: str | None = None) -> str:
        """Type one line that is refused with one line on stderr; return that line."""
        result = self.type(*words, answer=answer)
        assert result.exit_code == code, f"{words}: {result.output}"
        (line,) = result.stderr.splitlines()
        return line

    def read(self, *words: str) -> Any:
        """Type one line with --json; return its document."""
        return json.loads(self.do(*words, "--json"))


def _sit(monkeypatch: pytest.MonkeyPatch, home: Path) -> Desk:
    for name in [name for name in os.environ if name.startswith("DODOMU_")]:
        monkeypatch.delenv(name)
    settings = {"HOME": str(home), "LANGUAGE": "en", "PREFECT_API_URL": "http://127.0.0.1:9/api"}
    for name, value in settings.items():
        monkeypatch.setenv(f"DODOMU_{name}", value)
    return Desk(home)


@pytest.fixture(scope="session")
def staffed_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A rehearsal's office on Monday 2 March 2026 with its staff, to be copied."""
    home = tmp_path_factory.mktemp("staffed") / "home"
    with pytest.MonkeyPatch.context() as monkeypatch:
        desk = _sit(monkeypatch, home)
        desk.do("init", "--demo")
        for number, (staff, role) in enumerate(PEOPLE, start=1):
            account = ("staff", "add", staff, "--person", str(number), "--role", role)
            name = ("--name", f"Вигадана Особа {number}", "--mail", f"{staff}@office.example")
            desk.do(*account, *name, "--at", MONDAY, "--as", "c-01")
    return home


@pytest.fixture(scope="session")
def home_with_case(staffed_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with one open case."""
    home = Path(shutil.copytree(staffed_home, tmp_path_factory.mktemp("with-case") / "home"))
    with pytest.MonkeyPatch.context() as monkeypatch:
        _sit(monkeypatch, home).do("case", "open", *APPLICATION, "--as", "c-01")
    return home


@pytest.fixture
def empty_desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Nothing made yet."""
    monkeypatch.chdir(tmp_path)
    return _sit(monkeypatch, tmp_path / "home")


@pytest.fixture
def desk(empty_desk: Desk, staffed_home: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk in an office with two coordinators, a supervisor and a legal officer; c-01 acts."""
    shutil.copytree(staffed_home, empty_desk.home)
    monkeypatch.setenv("DODOMU_STAFF", "c-01")
    return empty_desk


@pytest.fixture
def case(desk: Desk, home_with_case: Path) -> str:
    """One open case with all that `identified` wants but the standing."""
    shutil.copytree(home_with_case, desk.home, dirs_exist_ok=True)
    return FIRST
