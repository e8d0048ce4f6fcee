"""What the daily digest is made of, read once for all its readers: deadlines, fired rungs, flags, waiting letters."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Text, and_, cast, func, or_, select
from sqlalchemy.orm import Session

from casework.absences import Absence
from casework.deadlines import TOLD_OF, deadlines_of, find_letter_numbers
from casework.letter_file import approver_of
from casework.notices import find_rung
from casework.office import Office
from casework.readers import Readers, read_readers
from casework.told import Deadline
from models.records import (
    ApprovalRecord,
    Case,
    ClockRecord,
    LetterRecord,
    NoticeRecord,
    Parcel,
    Staff,
)
from models.rules.letter_policy import Approval
from models.rules.letter_states import Approver, approvals_lacking
from models.rules.policy import After, Rung
from models.statuses import CaseStatus, ClockState, LetterState, NoticeState, ParcelKind

SOON = timedelta(days=7)
# Who has had no digest yet is told of the last week's reminders, not of all there ever were.
FIRST_LOOK_BACK = timedelta(days=7)
# While a case rests its clocks are paused, all but the hard cut-offs.
_WORKED_ON = Case.status.in_((CaseStatus.OPEN, CaseStatus.SUSPENDED))
_TOLD = (ClockState.RUNNING, ClockState.OVERDUE, ClockState.LAPSED)


@dataclass(frozen=True, slots=True)
class Fired:
    """A rung that has fired, with the deadline it belongs to as it stands today."""

    deadline: Deadline
    rung: Rung
    fired_at: datetime


@dataclass(frozen=True, slots=True)
class Raised:
    """A flag on a case; `letter` is the outgoing number where the flag is about a letter."""

    reference: str
    coordinator: str | None
    code: str
    about: str
    letter: str | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A letter that waits for somebody: a draft for approvals, an approved one for its release."""

    reference: str
    coordinator: str | None
    number: str
    kind: str
    state: LetterState
    drafter_no: int | None
    approvers: tuple[Approver, ...]
    people_lacking: int
    legal_officer_lacking: bool


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything that any reader's digest may say today. `since` is the moment of each reader's last digest."""

    today: date
    readers: Readers
    since: Mapping[str, datetime]
    deadlines: Sequence[Deadline]
    fired: Sequence[Fired]
    flags: Sequence[Raised]
    letters: Sequence[Waiting]


def read_sources(office: Office, session: Session, now: datetime) -> Sources:
    """Read what today's digests are made of; nothing is unsealed for it."""
    today = office.book.today(now)
    readers = read_readers(office, session, now)
    since = _since(session, readers, now)
    here = frozenset(reader.id for reader in readers.staff)
    return Sources(
        today=today,
        readers=readers,
        since=since,
        deadlines=_deadlines(office, session, here, office.book.today(min(since.values(), default=now)), today),
        fired=_fired(office, session, here, min(since.values(), default=now), today),
        flags=_flags(session, here),
        letters=_letters(office, session, here),
    )


def _since(session: Session, readers: Readers, now: datetime) -> Mapping[str, datetime]:
    """Return when each was last told: in their own digest, or while they are away in that of whoever stands in."""
    query = select(Parcel.staff_id, func.max(Parcel.created_at).label("last_at")).where(
        Parcel.kind == ParcelKind.DIGEST
    )
    last = {row.staff_id: row.last_at for row in session.execute(query.group_by(Parcel.staff_id))}
    own = {reader.id: last.get(reader.id, now - FIRST_LOOK_BACK) for reader in readers.staff}
    today = readers.book.today(now)
    away = [(reader, absence) for reader in readers.staff if (absence := readers.find_absence(reader.id, today))]
    return own | {reader.id: _last_told(readers, reader, absence, today, own) for reader, absence in away}


def _last_told(readers: Readers, reader: Staff, absence: Absence, today: date, own: Mapping[str, datetime]) -> datetime:
    told_at = own[readers.reader_on(reader, today).id]
    return max(told_at, own[reader.id]) if readers.book.today(told_at) >= absence.from_on else own[reader.id]


def _deadlines(office: Office, session: Session, here: Collection[str], since_on: date, today: date) -> list[Deadline]:
    """Read what is overdue, due soon, or has lapsed since the day of the oldest of all last digests."""
    lapsed = and_(ClockRecord.state == ClockState.LAPSED, ClockRecord.due_on >= since_on, _WORKED_ON)
    soon = and_(ClockRecord.state == ClockState.RUNNING, ClockRecord.due_on <= today + SOON)
    query = (
        select(*TOLD_OF)
        .join(Case, Case.id == ClockRecord.case_id)
        .where(or_(ClockRecord.state == ClockState.OVERDUE, soon, lapsed))
        .order_by(ClockRecord.due_on, Case.reference, ClockRecord.rule)
    )
    known = {rule.id for rule in office.policy.clocks}
    rows = [row for row in session.execute(query) if row[0].rule in known]
    return deadlines_of(office, session, rows, here, today)


def _fired(office: Office, session: Session, here: Collection[str], since: datetime, today: date) -> list[Fired]:
    """Read the rungs fired since the oldest of all last digests, where there is still something to do, oldest first."""
    query = (
        select(*TOLD_OF, NoticeRecord.rung, NoticeRecord.fired_at)
        .join(
            ClockRecord,
            and_(
                ClockRecord.case_id == NoticeRecord.case_id,
                ClockRecord.rule == NoticeRecord.rule,
                ClockRecord.anchor == NoticeRecord.anchor,
            ),
        )
        .join(Case, Case.id == NoticeRecord.case_id)
        .where(
            NoticeRecord.fired_at > since,
            NoticeRecord.state == NoticeState.FIRED,
            ClockRecord.state.in_((*_TOLD, ClockState.MET)),
            _WORKED_ON,
        )
        .order_by(NoticeRecord.fired_at, Case.reference, NoticeRecord.id)
    )
    stated = [(row, find_rung(office.policy, row[0].rule, row.rung)) for row in session.execute(query)]
    told = [(row, rung) for row, rung in stated if rung is not None and _still_asks(row[0].state, rung)]
    deadlines = deadlines_of(office, session, [row for row, _ in told], here, today)
    return [Fired(deadline, rung, row.fired_at) for (row, rung), deadline in zip(told, deadlines, strict=True)]


def _still_asks(state: ClockState, rung: Rung) -> bool:
    """Whether a fired rung is still to be told: a clock that has stopped asks nothing, but after a refusal it does."""
    return state in _TOLD or rung.after is After.REFUSAL


def _flags(session: Session, here: Collection[str]) -> list[Raised]:
    query = (
        select(Case.reference, Case.coordinator, Case.flags)
        .where(cast(Case.flags, Text) != "[]", Case.status == CaseStatus.OPEN)
        .order_by(Case.reference)
    )
    rows = session.execute(query).all()
    letters = find_letter_numbers(session, [about for row in rows for _, about in row.flags])
    return [
        Raised(reference, _if_here(who, here), code, about, letters.get(about))
        for reference, who, flags in rows
        for code, about in flags
    ]


def _letters(office: Office, session: Session, here: Collection[str]) -> list[Waiting]:
    query = (
        select(LetterRecord, Case.reference, Case.coordinator)
        .join(Case, Case.id == LetterRecord.case_id)
        .where(LetterRecord.state.in_((LetterState.DRAFT, LetterState.APPROVED)), Case.status == CaseStatus.OPEN)
        .order_by(LetterRecord.drafted_at, LetterRecord.number)
    )
    rows = session.execute(query).all()
    approvals: defaultdict[str, list[Approver]] = defaultdict(list)
    of_drafts = ApprovalRecord.letter_id == LetterRecord.id, LetterRecord.state == LetterState.DRAFT
    for approval in session.scalars(select(ApprovalRecord).join(LetterRecord, and_(*of_drafts))):
        approvals[approval.letter_id].append(approver_of(approval))
    persons: dict[str | None, int] = {each.id: each.person_no for each in session.scalars(select(Staff))}
    bodies = {body.id: body.approval for body in office.policy.bodies}
    waiting = []
    for letter, reference, who in rows:
        approvers = tuple(approvals[letter.id])
        lacking = approvals_lacking(bodies.get(letter.body, Approval()), approvers)
        people, legal = lacking if letter.state is LetterState.DRAFT else (0, False)
        drafter = persons.get(letter.drafted_by)
        waiting.append(
            Waiting(
                reference,
                _if_here(who, here),
                letter.number,
                letter.kind,
                letter.state,
                drafter,
                approvers,
                people,
                legal,
            )
        )
    return waiting


def _if_here(coordinator: str | None, here: Collection[str]) -> str | None:
    """Return a coordinator whose account stands; whose has ended looks after nothing."""
    return coordinator if coordinator in here else None
