"""Faults of what the office stands on, met by whole use cases: a code and an advice, nothing lost or half-written."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select

from casework.delivering import deliver
from casework.facts import record_alias
from casework.office import Office, open_office
from casework.sealing_journal import seal_journal
from casework.verifying import verify_journal
from casework.watch import look_at_due
from integrations.keystore import Keystore
from integrations.office_key import load_office_key, make_office_key
from integrations.store import Store
from models.errors import ConfigurationError, DodomuError, PermanentFailure, TransientFailure
from models.records import Record
from models.statuses import LetterState
from tests.casework.letter_steps import letter_of, released

OpenOne = Callable[..., str]


def counts(office: Office) -> dict[str, int]:
    """How many rows stand in every table."""
    with office.store.reading() as session:
        tables = Record.metadata.sorted_tables
        return {each.name: session.scalar(select(func.count()).select_from(each)) or 0 for each in tables}


def write_much(office: Office, reference: str) -> None:
    """Record facts until the disk is full."""
    for number in range(200):
        full_name = f"Вигадане Ім'я {number}"
        note = "Вигадано. " * 300
        record_alias(office, reference, full_name=full_name, note=note, now=office.now(), actor="c-01")


@contextmanager
def full_disk(office: Office) -> Iterator[None]:
    """Let the store's file grow no further than a little."""

    def limit(connection: Any, _record: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 20}")

    office.store.engine.dispose()
    event.listen(office.store.engine, "connect", limit)
    yield
    event.remove(office.store.engine, "connect", limit)
    office.store.engine.dispose()


def test_on_a_full_disk_the_fact_is_refused_whole_and_goes_in_when_there_is_room(
    office: Office, open_one: OpenOne
) -> None:
    reference = open_one(office)
    with full_disk(office):
        with pytest.raises(PermanentFailure, match="store_disk_full"):
            write_much(office, reference)
        before = counts(office)
        with pytest.raises(PermanentFailure, match="store_disk_full"):
            write_much(office, reference)
        after = counts(office)
        # Each alias that went in has its entry in the journal, and the one that did not has none.
        assert after["aliases"] - before["aliases"] == after["journal"] - before["journal"]
    record_alias(office, reference, full_name="Вигадане Ім'я", now=office.now(), actor="c-01")
    assert look_at_due(office, office.now()).looked == 1
    seal_journal(office, office.now())
    assert verify_journal(office).holds


def test_on_a_read_only_store_nothing_is_done_and_reading_goes_on(office: Office, open_one: OpenOne) -> None:
    reference = open_one(office)
    before = counts(office)
    path = office.settings.home / "store.db"
    office.store.truncate_wal()
    office.store = Store.open(f"sqlite:///file:{path}?mode=ro&uri=true")
    with pytest.raises(PermanentFailure, match="store_read_only"):
        record_alias(office, reference, full_name="Вигадане Ім'я", now=office.now(), actor="c-01")
    with pytest.raises(PermanentFailure, match="store_read_only"):
        look_at_due(office, office.now())
    assert counts(office) == before
    office.store.close()


def test_a_locked_store_is_for_later_and_loses_nothing(office: Office, open_one: OpenOne) -> None:
    reference = open_one(office)
    before = counts(office)
    office.store.close()
    office.store = Store.open(office.settings.store_url, busy_timeout_s=0.05)
    with closing(sqlite3.connect(office.settings.home / "store.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(TransientFailure, match="store_busy"):
            record_alias(office, reference, full_name="Вигадане Ім'я", now=office.now(), actor="c-01")
        with pytest.raises(TransientFailure, match="store_busy"):
            look_at_due(office, office.now())
        assert counts(office) == before
        other.execute("ROLLBACK")
    assert look_at_due(office, office.now()).looked == 1


def test_without_its_key_an_office_does_not_open(office: Office) -> None:
    key_file = office.settings.office_key_file
    shutil.move(key_file, key_file.with_suffix(".away"))
    with (
        pytest.raises(ConfigurationError, match=r"office_key_|key_file_|secret_") as missing,
        open_office(office.settings),
    ):
        pass
    make_office_key(key_file)
    with pytest.raises(ConfigurationError, match="office_key_does_not_match") as wrong, open_office(office.settings):
        pass
    assert missing.value.advice
    assert wrong.value.advice


def test_with_a_case_key_missing_that_case_is_refused_and_all_others_go_on(office: Office, open_one: OpenOne) -> None:
    lost, kept = open_one(office), open_one(office)
    office.keystore.destroy(lost)
    before = counts(office)
    with pytest.raises(DodomuError, match="key_not_found"):
        record_alias(office, lost, full_name="Вигадане Ім'я", now=office.now(), actor="c-01")
    assert counts(office) == before
    record_alias(office, kept, full_name="Вигадане Ім'я", now=office.now(), actor="c-01")
    assert look_at_due(office, office.now()).faults == ()


def test_a_keystore_that_is_gone_stops_sealing_before_anything_is_written(
    office: Office, open_one: OpenOne, tmp_path: Path
) -> None:
    reference = open_one(office)
    before = counts(office)
    key = load_office_key(office.settings.office_key_file)
    office.keystore.close()
    (office.settings.home / "keys.db").rename(tmp_path / "keys.db")
    with pytest.raises(ConfigurationError, match="keystore_missing"):
        Keystore.open(office.settings.keystore_url, key)
    with pytest.raises(DodomuError):
        record_alias(office, reference, full_name="Вигадане Ім'я", now=office.now(), actor="c-01")
    assert counts(office) == before


async def test_without_a_relay_a_released_letter_waits(office: Office, open_one: OpenOne) -> None:
    number = released(office, open_one(office))
    report = await deliver(office, office.now())
    assert (report.sent, report.held_up_by) == (0, "mail_host_missing")
    assert report.advice
    assert letter_of(office, number).state is LetterState.QUEUED
