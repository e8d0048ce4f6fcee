"""Cases come in: by a file with good and faulty rows, by columns in the line, by questions and answers."""

import csv
import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

HEADER = ("external_number", "child.family_name", "child.given_name", "child.birth_on", "separation.on")


@pytest.fixture
def batch(tmp_path: Path) -> Path:
    """Two good rows and one whose birth date is in the future."""
    path = tmp_path / "cases.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [
                HEADER,
                ("В-1", "Вигаданенко", "Марічка", "2014-05-09", "2022-05"),
                ("В-2", "Вигаданчук", "Тарас", "2071-01-01", ""),
                ("В-3", "Вигаданюк", "Оля", "2012", "2022-05"),
            ]
        )
    return path


def test_a_faulty_row_keeps_all_out_and_is_told_with_row_and_column(desk: Any, batch: Path) -> None:
    result = desk.type("intake", str(batch))
    assert result.exit_code == 2
    fault, *rest = result.stdout.splitlines()
    assert fault.startswith("row 3: child.birth_on: ")
    assert fault.endswith("[date_in_future]")
    assert "Вигаданчук" not in result.output
    assert rest == [
        "Good rows: 2; faulty: 1; known before: 0.",
        "Nothing was opened. Put the file right, or add --accept-valid.",
    ]
    assert desk.read("case", "list") == []


def test_good_rows_go_in_when_that_is_wanted_and_only_once(desk: Any, batch: Path) -> None:
    assert "Cases opened: 2" in desk.do("intake", str(batch), "--accept-valid")
    again = desk.read("intake", str(batch), "--accept-valid")
    assert (again["opened"], again["already_known"], again["faulty"]) == (0, 2, 1)
    assert {case["stage"] for case in desk.read("case", "list")} == {"reported"}
    assert len(desk.read("case", "list", "--limit", "1")) == 1


def test_checking_opens_nothing(desk: Any, batch: Path) -> None:
    checked = desk.type("intake", str(batch), "--check", "--json")
    assert checked.exit_code == 2
    assert json.loads(checked.stdout)["faults"][0]["row_number"] == 3
    assert desk.read("case", "list") == []


def test_a_template_can_be_taken_in_as_it_is(desk: Any, tmp_path: Path) -> None:
    for kind in ("csv", "json"):
        path = str(tmp_path / f"template.{kind}")
        assert "Delete the example row" in desk.do("intake", "--template", kind, path)
        assert desk.read("intake", path, "--check")["valid"] == 1
        assert desk.refuse("intake", "--template", kind, path).endswith("[template_exists]")


def test_one_case_is_opened_by_questions_and_answers(desk: Any) -> None:
    answers = ["Вигаданенко", "Марічка", "", "2014-05", "female", "2022-05", "", "ЄО-0", "Вигаданенко Олена", "parent"]
    told = desk.do("case", "open", answer="\n".join([*answers, "", ""]) + "\n")
    assert "Case 2026-000001-Z is open." in told
    assert desk.read("case", "show", "2026-000001-Z")["coordinator"] == "c-01"


def test_a_second_application_for_the_same_child_is_flagged(desk: Any, case: str) -> None:
    told = desk.do(
        *("case", "open", "child.family_name=Вигаданенко", "child.given_name=Марічка", "child.birth_on=2014-05-09"),
        *("--coordinator", "c-02"),
    )
    assert f"perhaps the same child as in {case}" in told
    (second,) = (line["reference"] for line in desk.read("case", "list", "--flagged"))
    assert second != case
    assert f"perhaps the same child as in {case}" in desk.do("case", "show", second)
    desk.do("case", "siblings", case, second)
    assert f"sibling: {second}" in desk.do("case", "show", case)
    reason = ("--reason", "Вигадано: двоюрідна сестра")
    desk.do("case", "clear-duplicate", second, *reason)
    assert desk.read("case", "show", second)["flags"] == []
    assert desk.refuse("case", "clear-duplicate", second, *reason).endswith("[no_duplicate_suspected]")


def test_what_is_wrong_with_an_application_is_told_column_by_column(desk: Any) -> None:
    result = desk.type("case", "open", "child.birth_on=2071-01-01", "child.sex=x")
    assert result.exit_code == 2
    lines = result.stderr.splitlines()
    assert [line.split(":")[0] for line in lines[:-1]] == ["child.sex", "child.given_name", "child.birth_on"]
    assert lines[-1].endswith("[application_faulty]")


def test_names_are_found_and_every_look_is_in_the_journal(desk: Any, case: str) -> None:
    assert desk.read("case", "find", "vyhadanenko") == [case]
    assert desk.do("case", "find", "Вигаданенко Марічка") == f"{case}\n"
    desk.do("case", "show", case)
    opened = desk.read("case", "show", case, "--open")
    assert opened["opened"]["identity"]["child"]["family_name"] == "Вигаданенко"
    kinds = [json.loads(line)["kind"] for line in desk.do("journal", "export", case).splitlines()]
    assert kinds.count("identity_opened") == 1
    office = desk.do("journal", "export", "office")
    assert office.count("children_searched") == 2
    assert "Вигаданенко" not in office


class _Prefect(BaseHTTPRequestHandler):
    """Answers as far as a wish for a journey asks."""

    def do_GET(self) -> None:
        self._answer({"token": "t", "id": "0"})

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer({"id": "0"})

    def _answer(self, body: dict[str, str]) -> None:
        content = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def test_prefect_is_asked_about_a_new_case_and_a_fact_is_looked_at_with_its_recording(
    desk: Any, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with HTTPServer(("127.0.0.1", 0), _Prefect) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("DODOMU_PREFECT_API_URL", f"http://127.0.0.1:{server.server_port}/api")
        opened = desk.do("case", "open", "child.given_name=Марічка")
        confirmed = desk.do("standing", "confirm", case)
        server.shutdown()
    assert "Prefect was asked to look at the case" in opened
    assert confirmed.startswith(f"{case}: moved to Identified.\n")
    assert desk.read("case", "show", case)["stage"] == "identified"


def test_a_fact_on_a_day_that_no_calendar_covers_is_kept_without_a_look(desk: Any, case: str) -> None:
    told = desk.do("standing", "confirm", case, "--at", "2031-06-02")
    assert told.startswith("Recorded. The case could not be looked at just now (calendar_not_covered)")


def test_a_day_that_no_calendar_covers_leaves_the_fact_and_a_word(desk: Any) -> None:
    told = desk.do("case", "open", "child.given_name=Марічка", "--at", "2031-06-02")
    assert "Case 2031-000001-" in told
    assert "Recorded. The case could not be looked at just now (calendar_not_covered)" in told
