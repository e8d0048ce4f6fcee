"""`dodomu up`, whole: it comes up, mends itself, and leaves nothing behind."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from desk.up import get_port, run_up
from integrations.prefect_api import PrefectApi, ask_for_journey
from integrations.prefect_server import PrefectServer, find_free_port, is_healthy
from integrations.settings import load_settings
from models.errors import ConfigurationError

_RUN_UP = """
import sys
from desk.up import run_up
from integrations.settings import load_settings
code = run_up(load_settings(), lambda line: print(line, flush=True))
assert "prefect" not in sys.modules, "we must not import Prefect ourselves"
sys.exit(code)
"""


def _migrated(server: PrefectServer, home: Path) -> None:
    """Copy the session server's tables, which take seconds to make, and none of its contents that matter."""
    (home / "prefect").mkdir(parents=True)
    with (
        closing(sqlite3.connect(server.home / "prefect" / "prefect.db")) as source,
        closing(sqlite3.connect(home / "prefect" / "prefect.db")) as target,
    ):
        source.backup(target)


class _Up:
    def __init__(self, home: Path, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.said = home / "said"
        environment = {**os.environ, "DODOMU_HOME": str(home), "DODOMU_PREFECT_API_URL": f"{self.url}/api"}
        with self.said.open("w") as out:
            self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own words
                [sys.executable, "-c", _RUN_UP], env=environment, stdout=out, stderr=out, cwd=home
            )

    def wait_for(self, words: str, within_s: float = 60.0) -> None:
        deadline = time.monotonic() + within_s
        while words not in self.said.read_text():
            assert self.process.poll() is None, self.said.read_text()
            assert time.monotonic() < deadline, self.said.read_text()
            time.sleep(0.1)

    def list_children(self) -> list[int]:
        pids = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in pids.split()]


@pytest.fixture
def up(prefect_server: PrefectServer, tmp_path: Path) -> Iterator[_Up]:
    _migrated(prefect_server, tmp_path)
    running = _Up(tmp_path, find_free_port())
    yield running
    running.process.kill()
    running.process.wait()


def _is_alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] != "Z"


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks at children through /proc")
def test_up_comes_up_mends_itself_and_stops_at_one_signal(up: _Up) -> None:
    up.wait_for("Dodomu is up")
    assert f"Dodomu is up: {up.url}" in up.said.read_text()
    assert "7 deployments, 5 schedules." in up.said.read_text()
    assert ask_for_journey(f"{up.url}/api", "2026-000001-9")
    with PrefectApi(f"{up.url}/api") as api:
        assert [pool["name"] for pool in api.list_all("/work_pools/filter")] == ["dodomu"]
    server, worker = up.list_children()
    os.kill(worker, signal.SIGKILL)
    up.wait_for("The worker runs again.")
    children = up.list_children()
    assert len(children) == 2
    assert worker not in children
    assert server in children
    up.process.send_signal(signal.SIGINT)
    up.process.send_signal(signal.SIGTERM)
    assert up.process.wait(30) == 0, up.said.read_text()
    assert "Everything has stopped." in up.said.read_text()
    assert not any(_is_alive(pid) for pid in children)
    assert not is_healthy(f"{up.url}/api")


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks at children through /proc")
def test_no_child_outlives_an_up_that_was_killed(up: _Up) -> None:
    up.wait_for("Starting Prefect")
    deadline = time.monotonic() + 30
    while not (children := up.list_children()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    up.process.kill()
    up.process.wait()
    deadline = time.monotonic() + 30
    while any(_is_alive(pid) for pid in children):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_up_refuses_a_port_that_is_taken(prefect_server: PrefectServer, tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path, prefect_api_url=prefect_server.api_url)
    with pytest.raises(ConfigurationError, match="port_in_use"):
        run_up(settings, print)


@pytest.mark.parametrize(
    ("url", "port"),
    [("http://127.0.0.1:4200/api", 4200), ("http://localhost:4300/api/", 4300), ("http://127.0.0.1/api", 80)],
)
def test_up_starts_its_server_where_the_settings_say(url: str, port: int) -> None:
    assert get_port(url) == port


@pytest.mark.parametrize(
    "url", ["http://prefect.example.test:4200/api", "https://127.0.0.1:4200/api", "http://127.0.0.1:4200"]
)
def test_up_does_not_start_a_server_for_an_address_that_is_not_its_own(url: str) -> None:
    with pytest.raises(ConfigurationError, match=re.escape("prefect_not_on_loopback")):
        get_port(url)
