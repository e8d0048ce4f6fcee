"""One case at a glance: references, statuses, dates and counts, nothing unsealed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.orm import Session

from casework.letter_file import letters_about
from casework.loading import CASE_COLUMNS
from casework.office import Office
from models.errors import NotFound
from models.records import Case, ClockRecord, LetterRecord, NoticeRecord, ReplyRecord, SnoozeRecord, StageEntryRecord
from models.rules.assess import Flag
from models.rules.gates import Missing
from models.rules.policy import RequirementKind
from models.rules.reference import parse_reference
from models.statuses import (
    CaseStatus,
    ClockState,
    LetterState,
    NoticeState,
    Outcome,
    Purpose,
    ReplyKind,
    RungKind,
    Stage,
)

STANDING = frozenset({ClockState.RUNNING, ClockState.PAUSED, ClockState.OVERDUE})
"""States of clocks that have not ended."""


@dataclass(frozen=True, slots=True)
class StageStep:
    """One stage on the way home; `entered_on` is None while the case has not reached it."""

    stage: Stage
    entered_on: date | None


@dataclass(frozen=True, slots=True)
class ClockLine:
    """A clock of a case; `days_left` are calendar days to the due day, negative after it, None once it has ended.

    `snoozed_until` is the latest day ahead to which one of its rungs has been put off.
    """

    reference: str
    rule: str
    anchor: str
    due_on: date
    state: ClockState
    days_left: int | None
    snoozed_until: date | None = None


@dataclass(frozen=True, slots=True)
class LetterLine:
    """A letter of a case, by its outgoing number; `acknowledged` if the body has ever said that it has it."""

    number: str
    kind: str
    body: str
    purpose: Purpose
    state: LetterState
    taken_on: date | None
    acknowledged: bool = False


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A rung that fired or was overtaken."""

    rule: str
    rung: str
    kind: RungKind
    state: NoticeState
    fired_at: datetime


@dataclass(frozen=True, slots=True)
class Sibling:
    """A case linked as a sibling's."""

    reference: str
    stage: Stage
    status: CaseStatus


@dataclass(frozen=True, slots=True)
class CaseCard:
    """One case at a glance. `missing` is what the next stage lacks, `clocks` those that have not ended come first."""

    reference: str
    status: CaseStatus
    stage: Stage
    outcome: Outcome | None
    track: tuple[StageStep, ...]
    missing: tuple[Missing, ...]
    flags: tuple[Flag, ...]
    clocks: tuple[ClockLine, ...]
    letters: tuple[LetterLine, ...]
    notices: tuple[NoticeLine, ...]
    siblings: tuple[Sibling, ...]
    coordinator: str | None
    possible_duplicate_of: str | None
    opened_on: date
    next_look_at: datetime | None


def case_card(office: Office, typed_reference: str, now: datetime) -> CaseCard:
    """Return where one case stands. Raises NotFound `case_not_found`."""
    reference = parse_reference(typed_reference)
    today = office.book.today(now)
    with office.store.reading() as session:
        case = session.execute(select(*CASE_COLUMNS).where(Case.reference == reference)).one_or_none()
        if case is None:
            raise NotFound("case_not_found", reference=reference)
        return CaseCard(
            reference=reference,
            status=case.status,
            stage=case.stage,
            outcome=case.outcome,
            track=_track(office, session, case),
            missing=tuple(Missing(Stage(stage), RequirementKind(kind), what) for stage, kind, what in case.missing),
            flags=read_flags(case.flags),
            clocks=_by_end(read_clocks(session, today, ClockRecord.case_id == case.id)),
            letters=tuple(_letters(session, case.id)),
            notices=tuple(_notices(session, case.id)),
            siblings=tuple(_siblings(session, case)),
            coordinator=case.coordinator,
            possible_duplicate_of=case.possible_duplicate_of,
            opened_on=case.opened_on,
            next_look_at=case.next_look_at,
        )


def read_clocks(
    session: Session, today: date, *wanted: ColumnElement[bool], limit: int | None = None
) -> list[ClockLine]:
    """List clocks by due day, with the days that are left on `today`."""
    snoozed_until = (
        select(func.max(SnoozeRecord.until_on))
        .where(
            SnoozeRecord.case_id == ClockRecord.case_id,
            SnoozeRecord.rule == ClockRecord.rule,
            SnoozeRecord.anchor == ClockRecord.anchor,
            SnoozeRecord.until_on > today,
        )
        .scalar_subquery()
        .label("snoozed_until")
    )
    query = (
        select(
            Case.reference,
            ClockRecord.rule,
            ClockRecord.anchor,
            ClockRecord.due_on,
            ClockRecord.state,
            snoozed_until,
        )
        .join(Case, Case.id == ClockRecord.case_id)
        .where(*wanted)
        .order_by(ClockRecord.due_on, Case.reference, ClockRecord.rule, ClockRecord.anchor)
        .limit(limit)
    )
    return [
        ClockLine(
            *row[:-1],
            days_left=(row.due_on - today).days if row.state in STANDING else None,
            snoozed_until=row.snoozed_until,
        )
        for row in session.execute(query)
    ]


def read_flags(stored: Sequence[Sequence[str]]) -> tuple[Flag, ...]:
    """Read flags as a case's row keeps them."""
    return tuple(Flag(code, about) for code, about in stored)


def _track(office: Office, session: Session, case: Row[Any]) -> tuple[StageStep, ...]:
    """Return every stage with the day it was last entered; what a step back undid is not reached any more."""
    query = (
        select(StageEntryRecord.stage, StageEntryRecord.entered_at)
        .where(StageEntryRecord.case_id == case.id)
        .order_by(StageEntryRecord.number)
    )
    entered = {stage: office.book.today(at) for stage, at in session.execute(query)}
    reached: Stage = case.stage
    return tuple(StageStep(stage, entered.get(stage) if stage.order <= reached.order else None) for stage in Stage)


def is_acknowledged() -> ColumnElement[bool]:
    """Whether a body has acknowledged a letter, whatever came of it later: silence after that is another silence."""
    acknowledgement = ReplyRecord.kind == ReplyKind.ACKNOWLEDGEMENT
    return select(ReplyRecord.id).where(ReplyRecord.letter_id == LetterRecord.id, acknowledgement).exists()


def _letters(session: Session, case_id: int) -> list[LetterLine]:
    query = (
        select(
            LetterRecord.number,
            LetterRecord.kind,
            LetterRecord.body,
            LetterRecord.purpose,
            LetterRecord.state,
            LetterRecord.taken_on,
            is_acknowledged(),
        )
        .where(letters_about(case_id))
        .order_by(LetterRecord.drafted_at, LetterRecord.number)
    )
    return [LetterLine(*row) for row in session.execute(query)]


def _notices(session: Session, case_id: int) -> list[NoticeLine]:
    query = (
        select(
            NoticeRecord.rule,
            NoticeRecord.rung,
            NoticeRecord.kind,
            NoticeRecord.state,
            NoticeRecord.fired_at,
        )
        .where(NoticeRecord.case_id == case_id)
        .order_by(NoticeRecord.fired_at, NoticeRecord.due_at, NoticeRecord.id)
    )
    return [NoticeLine(*row) for row in session.execute(query)]


def _siblings(session: Session, case: Row[Any]) -> list[Sibling]:
    if case.sibling_group is None:
        return []
    query = (
        select(Case.reference, Case.stage, Case.status)
        .where(Case.sibling_group == case.sibling_group, Case.id != case.id)
        .order_by(Case.reference)
    )
    return [Sibling(*row) for row in session.execute(query)]


def _by_end(clocks: list[ClockLine]) -> tuple[ClockLine, ...]:
    return tuple(sorted(clocks, key=lambda clock: clock.state not in STANDING))
