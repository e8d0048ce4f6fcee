"""A letter's approved bytes: sealed under the case's key, or for several children under a key they all share."""

from sqlalchemy import select

from casework.case_file import CaseFile
from integrations.joint_sealing import open_jointly, seal_jointly
from integrations.sealing import sealed_place
from models.errors import IntegrityError
from models.records import Case, CompanionRecord, LetterRecord
from models.schemas.sealed import Recipient

_PDF = ("letters", "sealed_pdf")
_SHARE = ("letters", "sealed_share")
_COMPANIONS_SHARE = ("letter_companions", "sealed_share")


def seal_letter(file: CaseFile, letter: LetterRecord, pdf: bytes, recipient: Recipient) -> None:
    """Keep a letter's bytes, their fingerprint and the recipient; of several children each case keeps its share."""
    letter.fingerprint = file.fingerprint(pdf)
    letter.sealed_recipient = file.seal("letters", "sealed_recipient", letter.id, recipient)
    if letter.children == 1:
        letter.sealed_pdf, letter.sealed_share = file.seal_bytes(*_PDF, letter.id, pdf), None
        return
    letter.sealed_pdf, shares = seal_jointly(sealed_place(*_PDF, letter.id), pdf, letter.children)
    letter.sealed_share = file.seal_bytes(*_SHARE, letter.id, shares[0])
    along = {each.case.id: each for each in file.along}
    for record, share in zip(companions_of(file, letter), shares[1:], strict=True):
        record.sealed_share = along[record.case_id].seal_bytes(*_COMPANIONS_SHARE, _row(record), share)


def unseal_letter(letter: LetterRecord) -> None:
    """Forget a letter's bytes: it is a draft again."""
    letter.fingerprint = letter.sealed_pdf = letter.sealed_recipient = letter.sealed_share = None


def approved_bytes(file: CaseFile, letter: LetterRecord) -> bytes:
    """Return the bytes that were approved.

    Raises IntegrityError `letter_bytes_changed`, NotFound `key_not_found` when one of the children has been erased.
    """
    pdf = _opened(file, letter)
    if file.fingerprint(pdf) != letter.fingerprint:
        raise IntegrityError("letter_bytes_changed", letter=letter.number)
    return pdf


def approved_recipient(file: CaseFile, letter: LetterRecord) -> Recipient:
    """Return the recipient that was approved. Raises IntegrityError, NotFound."""
    return file.open("letters", "sealed_recipient", letter.id, Recipient, letter.sealed_recipient or b"")


def companions_of(file: CaseFile, letter: LetterRecord) -> list[CompanionRecord]:
    """List the records of a letter's other children, in the order in which the letter lists them."""
    if letter.children == 1:
        return []
    query = select(CompanionRecord).where(CompanionRecord.letter_id == letter.id)
    return list(file.session.scalars(query.order_by(CompanionRecord.position)))


def records_of(file: CaseFile, letter: LetterRecord) -> list[LetterRecord | CompanionRecord]:
    """List what is on record of each child on a letter, in the order of `CaseFile.everybody`."""
    return [letter, *companions_of(file, letter)]


def _opened(file: CaseFile, letter: LetterRecord) -> bytes:
    sealed = letter.sealed_pdf or b""
    if letter.children == 1:
        return file.open_bytes(*_PDF, letter.id, sealed)
    shares = [file.open_bytes(*_SHARE, letter.id, letter.sealed_share or b"")]
    references = {each.case.id: each.reference for each in file.along}
    for record in companions_of(file, letter):
        reference = references.get(record.case_id) or _reference(file, record)
        place = sealed_place(*_COMPANIONS_SHARE, _row(record))
        shares.append(file.office.sealer.open(reference, place, record.sealed_share or b""))
    return open_jointly(sealed_place(*_PDF, letter.id), sealed, shares)


def _reference(file: CaseFile, record: CompanionRecord) -> str:
    return file.session.scalars(select(Case.reference).where(Case.id == record.case_id)).one()


def _row(record: CompanionRecord) -> str:
    return f"{record.letter_id}/{record.position}"
