"""The case itself and what has happened to it as a whole: stage entries, pauses, overrides, checklist, sign-offs."""

from datetime import UTC, date, datetime

from sqlalchemy import JSON, Boolean, Date, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.records.base import Code, Id, Moment, Record, Reference, one_of
from models.statuses import (
    Basis,
    CaseStatus,
    ChecklistItem,
    ClosingReason,
    Outcome,
    Precision,
    Role,
    Stage,
    Territory,
)

AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
"""Earlier than any clock shows: a look that is due at once is so too when a clock that ran ahead is put right."""


class Case(Record):
    """One child's case. Everything here is in clear: references, statuses, dates, and which fields are known.

    `next_look_at` is the earliest moment at which time alone changes something, None while only a fact can, and
    `AT_ONCE` once one is recorded.
    `seals` counts the encryptions under the case's key; `journal_seq` and `journal_head` are its chain's end.
    """

    __tablename__ = "cases"
    __table_args__ = (Index("ix_cases_due", "next_look_at", "id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    reference: Mapped[str] = mapped_column(Reference, unique=True)
    source_number: Mapped[str | None] = mapped_column(Code, unique=True)
    status: Mapped[CaseStatus] = mapped_column(one_of(CaseStatus))
    stage: Mapped[Stage] = mapped_column(one_of(Stage), index=True)
    outcome: Mapped[Outcome | None] = mapped_column(one_of(Outcome))
    coordinator: Mapped[str | None] = mapped_column(ForeignKey("staff.id"), index=True)
    sibling_group: Mapped[str | None] = mapped_column(Id, index=True)
    opened_on: Mapped[date] = mapped_column(Date)
    opened_at: Mapped[datetime] = mapped_column(Moment)
    closed_as: Mapped[ClosingReason | None] = mapped_column(one_of(ClosingReason))
    erased_at: Mapped[datetime | None] = mapped_column(Moment)
    separation_on: Mapped[date | None] = mapped_column(Date)
    separation_precision: Mapped[Precision | None] = mapped_column(one_of(Precision))
    disappeared_on: Mapped[date | None] = mapped_column(Date)
    disappeared_precision: Mapped[Precision | None] = mapped_column(one_of(Precision))
    adult_on: Mapped[date | None] = mapped_column(Date)
    adult_precision: Mapped[Precision | None] = mapped_column(one_of(Precision))
    known: Mapped[list[str]] = mapped_column(JSON, default=list)
    requester_basis: Mapped[Basis | None] = mapped_column(one_of(Basis))
    standing_confirmed_on: Mapped[date | None] = mapped_column(Date)
    held_stage: Mapped[Stage | None] = mapped_column(one_of(Stage))
    possible_duplicate_of: Mapped[str | None] = mapped_column(Reference)
    arrived_on: Mapped[date | None] = mapped_column(Date)
    received_by: Mapped[Basis | None] = mapped_column(one_of(Basis))
    arrival_territory: Mapped[Territory | None] = mapped_column(one_of(Territory))
    flags: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    missing: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    next_look_at: Mapped[datetime | None] = mapped_column(Moment)
    looked_at: Mapped[datetime | None] = mapped_column(Moment)
    seals: Mapped[int] = mapped_column(Integer, default=0)
    journal_seq: Mapped[int] = mapped_column(Integer, default=0)
    journal_head: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    sealed_identity: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed_circumstances: Mapped[bytes | None] = mapped_column(LargeBinary)


class StageEntryRecord(Record):
    """A stage entered: by its gate, by a step back, or at opening."""

    __tablename__ = "stage_entries"
    __table_args__ = (UniqueConstraint("case_id", "number"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    number: Mapped[int] = mapped_column(Integer)
    stage: Mapped[Stage] = mapped_column(one_of(Stage))
    entered_at: Mapped[datetime] = mapped_column(Moment)
    policy_version: Mapped[str] = mapped_column(String(64))


class PauseRecord(Record):
    """A span in which the case rested, suspended or closed."""

    __tablename__ = "pauses"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date | None] = mapped_column(Date)


class OverrideRecord(Record):
    """A requirement a supervisor has set aside for one case. The reason is in the journal, sealed."""

    __tablename__ = "overrides"
    __table_args__ = (UniqueConstraint("case_id", "stage", "requirement"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    stage: Mapped[Stage] = mapped_column(one_of(Stage))
    requirement: Mapped[str] = mapped_column(Code)
    by: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime] = mapped_column(Moment)


class ChecklistRecord(Record):
    """A checklist item that has been established; the newest of an item counts."""

    __tablename__ = "checklist"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    item: Mapped[ChecklistItem] = mapped_column(one_of(ChecklistItem))
    established_on: Mapped[date] = mapped_column(Date)
    by: Mapped[str] = mapped_column(ForeignKey("staff.id"))


class SignOffRecord(Record):
    """One person's signature under the verification."""

    __tablename__ = "sign_offs"
    __table_args__ = (UniqueConstraint("case_id", "person_no"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    by: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    person_no: Mapped[int] = mapped_column(Integer)
    role: Mapped[Role] = mapped_column(one_of(Role))
    signed_on: Mapped[date] = mapped_column(Date)


class VisitRecord(Record):
    """A follow-up visit made after arrival."""

    __tablename__ = "visits"
    __table_args__ = (UniqueConstraint("case_id", "visit"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    visit: Mapped[str] = mapped_column(Code)
    made_on: Mapped[date] = mapped_column(Date)


class Counter(Record):
    """A running number of the office: case serials, outgoing numbers."""

    __tablename__ = "counters"

    name: Mapped[str] = mapped_column(Code, primary_key=True)
    value: Mapped[int] = mapped_column(Integer)


class RetainedErasure(Record):
    """That a case was erased, kept apart from the case: written before the key is destroyed, finished after."""

    __tablename__ = "erasures"

    reference: Mapped[str] = mapped_column(Reference, primary_key=True)
    asked_at: Mapped[datetime] = mapped_column(Moment)
    asked_by: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    key_destroyed: Mapped[bool] = mapped_column(Boolean, default=False)
