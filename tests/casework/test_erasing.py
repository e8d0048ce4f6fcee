from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from casework import erasing, status
from casework.case_file import open_case, read_case
from casework.erasing import erase, finish_erasures
from casework.facts import record_sighting
from casework.journal_rows import list_entries
from casework.office import Office
from casework.opening import open_cases
from casework.reconcile import reconcile_case
from casework.sealing_journal import seal_journal
from casework.search import list_identities
from integrations.sealing import SealedPlace, ToOpen
from models.errors import NotFound, RuleViolation, TransientFailure
from models.records import (
    Case,
    CheckpointRecord,
    ClockRecord,
    LetterRecord,
    NoticeRecord,
    Parcel,
    RelativeRecord,
    ReportRecord,
    RetainedErasure,
    SightingRecord,
)
from models.records.base import new_id
from models.rules.chain import find_break
from models.rules.reference import make_reference
from models.schemas.intake import validate_intake
from models.statuses import (
    CaseStatus,
    InformationGrade,
    LetterState,
    NoticeState,
    ParcelKind,
    ParcelState,
    Purpose,
    RungKind,
    SourceGrade,
    SourceKind,
    Territory,
)

Opener = Callable[..., str]
CANARY = "Канаренко"
PLACE = "Канаркове"


@pytest.fixture
def lived(office: Office, open_one: Opener) -> str:
    """A case with something in every corner: a sighting, a clock and a notice of the birthday, a letter, messages."""
    reference = open_one(office, child__family_name=CANARY, external_number="КАНАРКА-1")
    record_sighting(
        office,
        reference,
        stated_on=date(2026, 3, 1),
        place=PLACE,
        source="Канарка",
        country="RU",
        territory=Territory.RUSSIA,
        source_kind=SourceKind.WITNESS,
        source_grade=SourceGrade.B,
        information_grade=InformationGrade.PROBABLY_TRUE,
        now=office.now(),
        actor="c-01",
    )
    reconcile_case(office, reference, office.now())
    with office.store.writing() as session:
        case = session.scalars(select(Case).where(Case.reference == reference)).one()
        case.sibling_group, case.possible_duplicate_of = new_id(), "2026-000099-X"
        letter = new_id()
        session.add(
            LetterRecord(
                id=letter,
                case_id=case.id,
                number="2026-000001",
                kind="wgeid.request",
                body="wgeid",
                purpose=Purpose.SEARCH,
                language="en",
                state=LetterState.QUEUED,
                drafted_at=office.now(),
            )
        )
        session.add(
            NoticeRecord(
                case_id=case.id,
                rule="birthday.18",
                anchor="eighteenth_birthday",
                rung="half_year",
                kind=RungKind.REMINDER,
                state=NoticeState.FIRED,
                due_at=office.now(),
                fired_at=office.now(),
            )
        )
        session.flush()
        for state in (ParcelState.WAITING, ParcelState.SENT):
            session.add(
                Parcel(
                    id=new_id(),
                    key=f"key-{state}",
                    kind=ParcelKind.NOTICE,
                    state=state,
                    case_id=case.id,
                    staff_id="c-01",
                    subject="строк",
                    text="Строк: 2032-05-09",
                    created_at=office.now(),
                    next_try_at=office.now(),
                )
            )
    return reference


def case_of(office: Office, reference: str) -> Case:
    with read_case(office, reference, office.now()) as file:
        return file.case


def sealed_values(office: Office, reference: str) -> list[ToOpen]:
    """Every sealed value of a case, with the place where it stands."""
    with office.store.reading() as session:
        case = session.scalars(select(Case).where(Case.reference == reference)).one()
        values = [
            ("cases", "sealed_identity", reference, case.sealed_identity),
            ("cases", "sealed_circumstances", reference, case.sealed_circumstances),
            *(
                ("sightings", "sealed_details", row.id, row.sealed_details)
                for row in session.scalars(select(SightingRecord))
            ),
            *(
                ("relatives", "sealed_details", row.id, row.sealed_details)
                for row in session.scalars(select(RelativeRecord))
            ),
            *(("reports", "sealed_number", row.id, row.sealed_number) for row in session.scalars(select(ReportRecord))),
        ]
    return [
        ToOpen(reference, SealedPlace(table, column, row, 1), sealed or b"") for table, column, row, sealed in values
    ]


def files(office: Office) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(Path(office.settings.home).rglob("*")) if path.is_file())


def test_nothing_of_an_erased_case_opens_and_its_chain_still_verifies(office: Office, lived: str) -> None:
    values = sealed_values(office, lived)
    assert len(values) == 5
    assert all(isinstance(each, bytes) for each in office.sealer.open_each(values))
    erase(office, lived, office.now(), "s-01")
    assert [getattr(each, "code", "opened") for each in office.sealer.open_each(values)] == ["key_not_found"] * 5
    assert list(list_identities(office)) == []
    with office.store.reading() as session:
        chain = list_entries(session, lived)
    assert find_break(chain, chain=lived) is None
    assert chain[-1].entry.kind == "case_erased"
    assert sealed_values(office, lived)[0].sealed == values[0].sealed


def test_neither_the_name_nor_the_key_is_in_any_file_afterwards(office: Office, lived: str) -> None:
    with office.keystore._engine.connect() as connection:
        wrapped = connection.exec_driver_sql("SELECT wrapped FROM case_keys WHERE scope = ?", (lived,)).scalar_one()
    before = files(office)
    assert wrapped in before
    assert "КАНАРКА-1".encode() in before
    erase(office, lived, office.now(), "s-01")
    after = files(office)
    for word in (CANARY, PLACE, "КАНАРКА-1", "2032-05-09"):
        assert word.encode() not in after
    assert wrapped not in after
    # What was sealed stays where it was, so that the chain verifies.
    assert sealed_values(office, lived)[0].sealed in after


def test_what_tells_of_the_child_in_clear_is_cleared(office: Office, lived: str) -> None:
    erase(office, lived, office.now(), "s-01")
    case = case_of(office, lived)
    assert (case.status, case.erased_at, case.next_look_at) == (CaseStatus.ERASED, office.now(), None)
    assert case.adult_precision is None
    assert (case.adult_on, case.source_number, case.sibling_group, case.possible_duplicate_of) == (None,) * 4
    with office.store.reading() as session:
        assert "eighteenth_birthday" not in session.scalars(select(ClockRecord.anchor)).all()
        assert session.scalars(select(NoticeRecord.id).where(NoticeRecord.anchor == "eighteenth_birthday")).all() == []
        assert session.scalars(select(LetterRecord.state)).all() == [LetterState.STOPPED]
        parcels = {
            row.key: (row.state, row.subject, row.text, row.next_try_at) for row in session.scalars(select(Parcel))
        }
        retained = session.scalars(select(RetainedErasure)).one()
    assert parcels["key-waiting"] == (ParcelState.STOPPED, None, None, None)
    assert parcels["key-sent"][:3] == (ParcelState.SENT, None, None)
    assert (retained.reference, retained.asked_by, retained.key_destroyed) == (lived, "s-01", True)


def test_a_checkpoint_vouches_for_the_erasure_before_the_key_is_gone(
    office: Office, lived: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed_first: list[bool] = []

    def seal(of: Office, now: object) -> None:
        sealed_first.append(of.keystore.find_key(lived) is not None)
        seal_journal(of, office.now())

    monkeypatch.setattr(erasing, "seal_journal", seal)
    erase(office, lived, office.now(), "s-01")
    assert sealed_first == [True]
    with office.store.reading() as session:
        assert session.scalars(select(CheckpointRecord.number)).all() == [1]


@pytest.mark.parametrize("stopped_at", ["seal_journal", "_note_destroyed"])
def test_an_erasure_that_was_stopped_anywhere_is_finished_later(
    office: Office, lived: str, monkeypatch: pytest.MonkeyPatch, stopped_at: str
) -> None:
    def stop(*_: object) -> None:
        raise TransientFailure("stopped")

    monkeypatch.setattr(erasing, stopped_at, stop)
    with pytest.raises(TransientFailure):
        erase(office, lived, office.now(), "s-01")
    assert case_of(office, lived).status is CaseStatus.ERASED
    monkeypatch.undo()
    assert finish_erasures(office, office.now()) == [lived]
    assert office.keystore.find_key(lived) is None
    assert finish_erasures(office, office.now()) == []


def test_erasing_twice_is_erasing_once(office: Office, lived: str) -> None:
    erase(office, lived, office.now(), "s-01")
    length = case_of(office, lived).journal_seq
    erase(office, lived, office.now(), "s-01")
    assert case_of(office, lived).journal_seq == length


def test_nothing_is_done_to_an_erased_case_any_more(office: Office, lived: str) -> None:
    erase(office, lived, office.now(), "s-01")
    with pytest.raises(RuleViolation, match="case_is_erased"), open_case(office, lived, office.now(), "c-01"):
        pass
    with pytest.raises(RuleViolation, match="case_is_erased"):
        status.suspend(office, lived, reason="вигадано", now=office.now(), actor="s-01")


@pytest.mark.parametrize("actor", ["c-01", "l-01"])
def test_only_a_supervisor_erases(office: Office, lived: str, actor: str) -> None:
    with pytest.raises(RuleViolation, match="role_not_allowed"):
        erase(office, lived, office.now(), actor)
    assert case_of(office, lived).status is CaseStatus.OPEN
    assert office.keystore.find_key(lived) is not None


def test_a_case_that_is_not_there_is_not_erased(office: Office, lived: str) -> None:
    with pytest.raises(NotFound, match="case_not_found"):
        erase(office, make_reference(2026, 77), office.now(), "s-01")


def test_an_erased_childs_application_can_come_again(either_office: Office) -> None:
    office = either_office
    again = validate_intake({"external_number": "А-1", "child": {"given_name": "Яна"}}, today=date(2026, 3, 2))
    (first,) = open_cases(office, [again], now=office.now(), actor="c-01")
    erase(office, first.reference, office.now(), "s-01")
    (second,) = open_cases(office, [again], now=office.now(), actor="c-01")
    assert (second.already_known, second.possible_duplicate_of) == (False, None)
