"""Drafting a letter: which body, about which children, after which letter; nothing is unsealed yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from casework.case_file import CaseFile, open_case, read_case
from casework.letter_consents import require_consent, require_written_while
from casework.letter_facts import check_procedure
from casework.letter_file import cases_of_letter, letters_about
from casework.letter_plan import require_standing
from casework.numbers import take_outgoing_numbers
from casework.office import Office
from casework.staff import get_staff
from models.errors import InvalidInput, NotFound, RuleViolation
from models.records import Case, CompanionRecord, LetterRecord
from models.records.base import new_id
from models.rules.letter_policy import Body, LetterKind
from models.rules.reference import parse_reference
from models.schemas.letter_fields import lists_children
from models.statuses import CaseStatus, LetterState, Purpose


@dataclass(frozen=True, slots=True)
class _Order:
    """A letter as it was asked for, checked against the policy."""

    kind: LetterKind
    body: Body
    purpose: Purpose
    language: str
    procedure: str | None


def draft_letter(  # noqa: PLR0913 - a letter is that many choices, each of them named
    office: Office,
    reference: str,
    *,
    kind: str,
    purpose: Purpose,
    body: str | None = None,
    language: str | None = None,
    procedure: str | None = None,
    beside: Sequence[str] = (),
    after: str | None = None,
    now: datetime,
    actor: str,
) -> str:
    """Draft a letter; return its outgoing number. Without `body` and `language` the kind's and the body's first.

    `beside` are the references of other children the same letter carries. A follow-up names the letter it comes
    `after` (its number) and is then about all the children of that one, else it follows the latest that the body has
    taken about this child alone. Raises NotFound `letter_kind_not_found`, `letter_not_found`; RuleViolation
    `consent_missing`, `case_is_…`, `letter_not_now`, `urgent_procedure_over`, `procedure_not_for_this_letter`,
    `letter_carries_one_child`, `purpose_differs_from_earlier`, `earlier_letter_is_joint`; InvalidInput
    `purpose_not_for_this_letter`, `body_not_for_this_letter`, `language_not_for_this_body`.
    """
    order = _ordered(office, kind, body, purpose, language, procedure)
    others = _others(office, reference, beside, after)
    with open_case(office, reference, now, actor, along=others) as file:
        require_written_while(file, order.kind)
        if len(file.along) < len(others):
            raise RuleViolation("child_erased", "draft the letter without that child", reference=reference)
        get_staff(file.session, actor)
        require_consent(file, order.kind, order.body, purpose)
        advice = require_standing(file, order.kind, order.body, after=_id_of(file, after))
        check_procedure(file, procedure, kind, order.language)
        _require_list(file, order)
        _require_fitting(file, order, advice.follows)
        letter = _letter(file, order, advice.follows)
        file.session.add(letter)
        file.session.flush()
        file.session.add_all(_companions(file, letter))
        file.journal_each("letter_drafted", {"letter": letter.number, "kind": kind, "purpose": purpose.value})
        return letter.number


def list_siblings(office: Office, reference: str) -> list[str]:
    """List the open cases of a child's siblings by reference, for a letter about all of them.

    Raises NotFound `case_not_found`, RuleViolation `no_open_siblings`.
    """
    with read_case(office, reference, office.now()) as file:
        query = select(Case.reference).where(
            Case.sibling_group == file.case.sibling_group, Case.status == CaseStatus.OPEN, Case.id != file.case.id
        )
        found = list(file.session.scalars(query.order_by(Case.id)))
        if file.case.sibling_group is None or not found:
            advice = "link them first with `dodomu case siblings`"
            raise RuleViolation("no_open_siblings", advice, reference=file.reference)
        return found


def _ordered(  # noqa: PLR0913, PLR0917 - the choices of a letter
    office: Office,
    kind: str,
    body: str | None,
    purpose: Purpose,
    language: str | None,
    procedure: str | None,
) -> _Order:
    """Check a letter that was asked for against the policy, before any case is opened."""
    rule = office.policy.get_kind(kind)
    if purpose not in rule.purposes:
        raise InvalidInput("purpose_not_for_this_letter", f"one of: {', '.join(rule.purposes)}", kind=kind)
    if body is not None and body not in rule.bodies:
        raise InvalidInput("body_not_for_this_letter", f"one of: {', '.join(rule.bodies)}", kind=kind)
    addressee = office.policy.get_body(body or rule.bodies[0])
    if language is not None and language not in addressee.languages:
        advice = f"one of: {', '.join(addressee.languages)}"
        raise InvalidInput("language_not_for_this_body", advice, body=addressee.id)
    return _Order(rule, addressee, purpose, language or addressee.languages[0], procedure)


def _others(office: Office, reference: str, beside: Sequence[str], after: str | None) -> list[str]:
    """Return the other children's references, each once: those named, or those of the letter that is followed."""
    named = [parse_reference(other) for other in beside]
    if after is not None and not named:
        named = list(cases_of_letter(office, after))
    return [other for other in dict.fromkeys(named) if other != parse_reference(reference)]


def _require_list(file: CaseFile, order: _Order) -> None:
    paths = file.office.templates.paths_named(order.kind.id, order.language)
    if file.along and not lists_children(paths):
        raise RuleViolation("letter_carries_one_child", "write one letter a child", kind=order.kind.id)


def _require_fitting(file: CaseFile, order: _Order, follows: str | None) -> None:
    """Refuse a follow-up for another purpose than the letter before it, or about fewer children without saying so."""
    earlier = None if follows is None else file.session.get_one(LetterRecord, follows)
    if earlier is None:
        return
    if earlier.purpose is not order.purpose:
        advice = f"write it for: {earlier.purpose}"
        raise RuleViolation("purpose_differs_from_earlier", advice, letter=earlier.number)
    if earlier.children > 1 and not file.along:
        advice = f"`--after {earlier.number}` writes about all its children"
        raise RuleViolation("earlier_letter_is_joint", advice, letter=earlier.number)


def _letter(file: CaseFile, order: _Order, follows: str | None) -> LetterRecord:
    (number,) = take_outgoing_numbers(file.session, file.today.year, 1)
    return LetterRecord(
        id=new_id(),
        case_id=file.case.id,
        number=number,
        kind=order.kind.id,
        body=order.body.id,
        purpose=order.purpose,
        language=order.language,
        procedure=order.procedure,
        state=LetterState.DRAFT,
        drafted_at=file.now,
        drafted_by=file.actor,
        children=len(file.everybody),
        follows=follows,
    )


def _companions(file: CaseFile, letter: LetterRecord) -> list[CompanionRecord]:
    return [
        CompanionRecord(letter_id=letter.id, case_id=each.case.id, position=position)
        for position, each in enumerate(file.along, start=1)
    ]


def _id_of(file: CaseFile, number: str | None) -> str | None:
    """Return the id of the letter that a follow-up names. Raises NotFound `letter_not_found`."""
    if number is None:
        return None
    found = file.session.scalars(
        select(LetterRecord.id).where(letters_about(file.case.id), LetterRecord.number == number)
    ).one_or_none()
    if found is None:
        raise NotFound("letter_not_found", "`dodomu letter list` shows the letters of a case", letter=number)
    return found
