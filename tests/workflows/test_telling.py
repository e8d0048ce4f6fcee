import json
from datetime import date

import pytest

from workflows.telling import tell


def test_what_is_told_is_one_line_of_json_whatever_is_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    tell("day", {"on": date(2026, 3, 2), "says": "два\nрядки"})
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line) == {"kind": "day", "on": "2026-03-02", "says": "два\nрядки"}
