"""What people have recorded about one case, line by line with the ids by which it is withdrawn: nothing unsealed."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.office import Office
from models.errors import NotFound
from models.records import (
    AliasRecord,
    Case,
    ChecklistRecord,
    ConsentRecord,
    EvidenceRecord,
    ReportRecord,
    SightingRecord,
    SignOffRecord,
)
from models.rules.reference import parse_reference
from models.statuses import (
    Basis,
    ChecklistItem,
    InformationGrade,
    Purpose,
    ReportOffice,
    Role,
    SourceGrade,
    SourceKind,
    Territory,
)


@dataclass(frozen=True, slots=True)
class SightingLine:
    """A sighting, without its place and source."""

    id: str
    seen_on: date | None
    stated_on: date
    country: str
    territory: Territory
    source_kind: SourceKind
    source_grade: SourceGrade
    information_grade: InformationGrade
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """A consent; `withheld` names the fields the body is not told."""

    id: str
    body: str
    purpose: Purpose
    given_on: date
    given_by: Basis
    withdrawn_on: date | None
    withheld: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """A piece of evidence, without its title."""

    id: str
    kind: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class OnRecord:
    """What is recorded about a case, the first first; a checklist item stands there each time it was established."""

    sightings: tuple[SightingLine, ...]
    consents: tuple[ConsentLine, ...]
    aliases: tuple[str, ...]
    evidence: tuple[EvidenceLine, ...]
    reports: tuple[ReportOffice, ...]
    checklist: tuple[tuple[ChecklistItem, date], ...]
    sign_offs: tuple[tuple[str, Role, date], ...]


def list_on_record(office: Office, typed_reference: str) -> OnRecord:
    """Return what is on record about a case. Raises NotFound `case_not_found`."""
    reference = parse_reference(typed_reference)
    with office.store.reading() as session:
        case_id = session.scalars(select(Case.id).where(Case.reference == reference)).one_or_none()
        if case_id is None:
            raise NotFound("case_not_found", reference=reference)
        return OnRecord(
            sightings=tuple(
                SightingLine(*row) for row in _rows(session, case_id, _SIGHTING, SightingRecord.recorded_at)
            ),
            consents=tuple(
                ConsentLine(
                    row.id, row.body, row.purpose, row.given_on, row.given_by, row.withdrawn_on, tuple(row.withheld)
                )
                for row in _rows(session, case_id, _CONSENT, ConsentRecord.given_on)
            ),
            aliases=tuple(row[0] for row in _rows(session, case_id, (AliasRecord.id,), AliasRecord.recorded_at)),
            evidence=tuple(EvidenceLine(*row) for row in _rows(session, case_id, _EVIDENCE, EvidenceRecord.added_at)),
            reports=tuple(row[0] for row in _rows(session, case_id, (ReportRecord.office,), ReportRecord.office)),
            checklist=tuple((row[0], row[1]) for row in _rows(session, case_id, _CHECKLIST, ChecklistRecord.id)),
            sign_offs=tuple((row[0], row[1], row[2]) for row in _rows(session, case_id, _SIGN_OFF, SignOffRecord.id)),
        )


def _rows(session: Session, case_id: int, columns: tuple[Any, ...], by: Any) -> list[Any]:
    record = columns[0].class_
    return list(session.execute(select(*columns).where(record.case_id == case_id).order_by(by, record.id)))


_SIGHTING = (
    SightingRecord.id,
    SightingRecord.seen_on,
    SightingRecord.stated_on,
    SightingRecord.country,
    SightingRecord.territory,
    SightingRecord.source_kind,
    SightingRecord.source_grade,
    SightingRecord.information_grade,
    SightingRecord.withdrawn,
)
_CONSENT = (
    ConsentRecord.id,
    ConsentRecord.body,
    ConsentRecord.purpose,
    ConsentRecord.given_on,
    ConsentRecord.given_by,
    ConsentRecord.withdrawn_on,
    ConsentRecord.withheld,
)
_EVIDENCE = (EvidenceRecord.id, EvidenceRecord.kind, EvidenceRecord.added_at)
_CHECKLIST = (ChecklistRecord.item, ChecklistRecord.established_on)
_SIGN_OFF = (SignOffRecord.by, SignOffRecord.role, SignOffRecord.signed_on)
