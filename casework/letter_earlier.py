"""The letter that another one follows, with the term that ran and the body's latest reply to it."""

from casework.case_file import CaseFile
from casework.letter_material import LetterMaterial
from models.errors import RuleViolation
from models.records import ClockRecord, LetterRecord, ReplyRecord
from models.rules.policy import MetBy
from models.schemas.letters import EarlierLetter, ReceivedReply
from models.schemas.sealed import ReplyWords


def earlier_and_reply(
    file: CaseFile, letter: LetterRecord, material: LetterMaterial, language: str
) -> dict[str, EarlierLetter | ReceivedReply | None]:
    """Return what a follow-up's head says of the letter before it. Raises RuleViolation `earlier_letter_missing`."""
    if letter.follows is None:
        return {}
    earlier = next((each for each in material.taken if each.id == letter.follows), None)
    if earlier is None or earlier.taken_on is None:
        raise RuleViolation("earlier_letter_missing", "a follow-up needs a letter that was taken", letter=letter.number)
    clock = _reply_clock(file, material, earlier)
    replies = [reply for reply in material.replies if reply.letter_id == earlier.id]
    return {
        "earlier": EarlierLetter(
            outgoing_number=earlier.number,
            dated_on=earlier.dated_on or earlier.taken_on,
            taken_on=earlier.taken_on,
            due_on=clock.due_on if clock is not None else None,
            cited=file.office.policy.get_clock(clock.rule).cited.get(language) if clock is not None else None,
        ),
        "reply": _reply(file, replies[-1]) if replies else None,
    }


def _reply_clock(file: CaseFile, material: LetterMaterial, earlier: LetterRecord) -> ClockRecord | None:
    """Find the clock that waited for the reply, if it has run out; one that still runs has lapsed nothing."""
    rules = {rule.id for rule in file.office.policy.clocks if rule.met_by is MetBy.REPLY}
    clocks = (each for each in material.clocks if each.anchor == earlier.id and each.rule in rules)
    return next((each for each in clocks if each.due_on < file.today), None)


def _reply(file: CaseFile, reply: ReplyRecord) -> ReceivedReply:
    words = ReplyWords()
    if reply.sealed_text is not None:
        words = file.open("replies", "sealed_text", reply.id, ReplyWords, reply.sealed_text)
    return ReceivedReply(received_on=reply.received_on, their_reference=words.their_reference)
