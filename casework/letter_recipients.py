"""To whom a letter goes: a body's address as the policy dates it, or the address of the family that asked."""

from collections.abc import Sequence
from datetime import date

from casework.case_file import CaseFile
from models.errors import RuleViolation
from models.records import LetterRecord, RelativeRecord
from models.rules.letter_policy import Body
from models.schemas.sealed import Recipient, RelativeDetails

FAMILY = "family"


def recipient_of(file: CaseFile, letter: LetterRecord, relatives: Sequence[RelativeRecord]) -> Recipient:
    """Return the recipient as it is today. Raises RuleViolation `recipient_missing`."""
    body = file.office.policy.get_body(letter.body)
    if body.category == FAMILY:
        return _family(file, relatives)
    return _office(body, letter.language, file.today)


def find_requester(relatives: Sequence[RelativeRecord]) -> RelativeRecord | None:
    """Find who asked for the child."""
    return next((each for each in relatives if each.is_requester), None)


def open_relative(file: CaseFile, relative: RelativeRecord) -> RelativeDetails:
    """Open a relative's name and contacts."""
    return file.open("relatives", "sealed_details", relative.id, RelativeDetails, relative.sealed_details)


def _family(file: CaseFile, relatives: Sequence[RelativeRecord]) -> Recipient:
    requester = find_requester(relatives)
    details = open_relative(file, requester) if requester is not None else RelativeDetails()
    if details.name is None:
        raise RuleViolation("recipient_missing", "record who asked for the child", reference=file.reference)
    return Recipient(mail=details.email, lines=tuple(line for line in (details.name, details.address) if line))


def _office(body: Body, language: str, on: date) -> Recipient:
    valid = [each for each in body.addresses if date.fromisoformat(each.valid_from) <= on and language in each.lines]
    if not valid:
        raise RuleViolation("recipient_missing", "enter the body's address below policy/bodies", body=body.id)
    address = max(valid, key=lambda each: each.valid_from)
    return Recipient(mail=address.mail, lines=address.lines[language])
