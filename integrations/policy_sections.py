"""The policy files' sections and entries, as far as they have the right shape, with a slip for whatever has not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from integrations.yaml_lines import LinedYaml
from models.rules.policy import OfficeDay
from models.rules.policy_checks.draft import Slip, SlipPath
from models.schemas.policy import FILE_OF, LISTS, NAME_KEYS, OFFICE_FILE, OFFICE_SECTION, read_entry

_SURPLUS = "/"


@dataclass(frozen=True)
class PolicySections:
    """What stands in the files, as far as it has the right shape; `whole` if no section is missing."""

    entries: Mapping[str, Mapping[int, Any]] = field(default_factory=dict)
    named: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    office_day: OfficeDay | None = None
    slips: tuple[Slip, ...] = ()
    whole: bool = False


def read_sections(documents: Mapping[str, LinedYaml]) -> PolicySections:
    """Read every section of every file; a document whose value is None has no sections."""
    slips: list[Slip] = []
    entries: dict[str, dict[int, Any]] = {}
    named: dict[str, dict[int, str]] = {}
    for file, lists in LISTS.items():
        slips += _surplus(documents[file], tuple(lists))
        for section, entry_type in lists.items():
            listed, found = _list(documents[file].value, section)
            slips += found
            entries[section], named[section] = {}, {}
            for place, value in enumerate(listed):
                named[section][place] = _name_of(value, section)
                entry, found = read_entry(entry_type, value, (section, place))
                slips += found
                if entry is not None:
                    entries[section][place] = entry
    office_day, found = _office(documents[OFFICE_FILE])
    slips += found
    readable = all(document.value is not None for document in documents.values())
    whole = readable and not any(len(slip.path) == 1 and slip.path[0] != OFFICE_SECTION for slip in slips)
    return PolicySections(entries, named, office_day, tuple(slips), whole)


def _office(document: LinedYaml) -> tuple[OfficeDay | None, tuple[Slip, ...]]:
    if document.value is None:
        return None, ()
    surplus = _surplus(document, (OFFICE_SECTION,))
    if not isinstance(document.value, dict) or OFFICE_SECTION not in document.value:
        return None, (*surplus, _section_missing(OFFICE_SECTION))
    office_day, slips = read_entry(OfficeDay, document.value[OFFICE_SECTION], (OFFICE_SECTION,))
    return office_day, (*surplus, *slips)


def _surplus(document: LinedYaml, known: tuple[str, ...]) -> tuple[Slip, ...]:
    if not isinstance(document.value, dict):
        return ()
    advice = f"delete this or write it below one of: {', '.join(known)}"
    # The first known section tells the file; the key's own line is looked up in it.
    surplus = (name for name in document.value if name not in known)
    return tuple(Slip((known[0], _SURPLUS, name), "section_unknown", advice) for name in surplus)


def _list(value: Any, section: str) -> tuple[list[Any], tuple[Slip, ...]]:
    if value is None:
        return [], ()
    if not isinstance(value, dict) or section not in value:
        return [], (_section_missing(section),)
    if not isinstance(value[section], list):
        advice = f"below `{section}:` write a list, each entry beginning with a dash"
        return [], (Slip((section,), "type_wrong", advice),)
    return value[section], ()


def _section_missing(section: str) -> Slip:
    return Slip((section,), "section_missing", f"add `{section}:` to this file")


def _name_of(value: Any, section: str) -> str:
    name = value.get(NAME_KEYS.get(section, "id")) if isinstance(value, dict) else None
    return name if isinstance(name, str) else ""


def place_of(slip: Slip) -> tuple[str, SlipPath]:
    """Return the file a slip stands in, and the path within it."""
    file = FILE_OF[str(slip.path[0])]
    return file, slip.path[2:] if slip.path[1:2] == (_SURPLUS,) else slip.path
