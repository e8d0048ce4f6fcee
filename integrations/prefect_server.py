"""A Prefect server of our own, as a child process on the loopback interface."""

import fcntl
import os
import socket
import time
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from integrations.prefect_api import PrefectApi
from integrations.tethered import TetheredCommand
from models.errors import ConfigurationError, IntegrationError, PermanentFailure, TransientFailure

_HOST = "127.0.0.1"
_READY_WITHIN_S = 120.0
_POLL_EVERY_S = 0.1
# The one setting an office may bring along: a PostgreSQL of its own for Prefect (docs/decisions/0006-prefect.md).
_DATABASE_URL = "PREFECT_SERVER_DATABASE_CONNECTION_URL"


def prefect_environment(home: Path, port: int) -> dict[str, str]:
    """Every setting that makes a Prefect server, and all who talk to it, private.

    `home` is the office's folder; Prefect's own lies below it. Nothing is reported to anybody, nothing listens but
    on loopback, nothing that a flow logs or returns is stored, and runs and events are kept for a limited time.
    """
    address = f"http://{_HOST}:{port}"
    return {
        "PREFECT_HOME": str(home / "prefect"),
        "PREFECT_API_URL": f"{address}/api",
        "PREFECT_SERVER_API_HOST": _HOST,
        "PREFECT_SERVER_API_PORT": str(port),
        "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",
        # No TLS on loopback; loading all authorities' certificates, twice a run, would cost a third of the run.
        "PREFECT_API_TLS_INSECURE_SKIP_VERIFY": "true",
        # Nobody outside hears of us.
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS": "false",
        "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        # No other page in the user's browser may speak to the server.
        "PREFECT_SERVER_API_CSRF_PROTECTION_ENABLED": "true",
        "PREFECT_SERVER_API_CORS_ALLOWED_ORIGINS": f"{address},http://localhost:{port}",
        "PREFECT_SERVER_UI_ENABLED": "true",
        "PREFECT_SERVER_UI_API_URL": f"{address}/api",
        "PREFECT_SERVER_UI_STATIC_DIRECTORY": str(home / "prefect" / "ui"),
        # What a flow logs, returns or carries stays out of Prefect's database and storage.
        "PREFECT_LOGGING_TO_API_ENABLED": "false",
        "PREFECT_LOGGING_LEVEL": "WARNING",
        "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
        "PREFECT_LOGGING_COLORS": "false",
        "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
        "PREFECT_TASKS_DEFAULT_PERSIST_RESULT": "false",
        # A person who has recorded a fact is waiting.
        "PREFECT_WORKER_QUERY_SECONDS": "5",
        # Old runs and events go; by default only events would.
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": "P90D",
        "PREFECT_SERVER_EVENTS_RETENTION_PERIOD": "P90D",
    }


def child_environment(home: Path, port: int, *, with_secrets: bool, own_database: bool = False) -> dict[str, str]:
    """The whole environment of a Prefect child: ours, without what Prefect settings the caller's shell had.

    Only the worker, which runs flows, gets the `DODOMU_…` variables (`with_secrets`). With `own_database` not even
    the address of an office's database for Prefect comes along.
    """
    unwanted = ("PREFECT_",) if with_secrets else ("PREFECT_", "DODOMU_")
    kept = frozenset() if own_database else frozenset({_DATABASE_URL})
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(unwanted) or name in kept}
    # A proxy of the environment has no business between us and loopback.
    direct = ",".join(filter(None, [os.environ.get("NO_PROXY", os.environ.get("no_proxy")), _HOST, "localhost"]))
    # A folder `models` in the working directory must never be imported in place of ours.
    return {
        **inherited,
        **prefect_environment(home, port),
        "NO_PROXY": direct,
        "no_proxy": direct,
        "PYTHONSAFEPATH": "1",
    }


def find_free_port() -> int:
    """A TCP port on loopback that nobody listens on at this moment."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((_HOST, 0))
        port: int = probe.getsockname()[1]
        return port


class PrefectServer:
    """The server's life: `start` waits until it answers, `stop` leaves no process behind. A context manager.

    `home` is the office's folder; at most one server runs on it. Without `port` a free one is taken. A rehearsal or
    a bench has its `own_database`, SQLite below `home`, whatever database an office has for Prefect.
    """

    def __init__(
        self,
        home: Path,
        *,
        port: int | None = None,
        ready_within_s: float = _READY_WITHIN_S,
        own_database: bool = False,
    ) -> None:
        self.home = home
        self.port = port or find_free_port()
        self._ready_within_s = ready_within_s
        self._lock: IO[str] | None = None
        self._command = TetheredCommand(
            ["prefect", "server", "start"],
            environment=child_environment(home, self.port, with_secrets=False, own_database=own_database),
            log_file=home / "logs" / "prefect-server.log",
            folder=home / "prefect",
        )

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def ui_url(self) -> str:
        """Where a person looks."""
        return f"http://{_HOST}:{self.port}"

    @property
    def api_url(self) -> str:
        """Where a program asks."""
        return f"{self.ui_url}/api"

    @property
    def is_running(self) -> bool:
        """Whether the server's process is alive."""
        return self._command.is_running

    @property
    def exit_code(self) -> int | None:
        """The server process's exit code; None while it runs or before it was started."""
        return self._command.exit_code

    def start(self) -> None:
        """Start the server and return when it answers.

        Raises `ConfigurationError` when the port or the home is in use, `PermanentFailure` when the server ends at
        once and `TransientFailure` when it does not answer in time; nothing is left running then.
        """
        (self.home / "prefect").mkdir(parents=True, exist_ok=True, mode=0o700)
        self._take_home()
        try:
            _refuse_taken_port(self.port)
            self._command.start()
            self._wait_until_healthy()
        except BaseException:
            self.stop(grace_s=0)
            raise

    def stop(self, grace_s: float = 10.0) -> None:
        """End the server; safe to call twice."""
        self._command.stop(grace_s)
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _take_home(self) -> None:
        if self._lock is not None:
            return
        lock = (self.home / "prefect" / "server.lock").open("w", encoding="utf-8")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            raise ConfigurationError(
                "prefect_home_in_use", "another Prefect server of this office is running; stop it first"
            ) from None
        self._lock = lock

    def _wait_until_healthy(self) -> None:
        deadline = time.monotonic() + self._ready_within_s
        while time.monotonic() < deadline:
            if self._command.exit_code is not None:
                raise self._explain(PermanentFailure, "prefect_server_failed")
            if is_healthy(self.api_url):
                return
            time.sleep(_POLL_EVERY_S)
        raise self._explain(TransientFailure, "prefect_server_not_ready")

    def _explain(self, kind: type[IntegrationError], code: str) -> IntegrationError:
        last = " / ".join(self._command.list_last_lines())
        return kind(code, f"see {self._command.log_file}{f': {last}' if last else ''}", port=self.port)


def is_healthy(api_url: str, timeout_s: float = 1.0) -> bool:
    """Whether a Prefect server answers there."""
    try:
        with PrefectApi(api_url, timeout_s, tries=1) as api:
            api.get("/health")
    except IntegrationError:
        return False
    return True


def _refuse_taken_port(port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError:
            raise ConfigurationError(
                "port_in_use", "stop what listens there, or set DODOMU_PREFECT_API_URL to another port", port=port
            ) from None
