"""Erasing a case: its key is destroyed, so that nothing sealed opens any more, and its journal still verifies.

In this order, each step safe to repeat: the case is marked and what tells of the child in clear is cleared; a
checkpoint vouches for the journal as it then stands; the key is destroyed; the erasure is noted as finished.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from casework.clock_calendar import write_feeds
from casework.journal import journal_case
from casework.letter_file import letters_about
from casework.office import Office
from casework.sealing_journal import seal_journal
from casework.staff import get_staff, require_role
from models.errors import NotFound
from models.records import Case, ClockRecord, LetterRecord, NoticeRecord, Parcel, RetainedErasure, SnoozeRecord
from models.rules.chain import Occurrence
from models.rules.policy import BIRTHDAYS
from models.rules.reference import parse_reference
from models.statuses import CaseStatus, LetterState, ParcelState, Role

_UNSENT_LETTERS = (LetterState.DRAFT, LetterState.APPROVED, LetterState.QUEUED)


def erase(office: Office, reference: str, now: datetime, actor: str) -> None:
    """Erase a case for good, on a supervisor's word. A second call finishes what a crash left undone.

    Raises NotFound `case_not_found`, RuleViolation `role_not_allowed`; TransientFailure when the witness cannot be
    reached: then the case is marked and out of reach, and `finish_erasures` destroys its key later.
    """
    parsed = parse_reference(reference)
    with office.store.writing() as session:
        require_role(get_staff(session, actor), Role.SUPERVISOR)
        case = session.scalars(select(Case).where(Case.reference == parsed).with_for_update()).one_or_none()
        if case is None:
            raise NotFound("case_not_found", reference=parsed)
        if case.status is not CaseStatus.ERASED:
            _mark(session, case, now, actor)
    finish_erasures(office, now)
    write_feeds(office, now)


def finish_erasures(office: Office, now: datetime) -> list[str]:
    """Destroy the keys of all cases marked as erased whose keys are still there; return their references."""
    with office.store.reading() as session:
        unfinished = session.scalars(
            select(RetainedErasure.reference).where(RetainedErasure.key_destroyed.is_(False))
        ).all()
    if unfinished:
        seal_journal(office, now)
        office.keystore.destroy(*unfinished)
        office.store.truncate_wal()
        _note_destroyed(office, unfinished)
    return list(unfinished)


def _mark(session: Session, case: Case, now: datetime, actor: str) -> None:
    journal_case(session, case, Occurrence(now, "case_erased", actor, {}))
    case.status, case.erased_at, case.next_look_at = CaseStatus.ERASED, now, None
    case.adult_on = case.adult_precision = None
    case.source_number = case.sibling_group = case.possible_duplicate_of = None
    case.flags, case.missing = [], []
    session.add(RetainedErasure(reference=case.reference, asked_at=now, asked_by=actor))
    _clear_birthday(session, case.id)
    _stop_messages(session, case.id)


def _clear_birthday(session: Session, case_id: int) -> None:
    """Delete the clocks, notices and snoozes whose dates tell a birthday."""
    for record in (ClockRecord, NoticeRecord, SnoozeRecord):
        session.execute(delete(record).where(record.case_id == case_id, record.anchor.in_(BIRTHDAYS)))


def _stop_messages(session: Session, case_id: int) -> None:
    """Let nothing more leave about the case, and keep no message's words: they tell its deadlines."""
    letters = letters_about(case_id)
    about = or_(Parcel.case_id == case_id, Parcel.letter_id.in_(select(LetterRecord.id).where(letters)))
    session.execute(update(Parcel).where(about).values(subject=None, text=None))
    session.execute(
        update(Parcel)
        .where(about, Parcel.state != ParcelState.SENT)
        .values(state=ParcelState.STOPPED, fault="case_erased", next_try_at=None, claimed_until=None)
    )
    session.execute(
        update(LetterRecord)
        .where(letters, LetterRecord.state.in_(_UNSENT_LETTERS))
        .values(state=LetterState.STOPPED, fault="case_erased")
    )


def _note_destroyed(office: Office, references: Sequence[str]) -> None:
    with office.store.writing() as session:
        session.execute(
            update(RetainedErasure).where(RetainedErasure.reference.in_(references)).values(key_destroyed=True)
        )
