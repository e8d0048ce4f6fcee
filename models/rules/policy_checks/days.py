"""Entries that hold from a day on: real days, one after the other."""

from collections.abc import Iterable, Iterator
from datetime import date

from models.rules.policy_checks.draft import Slip, SlipPath


def check_days(dated: Iterable[tuple[SlipPath, str]]) -> Iterator[Slip]:
    """Check the `valid_from` of entries in the order in which they stand, each with its path."""
    latest: date | None = None
    for path, text in dated:
        here = (*path, "valid_from")
        day = _day(text)
        if day is None:
            yield Slip(here, "date_wrong", 'write a day like "2026-01-31"')
        elif latest is not None and day <= latest:
            yield Slip(here, "days_out_of_order", f"write a day after {latest}")
        latest = day or latest


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
