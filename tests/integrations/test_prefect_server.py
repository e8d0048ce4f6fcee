"""Our own Prefect server: private, ours alone, and gone when it is stopped."""

import socket
from pathlib import Path

import httpx
import pytest

from integrations.prefect_server import (
    PrefectServer,
    child_environment,
    find_free_port,
    is_healthy,
    prefect_environment,
)
from models.errors import ConfigurationError, PermanentFailure, TransientFailure


def _dig(settings: dict[str, object], path: str) -> object:
    found: object = settings
    for name in path.split("."):
        assert isinstance(found, dict)
        found = found[name]
    return found


def test_the_server_runs_with_every_private_setting_in_force(prefect_server: PrefectServer) -> None:
    ours = prefect_server.ui_url
    home = str(prefect_server.home / "prefect")
    settings = httpx.get(f"{prefect_server.api_url}/admin/settings").json()
    expected = {
        "home": home,
        "api.url": f"{ours}/api",
        "server.api.host": "127.0.0.1",
        "server.ephemeral.enabled": False,
        "server.analytics_enabled": False,
        "telemetry.enable_resource_metrics": False,
        "cloud.enable_orchestration_telemetry": False,
        "server.ui.show_promotional_content": False,
        "server.api.csrf_protection_enabled": True,
        "server.api.cors_allowed_origins": f"{ours},{ours.replace('127.0.0.1', 'localhost')}",
        "server.ui.enabled": True,
        "server.ui.api_url": f"{ours}/api",
        "server.ui.static_directory": f"{home}/ui",
        "logging.to_api.enabled": False,
        "logging.level": "WARNING",
        "logging.colors": False,
        "server.logging_level": "WARNING",
        "results.persist_by_default": False,
        "tasks.default_persist_result": False,
        "worker.query_seconds": 5.0,
        "server.services.db_vacuum.retention_period": "P90D",
        "server.events.retention_period": "P90D",
    }
    assert {path: _dig(settings, path) for path in expected} == expected
    vacuumed = _dig(settings, "server.services.db_vacuum.enabled")
    assert isinstance(vacuumed, list)
    assert sorted(vacuumed) == ["events", "flow_runs"]


def test_no_setting_of_ours_is_unknown_to_the_installed_prefect(prefect_server: PrefectServer) -> None:
    settings = httpx.get(f"{prefect_server.api_url}/admin/settings").json()
    known = set()

    def collect(prefix: str, branch: dict[str, object]) -> None:
        for name, value in branch.items():
            known.add(f"{prefix}{name}".upper())
            if isinstance(value, dict):
                collect(f"{prefix}{name}_", value)

    collect("prefect_", settings)
    ours = prefect_environment(prefect_server.home, prefect_server.port)
    assert {name for name in ours if name.startswith("PREFECT_")} - known == set()


def test_the_page_for_people_is_served(prefect_server: PrefectServer) -> None:
    page = httpx.get(f"{prefect_server.ui_url}/dashboard", headers={"Accept": "text/html"}, follow_redirects=True)
    assert page.status_code == 200
    assert "<html" in page.text


def test_another_page_in_the_browser_may_not_change_anything(prefect_server: PrefectServer) -> None:
    answer = httpx.post(f"{prefect_server.api_url}/flows/", json={"name": "planted"})
    assert answer.status_code == 403
    asked = httpx.get(f"{prefect_server.api_url}/health", headers={"Origin": "https://elsewhere.test"})
    assert "access-control-allow-origin" not in asked.headers


def test_a_second_server_on_the_same_home_is_refused(prefect_server: PrefectServer) -> None:
    with pytest.raises(ConfigurationError, match="prefect_home_in_use"):
        PrefectServer(prefect_server.home).start()
    assert prefect_server.is_running
    assert prefect_server.exit_code is None


def test_a_taken_port_is_named_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        server = PrefectServer(tmp_path, port=port)
        with pytest.raises(ConfigurationError, match=f"port_in_use \\(port={port}\\)"):
            server.start()
    assert not server.is_running
    assert not (tmp_path / "logs").exists()


def test_a_server_that_ends_at_once_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_SERVER_DATABASE_CONNECTION_URL", "nonsense://")
    server = PrefectServer(tmp_path)
    with pytest.raises(PermanentFailure, match=r"prefect_server_failed .*prefect-server\.log: .+"):
        server.start()
    assert server.exit_code not in {None, 0}


def test_a_server_that_does_not_answer_in_time_is_ended(tmp_path: Path) -> None:
    server = PrefectServer(tmp_path, ready_within_s=0.2)
    with pytest.raises(TransientFailure, match="prefect_server_not_ready"):
        server.start()
    assert not server.is_running
    # The home is free again.
    with pytest.raises(TransientFailure):
        server.start()


def test_a_child_sees_neither_a_shells_prefect_settings_nor_without_need_our_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_API_KEY", "of another house")
    monkeypatch.setenv("DODOMU_OFFICE_KEY", "secret")
    monkeypatch.setenv("NO_PROXY", "intranet.test")
    server = child_environment(tmp_path, 4200, with_secrets=False)
    worker = child_environment(tmp_path, 4200, with_secrets=True)
    assert "PREFECT_API_KEY" not in server | worker
    assert "DODOMU_OFFICE_KEY" not in server
    assert worker["DODOMU_OFFICE_KEY"] == "secret"
    assert server["NO_PROXY"] == "intranet.test,127.0.0.1,localhost"
    assert server["PYTHONSAFEPATH"] == "1"


def test_a_rehearsal_or_a_bench_never_gets_the_database_that_an_office_has_for_prefect(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "PREFECT_SERVER_DATABASE_CONNECTION_URL"
    monkeypatch.setenv(name, "postgresql+asyncpg://office/prefect")
    assert child_environment(tmp_path, 4200, with_secrets=False)[name] == "postgresql+asyncpg://office/prefect"
    for with_secrets in (False, True):
        assert name not in child_environment(tmp_path, 4200, with_secrets=with_secrets, own_database=True)


def test_nobody_answers_on_a_free_port() -> None:
    assert not is_healthy(f"http://127.0.0.1:{find_free_port()}/api")
