"""The policy files' sections and entries, as far as they have the right shape, with a slip for whatever has not.

A section may go on in another file: its entries are counted through, and each keeps the file and place it came from.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from integrations.yaml_lines import LinedYaml
from models.rules.policy import OfficeDay
from models.rules.policy_checks.draft import Slip, SlipPath
from models.schemas.policy import (
    BODY_SECTIONS,
    ENTRY_TYPES,
    FILE_OF,
    NAME_KEYS,
    OFFICE_FILE,
    OFFICE_SECTION,
    SECTIONS,
    read_entry,
)

_IN_FILE = "/"
"""Begins the path of a slip that belongs to no entry: its file comes next."""


@dataclass
class PolicySections:
    """What stands in the files, as far as it has the right shape; `whole` if no section is missing."""

    entries: dict[str, dict[int, Any]] = field(default_factory=lambda: {section: {} for section in ENTRY_TYPES})
    named: dict[str, dict[int, str]] = field(default_factory=lambda: {section: {} for section in ENTRY_TYPES})
    origins: dict[tuple[str, int], tuple[str, int]] = field(default_factory=dict)
    office_day: OfficeDay | None = None
    slips: list[Slip] = field(default_factory=list)
    whole: bool = True

    def place_of(self, slip: Slip) -> tuple[str, SlipPath]:
        """Return the file a slip stands in, and the path within it."""
        match slip.path:
            case (str(section), str(file), *rest) if section == _IN_FILE:
                return file, tuple(rest)
            case (str(section), int(place), *rest):
                file, place_there = self.origins[section, place]
                return file, (section, place_there, *rest)
            case (section, *_) if section == OFFICE_SECTION:
                return OFFICE_FILE, slip.path
        return FILE_OF[str(slip.path[0])], slip.path


def read_sections(documents: Mapping[str, LinedYaml]) -> PolicySections:
    """Read every section of every file; a document whose value is None has no sections."""
    sections = PolicySections()
    for file, document in documents.items():
        if document.value is None:
            sections.whole = False
        elif file == OFFICE_FILE:
            _read_office(document.value, sections)
        else:
            _read_lists(file, document.value, sections)
    if sections.whole and not sections.named["bodies"]:
        sections.slips.append(Slip(("bodies",), "section_missing", "put a file with `bodies:` into this folder"))
        sections.whole = False
    return sections


def _read_office(value: Any, sections: PolicySections) -> None:
    sections.slips += _surplus(OFFICE_FILE, value, (OFFICE_SECTION,))
    if not isinstance(value, dict) or OFFICE_SECTION not in value:
        sections.slips.append(_section_missing(OFFICE_FILE, f"`{OFFICE_SECTION}:`"))
        return
    sections.office_day, slips = read_entry(OfficeDay, value[OFFICE_SECTION], (OFFICE_SECTION,))
    sections.slips += slips


def _read_lists(file: str, value: Any, sections: PolicySections) -> None:
    known = SECTIONS.get(file, BODY_SECTIONS)
    sections.slips += _surplus(file, value, known)
    there = [section for section in known if isinstance(value, dict) and section in value]
    if file in SECTIONS:
        missing = [f"`{section}:`" for section in known if section not in there]
    else:
        missing = [] if there else [" or ".join(f"`{section}:`" for section in known)]
    sections.slips += [_section_missing(file, wanted) for wanted in missing]
    sections.whole = sections.whole and not missing
    for section in there:
        if isinstance(value[section], list):
            _read_entries(file, section, value[section], sections)
        else:
            advice = f"below `{section}:` write a list, each entry beginning with a dash"
            sections.slips.append(Slip((_IN_FILE, file, section), "type_wrong", advice))
            sections.whole = False


def _read_entries(file: str, section: str, listed: list[Any], sections: PolicySections) -> None:
    for place_there, value in enumerate(listed):
        place = len(sections.named[section])
        sections.origins[section, place] = (file, place_there)
        sections.named[section][place] = _name_of(value, section)
        entry, slips = read_entry(ENTRY_TYPES[section], value, (section, place))
        sections.slips += slips
        if entry is not None:
            sections.entries[section][place] = entry


def _surplus(file: str, value: Any, known: tuple[str, ...]) -> Iterator[Slip]:
    if isinstance(value, dict):
        advice = f"delete this or write it below one of: {', '.join(known)}"
        yield from (Slip((_IN_FILE, file, name), "section_unknown", advice) for name in value if name not in known)


def _section_missing(file: str, wanted: str) -> Slip:
    return Slip((_IN_FILE, file), "section_missing", f"add {wanted} to this file")


def _name_of(value: Any, section: str) -> str:
    name = value.get(NAME_KEYS.get(section, "id")) if isinstance(value, dict) else None
    return name if isinstance(name, str) else ""
