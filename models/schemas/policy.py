"""The shape of the policy's files: which sections each holds, and what each entry must look like."""

import json
from collections.abc import Mapping
from dataclasses import fields
from difflib import get_close_matches
from typing import Any, TypeVar, get_args, get_type_hints

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from models.rules.letter_policy import Body, BodyCategory, Letterhead, LetterKind
from models.rules.policy import ClockRule, OfficeDay, SideExit, SideStep, StageRule
from models.rules.policy_checks.draft import Slip, SlipPath

EntryT = TypeVar("EntryT")

OFFICE_FILE = "office.yaml"
OFFICE_SECTION = "office_day"
BODIES_FOLDER = "bodies"
"""Holds a file a body: the body, and the kinds of letter that go to it alone."""
BODY_SECTIONS = ("bodies", "kinds")
SECTIONS: Mapping[str, tuple[str, ...]] = {
    "stages.yaml": ("stages", "side_exits", "side_steps"),
    "clocks.yaml": ("clocks",),
    "categories.yaml": ("categories",),
    "letterhead.yaml": ("letterheads",),
    "letters.yaml": ("kinds",),
}
"""The lists that each file must hold; only `kinds` may go on in other files."""
ENTRY_TYPES: Mapping[str, type[Any]] = {
    "stages": StageRule,
    "side_exits": SideExit,
    "side_steps": SideStep,
    "clocks": ClockRule,
    "categories": BodyCategory,
    "letterheads": Letterhead,
    "bodies": Body,
    "kinds": LetterKind,
}
_TYPES: tuple[type[Any], ...] = (OfficeDay, *ENTRY_TYPES.values())
_ADAPTERS: Mapping[type[Any], TypeAdapter[Any]] = {each: TypeAdapter(each) for each in _TYPES}
FILE_OF: Mapping[str, str] = {
    "bodies": f"{BODIES_FOLDER}/",
    **{section: name for name, sections in SECTIONS.items() for section in sections},
}
"""Where a list as a whole is missed, when an entry is lacking from it."""
NAME_KEYS: Mapping[str, str] = {
    "stages": "stage",
    "side_exits": "reason",
    "side_steps": "step",
    "letterheads": "valid_from",
}
"""The key by which a section's entries are told apart, where it is not `id`."""

_WANTED = {
    "bool_type": "write true or false",
    "int_type": "write a whole number without quotation marks",
    "string_type": "write a text",
    "tuple_type": "write a list: [first, second], or one line each beginning with a dash",
    "mapping_type": "write keys and values, such as uk: and en: with a text each",
    "dict_type": "write keys and values, such as uk: and en: with a text each",
    "dataclass_type": "write keys and values, one a line",
    "time_parsing": 'write an hour like "07:00"',
    "time_type": 'write an hour like "07:00", in quotation marks',
}
_MEANING = {
    "legal_basis": 'the law, treaty or source it rests on, or "project\'s proposal"',
    "name": "what people read, as uk: and en:",
    "says": "the one next action, as uk: and en:",
    "subject": "the mail's subject, as uk: and en:",
    "term": "the length, like {count: 15, unit: calendar_days}",
    "at_day": "the day counted from the anchor",
    "from_end": "the days counted from the end of the term, below 0 before it",
    "after": "what the rung waits for: silence, acknowledgement or refusal",
    "closes_off": "what is lost once the cut-off has passed, as uk: and en:",
    "lag": "how long after a letter was taken it is supposed to be delivered or registered",
    "tell": "who is told, as a list of roles",
    "by": "who may do it, as a list of roles",
    "calendar": "the id of a calendar in calendars.yaml",
    "id": "a short name of small letters, digits and underscores",
}


def read_entry(entry_type: type[EntryT], value: object, path: SlipPath) -> tuple[EntryT | None, tuple[Slip, ...]]:
    """Read one entry strictly: the value it makes, or None with every slip found in it."""
    adapter: TypeAdapter[EntryT] = _ADAPTERS[entry_type]
    try:
        return adapter.validate_json(json.dumps(value), strict=True), ()
    except ValidationError as error:
        # A policy holds no word about a person, so an unknown word may be compared with the known ones.
        details = error.errors(include_url=False)
        return None, tuple(_explained(entry_type, detail, path) for detail in details)


def _explained(entry_type: type[Any], detail: ErrorDetails, path: SlipPath) -> Slip:
    where, kind = detail["loc"], detail["type"]
    place = (*path, *where)
    if kind == "missing":
        key = str(where[-1])
        meaning = f": {_MEANING[key]}" if key in _MEANING else ""
        return Slip(place, f"{key}_missing" if key == "legal_basis" else "key_missing", f"add `{key}`{meaning}")
    if kind == "unexpected_keyword_argument":
        return Slip(place, "key_unknown", _near_keys(str(where[-1]), _keys_at(entry_type, where[:-1])))
    if kind == "enum":
        return Slip(place, "word_unknown", _near_word(detail))
    if kind == "value_error":
        return Slip(place, "value_wrong", detail["msg"].removeprefix("Value error, "))
    wanted = _WANTED.get(kind, detail["msg"])
    return Slip(place, "type_wrong", f"`{where[-1]}`: {wanted}" if where else wanted)


def _near_word(detail: ErrorDetails) -> str:
    expected = str(detail.get("ctx", {}).get("expected", "")).replace("'", "`")
    near = get_close_matches(str(detail["input"]), expected.split("`")[1::2], n=1)
    meant = f"did you mean `{near[0]}`? " if near else ""
    return f"{meant}write {expected}"


def _near_keys(key: str, known: list[str]) -> str:
    near = get_close_matches(key, known, n=1)
    meant = f"did you mean `{near[0]}`? " if near else ""
    return f"there is no key `{key}` here; {meant}known here: {', '.join(known)}"


def _keys_at(entry_type: type[Any], where: tuple[str | int, ...]) -> list[str]:
    """Return the keys of the dataclass at a place within an entry."""
    found: Any = entry_type
    for step in where:
        found = get_args(found)[0] if isinstance(step, int) else get_type_hints(found)[step]
    return [each.name for each in fields(found)]
