"""SQLAlchemy tables, one family a file. No behaviour beyond what a row is. Importing this knows them all."""

from models.records.base import Record
from models.records.cases import (
    AT_ONCE,
    Case,
    ChecklistRecord,
    Counter,
    OverrideRecord,
    PauseRecord,
    RetainedErasure,
    SignOffRecord,
    StageEntryRecord,
    VisitRecord,
)
from models.records.clocks import ClockRecord, NoticeRecord, SnoozeRecord
from models.records.journal import CheckpointRecord, JournalRecord, OfficeRecord
from models.records.letters import (
    AnnexRecord,
    ApprovalRecord,
    CompanionRecord,
    DecisionRecord,
    LetterRecord,
    ReplyRecord,
)
from models.records.outbox import Parcel
from models.records.people import AbsenceRecord, RelativeRecord, Staff
from models.records.search import AliasRecord, ConsentRecord, EvidenceRecord, ReportRecord, SightingRecord

__all__ = [
    "AT_ONCE",
    "AbsenceRecord",
    "AliasRecord",
    "AnnexRecord",
    "ApprovalRecord",
    "Case",
    "ChecklistRecord",
    "CheckpointRecord",
    "ClockRecord",
    "CompanionRecord",
    "ConsentRecord",
    "Counter",
    "DecisionRecord",
    "EvidenceRecord",
    "JournalRecord",
    "LetterRecord",
    "NoticeRecord",
    "OfficeRecord",
    "OverrideRecord",
    "Parcel",
    "PauseRecord",
    "Record",
    "RelativeRecord",
    "ReplyRecord",
    "ReportRecord",
    "RetainedErasure",
    "SightingRecord",
    "SignOffRecord",
    "SnoozeRecord",
    "Staff",
    "StageEntryRecord",
    "VisitRecord",
]
