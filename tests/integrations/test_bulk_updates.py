import json
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from integrations.bulk_rows import insert_rows, update_rows
from integrations.on_driver import one_trip
from models.errors import PermanentFailure
from models.records import Case, ClockRecord
from models.statuses import ClockState

CLOCKS: Any = ClockRecord.__table__
CASES: Any = Case.__table__
KEY = ("case_id", "rule", "anchor")


@pytest.fixture
def of(either_office: Any, open_one: Any) -> int:
    """A case with the clocks `a` and `b`."""
    reference = open_one(either_office)
    with either_office.store.writing() as session:
        of = session.scalars(select(Case.id).where(Case.reference == reference)).one()
        shared = {"anchor": "x", "anchor_on": date(2026, 3, 2), "due_on": date(2026, 4, 1), "state": ClockState.RUNNING}
        insert_rows(session.connection(), CLOCKS, ("case_id", "rule"), [(of, "a"), (of, "b")], shared)
    return int(of)


def clocks(office: Any, of: int) -> dict[str, tuple[date, ClockState, date | None, int]]:
    with office.store.reading() as session:
        rows = session.scalars(select(ClockRecord).where(ClockRecord.case_id == of)).all()
    return {row.rule: (row.due_on, row.state, row.closed_on, row.changes) for row in rows}


def test_each_row_gets_its_own_values_and_counts_add_up(either_office: Any, of: int) -> None:
    before, today = date(2026, 4, 1), date(2026, 3, 9)
    rows = [
        (date(2026, 4, 2), ClockState.RUNNING, None, 1, of, "a", "x"),
        (before, ClockState.MET, today, 1, of, "b", "x"),
    ]
    names = ("due_on", "state", "closed_on", "changes")
    with either_office.store.writing() as session:
        update_rows(session.connection(), CLOCKS, names, KEY, rows, added=("changes",))
        update_rows(session.connection(), CLOCKS, names, KEY, rows[1:], added=("changes",))
    assert clocks(either_office, of) == {
        "a": (date(2026, 4, 2), ClockState.RUNNING, None, 1),
        "b": (before, ClockState.MET, today, 2),
    }


def test_a_moment_is_written_as_itself_whatever_came_before(either_office: Any, of: int) -> None:
    now, twice = either_office.now(), datetime(2026, 10, 25, 3, 30, tzinfo=ZoneInfo("Europe/Kyiv"))
    written = []
    for moment in (now, now, None, twice, twice.replace(fold=1), now):
        with either_office.store.writing() as session:
            update_rows(session.connection(), CASES, ("looked_at",), ("id",), [(moment, of)])
        with either_office.store.reading() as session:
            written.append(session.get_one(Case, of).looked_at)
    first, second = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert written == [now, now, None, first, second, now]


def test_json_moments_bytes_and_nothing_are_written_as_their_columns_have_them(either_office: Any, of: int) -> None:
    row = ('[["a", ""]]', either_office.now(), b"\x00\xff", None, of)
    names = ("flags", "looked_at", "journal_head", "next_look_at")
    with either_office.store.writing() as session:
        update_rows(session.connection(), CASES, names, ("id",), [row])
    with either_office.store.reading() as session:
        case = session.get_one(Case, of)
    assert (case.flags, case.looked_at) == ([["a", ""]], either_office.now())
    assert (case.journal_head, case.next_look_at) == (b"\x00\xff", None)


def test_without_rows_nothing_is_written(either_office: Any, of: int) -> None:
    before = clocks(either_office, of)
    with either_office.store.writing() as session:
        update_rows(session.connection(), CLOCKS, ("rule",), KEY, [])
        insert_rows(session.connection(), CLOCKS, ("rule",), [])
    assert clocks(either_office, of) == before


def test_a_row_that_is_refused_is_told_in_our_words(either_office: Any, of: int) -> None:
    def clash() -> None:
        with either_office.store.writing() as session:
            update_rows(session.connection(), CLOCKS, ("due_on",), KEY, [(None, of, "a", "x")])

    with pytest.raises(PermanentFailure, match="store_refused"):
        clash()


def test_many_rows_are_written_as_few_are(either_office: Any, of: int) -> None:
    """More than PostgreSQL is told one by one."""
    names = [f"r{number:02}" for number in range(12)]
    shared = {"anchor": "x", "anchor_on": date(2026, 3, 2), "state": ClockState.RUNNING}
    with either_office.store.writing() as session:
        connection = session.connection()
        rows = [(of, name, date(2026, 4, 1 + place)) for place, name in enumerate(names)]
        insert_rows(connection, CLOCKS, ("case_id", "rule", "due_on"), rows, shared)
        later = [
            (date(2026, 5, 1), None if place % 2 else date(2026, 5, 2), 3, *row[:2]) for place, row in enumerate(rows)
        ]
        update_rows(connection, CLOCKS, ("due_on", "closed_on", "changes"), KEY[:2], later, added=("changes",))
    expected = {
        name: (date(2026, 5, 1), ClockState.RUNNING, None if place % 2 else date(2026, 5, 2), 3)
        for place, name in enumerate(names)
    }
    found = clocks(either_office, of)
    assert {name: row for name, row in found.items() if name in expected} == expected
    assert {row[3] for name, row in found.items() if name not in expected} == {0}


def test_many_rows_keep_bytes_lists_moments_and_odd_words(either_office: Any, open_one: Any) -> None:
    references = [open_one(either_office) for _ in range(9)]
    words = ['[["a\\\\\\"b", "’\\n{NULL}"]]', "[]", '[["NULL", ""]]']
    with either_office.store.writing() as session:
        query = select(Case.reference, Case.id).where(Case.reference.in_(references))
        ids = {row.reference: row.id for row in session.execute(query)}
        rows = [
            (words[place % 3], either_office.now() if place % 2 else None, bytes([place, 0, 255]), ids[reference])
            for place, reference in enumerate(references)
        ]
        update_rows(session.connection(), CASES, ("flags", "looked_at", "journal_head"), ("id",), rows)
    with either_office.store.reading() as session:
        cases = [session.scalars(select(Case).where(Case.reference == each)).one() for each in references]
    assert [case.flags for case in cases] == [json.loads(words[place % 3]) for place in range(9)]
    assert [case.looked_at for case in cases] == [either_office.now() if place % 2 else None for place in range(9)]
    assert [case.journal_head for case in cases] == [bytes([place, 0, 255]) for place in range(9)]


def test_what_goes_out_together_is_written_however_many_rows(either_office: Any, of: int) -> None:
    rows = [(of, f"r{number:02}") for number in range(12)]
    shared = {"anchor": "x", "anchor_on": date(2026, 3, 2), "due_on": date(2026, 4, 1), "state": ClockState.RUNNING}
    with either_office.store.writing() as session:
        connection = session.connection()
        with one_trip(connection):
            insert_rows(connection, CLOCKS, ("case_id", "rule"), rows, shared)
            update_rows(connection, CLOCKS, ("changes",), KEY[:2], [(2, *row) for row in rows])
    assert [row[3] for row in clocks(either_office, of).values()].count(2) == len(rows)


def test_a_row_refused_among_others_on_one_trip_undoes_them_all(either_office: Any, of: int) -> None:
    before = clocks(either_office, of)
    shared = {"anchor": "x", "anchor_on": date(2026, 3, 2), "due_on": date(2026, 4, 1), "state": ClockState.RUNNING}

    def clash() -> None:
        with either_office.store.writing() as session, one_trip(session.connection()):
            insert_rows(session.connection(), CLOCKS, ("case_id", "rule"), [(of, "c"), (of, "a"), (of, "d")], shared)

    with pytest.raises(PermanentFailure, match="store_refused"):
        clash()
    assert clocks(either_office, of) == before
