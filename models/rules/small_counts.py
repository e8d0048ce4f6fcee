"""Counts that may be published: one so small that it could point to a child is withheld, and cannot be worked out."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

SMALLEST_PUBLISHED = 10
"""Project's proposal: fewer children than this are given as "fewer than ten"."""
KeyT = TypeVar("KeyT")


def publishable(counts: Mapping[KeyT, int]) -> dict[KeyT, int | None]:
    """Return counts as they may be published, in the same order: None for what is withheld; what is nought is left out.

    Whoever knows the sum can subtract what is given from it. Where that would leave a single count, or fewer children
    than may be told, the next smallest is withheld as well.
    """
    present = {key: count for key, count in counts.items() if count}
    withheld = {key for key, count in present.items() if count < SMALLEST_PUBLISHED}
    others = sorted((key for key in present if key not in withheld), key=lambda key: present[key], reverse=True)
    while withheld and others and _tells(present[key] for key in withheld):
        withheld.add(others.pop())
    return {key: None if key in withheld else count for key, count in present.items()}


def _tells(counts: Iterable[int]) -> bool:
    """Whether the sum of withheld counts, as a reader can work it out, says too much."""
    left = list(counts)
    return len(left) == 1 or sum(left) < SMALLEST_PUBLISHED


def publishable_total(counts: Mapping[KeyT, int]) -> int | None:
    """Return the sum of counts as it may stand beside them; None where it is small or tells a single one."""
    total = sum(counts.values())
    only_one = sum(1 for count in counts.values() if count) == 1
    return None if total < SMALLEST_PUBLISHED or (only_one and None in publishable(counts).values()) else total
