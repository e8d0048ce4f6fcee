"""A second process for parts of a long work: nothing is lost by it, whatever becomes of it."""

import operator
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from multiprocessing.connection import Pipe
from pathlib import Path
from typing import Any

import pytest

from integrations.workmate import Workmate, open_workmate, work_along

PATIENCE_S = 30.0


def hired(mate: Workmate) -> int:
    """Give it parts until it has done one; return its process."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        others = set(mate.share(operator.call, [os.getpid] * 20)) - {os.getpid()}
        if others:
            return others.pop()
        time.sleep(0.02)
    raise AssertionError


@pytest.fixture
def mate() -> Iterator[Workmate]:
    with open_workmate("operator") as workmate:
        hired(workmate)
        yield workmate


def test_results_come_in_the_parts_order_whoever_did_them(mate: Workmate) -> None:
    assert list(mate.share(partial(operator.mul, 3), range(200))) == [3 * number for number in range(200)]


def test_what_it_does_not_come_to_before_the_end_is_done_here() -> None:
    with open_workmate("operator") as workmate:
        assert list(workmate.share(operator.neg, range(5))) == [0, -1, -2, -3, -4]


def test_parts_wider_than_a_pipe_block_neither_side(mate: Workmate) -> None:
    parts = [bytes([number]) * 3_000_000 for number in range(6)]
    assert list(mate.share(bytes.upper, parts)) == [part.upper() for part in parts]


def test_few_parts_are_read_ahead(mate: Workmate) -> None:
    read: list[int] = []

    def parts() -> Iterator[int]:
        for number in range(1_000):
            read.append(number)
            yield number

    results = mate.share(operator.neg, parts())
    assert next(results) == 0
    assert len(read) < 20


def test_an_error_is_met_in_this_process_as_it_is(mate: Workmate) -> None:
    with pytest.raises(ZeroDivisionError):
        list(mate.share(partial(operator.truediv, 1), [1, 2, 0, 4]))


def test_work_goes_on_here_when_it_is_killed(mate: Workmate) -> None:
    process = hired(mate)
    results = mate.share(operator.call, [partial(time.sleep, 0.05)] * 12)
    assert next(results) is None
    os.kill(process, signal.SIGKILL)
    assert list(results) == [None] * 11
    assert set(mate.share(operator.call, [os.getpid] * 20)) == {os.getpid()}


def test_it_is_gone_when_the_work_is_over_even_if_that_was_left_half_way() -> None:
    def leave(workmate: Workmate) -> int:
        process = hired(workmate)
        next(workmate.share(operator.call, [partial(time.sleep, 30.0 if number == 1 else 0.0) for number in range(4)]))
        return process

    with open_workmate("operator") as workmate:
        process = leave(workmate)
    assert not _is_alive(process)


def test_it_does_not_outlive_a_parent_that_is_killed() -> None:
    program = (
        "import os, operator, time\n"
        "from integrations.workmate import open_workmate\n"
        "with open_workmate('operator') as mate:\n"
        "    others = set()\n"
        "    while not others:\n"
        "        others = set(mate.share(operator.call, [os.getpid] * 20)) - {os.getpid()}\n"
        "    print(others.pop(), flush=True)\n"
        "    time.sleep(60)\n"
    )
    with subprocess.Popen(  # noqa: S603 - our own interpreter and the program above
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        process = int(parent.stdout.readline())
        parent.kill()
    deadline = time.monotonic() + PATIENCE_S
    while _is_alive(process) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _is_alive(process)


def test_it_is_given_nothing_of_our_environment(mate: Workmate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DODOMU_OFFICE_KEY", "secret")
    look: Callable[[], Any] = partial(os.getenv, "PYTHONPATH")
    assert set(mate.share(operator.call, [look] * 40)) - {os.environ.get("PYTHONPATH")}
    process = hired(mate)
    assert b"DODOMU" not in Path(f"/proc/{process}/environ").read_bytes()


def test_the_other_side_answers_until_its_pipe_ends() -> None:
    their_end, there = Pipe(duplex=False)
    back, their_back = Pipe(duplex=False)
    there.send((operator.neg, 7))
    there.send((partial(operator.truediv, 1), 0))
    there.close()
    work_along(their_end, their_back)
    assert [back.recv(), back.recv(), back.recv()] == [[], [-7], []]


def _is_alive(process: int) -> bool:
    try:
        status = Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"
