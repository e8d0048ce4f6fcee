"""The command line as a whole: what loads when, who acts, what is refused and how."""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from desk.lazy_group import brought_forward
from desk.main import ENTRIES, app, list_commands
from desk.printing import cell, plain
from desk.refusals import code_of, line_of
from desk.words import _WORDS, words
from models.errors import (
    ConfigurationError,
    DodomuError,
    IntegrityError,
    InvalidInput,
    NotFound,
    PermanentFailure,
    RuleViolation,
    TransientFailure,
)
from models.rules.reference import make_reference

HEAVY = {"prefect", "typst", "faker", "sqlalchemy", "jinja2", "pydantic", "alembic", "casework", "babel"}
LISTINGS = sorted(
    name
    for name, command in list_commands().items()
    if name.split()[-1] in {"list", "show", "find", "verify", "health", "disclosures", "watch", "intake", "check"}
)


def test_help_costs_no_import_and_little_time() -> None:
    code = "import sys; from desk.main import app; app(['--help'], standalone_mode=False)"
    loud = f"import atexit, sys; atexit.register(lambda: print('LOADED', *sorted(sys.modules))); {code}"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run = subprocess.run([sys.executable, "-c", loud], capture_output=True, text=True, check=True)  # noqa: S603 - our own
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    loaded = set(run.stdout.split("LOADED", 1)[1].split())
    assert "desk.main" in loaded
    assert loaded & HEAVY == set()
    # Time on the processor, so that a busy machine does not fail it.
    assert (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime) < 0.6


def test_every_command_is_there_and_says_what_it_does() -> None:
    commands = list_commands()
    assert len(commands) > 50
    assert [name for name, command in commands.items() if not (command.help or "").strip()] == []
    assert {name.split()[0] for name in commands} == set(ENTRIES)


@pytest.mark.parametrize("name", [name for name, entry in ENTRIES.items() if not entry.name.endswith("_app")])
def test_the_roots_help_says_what_the_command_says(name: str) -> None:
    assert (list_commands()[name].help or "").startswith(ENTRIES[name].help)


@pytest.mark.parametrize("name", LISTINGS)
def test_every_listing_speaks_json(name: str) -> None:
    assert "--json" in [option for each in list_commands()[name].params for option in each.opts]


@pytest.mark.parametrize(
    "line",
    [
        ("case", "list"),
        ("case", "show", "2026-000001-Z"),
        ("case", "show", "2026-000001-Z", "--open"),
        ("case", "find", "Вигаданенко"),
        ("letter", "list"),
        ("clock", "list"),
        ("disclosures", "2026-000001-Z"),
        ("staff", "list"),
        ("staff", "list", "--open"),
        ("journal", "verify"),
        ("journal", "seal"),
        ("policy", "check"),
        ("policy", "show"),
        ("watch",),
        ("digest",),
    ],
)
def test_a_listings_json_is_one_document(desk: Any, case: str, line: tuple[str, ...]) -> None:
    assert desk.read(*line) is not None


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (("case", "list"), "No cases yet. Start with `dodomu intake --template csv cases.csv`.\n"),
        (("letter", "list"), "No letters. Write one with"),
        (("clock", "list"), "No deadlines.\n"),
        (("case", "find", "Вигаданенко"), "Nobody found.\n"),
    ],
)
def test_an_empty_list_says_so_in_words(desk: Any, line: tuple[str, ...], told: str) -> None:
    assert desk.do(*line).startswith(told)


def test_the_office_speaks_ukrainian_by_default(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DODOMU_LANGUAGE")
    assert desk.do("case", "list") == "Справ ще немає. Почніть з `dodomu intake --template csv cases.csv`.\n"


def test_every_sentence_has_the_same_blanks_in_both_languages() -> None:
    blanks = [tuple(sorted(_blanks(text)) for text in pair) for pair in _WORDS.values()]
    assert [pair for pair in blanks if pair[0] != pair[1]] == []
    assert words("moved", "uk", reference="2026-000001-Z", stage="Повернено").startswith("2026-000001-Z: перейшла")


def _blanks(text: str) -> Iterator[str]:
    import string  # noqa: PLC0415 - for this one look

    return (name for _, name, _, _ in string.Formatter().parse(text) if name)


@pytest.mark.parametrize(
    ("line", "code", "ending"),
    [
        (("case", "show", make_reference(2026, 9)), 2, "[case_not_found]"),
        (("case", "show", "2026-000001-A"), 2, "[reference_check_character_wrong]"),
        (("case", "show", "Вигаданенко"), 2, "[reference_unreadable]"),
        (("letter", "approve", "2026-000009"), 2, "[letter_not_found]"),
        (("clock", "list", "--at", "tomorrow"), 2, "[moment_unreadable]"),
        (("case", "open", "child.nickname=Вигадана"), 2, "[column_unknown]"),
        (("intake", "no-such-file.csv"), 2, "[intake_file_missing]"),
        (("intake", "--template", "csv", "x.csv", "--check"), 2, "[template_takes_no_check]"),
        (("sighting", "withdraw", "2026-000001-Z", "0123abcd", "--reason", "x"), 2, "[case_not_found]"),
        (("case", "list", "--stage", "Вигаданенко"), 2, "See dodomu case list --help"),
        (("case", "list", "Вигаданенко"), 2, "See dodomu case list --help"),
        (("case", "show"), 2, "See dodomu case show --help"),
        (("case", "lst"), 2, "See dodomu case --help"),
        (("nothing",), 2, "See dodomu --help"),
        (("--nothing",), 2, "See dodomu --help"),
        (("standing", "confirm", "2026-000001-Z", "--on", "2026-03"), 2, "[date_not_whole]"),
        (("standing", "confirm", "2026-000001-Z", "--on", "Вигаданенко"), 2, "[date_unreadable]"),
    ],
)
def test_a_mistake_is_one_line_without_what_was_typed(desk: Any, line: tuple[str, ...], code: int, ending: str) -> None:
    told = desk.refuse(*line, code=code)
    assert told.endswith(ending)
    assert "Вигаданенко" not in told


def test_nobody_acting_is_told_how_to_say_who(desk: Any, case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DODOMU_STAFF")
    assert "--as c-01" in desk.refuse("standing", "confirm", case)
    assert desk.refuse("standing", "confirm", case, "--as", "c-99").endswith("[staff_unknown]")
    assert "moved to Identified" in desk.do("standing", "confirm", case, "--as=c-02")


def test_an_unanswered_question_does_nothing(desk: Any, case: str) -> None:
    assert "nothing was done" in desk.refuse("case", "suspend", case)
    assert desk.read("case", "show", case)["status"] == "open"


def test_an_office_that_is_not_there_is_told_how_it_is_made(empty_desk: Any) -> None:
    assert "`dodomu init`" in empty_desk.refuse("case", "list")
    assert empty_desk.refuse("up").endswith("[store_missing]")


def test_init_says_what_it_made_and_repeats_safely(empty_desk: Any) -> None:
    told = empty_desk.do("init")
    assert "office.key" in told
    assert "dodomu staff add" in told
    assert empty_desk.do("init").startswith("Everything is there")
    assert empty_desk.refuse("init", "--demo").endswith("[store_is_of_another_kind]")
    assert empty_desk.refuse("case", "list", "--at", "2026-03-02").endswith("[clock_is_real]")


def test_settings_that_are_wrong_are_one_line(empty_desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DODOMU_LANGUAGE", "de")
    monkeypatch.setenv("DODOMU_TIME_ZONE", "Nowhere")
    told = empty_desk.refuse("init")
    assert "DODOMU_LANGUAGE" in told
    assert "DODOMU_TIME_ZONE" in told


def test_health_tells_what_is_there_and_what_is_not(desk: Any, empty_desk: Any) -> None:
    result = desk.type("health", "--json")
    assert result.exit_code == 1
    findings = {each["what"]: each for each in json.loads(result.stdout)["findings"]}
    assert [what for what, each in findings.items() if not each["good"]] == ["mail"]
    assert "does not answer" in findings["Prefect"]["told"]
    (desk.home / "signing.key").unlink()
    assert "secret_file_unreadable" in desk.type("health").stdout


def test_health_of_an_office_that_is_not_there(empty_desk: Any) -> None:
    result = empty_desk.type("health")
    assert result.exit_code == 1
    assert "store_missing" in result.stdout


def test_a_healthy_office_says_so(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"HOST": "127.0.0.1", "SECURITY": "plain"}.items():
        monkeypatch.setenv(f"DODOMU_SMTP_{name}", value)
    assert desk.read("health")["healthy"] is True


def test_the_version_is_told() -> None:
    assert CliRunner().invoke(app, ["--version"]).stdout == "dodomu 0.1.0\n"


def test_no_command_at_all_is_answered_with_help() -> None:
    result = CliRunner().invoke(app, [], prog_name="dodomu")
    assert "never misses a date" in result.output


def test_what_stands_everywhere_is_brought_forward() -> None:
    assert brought_forward(["case", "show", "--as", "c-01", "X", "--at=2026-03-02"]) == [
        *("--as", "c-01", "--at=2026-03-02", "case", "show", "X")
    ]
    assert brought_forward(["case", "find", "--", "--as"]) == ["case", "find", "--", "--as"]
    assert brought_forward(["watch", "--at"]) == ["--at", "watch"]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (RuleViolation("own_draft"), 2),
        (InvalidInput("date_unreadable"), 2),
        (NotFound("case_not_found"), 2),
        (ConfigurationError("store_missing"), 2),
        (TransientFailure("store_busy"), 1),
        (PermanentFailure("store_disk_full"), 1),
        (IntegrityError("sealed_value_cut"), 1),
        (DodomuError("anything"), 1),
        (ValueError("Вигаданенко"), 1),
        (KeyError("Вигаданенко"), 1),
    ],
)
def test_the_exit_code_says_whose_mistake_it_is(error: Exception, code: int) -> None:
    assert code_of(error) == code
    told = line_of(error)
    assert "\n" not in told
    assert "Вигаданенко" not in told


def test_an_unexpected_error_names_its_type_and_place_and_no_value(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import desk.case_commands as commands  # noqa: PLC0415 - to break it

    def breaks(*_: Any, **__: Any) -> None:
        raise LookupError("Вигаданенко")

    monkeypatch.setattr(commands, "list_cases", breaks)
    told = desk.refuse("case", "list", code=1)
    assert told.startswith("Something went wrong that should not have (LookupError at desk/case_commands.py:")


def test_a_pipe_that_closes_is_no_drama(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import desk.case_commands as commands  # noqa: PLC0415 - to break it

    def breaks(*_: Any, **__: Any) -> None:
        raise BrokenPipeError(os.EX_IOERR)

    monkeypatch.setattr(commands, "list_cases", breaks)
    result = desk.type("case", "list")
    assert result.exit_code == 1
    assert result.stderr == ""


def test_bytes_are_never_printed() -> None:
    with pytest.raises(TypeError):
        plain(b"sealed")
    assert plain(frozenset({"b", "a"})) == ["a", "b"]
    assert cell(None) == ""


def test_a_file_is_never_written_over(desk: Any, case: str, tmp_path: Path) -> None:
    desk.do("journal", "export", case, "--to", "chain.jsonl")
    assert len(Path("chain.jsonl").read_text(encoding="utf-8").splitlines()) > 1
    assert Path("chain.jsonl").stat().st_mode & 0o777 == 0o600
    assert desk.refuse("journal", "export", case, "--to", "chain.jsonl").endswith("[file_exists]")
    assert desk.refuse("journal", "export", case, "--to", "no/folder/x", code=1).endswith("[file_unwritable]")
    assert desk.do("journal", "export", "office").startswith('{"actor":"setup"')
