"""Many rows into one table at the driver's own speed: one prepared statement on SQLite, COPY on PostgreSQL."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import repeat
from typing import Any

from sqlalchemy import JSON, Column, Connection, Dialect, LargeBinary, Table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

Row = tuple[Any, ...]


def insert_rows(
    connection: Connection,
    table: Table,
    columns: Sequence[str],
    rows: Sequence[Row],
    shared: Mapping[str, Any] | None = None,
) -> None:
    """Insert rows, their values in the order of `columns`; what all of them share stands once, in `shared`.

    Values are those that the columns' types take, but for JSON, which is given as its text. Columns given neither way
    get their default. Raises SQLAlchemy's DBAPIError.
    """
    if not rows:
        return
    alike = _defaults(table) | dict(shared or {})
    for name in columns:
        alike.pop(name, None)
    by_column = zip(columns, zip(*rows, strict=True), strict=True)
    given = [_spelled(connection, table.columns[name], values) for name, values in by_column]
    same = [repeat(_spelled(connection, table.columns[name], [value])[0], len(rows)) for name, value in alike.items()]
    _write(connection, _name(connection, table), (*columns, *alike), zip(*given, *same, strict=True))


def update_rows(  # noqa: PLR0913 - what an update is made of
    connection: Connection,
    table: Table,
    columns: Sequence[str],
    keys: Sequence[str],
    rows: Sequence[Row],
    *,
    added: Sequence[str] = (),
) -> None:
    """Set `columns` of the rows that are known by `keys`; each row has its values in that order, JSON as its text.

    To those of them that are `added` the value is added. Raises SQLAlchemy's DBAPIError.
    """
    if not rows:
        return
    names = (*columns, *keys)
    by_column = zip(names, zip(*rows, strict=True), strict=True)
    given = [_spelled(connection, table.columns[name], values) for name, values in by_column]
    target = _name(connection, table)
    if connection.dialect.name == "sqlite":
        statement = _update(target, "", columns, keys, added, dict.fromkeys(names, "?"))
        connection.exec_driver_sql(statement, list(zip(*given, strict=True)))
    else:
        # One statement for all rows: run one by one, each would wait for the one before.
        types = (table.columns[name].type.compile(connection.dialect) for name in names)
        arrays = ", ".join(f"CAST(%s AS {spelled}[])" for spelled in types)
        source = f" FROM unnest({arrays}) AS given ({', '.join(names)})"
        statement = _update(target, source, columns, keys, added, {name: f"given.{name}" for name in names})
        connection.exec_driver_sql(statement, tuple(list(values) for values in given))


def _update(  # noqa: PLR0913, PLR0917 - as above
    target: str,
    source: str,
    columns: Sequence[str],
    keys: Sequence[str],
    added: Sequence[str],
    values: Mapping[str, str],
) -> str:
    sets = (f"{name} = {f'{target}.{name} + ' if name in added else ''}{values[name]}" for name in columns)
    known_by = (f"{target}.{name} = {values[name]}" for name in keys)
    return f"UPDATE {target} SET {', '.join(sets)}{source} WHERE {' AND '.join(known_by)}"  # noqa: S608 - our own names


def _defaults(table: Table) -> dict[str, Any]:
    """Return what the columns hold of which nobody says anything."""
    return {column.name: _default(column) for column in table.columns if column.default is not None}


def _default(column: Column[Any]) -> Any:
    default: Any = column.default
    value = default.arg(None) if default.is_callable else default.arg
    return json.dumps(value) if isinstance(column.type, JSON) else value


def _spelled(connection: Connection, column: Column[Any], values: Sequence[Any]) -> Sequence[Any]:
    """Spell a column's values as the driver takes them, each different value once."""
    spell = _speller(column.type, connection.dialect)
    if spell is None:
        return values
    known = {value: spell(value) for value in set(values)}
    return [known[value] for value in values]


@lru_cache(1024)
def _speller(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    # Bytes are taken as they are; hashing them, to find equal ones, would be dear.
    if isinstance(kind, LargeBinary | JSON):
        return None
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _name(connection: Connection, table: Table) -> str:
    schemas: Mapping[str | None, str | None] = connection.get_execution_options().get("schema_translate_map", {})
    schema = schemas.get(table.schema, table.schema)
    return f"{schema}.{table.name}" if schema else table.name


def _write(connection: Connection, table: str, columns: Sequence[str], rows: Iterator[Row]) -> None:
    if connection.dialect.name == "sqlite":
        places = ", ".join("?" * len(columns))
        statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})"  # noqa: S608 - our own names
        connection.exec_driver_sql(statement, list(rows))
    else:
        _copy(connection, f"COPY {table} ({', '.join(columns)}) FROM STDIN", rows)


def _copy(connection: Connection, statement: str, rows: Iterable[Row]) -> None:
    driver: Any = connection.dialect.dbapi
    cursor: Any = connection.connection.cursor()
    try:
        with cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except driver.Error as error:
        # The driver's own words quote the row.
        raise DBAPIError.instance(statement, None, error, driver.Error, hide_parameters=True) from None
