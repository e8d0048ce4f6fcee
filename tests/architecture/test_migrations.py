"""The migrations make exactly the tables that the records describe, on both databases."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from integrations.store import Store, _alembic
from models.records import Record
from tests.architecture.the_house import ROOT


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store that only the migrations have made."""
    on_sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'store.db'}" if on_sqlite else request.getfixturevalue("new_database")
    store = Store.open(url)
    store.migrate()
    yield store
    store.close()


def differences(store: Store) -> list[Any]:
    with store.engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, Record.metadata))


def test_migrations_equal_the_records(store: Store) -> None:
    assert differences(store) == []


def test_a_difference_would_be_found(store: Store) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("DROP INDEX ix_cases_due"))
        connection.execute(text("ALTER TABLE counters ADD COLUMN forgotten INTEGER"))
    assert {found[0] for found in differences(store)} == {"add_index", "remove_column"}


def test_migrating_again_changes_nothing_and_the_version_is_the_newest(store: Store) -> None:
    store.migrate()
    store.check_version()
    assert differences(store) == []


def test_no_table_is_left_when_everything_is_taken_back(store: Store) -> None:
    with store.engine.begin() as connection:
        command.downgrade(_alembic(connection), "base")
    assert set(inspect(store.engine).get_table_names()) <= {"alembic_version"}


def test_there_is_one_line_of_migrations() -> None:
    scripts = ScriptDirectory(str(ROOT / "integrations" / "migrations"))
    assert len(scripts.get_heads()) == len(scripts.get_bases()) == 1
