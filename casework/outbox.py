"""The outbox: parcels claimed for sending under a lease, looked at once more, and marked when their fate is known.

A claim is one short transaction; nothing is locked while a mail is on its way. Whoever claims and dies loses the
parcel when the lease runs out, and the next one sends the same bytes under the same Message-ID.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from casework.case_file import CaseFile, make_due
from casework.journal import ENGINE
from casework.letter_annex_rows import note_custody, open_approved
from casework.letter_bytes import approved_bytes, approved_recipient
from casework.letter_consents import find_obstacle
from casework.letter_file import list_companions
from casework.notices import asks_no_more
from casework.office import Office
from casework.staff import open_contact
from integrations.mime import Attachment
from models.errors import DodomuError
from models.records import Case, LetterRecord, Parcel, Staff
from models.rules.retry import next_try_at
from models.statuses import CaseStatus, LetterState, ParcelKind, ParcelState

LEASE = timedelta(minutes=10)
# Annexes are large: a claim ends early rather than open a whole batch of them at once.
_OPEN_AT_ONCE_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class Claimed:
    """A parcel that is ours to send until `until`, with everything its mail is made of."""

    parcel: str
    key: str
    kind: ParcelKind
    until: datetime
    written_at: datetime
    language: str
    subject: str = field(repr=False)
    text: str = field(repr=False)
    recipient: str = field(repr=False)
    letter_number: str | None = None
    letter: bytes | None = field(default=None, repr=False)
    annexes: tuple[Attachment, ...] = field(default=(), repr=False)

    @property
    def size_bytes(self) -> int:
        """How many bytes it holds in memory beside its text."""
        return len(self.letter or b"") + sum(len(annex.content) for annex in self.annexes)


@dataclass(frozen=True, slots=True)
class ClaimReport:
    """What a claim came to: parcels to send, and how many were stopped because they may not leave any more."""

    claimed: tuple[Claimed, ...]
    stopped: int


def claim(office: Office, now: datetime, limit: int) -> ClaimReport:
    """Claim up to `limit` parcels whose time has come, in one transaction, looking at each letter anew.

    A parcel or case that another transaction holds is passed by; the next claim finds it.
    """
    if not count_waiting(office, now):
        return ClaimReport((), 0)
    claimed: list[Claimed] = []
    stopped = 0
    with office.store.writing() as session:
        for parcel in _list_due(session, now, limit):
            ready = _take(office, session, parcel, now)
            if ready is not None:
                claimed.append(ready)
            stopped += parcel.state is ParcelState.STOPPED
            if sum(each.size_bytes for each in claimed) >= _OPEN_AT_ONCE_BYTES:
                break
    return ClaimReport(tuple(claimed), stopped)


def count_waiting(office: Office, now: datetime) -> int:
    """Count the parcels whose time has come."""
    with office.store.reading() as session:
        return session.scalar(select(func.count()).select_from(Parcel).where(_is_due(now))) or 0


def put_back(office: Office, claimed: Sequence[Claimed]) -> None:
    """Let go of parcels that were not tried: they wait as before, and no try is counted."""
    if not claimed:
        return
    with office.store.writing() as session:
        for each in claimed:
            parcel = _ours(session, each)
            if parcel is not None:
                parcel.state, parcel.claimed_until = ParcelState.WAITING, None


def mark_sent(office: Office, claimed: Claimed, taken_at: datetime, now: datetime) -> None:
    """Record that the relay has taken a parcel; the clock of a letter's answer runs from there. Safe to repeat."""
    with office.store.writing() as session:
        file = _lock_of(office, session, claimed, now)
        parcel = session.scalars(select(Parcel).where(Parcel.id == claimed.parcel).with_for_update()).one_or_none()
        if parcel is None or parcel.state is ParcelState.SENT:
            return
        parcel.state, parcel.sent_at = ParcelState.SENT, taken_at
        parcel.claimed_until = parcel.next_try_at = parcel.fault = None
        letter = _letter_of(session, parcel)
        if file is not None and letter is not None:
            letter.state, letter.fault = LetterState.SENT, None
            letter.taken_at, letter.taken_on = taken_at, office.book.today(taken_at)
            _note(file, "letter_sent", {"letter": letter.number, "fingerprint": letter.fingerprint or ""})
            note_custody(file, letter)


def mark_deferred(office: Office, claimed: Claimed, fault: str, now: datetime) -> bool:
    """Count a failed try. Return whether there will be another; when the plan is exhausted the parcel has failed."""
    with office.store.writing() as session:
        file, parcel = _lock_of(office, session, claimed, now), _ours(session, claimed)
        if parcel is None:
            return True
        parcel.tries += 1
        again_at = next_try_at(parcel.tries, now)
        if again_at is None:
            _fail(session, file, parcel, fault)
            return False
        parcel.state, parcel.claimed_until = ParcelState.WAITING, None
        parcel.next_try_at, parcel.fault = again_at, fault
        return True


def mark_failed(office: Office, claimed: Claimed, fault: str, now: datetime) -> None:
    """Record that a parcel will never be taken; its letter is undeliverable and the case due for a look."""
    with office.store.writing() as session:
        file, parcel = _lock_of(office, session, claimed, now), _ours(session, claimed)
        if parcel is not None:
            parcel.tries += 1
            _fail(session, file, parcel, fault)


def _is_due(now: datetime) -> ColumnElement[bool]:
    return or_(
        and_(Parcel.state == ParcelState.WAITING, Parcel.next_try_at <= now),
        and_(Parcel.state == ParcelState.SENDING, Parcel.claimed_until <= now),
    )


def _list_due(session: Session, now: datetime, limit: int) -> Sequence[Parcel]:
    query = select(Parcel).where(_is_due(now)).order_by(Parcel.next_try_at, Parcel.key).limit(limit)
    return session.scalars(query.with_for_update(skip_locked=True)).all()


def _take(office: Office, session: Session, parcel: Parcel, now: datetime) -> Claimed | None:
    """Claim one parcel, or stop it, or leave it alone while somebody works on its case."""
    if parcel.letter_id is None:
        return _take_message(office, session, parcel, now)
    letter = _letter_of(session, parcel)
    if letter is None or parcel.case_id is None:
        return None
    file = _lock_cases(office, session, letter, now, skip_locked=True)
    if file is None:
        return None
    obstacle = find_obstacle(file, letter)
    if obstacle is not None:
        _stop_letter(file, parcel, letter, obstacle)
        return None
    approved = approved_recipient(file, letter)
    return replace(
        _claimed(parcel, now, approved.mail or ""),
        letter_number=letter.number,
        letter=approved_bytes(file, letter),
        annexes=open_approved(file, letter, approved.annexes),
    )


def _take_message(office: Office, session: Session, parcel: Parcel, now: datetime) -> Claimed | None:
    if parcel.kind is ParcelKind.NOTICE and asks_no_more(office, session, parcel):
        parcel.state, parcel.claimed_until, parcel.fault = ParcelState.STOPPED, None, "done_meanwhile"
        return None
    try:
        recipient = _mailbox(office, session, parcel)
    except DodomuError as error:
        # The item boundary of a batch: one account that cannot be opened must not hold up the others' mail.
        recipient, parcel.fault = None, error.code
    if recipient is None:
        parcel.state, parcel.claimed_until = ParcelState.STOPPED, None
        parcel.fault = parcel.fault or "recipient_missing"
        return None
    return _claimed(parcel, now, recipient)


def _mailbox(office: Office, session: Session, parcel: Parcel) -> str | None:
    """Find where a message that is no letter goes: to a member of staff who is still here, or to the witness."""
    if parcel.kind is ParcelKind.CHECKPOINT:
        return office.settings.witness_mail
    staff = session.get(Staff, parcel.staff_id)
    return open_contact(office, staff).mail if staff is not None and staff.active else None


def _claimed(parcel: Parcel, now: datetime, recipient: str) -> Claimed:
    parcel.state, parcel.claimed_until = ParcelState.SENDING, now + LEASE
    return Claimed(
        parcel=parcel.id,
        key=parcel.key,
        kind=parcel.kind,
        until=now + LEASE,
        written_at=parcel.created_at,
        language=parcel.language,
        subject=parcel.subject or "",
        text=parcel.text or "",
        recipient=recipient,
    )


def _stop_letter(file: CaseFile, parcel: Parcel, letter: LetterRecord, obstacle: str) -> None:
    parcel.state, parcel.claimed_until, parcel.fault = ParcelState.STOPPED, None, obstacle
    letter.state, letter.fault = LetterState.STOPPED, obstacle
    _note(file, "letter_stopped", {"letter": letter.number, "because": obstacle})


def _fail(session: Session, file: CaseFile | None, parcel: Parcel, fault: str) -> None:
    parcel.state, parcel.fault = ParcelState.FAILED, fault
    parcel.claimed_until = parcel.next_try_at = None
    letter = _letter_of(session, parcel)
    if file is not None and letter is not None:
        letter.state, letter.fault = LetterState.UNDELIVERABLE, fault
        _note(file, "letter_undeliverable", {"letter": letter.number, "because": fault})


def _note(file: CaseFile, kind: str, body: Mapping[str, str]) -> None:
    file.journal_each(kind, body)
    for each in file.everybody:
        make_due(each.case)


def _lock_of(office: Office, session: Session, claimed: Claimed, now: datetime) -> CaseFile | None:
    """Lock the cases first, as everybody does who works on one, then the parcel; a message to staff has none."""
    of_parcel = select(Parcel.letter_id).where(Parcel.id == claimed.parcel)
    letter = session.scalars(select(LetterRecord).where(LetterRecord.id.in_(of_parcel))).one_or_none()
    return None if letter is None else _lock_cases(office, session, letter, now)


def _lock_cases(
    office: Office, session: Session, letter: LetterRecord, now: datetime, *, skip_locked: bool = False
) -> CaseFile | None:
    """Lock the cases of a letter's children, in one order; None if one of them is at work elsewhere."""
    children = [letter.case_id, *(list_companions(session, letter) if letter.children > 1 else ())]
    query = select(Case).where(Case.id.in_(children)).order_by(Case.id).with_for_update(skip_locked=skip_locked)
    cases = {case.id: case for case in session.scalars(query)}
    if len(cases) < len(children):
        return None
    standing = (cases[each] for each in children[1:] if cases[each].status is not CaseStatus.ERASED)
    along = tuple(CaseFile(office, session, case, now, ENGINE) for case in standing)
    return CaseFile(office, session, cases[letter.case_id], now, ENGINE, along)


def _ours(session: Session, claimed: Claimed) -> Parcel | None:
    """Find the parcel if the lease is still ours: another may have taken it since."""
    query = select(Parcel).where(
        Parcel.id == claimed.parcel, Parcel.state == ParcelState.SENDING, Parcel.claimed_until == claimed.until
    )
    return session.scalars(query.with_for_update()).one_or_none()


def _letter_of(session: Session, parcel: Parcel) -> LetterRecord | None:
    return session.get(LetterRecord, parcel.letter_id) if parcel.letter_id is not None else None
