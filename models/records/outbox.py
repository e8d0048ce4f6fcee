"""The outbox: messages that wait to leave, each under a key that keeps it from leaving twice."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.records.base import Code, Id, Moment, Record, one_of
from models.statuses import ParcelKind, ParcelState


class Parcel(Record):
    """A message waiting to leave. A letter's bytes stay sealed with the letter; a notice's text names no person."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_waiting", "state", "next_try_at"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(160), unique=True)
    kind: Mapped[ParcelKind] = mapped_column(one_of(ParcelKind))
    state: Mapped[ParcelState] = mapped_column(one_of(ParcelState))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    letter_id: Mapped[str | None] = mapped_column(ForeignKey("letters.id"))
    staff_id: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    subject: Mapped[str | None] = mapped_column(String(200))
    text: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(8), default="uk")
    created_at: Mapped[datetime] = mapped_column(Moment)
    next_try_at: Mapped[datetime | None] = mapped_column(Moment)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    claimed_until: Mapped[datetime | None] = mapped_column(Moment)
    fault: Mapped[str | None] = mapped_column(Code)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
