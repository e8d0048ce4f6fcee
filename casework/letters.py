"""Letters until they leave: drafted, previewed, approved by others than their drafter, rejected, revised, listed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from casework.case_file import CaseFile
from casework.letter_annex_rows import require_seen
from casework.letter_bytes import approved_bytes, approved_recipient, records_of, seal_letter, unseal_letter
from casework.letter_consents import require_written_while
from casework.letter_drafting import draft_letter
from casework.letter_facts import Gathered, gather_facts
from casework.letter_file import (
    approver_of,
    lacking_approvals,
    letters_about,
    list_approvals,
    open_letter,
    read_letter,
    require_no_obstacle,
)
from casework.letter_prepared import still_holds
from casework.letter_release import hand_over_letter, release_letter
from casework.office import Office
from casework.staff import get_staff
from models.errors import InvalidInput, RuleViolation
from models.records import ApprovalRecord, Case, LetterRecord, Staff
from models.rules.letter_states import Approver, LetterStep, require_approver, require_step
from models.statuses import LetterState, Purpose

__all__ = [
    "Approved",
    "LetterLine",
    "approve_letter",
    "draft_letter",
    "hand_over_letter",
    "list_letters",
    "preview_letter",
    "reject_letter",
    "release_letter",
    "revise_letter",
]


@dataclass(frozen=True, slots=True)
class Approved:
    """What one approval came to: the letter's state, the SHA-256 of its bytes (hex), and who must still approve."""

    number: str
    state: LetterState
    sha256: str
    people_lacking: int
    legal_officer_lacking: bool


@dataclass(frozen=True, slots=True)
class LetterLine:
    """A letter in a listing."""

    number: str
    reference: str
    kind: str
    body: str
    purpose: Purpose
    language: str
    state: LetterState
    drafted_at: datetime
    drafted_by: str | None
    dated_on: date | None
    taken_on: date | None
    approved_by: tuple[str, ...]
    people_lacking: int
    legal_officer_lacking: bool
    fault: str | None
    children: int


def preview_letter(
    office: Office, number: str, *, language: str | None = None, now: datetime, actor: str = "reader"
) -> bytes:
    """Return the letter's PDF: the approved bytes, or what approving it on this day would make of it.

    In another `language` than the letter's, a reading copy of what it would say today, marked as such. Raises NotFound
    `letter_not_found`; InvalidInput `no_reading_copy`, `character_not_printable`; RuleViolation as approving does.
    """
    with read_letter(office, number, now, actor) as (file, letter):
        if language is not None and language != letter.language:
            return _reading_copy(file, letter, language)
        is_approved = letter.fingerprint is not None and letter.prepared_seq is None
        if is_approved or still_holds(file, letter):
            return approved_bytes(file, letter)
        return _typeset(file, letter, gather_facts(file, letter))


def approve_letter(  # noqa: PLR0913 - who approves, and what of it was seen
    office: Office,
    number: str,
    *,
    now: datetime,
    actor: str,
    seen_sha256: str | None = None,
    seen_annexes: Sequence[str] | None = None,
) -> Approved:
    """Approve a letter. The first approval freezes its bytes, annexes, recipient, disclosed fields and consent.

    With `seen_sha256`, of the preview that was read, other bytes are not approved; with `seen_annexes`, the SHA-256 of
    each in the letter's order, no other annexes. Raises RuleViolation `own_draft`, `approved_already`,
    `letter_differs_from_preview`, `annexes_differ`, `letter_is_…`, `case_is_…`, `consent_missing`,
    `consent_changed`, `recipient_changed`, `letter_fact_missing` and what drafting raises.
    """
    with open_letter(office, number, now, actor) as (file, letter):
        require_written_while(file, office.policy.get_kind(letter.kind))
        require_step(LetterStep.APPROVE, letter.state)
        staff = get_staff(file.session, actor)
        before = list_approvals(file.session, letter)
        require_approver(
            Approver(staff.person_no, staff.role), _drafter_no(file.session, letter), map(approver_of, before)
        )
        if letter.fingerprint is not None and letter.prepared_seq is None:
            require_no_obstacle(file, letter)
        elif not still_holds(file, letter):
            _freeze(file, letter)
        letter.prepared_seq = None
        if seen_annexes is not None:
            require_seen(file, letter, seen_annexes)
        approval = _approve(file, letter, staff, seen_sha256)
        people, legal = lacking_approvals(office, letter, [*before, approval])
        letter.state = LetterState.DRAFT if people else LetterState.APPROVED
        return Approved(number, letter.state, sha256(approved_bytes(file, letter)).hexdigest(), people, legal)


def reject_letter(office: Office, number: str, reason: str, *, now: datetime, actor: str) -> None:
    """Reject a draft or an approved letter for good; the reason is sealed. Raises RuleViolation `letter_is_…`."""
    with open_letter(office, number, now, actor) as (file, letter):
        get_staff(file.session, actor)
        require_step(LetterStep.REJECT, letter.state)
        letter.state = LetterState.REJECTED
        file.journal("letter_rejected", {"letter": number}, words=reason)
        for each in file.along:
            each.journal("letter_rejected", {"letter": number})


def revise_letter(office: Office, number: str, *, now: datetime, actor: str) -> None:
    """Take a letter back to a draft: approvals lapse, and its bytes are made anew from what is then on record.

    Raises RuleViolation `letter_is_…`.
    """
    with open_letter(office, number, now, actor) as (file, letter):
        get_staff(file.session, actor)
        require_step(LetterStep.REVISE, letter.state)
        file.session.execute(delete(ApprovalRecord).where(ApprovalRecord.letter_id == letter.id))
        letter.state = LetterState.DRAFT
        letter.dated_on = letter.template_hash = letter.policy_version = letter.prepared_seq = None
        for record in records_of(file, letter):
            record.disclosed = record.consent_id = record.consent_version = record.sealed_share = None
        unseal_letter(letter)
        file.journal_each("letter_revised", {"letter": number})


def list_letters(
    office: Office, *, reference: str | None = None, state: LetterState | None = None, body: str | None = None
) -> Sequence[LetterLine]:
    """List letters by number, of one case, state or body where given."""
    query = select(LetterRecord, Case.reference).join(Case, Case.id == LetterRecord.case_id)
    wanted = {LetterRecord.state: state, LetterRecord.body: body}
    for column, value in wanted.items():
        if value is not None:
            query = query.where(column == value)
    with office.store.reading() as session:
        if reference is not None:
            of_case = session.scalars(select(Case.id).where(Case.reference == reference)).one_or_none()
            query = query.where(letters_about(of_case or 0))
        rows = session.execute(query.order_by(LetterRecord.number)).all()
        approvals: dict[str, list[ApprovalRecord]] = {}
        for approval in session.scalars(select(ApprovalRecord).order_by(ApprovalRecord.id)):
            approvals.setdefault(approval.letter_id, []).append(approval)
        return [_line(office, letter, case, approvals.get(letter.id, [])) for letter, case in rows]


def _freeze(file: CaseFile, letter: LetterRecord) -> None:
    gathered = gather_facts(file, letter)
    pdf = _typeset(file, letter, gathered)
    letter.dated_on = file.today
    letter.template_hash = file.office.templates.template_hash(letter.kind, letter.language)
    letter.policy_version = file.office.policy.version
    for record, child in zip(records_of(file, letter), gathered.children, strict=True):
        record.disclosed = sorted(field.value for field in child.carried)
        record.consent_id = child.consent.id if child.consent is not None else None
        record.consent_version = child.consent.version if child.consent is not None else None
    seal_letter(file, letter, pdf, gathered.recipient)


def _reading_copy(file: CaseFile, letter: LetterRecord, language: str) -> bytes:
    written = [each for kind, each in file.office.templates.list_kinds() if kind == letter.kind]
    if language not in written:
        raise InvalidInput("no_reading_copy", f"one of: {', '.join(written)}", language=language)
    return _typeset(file, letter, gather_facts(file, letter, copy_in=language))


def _typeset(file: CaseFile, letter: LetterRecord, gathered: Gathered) -> bytes:
    language = gathered.facts.letter.language
    source = file.office.templates.render_source(letter.kind, language, gathered.facts)
    # The day's beginning, not the moment: a preview and an approval on one day make the same bytes.
    return file.office.typesetter.typeset(source, file.office.book.morning(file.today))


def _approve(file: CaseFile, letter: LetterRecord, staff: Staff, seen_sha256: str | None) -> ApprovalRecord:
    if seen_sha256 not in {None, sha256(approved_bytes(file, letter)).hexdigest()}:
        raise RuleViolation("letter_differs_from_preview", "read the preview again", letter=letter.number)
    approval = ApprovalRecord(
        letter_id=letter.id,
        by=staff.id,
        person_no=staff.person_no,
        role=staff.role,
        at=file.now,
        fingerprint=letter.fingerprint or "",
    )
    file.session.add(approval)
    annexes = approved_recipient(file, letter).annexes
    for each, record in zip(file.everybody, records_of(file, letter), strict=True):
        each.journal(
            "letter_approved",
            {
                "letter": letter.number,
                "fingerprint": letter.fingerprint,
                "disclosed": list(record.disclosed or ()),
                "consent": record.consent_id,
                "role": staff.role.value,
                **({"annexes": list(annexes)} if annexes else {}),
            },
        )
    return approval


def _drafter_no(session: Session, letter: LetterRecord) -> int | None:
    drafter = session.get(Staff, letter.drafted_by) if letter.drafted_by is not None else None
    return None if drafter is None else drafter.person_no


def _line(office: Office, letter: LetterRecord, reference: str, approvals: Sequence[ApprovalRecord]) -> LetterLine:
    people, legal = (0, False)
    if letter.state is LetterState.DRAFT:
        people, legal = lacking_approvals(office, letter, approvals)
    return LetterLine(
        number=letter.number,
        reference=reference,
        kind=letter.kind,
        body=letter.body,
        purpose=letter.purpose,
        language=letter.language,
        state=letter.state,
        drafted_at=letter.drafted_at,
        drafted_by=letter.drafted_by,
        dated_on=letter.dated_on,
        taken_on=letter.taken_on,
        approved_by=tuple(each.by for each in approvals),
        people_lacking=people,
        legal_officer_lacking=legal,
        fault=letter.fault,
        children=letter.children,
    )
