"""Notices to staff: who is told of a rung, and the message that an urgent one sends at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from casework.loading import CaseRow
from models.records import Parcel, Staff
from models.records.base import new_id
from models.rules.clocks import DueRung
from models.rules.policy import Rung
from models.statuses import ParcelKind, ParcelState, Role


def write_urgent_notices(session: Session, urgent: Sequence[tuple[CaseRow, DueRung]], now: datetime) -> None:
    """Put a message for everybody an urgent rung tells into the outbox, within the caller's transaction."""
    if not urgent:
        return
    staff = list_active_staff(session)
    parcels = [
        _parcel(case, due, reader, now)
        for case, due in urgent
        for reader in readers_of(due.rung, case.coordinator, staff)
    ]
    if parcels:
        session.execute(insert(Parcel), parcels)


def list_active_staff(session: Session) -> Sequence[Staff]:
    """List the staff who are told things, by id."""
    return session.scalars(select(Staff).where(Staff.active).order_by(Staff.id)).all()


def readers_of(rung: Rung, coordinator: str | None, staff: Sequence[Staff]) -> list[Staff]:
    """Return whom a rung tells: the case's own coordinator, and everybody in the other roles it names.

    A case without a coordinator tells the supervisors instead, so that no notice is told to nobody.
    """
    roles = set(rung.tell)
    if Role.COORDINATOR in roles and coordinator is None:
        roles.add(Role.SUPERVISOR)
    roles.discard(Role.COORDINATOR)
    return [
        reader
        for reader in staff
        if reader.role in roles or (Role.COORDINATOR in rung.tell and reader.id == coordinator)
    ]


def _parcel(case: CaseRow, due: DueRung, reader: Staff, now: datetime) -> dict[str, Any]:
    rule, rung = due.clock.rule, due.rung
    return {
        "id": new_id(),
        "key": f"notice/{case.reference}/{rule.id}/{due.clock.anchor}/{rung.id}/{reader.id}",
        "kind": ParcelKind.NOTICE,
        "state": ParcelState.WAITING,
        "case_id": case.id,
        "staff_id": reader.id,
        "subject": f"{case.reference}: {in_language(rule.name, reader.language)}",
        "text": _text(case.reference, due, reader.language),
        "language": reader.language,
        "created_at": now,
        "next_try_at": now,
    }


def in_language(words: Mapping[str, str], language: str) -> str:
    """Return the words in a reader's language, in Ukrainian where that is missing."""
    return words.get(language, words["uk"])


def _text(reference: str, due: DueRung, language: str) -> str:
    says = in_language(due.rung.says, language)
    basis = {"uk": "Підстава", "en": "Basis"}
    due_by = {"uk": "Строк", "en": "Due"}
    return (
        f"{reference}\n{says}\n\n"
        f"{in_language(due_by, language)}: {due.clock.due_on.isoformat()}\n"
        f"{in_language(basis, language)}: {due.clock.rule.legal_basis}\n\n"
        f"dodomu case show {reference}\n"
    )
