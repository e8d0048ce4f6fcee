"""A legal officer's decision to write a kind of letter to a body although a condition of the policy speaks against it.

The reason stands in the journal alone, sealed. A decision never stands in for a consent.
"""

from datetime import datetime

from sqlalchemy import select

from casework.case_file import CaseFile, open_case
from casework.office import Office
from casework.recording import require_worked_on
from casework.staff import require_role
from casework.typed_words import check_reason
from models.errors import InvalidInput, NotFound, RuleViolation
from models.records import DecisionRecord
from models.records.base import new_id
from models.rules.letter_policy import ConditionKind, LetterKind
from models.statuses import Role


def decide(  # noqa: PLR0913 - which letter to whom, why, when and in whose name
    office: Office, reference: str, *, kind: str, body: str | None = None, reason: str, now: datetime, actor: str
) -> str:
    """Decide that a kind of letter may be written to a body all the same; return the body, the kind's first if none.

    Raises NotFound `letter_kind_not_found`; InvalidInput `body_not_for_this_letter`; RuleViolation `role_not_allowed`,
    `nothing_to_decide`, `already_decided`, `case_is_…`.
    """
    words, addressee = check_reason(reason), _addressee(office, kind, body)
    with open_case(office, reference, now, actor) as file:
        require_role(require_worked_on(file), Role.LEGAL_OFFICER)
        if not _gives_way(office.policy.get_kind(kind)):
            raise RuleViolation("nothing_to_decide", "none of its conditions gives way to a decision", kind=kind)
        if _find(file, kind, addressee) is not None:
            raise RuleViolation("already_decided", "nothing is left to do", kind=kind, body=addressee)
        file.session.add(
            DecisionRecord(
                id=new_id(), case_id=file.case.id, kind=kind, body=addressee, decided_by=actor, decided_at=now
            )
        )
        file.journal("letter_decided", {"kind": kind, "body": addressee}, words=words)
    return addressee


def withdraw_decision(  # noqa: PLR0913 - as above
    office: Office, reference: str, *, kind: str, body: str | None = None, reason: str, now: datetime, actor: str
) -> str:
    """Withdraw a decision; letters drafted on it stay. Returns the body.

    Raises NotFound `decision_not_found`, and as `decide`.
    """
    words, addressee = check_reason(reason), _addressee(office, kind, body)
    with open_case(office, reference, now, actor) as file:
        require_role(require_worked_on(file), Role.LEGAL_OFFICER)
        decision = _find(file, kind, addressee)
        if decision is None:
            raise NotFound("decision_not_found", "nothing has been decided about it", kind=kind, body=addressee)
        decision.withdrawn_at = now
        file.journal("letter_decision_withdrawn", {"kind": kind, "body": addressee}, words=words)
    return addressee


def _addressee(office: Office, kind: str, body: str | None) -> str:
    bodies = office.policy.get_kind(kind).bodies
    if body is not None and body not in bodies:
        raise InvalidInput("body_not_for_this_letter", f"one of: {', '.join(bodies)}", kind=kind)
    return body or bodies[0]


def _gives_way(kind: LetterKind) -> bool:
    return any(each.waivable or each.condition is ConditionKind.DECISION for each in kind.when)


def _find(file: CaseFile, kind: str, body: str) -> DecisionRecord | None:
    query = select(DecisionRecord).where(
        DecisionRecord.case_id == file.case.id,
        DecisionRecord.kind == kind,
        DecisionRecord.body == body,
        DecisionRecord.withdrawn_at.is_(None),
    )
    return file.session.scalars(query).first()
