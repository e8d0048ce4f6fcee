import os
from pathlib import Path

from desk.following import follow
from integrations.tethered import TetheredCommand


def test_what_a_child_tells_is_followed_line_by_line_and_its_log_is_passed_over(tmp_path: Path) -> None:
    told = tmp_path / "told.txt"
    told.write_text('06:00 a log line\n{"kind": "day", "day": 1}\n{"kind": "tally"}\n{"kind": "cut o')
    command = TetheredCommand(
        ["this"], environment=dict(os.environ), log_file=told, folder=tmp_path
    )  # never started: it has ended already
    assert list(follow(command)) == [{"kind": "day", "day": 1}, {"kind": "tally"}]
