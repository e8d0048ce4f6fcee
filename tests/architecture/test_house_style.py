"""What no linter of ours says: sizes, names, reasons, one clock, and nothing of the machine it was written on."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.the_house import PACKAGES, list_files, list_sources, name_of, tree_of

LONGEST_FILE = 400
LONGEST_TEST_FILE = 480
LONGEST_FUNCTION = 40
BANNED = frozenset({"util", "utils", "helper", "helpers", "manager", "misc", "stuff"})
_TEXT = (".py", ".md", ".yaml", ".toml", ".lock", ".j2", ".typ", ".json", ".csv", ".mako", "")
_IGNORES = re.compile(r"#\s*(?:noqa|type:\s*ignore|pragma:\s*no\s*cover)[^#\n]*")
_HOMES = re.compile(r"(?<![\w.:/-])/(?:home|root|Users|work)/\w")
_CLOCK_CALLS = frozenset({"now", "utcnow", "today", "fromtimestamp", "time"})
_CLOCK_OWNERS = frozenset({"datetime", "date", "time"})


def lines_of(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def functions_of(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    yield from (node for node in ast.walk(tree_of(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def length_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The lines of what it does, without its signature and docstring."""
    first = function.body[1 if ast.get_docstring(function) and len(function.body) > 1 else 0]
    return (function.end_lineno or first.lineno) - first.lineno + 1


def words_of(name: str) -> set[str]:
    return set(re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower().split("_"))


def unreasoned(line: str) -> bool:
    """Whether a line silences a tool and does not say why."""
    found = _IGNORES.search(line)
    if found is None or '"' in line[: found.start()].rpartition(" ")[2]:
        return False
    rest = line[found.start() :]
    if "noqa" in found.group():
        return not re.match(r"#\s*noqa: [A-Z0-9, ]+ - \S+", rest)
    if "ignore" in found.group():
        return not re.match(r"#\s*type: ignore\[[a-z, -]+\]\s+(?:#|-) \S+", rest)
    return not re.search(r"cover - \S+", rest)


def reads_the_clock(node: ast.AST) -> bool:
    """Whether a call asks the machine what time of day it is."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return False
    owner = node.func.value
    owner_name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", None)
    if node.func.attr == "fromtimestamp":
        return False
    return owner_name in _CLOCK_OWNERS and node.func.attr in _CLOCK_CALLS


def test_no_file_is_too_long_to_read() -> None:
    long = {name_of(path): len(lines_of(path)) for path in list_sources(*PACKAGES)}
    assert {name: length for name, length in long.items() if length > LONGEST_FILE} == {}
    tests = {name_of(path): len(lines_of(path)) for path in list_sources("tests")}
    assert {name: length for name, length in tests.items() if length > LONGEST_TEST_FILE} == {}


def test_no_function_is_too_long_to_read() -> None:
    lengths = {
        f"{name_of(path)}:{each.name}": length_of(each)
        for path in list_sources(*PACKAGES)
        for each in functions_of(path)
    }
    assert {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION} == {}


def test_names_say_what_a_thing_is() -> None:
    files = {name_of(path) for path in list_sources(*PACKAGES, "tests") if words_of(path.stem) & BANNED}
    names = {
        f"{name_of(path)}:{node.name}"
        for path in list_sources(*PACKAGES)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and words_of(node.name) & BANNED
    }
    assert files | names == set()


def test_only_the_clock_reads_the_clock() -> None:
    readers = {
        name_of(path)
        for path in list_sources(*PACKAGES)
        if any(reads_the_clock(node) for node in ast.walk(tree_of(path)))
    }
    assert readers == {"integrations/clock.py"}


@pytest.mark.parametrize("call", ["datetime.now()", "datetime.datetime.now(UTC)", "date.today()", "time.time()"])
def test_every_way_of_reading_the_clock_is_known(call: str) -> None:
    assert reads_the_clock(ast.parse(call, mode="eval").body)
    assert not reads_the_clock(ast.parse(call.replace("time", "clock_").replace("date", "clock"), mode="eval").body)


def test_whoever_silences_a_tool_says_why() -> None:
    found = [
        f"{name_of(path)}:{number}"
        for path in list_sources(*PACKAGES, "tests")
        for number, line in enumerate(lines_of(path), 1)
        if unreasoned(line)
    ]
    assert found == []


_QUIET = "# no" + "qa"
_BLIND = "# type: " + "ignore"


@pytest.mark.parametrize(
    ("line", "silent"),
    [
        (f"x = 1  {_QUIET}", True),
        (f"x = 1  {_QUIET}: S603", True),
        (f"x = 1  {_QUIET}: S603, S607 - our own words", False),
        (f"x = 1  {_BLIND}", True),
        (f"x = 1  {_BLIND}[arg-type]", True),
        (f"x = 1  {_BLIND}[arg-type]  # a table of changes", False),
        (f"x = 1  {_BLIND}[arg-type] - a table of changes", False),
        ("x = 1  # says what it is for", False),
    ],
)
def test_a_reason_is_told_from_none(line: str, silent: bool) -> None:  # noqa: FBT001 - a table's column
    assert unreasoned(line) is silent


def test_no_file_tells_of_the_machine_it_was_written_on() -> None:
    found = [
        f"{name_of(path)}:{number}"
        for path in list_files(*_TEXT)
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if _HOMES.search(line)
    ]
    assert found == []


@pytest.mark.parametrize("folder", ["home", "root", "Users", "work"])
def test_a_machines_path_would_be_found(folder: str) -> None:
    assert _HOMES.search(f'home = "/{folder}/somebody"')
    assert not _HOMES.search(f"https://example.org/{folder}/page")


def test_no_file_is_larger_than_a_font() -> None:
    # A face with every syllable of Hangul takes 4 MB; nothing else comes near a tenth of it.
    limit = {".ttf": 5_000_000}
    assert {name_of(path) for path in list_files() if path.stat().st_size > limit.get(path.suffix, 1_000_000)} == set()


def test_test_files_have_names_of_their_own() -> None:
    names = [path.name for path in list_sources("tests") if path.name.startswith("test_")]
    assert sorted({name for name in names if names.count(name) > 1}) == []
