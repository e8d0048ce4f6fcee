"""Children that end when they are told to, and when nobody is left to tell them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from integrations.tethered import TetheredCommand
from models.errors import IntegrationError, TransientFailure

_SLEEPER = """
import os, pathlib, time
pathlib.Path("pid").write_text(str(os.getpid()))
print("first line\\n\\nready", flush=True)
time.sleep(600)
"""
_DEAF = "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + _SLEEPER
_PARENT_OF_ONE = """
import subprocess, sys
subprocess.Popen([sys.executable, "-c", "import os, pathlib, time; "
    "pathlib.Path('grandchild').write_text(str(os.getpid())); time.sleep(600)"])
"""


def _wait_until(holds: Callable[[], bool], within_s: float = 10.0) -> None:
    deadline = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A zombie that nobody has collected yet is dead.
    state = Path(f"/proc/{pid}/stat")
    return not (state.exists() and state.read_text().rsplit(")", 1)[1].split()[0] == "Z")


def _pid(folder: Path, name: str = "pid") -> int:
    _wait_until(lambda: (folder / name).exists() and (folder / name).read_text() != "")
    return int((folder / name).read_text())


def _environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(folder), "PYTHONSAFEPATH": "1"}


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[[str], TetheredCommand]]:
    made = []

    def _make(source: str) -> TetheredCommand:
        (tmp_path / "a_child.py").write_text(source)
        command = TetheredCommand(
            ["a_child", "argument"],
            environment=_environment(tmp_path),
            log_file=tmp_path / "logs" / "child.log",
            folder=tmp_path,
        )
        made.append(command)
        return command

    yield _make
    for command in made:
        command.stop(grace_s=0)


def test_a_child_runs_its_module_with_its_arguments_and_is_stopped(
    make: Callable[[str], TetheredCommand], tmp_path: Path
) -> None:
    command = make("import sys, pathlib\npathlib.Path('seen').write_text(' '.join(sys.argv[1:]))\n" + _SLEEPER)
    assert (command.is_running, command.exit_code) == (False, None)
    assert command.list_last_lines() == []
    command.start()
    pid = _pid(tmp_path)
    assert _is_alive(pid)
    command.stop()
    command.stop()
    assert not _is_alive(pid)
    assert command.exit_code == -signal.SIGTERM
    assert (tmp_path / "seen").read_text() == "argument"
    assert command.list_last_lines() == ["first line", "ready"]


def test_a_child_that_will_not_hear_is_ended_all_the_same(
    make: Callable[[str], TetheredCommand], tmp_path: Path
) -> None:
    command = make(_DEAF)
    command.start()
    pid = _pid(tmp_path)
    command.stop(grace_s=0.2)
    assert not _is_alive(pid)
    assert command.exit_code == -signal.SIGKILL


def test_what_a_child_has_started_goes_with_it(make: Callable[[str], TetheredCommand], tmp_path: Path) -> None:
    command = make(_PARENT_OF_ONE + _SLEEPER)
    command.start()
    grandchild = _pid(tmp_path, "grandchild")
    _pid(tmp_path)
    command.stop()
    _wait_until(lambda: not _is_alive(grandchild))


def test_a_child_ends_when_its_parent_is_killed_without_warning(tmp_path: Path) -> None:
    (tmp_path / "a_child.py").write_text(_SLEEPER)
    parent_source = (
        "import os, pathlib, time\n"
        "from integrations.tethered import TetheredCommand\n"
        "here = pathlib.Path.cwd()\n"
        "TetheredCommand(['a_child'], environment=dict(os.environ), log_file=here / 'log', folder=here).start()\n"
        "time.sleep(600)\n"
    )
    with subprocess.Popen(  # noqa: S603 - our own interpreter and our own words
        [sys.executable, "-c", parent_source], cwd=tmp_path, env=_environment(tmp_path)
    ) as parent:
        child = _pid(tmp_path)
        assert _is_alive(child)
        parent.kill()
    _wait_until(lambda: not _is_alive(child))


def test_a_child_that_ends_by_itself_tells_how(make: Callable[[str], TetheredCommand]) -> None:
    command = make("import sys; print('no such port'); sys.exit(3)")
    command.start()
    assert command.wait(20) == 3
    assert command.exit_code == 3
    assert command.list_last_lines(1) == ["no such port"]


def test_waiting_for_a_child_has_an_end(make: Callable[[str], TetheredCommand]) -> None:
    command = make(_SLEEPER)
    with pytest.raises(IntegrationError, match="not_started"):
        command.wait(1)
    command.start()
    with pytest.raises(TransientFailure, match="command_takes_too_long"):
        command.wait(0.05)


def test_a_running_child_is_not_started_twice_and_a_dead_one_keeps_its_last_log(
    make: Callable[[str], TetheredCommand], tmp_path: Path
) -> None:
    command = make("import sys; print('gone'); sys.exit(1)")
    command.start()
    command.wait(20)
    command.start()
    with pytest.raises(IntegrationError, match="already_started"):
        command.start()
    command.wait(20)
    logs = tmp_path / "logs"
    assert (logs / "child.log.1").read_text() == "gone\n"
    assert (logs / "child.log").stat().st_mode & 0o777 == 0o600
