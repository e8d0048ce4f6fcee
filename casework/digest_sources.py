"""What the daily digest is made of, read once for all its readers: deadlines, fired rungs, flags, waiting letters."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Text, and_, cast, func, or_, select
from sqlalchemy.orm import Session

from casework.letter_file import approver_of
from casework.notices import find_letter_numbers, list_active_staff
from casework.office import Office
from casework.told import Deadline
from models.records import ApprovalRecord, Case, ClockRecord, LetterRecord, NoticeRecord, Parcel, Staff
from models.rules.letter_policy import Approval
from models.rules.letter_states import Approver, approvals_lacking
from models.rules.policy import Rung
from models.statuses import CaseStatus, ClockState, LetterState, NoticeState, ParcelKind

SOON = timedelta(days=7)
# Who has had no digest yet is told of the last week's reminders, not of all there ever were.
FIRST_LOOK_BACK = timedelta(days=7)
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
    staff: Sequence[Staff]
    since: Mapping[str, datetime]
    deadlines: Sequence[Deadline]
    fired: Sequence[Fired]
    flags: Sequence[Raised]
    letters: Sequence[Waiting]


def read_sources(office: Office, session: Session, now: datetime) -> Sources:
    """Read what today's digests are made of; nothing is unsealed for it."""
    today = office.book.today(now)
    staff = list_active_staff(session)
    since = _since(session, staff, now)
    return Sources(
        today=today,
        staff=staff,
        since=since,
        deadlines=_deadlines(office, session, today),
        fired=_fired(office, session, min(since.values(), default=now)),
        flags=_flags(session),
        letters=_letters(office, session),
    )


def _since(session: Session, staff: Sequence[Staff], now: datetime) -> Mapping[str, datetime]:
    query = select(Parcel.staff_id, func.max(Parcel.created_at).label("last_at")).where(
        Parcel.kind == ParcelKind.DIGEST
    )
    last = {row.staff_id: row.last_at for row in session.execute(query.group_by(Parcel.staff_id))}
    return {reader.id: last.get(reader.id, now - FIRST_LOOK_BACK) for reader in staff}


def _deadlines(office: Office, session: Session, today: date) -> list[Deadline]:
    soon = and_(ClockRecord.state == ClockState.RUNNING, ClockRecord.due_on <= today + SOON)
    query = (
        select(ClockRecord, Case.reference, Case.coordinator)
        .join(Case, Case.id == ClockRecord.case_id)
        .where(or_(ClockRecord.state == ClockState.OVERDUE, soon))
        .order_by(ClockRecord.due_on, Case.reference, ClockRecord.rule)
    )
    rows = session.execute(query).all()
    letters = find_letter_numbers(session, [clock.anchor for clock, _, _ in rows])
    known = {rule.id for rule in office.policy.clocks}
    return [_deadline(office, clock, reference, who, letters) for clock, reference, who in rows if clock.rule in known]


def _fired(office: Office, session: Session, since: datetime) -> list[Fired]:
    """Read the rungs fired since the oldest of all last digests, where the deadline still stands, oldest first."""
    query = (
        select(NoticeRecord.rung, NoticeRecord.fired_at, ClockRecord, Case.reference, Case.coordinator)
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
            ClockRecord.state.in_(_TOLD),
            Case.status == CaseStatus.OPEN,
        )
        .order_by(NoticeRecord.fired_at, Case.reference, NoticeRecord.id)
    )
    rows = session.execute(query).all()
    letters = find_letter_numbers(session, [row[2].anchor for row in rows])
    return [
        Fired(_deadline(office, clock, reference, who, letters), rung, fired_at)
        for rung_id, fired_at, clock, reference, who in rows
        for rung in _rungs(office, clock.rule)
        if rung.id == rung_id
    ]


def _flags(session: Session) -> list[Raised]:
    query = (
        select(Case.reference, Case.coordinator, Case.flags)
        .where(cast(Case.flags, Text) != "[]", Case.status == CaseStatus.OPEN)
        .order_by(Case.reference)
    )
    rows = session.execute(query).all()
    letters = find_letter_numbers(session, [about for row in rows for _, about in row.flags])
    return [
        Raised(reference, who, code, about, letters.get(about))
        for reference, who, flags in rows
        for code, about in flags
    ]


def _letters(office: Office, session: Session) -> list[Waiting]:
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
            Waiting(reference, who, letter.number, letter.kind, letter.state, drafter, approvers, people, legal)
        )
    return waiting


def _deadline(
    office: Office, clock: ClockRecord, reference: str, coordinator: str | None, letters: Mapping[str, str]
) -> Deadline:
    rule = office.policy.get_clock(clock.rule)
    letter = letters.get(clock.anchor)
    return Deadline(reference, coordinator, rule, clock.anchor, clock.due_on, clock.state, letter)


def _rungs(office: Office, rule_id: str) -> tuple[Rung, ...]:
    """Return a clock's rungs; none where the policy knows it no more."""
    return next((rule.rungs for rule in office.policy.clocks if rule.id == rule_id), ())
