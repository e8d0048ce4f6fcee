"""Documents that go out with a letter: attached to a draft, listed and read, taken off again."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from casework.case_file import CaseFile
from casework.letter_annex_rows import (
    list_annex_rows,
    open_annex,
    open_details,
    require_annexes,
    seal_annex,
)
from casework.letter_consents import require_written_while
from casework.letter_facts import list_disclosed
from casework.letter_file import list_approvals, open_letter, read_letter
from casework.office import Office
from casework.recording import get_own
from casework.staff import get_staff
from casework.typed_words import make_sealed
from integrations.mime import annex_name, media_type_of
from integrations.pictures import bare
from models.errors import InvalidInput, NotFound, PermanentFailure, RuleViolation
from models.records import AnnexRecord, EvidenceRecord, LetterRecord
from models.records.base import new_id
from models.rules.letter_states import LetterStep, require_step
from models.schemas.sealed import AnnexDetails, EvidenceDetails

_MEGABYTE = 1024 * 1024
LARGEST_BYTES = 10 * _MEGABYTE
LARGEST_TOGETHER_BYTES = 20 * _MEGABYTE
_MOST_PAGES = 9999


@dataclass(frozen=True, slots=True)
class AnnexLine:
    """An annex in a listing. `file` is its name in the mail; its repr does not show the title."""

    id: str
    file: str
    title: str = field(repr=False)
    pages: int | None
    size_bytes: int
    sha256: str
    evidence: str | None


@dataclass(frozen=True, slots=True)
class OpenedAnnex:
    """An annex to be read: its name in the mail, and its bytes."""

    file: str
    content: bytes = field(repr=False)


def attach_annex(  # noqa: PLR0913 - what it is, what it is called and what it was taken from
    office: Office,
    number: str,
    document: Path | bytes,
    *,
    title: str,
    evidence_id: str | None = None,
    pages: int | None = None,
    as_it_is: bool = False,
    now: datetime,
    actor: str,
) -> str:
    """Put a document behind a draft's other annexes; return its id. The file is read once and its name forgotten.

    Of a picture only what one sees goes out, unless it is wanted `as_it_is`: a photograph can tell where a family
    lives. With `evidence_id` it must be the very file that was taken in as that evidence. Raises RuleViolation
    `annexes_are_approved`, `annexes_not_allowed`, `evidence_differs`, `letter_is_…`; NotFound `letter_not_found`,
    `evidence_not_found`; InvalidInput `annex_file_missing`, `file_kind_unknown`, `annex_too_large`,
    `annexes_too_large`, `pages_unusable`, `value_unusable`, `picture_unreadable`; PermanentFailure
    `annex_file_unreadable`.
    """
    original = _read(document) if isinstance(document, Path) else document
    if len(original) > LARGEST_BYTES:
        raise _too_large()
    media_type = media_type_of(original)
    content = original if as_it_is or not media_type.startswith("image/") else bare(original)
    if len(content) > LARGEST_BYTES:
        raise _too_large()
    if pages is not None and not 1 <= pages <= _MOST_PAGES:
        raise InvalidInput("pages_unusable", f"a whole number from 1 to {_MOST_PAGES}, or leave it out")
    details = make_sealed(
        AnnexDetails,
        title=title,
        media_type=media_type,
        sha256=sha256(content).hexdigest(),
        size_bytes=len(content),
    )
    with open_letter(office, number, now, actor) as (file, letter):
        _require_open_list(file, letter)
        require_annexes(list_disclosed(file, letter))
        if evidence_id is not None:
            _require_same(file, evidence_id, original)
        record = _attach(file, letter, details, content, evidence_id=evidence_id, pages=pages)
        _note(file, "annex_attached", letter, record, as_it_is=as_it_is)
        return record.id


def detach_annex(office: Office, number: str, annex_id: str, *, now: datetime, actor: str) -> None:
    """Take an annex off a draft; nothing of it is kept but what the journal says.

    Raises RuleViolation `annexes_are_approved`, `letter_is_…`; NotFound `annex_not_found`, `letter_not_found`.
    """
    with open_letter(office, number, now, actor) as (file, letter):
        _require_open_list(file, letter)
        record = file.session.get(AnnexRecord, annex_id)
        if record is None or record.letter_id != letter.id:
            raise NotFound("annex_not_found", "`dodomu letter annexes NUMBER` lists them", letter=number)
        file.session.delete(record)
        _note(file, "annex_detached", letter, record)


def list_annexes(office: Office, number: str, *, now: datetime, actor: str = "reader") -> Sequence[AnnexLine]:
    """List a letter's annexes in their order, their titles opened. Raises NotFound `letter_not_found`."""
    with read_letter(office, number, now, actor) as (file, letter):
        rows = [(row, open_details(file, row)) for row in list_annex_rows(file.session, letter.id)]
        return [
            AnnexLine(
                id=row.id,
                file=annex_name(count, details.media_type),
                title=details.title,
                pages=row.pages,
                size_bytes=details.size_bytes,
                sha256=details.sha256,
                evidence=row.evidence_id,
            )
            for count, (row, details) in enumerate(rows, 1)
        ]


def read_annexes(office: Office, number: str, *, now: datetime, actor: str = "reader") -> Sequence[OpenedAnnex]:
    """Open a letter's annexes, to be read before the letter is approved.

    Raises NotFound `letter_not_found`, `key_not_found`, IntegrityError `annexes_changed`.
    """
    with read_letter(office, number, now, actor) as (file, letter):
        opened = [open_annex(file, row) for row in list_annex_rows(file.session, letter.id)]
        return [OpenedAnnex(annex_name(count, each.media_type), each.content) for count, each in enumerate(opened, 1)]


def _read(path: Path) -> bytes:
    if not path.is_file():
        raise InvalidInput("annex_file_missing", "there is no such file")
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise _too_large()
        return path.read_bytes()
    except OSError:
        raise PermanentFailure("annex_file_unreadable", "look at the file's rights") from None


def _require_open_list(file: CaseFile, letter: LetterRecord) -> None:
    """Refuse unless the letter's annexes can still be changed: nobody has approved them."""
    get_staff(file.session, file.actor)
    require_written_while(file, file.office.policy.get_kind(letter.kind))
    require_step(LetterStep.REVISE, letter.state)
    if list_approvals(file.session, letter):
        raise RuleViolation(
            "annexes_are_approved", "take the letter back with `letter revise` first", letter=letter.number
        )


def _require_same(file: CaseFile, evidence_id: str, original: bytes) -> None:
    record = get_own(file, EvidenceRecord, evidence_id, "evidence")
    taken_in = file.open("evidence", "sealed_details", record.id, EvidenceDetails, record.sealed_details)
    if taken_in.sha256 != sha256(original).hexdigest():
        raise RuleViolation(
            "evidence_differs", "give the file as it was taken in, or leave the evidence out", evidence=evidence_id
        )


def _attach(  # noqa: PLR0913 - all that a row holds
    file: CaseFile,
    letter: LetterRecord,
    details: AnnexDetails,
    content: bytes,
    *,
    evidence_id: str | None,
    pages: int | None,
) -> AnnexRecord:
    before = list_annex_rows(file.session, letter.id)
    together = len(content) + sum(open_details(file, row).size_bytes for row in before)
    if together > LARGEST_TOGETHER_BYTES:
        largest = LARGEST_TOGETHER_BYTES // _MEGABYTE
        raise InvalidInput("annexes_too_large", f"at most {largest} MB with one letter", letter=letter.number)
    record = AnnexRecord(
        id=new_id(),
        letter_id=letter.id,
        case_id=file.case.id,
        evidence_id=evidence_id,
        position=before[-1].position + 1 if before else 1,
        pages=pages,
    )
    seal_annex(file, record, details, content)
    file.session.add(record)
    return record


def _note(file: CaseFile, kind: str, letter: LetterRecord, record: AnnexRecord, *, as_it_is: bool = False) -> None:
    """Journal it; a letter made ahead of its approval is made anew after any entry."""
    told = {
        "letter": letter.number,
        "annex": record.id,
        "fingerprint": record.fingerprint,
        "evidence": record.evidence_id,
        "as_it_is": as_it_is,
    }
    file.journal(kind, {name: value for name, value in told.items() if value})


def _too_large() -> InvalidInput:
    return InvalidInput("annex_too_large", f"at most {LARGEST_BYTES // _MEGABYTE} MB a file")
