"""The harness under the other tests here: flows of this process reach the session's server, and leave no result."""

import os
from pathlib import Path

from prefect import flow, task
from prefect.settings import get_current_settings

from integrations.prefect_api import PrefectApi
from integrations.prefect_server import PrefectServer


@task
async def look(number: int) -> int:
    return number + 1


@flow(persist_result=False, result_storage=Path(os.devnull))
async def a_flow_of_the_harness(number: int) -> int:
    return await look(number)


async def test_a_flow_of_this_process_stands_on_the_sessions_server(prefect_server: PrefectServer) -> None:
    assert get_current_settings().api.url == prefect_server.api_url
    assert await a_flow_of_the_harness(3) == 4
    with PrefectApi(prefect_server.api_url) as api:
        (flow_id,) = {one["id"] for one in api.list_all("/flows/filter") if one["name"] == "a-flow-of-the-harness"}
        runs = [run for run in api.list_all("/flow_runs/filter") if run["flow_id"] == flow_id]
    assert {run["state_name"] for run in runs} == {"Completed"}


async def test_no_result_is_stored_anywhere(prefect_server: PrefectServer) -> None:
    await a_flow_of_the_harness(3)
    assert not (prefect_server.home / "prefect" / "storage").exists()
