"""Whatever the README and the documents tell a person to type exists, with its options; no link in them is dead."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from desk.lazy_group import load_entry
from desk.main import ENTRIES
from tests.architecture.the_house import ROOT, list_files, list_sources, name_of

_FENCE = re.compile(r"^```[a-z]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\((?!https?://|#|mailto:)([^)\s#]+)")
_TEST = re.compile(r"def (test_\w+)\(")
_TARGET = re.compile(r"^([a-z]+):.*## ", re.MULTILINE)


def documents() -> list[Path]:
    return [path for path in list_files(".md") if path.parent == ROOT or ROOT / "docs" in path.parents]


def typed_in(text: str) -> list[str]:
    """Every command line that a document shows: lines of its blocks, and what stands in backticks."""
    blocks = [line for block in _FENCE.findall(text) for line in block.replace("\\\n", " ").splitlines()]
    inline = _INLINE.findall(_FENCE.sub("", text))
    parts = [part.strip().removeprefix("$ ") for line in [*blocks, *inline] for part in re.split(r"&&|\|", line)]
    return [part for part in parts if part.split(" ")[0].rpartition("/")[2] in {"dodomu", "make"}]


def all_typed(program: str) -> list[tuple[str, str]]:
    return [
        (name_of(path), line)
        for path in documents()
        for line in typed_in(path.read_text(encoding="utf-8"))
        if line.split(" ")[0].rpartition("/")[2] == program
    ]


def options_of(command: Any) -> set[str]:
    return {option for each in command.params for option in (*each.opts, *each.secondary_opts)} | {"--help"}


def fault_in(line: str) -> str | None:
    """Tell what of a `dodomu …` line does not exist, or None. `…` stands for `and so on`."""
    words = [word for word in shlex.split(line.partition(" # ")[0])[1:] if word not in {"…", "..."}]
    known = {"--as", "--at", "--version"}
    if words and not words[0].startswith("-"):
        if words[0] not in ENTRIES:
            return f"no command {words[0]}"
        command, words = load_entry(words[0], ENTRIES[words[0]]), words[1:]
        parts = getattr(command, "commands", {})
        if parts and words and not words[0].startswith("-"):
            if words[0] not in parts:
                return f"no command {words[0]}"
            command = parts[words[0]]
        known |= options_of(command)
    unknown = [word for word in words if word.startswith("--") and word.partition("=")[0] not in known]
    return f"no option {unknown[0]}" if unknown else None


def test_every_command_of_the_documents_exists() -> None:
    found = {(where, line): fault for where, line in all_typed("dodomu") if (fault := fault_in(line))}
    assert found == {}


def test_every_command_of_the_desk_can_be_loaded() -> None:
    for name, entry in ENTRIES.items():
        assert load_entry(name, entry) is not None


def test_every_make_target_of_the_documents_exists() -> None:
    targets = set(_TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8")))
    for where, line in all_typed("make"):
        wanted = {word for word in line.partition(" # ")[0].split()[1:] if re.fullmatch(r"[a-z]+", word)}
        assert wanted <= targets, (where, line)


def test_the_readme_tells_how_to_begin() -> None:
    readme = [line for where, line in [*all_typed("make"), *all_typed("dodomu")] if where == "README.md"]
    for line in ("make demo", "make test", "dodomu up"):
        assert any(typed.startswith(line) for typed in readme), line


def test_no_link_of_the_documents_is_dead() -> None:
    dead = [
        (name_of(path), link)
        for path in documents()
        for link in _LINK.findall(path.read_text(encoding="utf-8"))
        if not (path.parent / link).exists()
    ]
    assert dead == []


def test_every_test_that_the_threat_model_names_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")))
    written = {name for path in list_sources("tests") for name in _TEST.findall(path.read_text(encoding="utf-8"))}
    assert len(named) > 20
    assert named - written == set()


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("dodomu policy check", None),
        ("dodomu policy guess", "no command guess"),
        ("dodomu guess", "no command guess"),
        ("dodomu policy check --loudly", "no option --loudly"),
    ],
)
def test_a_command_that_is_not_there_is_found(line: str, fault: str | None) -> None:
    assert fault_in(line) == fault


def test_command_lines_are_found_in_a_document() -> None:
    text = "Type `dodomu up` or\n\n```sh\n$ make demo KEEP=1\ncd house && make test\n```\nand `dodomuseum` is none."
    assert typed_in(text) == ["make demo KEEP=1", "make test", "dodomu up"]
