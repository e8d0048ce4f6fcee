"""The usual way, for comparison: every open case through the ORM, each asked whether something of its is overdue."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.journal import ENGINE, journal_case
from casework.office import Office
from models.records import Case, ClockRecord, NoticeRecord
from models.rules.chain import Occurrence
from models.statuses import CaseStatus, ClockState, NoticeState, RungKind

_CHUNK = 1_000


def loop_over_open_cases(office: Office, now: datetime) -> int:
    """Write a notice and two journal entries for each clock that has run out; return how many.

    Asks nothing of the policy and moves no case: it is what a first version does that has no `next_look_at`.
    """
    today = office.book.today(now)
    with office.store.writing() as session:
        last, fired = 0, 0
        while cases := _open_cases(session, last):
            last = cases[-1].id
            fired += sum(_look(session, case, clocks, today, now) for case, clocks in _with_clocks(session, cases))
            session.flush()
            session.expunge_all()
    return fired


def _open_cases(session: Session, after: int) -> Sequence[Case]:
    query = select(Case).where(Case.status == CaseStatus.OPEN, Case.id > after).order_by(Case.id).limit(_CHUNK)
    return session.scalars(query).all()


def _with_clocks(session: Session, cases: Sequence[Case]) -> list[tuple[Case, list[ClockRecord]]]:
    found: dict[int, list[ClockRecord]] = {case.id: [] for case in cases}
    for clock in session.scalars(select(ClockRecord).where(ClockRecord.case_id.in_(list(found)))):
        found[clock.case_id].append(clock)
    return [(case, found[case.id]) for case in cases]


def _look(session: Session, case: Case, clocks: list[ClockRecord], today: date, now: datetime) -> int:
    over = [clock for clock in clocks if clock.state is ClockState.RUNNING and clock.due_on < today]
    # Only those that the bench has made due: the others' term has run out on paper only.
    over = over if case.next_look_at is not None and case.next_look_at <= now else []
    for clock in over:
        clock.state = ClockState.OVERDUE
        key = {"rule": clock.rule, "anchor": clock.anchor}
        session.add(
            NoticeRecord(
                case_id=case.id,
                **key,
                rung="overdue",
                kind=RungKind.OVERDUE,
                state=NoticeState.FIRED,
                due_at=now,
                fired_at=now,
            )
        )
        for kind in ("clock", "rung_fired"):
            journal_case(session, case, Occurrence(now, kind, ENGINE, dict(key)))
        case.looked_at, case.next_look_at = now, now + timedelta(days=5)
    return len(over)
