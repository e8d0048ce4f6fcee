"""Evidence: what it is, its SHA-256 at intake, its custody log in the journal. The thing itself stays outside."""

from datetime import datetime
from hashlib import file_digest
from pathlib import Path

from casework.case_file import open_case
from casework.office import Office
from casework.recording import get_own, require_worked_on
from casework.typed_words import check_reason, make_sealed
from models.errors import InvalidInput, PermanentFailure
from models.records import EvidenceRecord
from models.records.base import new_id
from models.schemas.sealed import EvidenceDetails

_KINDS = ("photo", "video", "audio", "document", "screenshot", "testimony", "other")


def add_evidence(  # noqa: PLR0913 - what it is, what it is called and where it is kept
    office: Office,
    reference: str,
    path: Path,
    *,
    kind: str,
    title: str,
    kept_at: str,
    now: datetime,
    actor: str,
) -> str:
    """Take a file's SHA-256 and size and record where the untouched original is kept; return the evidence's id.

    The file is read once and not copied. Raises InvalidInput `evidence_kind_unknown`, `evidence_file_missing`,
    PermanentFailure `evidence_file_unreadable`.
    """
    if kind not in _KINDS:
        raise InvalidInput("evidence_kind_unknown", f"one of: {', '.join(_KINDS)}")
    sha256, size_bytes = _fingerprint(path)
    details = make_sealed(EvidenceDetails, sha256=sha256, size_bytes=size_bytes, title=title, kept_at=kept_at)
    with open_case(office, reference, now, actor) as file:
        require_worked_on(file)
        row = new_id()
        sealed = file.seal("evidence", "sealed_details", row, details)
        file.session.add(
            EvidenceRecord(id=row, case_id=file.case.id, kind=kind, added_at=now, added_by=actor, sealed_details=sealed)
        )
        file.journal("evidence_added", {"evidence": row, "kind": kind})
    return row


def hand_evidence(  # noqa: PLR0913 - a custody log says who, when, what and why
    office: Office, reference: str, evidence_id: str, *, to: str, why: str, now: datetime, actor: str
) -> None:
    """Enter into the custody log that a piece of evidence went from the actor to somebody, and why; both are sealed.

    Raises NotFound `evidence_not_found`, InvalidInput `reason_missing`.
    """
    words = f"{check_reason(to)}\n{check_reason(why)}"
    with open_case(office, reference, now, actor) as file:
        require_worked_on(file)
        get_own(file, EvidenceRecord, evidence_id, "evidence")
        file.journal("evidence_handed", {"evidence": evidence_id}, words=words)


def _fingerprint(path: Path) -> tuple[str, int]:
    if not path.is_file():
        raise InvalidInput("evidence_file_missing", "there is no such file")
    try:
        with path.open("rb") as stream:
            digest = file_digest(stream, "sha256").hexdigest()
            return digest, stream.tell()
    except OSError:
        raise PermanentFailure("evidence_file_unreadable", "look at the file's rights") from None
