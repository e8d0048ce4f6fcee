"""Clocks as they stand, and the rungs of their ladders that have fired."""

from datetime import date, datetime

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.records.base import Code, Moment, Record, one_of
from models.statuses import ClockState, NoticeState, RungKind


class ClockRecord(Record):
    """A running or ended deadline, known by case, rule and anchor.

    `changes` counts how often its day or state has changed: a calendar program takes the latest.
    """

    __tablename__ = "clocks"
    __table_args__ = (
        UniqueConstraint("case_id", "rule", "anchor"),
        Index("ix_clocks_standing", "state", "due_on"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    rule: Mapped[str] = mapped_column(Code)
    anchor: Mapped[str] = mapped_column(Code)
    anchor_on: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date] = mapped_column(Date)
    state: Mapped[ClockState] = mapped_column(one_of(ClockState))
    closed_on: Mapped[date | None] = mapped_column(Date)
    changes: Mapped[int] = mapped_column(Integer, default=0, server_default="0")


class SnoozeRecord(Record):
    """A rung put off once, to a later day. The reason stands sealed in the journal."""

    __tablename__ = "snoozes"
    __table_args__ = (UniqueConstraint("case_id", "rule", "anchor", "rung"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    rule: Mapped[str] = mapped_column(Code)
    anchor: Mapped[str] = mapped_column(Code)
    rung: Mapped[str] = mapped_column(Code)
    until_on: Mapped[date] = mapped_column(Date)
    by: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime] = mapped_column(Moment)


class NoticeRecord(Record):
    """A rung that has fired or been overtaken. The key makes sure that it does so once."""

    __tablename__ = "notices"
    __table_args__ = (UniqueConstraint("case_id", "rule", "anchor", "rung"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    rule: Mapped[str] = mapped_column(Code)
    anchor: Mapped[str] = mapped_column(Code)
    rung: Mapped[str] = mapped_column(Code)
    kind: Mapped[RungKind] = mapped_column(one_of(RungKind))
    state: Mapped[NoticeState] = mapped_column(one_of(NoticeState))
    urgent: Mapped[bool] = mapped_column(Boolean, default=False)
    due_at: Mapped[datetime] = mapped_column(Moment)
    fired_at: Mapped[datetime] = mapped_column(Moment, index=True)
