import json
import math
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from desk.bench import run_bench
from desk.benches.which import Bench
from integrations.prefect_server import PrefectServer
from models.errors import InvalidInput

FIELDS = {
    "bench",
    "database",
    "cases",
    "unit",
    "count",
    "baseline_count",
    "rounds",
    "ours_per_s",
    "baseline_per_s",
    "time_ratio",
    "time_ratio_range",
    "cpu_ratio",
    "ours_peak_mib",
    "baseline_peak_mib",
    "baseline",
    "note",
    "machine",
}
EVERYTHING = [
    "intake",
    "reconcile",
    "reconcile-alone",
    "watch",
    "watch-beside-a-loop",
    "watch-beside-flows",
    "watch-nothing-due",
    "letters",
    "letters-one-by-one",
    "letters-batch",
    "mail",
]


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_every_bench_prints_a_line_with_our_rate_and_the_baselines_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    # A Prefect of an office's own is none of the bench's business: with this one no server would start.
    monkeypatch.setenv("PREFECT_SERVER_DATABASE_CONNECTION_URL", "nonsense://")
    assert run_bench(cases=5, rounds=1, as_json=True) == 0
    assert list(tmp_path.iterdir()) == []
    printed = capsys.readouterr()
    figures = lines(printed.out)
    # Where there is no Pango, there is nothing to measure beside WeasyPrint.
    assert [figure["bench"] for figure in figures if figure["bench"] != "letters-weasyprint"] == EVERYTHING
    for figure in figures:
        assert set(figure) == FIELDS
        assert figure["rounds"] == 1
        assert min(figure["count"], figure["ours_per_s"], figure["baseline_per_s"], figure["cpu_ratio"]) > 0
        lowest, highest = figure["time_ratio_range"]
        assert 0 < lowest <= figure["time_ratio"] <= highest < math.inf
    assert "mail: round 1 of 1" in printed.err
    (beside_flows,) = (figure for figure in figures if figure["bench"] == "watch-beside-flows")
    assert beside_flows["note"].startswith("the baseline is extrapolated from 1 measured, ")
    assert "watch-beside-flows: flow 1 of 1" in printed.err


def test_a_table_goes_to_people_and_the_lines_to_a_file_and_flow_runs_are_left_out_where_prefect_does_not_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("desk.benches.flow_runs.PrefectServer", partial(PrefectServer, ready_within_s=0.1))
    assert run_bench(cases=20, rounds=1, only=[Bench.WATCH], folder=tmp_path / "bench") == 0
    (kept,) = (tmp_path / "bench").glob("*.jsonl")
    watch, beside_a_loop, nothing_due = lines(kept.read_text(encoding="utf-8"))
    assert (watch["bench"], watch["cases"], watch["count"]) == ("watch", 20, 4)
    assert (beside_a_loop["bench"], beside_a_loop["count"]) == ("watch-beside-a-loop", 4)
    assert (nothing_due["bench"], nothing_due["cases"]) == ("watch-nothing-due", 20)
    printed = capsys.readouterr()
    table = printed.out
    assert "watch-beside-flows: left out, no flow can be run here: prefect_server_not_ready" in printed.err
    assert "due cases" in table
    assert "set-based SQL" in table
    assert str(kept) in table


def test_postgresql_is_measured_beside_sqlite(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_bench(cases=5, rounds=1, as_json=True, only=[Bench.RECONCILE], postgresql=True) == 0
    measured = [(figure["database"], figure["bench"]) for figure in lines(capsys.readouterr().out)]
    assert measured == list(product(("sqlite", "postgresql"), ("reconcile", "reconcile-alone")))


def test_a_caseload_too_small_for_the_rounds_is_refused() -> None:
    with pytest.raises(InvalidInput, match="caseload_too_small"):
        run_bench(cases=5)
