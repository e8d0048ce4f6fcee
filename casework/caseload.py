"""The whole caseload in counts, each by one query over the whole store."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Text, case, cast, func, literal_column, select
from sqlalchemy.orm import Session

from casework.case_card import is_acknowledged
from casework.office import Office
from models.records import Case, ClockRecord, LetterRecord, NoticeRecord, Parcel, StageEntryRecord
from models.statuses import CaseStatus, ClockState, LetterState, NoticeState, ParcelState, Stage

AGE_BANDS = (30, 90, 180, 365)
"""Upper ends of the age bands, in days: up to 30, 31 to 90, …, over 365."""

_OPEN = (CaseStatus.OPEN, CaseStatus.SUSPENDED)
_TAKEN = frozenset(
    {
        LetterState.SENT,
        LetterState.ACKNOWLEDGED,
        LetterState.ANSWERED,
        LetterState.REFUSED,
        LetterState.NO_REPLY,
    }
)


@dataclass(frozen=True, slots=True)
class Ageing:
    """How long the open cases of a stage have stood in it: one count for each of `AGE_BANDS` and one for over it."""

    stage: Stage
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class BodyAnswers:
    """How one body answers: letters taken, and of those by what came of them. Silence and refusal stand apart.

    A letter that was acknowledged and whose answer is overdue counts as acknowledged, not as met by silence.
    """

    body: str
    taken: int
    acknowledged: int
    answered: int
    refused: int
    silent: int

    @property
    def answer_rate(self) -> float:
        """The share of the letters taken that were answered or refused, from 0 to 1."""
        return (self.answered + self.refused) / self.taken


@dataclass(frozen=True, slots=True)
class Caseload:
    """The caseload at `at`. Every mapping counts: cases, letters, notices, clocks or parcels.

    `stages` are of the cases worked on (open or suspended), `overdue_by_coordinator` counts overdue clocks (None: of
    cases without one), `overdue_by_body` those that wait for a body's reply.
    """

    at: datetime
    cases: Mapping[CaseStatus, int]
    stages: Mapping[Stage, int]
    flags: Mapping[str, int]
    ageing: tuple[Ageing, ...]
    letters: Mapping[tuple[str, LetterState], int]
    answers: tuple[BodyAnswers, ...]
    notices: Mapping[tuple[str, str, NoticeState], int]
    clocks: Mapping[ClockState, int]
    overdue_by_coordinator: Mapping[str | None, int]
    overdue_by_body: Mapping[str, int]
    parcels: Mapping[ParcelState, int]


def caseload(office: Office, now: datetime) -> Caseload:
    """Count the whole caseload, as one consistent state of the store."""
    with office.store.reading() as session:
        letters = _count(session, LetterRecord.body, LetterRecord.state)
        return Caseload(
            at=now,
            cases=_in_order(CaseStatus, _count(session, Case.status)),
            stages=_in_order(Stage, _count(session, Case.stage, where=Case.status.in_(_OPEN))),
            flags=_flags(session),
            ageing=_ageing(session, now),
            letters=letters,
            answers=_answers(letters, _acknowledged_alone(session)),
            notices=_count(session, NoticeRecord.rule, NoticeRecord.rung, NoticeRecord.state),
            clocks=_in_order(ClockState, _count(session, ClockRecord.state)),
            overdue_by_coordinator=_overdue_by_coordinator(session),
            overdue_by_body=_overdue_by_body(session),
            parcels=_in_order(ParcelState, _count(session, Parcel.state)),
        )


def _count(session: Session, *columns: Any, where: ColumnElement[bool] | None = None) -> dict[Any, int]:
    query = select(*columns, func.count()).group_by(*columns).order_by(*columns)
    rows = session.execute(query if where is None else query.where(where))
    return {row[0] if len(columns) == 1 else tuple(row[:-1]): row[-1] for row in rows}


def _in_order(kind: Any, counts: Mapping[Any, int]) -> dict[Any, int]:
    """Return counts in the order of the enum, what there is none of as 0."""
    return {member: counts.get(member, 0) for member in kind}


def _flags(session: Session) -> dict[str, int]:
    """Count the cases under each flag; a case with the same flag twice counts once."""
    query = select(Case.flags).where(cast(Case.flags, Text) != "[]")
    found = Counter(code for flags in session.scalars(query) for code in {code for code, _ in flags})
    return dict(sorted(found.items()))


def _ageing(session: Session, now: datetime) -> tuple[Ageing, ...]:
    entries = select(StageEntryRecord.case_id, func.max(StageEntryRecord.entered_at).label("at"))
    last = entries.group_by(StageEntryRecord.case_id).subquery()
    band = case(
        *((last.c.at >= now - timedelta(days=days), place) for place, days in enumerate(AGE_BANDS)),
        else_=len(AGE_BANDS),
    ).label("band")
    query = (
        select(Case.stage, band, func.count())
        .join(last, last.c.case_id == Case.id)
        .where(Case.status.in_(_OPEN))
        .group_by(Case.stage, literal_column("band"))
    )
    counts = {(stage, place): count for stage, place, count in session.execute(query)}
    bands = range(len(AGE_BANDS) + 1)
    return tuple(Ageing(stage, tuple(counts.get((stage, place), 0) for place in bands)) for stage in Stage)


def _acknowledged_alone(session: Session) -> Mapping[str, int]:
    """Count by body the letters whose answer is overdue although they were acknowledged."""
    overdue = LetterRecord.state == LetterState.NO_REPLY
    query = select(LetterRecord.body, func.count()).where(overdue, is_acknowledged()).group_by(LetterRecord.body)
    return dict(session.execute(query).all())


def _answers(
    letters: Mapping[tuple[str, LetterState], int], acknowledged_alone: Mapping[str, int]
) -> tuple[BodyAnswers, ...]:
    bodies = sorted({body for body, state in letters if state in _TAKEN})
    return tuple(
        BodyAnswers(
            body=body,
            taken=sum(letters.get((body, state), 0) for state in _TAKEN),
            acknowledged=letters.get((body, LetterState.ACKNOWLEDGED), 0) + acknowledged_alone.get(body, 0),
            answered=letters.get((body, LetterState.ANSWERED), 0),
            refused=letters.get((body, LetterState.REFUSED), 0),
            silent=letters.get((body, LetterState.NO_REPLY), 0) - acknowledged_alone.get(body, 0),
        )
        for body in bodies
    )


def _overdue_by_coordinator(session: Session) -> dict[str | None, int]:
    query = (
        select(Case.coordinator, func.count())
        .join(ClockRecord, ClockRecord.case_id == Case.id)
        .where(ClockRecord.state == ClockState.OVERDUE)
        .group_by(Case.coordinator)
    )
    counts = dict(session.execute(query).all())
    return dict(sorted(counts.items(), key=lambda pair: (pair[0] is None, pair[0])))


def _overdue_by_body(session: Session) -> dict[str, int]:
    """A clock that waits for a reply is anchored to the letter's row."""
    query = (
        select(LetterRecord.body, func.count())
        .join(ClockRecord, ClockRecord.anchor == LetterRecord.id)
        .where(ClockRecord.state == ClockState.OVERDUE)
        .group_by(LetterRecord.body)
        .order_by(LetterRecord.body)
    )
    return dict(session.execute(query).all())
