"""The journal's entries and its checkpoints, and the office's own row."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.records.base import Code, Moment, Record


class JournalRecord(Record):
    """One entry of a chain: a case's (its reference) or the office's (`office`)."""

    __tablename__ = "journal"
    __table_args__ = (
        UniqueConstraint("chain", "seq"),
        Index("ix_journal_unsealed", "checkpoint", "chain"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    chain: Mapped[str] = mapped_column(Code)
    seq: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(Moment)
    kind: Mapped[str] = mapped_column(Code)
    actor: Mapped[str] = mapped_column(Code)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    prev_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    checkpoint: Mapped[int | None] = mapped_column(Integer)


class CheckpointRecord(Record):
    """A signed Merkle root over the heads of all chains, as it went to the witness."""

    __tablename__ = "checkpoints"

    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    signature: Mapped[bytes] = mapped_column(LargeBinary)
    witnessed_at: Mapped[datetime | None] = mapped_column(Moment)


class OfficeRecord(Record):
    """The store's own row: whether it is a rehearsal, its moved clock, and the office chain's end."""

    __tablename__ = "office"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    rehearsal_at: Mapped[datetime | None] = mapped_column(Moment)
    made_at: Mapped[datetime] = mapped_column(Moment)
    journal_seq: Mapped[int] = mapped_column(Integer, default=0)
    journal_head: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    policy_version: Mapped[str | None] = mapped_column(String(64))
    watched_at: Mapped[datetime | None] = mapped_column(Moment)
