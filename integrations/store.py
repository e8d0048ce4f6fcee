"""The case store's database: engine, transactions, migrations, and its errors told once in our own words."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from integrations.on_driver import driver_errors, raw_connection
from models.errors import ConfigurationError, DodomuError, PermanentFailure, TransientFailure

_MIGRATIONS = Path(__file__).with_name("migrations")
_READ_ONLY = "dodomu_read_only"
_BUSY = ("locked", "busy", "deadlock", "could not connect", "connection", "timeout", "timed out", "serialize")
_FULL = ("full", "no space", "disk i/o", "no room")
_ABSENT = ("no such table", "does not exist", "unable to open database file")
_READONLY = ("readonly", "read-only", "permission denied")


class Store:
    """The open case store. `writing` and `reading` are its only doors."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @classmethod
    def open(cls, url: str, *, busy_timeout_s: float = 10.0) -> "Store":
        """Open the store at `url`. Raises ConfigurationError `store_url_not_understood`."""
        try:
            parsed = make_url(url)
        except ArgumentError:
            raise ConfigurationError("store_url_not_understood", "give an SQLAlchemy database URL") from None
        if parsed.get_backend_name() == "sqlite":
            engine = create_engine(parsed, hide_parameters=True, connect_args={"timeout": busy_timeout_s})
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
            return cls(engine)
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        return cls(create_engine(parsed, hide_parameters=True, pool_pre_ping=True))

    @property
    def is_sqlite(self) -> bool:
        """Whether the store is an SQLite file."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a session whose work commits as one transaction, or not at all.

        On SQLite it takes the write lock at once, so that what it read is still so when it writes; the session joins in
        when it first reads or writes by itself (`integrations.on_driver.connection_of`).
        """
        with store_errors():
            if self.is_sqlite:
                with self.engine.begin() as connection, Session(connection, expire_on_commit=False) as session:
                    yield session
                    session.flush()
            else:
                # Not begun before it is asked for: who needs another isolation level says so then.
                with Session(self.engine, expire_on_commit=False) as session, session.begin():
                    yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session that sees one consistent state and writes nothing."""
        options: dict[str, Any] = {_READ_ONLY: True}
        if not self.is_sqlite:
            # PostgreSQL's default would let every statement see a later state than the one before.
            options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with store_errors(), Session(self.engine.execution_options(**options)) as session:
            yield session

    def migrate(self) -> None:
        """Bring the tables to the newest version."""
        with store_errors(), self.engine.begin() as connection:
            command.upgrade(_alembic(connection), "head")

    def check_version(self) -> None:
        """Refuse a store that is not at the newest version. Raises ConfigurationError `store_not_migrated`."""
        with store_errors(), self.engine.connect() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
        newest = ScriptDirectory(str(_MIGRATIONS)).get_current_head()
        if current is None:
            raise ConfigurationError("store_missing", "make it with `dodomu init`")
        if current != newest:
            raise ConfigurationError("store_not_migrated", "run `dodomu init` once more; it only adds what is missing")

    def truncate_wal(self) -> None:
        """Make overwritten bytes leave the write-ahead log (SQLite; PostgreSQL has no such file of ours).

        Raises TransientFailure `store_busy` while another process reads: its bytes are then still there.
        """
        if not self.is_sqlite:
            return
        with store_errors(), closing(self.engine.raw_connection()) as connection:
            # Not by way of `connect`, which begins a transaction: in one no log can be truncated.
            busy, *_ = connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise TransientFailure("store_busy", "another process is reading; try again in a moment")

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()


@contextmanager
def store_errors() -> Iterator[None]:
    """Translate the database's errors; no statement, parameter or row passes."""
    try:
        yield
    except DodomuError:
        raise
    except IntegrityError as error:
        raise PermanentFailure("store_refused", cause=type(error.orig).__name__) from None
    except DBAPIError as error:
        raise _translated(error) from None
    except SQLAlchemyError as error:
        raise PermanentFailure("store_unusable", cause=type(error).__name__) from None


def _translated(error: DBAPIError) -> DodomuError:
    cause = str(error.orig).lower()
    if any(word in cause for word in _FULL):
        return PermanentFailure("store_disk_full", "make room on the disk; nothing was half-written")
    if any(word in cause for word in _READONLY):
        return PermanentFailure("store_read_only", "check who may write the store's file and folder")
    if any(word in cause for word in _ABSENT):
        return ConfigurationError("store_missing", "check DODOMU_HOME and who may open it, or run `dodomu init`")
    if any(word in cause for word in _BUSY):
        return TransientFailure("store_busy", "another process is writing; try again in a moment")
    return PermanentFailure("store_unusable", "check that the store is there and is ours", cause=type(error).__name__)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # pysqlite's own transaction handling would begin late; `_begin_sqlite` begins instead.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    read_only = connection.get_execution_options().get(_READ_ONLY, False)
    with driver_errors(connection):
        raw_connection(connection).execute("BEGIN" if read_only else "BEGIN IMMEDIATE")


def _alembic(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    return config
