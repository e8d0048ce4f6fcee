"""How letters leave a rehearsal's office: read by the people whom the policy asks for, then sent or handed over."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from casework.letters import approve_letter, hand_over_letter, release_letter
from casework.office import Office
from casework.rehearsal.office_staff import ACCOUNTS
from casework.rehearsal.steps import Seat
from models.records import LetterRecord
from models.rules.letter_policy import Approval, Body
from models.statuses import Channel


def seats_for(approval: Approval) -> Sequence[Seat]:
    """Return who approves: as many people as it takes, a legal officer the last of them where one is asked for."""
    if approval.legal_officer:
        return (Seat.SUPERVISOR, Seat.LEGAL_OFFICER)[-approval.people :]
    return (Seat.SUPERVISOR, Seat.SECOND_SUPERVISOR)[: approval.people]


def approve_as_asked(office: Office, letter: str, now: datetime) -> None:
    """Have a letter approved by all whom its body asks for. Raises as approving does."""
    for seat in seats_for(_body_of(office, letter).approval):
        approve_letter(office, letter, now=now, actor=ACCOUNTS[seat])


def let_go(office: Office, letter: str, now: datetime, actor: str) -> None:
    """Let an approved letter go the way its body takes: into the outbox, or handed over on this day."""
    if _body_of(office, letter).channel is Channel.BY_HAND:
        hand_over_letter(office, letter, office.book.today(now), now=now, actor=actor)
    else:
        release_letter(office, letter, now=now, actor=actor)


def _body_of(office: Office, letter: str) -> Body:
    with office.store.reading() as session:
        body = session.scalars(select(LetterRecord.body).where(LetterRecord.number == letter)).one()
    return office.policy.get_body(body)
