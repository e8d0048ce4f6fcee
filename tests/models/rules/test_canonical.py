"""The fast spelling of canonical JSON against `rfc8785`, which is the reference."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from models.errors import InvalidInput
from models.rules.canonical import Json, canonical_json


class Colour(StrEnum):
    GREEN = "green"


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=5),
    max_leaves=12,
)
PLAIN_BODIES = st.dictionaries(
    st.text(st.characters(codec="ascii"), max_size=6), SCALARS | st.lists(SCALARS, max_size=3), max_size=8
)


@given(VALUES | PLAIN_BODIES)
@example({"\u20ac": "Euro", "\r": "CR", "\ufb33": "Dagesh", "1": "One", "\U0001f600": "Smile", "\x80": "Control"})
@example({"control": '\x00\x1f\x7f\x80\u2028\u2029"\\/', "letters": "Згорани — зг"})
@example([-0.0, 1e21, 1e-7, 333333333.33333329, 4.5, 2e-3])
def test_the_spelling_is_that_of_rfc_8785(value: Any) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)


def test_the_order_of_keys_and_the_kind_of_list_make_no_difference() -> None:
    assert (
        canonical_json({"b": (1, 2), "a": None})
        == canonical_json({"a": None, "b": [1, 2]})
        == (b'{"a":null,"b":[1,2]}')
    )


def test_a_status_is_spelled_as_its_word() -> None:
    assert canonical_json({"colour": Colour.GREEN}) == b'{"colour":"green"}'


@pytest.mark.parametrize(
    "value",
    [
        2**53,
        -(2**53),
        float("nan"),
        float("inf"),
        "\ud800",
        {"lone": "\udfff"},
        {1: "a number as a key"},
        datetime(2026, 1, 5, tzinfo=UTC),
        {"at": datetime(2026, 1, 5, tzinfo=UTC)},
        b"bytes",
        {"a set"},
    ],
    ids=repr,
)
def test_what_json_cannot_say_exactly_is_refused(value: Json) -> None:
    with pytest.raises(InvalidInput, match="not_canonical_json"):
        canonical_json(value)
