"""Two watches at once over hundreds of due cases: each is looked at, no rung is told twice, the journal is whole."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.crashes.crash_course import footprint, journal_holds, run_at_once, run_undisturbed
from tests.crashes.crash_worker import Job

CASES = 300


@pytest.fixture
def caseload() -> int:
    return CASES


def test_two_watches_share_three_hundred_due_cases(new_job: Callable[..., Job]) -> None:
    first = new_job(batch=7)
    moments = tuple(first.moments[0] + timedelta(days=days) for days in (0, 8, 37))
    alone, shared = replace(new_job(batch=500), moments=moments), replace(first, moments=moments)
    run_undisturbed(alone)
    assert run_at_once(shared, workers=2) == [0, 0]
    found, expected = footprint(shared, in_order=False), footprint(alone, in_order=False)
    assert found == expected
    told = Counter(notice[:4] for notice in found["notices"])
    assert len({case for case, *_ in told}) == CASES
    assert set(told.values()) == {1}
    assert journal_holds(shared)
