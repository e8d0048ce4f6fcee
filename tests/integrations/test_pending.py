"""What a use case has pending is written as the unit of work would: the same rows, each before what refers to it."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import inspect, select

from integrations.on_driver import one_trip
from integrations.pending import changes_of, write_pending
from integrations.prepared import AmongIds, PreparedQuery, PreparedRecords
from models.errors import PermanentFailure
from models.records import AbsenceRecord, Case, PauseRecord, Staff
from models.records.base import Record
from models.statuses import CaseStatus, Role

CASES = PreparedRecords(Case, lambda cases: cases.where(AmongIds(Case.reference)).order_by(Case.id))


def a_pause(case: Case, day: int) -> PauseRecord:
    return PauseRecord(case_id=case.id, from_on=date(2026, 3, day))


def pauses(office: Any) -> list[tuple[date, date | None]]:
    with office.store.reading() as session:
        rows = session.execute(select(PauseRecord.from_on, PauseRecord.until_on).order_by(PauseRecord.from_on))
        return [(row.from_on, row.until_on) for row in rows]


def test_new_and_changed_records_are_written_and_nothing_is_left_pending(either_office: Any, open_one: Any) -> None:
    reference = open_one(either_office)
    with either_office.store.writing() as session:
        (case,) = CASES.list(session, ids=[reference])
        case.status, case.known = CaseStatus.SUSPENDED, ["a", "b"]
        session.add_all([a_pause(case, 2), a_pause(case, 3)])
        write_pending(session)
        assert (list(session.new), list(session.dirty), list(session.identity_map)) == ([], [], [])
    assert pauses(either_office) == [(date(2026, 3, 2), None), (date(2026, 3, 3), None)]
    with either_office.store.reading() as session:
        (stored,) = CASES.list(session, ids=[reference])
    assert (stored.status, stored.known, stored.journal_seq) == (CaseStatus.SUSPENDED, ["a", "b"], case.journal_seq)


def test_a_row_comes_after_the_row_it_refers_to(either_office: Any) -> None:
    staff = {"person_no": 9, "role": Role.COORDINATOR, "sealed_contact": b"\x00"}
    away = {"from_on": date(2026, 3, 2), "until_on": date(2026, 3, 3)}
    with either_office.store.writing() as session:
        session.add_all([AbsenceRecord(staff_id="n-01", deputy="n-02", **away), Staff(id="n-01", **staff)])
        session.add(Staff(id="n-02", **staff))
        write_pending(session)
    with either_office.store.reading() as session:
        assert session.get_one(Staff, "n-02").active
        assert session.scalars(select(AbsenceRecord.deputy)).all() == ["n-02"]


def test_what_is_deleted_goes_with_the_rest(either_office: Any, open_one: Any) -> None:
    reference = open_one(either_office)
    with either_office.store.writing() as session:
        (case,) = CASES.list(session, ids=[reference])
        session.add_all([a_pause(case, 2), a_pause(case, 3)])
    with either_office.store.writing() as session:
        first, second = session.scalars(select(PauseRecord).order_by(PauseRecord.from_on))
        session.delete(first)
        second.until_on = date(2026, 3, 5)
        write_pending(session)
    assert pauses(either_office) == [(date(2026, 3, 3), date(2026, 3, 5))]


def test_the_changes_of_a_record_left_out_stay_to_be_written_by_another(either_office: Any, open_one: Any) -> None:
    reference = open_one(either_office)
    with either_office.store.writing() as session:
        (case,) = CASES.list(session, ids=[reference])
        case.known = ["a"]
        write_pending(session, but=[case])
        assert changes_of(case) == {"known": '["a"]'}
    with either_office.store.reading() as session:
        assert CASES.list(session, ids=[reference])[0].known != ["a"]


def test_a_row_that_is_refused_is_told_in_our_words(either_office: Any) -> None:
    def refer_to_nobody() -> None:
        with either_office.store.writing() as session, one_trip(session.connection()):
            session.add(PauseRecord(case_id=-1, from_on=date(2026, 3, 2)))
            write_pending(session)

    with pytest.raises(PermanentFailure, match="store_refused"):
        refer_to_nobody()


def test_a_record_is_read_once_into_a_session_and_stays_as_it_is_there(either_office: Any, open_one: Any) -> None:
    reference = open_one(either_office)
    with either_office.store.writing() as session:
        (case,) = CASES.list(session, ids=[reference])
        case.status = CaseStatus.SUSPENDED
        assert CASES.list(session, ids=[reference, "none"]) == [case]
        assert session.get(Case, case.id) is case
        assert case.status is CaseStatus.SUSPENDED


def test_a_record_read_so_is_as_the_orm_reads_it(either_office: Any, open_one: Any) -> None:
    reference = open_one(either_office)
    with either_office.store.reading() as session:
        (ours,) = CASES.list(session, ids=[reference])
    with either_office.store.reading() as session:
        theirs = session.scalars(select(Case).where(Case.reference == reference)).one()
    names = Case.__table__.columns.keys()
    assert [getattr(ours, name) for name in names] == [getattr(theirs, name) for name in names]
    assert [type(getattr(ours, name)) for name in names] == [type(getattr(theirs, name)) for name in names]
    assert not inspect(ours).modified


def test_a_prepared_query_takes_moments_and_limits(either_office: Any, open_one: Any) -> None:
    references = [open_one(either_office) for _ in range(3)]
    query = PreparedQuery(select(Case.reference, Case.opened_at).where(Case.opened_at <= either_office.now()).limit(2))
    with either_office.store.reading() as session:
        rows = query.run(session.connection())
    assert len(rows) == 2
    assert {row.opened_at for row in rows} == {either_office.now()}
    assert {row.reference for row in rows} < set(references)


def test_every_column_is_called_as_its_attribute() -> None:
    """A record is read and written by its columns' names."""
    for mapper in Record.registry.mappers:
        assert [each.key for each in mapper.column_attrs] == [each.columns[0].name for each in mapper.column_attrs]
