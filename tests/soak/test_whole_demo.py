"""`dodomu demo`, whole: Prefect, worker, relay and the real flows for a few children; and Ctrl-C in the middle."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

_RUN = "import sys; from pathlib import Path; from desk.demo import run_demo; sys.exit(run_demo({}))"


def start(folder: Path, arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 - our own interpreter and our own words
        [sys.executable, "-c", _RUN.format(f"home=Path('demo'), {arguments}")],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={name: value for name, value in os.environ.items() if not name.startswith("DODOMU_")},
    )


def children_of(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_a_small_demo_plays_through_and_leaves_what_it_promises(tmp_path: Path) -> None:
    demo = start(tmp_path, "cases=2, days=4")
    said, _ = demo.communicate(timeout=300)
    assert demo.returncode == 0, said
    assert "Journal verified" in said
    figures = json.loads((tmp_path / "demo" / "summary.json").read_text(encoding="utf-8"))
    assert figures["journal"]["breaks"] == 0
    assert len(list((tmp_path / "demo" / "letters").glob("*.pdf"))) == figures["pdfs"] > 0
    assert list((tmp_path / "demo" / "mail").glob("*.eml"))


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks at processes by /proc")
def test_ctrl_c_in_the_middle_stops_every_child(tmp_path: Path) -> None:
    demo = start(tmp_path, "cases=20, days=50")
    log = tmp_path / "demo" / "logs" / "rehearsal.log"
    deadline = time.monotonic() + 120
    while not (log.exists() and log.stat().st_size):
        assert demo.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.2)
    started = children_of(demo.pid)
    demo.send_signal(signal.SIGINT)
    said, _ = demo.communicate(timeout=60)
    assert demo.returncode == 1
    assert "Everything has stopped." in said
    assert len(started) >= 3
    assert not [pid for pid in started if Path(f"/proc/{pid}").exists()]
