"""A letter's annexes as they are stored: listed, opened, held against what was approved, noted as gone."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.case_file import CaseFile
from integrations.mime import Attachment
from models.errors import IntegrityError, RuleViolation
from models.records import AnnexRecord, LetterRecord
from models.rules.disclosure import Field
from models.schemas.letters import Annex
from models.schemas.sealed import AnnexDetails

_BYTES = ("letter_annexes", "sealed_bytes")
_DETAILS = ("letter_annexes", "sealed_details")


def list_annex_rows(session: Session, letter_id: str) -> Sequence[AnnexRecord]:
    """List a letter's annexes in the order in which it names them."""
    query = select(AnnexRecord).where(AnnexRecord.letter_id == letter_id)
    return session.scalars(query.order_by(AnnexRecord.position)).all()


def seal_annex(file: CaseFile, record: AnnexRecord, details: AnnexDetails, content: bytes) -> None:
    """Put an annex's title and bytes into its row, under the key of the case its letter is filed under."""
    record.fingerprint = file.fingerprint(content)
    record.sealed_details = file.seal(*_DETAILS, record.id, details)
    record.sealed_bytes = file.seal_bytes(*_BYTES, record.id, content)


def open_details(file: CaseFile, record: AnnexRecord) -> AnnexDetails:
    """Open an annex's title, kind and size. Raises NotFound `key_not_found` once the case is erased."""
    return file.open(*_DETAILS, record.id, AnnexDetails, record.sealed_details)


def open_annex(file: CaseFile, record: AnnexRecord) -> Attachment:
    """Open an annex. Raises IntegrityError `annexes_changed`, NotFound `key_not_found` once the case is erased."""
    try:
        details = open_details(file, record)
        content = file.open_bytes(*_BYTES, record.id, record.sealed_bytes)
    except IntegrityError:
        raise _changed(record.id) from None
    if file.fingerprint(content) != record.fingerprint:
        raise _changed(record.id)
    return Attachment(details.media_type, content)


def open_approved(file: CaseFile, letter: LetterRecord, approved: Sequence[str]) -> tuple[Attachment, ...]:
    """Open the annexes whose fingerprints were approved, in their order.

    Raises IntegrityError `annexes_changed` when one is missing, new, elsewhere in the order, or other than it was.
    """
    rows = list_annex_rows(file.session, letter.id)
    if fingerprints_of(rows) != tuple(approved):
        raise _changed(letter.number)
    return tuple(open_annex(file, row) for row in rows)


def fingerprints_of(rows: Sequence[AnnexRecord]) -> tuple[str, ...]:
    """Return the fingerprints of annexes, in their order."""
    return tuple(row.fingerprint for row in rows)


def tell_annexes(file: CaseFile, rows: Sequence[AnnexRecord], disclosed: frozenset[Field]) -> tuple[Annex, ...]:
    """Return the annexes as the letter names them. Raises RuleViolation `annexes_not_allowed`."""
    if not rows:
        return ()
    require_annexes(disclosed)
    return tuple(Annex(title=open_details(file, row).title, pages=row.pages) for row in rows)


def require_annexes(disclosed: frozenset[Field]) -> None:
    """Refuse annexes that the body may not have, the consent keeps back or the letter would not name.

    Raises RuleViolation `annexes_not_allowed`.
    """
    if Field.ANNEXES not in disclosed:
        raise RuleViolation(
            "annexes_not_allowed",
            "this letter goes without annexes: so say the body's allow-list, the consent or the letter's kind",
        )


def require_seen(file: CaseFile, letter: LetterRecord, seen: Sequence[str]) -> None:
    """Refuse unless the letter's annexes are those that were read, by their SHA-256. Raises `annexes_differ`."""
    if [open_details(file, row).sha256 for row in list_annex_rows(file.session, letter.id)] != list(seen):
        raise RuleViolation("annexes_differ", "read them again with `letter annexes`", letter=letter.number)


def note_custody(file: CaseFile, letter: LetterRecord) -> None:
    """Enter into the custody log which pieces of evidence have left with a letter, and to which body."""
    for row in list_annex_rows(file.session, letter.id):
        if row.evidence_id is not None:
            told = {
                "evidence": row.evidence_id,
                "letter": letter.number,
                "body": letter.body,
                "released_by": letter.released_by,
            }
            file.journal("evidence_handed", told)


def _changed(what: str) -> IntegrityError:
    return IntegrityError("annexes_changed", annex=what)
