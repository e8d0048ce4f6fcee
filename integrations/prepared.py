"""Queries put together once and run on the driver itself: the hot reads of looking at cases.

SQLAlchemy spells a query and says how its types come back; each run then costs what the driver's own cursor costs.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from typing import Any

from sqlalchemy import BindParameter, Boolean, ColumnElement, Connection, Dialect, SelectBase, bindparam
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

Rows = Sequence[tuple[Any, ...]]
_Processor = Callable[[Any], Any]
_IDS = "ids"


class AmongIds(ColumnElement[bool]):
    """Whether a whole-number column is one of the ids of a run: one parameter, however many they are."""

    inherit_cache = False
    type = Boolean()

    def __init__(self, column: Any) -> None:
        self.column = column
        self.ids: BindParameter[Any] = bindparam(_IDS)

    def self_group(self, against: Any = None) -> "AmongIds":  # noqa: ARG002 - SQLAlchemy's signature
        """Stand as it is: with the `= 1` that it would get on SQLite no index is asked."""
        return self


@compiles(AmongIds, "sqlite")
def _on_sqlite(element: AmongIds, compiler: SQLCompiler, **options: Any) -> str:
    ids = compiler.process(element.ids, **options)
    return f"{compiler.process(element.column, **options)} IN (SELECT value FROM json_each({ids}))"  # noqa: S608 - no value


@compiles(AmongIds, "postgresql")
def _on_postgresql(element: AmongIds, compiler: SQLCompiler, **options: Any) -> str:
    ids = compiler.process(element.ids, **options)
    return f"{compiler.process(element.column, **options)} = ANY(CAST({ids} AS INTEGER[]))"


class PreparedQueries:
    """Queries by their names, each with its `AmongIds` as the only parameter, spelled once for each dialect."""

    def __init__(self, queries: Mapping[str, SelectBase]) -> None:
        self.queries = queries
        self._spelled: dict[str, Mapping[str, _Spelled]] = {}

    def run(self, connection: Connection, ids: Sequence[int]) -> dict[str, Rows]:
        """Run every query for these ids; return its rows by its name, values as the columns' types give them.

        On PostgreSQL all go out together, in one round trip. Raises SQLAlchemy's DBAPIError.
        """
        dialect = connection.dialect
        spelled = self._spelled.get(dialect.name)
        if spelled is None:
            spelled = {name: _Spelled(query, dialect) for name, query in self.queries.items()}
            self._spelled[dialect.name] = spelled
        driver: Any = dialect.dbapi
        try:
            return _run(connection, spelled, ids)
        except driver.Error as error:
            # The driver's own words may quote a row.
            raise DBAPIError.instance(None, None, error, driver.Error, hide_parameters=True, dialect=dialect) from None


class _Spelled:
    """A query as one dialect spells it, and what turns its values into ours, by the column's place."""

    def __init__(self, query: SelectBase, dialect: Dialect) -> None:
        compiled = query.compile(dialect=dialect)
        self.sql = str(compiled)
        self.places = self.sql.count("?") if dialect.name == "sqlite" else 0
        processors = (
            column.type.dialect_impl(dialect).result_processor(dialect, None) for column in query.selected_columns
        )
        self._processors = [(place, made) for place, made in enumerate(processors) if made is not None]

    def typed(self, rows: Rows) -> Rows:
        """Turn the driver's values into ours, each different one of a column once."""
        if not rows or not self._processors:
            return rows
        columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
        for place, made in self._processors:
            columns[place] = _each_once(columns[place], made)
        return list(zip(*columns, strict=True))


def _each_once(values: Sequence[Any], made: _Processor) -> Sequence[Any]:
    try:
        known = {value: made(value) for value in set(values)}
    except TypeError:
        # Lists, as PostgreSQL's driver reads JSON, cannot be looked up.
        return [made(value) for value in values]
    return [known[value] for value in values]


def _run(connection: Connection, queries: Mapping[str, _Spelled], ids: Sequence[int]) -> dict[str, Rows]:
    raw: Any = connection.connection.driver_connection
    on_sqlite = connection.dialect.name == "sqlite"
    given: Any = json.dumps(ids) if on_sqlite else {_IDS: list(ids)}
    together: AbstractContextManager[Any] = nullcontext() if on_sqlite else raw.pipeline()
    with ExitStack() as cursors:
        found: dict[str, Any] = {}
        with together:
            for name, query in queries.items():
                found[name] = raw.cursor()
                cursors.callback(found[name].close)
                found[name].execute(query.sql, (given,) * query.places if on_sqlite else given)
        return {name: queries[name].typed(cursor.fetchall()) for name, cursor in found.items()}
