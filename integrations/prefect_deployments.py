"""What stands in prefect.yaml, brought to the server: work pool, deployments, schedules, and nothing besides."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from integrations.prefect_api import PrefectApi
from integrations.prefect_server import child_environment
from integrations.tethered import TetheredCommand
from models.errors import ConfigurationError, PermanentFailure

WORK_POOL = "dodomu"
_DEPLOY_WITHIN_S = 180.0


@dataclass(frozen=True)
class Deployment:
    """One entry of prefect.yaml: its name, its flow's `module.function`, its schedules' slugs."""

    name: str
    entrypoint: str
    slugs: frozenset[str]


@dataclass(frozen=True)
class Removed:
    """What `remove_strays` took away, by name; a schedule as `deployment/slug`."""

    deployments: tuple[str, ...]
    schedules: tuple[str, ...]


def read_deployments(prefect_yaml: Path) -> tuple[Deployment, ...]:
    """The deployments that the file asks for; a `ConfigurationError` when it is not there or not usable."""
    try:
        content = YAML(typ="safe", pure=True).load(prefect_yaml.read_text(encoding="utf-8"))
        found = tuple(
            Deployment(
                name=entry["name"],
                entrypoint=entry["entrypoint"],
                slugs=frozenset(schedule["slug"] for schedule in entry.get("schedules", ())),
            )
            for entry in content["deployments"]
        )
    except (OSError, YAMLError, KeyError, TypeError, AttributeError) as error:
        raise ConfigurationError(
            "prefect_yaml_unusable",
            "every deployment needs name and entrypoint, every schedule a slug",
            file=prefect_yaml.name,
            reason=type(error).__name__,
        ) from None
    return found


def ensure_work_pool(api: PrefectApi, working_folder: Path) -> None:
    """Make the work pool, or bring it in order.

    Flow runs start in `working_folder`: relative paths of the settings hold there, and Prefect makes no temporary
    folder a run. No job variable but the environment can be overridden from the UI.
    """
    template = {
        "job_configuration": {
            "env": "{{ env }}",
            "name": "{{ name }}",
            "stream_output": True,
            "working_dir": str(working_folder),
        },
        "variables": {
            "type": "object",
            "properties": {
                "env": {"type": "object", "default": {}, "additionalProperties": {"type": "string"}},
                "name": {"type": "string"},
            },
        },
    }
    pools = {pool["name"] for pool in api.list_all("/work_pools/filter")}
    if WORK_POOL in pools:
        api.patch(f"/work_pools/{WORK_POOL}", {"base_job_template": template})
    else:
        api.post("/work_pools/", {"name": WORK_POOL, "type": "process", "base_job_template": template})


def deploy(home: Path, port: int, prefect_yaml: Path) -> None:
    """Deploy every entry of the file to the server on `port`, without a question to anybody."""
    command = TetheredCommand(
        ["prefect", "--no-prompt", "deploy", "--all", "--prefect-file", str(prefect_yaml.absolute())],
        environment=child_environment(home, port, with_secrets=False),
        log_file=home / "logs" / "prefect-deploy.log",
        folder=home / "prefect",
    )
    command.start()
    try:
        exit_code = command.wait(_DEPLOY_WITHIN_S)
    finally:
        command.stop(grace_s=0)
    if exit_code != 0:
        last = " / ".join(command.list_last_lines())
        raise PermanentFailure("deploying_failed", f"see {command.log_file}: {last}", exit_code=exit_code)


def remove_strays(api: PrefectApi, wanted: Sequence[Deployment]) -> Removed:
    """Take away every deployment and schedule of our work pool that is not among `wanted`.

    Prefect adds and changes what a file names and keeps the rest: a deployment renamed or a schedule dropped would
    go on running beside its successor.
    """
    by_name = {deployment.name: deployment for deployment in wanted}
    deployments, schedules = [], []
    for found in api.list_all("/deployments/filter"):
        if found["work_pool_name"] != WORK_POOL:
            continue
        ours = by_name.get(found["name"])
        if ours is None or found["entrypoint"] != ours.entrypoint:
            api.delete(f"/deployments/{found['id']}")
            deployments.append(found["name"])
        else:
            schedules += _remove_stray_schedules(api, found, ours)
    return Removed(deployments=tuple(deployments), schedules=tuple(schedules))


def _remove_stray_schedules(api: PrefectApi, found: dict[str, Any], ours: Deployment) -> list[str]:
    strays = [schedule for schedule in found["schedules"] if schedule["slug"] not in ours.slugs]
    for schedule in strays:
        api.delete(f"/deployments/{found['id']}/schedules/{schedule['id']}")
    return [f"{ours.name}/{schedule['slug']}" for schedule in strays]
