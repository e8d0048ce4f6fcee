"""Notices to staff: who is told of a rung, and the message that an urgent one sends at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from casework.loading import CaseRow
from casework.office import Office
from casework.told import Deadline, deadline_item, in_language, print_item, with_rung
from models.records import LetterRecord, Parcel, Staff
from models.records.base import new_id
from models.rules.clocks import DueRung
from models.rules.policy import Rung
from models.statuses import ParcelKind, ParcelState, Role

_CHUNK = 500


def write_urgent_notices(
    office: Office, session: Session, urgent: Sequence[tuple[CaseRow, DueRung]], now: datetime
) -> None:
    """Put a message for everybody an urgent rung tells into the outbox, within the caller's transaction."""
    if not urgent:
        return
    staff = list_active_staff(session)
    letters = find_letter_numbers(session, [due.clock.anchor for _, due in urgent])
    parcels = []
    for case, due in urgent:
        clock = due.clock
        letter = letters.get(clock.anchor)
        deadline = Deadline(
            case.reference, case.coordinator, clock.rule, clock.anchor, clock.due_on, clock.state, letter
        )
        for reader in readers_of(due.rung, case.coordinator, staff):
            item = deadline_item(deadline, office.policy, reader.id, office.book.today(now), reader.language)
            text = print_item(with_rung(item, due.rung, reader.language), reader.language)
            parcels.append(_parcel(case, due, reader, f"{text}\n", now))
    if parcels:
        session.execute(insert(Parcel), parcels)


def list_active_staff(session: Session) -> Sequence[Staff]:
    """List the staff who are told things, by id."""
    return session.scalars(select(Staff).where(Staff.active).order_by(Staff.id)).all()


def find_letter_numbers(session: Session, letters: Sequence[str]) -> Mapping[str, str]:
    """Find the outgoing numbers of letters by their ids; what is no letter's id is left out."""
    found: dict[str, str] = {}
    remaining = iter(dict.fromkeys(letters))
    while chunk := list(islice(remaining, _CHUNK)):
        query = select(LetterRecord.id, LetterRecord.number).where(LetterRecord.id.in_(chunk))
        found.update({row.id: row.number for row in session.execute(query)})
    return found


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


def _parcel(case: CaseRow, due: DueRung, reader: Staff, text: str, now: datetime) -> dict[str, Any]:
    rule = due.clock.rule
    return {
        "id": new_id(),
        "key": f"notice/{case.reference}/{rule.id}/{due.clock.anchor}/{due.rung.id}/{reader.id}",
        "kind": ParcelKind.NOTICE,
        "state": ParcelState.WAITING,
        "case_id": case.id,
        "staff_id": reader.id,
        "subject": f"{case.reference}: {in_language(rule.name, reader.language)}",
        "text": text,
        "language": reader.language,
        "created_at": now,
        "next_try_at": now,
    }
