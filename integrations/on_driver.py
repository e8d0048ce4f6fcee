"""Statements on the driver's own cursor: what SQLAlchemy adds to each run is left out, its errors are not."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

Rows = Sequence[tuple[Any, ...]]


@contextmanager
def driver_errors(connection: Connection) -> Iterator[None]:
    """Tell the driver's errors as SQLAlchemy's DBAPIError, without statement or values."""
    driver: Any = connection.dialect.dbapi
    try:
        yield
    except driver.Error as error:
        # The driver's own words may quote a row.
        raise DBAPIError.instance(
            None, None, error, driver.Error, hide_parameters=True, dialect=connection.dialect
        ) from None


@contextmanager
def one_trip(connection: Connection) -> Iterator[None]:
    """Let what is run on the driver meanwhile go out together: on PostgreSQL in one round trip.

    Errors may come as late as at the end. Nothing may be run by way of SQLAlchemy meanwhile.
    """
    raw: Any = connection.connection.driver_connection
    with driver_errors(connection):
        if connection.dialect.name == "sqlite":
            yield
        else:
            with raw.pipeline():
                yield
