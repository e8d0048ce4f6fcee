"""SQL by hand, straight on the driver: what the baselines are written with. No ORM, no types, no translation."""

import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import date, datetime
from hashlib import sha256
from typing import Any

import psycopg
from sqlalchemy import make_url

from casework.office import Office

_NAMED = re.compile(r"(?<!:):([a-z_]+)\b")


class ByHand:
    """A connection of the driver's own. SQL names its parameters as `:name`; values are text, numbers and bytes."""

    def __init__(self, connection: Any, *, is_sqlite: bool) -> None:
        self._connection = connection
        self.is_sqlite = is_sqlite

    def run(self, sql: str, **values: Any) -> list[tuple[Any, ...]]:
        """Run one statement; return its rows."""
        cursor = self._connection.execute(self._spelled(sql), values)
        rows: list[tuple[Any, ...]] = cursor.fetchall() if cursor.description else []
        return rows

    def run_many(self, sql: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Run one statement for each row of values."""
        with closing(self._connection.cursor()) as cursor:
            cursor.executemany(self._spelled(sql), list(rows))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything in it commits as one."""
        self._connection.execute("BEGIN IMMEDIATE" if self.is_sqlite else "BEGIN")
        yield
        self._connection.execute("COMMIT")

    def moment(self, moment: datetime) -> str:
        """Spell a UTC moment as the store's columns have it."""
        return f"{moment:%Y-%m-%d %H:%M:%S.%f}" if self.is_sqlite else moment.isoformat()

    def _spelled(self, sql: str) -> str:
        return sql if self.is_sqlite else _NAMED.sub(r"%(\1)s", sql)


@contextmanager
def open_by_hand(office: Office) -> Iterator[ByHand]:
    """Open the office's store on the driver, under the same promises of durability."""
    url = make_url(office.settings.store_url)
    if office.store.is_sqlite:
        with closing(sqlite3.connect(str(url.database), isolation_level=None)) as connection:
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
                connection.execute(f"PRAGMA {pragma}")
            connection.create_function("sha256", 1, _sha256, deterministic=True)
            yield ByHand(connection, is_sqlite=True)
    else:
        plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as connection:
            yield ByHand(connection, is_sqlite=False)


def _sha256(value: bytes) -> bytes:
    return sha256(value).digest()


def iso(day: date | None) -> str | None:
    """Spell a day as the store's columns have it."""
    return None if day is None else day.isoformat()


def chained(head: bytes, *parts: Sequence[int] | str) -> bytes:
    """Hash an entry of a chain written by hand."""
    return sha256(head + b"\x00".join(str(part).encode() for part in parts)).digest()
