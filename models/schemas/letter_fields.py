"""Which disclosable fields stand behind the dotted paths of a letter's facts, and which values are there."""

from collections.abc import Iterable, Iterator
from functools import cache

from pydantic import BaseModel

from models.rules.disclosure import Field

# A property a template may name, and the fields it is put together from.
_DERIVED = {
    "child.full_name": frozenset({Field.CHILD_FAMILY_NAME, Field.CHILD_GIVEN_NAME, Field.CHILD_PATRONYMIC}),
}
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


def leaves(facts: BaseModel, prefix: str = "") -> Iterator[tuple[str, object]]:
    """Every value that is present, with its dotted path; list positions are left out of the path."""
    for name in type(facts).model_fields:
        yield from _leaves_of(getattr(facts, name), f"{prefix}{name}")


def _leaves_of(value: object, path: str) -> Iterator[tuple[str, object]]:
    if isinstance(value, BaseModel):
        yield from leaves(value, f"{path}.")
    elif isinstance(value, tuple | frozenset):
        for item in value:
            yield from _leaves_of(item, path)
    elif value is not None:
        yield path, value


def fields_behind(paths: Iterable[str]) -> frozenset[Field]:
    """The fields behind several paths."""
    return frozenset().union(*(fields_of(path) for path in paths))
