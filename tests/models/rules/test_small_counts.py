"""Counts that may be published: what a reader could work out from them, and what not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.small_counts import SMALLEST_PUBLISHED, publishable, publishable_total

COUNTS = st.dictionaries(st.sampled_from("abcdef"), st.integers(min_value=0, max_value=40))


@pytest.mark.parametrize(
    ("counts", "published"),
    [
        ({"located": 10, "verified": 25}, {"located": 10, "verified": 25}),
        ({"located": 9, "verified": 25}, {"located": None, "verified": None}),
        ({"located": 9, "verified": 25, "returned": 12}, {"located": None, "verified": 25, "returned": None}),
        ({"located": 9, "verified": 3, "returned": 12}, {"located": None, "verified": None, "returned": 12}),
        # Twenty in all, less seventeen: three children, even if nobody can tell them apart.
        ({"located": 2, "verified": 1, "reported": 17}, {"located": None, "verified": None, "reported": None}),
        (
            {"located": 2, "verified": 1, "reported": 17, "returned": 30},
            {"located": None, "verified": None, "reported": None, "returned": 30},
        ),
        ({"located": 0, "verified": 12}, {"verified": 12}),
        ({"located": 4}, {"located": None}),
        ({}, {}),
    ],
)
def test_a_small_count_is_withheld_and_never_alone(counts: dict[str, int], published: dict[str, int | None]) -> None:
    assert publishable(counts) == published


@given(COUNTS)
def test_nobody_who_knows_the_sum_can_work_out_a_withheld_count(counts: dict[str, int]) -> None:
    published = publishable(counts)
    assert published.keys() == {key for key, count in counts.items() if count}
    assert all(count is None or count >= SMALLEST_PUBLISHED for count in published.values())
    withheld = [key for key, count in published.items() if count is None]
    assert len(withheld) != 1 or publishable_total(counts) is None
    left = sum(counts[key] for key in withheld)
    assert not withheld or left >= SMALLEST_PUBLISHED or publishable_total(counts) is None


@pytest.mark.parametrize(
    ("counts", "total"), [({"a": 4, "b": 5}, None), ({"a": 4, "b": 6}, 10), ({"a": 40}, 40), ({}, None)]
)
def test_a_small_sum_is_withheld_too(counts: dict[str, int], total: int | None) -> None:
    assert publishable_total(counts) == total
