"""Workers killed at any point, and workers at work at once: nothing lost, nothing done twice, on both databases."""

from collections.abc import Callable
from contextlib import suppress
from random import Random

import pytest

from casework.numbers import take_numbers
from models.errors import DodomuError, RuleViolation
from tests.crashes.crash_course import (
    footprint,
    journal_holds,
    run_and_kill_at_random,
    run_and_kill_before_statements,
    run_at_once,
    run_undisturbed,
)
from tests.crashes.crash_worker import Job, open_quickly

NewJob = Callable[..., Job]
ONLY_POSTGRESQL = pytest.mark.parametrize("either_office", ["postgresql"], indirect=True)
ONLY_SQLITE = pytest.mark.parametrize("either_office", ["sqlite"], indirect=True)


def undisturbed(new_job: NewJob) -> Job:
    job = new_job()
    run_undisturbed(job)
    return job


def test_an_undisturbed_run_does_something_and_the_same_every_time(new_job: NewJob) -> None:
    first, second = undisturbed(new_job), undisturbed(new_job)
    found = footprint(first)
    assert found == footprint(second)
    for part in ("entries", "clocks", "notices", "letters", "outbox"):
        assert len(found[part]) > 5, part


def test_killed_at_random_moments_nothing_is_lost_and_nothing_done_twice(new_job: NewJob) -> None:
    expected, job = footprint(undisturbed(new_job)), new_job()
    assert run_and_kill_at_random(job, kills=4, dice=Random(7), longest_s=0.04) >= 3
    run_undisturbed(job)
    assert footprint(job) == expected
    assert journal_holds(job)


def test_killed_between_statements_nothing_is_lost_and_nothing_done_twice(new_job: NewJob) -> None:
    expected, job = footprint(undisturbed(new_job)), new_job(batch=12)
    numbers = range(2, 32, 3)
    assert run_and_kill_before_statements(job, numbers) == len(numbers)
    run_undisturbed(job)
    assert footprint(job) == expected
    assert journal_holds(job)


@ONLY_SQLITE
def test_the_test_can_fail_without_the_transaction(new_job: NewJob) -> None:
    expected, job = footprint(undisturbed(new_job)), new_job(batch=12, guard_off="transaction")
    run_and_kill_before_statements(job, range(18, 30, 2))
    assert goes_on(job) is False or footprint(job) != expected


@ONLY_SQLITE
def test_a_guard_that_is_off_in_this_process_is_on_again_afterwards(new_job: NewJob) -> None:
    job = new_job(guard_off="transaction")
    goes_on(job)
    with open_quickly(job) as office:
        with suppress(RuleViolation), office.store.writing() as session:
            taken = list(take_numbers(session, "guarded", 1))
            raise RuleViolation("changed_my_mind")
        with office.store.writing() as session:
            assert list(take_numbers(session, "guarded", 1)) == taken


def goes_on(job: Job) -> bool:
    """Whether an undisturbed run finishes; a store that is half-written may refuse it."""
    try:
        run_undisturbed(job)
    except DodomuError:
        return False
    return True


def test_workers_at_once_share_the_work(new_job: NewJob) -> None:
    expected = footprint(undisturbed(new_job), in_order=False)
    job = new_job()
    assert run_at_once(job, workers=2) == [0, 0]
    assert footprint(job, in_order=False) == expected
    assert journal_holds(job)


@ONLY_POSTGRESQL
def test_without_the_lock_a_second_worker_is_refused_by_the_unique_keys(new_job: NewJob) -> None:
    assert run_at_once(new_job(guard_off="lock"), workers=2) != [0, 0]


@ONLY_POSTGRESQL
def test_the_test_can_fail_without_lock_and_unique_keys(
    new_job: NewJob, without_uniqueness: Callable[[Job], None]
) -> None:
    expected = footprint(undisturbed(new_job), in_order=False)
    job = new_job(guard_off="lock")
    without_uniqueness(job)
    run_at_once(job, workers=2)
    assert footprint(job, in_order=False) != expected
