"""Queries put together once and run on the driver itself: the hot reads of looking at cases.

SQLAlchemy spells a query and says how its types come back; each run then costs what the driver's own cursor costs.
"""

import json
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any, Generic, TypeVar

from sqlalchemy import BindParameter, Boolean, ColumnElement, Connection, Dialect, Enum, Select, SelectBase, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Session, make_transient_to_detached
from sqlalchemy.orm.util import identity_key
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from integrations.on_driver import Rows, connection_of, driver_errors, one_trip, raw_connection

RecordT = TypeVar("RecordT", bound=DeclarativeBase)
_Processor = Callable[[Any], Any]
_IDS = "ids"
_ONE_ID = "one_id"
_FEW = 8
"""So many rows are turned one by one: to look for equal values would cost more than it spares."""


class AmongIds(ColumnElement[bool]):
    """Whether a column is one of the `ids` of a run: one parameter, however many they are."""

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
    column, ids = compiler.process(element.column, **options), compiler.process(element.ids, **options)
    one = options.get(_ONE_ID, False)
    return f"{column} = {ids}" if one else f"{column} IN (SELECT value FROM json_each({ids}))"  # noqa: S608 - no value


@compiles(AmongIds, "postgresql")
def _on_postgresql(element: AmongIds, compiler: SQLCompiler, **options: Any) -> str:
    column, ids = compiler.process(element.column, **options), compiler.process(element.ids, **options)
    one, kind = options.get(_ONE_ID, False), element.column.type.compile(compiler.dialect)
    return f"{column} = {ids}" if one else f"{column} = ANY(CAST({ids} AS {kind}[]))"


class PreparedQuery:
    """A query spelled once for each dialect. Its rows are named tuples, values as the columns' types give them."""

    def __init__(self, query: SelectBase) -> None:
        self.query = query
        self._row: Any = namedtuple("Row", query.selected_columns.keys())  # type: ignore[misc] # noqa: PYI024 - the query's
        self._spelled: dict[tuple[Any, ...], _Spelled] = {}

    def run(self, connection: Connection, **given: Any) -> list[Any]:
        """Run it with these parameters. What is pending in a session is not seen. Raises SQLAlchemy's DBAPIError."""
        return list(map(self._row._make, self.rows(connection, **given)))

    def rows(self, connection: Connection, **given: Any) -> Rows:
        """Do as `run`, without names."""
        query = self._spell(connection, one_id=len(given.get(_IDS, ())) == 1)
        raw = raw_connection(connection)
        with driver_errors(connection):
            rows = raw.execute(query.sql, query.given(given)).fetchall()
        return query.typed(rows)

    def _spell(self, connection: Connection, *, one_id: bool) -> "_Spelled":
        schemas: Mapping[Any, Any] = connection.get_execution_options().get("schema_translate_map", {})
        key = (connection.dialect.name, one_id, *schemas.items())
        spelled = self._spelled.get(key)
        if spelled is None:
            spelled = self._spelled[key] = _Spelled(self.query, connection.dialect, schemas, one_id=one_id)
        return spelled


class PreparedRecords(Generic[RecordT]):
    """A prepared query for whole records of one table, whose primary key is its first column."""

    def __init__(self, record: type[RecordT], narrowed: Callable[[Select[Any]], Select[Any]]) -> None:
        self._record = record
        self._names: Sequence[str] = record.__table__.c.keys()
        self._query = PreparedQuery(narrowed(Select(*record.__table__.c)))

    def list(self, session: Session, **given: Any) -> list[RecordT]:
        """Read the records into the session; one that it holds already stays as it is there."""
        return [self._held(session, row) for row in self._query.rows(connection_of(session), **given)]

    def _held(self, session: Session, row: tuple[Any, ...]) -> RecordT:
        held: RecordT | None = session.identity_map.get(identity_key(self._record, row[0]))
        if held is not None:
            return held
        record = self._record()
        vars(record).update(zip(self._names, row, strict=True))
        make_transient_to_detached(record)
        session.add(record)
        return record


class PreparedQueries:
    """Queries by their names, each with its `AmongIds` as the only parameter, spelled once for each dialect."""

    def __init__(self, queries: Mapping[str, SelectBase]) -> None:
        self.queries = queries
        self._spelled: dict[tuple[str, bool], Mapping[str, _Spelled]] = {}

    def run(self, connection: Connection, ids: Sequence[int]) -> dict[str, Rows]:
        """Run every query for these ids; return its rows by its name, values as the columns' types give them.

        On PostgreSQL all go out together, in one round trip. Raises SQLAlchemy's DBAPIError.
        """
        queries = self._spell(connection.dialect, one_id=len(ids) == 1)
        raw, given = raw_connection(connection), _spell_ids(ids, connection.dialect)
        with one_trip(connection):
            # On PostgreSQL nothing has come back before the last has gone out.
            cursors = {name: raw.execute(query.sql, query.given_ids(given)) for name, query in queries.items()}
        return {name: queries[name].typed(cursor.fetchall()) for name, cursor in cursors.items()}

    def _spell(self, dialect: Dialect, *, one_id: bool) -> "Mapping[str, _Spelled]":
        spelled = self._spelled.get((dialect.name, one_id))
        if spelled is None:
            spelled = {name: _Spelled(query, dialect, {}, one_id=one_id) for name, query in self.queries.items()}
            self._spelled[dialect.name, one_id] = spelled
        return spelled


class _Spelled:
    """A query as one dialect spells it, and what turns our values into the driver's, and the driver's into ours."""

    def __init__(self, query: SelectBase, dialect: Dialect, schemas: Mapping[Any, Any], *, one_id: bool) -> None:
        compiled: Any = query.compile(
            dialect=dialect,
            schema_translate_map=schemas,
            render_schema_translate=bool(schemas),
            compile_kwargs={_ONE_ID: one_id},
        )
        self.sql = str(compiled)
        self._places: Sequence[str] | None = compiled.positiontup
        self._fixed: dict[str, Any] = dict(compiled.params)
        self._spells: dict[str, _Processor | None] = {
            name: parameter.type.dialect_impl(dialect).bind_processor(dialect)
            for name, parameter in compiled.binds.items()
        }
        if _IDS in self._spells:
            self._spells[_IDS] = partial(_spell_ids, dialect=dialect)
        processors = (_result_processor(column.type, dialect) for column in query.selected_columns)
        self._processors = [(place, made) for place, made in enumerate(processors) if made is not None]

    def given(self, values: Mapping[str, Any]) -> Sequence[Any] | Mapping[str, Any]:
        """Spell the parameters of a run as the driver takes them."""
        spelled = {
            name: value if (spell := self._spells[name]) is None else spell(value)
            for name, value in {**self._fixed, **values}.items()
        }
        return spelled if self._places is None else tuple([spelled[name] for name in self._places])

    def given_ids(self, ids: Any) -> Sequence[Any] | Mapping[str, Any]:
        """Do as `given` for a query of which nothing but ids is asked, spelled already."""
        return {_IDS: ids} if self._places is None else (ids,) * len(self._places)

    def typed(self, rows: Rows) -> Rows:
        """Turn the driver's values into ours, each different one of a column once."""
        if not rows or not self._processors:
            return rows
        if len(rows) <= _FEW:
            return [self._typed_one(row) for row in rows]
        columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
        for place, made in self._processors:
            columns[place] = _each_once(columns[place], made)
        return list(zip(*columns, strict=True))

    def _typed_one(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        values = list(row)
        for place, made in self._processors:
            values[place] = made(values[place])
        return tuple(values)


def _result_processor(kind: TypeEngine[Any], dialect: Dialect) -> _Processor | None:
    made = kind.dialect_impl(dialect).result_processor(dialect, None)
    # An enum's members are few, and each is found in Python.
    return lru_cache(None)(made) if made is not None and isinstance(kind, Enum) else made


def _each_once(values: Sequence[Any], made: _Processor) -> Sequence[Any]:
    try:
        known = {value: made(value) for value in set(values)}
    except TypeError:
        # Lists, as PostgreSQL's driver reads JSON, cannot be looked up.
        return [made(value) for value in values]
    return [known[value] for value in values]


def _spell_ids(ids: Sequence[Any], dialect: Dialect) -> Any:
    if len(ids) == 1:
        return ids[0]
    return json.dumps(ids) if dialect.name == "sqlite" else list(ids)
