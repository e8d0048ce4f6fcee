"""The keystore's own database: tables, engine, how its errors are told, how deleted bytes are made to go."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    Column,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    inspect,
    make_url,
    text,
)
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.schema import CreateSchema

from models.errors import ConfigurationError, PermanentFailure, TransientFailure

SCHEMA = "keystore"
METADATA = MetaData(schema=SCHEMA)

CASE_KEYS = Table(
    "case_keys",
    METADATA,
    Column("scope", String, primary_key=True),
    Column("epoch", Integer, primary_key=True, autoincrement=False),
    Column("wrapped", LargeBinary, nullable=False),
    Column("made_at", String(32), nullable=False),
)
"""One row a key: the case id (or `office`), the key's number from 1, the wrapped key, an ISO moment in UTC.

It must stay a rowid table on SQLite: rows are then appended and never moved to another page by a split, which
would leave a stale copy of a wrapped key behind."""

KEYSTORE_META = Table(
    "keystore_meta",
    METADATA,
    Column("name", String(40), primary_key=True),
    Column("value", LargeBinary, nullable=False),
)

_LOCKED = ("locked", "busy", "could not connect", "connection", "deadlock", "timeout", "timed out")


def keystore_engine(url: str, *, busy_timeout_s: float) -> Engine:
    """Make the engine. On SQLite deleted content is overwritten and a commit has reached the disk."""
    parsed = _parsed(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, hide_parameters=True)
    engine = create_engine(
        parsed,
        hide_parameters=True,
        connect_args={"timeout": busy_timeout_s},
        execution_options={"schema_translate_map": {SCHEMA: None}},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def sqlite_file(url: str) -> Path | None:
    """Tell the SQLite file behind a URL, or None when another database stands there."""
    parsed = _parsed(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return None
    return Path(parsed.database)


def has_tables(engine: Engine) -> bool:
    """Tell whether a keystore was ever made there."""
    schema = None if engine.dialect.name == "sqlite" else SCHEMA
    return inspect(engine).has_table(KEYSTORE_META.name, schema=schema)


def create_tables(engine: Engine) -> None:
    """Make the schema (PostgreSQL) and the two tables where they are missing."""
    with engine.begin() as connection:
        if engine.dialect.name != "sqlite":
            connection.execute(CreateSchema(SCHEMA, if_not_exists=True))
        METADATA.create_all(connection)


def reserve_sqlite_file(path: Path) -> None:
    """Make the empty database file with mode 0600; SQLite gives its WAL the same mode."""
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
    except OSError as error:
        raise ConfigurationError(
            "keystore_not_made",
            "check that the folder exists, is writable and has room",
            cause=type(error).__name__,
        ) from None


def scrub_deleted(engine: Engine) -> None:
    """Make deleted key bytes leave the files: truncate the WAL (SQLite), rewrite the table (PostgreSQL).

    Raises TransientFailure `deleted_keys_not_scrubbed` when a reader holds the WAL open; calling again helps.
    """
    if engine.dialect.name != "sqlite":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"VACUUM (FULL) {SCHEMA}.{CASE_KEYS.name}"))
        return
    with engine.connect() as connection:
        busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]
    if busy:
        raise TransientFailure(
            "deleted_keys_not_scrubbed", "another process is reading the keystore; try again in a moment"
        )


def _parsed(url: str) -> URL:
    try:
        return make_url(url)
    except ArgumentError:
        raise ConfigurationError("keystore_url_not_understood", "give an SQLAlchemy database URL") from None


@contextmanager
def keystore_errors() -> Iterator[None]:
    """Translate the database's errors once. Nothing of a statement or its parameters passes."""
    try:
        yield
    except DBAPIError as error:
        cause = str(error.orig).lower()
        if any(word in cause for word in _LOCKED):
            raise TransientFailure("keystore_busy", "try again in a moment") from None
        raise PermanentFailure(
            "keystore_unusable",
            "check that the keystore is there, is writable and has room",
            cause=type(error.orig).__name__,
        ) from None


def _prepare_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.close()
