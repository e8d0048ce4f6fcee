"""A second process that takes on parts of a long piece of work; whichever of the two is free does the next part.

It is a command of its own, not a fork: this process may have threads and open databases, which do not survive one. It
ends when its pipe does: after the work, or with this process, however that ends. It is an offer and no promise: what
it does not do, because it is still starting, or is killed, or the work fails there, is done here.
"""

import fcntl
import os
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from multiprocessing.connection import Connection, Pipe
from typing import Any, Generic, TypeVar

from integrations.uncollected import uncollected

PartT = TypeVar("PartT")
ResultT = TypeVar("ResultT")

_ROOM_BYTES = 1 << 20
_MOST_GIVEN = 4
_MOST_HELD = 12


class _Task(Generic[PartT, ResultT]):
    """A part, and what came of it."""

    def __init__(self, work: Callable[[PartT], ResultT], part: PartT) -> None:
        self.work = work
        self.part = part
        self.results: list[ResultT] = []

    def do(self) -> None:
        """Do it here."""
        self.results.append(self.work(self.part))


class Workmate:
    """The other process, as this one sees it: a pipe there, a pipe back."""

    def __init__(self, there: Connection, back: Connection) -> None:
        self._there = there
        self._back = back
        self._room = min(_widened(there), _widened(back))
        self._given: deque[_Task[Any, Any]] = deque()
        self._is_ready = False
        self._is_gone = False

    def share(self, work: Callable[[PartT], ResultT], parts: Iterable[PartT]) -> Iterator[ResultT]:
        """Yield the results of all parts, in order. Parts are read as they are needed, and few are held.

        `work` and parts go there by pickle: `work` is a module's function, or a partial of one.
        """
        tasks: deque[_Task[PartT, ResultT]] = deque()
        for part in parts:
            tasks.append(_Task(work, part))
            if not self._give(tasks[-1]):
                tasks[-1].do()
            self._take_what_is_done()
            while tasks and (tasks[0].results or len(tasks) > _MOST_HELD):
                yield self._await(tasks.popleft())
        while tasks:
            yield self._await(tasks.popleft())

    def _give(self, task: _Task[Any, Any]) -> bool:
        """Give a task to the other process, if it is free; tell whether it was."""
        if not self._is_free():
            return False
        content = pickle.dumps((task.work, task.part), pickle.HIGHEST_PROTOCOL)
        # What does not fit into the pipe waits for its reader, who may be waiting for us to read what it has done.
        if self._given and len(content) * _MOST_GIVEN > self._room:
            return False
        try:
            self._there.send_bytes(content)
        except OSError:
            self._is_gone = True
            return False
        self._given.append(task)
        return True

    def _is_free(self) -> bool:
        if not self._is_ready and not self._is_gone and self._back.poll():
            self._is_ready = self._receive() is not None
        return self._is_ready and not self._is_gone and len(self._given) < _MOST_GIVEN

    def _take_what_is_done(self) -> None:
        while self._given and self._back.poll():
            self._take()

    def _await(self, task: _Task[Any, ResultT]) -> ResultT:
        while not task.results:
            self._take()
        return task.results[0]

    def _take(self) -> None:
        """Take the next result, or do here what the other process has not done."""
        results = self._receive()
        task = self._given.popleft()
        if results:
            task.results = results
        else:
            task.do()

    def _receive(self) -> list[Any] | None:
        if self._is_gone:
            return None
        try:
            results: list[Any] = pickle.loads(self._back.recv_bytes())  # noqa: S301 - from our own process
        except (EOFError, OSError):
            self._is_gone = True
            return None
        return results


@contextmanager
def open_workmate(*modules: str) -> Iterator[Workmate]:
    """Start the other process, in which `modules` are imported, and end it afterwards, whatever it is at."""
    their_end, there = Pipe(duplex=False)
    back, their_back = Pipe(duplex=False)
    ends = their_end.fileno(), their_back.fileno()
    with their_end, their_back:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own module
            [sys.executable, "-m", "integrations.workmate", *map(str, ends), *modules],
            pass_fds=ends,
            # Of our environment, which may hold the office key, it needs nothing.
            env={"PYTHONPATH": os.pathsep.join(sys.path)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # Ctrl-C reaches every process of a terminal's session; what it means is this one's to decide.
            start_new_session=True,
        )
    try:
        with there, back:
            yield Workmate(there, back)
    finally:
        process.kill()
        process.wait()


def work_along(there: Connection, back: Connection) -> None:
    """Do what comes through one pipe and send what came of it through the other, until a pipe ends."""
    try:
        back.send_bytes(pickle.dumps([]))
        while True:
            work, part = pickle.loads(there.recv_bytes())  # noqa: S301 - from the process that started us
            with uncollected():
                back.send_bytes(pickle.dumps(_attempt(work, part), pickle.HIGHEST_PROTOCOL))
    except (EOFError, OSError):
        return


def _attempt(work: Callable[[PartT], ResultT], part: PartT) -> list[ResultT]:
    """Return the result, or nothing where the work fails: it will fail in the process that can tell of it, too."""
    try:
        return [work(part)]
    except Exception:  # noqa: BLE001 - a part is an item of a batch, and its error is met where it is done again
        return []


def _widened(pipe: Connection) -> int:
    """Widen a pipe, and return how many bytes it takes before a writer waits; 0 where the system does not say."""
    if not hasattr(fcntl, "F_SETPIPE_SZ"):
        return 0
    try:
        return fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, _ROOM_BYTES)
    except OSError:
        return 0


def main() -> None:
    """Be the other process. The command line names the pipes' ends and the modules that will be needed."""
    there, back, *modules = sys.argv[1:]
    for module in modules:
        import_module(module)
    work_along(Connection(int(there), writable=False), Connection(int(back), readable=False))


if __name__ == "__main__":
    main()
