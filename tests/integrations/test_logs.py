"""Log lines: what may stand in them, and what never does."""

import json
import logging
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import stamina.instrumentation

from integrations.clock import FixedClock
from integrations.logs import close_logs, configure_logs, get_logger, log_context, quiet_foreign_loggers
from models.errors import ConfigurationError, TransientFailure
from models.statuses import Stage

NAME = "Оленка Вигадана"
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    configure_logs(tmp_path / "logs", clock=FixedClock(NOON))
    yield tmp_path / "logs"
    close_logs()


@pytest.fixture
def _own_root_logger() -> Iterator[None]:
    root = logging.getLogger()
    before = root.handlers[:]
    yield
    root.handlers[:] = before


def lines_in(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "dodomu.jsonl").read_text("utf-8").splitlines()]


def test_a_line_carries_its_moment_its_part_and_allowed_fields(folder: Path) -> None:
    get_logger("watch").info(
        "stage_entered", case="2026-004821-K", to_stage=Stage.LOCATED, due_on=date(2026, 3, 16), count=3
    )
    assert lines_in(folder) == [
        {
            "at": "2026-03-02T12:00:00.000+00:00",
            "event": "stage_entered",
            "level": "info",
            "part": "watch",
            "case": "2026-004821-K",
            "to_stage": "located",
            "due_on": "2026-03-16",
            "count": 3,
        }
    ]


def test_a_field_that_is_not_on_the_list_is_dropped_and_counted(folder: Path) -> None:
    get_logger("watch").info("case_opened", child="m-17", phone=380440000000, case="2026-004821-K")
    (line,) = lines_in(folder)
    assert (line["dropped"], line["case"]) == (2, "2026-004821-K")
    assert not {"child", "phone"} & line.keys()


@pytest.mark.parametrize(
    "value",
    [NAME, "Olenka", "olenka@example.org", "two words", "+380 44 000", {"name": NAME}, [NAME], b"x", "", "x" * 81],
)
def test_an_allowed_field_takes_no_free_text(folder: Path, value: object) -> None:
    get_logger("watch").info("case_opened", code=value)
    (line,) = lines_in(folder)
    assert "code" not in line
    assert line["dropped"] == 1


@pytest.mark.parametrize(("field", "value"), [("case", "380440000000"), ("recipient", "a1"), ("count", "3a")])
def test_some_fields_are_stricter_still(folder: Path, field: str, value: str) -> None:
    get_logger("watch").info("case_opened", **{field: value})
    assert field not in lines_in(folder)[0]


def test_an_event_is_a_closed_word_and_never_a_sentence(folder: Path) -> None:
    get_logger("watch").info(f"opened a case for {NAME}")
    assert lines_in(folder)[0]["event"] == "unnamed_event"


def test_a_foreign_exception_is_its_type_alone(folder: Path) -> None:
    try:
        int(NAME)
    except ValueError:
        get_logger("watch").exception("look_failed", exc_info=True)
    raw = (folder / "dodomu.jsonl").read_bytes()
    assert lines_in(folder)[0]["error_type"] == "ValueError"
    assert b"\\u041e" not in raw
    assert NAME.encode() not in raw


def test_an_error_of_our_own_is_its_code_and_allowed_references(folder: Path) -> None:
    fault = TransientFailure("mail_deferred", "advice is for people", smtp_status=451, address="a@example.org")
    get_logger("mail").warning("parcel_deferred", exc_info=fault)
    (line,) = lines_in(folder)
    assert (line["code"], line["smtp_status"], line["error_type"]) == ("mail_deferred", 451, "TransientFailure")
    assert line["dropped"] == 1


def test_exc_info_without_an_exception_says_nothing(folder: Path) -> None:
    get_logger("mail").info("parcel_sent", exc_info=False)
    assert "error_type" not in lines_in(folder)[0]


def test_context_joins_every_line_inside_it_and_none_after(folder: Path) -> None:
    with log_context(case="2026-004821-K", name=NAME):
        get_logger("watch").info("case_looked_at")
    get_logger("watch").info("case_looked_at")
    first, second = lines_in(folder)
    assert first["case"] == "2026-004821-K"
    assert "case" not in second


def test_lines_below_the_level_are_not_written(folder: Path) -> None:
    get_logger("watch").debug("case_looked_at")
    assert lines_in(folder) == []


def test_a_log_file_is_for_its_owner_alone(folder: Path) -> None:
    assert (folder / "dodomu.jsonl").stat().st_mode & 0o777 == 0o600


def test_a_second_configuration_appends(folder: Path) -> None:
    get_logger("watch").info("case_opened")
    configure_logs(folder, clock=FixedClock(NOON))
    get_logger("watch").info("case_opened")
    assert len(lines_in(folder)) == 2


def test_without_configuration_nothing_is_written_anywhere(capfd: pytest.CaptureFixture[str]) -> None:
    close_logs()
    get_logger("watch").error("case_opened")
    assert capfd.readouterr() == ("", "")


def test_lines_go_to_standard_error_on_request(capfd: pytest.CaptureFixture[str]) -> None:
    configure_logs(to_stderr=True, clock=FixedClock(NOON))
    get_logger("watch").info("case_opened")
    close_logs()
    out, err = capfd.readouterr()
    assert out == ""
    assert json.loads(err)["event"] == "case_opened"


def test_a_full_disk_does_not_stop_the_work_the_line_is_about(tmp_path: Path) -> None:
    (tmp_path / "dodomu.jsonl").symlink_to("/dev/full")
    configure_logs(tmp_path)
    get_logger("watch").info("case_opened")
    close_logs()
    assert os.path.realpath(tmp_path / "dodomu.jsonl") == "/dev/full"


def test_a_folder_that_cannot_be_made_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="log_folder_unwritable"):
        configure_logs(tmp_path / "logs")


@pytest.mark.usefixtures("_own_root_logger")
def test_a_library_is_heard_but_not_quoted(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    chatty = logging.getLogger("some.Library")
    chatty.addHandler(logging.StreamHandler())
    quiet_foreign_loggers(["some.Library"])
    chatty.propagate = False
    chatty.info("connected for %s", NAME)
    chatty.warning("row %s", NAME)
    try:
        int(NAME)
    except ValueError:
        chatty.exception("lost %s", NAME)
    heard = [(line["level"], line["code"], line.get("error_type")) for line in lines_in(folder)]
    assert heard == [("warning", "some.library", None), ("error", "some.library", "ValueError")]
    assert NAME not in str(lines_in(folder))
    assert capfd.readouterr() == ("", "")


def test_the_retry_library_prints_nothing_of_its_own() -> None:
    assert stamina.instrumentation.get_on_retry_hooks() == ()
