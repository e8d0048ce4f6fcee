"""Entries that come in kinds: each has the parameters its kind uses, and none that would have no effect."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import MISSING, dataclass, fields

from models.rules.letter_policy import LetterCondition
from models.rules.policy import Requirement
from models.rules.policy_checks.draft import Slip, SlipPath

_ALWAYS = frozenset({"verified", "waivable"})


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a kind of entry uses: each of `needed`, one at least of `either`, and perhaps the `optional`."""

    needed: tuple[str, ...] = ()
    either: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()

    @property
    def used(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.needed, *self.either, *self.optional)


def check_parameters(
    word: str, entry: Requirement | LetterCondition, uses: Parameters, path: SlipPath
) -> Iterator[Slip]:
    """Check that the entry gives what `word` needs and nothing that it does not use, and no word twice in a list."""
    given = set(_given(entry))
    known = ", ".join(uses.used) or "no parameter"
    for name in sorted(given - set(uses.used)):
        yield Slip((*path, name), "parameter_unused", f"`{word}` uses {known}; delete `{name}`")
    for name in uses.needed:
        if name not in given:
            yield Slip((*path, name), "parameter_missing", f"`{word}` needs `{name}`; add it")
    if uses.either and not given & set(uses.either):
        advice = f"`{word}` needs `{'` or `'.join(uses.either)}`; add one of them"
        yield Slip(path, "parameter_missing", advice)
    for name in given:
        yield from check_repeated(getattr(entry, name), (*path, name))


def check_repeated(words: object, path: SlipPath) -> Iterator[Slip]:
    """Check that no word stands twice in a list; what is no list has none."""
    for word, count in Counter(words if isinstance(words, tuple) else ()).items():
        if count > 1:
            yield Slip(path, "word_repeated", f"keep one `{word}` in this list")


def _given(entry: Requirement | LetterCondition) -> Iterator[str]:
    for each in fields(entry):
        optional = each.default is not MISSING and each.name not in _ALWAYS
        if optional and getattr(entry, each.name) != each.default:
            yield each.name
