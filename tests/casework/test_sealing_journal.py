"""A checkpoint is stored, witnessed and, where a witness gets mail, put into the outbox; nothing is lost between."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from casework.journal import journal_office
from casework.office import Office, found_office, open_office
from casework.sealing_journal import SealReport, seal_journal
from casework.verifying import verify_journal
from integrations.clock import FixedClock
from integrations.settings import load_settings
from integrations.witness import parse_checkpoint_mail
from models.errors import TransientFailure
from models.records import CheckpointRecord, JournalRecord, Parcel
from models.statuses import ParcelKind, ParcelState


def write(office: Office, times: int = 1) -> None:
    with office.store.writing() as session:
        for _ in range(times):
            journal_office(session, office.now(), "policy_changed", "engine", {"version": "v1"})


@pytest.fixture
def bare(tmp_path: Path, clock: FixedClock) -> Iterator[Office]:
    """An office with nothing in its journal, and a witness that gets mail."""
    settings = load_settings(home=tmp_path / "office", witness_mail="witness@notary.example")
    with ExitStack() as stack:
        found_office(settings, clock=clock)
        yield stack.enter_context(open_office(settings, clock))


def test_nothing_written_makes_no_checkpoint(bare: Office) -> None:
    assert seal_journal(bare, bare.now()) == SealReport(None)


def test_what_was_written_is_sealed_once(bare: Office) -> None:
    write(bare, 2)

    assert seal_journal(bare, bare.now()) == SealReport(1, chains=1, entries=2, witnessed=1)
    assert seal_journal(bare, bare.now() + timedelta(hours=1)) == SealReport(None)


def test_every_entry_carries_the_number_of_the_checkpoint_that_sealed_it(either_office: Office) -> None:
    seal_journal(either_office, either_office.now())
    write(either_office)
    seal_journal(either_office, either_office.now())

    with either_office.store.reading() as session:
        numbers = list(session.scalars(select(JournalRecord.checkpoint).order_by(JournalRecord.seq)))
    assert numbers == [1] * (len(numbers) - 1) + [2]
    assert verify_journal(either_office).checkpoints == 2


def test_a_witness_that_is_away_gets_every_checkpoint_when_it_is_back(bare: Office) -> None:
    folder = bare.settings.witness_folder
    folder.rename(folder.with_name("away"))
    for _ in range(2):
        write(bare)
        with pytest.raises(TransientFailure, match="witness_unreachable"):
            seal_journal(bare, bare.now())
    folder.with_name("away").rename(folder)

    assert seal_journal(bare, bare.now()) == SealReport(None, witnessed=2)
    assert sorted(path.name for path in folder.iterdir()) == ["checkpoint-000001.json", "checkpoint-000002.json"]


def test_a_checkpoint_that_was_handed_over_but_not_noted_is_handed_over_again(bare: Office) -> None:
    write(bare)
    seal_journal(bare, bare.now())
    with bare.store.writing() as session:
        session.scalars(select(CheckpointRecord)).one().witnessed_at = None

    assert seal_journal(bare, bare.now()).witnessed == 1


def test_a_witness_by_mail_gets_a_parcel_that_reads_back(bare: Office) -> None:
    write(bare)
    seal_journal(bare, bare.now())

    with bare.store.reading() as session:
        parcel = session.scalars(select(Parcel)).one()
        kept = session.scalars(select(CheckpointRecord)).one()
    assert (parcel.key, parcel.kind, parcel.state) == ("checkpoint/1", ParcelKind.CHECKPOINT, ParcelState.WAITING)
    assert parcel.text is not None
    assert parse_checkpoint_mail(parcel.text).signature == kept.signature


def test_without_a_witness_by_mail_there_is_no_parcel(office: Office) -> None:
    seal_journal(office, office.now())

    with office.store.reading() as session:
        assert session.scalars(select(Parcel)).all() == []


def test_a_sealing_that_another_has_forestalled_makes_no_checkpoint(
    bare: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two sealings saw the same unsealed entries; the second gets its turn when there are none left."""
    write(bare)
    seal_journal(bare, bare.now())
    monkeypatch.setattr("casework.sealing_journal._anything_unsealed", lambda _: True)

    assert seal_journal(bare, bare.now()) == SealReport(None)
