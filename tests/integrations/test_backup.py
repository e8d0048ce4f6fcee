"""Copies of an office: whole, in two halves, private, and never over anything that is there."""

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from casework.case_file import read_case
from casework.office import Office, open_office
from integrations.backup import make_backup, restore_backup
from integrations.settings import load_settings
from models.errors import ConfigurationError, IntegrityError, InvalidInput, PermanentFailure, RuleViolation
from models.schemas.sealed import Identity


def test_a_copy_opens_elsewhere_with_everything_in_it(
    office: Office, open_one: Callable[..., str], tmp_path: Path
) -> None:
    reference = open_one(office)
    made = make_backup(office.settings, tmp_path / "copy")
    assert sorted(path.name for path in made.store_folder.iterdir()) == ["store.db"]
    assert sorted(path.name for path in made.keys_folder.iterdir()) == ["keys.db", "office.key", "signing.key"]
    elsewhere = load_settings(home=tmp_path / "elsewhere")
    restore_backup(elsewhere, tmp_path / "copy")
    with open_office(elsewhere) as again, read_case(again, reference, again.now()) as file:
        identity = file.open("cases", "sealed_identity", reference, Identity, file.case.sealed_identity or b"")
    assert identity.child.family_name == "Вигаданенко"


def test_nobody_else_may_read_a_copy(office: Office, tmp_path: Path) -> None:
    make_backup(office.settings, tmp_path / "copy")
    restore_backup(load_settings(home=tmp_path / "elsewhere"), tmp_path / "copy")
    for folder in (tmp_path / "copy", tmp_path / "elsewhere"):
        assert {path.stat().st_mode & 0o777 for path in folder.rglob("*") if path.is_file()} == {0o600}


def test_a_copy_taken_while_somebody_writes_holds_what_was_committed(office: Office, tmp_path: Path) -> None:
    with office.store.writing() as session:
        session.connection().exec_driver_sql("UPDATE staff SET active = 0")
        made = make_backup(office.settings, tmp_path / "copy")
    with sqlite3.connect(made.store_folder / "store.db") as copy:
        assert copy.execute("SELECT count(*) FROM staff WHERE active").fetchone() == (5,)
    copy.close()


def test_a_folder_with_something_in_it_is_left_alone(office: Office, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thing").touch()
    with pytest.raises(InvalidInput, match="backup_folder_not_empty"):
        make_backup(office.settings, tmp_path / "full")
    make_backup(office.settings, tmp_path / "copy")
    with pytest.raises(RuleViolation, match="home_not_empty"):
        restore_backup(load_settings(home=tmp_path / "full"), tmp_path / "copy")
    with pytest.raises(RuleViolation, match="home_not_empty"):
        restore_backup(office.settings, tmp_path / "copy")
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["thing"]


def test_a_damaged_copy_is_refused_before_anything_is_made(office: Office, tmp_path: Path) -> None:
    made = make_backup(office.settings, tmp_path / "copy")
    (made.keys_folder / "keys.db").write_bytes(b"not a database" * 100)
    with pytest.raises(IntegrityError, match="backup_damaged"):
        restore_backup(load_settings(home=tmp_path / "elsewhere"), tmp_path / "copy")
    assert not (tmp_path / "elsewhere").exists()


def test_half_a_copy_is_none(office: Office, tmp_path: Path) -> None:
    made = make_backup(office.settings, tmp_path / "copy")
    shutil.rmtree(made.keys_folder)
    with pytest.raises(InvalidInput, match="backup_not_found"):
        restore_backup(load_settings(home=tmp_path / "elsewhere"), tmp_path / "copy")


def test_an_office_key_from_the_environment_is_not_in_the_copy(office: Office, tmp_path: Path) -> None:
    key = office.settings.office_key_file.read_text(encoding="ascii").strip()
    outside = load_settings(home=office.settings.home, office_key=key)
    made = make_backup(outside, tmp_path / "copy")
    assert not made.office_key_inside
    assert not (made.keys_folder / "office.key").exists()


def test_where_there_is_no_office_there_is_nothing_to_copy(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="store_missing"):
        make_backup(load_settings(home=tmp_path / "nothing"), tmp_path / "copy")


def test_postgresql_is_copied_by_its_own_means(office: Office, tmp_path: Path) -> None:
    elsewhere = load_settings(home=tmp_path / "x", store_url="postgresql://localhost/dodomu")
    with pytest.raises(ConfigurationError, match="pg_dump"):
        make_backup(elsewhere, tmp_path / "copy")


def test_a_place_that_cannot_be_written_is_told(office: Office, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(PermanentFailure, match="backup_unwritable"):
        make_backup(office.settings, tmp_path / "file" / "copy")
