"""Typesetting in processes of their own, one compiler each: sources go there by pipe, PDFs come back, no file between.

The processes are spawned, because Typst's threads do not survive a fork. They end when their pipe does: with the crew,
or with this process, however it ends.
"""

import multiprocessing
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import datetime
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue

from integrations.typesetting import Typesetter
from models.errors import DodomuError, PermanentFailure

Outcome = bytes | PermanentFailure
"""A letter's PDF, or why Typst makes none of its source."""
Waiting = Callable[[], list[Outcome]]
"""Waits for the letters that were begun; their outcomes are in the order of the sources."""
Begin = Callable[[Sequence[bytes], datetime], Waiting]
"""Begins to set sources, all dated to one moment (aware)."""

_AT_ONCE = 16
_typesetter = cache(Typesetter)


@contextmanager
def open_crew(folder: Path, processes: int) -> Iterator[Begin]:
    """Start worker processes over a template folder, and end them afterwards, whatever they are at.

    What waits for letters raises what `Typesetter` raises, and PermanentFailure `typesetting_process_ended`.
    """
    idle: SimpleQueue[Connection] = SimpleQueue()
    with ExitStack() as stack:
        threads = stack.enter_context(ThreadPoolExecutor(processes))
        for _ in range(processes):
            idle.put(stack.enter_context(_worker(folder)))
        # On the way out the workers are ended first, and then no thread waits for one of them.
        stack.callback(threads.shutdown, wait=False, cancel_futures=True)

        def begin(sources: Sequence[bytes], at: datetime) -> Waiting:
            shares = [sources[start : start + _AT_ONCE] for start in range(0, len(sources), _AT_ONCE)]
            begun = [threads.submit(_set_by, idle, share, at) for share in shares]
            return lambda: [outcome for share in begun for outcome in share.result()]

        yield begin


def set_here(typesetter: Typesetter) -> Begin:
    """Set letters in this process, when they are waited for."""
    return lambda sources, at: lambda: [_outcome(typesetter, source, at) for source in sources]


def _set_by(idle: SimpleQueue[Connection], sources: Sequence[bytes], at: datetime) -> list[Outcome]:
    """Let the next worker that is free set some letters."""
    worker = idle.get()
    try:
        worker.send((list(sources), at))
        answer: list[Outcome] | DodomuError = worker.recv()
    except (EOFError, OSError):
        raise PermanentFailure(
            "typesetting_process_ended", "look whether memory is short, and do it again: nothing was half-written"
        ) from None
    finally:
        idle.put(worker)
    if isinstance(answer, DodomuError):
        raise answer
    return answer


@contextmanager
def _worker(folder: Path) -> Iterator[Connection]:
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=work, args=(theirs, folder), name="typesetting", daemon=True)
    # Ctrl-C reaches every process of a terminal; what it means is this one's to decide, also while a worker starts.
    waiting = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        process.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, waiting)
    theirs.close()
    try:
        yield ours
    finally:
        process.terminate()
        process.join()
        process.close()
        ours.close()


def work(connection: Connection, folder: Path) -> None:
    """Set what comes through the pipe until it ends. Runs in a process of its own."""
    while True:
        try:
            sources, at = connection.recv()
        except EOFError:
            return
        try:
            connection.send([_outcome(_typesetter(folder), source, at) for source in sources])
        except DodomuError as error:
            connection.send(error)


def _outcome(typesetter: Typesetter, source: bytes, at: datetime) -> Outcome:
    try:
        return typesetter.typeset(source, at)
    except PermanentFailure as failure:
        return failure
