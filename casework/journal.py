"""Writing into the journal's chains, within the transaction of what is being journalled."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from integrations.bulk_rows import insert_rows
from models.errors import ConfigurationError
from models.records import Case, JournalRecord, OfficeRecord
from models.rules.canonical import Json
from models.rules.chain import Head, Occurrence, StoredEntry, follow, genesis_head, head_of

ENGINE = "engine"
OFFICE_CHAIN = "office"
_COLUMNS = ("chain", "seq", "at", "kind", "actor", "body", "sealed", "prev_hash", "hash")
_JOURNAL: Any = JournalRecord.__table__


class ChainWriter:
    """Adds entries to one chain after another and writes them in bulk; the ends of the chains stay with it."""

    def __init__(self) -> None:
        self._rows: list[tuple[Any, ...]] = []
        self._ends: dict[str, Head] = {}

    def add(self, head: Head, occurrence: Occurrence) -> Head:
        """Add an entry after `head`, or after what this writer has added to the chain already; return the new head."""
        stored = follow(self._ends.get(head.chain, head), occurrence)
        self._rows.append(_row(stored))
        self._ends[head.chain] = head_of(stored)
        return self._ends[head.chain]

    def end(self, head: Head) -> Head:
        """Return where a chain ends after what was added."""
        return self._ends.get(head.chain, head)

    def flush(self, connection: Connection) -> None:
        """Write all added entries."""
        insert_rows(connection, _JOURNAL, _COLUMNS, self._rows)
        self._rows = []


def case_head(reference: str, seq: int, head: bytes | None) -> Head:
    """Return a case's chain end as its row keeps it."""
    return Head(reference, seq, head) if head is not None else genesis_head(reference)


def journal_case(session: Session, case: Case, occurrence: Occurrence) -> None:
    """Add one entry to a case's chain. The case's row must be locked by this transaction."""
    stored = follow(case_head(case.reference, case.journal_seq, case.journal_head), occurrence)
    case.journal_seq, case.journal_head = stored.entry.seq, stored.hash
    session.add(_record(stored))


def journal_office(session: Session, at: datetime, kind: str, actor: str, body: Mapping[str, Json]) -> None:
    """Add one entry to the office's own chain."""
    office = session.scalars(select(OfficeRecord).with_for_update()).one_or_none()
    if office is None:
        raise ConfigurationError("store_missing", "make it with `dodomu init`")
    head = case_head(OFFICE_CHAIN, office.journal_seq, office.journal_head)
    stored = follow(head, Occurrence(at, kind, actor, body))
    office.journal_seq, office.journal_head = stored.entry.seq, stored.hash
    session.add(_record(stored))


def _record(stored: StoredEntry) -> JournalRecord:
    entry = stored.entry
    return JournalRecord(
        chain=entry.chain,
        seq=entry.seq,
        at=entry.at,
        kind=entry.kind,
        actor=entry.actor,
        body=dict(entry.body),
        sealed=entry.sealed,
        prev_hash=entry.prev_hash,
        hash=stored.hash,
    )


def _row(stored: StoredEntry) -> tuple[Any, ...]:
    """Return an entry's values as `_COLUMNS`."""
    entry = stored.entry
    return (
        entry.chain,
        entry.seq,
        entry.at,
        entry.kind,
        entry.actor,
        json.dumps(dict(entry.body)),
        entry.sealed,
        entry.prev_hash,
        stored.hash,
    )
