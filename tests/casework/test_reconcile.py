"""Reconciling on a real SQLite and a real PostgreSQL: what one look writes, and that a second finds nothing."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from casework.case_file import open_case
from casework.office import Office
from casework.reconcile import reconcile_case, reconcile_locked
from casework.watch import BATCH, count_due, look_at_due
from integrations.clock import FixedClock
from models.errors import DodomuError, InvalidInput, NotFound
from models.records import (
    Case,
    ClockRecord,
    ConsentRecord,
    JournalRecord,
    LetterRecord,
    NoticeRecord,
    Parcel,
    PauseRecord,
    StageEntryRecord,
)
from models.rules.chain import Entry, StoredEntry, find_break
from models.rules.reference import make_reference
from models.statuses import (
    Basis,
    CaseStatus,
    ClockState,
    LetterState,
    NoticeState,
    Outcome,
    ParcelKind,
    Purpose,
    Stage,
)

OpenOne = Callable[..., str]


def rows(office: Office, query: Any) -> list[tuple[Any, ...]]:
    with office.store.reading() as session:
        return [tuple(row) for row in session.execute(query)]


def one_case(office: Office, reference: str) -> Case:
    with office.store.reading() as session:
        return session.scalars(select(Case).where(Case.reference == reference)).one()


def confirm_standing(office: Office, reference: str, now: datetime) -> None:
    with open_case(office, reference, now, "c-01") as file:
        file.case.standing_confirmed_on = file.today


def journal_is_whole(office: Office, reference: str) -> bool:
    with office.store.reading() as session:
        query = select(JournalRecord).where(JournalRecord.chain == reference).order_by(JournalRecord.seq)
        records = session.scalars(query).all()
    stored = [
        StoredEntry(Entry(r.chain, r.seq, r.at, r.kind, r.actor, r.body, r.sealed, r.prev_hash), r.hash)
        for r in records
    ]
    case = one_case(office, reference)
    return find_break(stored, chain=reference) is None and (case.journal_seq, case.journal_head) == (
        stored[-1].entry.seq,
        stored[-1].hash,
    )


def test_a_report_without_standing_waits_and_says_what_is_missing(either_office: Office, open_one: OpenOne) -> None:
    reference = open_one(either_office)
    look = reconcile_case(either_office, reference, either_office.now())
    assert (look.outcome, look.stage) == (Outcome.WAITING, Stage.REPORTED)
    assert [missing.what for missing in look.missing] == ["standing_not_confirmed"]
    assert one_case(either_office, reference).missing == [
        ["identified", "requester_standing", "standing_not_confirmed"]
    ]


def test_a_confirmed_standing_moves_the_case_and_swaps_its_clocks(either_office: Office, open_one: OpenOne) -> None:
    reference, now = open_one(either_office), either_office.now()
    reconcile_case(either_office, reference, now)
    confirm_standing(either_office, reference, now)
    look = reconcile_case(either_office, reference, now)
    assert (look.outcome, look.stages_entered) == (Outcome.MOVED, (Stage.IDENTIFIED,))
    entries = rows(either_office, select(StageEntryRecord.number, StageEntryRecord.stage).order_by(StageEntryRecord.id))
    assert entries == [(1, Stage.REPORTED), (2, Stage.IDENTIFIED)]
    clocks = dict(rows(either_office, select(ClockRecord.rule, ClockRecord.state)))
    assert clocks["stage.reported"] is ClockState.MET
    assert clocks["stage.identified"] is ClockState.RUNNING
    assert journal_is_whole(either_office, reference)


def test_a_second_look_at_the_same_moment_writes_nothing(either_office: Office, open_one: OpenOne) -> None:
    reference, now = open_one(either_office), either_office.now() + timedelta(days=40)
    reconcile_case(either_office, reference, now)
    before = one_case(either_office, reference)
    counted = select(func.count()).select_from(NoticeRecord)
    notices = rows(either_office, counted)
    look = reconcile_case(either_office, reference, now)
    after = one_case(either_office, reference)
    assert (look.notices, look.drafts) == (0, 0)
    assert (before.journal_seq, before.journal_head) == (after.journal_seq, after.journal_head)
    assert rows(either_office, counted) == notices


def test_after_downtime_only_the_highest_rung_fires_and_drafts_its_letter(
    either_office: Office, open_one: OpenOne
) -> None:
    reference = open_one(either_office)
    reconcile_case(either_office, reference, either_office.now())
    look = reconcile_case(either_office, reference, either_office.now() + timedelta(days=40))
    assert (look.notices, look.drafts) == (1, 1)
    rungs = select(NoticeRecord.rung, NoticeRecord.state).where(NoticeRecord.rule == "stage.reported")
    assert sorted(rows(either_office, rungs)) == [
        ("first_reminder", NoticeState.OVERTAKEN),
        ("ombudsman_help", NoticeState.FIRED),
        ("overdue", NoticeState.OVERTAKEN),
        ("second_reminder", NoticeState.OVERTAKEN),
        ("supervisor", NoticeState.OVERTAKEN),
    ]
    letters = rows(either_office, select(LetterRecord.number, LetterRecord.kind, LetterRecord.state))
    assert letters == [("2026-000001", "ombudsman_ua.request", LetterState.DRAFT)]


def test_without_consent_no_letter_is_drafted_and_the_case_is_flagged(office: Office, open_one: OpenOne) -> None:
    reference = open_one(office, consents=None)
    look = reconcile_case(office, reference, office.now() + timedelta(days=40))
    assert look.drafts == 0
    assert [flag.code for flag in look.flags] == ["consent_missing"]
    assert rows(office, select(LetterRecord.id)) == []


def test_a_flag_that_goes_is_journalled_as_lowered(office: Office, open_one: OpenOne) -> None:
    reference = open_one(office, consents=None)
    later = office.now() + timedelta(days=40)
    reconcile_case(office, reference, later)
    with open_case(office, reference, later, "c-01") as file:
        file.session.add(
            ConsentRecord(
                id="0" * 32,
                case_id=file.case.id,
                body="*",
                purpose=Purpose.SEARCH,
                given_on=file.today,
                given_by=Basis.PARENT,
                withheld=[],
            )
        )
    reconcile_case(office, reference, later)
    kinds = [kind for (kind,) in rows(office, select(JournalRecord.kind).where(JournalRecord.chain == reference))]
    assert kinds.count("flag_raised") == kinds.count("flag_lowered") == 1


def test_an_urgent_rung_tells_its_readers_at_once_and_once(office: Office, open_one: OpenOne) -> None:
    reference = open_one(office, child__birth_on="2008-03-20")
    for days in (0, 19, 19, 20):
        reconcile_case(office, reference, office.now() + timedelta(days=days))
    urgent = rows(office, select(NoticeRecord.rung).where(NoticeRecord.urgent))
    parcels = rows(office, select(Parcel.key, Parcel.kind, Parcel.subject))
    assert all(kind is ParcelKind.NOTICE and subject.startswith(reference) for _, kind, subject in parcels)
    assert len({key for key, _, _ in parcels}) == len(parcels)
    assert {key.split("/")[-2] for key, _, _ in parcels} == {rung for (rung,) in urgent}


def test_a_letter_nobody_answers_falls_silent_when_its_month_is_over(office: Office, open_one: OpenOne) -> None:
    reference, now = open_one(office), office.now()
    reconcile_case(office, reference, now + timedelta(days=40))
    with office.store.writing() as session:
        session.execute(update(LetterRecord).values(state=LetterState.SENT, taken_on=now.date() + timedelta(days=40)))
    reconcile_case(office, reference, now + timedelta(days=41))
    assert rows(office, select(LetterRecord.state)) == [(LetterState.SENT,)]
    reconcile_case(office, reference, now + timedelta(days=80))
    assert rows(office, select(LetterRecord.state).where(LetterRecord.follows.is_(None))) == [(LetterState.NO_REPLY,)]
    assert rows(office, select(LetterRecord.kind, LetterRecord.state).where(LetterRecord.follows.is_not(None))) == [
        ("follow_up.second_notice", LetterState.DRAFT)
    ]
    assert journal_is_whole(office, reference)


def test_a_clock_whose_anchor_goes_is_dropped(office: Office, open_one: OpenOne) -> None:
    reference, now = open_one(office, separation__on="2026-02-20"), office.now()
    reconcile_case(office, reference, now)
    with open_case(office, reference, now, "c-01") as file:
        file.case.separation_on = None
    reconcile_case(office, reference, now)
    states = dict(rows(office, select(ClockRecord.rule, ClockRecord.state)))
    assert states["cut_off.wgeid_urgent"] is ClockState.DROPPED


def test_a_moved_anchor_replans_the_clock_and_fires_nothing_twice(office: Office, open_one: OpenOne) -> None:
    reference, now = open_one(office, separation__on="2026-01-01"), office.now()
    reconcile_case(office, reference, now + timedelta(days=1))
    with open_case(office, reference, now + timedelta(days=1), "c-01") as file:
        file.case.separation_on = now.date() - timedelta(days=55)
    reconcile_case(office, reference, now + timedelta(days=8))
    fired = rows(office, select(NoticeRecord.rung).where(NoticeRecord.rule == "cut_off.wgeid_urgent"))
    assert fired == [("prepare",)]


def test_the_eighteenth_birthday_stands_in_no_journal_entry(office: Office, open_one: OpenOne) -> None:
    reference = open_one(office, child__birth_on="2009-08-21")
    reconcile_case(office, reference, office.now())
    bodies = rows(office, select(JournalRecord.body).where(JournalRecord.chain == reference))
    assert "2027-08-21" not in str(bodies)
    assert any(body.get("rule") == "eighteenth_birthday" for (body,) in bodies)


def test_a_case_that_cannot_be_assessed_holds_up_no_other(office: Office, open_one: OpenOne) -> None:
    broken, well = open_one(office), open_one(office, child__given_name="Соломія")
    now = office.now()
    with office.store.writing() as session:
        # A stage entered in a year that no calendar covers: a mistyped date in a restored store, say.
        case_id = session.scalars(select(Case.id).where(Case.reference == broken)).one()
        far = datetime(2190, 1, 5, 12, tzinfo=now.tzinfo)
        entries = update(StageEntryRecord).where(StageEntryRecord.case_id == case_id)
        session.execute(entries.values(entered_at=far))
    report = look_at_due(office, now)
    assert (report.looked, report.faults) == (2, (broken,))
    assert one_case(office, broken).flags[0][0] == "not_assessable"
    assert one_case(office, broken).next_look_at == now + timedelta(hours=1)
    assert one_case(office, well).looked_at == now
    with pytest.raises(DodomuError, match="calendar"):
        reconcile_case(office, broken, now)


def test_no_such_case_and_a_mistyped_reference_are_two_answers(office: Office) -> None:
    with pytest.raises(NotFound, match="case_not_found"):
        reconcile_case(office, make_reference(2026, 77), office.now())
    with pytest.raises(InvalidInput, match="reference_check_character_wrong"):
        reconcile_case(office, "2026-000077-0", office.now())


def test_a_look_at_no_case_does_nothing(office: Office) -> None:
    with office.store.writing() as session:
        assert reconcile_locked(office, session, [], office.now()) == []


def test_a_closed_case_rests_and_its_clocks_are_dropped(office: Office, open_one: OpenOne) -> None:
    reference, now = open_one(office), office.now()
    reconcile_case(office, reference, now)
    with open_case(office, reference, now, "s-01") as file:
        file.case.status = CaseStatus.CLOSED
    look = reconcile_case(office, reference, now)
    assert look.missing == ()
    case = one_case(office, reference)
    assert (case.next_look_at, case.outcome) == (None, Outcome.WAITING)
    assert {state for (state,) in rows(office, select(ClockRecord.state))} <= {ClockState.DROPPED, ClockState.MET}


def test_a_paused_clock_gives_way_day_by_day_and_the_journal_says_it_once(office: Office, open_one: OpenOne) -> None:
    reference, now = open_one(office), office.now()
    reconcile_case(office, reference, now)
    with open_case(office, reference, now, "s-01") as file:
        file.case.status = CaseStatus.SUSPENDED
        file.session.add(PauseRecord(case_id=file.case.id, from_on=file.today))
    due = select(ClockRecord.due_on, ClockRecord.state).where(ClockRecord.rule == "stage.reported")
    reconcile_case(office, reference, now)
    ((first, paused),) = rows(office, due)
    before = one_case(office, reference).journal_seq
    reconcile_case(office, reference, now + timedelta(days=7))
    ((later, still),) = rows(office, due)
    assert paused is still is ClockState.PAUSED
    assert later - first == timedelta(days=7)
    assert one_case(office, reference).journal_seq == before


def test_the_watch_looks_at_what_is_due_and_only_that(
    either_office: Office, open_one: OpenOne, clock: FixedClock
) -> None:
    references = [open_one(either_office, child__given_name=name) for name in ("Ганна", "Ярина", "Остап")]
    assert count_due(either_office, clock.now()) == len(references)
    assert look_at_due(either_office, clock.now(), limit=2).looked == 2
    assert look_at_due(either_office, clock.now()).looked == 1
    assert look_at_due(either_office, clock.now()).looked == 0
    clock.advance(timedelta(days=8))
    report = look_at_due(either_office, clock.now())
    assert (report.looked, report.notices, report.faults) == (3, 3, ())


def test_the_watch_goes_on_past_one_batch(office: Office, open_one: OpenOne, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("Ганна", "Ярина", "Остап"):
        open_one(office, child__given_name=name)
    monkeypatch.setattr("casework.watch.BATCH", 1)
    assert BATCH > 1
    assert look_at_due(office, office.now()).looked == 3
