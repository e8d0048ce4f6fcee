"""What a session has pending, written in a few statements: its new rows by table, and its changed ones."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, Connection, Table, inspect
from sqlalchemy.orm import DeclarativeBase, Session

from integrations.bulk_rows import Row, insert_rows, update_rows
from integrations.on_driver import connection_of

_RowsBy = defaultdict[tuple[Table, tuple[str, ...]], list[Row]]


def write_pending(session: Session, *, but: Collection[Any] = ()) -> None:
    """Write what is new or changed in a session, but for the changes of some records, and let go of all it holds.

    The unit of work does the same row by row, at ten times the cost. Keys that the database gives do not come back.
    Raises SQLAlchemy's DBAPIError.
    """
    if session.deleted:
        session.flush()
    spared = {id(record) for record in but}
    new, changed = list(session.new), [record for record in session.dirty if id(record) not in spared]
    if new or changed:
        connection = connection_of(session)
        _insert(connection, new)
        _update(connection, changed)
    session.expunge_all()


def changes_of(record: DeclarativeBase) -> dict[str, Any]:
    """Return what has been changed on a record since it was read, by column, values as `integrations.bulk_rows`."""
    table, values = _table_of(type(record)), vars(record)
    return {name: _given(table, name, values[name]) for name in inspect(record).committed_state}


def _insert(connection: Connection, records: Iterable[DeclarativeBase]) -> None:
    rows: _RowsBy = defaultdict(list)
    for record in records:
        table, values = _table_of(type(record)), vars(record)
        said = tuple(name for name in table.columns.keys() if name in values)  # noqa: SIM118 - its columns' names
        rows[table, said].append(tuple(_given(table, name, values[name]) for name in said))
    # A row comes after those that it refers to.
    for (table, columns), given in sorted(rows.items(), key=lambda each: _rank(each[0][0])):
        insert_rows(connection, table, columns, given)


def _update(connection: Connection, records: Iterable[DeclarativeBase]) -> None:
    rows: _RowsBy = defaultdict(list)
    for record in records:
        table = _table_of(type(record))
        if changes := changes_of(record):
            key = (getattr(record, column.name) for column in table.primary_key)
            rows[table, tuple(changes)].append((*changes.values(), *key))
    for (table, columns), given in rows.items():
        update_rows(connection, table, columns, [column.name for column in table.primary_key], given)


def _given(table: Table, name: str, value: Any) -> Any:
    return json.dumps(value) if name in _json_columns(table) else value


def _table_of(record: type[DeclarativeBase]) -> Table:
    table: Any = record.__table__
    return table  # type: ignore[no-any-return] # SQLAlchemy says no more than that it selects


@lru_cache(None)
def _json_columns(table: Table) -> frozenset[str]:
    return frozenset(column.name for column in table.columns if isinstance(column.type, JSON))


@lru_cache(None)
def _rank(table: Table) -> int:
    """Tell a table's place among all, each after those that it refers to."""
    return table.metadata.sorted_tables.index(table)
