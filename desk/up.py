"""`dodomu up`: the engine for real work. Prefect's server, deployments, worker and schedules, until Ctrl-C."""

from contextlib import ExitStack
from pathlib import Path

import httpx

from desk.supervision import Charge, Say, StopAsked, keep_alive, stopping_on_signals
from desk.watch_guard import WatchGuard
from integrations.addresses import is_loopback
from integrations.prefect_api import PrefectApi
from integrations.prefect_deployments import (
    WORK_POOL,
    deploy,
    ensure_work_pool,
    read_deployments,
    remove_strays,
)
from integrations.prefect_server import PrefectServer, child_environment
from integrations.settings import Settings
from integrations.tethered import TetheredCommand
from models.errors import ConfigurationError

PREFECT_YAML = Path(__file__).resolve().parent.parent / "prefect.yaml"
# Prefect's SQLite suffers from concurrent runs (docs/decisions/0006-prefect.md).
_RUNS_AT_ONCE = 2


def run_up(settings: Settings, say: Say, prefect_yaml: Path = PREFECT_YAML) -> int:
    """Run everything until a signal says stop; the exit code: 0 when asked to stop, 1 when a part gave up.

    Raises `ConfigurationError` or `IntegrationError` when something cannot be started; nothing is left running.
    """
    port = get_port(settings.prefect_api_url)
    server = PrefectServer(settings.home, port=port)
    worker = make_worker(settings, port)
    try:
        with stopping_on_signals() as stop, ExitStack() as running:
            running.callback(server.stop)
            say("Starting Prefect …")
            server.start()
            bring_in_order(settings.home, port, prefect_yaml, say)
            running.callback(worker.stop)
            worker.start()
            running.enter_context(WatchGuard(settings, say).on_duty())
            say(f"Dodomu is up: {server.ui_url}  (Ctrl-C stops everything)")
            return keep_alive([Charge("Prefect's server", server), Charge("The worker", worker)], say, stop)
    except StopAsked:
        say("Everything has stopped.")
        return 0


def get_port(api_url: str) -> int:
    """The port of a server that we may start ourselves; a `ConfigurationError` for one that is not on loopback."""
    url = httpx.URL(api_url)
    if url.scheme != "http" or not is_loopback(url.host) or url.path.rstrip("/") != "/api":
        raise ConfigurationError(
            "prefect_not_on_loopback",
            "`up` starts a server of its own; DODOMU_PREFECT_API_URL must look like http://127.0.0.1:4200/api",
        )
    return url.port or 80


def bring_in_order(home: Path, port: int, prefect_yaml: Path, say: Say) -> None:
    """Make the server on `port` have exactly what the file says: pool, deployments, schedules."""
    wanted = read_deployments(prefect_yaml)
    with PrefectApi(f"http://127.0.0.1:{port}/api") as api:
        ensure_work_pool(api, Path.cwd())
        deploy(home, port, prefect_yaml)
        removed = remove_strays(api, wanted)
    for name in (*removed.deployments, *removed.schedules):
        say(f"Removed {name}: it no longer stands in {prefect_yaml.name}.")
    say(f"{len(wanted)} deployments, {sum(len(one.slugs) for one in wanted)} schedules.")


def make_worker(settings: Settings, port: int) -> TetheredCommand:
    """The worker, not yet started: each flow run a process of its own, a few at once."""
    ours = {"DODOMU_HOME": str(settings.home), "DODOMU_PREFECT_API_URL": f"http://127.0.0.1:{port}/api"}
    return TetheredCommand(
        [
            *("prefect", "worker", "start", "--name", "dodomu", "--pool", WORK_POOL, "--type", "process"),
            *("--install-policy", "never", "--limit", str(_RUNS_AT_ONCE)),
        ],
        environment={**child_environment(settings.home, port, with_secrets=True), **ours},
        log_file=settings.logs_folder / "prefect-worker.log",
        folder=Path.cwd(),
    )
