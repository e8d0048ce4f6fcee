"""Replies of bodies to letters: what they are and when they came stand in clear, their words are sealed."""

from datetime import date, datetime
from functools import reduce

from sqlalchemy import select

from casework.case_file import CaseFile
from casework.letter_file import open_letter
from casework.office import Office
from casework.recording import check_past
from casework.staff import get_staff
from casework.typed_words import make_sealed
from models.errors import InvalidInput
from models.records import LetterRecord, ReplyRecord
from models.records.base import new_id
from models.rules.letter_states import after_reply
from models.schemas.sealed import ReplyWords
from models.statuses import LetterState, ReplyKind


def record_reply(  # noqa: PLR0913 - a reply is that many things, each of them named
    office: Office,
    letter_number: str,
    *,
    kind: ReplyKind,
    received_on: date,
    text: str | None = None,
    their_reference: str | None = None,
    acknowledges_child: bool = False,
    agrees: bool = False,
    now: datetime,
    actor: str,
) -> str:
    """Record a body's reply; return its id. `agrees`: to verify, or to let somebody verify.

    `their_reference` is the number the body gave its reply or the case; it is sealed with the text. Replies may be
    recorded in any order: the letter's state follows from all of them in the order they came. Raises NotFound
    `letter_not_found`, RuleViolation `letter_not_sent`, InvalidInput `date_in_future`, `reply_before_letter`.
    """
    with open_letter(office, letter_number, now, actor) as (file, letter):
        get_staff(file.session, actor)
        after_reply(letter.state, kind)
        check_past(received_on, file.today, "reply")
        if letter.taken_on is not None and received_on < letter.taken_on:
            raise InvalidInput("reply_before_letter", "the letter was taken after that day", letter=letter_number)
        reply = ReplyRecord(
            id=new_id(),
            case_id=file.case.id,
            letter_id=letter.id,
            kind=kind,
            received_on=received_on,
            acknowledges_child=acknowledges_child,
            agrees_to_verification=agrees,
        )
        if text is not None or their_reference is not None:
            words = make_sealed(ReplyWords, text=text, their_reference=their_reference)
            reply.sealed_text = file.seal("replies", "sealed_text", reply.id, words)
        file.session.add(reply)
        file.session.flush()
        letter.state = _state_after_all(file, letter)
        file.journal_each("reply_recorded", _entry(letter, reply))
        return reply.id


def _state_after_all(file: CaseFile, letter: LetterRecord) -> LetterState:
    query = select(ReplyRecord.kind).where(ReplyRecord.letter_id == letter.id)
    kinds = file.session.scalars(query.order_by(ReplyRecord.received_on, ReplyRecord.id))
    silent = letter.state is LetterState.NO_REPLY
    return reduce(after_reply, kinds, LetterState.NO_REPLY if silent else LetterState.SENT)


def _entry(letter: LetterRecord, reply: ReplyRecord) -> dict[str, str | bool]:
    return {
        "letter": letter.number,
        "reply": reply.id,
        "kind": reply.kind.value,
        "received_on": reply.received_on.isoformat(),
        "acknowledges_child": reply.acknowledges_child,
        "agrees": reply.agrees_to_verification,
    }
