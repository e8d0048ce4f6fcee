import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from casework import intake
from casework.intake import IntakeReport, check_intake, register_batch
from casework.intake_parts import Terms, check_part
from casework.office import Office
from integrations.intake_rows import RawRow
from integrations.synthetic_applications import synthetic_applications
from models.errors import InvalidInput
from models.records import Case

TODAY = date(2026, 3, 2)
GOOD = [
    {"external_number": "А-1", "child": {"given_name": "Яна", "family_name": "Вигаданенко"}, "sibling_group": "В"},
    {"external_number": "А-2", "child": {"given_name": "Назар", "family_name": "Вигаданенко"}, "sibling_group": "В"},
    {"external_number": "А-3", "child": {"given_name": "Яна", "family_name": "Выгаданенко"}},
]
FAULTY = {"external_number": "А-4", "child": {"given_name": "Тарас\x07", "birth_on": "2031-02-30"}}


def write(tmp_path: Path, *applications: dict[str, Any]) -> Path:
    path = tmp_path / "партія.json"
    path.write_text(json.dumps(applications, ensure_ascii=False), encoding="utf-8")
    return path


def register(office: Office, path: Path, **more: Any) -> IntakeReport:
    return register_batch(office, path, now=office.now(), actor="c-01", **more)


def count(office: Office) -> int:
    with office.store.reading() as session:
        return session.scalar(select(func.count()).select_from(Case)) or 0


def test_a_whole_file_becomes_cases(either_office: Office, tmp_path: Path) -> None:
    told: list[int] = []
    report = register(either_office, write(tmp_path, *GOOD), progress=told.append)
    assert (report.valid, report.faulty, report.opened, report.duplicates) == (3, 0, 3, 1)
    assert len(report.references) == 3
    assert told == [3]
    with either_office.store.reading() as session:
        rows = session.execute(select(Case.sibling_group, Case.possible_duplicate_of).order_by(Case.id)).all()
    assert rows[0].sibling_group == rows[1].sibling_group is not None
    assert rows[2].sibling_group is None
    assert [row.possible_duplicate_of for row in rows] == [None, None, report.references[0]]


def test_with_a_fault_in_it_nothing_is_opened_and_every_fault_is_told(office: Office, tmp_path: Path) -> None:
    report = register(office, write(tmp_path, *GOOD, FAULTY))
    assert (report.valid, report.faulty, report.opened) == (3, 1, 0)
    assert [(fault.row_number, fault.column, fault.code) for fault in report.faults] == [
        (4, "child.given_name", "control_characters"),
        (4, "child.birth_on", "date_impossible"),
    ]
    assert count(office) == 0


def test_the_good_rows_go_in_where_that_is_wanted(office: Office, tmp_path: Path) -> None:
    report = register(office, write(tmp_path, FAULTY, *GOOD), accept_valid=True)
    assert (report.valid, report.faulty, report.opened, len(report.faults)) == (3, 1, 3, 2)
    assert count(office) == 3


def test_a_second_run_opens_only_what_the_first_did_not(office: Office, tmp_path: Path) -> None:
    register(office, write(tmp_path, *GOOD[:2]))
    again = register(office, write(tmp_path, *GOOD))
    assert (again.opened, again.already_known) == (1, 2)
    assert count(office) == 3


def test_checking_opens_nothing_and_says_what_is_known(office: Office, tmp_path: Path) -> None:
    register(office, write(tmp_path, GOOD[0]))
    unnumbered = {"child": {"given_name": "Ольга"}}
    report = check_intake(office, write(tmp_path, *GOOD, unnumbered, FAULTY), office.now())
    assert (report.valid, report.faulty, report.already_known, report.opened) == (4, 1, 1, 0)
    assert count(office) == 1


def test_a_large_file_is_taken_in_by_parts_that_share_their_sibling_groups(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "PART", 1)
    monkeypatch.setattr(intake, "CHECKED_AT_ONCE", 2)
    told: list[int] = []
    checked: list[int] = []
    report = register(office, write(tmp_path, *GOOD), checking=checked.append, progress=told.append)
    assert (report.opened, report.duplicates, checked, told) == (3, 1, [2, 3], [1, 2, 3])
    with office.store.reading() as session:
        groups = session.scalars(select(Case.sibling_group).order_by(Case.id)).all()
    assert groups[0] == groups[1]


def test_a_consent_may_name_any_body_but_none_that_is_unknown(office: Office, tmp_path: Path) -> None:
    asks = {"child": {"given_name": "Яна"}, "requester": {"name": "Вигадана Олена", "basis": "parent"}}
    for body, faults in (("*", 0), ("wgeid", 0), ("kremlin", 1)):
        consents = [{"body": body, "purpose": "search", "given_on": "2026-03-01"}]
        report = check_intake(office, write(tmp_path, {**asks, "consents": consents}), office.now())
        assert len(report.faults) == faults


def test_a_file_that_is_not_there_is_told(office: Office, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="intake_file_missing"):
        register(office, tmp_path / "нема.csv")


def test_a_table_of_invented_children_goes_in_as_it_is(office: Office, tmp_path: Path) -> None:
    rows = list(synthetic_applications(60, seed=7, today=office.book.today(office.now())))
    path = tmp_path / "таблиця.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        table = csv.DictWriter(stream, fieldnames=sorted({name for row in rows for name in row}))
        table.writeheader()
        table.writerows(rows)
    report = register(office, path)
    assert (report.valid, report.faulty, report.opened) == (60, 0, 60)
    assert len(set(report.references)) == 60


def test_a_second_process_changes_nothing_but_the_time(
    either_office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "ALONE_BYTES", 0)
    monkeypatch.setattr(intake, "CHECKED_AT_ONCE", 1)
    report = register(either_office, write(tmp_path, *GOOD))
    assert (report.opened, report.duplicates, report.faulty) == (3, 1, 0)
    assert check_intake(either_office, write(tmp_path, *GOOD, FAULTY), either_office.now()).already_known == 3


def test_a_number_that_occurs_twice_is_a_fault_of_the_later_row_in_whatever_part(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "CHECKED_AT_ONCE", 2)
    again = {"external_number": "А-1", "child": {"given_name": "Ольга"}}
    faulty = {**FAULTY, "external_number": "А-2"}
    rows = write(tmp_path, *GOOD, again, faulty, {"child": {"given_name": "Роман"}})
    report = register(office, rows, accept_valid=True)
    assert [(fault.row_number, fault.code) for fault in report.faults] == [
        (4, "repeated_in_file"),
        (5, "control_characters"),
        (5, "date_impossible"),
        (5, "repeated_in_file"),
    ]
    assert (report.valid, report.faulty, report.opened) == (4, 2, 4)


def test_a_faulty_file_says_how_much_of_it_is_known_already(office: Office, tmp_path: Path) -> None:
    register(office, write(tmp_path, *GOOD[:2]))
    told: list[int] = []
    report = register(office, write(tmp_path, *GOOD, FAULTY), checking=told.append)
    assert (report.opened, report.already_known, told) == (0, 2, [4])


def test_checking_says_how_far_it_has_come(office: Office, tmp_path: Path) -> None:
    told: list[int] = []
    check_intake(office, write(tmp_path, *GOOD), office.now(), progress=told.append)
    assert told == [3]


def test_a_part_shows_nothing_of_its_rows() -> None:
    part = check_part(Terms(TODAY, frozenset()), [RawRow(1, GOOD[0])])
    assert repr(part) == "<CheckedPart of 1 rows>"
