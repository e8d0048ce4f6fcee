"""How much memory a process and its workers hold, looked at again and again while work runs."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

_EVERY_S = 0.1
_MIB = 1024


@dataclass
class MemoryWatch:
    """Resident memory in MiB, this process and its workers together, in the order of the looks."""

    seen_mib: list[float] = field(default_factory=list)

    @property
    def peak_mib(self) -> float | None:
        """The most that was seen; None where the system does not tell."""
        return _most(self.seen_mib)

    def peak_within_mib(self, share: float) -> float | None:
        """The most that was seen within the first share (0 to 1) of the time."""
        return _most(self.seen_mib[: max(1, int(len(self.seen_mib) * share))])


@contextmanager
def watch_memory() -> Iterator[MemoryWatch]:
    """Look ten times a second until the work is done."""
    watch, done = MemoryWatch(), Event()

    def look() -> None:
        while not done.wait(_EVERY_S):
            watch.seen_mib += _resident_mib()

    thread = Thread(target=look, daemon=True)
    thread.start()
    try:
        yield watch
    finally:
        done.set()
        thread.join()


def _most(seen_mib: Sequence[float]) -> float | None:
    return round(max(seen_mib), 1) if seen_mib else None


def _resident_mib() -> list[float]:
    found = [_resident_of(process) for process in (str(os.getpid()), *_started())]
    return [sum(found)] if all(found) else []


def _started() -> list[str]:
    """List the processes that this one's main thread has started."""
    try:
        return Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split()
    except OSError:
        return []


def _resident_of(process: str) -> float:
    """Return a process's resident memory; 0 for one that has just ended, or where the system does not tell."""
    try:
        lines = Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / _MIB for line in lines if line.startswith("VmRSS:")), 0.0)
