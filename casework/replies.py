"""Replies of bodies to letters: what they are and when they came stand in clear, their words are sealed."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import reduce

from sqlalchemy import select

from casework.case_file import CaseFile
from casework.letter_file import open_taken_letter
from casework.office import Office
from casework.recording import check_past
from casework.staff import get_staff
from casework.typed_words import make_sealed
from models.errors import InvalidInput
from models.records import LetterRecord, ReplyRecord
from models.records.base import new_id
from models.rules.letter_states import after_reply
from models.rules.reference import parse_reference
from models.schemas.sealed import ReplyWords
from models.statuses import LetterState, ReplyKind

EVERY_CHILD = "*"
"""Says of a reply that it is about all of a letter's children, as consents name any body."""


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
    about: Sequence[str] = (),
    registered_on: date | None = None,
    now: datetime,
    actor: str,
) -> str:
    """Record a body's reply; return its id. `agrees`: to verify, or to let somebody verify.

    Of which of a letter's several children the body says that it knows them, or agrees, `about` names by reference;
    `*` are all.
    `their_reference` is the number the body gave its reply or the case; it is sealed with the text. `registered_on` is
    the day on which it says to have registered the letter. Replies may be recorded in any order: the letter's state
    follows from all of them in the order they came. Raises NotFound `letter_not_found`, RuleViolation
    `letter_not_sent`, InvalidInput `date_in_future`, `reply_before_letter`, `registered_before_letter`,
    `registered_after_reply`, `reply_names_no_child`, `child_not_on_letter`.
    """
    with open_taken_letter(office, letter_number, now, actor) as (file, letter):
        get_staff(file.session, actor)
        after_reply(letter.state, kind)
        check_past(received_on, file.today, "reply")
        if letter.taken_on is not None and received_on < letter.taken_on:
            raise InvalidInput("reply_before_letter", "the letter was taken after that day", letter=letter_number)
        if registered_on is not None:
            _check_registered(letter, registered_on, received_on)
        reply = ReplyRecord(
            id=new_id(),
            case_id=letter.case_id,
            letter_id=letter.id,
            kind=kind,
            received_on=received_on,
            registered_on=registered_on,
            acknowledges_child=acknowledges_child,
            agrees_to_verification=agrees,
            concerns=_concerned(file, letter, about) if acknowledges_child or agrees else None,
        )
        if text is not None or their_reference is not None:
            words = make_sealed(ReplyWords, text=text, their_reference=their_reference)
            reply.sealed_text = file.seal("replies", "sealed_text", reply.id, words)
        file.session.add(reply)
        file.session.flush()
        letter.state = _state_after_all(file, letter)
        for each in file.everybody:
            each.journal("reply_recorded", _entry(each, letter, reply))
        return reply.id


def _concerned(file: CaseFile, letter: LetterRecord, about: Sequence[str]) -> list[int] | None:
    """Return the cases (row ids) of which a body says something; None for all of a letter's children.

    Taking a reply about one of several for one about all would move the others on as well, so it must be said.
    """
    if EVERY_CHILD in about or (letter.children == 1 and not about):
        return None
    on_letter = {each.reference: each.case.id for each in file.everybody}
    named = [parse_reference(reference) for reference in about]
    if not named:
        advice = 'name each child of whom the body says it with `--child`, or all with `--child "*"`'
        raise InvalidInput("reply_names_no_child", advice, letter=letter.number)
    stranger = next((reference for reference in named if reference not in on_letter), None)
    if stranger is not None:
        raise InvalidInput("child_not_on_letter", "see `dodomu letter list`", letter=letter.number, reference=stranger)
    return sorted({on_letter[reference] for reference in named})


def _check_registered(letter: LetterRecord, registered_on: date, received_on: date) -> None:
    if letter.taken_on is not None and registered_on < letter.taken_on:
        raise InvalidInput("registered_before_letter", "the letter was taken after that day", letter=letter.number)
    if registered_on > received_on:
        raise InvalidInput("registered_after_reply", "a reply tells what has been registered", letter=letter.number)


def _state_after_all(file: CaseFile, letter: LetterRecord) -> LetterState:
    query = select(ReplyRecord.kind).where(ReplyRecord.letter_id == letter.id)
    kinds = file.session.scalars(query.order_by(ReplyRecord.received_on, ReplyRecord.id))
    silent = letter.state is LetterState.NO_REPLY
    return reduce(after_reply, kinds, LetterState.NO_REPLY if silent else LetterState.SENT)


def _entry(file: CaseFile, letter: LetterRecord, reply: ReplyRecord) -> dict[str, str | bool]:
    concerned = reply.concerns is None or file.case.id in reply.concerns
    registered = {} if reply.registered_on is None else {"registered_on": reply.registered_on.isoformat()}
    return {
        **registered,
        "letter": letter.number,
        "reply": reply.id,
        "kind": reply.kind.value,
        "received_on": reply.received_on.isoformat(),
        "acknowledges_child": reply.acknowledges_child and concerned,
        "agrees": reply.agrees_to_verification and concerned,
    }
