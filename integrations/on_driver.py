"""Statements on the driver's own cursor: what SQLAlchemy adds to each run is left out, its errors are not."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

Rows = Sequence[tuple[Any, ...]]


def connection_of(session: Session) -> Connection:
    """Return the connection that a session works on.

    On SQLite a session of `Store.writing` has it from the beginning. To ask the session itself would make it join the
    transaction, which costs as much as a dozen statements on the driver.
    """
    bound = session.get_bind()
    return bound if isinstance(bound, Connection) else session.connection()


def raw_connection(connection: Connection) -> Any:
    """Return the driver's own connection."""
    return connection.connection.driver_connection


def driver_errors(connection: Connection) -> AbstractContextManager[None]:
    """Tell the driver's errors as SQLAlchemy's DBAPIError, without statement or values."""
    return _Told(connection, None)


def one_trip(connection: Connection) -> AbstractContextManager[None]:
    """Let what is run on the driver meanwhile go out together: on PostgreSQL in one round trip.

    Errors may come as late as at the end. Nothing may be run by way of SQLAlchemy meanwhile.
    """
    on_sqlite = connection.dialect.name == "sqlite"
    return _Told(connection, None if on_sqlite else raw_connection(connection).pipeline())


class _Told(AbstractContextManager[None]):
    """A class, not a generator: it is entered twenty times for each fact."""

    __slots__ = ("_connection", "_pipeline")

    def __init__(self, connection: Connection, pipeline: AbstractContextManager[Any] | None) -> None:
        self._connection = connection
        self._pipeline = pipeline

    def __enter__(self) -> None:
        if self._pipeline is not None:
            self._pipeline.__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        driver: Any = self._connection.dialect.dbapi
        try:
            if self._pipeline is not None:
                self._pipeline.__exit__(kind, error, trace)
        except driver.Error as late:
            error = late
        if isinstance(error, driver.Error):
            # The driver's own words may quote a row.
            raise DBAPIError.instance(
                None, None, error, driver.Error, hide_parameters=True, dialect=self._connection.dialect
            ) from None
