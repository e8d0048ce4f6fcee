"""Reading the policy from its files: one value when all is right, otherwise every mistake with file and line."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from integrations.calendars import load_calendars
from integrations.yaml_lines import LinedYaml, read_yaml
from models.errors import ConfigurationError
from models.rules.policy import OfficeDay, Policy
from models.rules.policy_checks.draft import PolicyDraft, Slip
from models.schemas.policy import ENTRY_TYPES, FILE_OF, LISTS, NAME_KEYS, OFFICE_FILE, OFFICE_SECTION, read_entry

CALENDARS_FILE = "calendars.yaml"
POLICY_FILES = (OFFICE_FILE, *LISTS, CALENDARS_FILE)
_VERSION_LENGTH = 16


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One mistake in a policy file; `line` counts from 1."""

    file: str
    line: int
    code: str
    what_would_be_right: str

    def __str__(self) -> str:
        """As editors read it: file, line, what would be right."""
        return f"{self.file}:{self.line}: {self.what_would_be_right} [{self.code}]"


@dataclass(frozen=True)
class _Reading:
    """What one look at the folder gave."""

    version: str
    office_day: OfficeDay
    draft: PolicyDraft
    mistakes: tuple[Mistake, ...]


def load_policy(folder: Path) -> Policy:
    """Return the policy of a folder.

    Raises `ConfigurationError` `policy_has_mistakes` with their count; its advice has a line for each.
    """
    reading = _read(folder)
    if reading.mistakes:
        advice = "\n".join(str(mistake) for mistake in reading.mistakes)
        raise ConfigurationError("policy_has_mistakes", advice, mistakes=len(reading.mistakes))
    draft = reading.draft
    return Policy(
        version=reading.version,
        office_day=reading.office_day,
        stages=tuple(draft.stages.values()),
        clocks=tuple(draft.clocks.values()),
        bodies=tuple(draft.bodies.values()),
        kinds=tuple(draft.kinds.values()),
        side_exits=tuple(draft.side_exits.values()),
        side_steps=tuple(draft.side_steps.values()),
        categories=tuple(draft.categories.values()),
    )


def find_policy_mistakes(folder: Path) -> list[Mistake]:
    """Return every mistake of every file of a policy folder, by file and line; empty when there is none."""
    return list(_read(folder).mistakes)


def _read(folder: Path) -> _Reading:
    contents = {name: _bytes_of(folder / name) for name in POLICY_FILES}
    missing = [
        Mistake(name, 1, "file_missing", f"put a readable {name} here") for name, it in contents.items() if it is None
    ]
    documents = {name: _document(content) for name, content in contents.items() if content is not None}
    calendars, calendar_mistakes = (
        _calendars(folder / CALENDARS_FILE) if CALENDARS_FILE in documents else (frozenset(), [])
    )
    slips: list[Slip] = []
    values = {name: document.value for name, document in documents.items() if name != CALENDARS_FILE}
    office_day = OfficeDay()
    entries: dict[str, dict[int, Any]] = {section: {} for section in ENTRY_TYPES}
    named: dict[str, dict[int, str]] = {section: {} for section in ENTRY_TYPES}
    for section, entry_type in ENTRY_TYPES.items():
        file = FILE_OF[section]
        if file not in values or (documents[file].slips and values[file] is None):
            continue
        listed, found = _section(values[file], section)
        slips += found
        for place, value in listed:
            path = (section,) if section == OFFICE_SECTION else (section, place)
            name = value.get(NAME_KEYS.get(section, "id")) if isinstance(value, dict) else None
            named[section][place] = name if isinstance(name, str) else ""
            entry, found_here = read_entry(entry_type, value, path)
            slips += found_here
            if entry is not None:
                entries[section][place] = entry
    office_day = entries.pop(OFFICE_SECTION).get(0, office_day)
    draft = PolicyDraft(named=named, calendars=calendars, **entries)
    mistakes = chain(
        missing,
        calendar_mistakes,
        (Mistake(n, s.line, s.code, s.advice) for n, d in documents.items() if n != CALENDARS_FILE for s in d.slips),
        (_located(slip, documents) for slip in slips),
    )
    return _Reading(_version(contents), office_day, draft, tuple(sorted(set(mistakes))))


def _section(value: Any, section: str) -> tuple[list[tuple[int, Any]], list[Slip]]:
    if not isinstance(value, dict) or section not in value:
        return [], [Slip((section,), "section_missing", f"add `{section}:` to this file")]
    found = value[section]
    if section == OFFICE_SECTION:
        return [(0, found)], []
    if not isinstance(found, list):
        return [], [
            Slip((section,), "type_wrong", f"below `{section}:` write a list, each entry beginning with a dash")
        ]
    return list(enumerate(found)), []


def _located(slip: Slip, documents: Mapping[str, LinedYaml]) -> Mistake:
    file = FILE_OF[str(slip.path[0])]
    return Mistake(file, documents[file].line_of(slip.path), slip.code, slip.advice)


def _bytes_of(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _document(content: bytes) -> LinedYaml:
    return read_yaml(content.decode("utf-8", errors="replace"))


def _calendars(path: Path) -> tuple[frozenset[str], list[Mistake]]:
    try:
        return frozenset(load_calendars(path)), []
    except ConfigurationError as error:
        return frozenset(), list(_calendar_mistakes(error))


def _calendar_mistakes(error: ConfigurationError) -> Iterator[Mistake]:
    for advice in error.advice.splitlines():
        _, line, what = advice.split(":", 2)
        yield Mistake(CALENDARS_FILE, int(line), error.code, what.strip())


def _version(contents: Mapping[str, bytes | None]) -> str:
    digest = hashlib.sha256()
    for name in sorted(contents):
        digest.update(f"{name} {hashlib.sha256(contents[name] or b'').hexdigest()}\n".encode())
    return digest.hexdigest()[:_VERSION_LENGTH]
