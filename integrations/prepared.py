"""Queries put together once and run on the driver itself: the hot reads of looking at cases.

SQLAlchemy spells a query and says how its types come back; each run then costs what the driver's own cursor costs.
"""

import json
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from sqlalchemy import Boolean, ColumnElement, Connection, Dialect, Select, SelectBase, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Session, make_transient_to_detached
from sqlalchemy.orm.util import identity_key
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import Text, TypeDecorator

from integrations.on_driver import Rows, driver_errors, one_trip

RecordT = TypeVar("RecordT", bound=DeclarativeBase)
_Processor = Callable[[Any], Any]
_IDS = "ids"


class _Ids(TypeDecorator[Sequence[Any]]):
    """The ids of a run: the text of a JSON list on SQLite, an array on PostgreSQL."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Spell them as the dialect's `AmongIds` takes them."""
        return json.dumps(list(value)) if dialect.name == "sqlite" else list(value)


class AmongIds(ColumnElement[bool]):
    """Whether a column is one of the `ids` of a run: one parameter, however many they are."""

    inherit_cache = False
    type = Boolean()

    def __init__(self, column: Any) -> None:
        self.column = column
        self.ids = bindparam(_IDS, type_=_Ids())

    def self_group(self, against: Any = None) -> "AmongIds":  # noqa: ARG002 - SQLAlchemy's signature
        """Stand as it is: with the `= 1` that it would get on SQLite no index is asked."""
        return self


@compiles(AmongIds, "sqlite")
def _on_sqlite(element: AmongIds, compiler: SQLCompiler, **options: Any) -> str:
    ids = compiler.process(element.ids, **options)
    return f"{compiler.process(element.column, **options)} IN (SELECT value FROM json_each({ids}))"  # noqa: S608 - no value


@compiles(AmongIds, "postgresql")
def _on_postgresql(element: AmongIds, compiler: SQLCompiler, **options: Any) -> str:
    ids, kind = compiler.process(element.ids, **options), element.column.type.compile(compiler.dialect)
    return f"{compiler.process(element.column, **options)} = ANY(CAST({ids} AS {kind}[]))"


class PreparedQuery:
    """A query spelled once for each dialect. Its rows are named tuples, values as the columns' types give them."""

    def __init__(self, query: SelectBase) -> None:
        self.query = query
        self._row: Any = namedtuple("Row", query.selected_columns.keys())  # type: ignore[misc] # noqa: PYI024 - the query's
        self._spelled: dict[tuple[Any, ...], _Spelled] = {}

    def run(self, connection: Connection, **given: Any) -> list[Any]:
        """Run it with these parameters. What is pending in a session is not seen. Raises SQLAlchemy's DBAPIError."""
        query = self._spell(connection)
        raw: Any = connection.connection.driver_connection
        # On PostgreSQL the beginning of a transaction goes out with its first query.
        with one_trip(connection):
            cursor = raw.execute(query.sql, query.given(given))
            rows = cursor.fetchall()
        cursor.close()
        return list(map(self._row._make, query.typed(rows)))

    def _spell(self, connection: Connection) -> "_Spelled":
        schemas: Mapping[Any, Any] = connection.get_execution_options().get("schema_translate_map", {})
        key = (connection.dialect.name, *schemas.items())
        spelled = self._spelled.get(key)
        if spelled is None:
            spelled = self._spelled[key] = _Spelled(self.query, connection.dialect, schemas)
        return spelled


class PreparedRecords(Generic[RecordT]):
    """A prepared query for whole records of one table, whose primary key is its first column `id`."""

    def __init__(self, record: type[RecordT], narrowed: Callable[[Select[Any]], Select[Any]]) -> None:
        self._record = record
        self._query = PreparedQuery(narrowed(Select(*record.__table__.c)))

    def list(self, session: Session, **given: Any) -> list[RecordT]:
        """Read the records into the session; one that it holds already stays as it is there."""
        return [self._held(session, row) for row in self._query.run(session.connection(), **given)]

    def _held(self, session: Session, row: Any) -> RecordT:
        held: RecordT | None = session.identity_map.get(identity_key(self._record, row.id))
        if held is not None:
            return held
        record = self._record()
        vars(record).update(row._asdict())
        make_transient_to_detached(record)
        session.add(record)
        return record


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
        with driver_errors(connection):
            return _run_each(connection, spelled, ids)


class _Spelled:
    """A query as one dialect spells it, and what turns our values into the driver's, and the driver's into ours."""

    def __init__(self, query: SelectBase, dialect: Dialect, schemas: Mapping[Any, Any] | None = None) -> None:
        compiled: Any = query.compile(
            dialect=dialect, schema_translate_map=schemas or {}, render_schema_translate=bool(schemas)
        )
        self.sql = str(compiled)
        self.places: Sequence[str] | None = compiled.positiontup
        self._fixed: dict[str, Any] = dict(compiled.params)
        self._spells = {
            name: parameter.type.dialect_impl(dialect).bind_processor(dialect)
            for name, parameter in compiled.binds.items()
        }
        processors = (
            column.type.dialect_impl(dialect).result_processor(dialect, None) for column in query.selected_columns
        )
        self._processors = [(place, made) for place, made in enumerate(processors) if made is not None]

    def given(self, values: Mapping[str, Any]) -> Sequence[Any] | Mapping[str, Any]:
        """Spell the parameters of a run as the driver takes them."""
        spelled = {
            name: value if (spell := self._spells[name]) is None else spell(value)
            for name, value in {**self._fixed, **values}.items()
        }
        return spelled if self.places is None else tuple(spelled[name] for name in self.places)

    def typed(self, rows: Rows) -> Rows:
        """Turn the driver's values into ours, each different one of a column once."""
        if not rows or not self._processors:
            return rows
        if len(rows) == 1:
            return [self._typed_one(rows[0])]
        columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
        for place, made in self._processors:
            columns[place] = _each_once(columns[place], made)
        return list(zip(*columns, strict=True))

    def _typed_one(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        values = list(row)
        for place, made in self._processors:
            values[place] = made(values[place])
        return tuple(values)


def _each_once(values: Sequence[Any], made: _Processor) -> Sequence[Any]:
    try:
        known = {value: made(value) for value in set(values)}
    except TypeError:
        # Lists, as PostgreSQL's driver reads JSON, cannot be looked up.
        return [made(value) for value in values]
    return [known[value] for value in values]


def _run_each(connection: Connection, queries: Mapping[str, _Spelled], ids: Sequence[int]) -> dict[str, Rows]:
    raw: Any = connection.connection.driver_connection
    given: Any = _Ids().process_bind_param(ids, connection.dialect)
    with one_trip(connection):
        # A cursor each: on PostgreSQL nothing has come back before the last has gone out.
        cursors = {
            name: raw.execute(query.sql, {_IDS: given} if query.places is None else (given,) * len(query.places))
            for name, query in queries.items()
        }
    found = {name: queries[name].typed(cursor.fetchall()) for name, cursor in cursors.items()}
    for cursor in cursors.values():
        cursor.close()
    return found
