"""Which disclosable fields stand behind the dotted paths of a letter's facts, and which values are there."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from pydantic import BaseModel

from models.rules.disclosure import Field

# A property a template may name, and the fields it is put together from.
_DERIVED = {
    "child.full_name": frozenset({Field.CHILD_FAMILY_NAME, Field.CHILD_GIVEN_NAME, Field.CHILD_PATRONYMIC}),
}
_PERMISSION = "disclosed"
_BY_PATH = {field.value.replace("sighting.", "sightings."): field for field in Field}


@cache
def fields_of(path: str) -> frozenset[Field]:
    """The disclosable fields behind a dotted LetterFacts path; empty for what is no fact about the case.

    List positions do not count: `sightings.country` is the path of every sighting's country. A listed child's facts
    are the same fields as the case's own.
    """
    path = path.removeprefix("children.").replace("last_seen", "sightings")
    if path in _DERIVED:
        return _DERIVED[path]
    steps = path.split(".")
    prefixes = (".".join(steps[: length + 1]) for length in range(len(steps)))
    return frozenset(_BY_PATH[prefix] for prefix in prefixes if prefix in _BY_PATH)


def fields_listed(paths: Iterable[str]) -> frozenset[Field]:
    """The fields that a template naming these paths lists of each of several children; none if it has no list."""
    return fields_behind(path for path in paths if path.startswith("children."))


def lists_children(paths: Iterable[str]) -> bool:
    """Whether a template naming these paths has a list of several children."""
    return any(path.startswith("children.") for path in paths)


def leaves(facts: BaseModel, prefix: str = "") -> list[tuple[str, object]]:
    """Every value that is present, with its dotted path; list positions are left out of the path.

    What may be disclosed is no value of the facts.
    """
    found: list[tuple[str, object]] = []
    _collect(facts, prefix, found)
    return found


def _collect(facts: BaseModel, prefix: str, found: list[tuple[str, object]]) -> None:
    for name in type(facts).model_fields:
        value = getattr(facts, name)
        if value is not None and name != _PERMISSION:
            _add(value, prefix + name, found)


def _add(value: Any, path: str, found: list[tuple[str, object]]) -> None:
    if isinstance(value, tuple | frozenset):
        for item in value:
            _add(item, path, found)
    elif _is_model(value.__class__):
        _collect(value, f"{path}.", found)
    else:
        found.append((path, value))


@cache
def _is_model(kind: type) -> bool:
    """Asked once a type: every letter is walked over several times, and asking an abstract base class takes long."""
    return issubclass(kind, BaseModel)


def fields_behind(paths: Iterable[str]) -> frozenset[Field]:
    """The fields behind several paths."""
    return frozenset().union(*(fields_of(path) for path in paths))
