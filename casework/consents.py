"""Who may speak for the child, what has been consented to, and where the disappearance is on record."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import update

from casework.case_file import CaseFile, open_case
from casework.office import Office
from casework.recording import WORKED_ON, check_past, get_own, learn, require_worked_on, unlearn
from casework.staff import get_staff
from casework.typed_words import make_sealed
from models.errors import InvalidInput, RuleViolation
from models.records import Case, ConsentRecord, RelativeRecord, ReportRecord
from models.records.base import new_id
from models.rules.disclosure import Field
from models.rules.facts import ANY_BODY
from models.rules.partial_dates import PartialDate
from models.schemas.sealed import RelativeDetails, ReportNumber
from models.statuses import Basis, CaseStatus, Precision, Purpose, ReportOffice

_REQUESTER_FIELDS = (
    Field.REQUESTER_NAME,
    Field.REQUESTER_RELATION,
    Field.REQUESTER_PHONE,
    Field.REQUESTER_ADDRESS,
    Field.REQUESTER_EMAIL,
    Field.REQUESTER_IDENTITY_CONFIDENTIAL,
)


def give_consent(  # noqa: PLR0913 - a consent is as narrow as all of these make it
    office: Office,
    reference: str,
    *,
    body: str,
    purpose: Purpose,
    given_on: date,
    given_by: Basis,
    withheld: Iterable[Field] = (),
    now: datetime,
    actor: str,
) -> str:
    """Record a consent for one body (`*`: any) and one purpose; return its id.

    `withheld` are the fields the family keeps back from this body. From the eighteenth birthday on only the person's
    own consent is taken. Raises InvalidInput `date_in_future`, `body_unknown`, `grown_person_decides`.
    """
    with open_case(office, reference, now, actor) as file:
        require_worked_on(file)
        _check_consent(file, body, given_on, given_by)
        row = new_id()
        kept_back = sorted({Field(name).value for name in withheld})
        file.session.add(
            ConsentRecord(
                id=row,
                case_id=file.case.id,
                body=body,
                purpose=purpose,
                given_on=given_on,
                given_by=given_by,
                withheld=kept_back,
                version=1,
            )
        )
        file.journal("consent_given", {"consent": row, "body": body, "purpose": purpose.value, "withheld": kept_back})
    return row


def withdraw_consent(  # noqa: PLR0913 - case, consent, day, moment and name
    office: Office, reference: str, consent_id: str, *, withdrawn_on: date, now: datetime, actor: str
) -> None:
    """Record that a consent holds no more from a day on; approvals that rest on it hold no more either.

    Raises InvalidInput `date_in_future`, `withdrawn_before_given`, RuleViolation `consent_already_withdrawn`, NotFound
    `consent_not_found`.
    """
    with open_case(office, reference, now, actor) as file:
        # A consent can be withdrawn whatever has become of the case.
        file.require(*WORKED_ON, CaseStatus.CLOSED)
        get_staff(file.session, actor)
        consent = get_own(file, ConsentRecord, consent_id, "consent")
        if consent.withdrawn_on is not None:
            raise RuleViolation("consent_already_withdrawn", consent=consent_id)
        check_past(withdrawn_on, file.today, "withdrawn_on")
        if withdrawn_on < consent.given_on:
            raise InvalidInput("withdrawn_before_given", "look at both dates", consent=consent_id)
        consent.withdrawn_on = withdrawn_on
        consent.version += 1
        file.journal("consent_withdrawn", {"consent": consent_id, "version": consent.version})


def record_report(  # noqa: PLR0913 - as for a consent
    office: Office,
    reference: str,
    *,
    report_office: ReportOffice,
    number: str,
    reported_on: date | None = None,
    now: datetime,
    actor: str,
) -> str:
    """Record the number under which an office has the disappearance on record; return the report's id."""
    details = make_sealed(ReportNumber, number=number, reported_on=reported_on)
    with open_case(office, reference, now, actor) as file:
        require_worked_on(file)
        if reported_on is not None:
            check_past(reported_on, file.today, "reported_on")
        row = new_id()
        sealed = file.seal("reports", "sealed_number", row, details)
        file.session.add(ReportRecord(id=row, case_id=file.case.id, office=report_office, sealed_number=sealed))
        learn(file.case, Field.REPORT_REFERENCES)
        file.journal("report_recorded", {"report": row, "office": report_office.value})
    return row


def record_relative(  # noqa: PLR0913 - a person is reached by any of these
    office: Office,
    reference: str,
    *,
    basis: Basis,
    name: str,
    phone: str | None = None,
    address: str | None = None,
    email: str | None = None,
    identity_confidential: bool = False,
    is_requester: bool = False,
    now: datetime,
    actor: str,
) -> str:
    """Record a relative; return their id. A new requester takes the place of the one before and has to be confirmed."""
    details = make_sealed(
        RelativeDetails,
        name=name,
        phone=phone,
        address=address,
        email=email,
        identity_confidential=identity_confidential,
    )
    with open_case(office, reference, now, actor) as file:
        require_worked_on(file)
        row = new_id()
        if is_requester:
            _change_requester(file, basis, details)
        file.session.add(
            RelativeRecord(
                id=row,
                case_id=file.case.id,
                basis=basis,
                is_requester=is_requester,
                sealed_details=file.seal("relatives", "sealed_details", row, details),
            )
        )
        file.journal("relative_recorded", {"relative": row, "basis": basis.value, "is_requester": is_requester})
    return row


def confirm_standing(
    office: Office, reference: str, *, confirmed_on: date | None = None, now: datetime, actor: str
) -> None:
    """Record that the requester's papers show that they may ask for the child, by default today.

    Raises RuleViolation `requester_missing`, InvalidInput `date_in_future`.
    """
    with open_case(office, reference, now, actor) as file:
        require_worked_on(file)
        if file.case.requester_basis is None:
            raise RuleViolation("requester_missing", "record first who asks for the child", reference=file.reference)
        day = confirmed_on or file.today
        check_past(day, file.today, "confirmed_on")
        file.case.standing_confirmed_on = day
        file.journal("standing_confirmed", {"basis": file.case.requester_basis.value})


def _check_consent(file: CaseFile, body: str, given_on: date, given_by: Basis) -> None:
    check_past(given_on, file.today, "given_on")
    known = sorted(each.id for each in file.office.policy.bodies)
    if body not in {ANY_BODY, *known}:
        raise InvalidInput("body_unknown", f"one of: {', '.join(known)}, or * for any")
    if given_by is not Basis.SELF and _is_grown(file.case, given_on):
        raise InvalidInput("grown_person_decides", "from eighteen on only the person's own consent counts")


def _is_grown(case: Case, on: date) -> bool:
    """Whether the child is eighteen for certain on a day, however exactly the birth date is known."""
    return case.adult_on is not None and on >= PartialDate(case.adult_on, case.adult_precision or Precision.DAY).latest


def _change_requester(file: CaseFile, basis: Basis, details: RelativeDetails) -> None:
    of_case = RelativeRecord.case_id == file.case.id
    file.session.execute(update(RelativeRecord).where(of_case).values(is_requester=False))
    file.case.requester_basis = basis
    file.case.standing_confirmed_on = None
    unlearn(file.case, *_REQUESTER_FIELDS)
    stated = {
        Field.REQUESTER_PHONE: details.phone,
        Field.REQUESTER_ADDRESS: details.address,
        Field.REQUESTER_EMAIL: details.email,
    }
    learn(
        file.case,
        Field.REQUESTER_NAME,
        Field.REQUESTER_RELATION,
        Field.REQUESTER_IDENTITY_CONFIDENTIAL,
        *(field for field, value in stated.items() if value is not None),
    )
