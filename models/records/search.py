"""The search for the child: sightings, aliases, consents, report references, evidence."""

from datetime import date, datetime

from sqlalchemy import JSON, Boolean, Date, ForeignKey, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from models.records.base import Code, Id, Moment, Record, one_of
from models.statuses import (
    Basis,
    InformationGrade,
    Precision,
    Purpose,
    ReportOffice,
    SourceGrade,
    SourceKind,
    Territory,
)


class SightingRecord(Record):
    """A dated, sourced, graded claim that the child was at a place. Place, source and note are sealed."""

    __tablename__ = "sightings"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    seen_on: Mapped[date | None] = mapped_column(Date)
    seen_precision: Mapped[Precision | None] = mapped_column(one_of(Precision))
    stated_on: Mapped[date] = mapped_column(Date)
    country: Mapped[str] = mapped_column(String(2))
    territory: Mapped[Territory] = mapped_column(one_of(Territory))
    source_kind: Mapped[SourceKind] = mapped_column(one_of(SourceKind))
    source_grade: Mapped[SourceGrade] = mapped_column(one_of(SourceGrade))
    information_grade: Mapped[InformationGrade] = mapped_column(one_of(InformationGrade))
    source_no: Mapped[int] = mapped_column(Integer)
    place_no: Mapped[int] = mapped_column(Integer)
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    recorded_by: Mapped[str] = mapped_column(Code)
    withdrawn: Mapped[bool] = mapped_column(Boolean, default=False)
    sealed_details: Mapped[bytes] = mapped_column(LargeBinary)


class AliasRecord(Record):
    """A claimed identity given to the child. The original identity is never touched by it."""

    __tablename__ = "aliases"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    sealed_details: Mapped[bytes] = mapped_column(LargeBinary)


class ConsentRecord(Record):
    """A consent for one body and one purpose. `version` grows with every change, and approvals bind to it."""

    __tablename__ = "consents"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    body: Mapped[str] = mapped_column(Code)
    purpose: Mapped[Purpose] = mapped_column(one_of(Purpose))
    given_on: Mapped[date] = mapped_column(Date)
    given_by: Mapped[Basis] = mapped_column(one_of(Basis))
    withheld: Mapped[list[str]] = mapped_column(JSON, default=list)
    withdrawn_on: Mapped[date | None] = mapped_column(Date)
    version: Mapped[int] = mapped_column(Integer, default=1)


class ReportRecord(Record):
    """An office's reference number under which the disappearance is on record, sealed."""

    __tablename__ = "reports"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    office: Mapped[ReportOffice] = mapped_column(one_of(ReportOffice))
    sealed_number: Mapped[bytes] = mapped_column(LargeBinary)


class EvidenceRecord(Record):
    """A piece of evidence: what it is in clear, its SHA-256 and where it is kept sealed. Custody is journalled."""

    __tablename__ = "evidence"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str] = mapped_column(Code)
    added_at: Mapped[datetime] = mapped_column(Moment)
    added_by: Mapped[str] = mapped_column(Code)
    sealed_details: Mapped[bytes] = mapped_column(LargeBinary)
