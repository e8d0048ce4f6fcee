"""What a Prefect flow run costs that does nothing."""

import json
import sys

import pytest

from integrations.prefect_api import PrefectApi
from integrations.prefect_server import PrefectServer


def completed_runs(server: PrefectServer) -> int:
    with PrefectApi(server.api_url) as api:
        flows = {one["id"] for one in api.list_all("/flows/filter") if one["name"] == "bare-run"}
        runs = [run for run in api.list_all("/flow_runs/filter") if run["flow_id"] in flows]
    return sum(run["state_type"] == "COMPLETED" for run in runs)


def test_each_run_is_a_run_on_the_server_and_told_and_one_more_goes_before(
    prefect_server: PrefectServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from workflows.bare_runs import main  # noqa: PLC0415 - imports Prefect

    before = completed_runs(prefect_server)
    monkeypatch.setattr(sys, "argv", ["bare_runs", "--runs", "2"])
    main()
    first, second, spent = map(json.loads, capsys.readouterr().out.splitlines())
    assert [first, second] == [{"kind": "run", "number": 1}, {"kind": "run", "number": 2}]
    assert spent["kind"] == "spent"
    assert spent["cpu_s"] > 0
    assert 0 < spent["seconds"] < 60
    assert completed_runs(prefect_server) - before == 3
