"""Reading the journal back, entry by entry, whatever somebody has done to its rows.

A value that is not of its kind any more is read as one that no hash fits: the entry is to be named, not the reader.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, String, Text, cast, select, type_coerce
from sqlalchemy.orm import Session

from models.records import JournalRecord
from models.rules.canonical import Json
from models.rules.chain import Entry, StoredEntry

_JOURNAL = JournalRecord.__table__
_BATCH = 2000
_NO_MOMENT = datetime.min.replace(tzinfo=UTC)


def stream_chains(session: Session) -> Iterator[tuple[str, list[StoredEntry]]]:
    """Yield every chain with its entries in order of their numbers; one chain at a time is in memory."""
    rows = session.execute(_rows(), execution_options={"yield_per": _BATCH})
    for chain, entries in groupby(rows, key=lambda row: row.chain):
        yield chain, [_read(row) for row in entries]


def list_entries(session: Session, chain: str) -> list[StoredEntry]:
    """List one chain's entries in order of their numbers."""
    return [_read(row) for row in session.execute(_rows().where(JournalRecord.chain == chain))]


def _rows() -> Select[Any]:
    # Time and body as the database spells them: reading a forged one must not fail before it is named.
    columns: Sequence[ColumnElement[Any]] = (
        _JOURNAL.c.chain,
        _JOURNAL.c.seq,
        type_coerce(_JOURNAL.c.at, String).label("at"),
        _JOURNAL.c.kind,
        _JOURNAL.c.actor,
        cast(_JOURNAL.c.body, Text).label("body"),
        _JOURNAL.c.sealed,
        _JOURNAL.c.prev_hash,
        _JOURNAL.c.hash,
    )
    return select(*columns).order_by(JournalRecord.chain, JournalRecord.seq)


def _read(row: Row[Any]) -> StoredEntry:
    entry = Entry(
        chain=row.chain,
        seq=row.seq,
        at=_moment(row.at),
        kind=row.kind,
        actor=row.actor,
        body=_body(row.body),
        sealed=row.sealed,
        prev_hash=row.prev_hash,
    )
    return StoredEntry(entry, row.hash)


def _moment(stored: str | datetime) -> datetime:
    """PostgreSQL gives a moment with its offset, SQLite the text of one in UTC."""
    if isinstance(stored, datetime):
        return stored.astimezone(UTC)
    try:
        return datetime.fromisoformat(stored).replace(tzinfo=UTC)
    except ValueError:
        return _NO_MOMENT


def _body(stored: str) -> dict[str, Json]:
    try:
        body = json.loads(stored)
    except ValueError:
        body = None
    return body if isinstance(body, dict) else {"": None}
