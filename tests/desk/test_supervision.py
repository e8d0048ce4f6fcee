"""Services that die are started again with back-off, or everything stops with a clear line."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk import supervision
from desk.supervision import Charge, StopAsked, keep_alive, stopping_on_signals, wait_before_restart_s
from integrations.tethered import TetheredCommand
from models.errors import TransientFailure


@pytest.mark.parametrize(
    ("deaths_s", "now_s", "wait_s"),
    [
        ([], 100, 1),
        ([100], 100, 1),
        ([90, 100], 100, 2),
        ([80, 90, 100], 100, 5),
        ([70, 80, 90, 100], 100, 15),
        ([60, 70, 80, 90, 100], 100, 30),
        ([50, 60, 70, 80, 90, 100], 100, None),
        # Once a day is no reason to give up.
        ([0, 86_400, 172_800, 259_200, 345_600, 432_000, 518_400], 518_400, 1),
        # Ten minutes ago is forgotten, a second less is not.
        ([100, 700], 700, 1),
        ([101, 700], 700, 2),
    ],
)
def test_the_oftener_a_service_has_died_of_late_the_longer_the_wait(
    deaths_s: list[float], now_s: float, wait_s: float | None
) -> None:
    assert wait_before_restart_s(deaths_s, now_s) == wait_s


@given(st.lists(st.floats(0, 1e6), max_size=20))
def test_one_more_death_never_shortens_the_wait(deaths_s: list[float]) -> None:
    now_s = max(deaths_s, default=0.0)
    waits = [wait_before_restart_s([*deaths_s, *[now_s] * more], now_s) for more in range(8)]
    as_numbers = [float("inf") if wait is None else wait for wait in waits]
    assert all(before <= after for before, after in pairwise(as_numbers))
    assert waits[-1] is None


class _Notes(list[str]):
    """What was said; sets `stop` when a line holds the awaited words."""

    def __init__(self, awaited: str, stop: threading.Event) -> None:
        super().__init__()
        self._awaited, self._stop = awaited, stop

    def __call__(self, line: str) -> None:
        self.append(line)
        if self._awaited in line:
            self._stop.set()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervision, "_WATCH_EVERY_S", 0.01)
    monkeypatch.setattr(supervision, "_WAITS_S", (0.01, 0.02))


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[[str], TetheredCommand]]:
    made = []

    def _make(source: str) -> TetheredCommand:
        (tmp_path / "a_service.py").write_text(source)
        environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
        made.append(TetheredCommand(["a_service"], environment=environment, log_file=tmp_path / "log", folder=tmp_path))
        return made[-1]

    yield _make
    for service in made:
        service.stop(0)


def test_a_killed_service_runs_again_as_another_process(quick: None, make: Callable[[str], TetheredCommand]) -> None:
    service = make("import time; time.sleep(600)")
    service.start()
    first = service._child
    assert first is not None
    first.kill()
    first.wait()
    stop = threading.Event()
    notes = _Notes("runs again", stop)
    assert keep_alive([Charge("The worker", service)], notes, stop) == 0
    assert notes == ["The worker ended with code -9; starting it again in 0 s.", "The worker runs again."]
    assert service.is_running
    assert service._child is not first


def test_a_service_that_cannot_live_stops_everything(quick: None, make: Callable[[str], TetheredCommand]) -> None:
    service = make("raise SystemExit(4)")
    service.start()
    notes = _Notes("nothing", threading.Event())
    assert keep_alive([Charge("The worker", service)], notes, threading.Event()) == 1
    assert notes[-1] == "The worker ended with code 4 too often; stopping everything."
    assert notes.count("The worker runs again.") == 2


class _NeverStarts:
    """A service whose start fails, as a server's does when it does not answer in time."""

    is_running = False
    exit_code = 7

    def start(self) -> None:
        raise TransientFailure("prefect_server_not_ready", port=4200)

    def stop(self, grace_s: float = 0) -> None:
        """Nothing runs."""


def test_a_service_that_cannot_be_started_again_stops_everything(quick: None) -> None:
    notes = _Notes("nothing", threading.Event())
    assert keep_alive([Charge("The server", _NeverStarts())], notes, threading.Event()) == 1
    assert "The server could not be started: prefect_server_not_ready (port=4200)" in notes[1]
    assert notes[-1].endswith("too often; stopping everything.")


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_first_signal_stops_and_later_ones_do_not_tear_the_stopping(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with stopping_on_signals() as asked:
        with pytest.raises(StopAsked):
            signal.raise_signal(number)
        assert asked.is_set()
        signal.raise_signal(number)
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(number) is before
