"""Child commands that cannot outlive us: each in a process group of its own, tied to this process by a pipe.

Run as a module (`python -m integrations.tethered MODULE …`) it is the child's side of the rope.
"""

import os
import runpy
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from models.errors import IntegrationError, TransientFailure

_GRACE_S = 10.0
_TAIL_BYTES = 4096


class TetheredCommand:
    """`python -m MODULE …` as a child process, its output in a log file.

    The child ends when `stop` is called and also when this process dies in whatever way, `kill -9` included. It
    stands in a session of its own, so that a Ctrl-C in the terminal reaches us alone and we choose the order.
    """

    def __init__(
        self, arguments: Sequence[str], *, environment: Mapping[str, str], log_file: Path, folder: Path
    ) -> None:
        self.log_file = log_file
        self._command = [sys.executable, "-m", "integrations.tethered", *arguments]
        self._environment = dict(environment)
        self._folder = folder
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def is_running(self) -> bool:
        """Whether the child has been started and has not ended."""
        return self._child is not None and self._child.poll() is None

    @property
    def exit_code(self) -> int | None:
        """The child's exit code; None while it runs or before it was started."""
        return None if self._child is None else self._child.poll()

    def start(self) -> None:
        """Start the child. The log of the run before is kept beside the new one as `….1`."""
        if self.is_running:
            raise IntegrationError("already_started", log=self.log_file.name)
        self._release()
        self.log_file.parent.mkdir(parents=True, exist_ok=True)
        if self.log_file.exists():
            self.log_file.replace(self.log_file.with_name(f"{self.log_file.name}.1"))
        log = os.open(self.log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            self._child = subprocess.Popen(  # noqa: S603 - our own interpreter, arguments from this repository
                self._command,
                env=self._environment,
                cwd=self._folder,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        finally:
            os.close(log)

    def wait(self, timeout_s: float) -> int:
        """The exit code of a child that ends by itself; a `TransientFailure` when it has not after `timeout_s`."""
        if self._child is None:
            raise IntegrationError("not_started", log=self.log_file.name)
        try:
            return self._child.wait(timeout_s)
        except subprocess.TimeoutExpired:
            raise TransientFailure("command_takes_too_long", f"see {self.log_file}") from None

    def stop(self, grace_s: float = _GRACE_S) -> None:
        """Ask the child to end, wait up to `grace_s` seconds, then end its whole group. Safe to call twice."""
        if self._child is None:
            return
        if self._child.poll() is None:
            self._child.terminate()
            try:
                self._child.wait(grace_s)
            except subprocess.TimeoutExpired:
                self._end_group()
        # What the child itself has started may still be there after it has gone.
        self._end_group()
        self._release()

    def list_last_lines(self, count: int = 3) -> list[str]:
        """The last non-empty lines the child wrote, for a message that a person can act on."""
        if not self.log_file.exists():
            return []
        with self.log_file.open("rb") as log:
            log.seek(max(0, self.log_file.stat().st_size - _TAIL_BYTES))
            lines = log.read().decode(errors="replace").splitlines()
        return [line.strip() for line in lines if line.strip()][-count:]

    def _end_group(self) -> None:
        if self._child is None:
            return
        try:
            os.killpg(self._child.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        self._child.wait()

    def _release(self) -> None:
        if self._child is not None and self._child.stdin is not None:
            self._child.stdin.close()


def _end_with_parent() -> None:
    """Wait for the rope's other end to go, then end this process and whatever it has started."""
    os.read(sys.stdin.fileno(), 1)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GRACE_S)
    os.killpg(os.getpgrp(), signal.SIGKILL)


def main() -> None:
    """Run the module that the command line names, tethered to the process at the other end of stdin."""
    threading.Thread(target=_end_with_parent, name="tether", daemon=True).start()
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
