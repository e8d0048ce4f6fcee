"""The long version of the crash tests: many kills, at every statement, on both databases."""

from collections.abc import Callable
from random import Random

import pytest

from tests.crashes.crash_course import (
    footprint,
    journal_holds,
    run_and_kill_at_random,
    run_and_kill_before_statements,
    run_at_once,
    run_undisturbed,
)
from tests.crashes.crash_worker import Job

NewJob = Callable[..., Job]
STATEMENTS = 120
KILLS = 500
KILLS_A_RUN = 25


@pytest.mark.parametrize("seed", range(10))
def test_killed_again_and_again_nothing_is_lost_and_nothing_done_twice(new_job: NewJob, seed: int) -> None:
    undisturbed, job = new_job(), new_job(batch=1)
    run_undisturbed(undisturbed)
    run_and_kill_at_random(job, kills=60, dice=Random(seed), longest_s=0.2)
    run_undisturbed(job)
    assert footprint(job) == footprint(undisturbed)
    assert journal_holds(job)


def test_of_five_hundred_kills_at_random_moments_the_notices_show_nothing(new_job: NewJob) -> None:
    undisturbed = new_job()
    run_undisturbed(undisturbed)
    expected, dice, killed = footprint(undisturbed), Random(2026), 0
    while killed < KILLS:
        job = new_job(batch=1)
        dead = run_and_kill_at_random(job, kills=min(KILLS_A_RUN, KILLS - killed), dice=dice, longest_s=0.1)
        run_undisturbed(job)
        assert footprint(job) == expected
        assert journal_holds(job)
        assert dead
        killed += dead


@pytest.mark.parametrize("batch", [1, 3, 12])
def test_killed_before_every_statement_nothing_is_lost_and_nothing_done_twice(new_job: NewJob, batch: int) -> None:
    undisturbed, job = new_job(), new_job(batch=batch)
    run_undisturbed(undisturbed)
    run_and_kill_before_statements(job, range(1, STATEMENTS))
    run_undisturbed(job)
    assert footprint(job) == footprint(undisturbed)
    assert journal_holds(job)


@pytest.mark.parametrize("workers", [2, 4, 8])
def test_many_workers_at_once_share_the_work(new_job: NewJob, workers: int) -> None:
    undisturbed, job = new_job(), new_job(batch=1)
    run_undisturbed(undisturbed)
    assert run_at_once(job, workers) == [0] * workers
    assert footprint(job, in_order=False) == footprint(undisturbed, in_order=False)
    assert journal_holds(job)
