from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, text

from integrations.prepared import AmongIds, PreparedQueries
from models.errors import DodomuError
from models.records import Case, ClockRecord
from models.records.base import Record
from models.statuses import ClockState

CLOCKS = PreparedQueries(
    {"clocks": select(ClockRecord.case_id, ClockRecord.due_on, ClockRecord.state).where(AmongIds(ClockRecord.case_id))}
)


def test_values_come_back_as_the_columns_types_give_them(either_office: Any, open_one: Any) -> None:
    reference = open_one(either_office)
    with either_office.store.writing() as session:
        of = session.scalars(select(Case.id).where(Case.reference == reference)).one()
        for rule, day in (("a", 1), ("b", 2)):
            session.add(
                ClockRecord(
                    case_id=of,
                    rule=rule,
                    anchor="x",
                    anchor_on=date(2026, 3, day),
                    due_on=date(2026, 4, day),
                    state=ClockState.RUNNING,
                )
            )
    cases = PreparedQueries({"cases": select(Case.opened_at, Case.known).where(AmongIds(Case.id))})
    with either_office.store.reading() as session:
        rows = CLOCKS.run(session.connection(), [of, of + 1])["clocks"]
        ((opened_at, known),) = cases.run(session.connection(), [of])["cases"]
    assert sorted(rows) == [(of, date(2026, 4, 1), ClockState.RUNNING), (of, date(2026, 4, 2), ClockState.RUNNING)]
    assert all(type(row[2]) is ClockState for row in rows)
    assert opened_at == either_office.now()
    assert "child.given_name" in known


def test_many_rows_come_back_as_few_do(either_office: Any, open_one: Any) -> None:
    reference = open_one(either_office)
    states = (ClockState.RUNNING, ClockState.PAUSED, ClockState.MET)
    with either_office.store.writing() as session:
        of = session.scalars(select(Case.id).where(Case.reference == reference)).one()
        for number in range(12):
            due_on, state = date(2026, 4, 1 + number // 2), states[number % 3]
            anchored = {"case_id": of, "rule": f"r-{number}", "anchor": "x", "anchor_on": due_on}
            session.add(ClockRecord(**anchored, due_on=due_on, state=state))
    with either_office.store.reading() as session:
        many = CLOCKS.run(session.connection(), [of])["clocks"]
    assert sorted(many) == sorted((of, date(2026, 4, 1 + number // 2), states[number % 3]) for number in range(12))
    assert all(type(row[2]) is ClockState for row in many)


def test_without_ids_there_are_no_rows(either_office: Any) -> None:
    with either_office.store.reading() as session:
        assert list(CLOCKS.run(session.connection(), [])["clocks"]) == []


def test_the_drivers_errors_are_told_in_our_words(either_office: Any) -> None:
    def ask() -> None:
        with either_office.store.writing() as session:
            session.execute(text("DROP TABLE clocks"))
            CLOCKS.run(session.connection(), [1])

    with pytest.raises(DodomuError, match="store_missing"):
        ask()


def test_a_condition_on_ids_asks_the_index(office: Any) -> None:
    """Every table that hangs on a case: SQLite must not read through it to find the rows of a few."""
    tables = [table for table in Record.metadata.sorted_tables if "case_id" in table.c]
    with office.store.reading() as session:
        connection = session.connection()
        for table in tables:
            query = select(table.c.case_id).where(AmongIds(table.c.case_id)).compile(connection)
            steps = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", ("[1]",)).all()
            # What a table without an index for it is for is not asked by case.
            assert steps[0][3].startswith("SEARCH") or table.name == "parcels", table.name
