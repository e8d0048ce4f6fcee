"""Rows that the tests of reports stand on, written straight into the store: a test says every value it counts."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from casework.office import Office
from models.records import Case, ClockRecord, LetterRecord, NoticeRecord, StageEntryRecord
from models.records.base import new_id
from models.rules.reference import make_reference
from models.statuses import (
    CaseStatus,
    ClockState,
    LetterState,
    NoticeState,
    Purpose,
    RungKind,
    Stage,
)


def write_case(office: Office, serial: int, *stages: Stage, days_in_stage: int = 0, **columns: Any) -> str:
    """A case that entered these stages, the last one so many days ago and the others the day before that."""
    reference, now = make_reference(2026, serial), office.now()
    entered_at = now - timedelta(days=days_in_stage)
    stages = (Stage.REPORTED, *stages)
    shown = {"status": CaseStatus.OPEN, "stage": stages[-1], "opened_on": now.date(), "opened_at": now} | columns
    with office.store.writing() as session:
        case = Case(reference=reference, **shown)
        session.add(case)
        session.flush()
        session.add_all(
            StageEntryRecord(
                case_id=case.id,
                number=number,
                stage=stage,
                entered_at=entered_at - timedelta(days=len(stages) - number),
                policy_version="v1",
            )
            for number, stage in enumerate(stages, start=1)
        )
    return reference


def write_clock(
    office: Office, reference: str, rule: str, due_on: date, state: ClockState, *, anchor: str = "a"
) -> None:
    write(
        office,
        reference,
        ClockRecord(rule=rule, anchor=anchor, anchor_on=date(2026, 1, 1), due_on=due_on, state=state),
    )


def write_letter(office: Office, reference: str, body: str, state: LetterState, number: str) -> str:
    letter_id = new_id()
    letter = LetterRecord(
        id=letter_id,
        number=number,
        kind=f"{body}.kind",
        body=body,
        purpose=Purpose.SEARCH,
        language="uk",
        state=state,
        drafted_at=office.now(),
    )
    write(office, reference, letter)
    return letter_id


def write_notice(office: Office, reference: str, rung: str, state: NoticeState, fired_at: datetime) -> None:
    notice = NoticeRecord(
        rule="stage.reported",
        anchor="a",
        rung=rung,
        kind=RungKind.REMINDER,
        state=state,
        due_at=fired_at,
        fired_at=fired_at,
    )
    write(office, reference, notice)


def write(office: Office, reference: str, row: Any) -> None:
    with office.store.writing() as session:
        row.case_id = session.scalars(select(Case.id).where(Case.reference == reference)).one()
        session.add(row)


def set_case(office: Office, reference: str, **columns: Any) -> None:
    with office.store.writing() as session:
        session.execute(update(Case).where(Case.reference == reference).values(columns))
