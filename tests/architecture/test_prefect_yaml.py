"""prefect.yaml against the flows it names."""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from ruamel.yaml import YAML

from tests.architecture.the_house import ROOT, list_sources, tree_of

_LOAD = """
import asyncio, importlib, inspect, json, sys
from prefect import Flow
found = {}
for entrypoint in sys.argv[1:]:
    module, name = entrypoint.rsplit(".", 1)
    flow = getattr(importlib.import_module(module), name)
    found[entrypoint] = {
        "is_flow": isinstance(flow, Flow),
        "is_async": inspect.iscoroutinefunction(flow.fn),
        "name": flow.name,
        "persists": flow.persist_result,
        "parameters": {name: str(each.annotation) for name, each in inspect.signature(flow.fn).parameters.items()},
    }
print(json.dumps(found))
"""
_EXPECTED_PARAMETERS = {"case-journey": {"case_reference"}, "register-cases": {"batch_name", "accept_valid"}}


@pytest.fixture(scope="module")
def content() -> Any:
    return YAML(typ="safe", pure=True).load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def flows(content: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What stands behind every entrypoint, looked at in a process of its own: importing Prefect takes its time."""
    home = tmp_path_factory.mktemp("prefect-home")
    entrypoints = [each["entrypoint"] for each in content["deployments"]]
    found = subprocess.run(  # noqa: S603 - our own interpreter and our own words
        [sys.executable, "-c", _LOAD, *entrypoints],
        cwd=home,
        env={**os.environ, "PREFECT_HOME": str(home), "PYTHONSAFEPATH": "1"},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return json.loads(found.stdout)


def test_every_entrypoint_is_an_async_flow_in_a_module(content: Any, flows: Any) -> None:
    for each in content["deployments"]:
        assert re.fullmatch(r"workflows\.[a-z_]+\.[a-z_]+", each["entrypoint"])
        found = flows[each["entrypoint"]]
        assert found["is_flow"], each["name"]
        assert found["is_async"], each["name"]
        assert found["name"] == each["name"]


def test_flows_take_references_and_nothing_else(content: Any, flows: Any) -> None:
    for each in content["deployments"]:
        found = set(flows[each["entrypoint"]]["parameters"])
        assert found == _EXPECTED_PARAMETERS.get(each["name"], set()), each["name"]


def test_no_flow_persists_its_result(flows: Any) -> None:
    assert {found["persists"] for found in flows.values()} <= {None, False}


def test_every_flow_is_deployed(content: Any) -> None:
    deployed = {each["entrypoint"] for each in content["deployments"]}
    written = {
        f"workflows.{path.stem}.{each.name}"
        for path in list_sources("workflows")
        for each in tree_of(path).body
        if isinstance(each, ast.AsyncFunctionDef) and "flow" in map(_name, each.decorator_list)
    }
    assert written == deployed


def _name(decorator: ast.expr) -> str:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return ast.unparse(called)


def test_the_version_is_the_projects_own(content: Any) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {each["version"] for each in content["deployments"]} == {project["version"]}


def test_prefect_is_the_one_that_the_lock_holds(content: Any) -> None:
    assert f"\nprefect=={content['prefect-version']} " in (ROOT / "requirements.lock").read_text(encoding="utf-8")


def test_every_deployment_is_described_and_checks_its_parameters(content: Any) -> None:
    for each in content["deployments"]:
        assert len(each["description"]) > 40, each["name"]
        assert each["enforce_parameter_schema"] is True, each["name"]


def test_every_schedule_has_a_slug_and_the_offices_time_zone(content: Any) -> None:
    schedules = [schedule for each in content["deployments"] for schedule in each.get("schedules", ())]
    assert {str(ZoneInfo(schedule["timezone"])) for schedule in schedules} == {"Europe/Kyiv"}
    slugs = [(each["name"], one["slug"]) for each in content["deployments"] for one in each.get("schedules", ())]
    assert len(slugs) == len(set(slugs)) == len(schedules)


def test_what_runs_often_never_runs_beside_itself(content: Any) -> None:
    often = {"watch-clocks", "deliver-mail", "daily-digest", "seal-journal"}
    limited = {each["name"]: each.get("concurrency_limit") for each in content["deployments"]}
    for name in often:
        assert limited[name] == {"limit": 1, "collision_strategy": "CANCEL_NEW"}, name


def test_nothing_is_built_pushed_or_pulled(content: Any) -> None:
    assert [content[step] for step in ("build", "push", "pull")] == [[], [], []]
