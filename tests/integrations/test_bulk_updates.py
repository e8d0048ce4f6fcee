from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from integrations.bulk_rows import insert_rows, update_rows
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
