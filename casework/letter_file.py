"""One letter opened for work within its case, and who still has to approve it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from casework.case_file import CaseFile, open_case, read_case
from casework.letter_consents import find_obstacle, list_without_consent
from casework.office import Office
from models.errors import NotFound, RuleViolation
from models.records import ApprovalRecord, Case, CompanionRecord, LetterRecord
from models.rules.letter_states import Approver, approvals_lacking
from models.statuses import CaseStatus, Role

_OF_CONSENT = frozenset({"consent_missing", "consent_changed"})


@contextmanager
def open_letter(office: Office, number: str, now: datetime, actor: str) -> Iterator[tuple[CaseFile, LetterRecord]]:
    """Open a letter's case for work, and the letter with it; the cases of its other children come along.

    Raises NotFound `letter_not_found`.
    """
    reference, *others = cases_of_letter(office, number)
    with open_case(office, reference, now, actor, along=others) as file:
        yield file, get_letter(file.session, number)


@contextmanager
def open_taken_letter(
    office: Office, number: str, now: datetime, actor: str
) -> Iterator[tuple[CaseFile, LetterRecord]]:
    """Open a letter for what is heard of it: by its own case or, where that has been erased, by its next child's.

    Raises NotFound `letter_not_found`, RuleViolation `case_is_erased` when all of them are.
    """
    references = cases_of_letter(office, number)
    erased = _erased(office, references)
    reference, *others = sorted(references, key=lambda each: each in erased)
    with open_case(office, reference, now, actor, along=others) as file:
        yield file, get_letter(file.session, number)


def _erased(office: Office, references: Sequence[str]) -> set[str]:
    query = select(Case.reference).where(Case.reference.in_(references), Case.status == CaseStatus.ERASED)
    with office.store.reading() as session:
        return set(session.scalars(query))


@contextmanager
def read_letter(office: Office, number: str, now: datetime, actor: str) -> Iterator[tuple[CaseFile, LetterRecord]]:
    """Open a letter and its cases for reading only. Raises NotFound `letter_not_found`."""
    reference, *others = cases_of_letter(office, number)
    with read_case(office, reference, now, actor, along=others) as file:
        yield file, get_letter(file.session, number)


def case_of_letter(office: Office, number: str) -> str:
    """Return the reference of the case a letter is filed under. Raises NotFound `letter_not_found`."""
    return cases_of_letter(office, number)[0]


def cases_of_letter(office: Office, number: str) -> Sequence[str]:
    """Return the references of a letter's children, the case it is filed under first.

    Raises NotFound `letter_not_found`.
    """
    of_letter = select(LetterRecord.id, LetterRecord.children, Case.reference).join(
        Case, Case.id == LetterRecord.case_id
    )
    with office.store.reading() as session:
        row = session.execute(of_letter.where(LetterRecord.number == number)).one_or_none()
        if row is None:
            raise NotFound("letter_not_found", "list them with `dodomu letter list`")
        return [row.reference, *(_companions(session, row.id) if row.children > 1 else ())]


def letters_about(case_id: int) -> ColumnElement[bool]:
    """Say in a query: letters filed under a case, or that carry its child beside others."""
    carried = select(CompanionRecord.letter_id).where(CompanionRecord.case_id == case_id)
    return or_(LetterRecord.case_id == case_id, LetterRecord.id.in_(carried))


def list_companions(session: Session, letter: LetterRecord) -> Sequence[int]:
    """List the cases (their row ids) of a letter's other children, in the order in which the letter lists them."""
    query = select(CompanionRecord.case_id).where(CompanionRecord.letter_id == letter.id)
    return session.scalars(query.order_by(CompanionRecord.position)).all()


def _companions(session: Session, letter_id: str) -> Sequence[str]:
    query = select(Case.reference).join(CompanionRecord, CompanionRecord.case_id == Case.id)
    return session.scalars(query.where(CompanionRecord.letter_id == letter_id).order_by(CompanionRecord.position)).all()


def get_letter(session: Session, number: str) -> LetterRecord:
    """Return a letter by its outgoing number, within a case that is open."""
    return session.scalars(select(LetterRecord).where(LetterRecord.number == number)).one()


def list_approvals(session: Session, letter: LetterRecord) -> Sequence[ApprovalRecord]:
    """List a letter's approvals, the first first."""
    query = select(ApprovalRecord).where(ApprovalRecord.letter_id == letter.id)
    return session.scalars(query.order_by(ApprovalRecord.id)).all()


def require_all_approvals(file: CaseFile, letter: LetterRecord) -> None:
    """Refuse unless everybody has approved whom the policy asks for now. Raises RuleViolation `approval_missing`."""
    people, legal = lacking_approvals(file.office, letter, list_approvals(file.session, letter))
    if people:
        who = "a legal officer among them" if legal else "whoever did not draft it"
        raise RuleViolation("approval_missing", f"{people} more must approve, {who}", letter=letter.number)


def require_no_obstacle(file: CaseFile, letter: LetterRecord) -> None:
    """Refuse unless what was approved still holds. Raises RuleViolation, named for what does not."""
    obstacle = find_obstacle(file, letter)
    if obstacle is not None:
        advice = "take the letter back with `letter revise` and approve it anew"
        if file.along and obstacle in _OF_CONSENT:
            advice += f", or draft it without: {', '.join(list_without_consent(file, letter))}"
        raise RuleViolation(obstacle, advice, letter=letter.number)


def approver_of(approval: ApprovalRecord) -> Approver:
    """Return whose approval it is."""
    return Approver(approval.person_no, Role(approval.role))


def lacking_approvals(office: Office, letter: LetterRecord, approvals: Sequence[ApprovalRecord]) -> tuple[int, bool]:
    """Return who must still approve; an approval of other bytes than the letter's does not count."""
    rule = office.policy.get_body(letter.body).approval
    return approvals_lacking(rule, [approver_of(each) for each in approvals if each.fingerprint == letter.fingerprint])
