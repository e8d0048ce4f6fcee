"""Rows of one table at the driver's own speed: a prepared statement, and for many rows on PostgreSQL one for all."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from itertools import repeat
from typing import Any

from sqlalchemy import JSON, Column, Connection, Dialect, Enum, LargeBinary, Table

from integrations.on_driver import driver_errors, raw_connection
from models.records.base import Moment

Row = tuple[Any, ...]
_Spell = Callable[[Any], Any]
_PLANS = 1024
_FEW = 8
"""So many rows are spelled one by one, and PostgreSQL is told them so: to look for equal values, or to take the round
trips of a COPY, would cost more than it spares."""


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
    shared = shared or {}
    plan = _insert_plan(table, tuple(columns), tuple(shared), connection.dialect, _schema(connection, table))
    spelled = _spelled_rows(plan, rows, shared.values())
    if _goes_one_by_one(connection, rows):
        _run_each(connection, plan.for_one, spelled)
    else:
        _copy(connection, plan.for_many, spelled)


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
    schema = _schema(connection, table)
    plan = _update_plan(table, tuple(columns), tuple(keys), tuple(added), connection.dialect, schema)
    spelled = _spelled_rows(plan, rows, ())
    if _goes_one_by_one(connection, rows):
        _run_each(connection, plan.for_one, spelled)
    else:
        _run_for_all(connection, plan.for_many, spelled)


@dataclass(frozen=True, slots=True)
class _Plan:
    """How one dialect writes a table: a statement for one row, one for many, and how the values are spelled.

    `spells` has the columns whose values are spelled, by their places. The last values are the same in all rows: those
    shared, and what `defaults` make.
    """

    for_one: str
    for_many: str
    spells: Sequence[tuple[int, _Spell]]
    shared_spells: tuple[_Spell | None, ...] = ()
    defaults: tuple[Callable[[], Any], ...] = ()


def _spelled_rows(plan: _Plan, rows: Sequence[Row], shared: Iterable[Any]) -> Iterator[Row]:
    alike = (*shared, *[default() for default in plan.defaults])
    same = [value if spell is None else spell(value) for spell, value in zip(plan.shared_spells, alike, strict=True)]
    if len(rows) <= _FEW:
        for row in rows:
            own = list(row)
            for place, spell in plan.spells:
                own[place] = spell(own[place])
            yield (*own, *same)
    else:
        columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
        for place, spell in plan.spells:
            columns[place] = _spelled(spell, columns[place])
        yield from zip(*columns, *[repeat(value, len(rows)) for value in same], strict=True)


def _goes_one_by_one(connection: Connection, rows: Sequence[Row]) -> bool:
    """Whether rows are written by a statement each.

    SQLite does so in any case. PostgreSQL is told many rows at once, but for a trip under way, which waits for none.
    """
    if len(rows) <= _FEW or connection.dialect.name == "sqlite":
        return True
    return bool(raw_connection(connection).pgconn.pipeline_status)


def _run_each(connection: Connection, statement: str, rows: Iterator[Row]) -> None:
    raw = raw_connection(connection)
    with driver_errors(connection):
        if connection.dialect.name == "sqlite":
            raw.executemany(statement, rows).close()
        else:
            with raw.cursor() as cursor:
                for row in rows:
                    cursor.execute(statement, row)


def _copy(connection: Connection, statement: str, rows: Iterator[Row]) -> None:
    raw = raw_connection(connection)
    with driver_errors(connection), raw.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _run_for_all(connection: Connection, statement: str, rows: Iterator[Row]) -> None:
    # A column as the text of one JSON list: the driver spells its own arrays ten times as slowly.
    columns = (_as_json(values) for values in zip(*rows, strict=True))
    raw = raw_connection(connection)
    with driver_errors(connection):
        raw.execute(statement, tuple(columns)).close()


class _Recalling:
    """Spells a moment; one that comes again at once, as a use case's `now` in all its rows, is spelled only once.

    The same object, not an equal one: in another zone's repeated hour two that are equal are not the same moment.
    """

    def __init__(self, spell: _Spell) -> None:
        self._spell = spell
        self._last: tuple[Any, Any] = (None, None)

    def __call__(self, value: Any) -> Any:
        last, spelled = self._last
        if value is not last:
            spelled = self._spell(value)
            self._last = value, spelled
        return spelled


def _spelled(spell: _Spell, values: Sequence[Any]) -> Sequence[Any]:
    """Spell a column's values as the driver takes them, each different value once."""
    known = {value: spell(value) for value in set(values)}
    return [known[value] for value in values]


@lru_cache(_PLANS)
def _insert_plan(
    table: Table, columns: tuple[str, ...], shared: tuple[str, ...], dialect: Dialect, schema: str | None
) -> _Plan:
    said = {*columns, *shared}
    unsaid = [column for column in table.columns if column.default is not None and column.name not in said]
    alike = (*shared, *(column.name for column in unsaid))
    target = f"{_name(table, schema)} ({', '.join((*columns, *alike))})"
    places = ", ".join(_place(dialect) for _ in (*columns, *alike))
    return _Plan(
        f"INSERT INTO {target} VALUES ({places})",  # noqa: S608 - our own names
        f"COPY {target} FROM STDIN",
        _spelled_places(table, columns, dialect),
        _spellers(table, alike, dialect),
        tuple(_default(column) for column in unsaid),
    )


@lru_cache(_PLANS)
def _update_plan(  # noqa: PLR0913, PLR0917 - as above
    table: Table,
    columns: tuple[str, ...],
    keys: tuple[str, ...],
    added: tuple[str, ...],
    dialect: Dialect,
    schema: str | None,
) -> _Plan:
    names, place = (*columns, *keys), _place(dialect)
    types = {name: table.columns[name].type.compile(dialect) for name in names}
    lists = ", ".join("json_array_elements_text(CAST(%s AS JSON))" for _ in names)
    source = f" FROM ROWS FROM ({lists}) AS given ({', '.join(names)})"
    given = {name: f"CAST(given.{name} AS {spelled})" for name, spelled in types.items()}
    target = _name(table, schema)
    return _Plan(
        _update(target, "", columns, keys, added, dict.fromkeys(names, place)),
        _update(target, source, columns, keys, added, given),
        _spelled_places(table, names, dialect),
    )


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


def _place(dialect: Dialect) -> str:
    return "?" if dialect.name == "sqlite" else "%s"


def _plain(value: bytes | date | time) -> str:
    """Spell as text what JSON has no word for: a day, a moment, an hour of the day, bytes."""
    return f"\\x{value.hex()}" if isinstance(value, bytes) else value.isoformat()


def _default(column: Column[Any]) -> Callable[[], Any]:
    """Return what makes the value that a column holds of which nobody says anything."""
    default: Any = column.default

    def made() -> Any:
        value = default.arg(None) if default.is_callable else default.arg
        return json.dumps(value) if isinstance(column.type, JSON) else value

    return made


def _spelled_places(table: Table, columns: Iterable[str], dialect: Dialect) -> Sequence[tuple[int, _Spell]]:
    spellers = enumerate(_spellers(table, columns, dialect))
    return [(place, spell) for place, spell in spellers if spell is not None]


def _spellers(table: Table, columns: Iterable[str], dialect: Dialect) -> tuple[_Spell | None, ...]:
    return tuple(_speller(table.columns[name], dialect) for name in columns)


def _speller(column: Column[Any], dialect: Dialect) -> _Spell | None:
    # Bytes are taken as they are; hashing them, to find equal ones, would be dear.
    if isinstance(column.type, LargeBinary | JSON):
        return None
    spell = column.type.dialect_impl(dialect).bind_processor(dialect)
    if spell is None:
        return None
    if isinstance(column.type, Moment):
        return _Recalling(spell)
    # An enum's members are few, and each is looked up in Python.
    return lru_cache(None)(spell) if isinstance(column.type, Enum) else spell


def _schema(connection: Connection, table: Table) -> str | None:
    if table.schema is None:
        return None
    schemas: Mapping[str | None, str | None] = connection.get_execution_options().get("schema_translate_map", {})
    return schemas.get(table.schema, table.schema)


def _name(table: Table, schema: str | None) -> str:
    return f"{schema}.{table.name}" if schema else table.name


_as_json = json.JSONEncoder(ensure_ascii=False, check_circular=False, default=_plain).encode
