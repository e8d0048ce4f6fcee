"""The case store: its two doors, its faults told in our own words, and no byte left behind in the log."""

import sqlite3
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from integrations.bulk_rows import insert_rows
from integrations.on_driver import connection_of
from integrations.store import Store
from models.errors import ConfigurationError, PermanentFailure, TransientFailure
from models.records import Counter, OfficeRecord

COUNTERS: Any = Counter.__table__


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    store = Store.open(f"sqlite:///{path}", busy_timeout_s=0.1)
    store.migrate()
    yield store
    store.close()


@pytest.mark.parametrize("name", ["never-made/store.db", "empty.db"])
def test_a_store_that_was_never_made_is_said_to_be_missing(tmp_path: Path, name: str) -> None:
    store = Store.open(f"sqlite:///{tmp_path / name}")
    with pytest.raises(ConfigurationError) as refused:
        store.check_version()
    assert refused.value.code == "store_missing"
    store.close()


def test_a_store_of_an_older_version_says_how_to_renew_it(store: Store) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    with pytest.raises(ConfigurationError, match="store_not_migrated"):
        store.check_version()


def test_a_url_that_is_none_is_refused_without_being_shown() -> None:
    with pytest.raises(ConfigurationError, match="store_url_not_understood") as refused:
        Store.open("hunter2 at the database")
    assert "hunter2" not in str(refused.value)


def test_what_fails_half_way_was_never_written(store: Store) -> None:
    def write_and_fail() -> None:
        with store.writing() as session:
            session.add(Counter(name="half", value=1))
            session.flush()
            raise TransientFailure("no_more")

    with pytest.raises(TransientFailure, match="no_more"):
        write_and_fail()
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Counter)) == 0


@pytest.mark.parametrize("left", [[1, 2, 3, 4], []])
def test_rows_on_the_driver_and_records_are_one_transaction(either_office: Any, left: list[int]) -> None:
    store = either_office.store

    def write() -> None:
        with store.writing() as session:
            insert_rows(connection_of(session), COUNTERS, ("name", "value"), [("on the driver", 1)])
            session.add(Counter(name="a record", value=2))
            session.flush()
            insert_rows(connection_of(session), COUNTERS, ("name", "value"), [("on the driver again", 3)])
            session.add(Counter(name="a pending record", value=4))
            if not left:
                raise TransientFailure("no_more")

    with nullcontext() if left else pytest.raises(TransientFailure, match="no_more"):
        write()
    with store.reading() as session:
        written = select(Counter.value).where(Counter.name.like("a%") | Counter.name.like("on%"))
        assert sorted(session.scalars(written)) == left


def test_a_row_that_breaks_a_rule_of_the_tables_is_refused_without_its_values(store: Store) -> None:
    with store.writing() as session:
        session.add(Counter(name="secret-name", value=1))
    with pytest.raises(PermanentFailure, match="store_refused") as refused, store.writing() as session:
        session.add(Counter(name="secret-name", value=2))
    assert "secret-name" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_locked_store_says_to_try_again_and_nothing_is_lost(store: Store, path: Path) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(TransientFailure, match="store_busy"), store.writing():
        pass
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Counter)) == 0
    other.rollback()
    other.close()
    with store.writing() as session:
        session.add(Counter(name="after", value=1))


def test_a_full_disk_is_said_and_nothing_is_half_written(store: Store) -> None:
    def fill() -> None:
        with store.writing() as session:
            pages = session.execute(text("PRAGMA page_count")).scalar_one()
            session.execute(text(f"PRAGMA max_page_count = {pages}"))
            session.add_all(Counter(name=f"{number:060d}", value=1) for number in range(2000))

    with pytest.raises(PermanentFailure, match="store_disk_full"):
        fill()
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Counter)) == 0


def test_a_read_only_store_is_said(store: Store, path: Path) -> None:
    readonly = Store.open(f"sqlite:///file:{path}?mode=ro&uri=true")
    with pytest.raises(PermanentFailure, match="store_read_only"), readonly.writing() as session:
        session.add(Counter(name="x", value=1))
    readonly.close()


def test_a_file_that_is_no_database_is_said(path: Path) -> None:
    path.write_bytes(b"certainly not a database file, but long enough to be read as one" * 20)
    store = Store.open(f"sqlite:///{path}")
    with pytest.raises(PermanentFailure, match="store_unusable"):
        store.check_version()
    store.close()


def test_a_session_used_wrongly_is_our_own_error(store: Store) -> None:
    with pytest.raises(PermanentFailure, match="store_unusable"), store.reading() as session:
        session.execute(select(OfficeRecord)).scalar_one()


def test_a_truncated_log_holds_no_byte(store: Store, path: Path) -> None:
    with store.writing() as session:
        session.add(Counter(name="canary-in-the-log", value=1))
    log = path.with_name("store.db-wal")
    assert b"canary-in-the-log" in log.read_bytes()
    store.truncate_wal()
    assert log.read_bytes() == b""


def test_a_log_that_somebody_reads_cannot_be_truncated_and_says_so(store: Store, path: Path) -> None:
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM counters").fetchall()
    with store.writing() as session:
        session.add(Counter(name="canary-in-the-log", value=1))
    with pytest.raises(TransientFailure, match="store_busy"):
        store.truncate_wal()
    reader.close()
    store.truncate_wal()


def test_a_moment_comes_back_as_it_was_and_a_naive_one_is_refused(either_office: object) -> None:
    store: Store = either_office.store  # type: ignore[attr-defined]  # the fixture's type is the house's own
    moment = datetime(2026, 3, 29, 0, 59, 59, 123456, tzinfo=UTC)
    with store.writing() as session:
        session.get_one(OfficeRecord, 1).rehearsal_at = moment
    with store.reading() as session:
        assert session.get_one(OfficeRecord, 1).rehearsal_at == moment
    naive = moment.replace(tzinfo=None)
    with pytest.raises(PermanentFailure), store.writing() as session:
        session.get_one(OfficeRecord, 1).rehearsal_at = naive
    store.truncate_wal()


def test_a_records_repr_names_its_table_only() -> None:
    assert repr(Counter(name="Вигаданенко", value=1)) == "<Counter>"
