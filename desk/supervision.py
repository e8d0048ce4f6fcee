"""Keeping child services alive until somebody says stop: restarts with back-off, signals, the exit code."""

import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Protocol

from models.errors import DodomuError

_WATCH_EVERY_S = 0.5
_FORGET_AFTER_S = 600.0
_WAITS_S = (1.0, 2.0, 5.0, 15.0, 30.0)
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

Say = Callable[[str], None]


class Service(Protocol):
    """What is kept alive: anything with a life of its own that can be started again."""

    @property
    def is_running(self) -> bool:
        """Whether it is alive."""

    @property
    def exit_code(self) -> int | None:
        """How it ended; None while it runs."""

    def start(self) -> None:
        """Start it; a `DodomuError` when that fails."""

    def stop(self, grace_s: float = ...) -> None:
        """End it; safe to call twice."""


@dataclass
class Charge:
    """One service under supervision, and when it died (monotonic seconds)."""

    name: str
    service: Service
    deaths_s: list[float] = field(default_factory=list)
    start_again_s: float | None = None


class StopAsked(BaseException):
    """A signal has asked us to stop. Not an Exception, so that no error handling swallows it."""


def wait_before_restart_s(deaths_s: Sequence[float], now_s: float) -> float | None:
    """How long to wait after the last of these deaths before starting again; None when it is not worth it.

    Deaths longer than ten minutes ago are forgotten; after more than five within that time a person has to look.
    """
    recent = [died_s for died_s in deaths_s if now_s - died_s < _FORGET_AFTER_S]
    if len(recent) > len(_WAITS_S):
        return None
    return _WAITS_S[max(0, len(recent) - 1)]


def keep_alive(charges: Sequence[Charge], say: Say, stop: threading.Event) -> int:
    """Watch the services until `stop` is set (exit code 0) or one of them cannot be kept alive (exit code 1)."""
    while not stop.wait(_WATCH_EVERY_S):
        for charge in charges:
            if not _tend(charge, say, time.monotonic()):
                return 1
    return 0


def _tend(charge: Charge, say: Say, now_s: float) -> bool:
    """Look after one service at one moment; False when it is given up."""
    if charge.start_again_s is not None:
        return now_s < charge.start_again_s or _start_again(charge, say)
    return charge.service.is_running or _mourn(charge, say, now_s, f"ended with code {charge.service.exit_code}")


def _mourn(charge: Charge, say: Say, now_s: float, how: str) -> bool:
    charge.deaths_s.append(now_s)
    wait_s = wait_before_restart_s(charge.deaths_s, now_s)
    if wait_s is None:
        say(f"{charge.name} {how} too often; stopping everything.")
        return False
    say(f"{charge.name} {how}; starting it again in {wait_s:.0f} s.")
    charge.start_again_s = now_s + wait_s
    return True


def _start_again(charge: Charge, say: Say) -> bool:
    charge.start_again_s = None
    # What the dead one has left behind must not meet its successor.
    charge.service.stop(0)
    try:
        charge.service.start()
    except DodomuError as error:
        return _mourn(charge, say, time.monotonic(), f"could not be started: {error};")
    say(f"{charge.name} runs again.")
    return True


@contextmanager
def stopping_on_signals() -> Iterator[threading.Event]:
    """Inside, the first Ctrl-C, SIGTERM or SIGHUP sets the event and raises `StopAsked`. Only in the main thread.

    Later ones are not heard, so that stopping is never torn in two.
    """
    asked = threading.Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        if asked.is_set():
            return
        asked.set()
        raise StopAsked

    before = {number: signal.signal(number, ask) for number in _SIGNALS}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
