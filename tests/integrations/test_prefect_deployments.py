"""The server has what prefect.yaml says, and nothing besides."""

from pathlib import Path

import pytest

from integrations.prefect_api import PrefectApi, ask_for_delivery, ask_for_journey
from integrations.prefect_deployments import (
    WORK_POOL,
    Deployment,
    deploy,
    ensure_work_pool,
    read_deployments,
    remove_strays,
)
from integrations.prefect_server import PrefectServer
from models.errors import ConfigurationError, PermanentFailure

_PREFECT_YAML = Path(__file__).parents[2] / "prefect.yaml"


@pytest.fixture(scope="session")
def wanted() -> tuple[Deployment, ...]:
    return read_deployments(_PREFECT_YAML)


@pytest.fixture(scope="session")
def deployed(prefect_server: PrefectServer, wanted: tuple[Deployment, ...]) -> PrefectServer:
    with PrefectApi(prefect_server.api_url) as api:
        ensure_work_pool(api, prefect_server.home)
    deploy(prefect_server.home, prefect_server.port, _PREFECT_YAML)
    return prefect_server


def _slugs_by_name(api: PrefectApi) -> dict[str, set[str]]:
    return {
        found["name"]: {schedule["slug"] for schedule in found["schedules"]}
        for found in api.list_all("/deployments/filter")
    }


def test_every_deployment_of_the_file_stands_on_the_server_as_written(
    deployed: PrefectServer, wanted: tuple[Deployment, ...]
) -> None:
    with PrefectApi(deployed.api_url) as api:
        assert _slugs_by_name(api) == {one.name: set(one.slugs) for one in wanted}
        for found in api.list_all("/deployments/filter"):
            assert found["work_pool_name"] == WORK_POOL
            assert found["enforce_parameter_schema"] is True
            assert found["description"].startswith("**")
            assert found["version"] == "0.1.0"
            assert "dodomu" in found["tags"]
            assert found["pull_steps"] == []
            assert {one["schedule"]["timezone"] for one in found["schedules"]} <= {"Europe/Kyiv"}


def test_what_must_not_overlap_runs_one_at_a_time_and_the_late_comer_goes(deployed: PrefectServer) -> None:
    with PrefectApi(deployed.api_url) as api:
        limits = {
            found["name"]: (
                found["global_concurrency_limit"]["limit"],
                found["concurrency_options"]["collision_strategy"],
            )
            for found in api.list_all("/deployments/filter")
            if found["global_concurrency_limit"]
        }
    alone = (1, "CANCEL_NEW")
    assert limits == dict.fromkeys(("daily-digest", "deliver-mail", "seal-journal", "watch-clocks"), alone)


def test_flow_runs_start_where_the_settings_hold_and_leave_no_temporary_folder(deployed: PrefectServer) -> None:
    with PrefectApi(deployed.api_url) as api:
        ensure_work_pool(api, deployed.home / "elsewhere")
        template = api.get(f"/work_pools/{WORK_POOL}")["base_job_template"]
        assert template["job_configuration"]["working_dir"] == str(deployed.home / "elsewhere")
        ensure_work_pool(api, deployed.home)


def test_what_no_longer_stands_in_the_file_is_removed_and_comes_back_with_it(
    deployed: PrefectServer, wanted: tuple[Deployment, ...]
) -> None:
    fewer = [
        Deployment(one.name, one.entrypoint, frozenset() if one.name == "seal-journal" else one.slugs)
        for one in wanted
        if one.name != "watch-clocks"
    ]
    with PrefectApi(deployed.api_url) as api:
        removed = remove_strays(api, fewer)
        assert removed.deployments == ("watch-clocks",)
        assert removed.schedules == ("seal-journal/hourly",)
        assert _slugs_by_name(api) == {one.name: set(one.slugs) for one in fewer}
        assert remove_strays(api, fewer) == type(removed)((), ())
        deploy(deployed.home, deployed.port, _PREFECT_YAML)
        assert _slugs_by_name(api) == {one.name: set(one.slugs) for one in wanted}


def test_a_deployment_under_an_old_entrypoint_and_one_of_another_pool(deployed: PrefectServer) -> None:
    with PrefectApi(deployed.api_url) as api:
        flow = api.post("/flows/", {"name": "an-older-flow"})
        api.post("/work_pools/", {"name": "of-others", "type": "process"})
        for name, pool in (("watch-clocks", WORK_POOL), ("not-ours", "of-others")):
            api.post(
                "/deployments/",
                {"name": name, "flow_id": flow["id"], "entrypoint": "old.place", "work_pool_name": pool},
            )
        assert remove_strays(api, read_deployments(_PREFECT_YAML)).deployments == ("watch-clocks",)
        remaining = _slugs_by_name(api)
        assert "not-ours" in remaining
        assert "watch-clocks" in remaining
        api.delete("/work_pools/of-others")
        (other,) = (one for one in api.list_all("/deployments/filter") if one["name"] == "not-ours")
        api.delete(f"/deployments/{other['id']}")


def test_asking_for_a_journey_makes_one_run_however_often_it_is_said(deployed: PrefectServer) -> None:
    assert ask_for_journey(deployed.api_url, "2026-000001-9", after_entry=7)
    assert ask_for_journey(deployed.api_url, "2026-000001-9", after_entry=7)
    assert ask_for_journey(deployed.api_url, "2026-000001-9", after_entry=8)
    assert ask_for_journey(deployed.api_url, "2026-000001-9")
    with PrefectApi(deployed.api_url) as api:
        runs = [run for run in api.list_all("/flow_runs/filter") if run["name"] == "2026-000001-9"]
    assert len(runs) == 3
    for run in runs:
        assert run["parameters"] == {"case_reference": "2026-000001-9"}
        assert {"dodomu", "case:2026-000001-9"} <= set(run["tags"])
        assert run["state_type"] == "SCHEDULED"


def test_asking_for_delivery_makes_a_run(deployed: PrefectServer) -> None:
    assert ask_for_delivery(deployed.api_url)


def test_a_file_that_cannot_be_deployed_says_why(deployed: PrefectServer, tmp_path: Path) -> None:
    broken = tmp_path / "prefect.yaml"
    broken.write_text(
        "deployments:\n  - {name: lost, entrypoint: workflows.nowhere.nobody, work_pool: {name: dodomu}}\n"
    )
    with pytest.raises(PermanentFailure, match=r"deploying_failed \(exit_code=1\): see .*prefect-deploy\.log"):
        deploy(deployed.home, deployed.port, broken)


@pytest.mark.parametrize(
    "content",
    [
        None,
        "",
        "deployments: [",
        "deployments: 3",
        "deployments:\n  - {name: no-entrypoint}\n",
        "deployments:\n  - {name: a, entrypoint: a.b, schedules: [{cron: '* * * * *'}]}\n",
    ],
)
def test_an_unusable_file_is_refused_before_anything_is_deployed(content: str | None, tmp_path: Path) -> None:
    file = tmp_path / "prefect.yaml"
    if content is not None:
        file.write_text(content)
    with pytest.raises(ConfigurationError, match="prefect_yaml_unusable"):
        read_deployments(file)
