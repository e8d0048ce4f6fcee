"""Canonical JSON (RFC 8785): the one spelling of a value, over which hashes and signatures are made."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import rfc8785

from models.errors import InvalidInput

_WORDS = frozenset({str, bool, type(None)})
_EXACT_INTEGERS = range(-(2**53) + 1, 2**53)
_spelled = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, allow_nan=False, sort_keys=True, separators=(",", ":")
).encode

Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]


def canonical_json(value: Json) -> bytes:
    """Spell a JSON value canonically. Raises InvalidInput `not_canonical_json`.

    Where the two agree by construction (ASCII keys, no fractions, whole numbers below 2^53) the standard library
    spells it, five times as fast as `rfc8785`, which spells or refuses all the rest.
    """
    try:
        return _spelled(value).encode() if _is_plain(value) else rfc8785.dumps(value)
    except (ValueError, TypeError, AttributeError):
        raise InvalidInput(
            "not_canonical_json", "only text, whole numbers, truth values, null, lists and text-keyed objects"
        ) from None


def _is_plain(value: Any) -> bool:
    """Tell whether the standard library's spelling is canonical. Exact types: a subclass may spell itself."""
    kind = type(value)
    if kind in _WORDS:
        return True
    if kind is int:
        return value in _EXACT_INTEGERS
    if kind is dict:
        return all(map(_is_plain_key, value)) and all(map(_is_plain, value.values()))
    return (kind is list or kind is tuple) and all(map(_is_plain, value))


def _is_plain_key(key: Any) -> bool:
    return type(key) is str and key.isascii()
