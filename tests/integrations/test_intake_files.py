"""Files of applications: what is read, and what a person is told about what is not."""

import csv
import json
import tracemalloc
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.intake_files import IntakeRow, read_intake_file
from integrations.intake_json import README_KEY
from integrations.intake_rows import column_names
from integrations.intake_templates import COLUMNS, write_template
from models.errors import InvalidInput, PermanentFailure

TODAY = date(2026, 11, 23)
HEADER = ("external_number", "child.given_name", "child.birth_on", "separation.on")
GOOD = ("A-1", "Вигадана", "2014-03-09", "2022-04")


def table(*rows: Sequence[str], delimiter: str = ",") -> str:
    return "\r\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows) + "\r\n"


def written(tmp_path: Path, text: str, *, encoding: str = "utf-8", name: str = "applications.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


def read(path: Path, bodies: frozenset[str] | None = None) -> list[IntakeRow]:
    return list(read_intake_file(path, today=TODAY, bodies=bodies))


def faults(rows: Iterable[IntakeRow]) -> list[tuple[int, str, str]]:
    return [(fault.row_number, fault.column, fault.code) for row in rows for fault in row.faults]


def names(rows: Iterable[IntakeRow]) -> list[str | None]:
    return [row.case.child.given_name for row in rows if row.case is not None]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_is_read_as_ukrainian_offices_save_it(tmp_path: Path, encoding: str, delimiter: str) -> None:
    text = table(HEADER, GOOD, ("A-2", "Їжачок", "", ""), delimiter=delimiter)
    rows = read(written(tmp_path, text, encoding=encoding))
    assert faults(rows) == []
    assert names(rows) == ["Вигадана", "Їжачок"]
    assert [row.row_number for row in rows] == [2, 3]


def test_every_faulty_row_is_reported_in_one_run_with_row_and_column(tmp_path: Path) -> None:
    text = table(
        HEADER,
        ("A-1", "Вигадана", "31.02.2014", "2022-04"),
        GOOD,
        ("A-3", "12", "2030", "2021"),
        ("A-4", "Вигадана", "2000", "2022"),
    )
    rows = read(written(tmp_path, text))
    assert faults(rows) == [
        (2, "child.birth_on", "date_impossible"),
        (3, "external_number", "repeated_in_file"),
        (4, "child.given_name", "name_without_letters"),
        (4, "child.birth_on", "date_in_future"),
        (4, "separation.on", "separation_before_birth"),
        (5, "child.birth_on", "adult_at_separation"),
    ]


def test_what_would_be_right_is_said_in_both_languages_and_never_repeats_the_value(tmp_path: Path) -> None:
    header = (*HEADER, "requester.basis", "requester.name", "consents", "child.sex")
    text = table(header, ("A-1", "Вигaдана", "весна", "2022", "сусідка", "Вигадана Ольга", "icrc:look:2026-01-01", "х"))
    [row] = read(written(tmp_path, text))
    told = {fault.column: fault.what_would_be_right for fault in row.faults}
    assert told["child.given_name"]["uk"].startswith("в одному слові є і латинські")
    assert told["child.birth_on"]["en"].startswith("a date as far as known: 2014")
    assert told["requester.basis"]["en"].startswith("one of: parent, guardian")
    assert told["consents"]["en"] == "one of: search, return, information, publicity, accountability"
    assert told["child.sex"]["uk"] == "одне з: female, male"
    assert not any(value in repr(row) for value in ("Виг", "весна", "сусідка", "look", "2022"))


def test_the_bodies_a_consent_may_name_are_those_of_the_policy(tmp_path: Path) -> None:
    header = ("child.given_name", "requester.name", "requester.basis", "consents")
    text = table(header, ("Вигадана", "Ольга", "parent", "icrc_cta:search:2026-01-01 pope:return:2026-01-01"))
    [row] = read(written(tmp_path, text), bodies=frozenset({"icrc_cta", "ombudsman"}))
    assert [fault.what_would_be_right["en"] for fault in row.faults] == [
        "a body of the office's policy: icrc_cta, ombudsman"
    ]


def test_the_header_is_reported_once_and_the_rows_are_still_read(tmp_path: Path) -> None:
    header = ("external_number", "child.birth_onn", "Петренко", "external_number", "separation.on")
    rows = read(written(tmp_path, table(header, ("A-1", "x", "y", "A-1", "2030"), ("A-2", "x", "y", "A-2", "2022"))))
    assert faults(rows[:1]) == [
        (1, "№ 2", "column_misspelt"),
        (1, "№ 3", "column_unknown"),
        (1, "external_number", "column_twice"),
        (1, "child.given_name", "column_missing"),
    ]
    assert rows[0].faults[0].what_would_be_right["en"].endswith("child.birth_on")
    assert "Петренко" not in repr(rows)
    assert (2, "separation.on", "date_in_future") in faults(rows)


@pytest.mark.parametrize("text", [table(GOOD, GOOD), "\r\n" + table(HEADER, GOOD), 'a"b\n', '"' + "x" * 200_000])
def test_a_table_without_the_columns_names_is_not_guessed_at(tmp_path: Path, text: str) -> None:
    assert faults(read(written(tmp_path, text))) == [(1, "", "header_missing")]


@pytest.mark.parametrize(("text", "name"), [("", "a.csv"), (table(HEADER), "a.csv"), ("", "a.json"), ("[]", "a.json")])
def test_a_file_without_an_application_says_so(tmp_path: Path, text: str, name: str) -> None:
    assert faults(read(written(tmp_path, text, name=name))) == [(1, "", "file_empty")]


@pytest.mark.parametrize("name", ["a.csv", "a.json"])
def test_text_in_another_encoding_is_refused(tmp_path: Path, name: str) -> None:
    utf16 = written(tmp_path, table(HEADER, GOOD), encoding="utf-16", name=name)
    assert faults(read(utf16)) == [(1, "", "encoding_unreadable")]
    neither = tmp_path / name
    neither.write_bytes(b"child.given_name\n\xff\x98\n")
    assert faults(read(neither)) == [(1, "", "encoding_unreadable")]


def test_misplaced_cells_and_broken_quotes_cost_their_own_row_only(tmp_path: Path) -> None:
    text = (
        "external_number,child.given_name\r\n"
        "A-1,Вигадана,зайве\r\n"
        "A-2\r\n"
        ",\r\n"
        "\r\n"
        'A-3,"Вигадана"зайве\r\n'
        'A-4,"Вигадана\r\nОльга"\r\n'
        "A-5,=Вигадана\r\n"
    )
    rows = read(written(tmp_path, text))
    assert faults(rows) == [(2, "", "cells_misplaced"), (3, "", "cells_misplaced"), (6, "", "row_unreadable")]
    assert names(rows) == ["Вигадана Ольга", "=Вигадана"]
    assert rows[0].faults[0].what_would_be_right["en"].endswith("columns: 2")


def test_control_characters_are_refused_where_they_stand(tmp_path: Path) -> None:
    text = table(HEADER, ("A-1", "Виг\x00адана", "2014", "2022"), ("A-2", "Виг\u200bадана", "2014", "2022"))
    assert faults(read(written(tmp_path, text))) == [
        (2, "child.given_name", "control_characters"),
        (3, "child.given_name", "control_characters"),
    ]


def test_json_is_read_as_a_list_and_as_lines(tmp_path: Path) -> None:
    applications: list[dict[str, Any]] = [
        {README_KEY: "пояснення", "child": {"given_name": "Вигадана"}, "external_number": str(n)} for n in range(3)
    ]
    for text in (
        json.dumps(applications, indent=2),
        json.dumps(applications, ensure_ascii=False),
        "\n".join(map(json.dumps, applications)),
        json.dumps(applications[0], indent=2) + json.dumps(applications[1]) + json.dumps(applications[2]),
    ):
        rows = read(written(tmp_path, text, name="a.json", encoding="utf-8-sig"))
        assert faults(rows) == []
        assert [row.row_number for row in rows] == [1, 2, 3]


def test_faults_in_json_are_told_like_those_of_a_table(tmp_path: Path) -> None:
    applications: list[Any] = [
        {README_KEY: {"uk": "пояснення"}},
        {"child": {"given_name": "Вигадана", "birth_on": "2030", "Петренко": "x"}},
        {"child": 7},
        {"child": {"given_name": "Вигадана"}, "consents": [{"body": "ICRC", "purpose": "look"}]},
        [1],
        {"external_number": " 1", "child": {"given_name": "Вигадана", README_KEY: ""}},
        {"external_number": "1", "child": {"given_name": "\ud800"}},
        {"child": {"given_name": "В" * 121, "age_reported": "багато", "age_reported_on": "2025-12-03"}},
    ]
    rows = read(written(tmp_path, json.dumps(applications), name="a.jsonl"))
    assert faults(rows) == [
        (1, "child", "column_unknown"),
        (2, "child", "wrong_type"),
        (3, "consents", "consent_unreadable"),
        (3, "consents", "not_in_list"),
        (3, "consents", "wrong_type"),
        (4, "", "wrong_type"),
        (5, "child", "column_unknown"),
        (6, "child.given_name", "wrong_type"),
        (6, "external_number", "repeated_in_file"),
        (7, "child.given_name", "too_long"),
        (7, "child.age_reported", "number_out_of_range"),
    ]
    assert rows[-1].faults[0].what_would_be_right["en"] == "at most 120 characters"
    assert "Петренко" not in repr(rows)


def test_a_broken_line_costs_its_own_row_only(tmp_path: Path) -> None:
    good = json.dumps({"child": {"given_name": "Вигадана"}})
    deep = '{"child":' + "[" * 100_000
    lines = [good, '{"child": ', "{,}", good, deep, good, "{"]
    rows = read(written(tmp_path, "\n".join(lines), name="a.jsonl"))
    assert [row.row_number for row in rows if row.case] == [1, 4, 6]
    assert {code for _, _, code in faults(rows)} == {"row_unreadable"}
    assert len(rows) == 7


def test_an_application_that_never_ends_is_given_up_in_time(tmp_path: Path) -> None:
    good = json.dumps({"child": {"given_name": "Вигадана"}})
    rows = read(written(tmp_path, '{"notes": "' + "x" * 600_000 + f"\n{good}\n", name="a.jsonl"))
    assert faults(rows) == [(1, "", "row_unreadable")]
    assert [row.row_number for row in rows if row.case] == [2]


@settings(max_examples=50, deadline=None)
@given(text=st.text(alphabet='[]{},:"\\\n child.given_nameВ1', max_size=200), name=st.sampled_from(["a.csv", "a.json"]))
def test_no_text_whatever_stops_the_reading(tmp_path_factory: pytest.TempPathFactory, text: str, name: str) -> None:
    for row in read(written(tmp_path_factory.mktemp("any"), text, name=name)):
        assert (row.case is None) == bool(row.faults)


def test_a_missing_file_is_the_users_mistake(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="intake_file_missing"):
        read_intake_file(tmp_path / "none.csv", today=TODAY)


def test_a_file_that_cannot_be_read_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, table(HEADER, GOOD))

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    # The tests may run as root, whom no file mode keeps out.
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(PermanentFailure, match="intake_file_unreadable"):
        read_intake_file(path, today=TODAY)


def test_reading_a_longer_file_takes_no_more_memory(tmp_path: Path) -> None:
    peaks = []
    for count in (2_000, 5_000):
        rows = [("", "Вигадана", "2014-03-09", "2022-04")] * count
        path = written(tmp_path, table(HEADER, *rows), name=f"{count}.csv")
        tracemalloc.start()
        assert sum(row.case is not None for row in read_intake_file(path, today=TODAY)) == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] - peaks[0] < 100_000


@pytest.mark.parametrize("template_format", ["csv", "json"])
def test_a_template_reads_back_as_one_good_application(tmp_path: Path, template_format: Any) -> None:
    path = tmp_path / f"template.{template_format}"
    write_template(path, template_format)
    [row] = read(path)
    assert row.faults == ()
    assert row.case is not None
    assert row.case.child.family_name == "Прикладенко"


def test_the_template_explains_every_column_there_is(tmp_path: Path) -> None:
    assert tuple(COLUMNS) == column_names()
    write_template(tmp_path / "template.csv", "csv")
    with (tmp_path / "template.csv").open(encoding="utf-8-sig", newline="") as file:
        assert next(csv.reader(file)) == list(COLUMNS)
    write_template(tmp_path / "template.json", "json")
    assert json.loads((tmp_path / "template.json").read_text(encoding="utf-8"))[0][README_KEY].keys() == COLUMNS.keys()


def test_a_template_never_overwrites_a_file(tmp_path: Path) -> None:
    path = written(tmp_path, "important")
    with pytest.raises(InvalidInput, match="template_exists"):
        write_template(path, "csv")
    assert path.read_text(encoding="utf-8") == "important"
    with pytest.raises(PermanentFailure, match="template_unwritable"):
        write_template(tmp_path / "no" / "such" / "folder.csv", "csv")
