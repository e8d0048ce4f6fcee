"""What recording any fact has in common: checking who, when and where, and keeping track of what is known."""

from datetime import date
from typing import TypeVar

from casework.case_file import CaseFile
from casework.staff import get_staff
from models.errors import InvalidInput, NotFound
from models.records import AliasRecord, Case, ConsentRecord, EvidenceRecord, SightingRecord, Staff
from models.rules.codes import COUNTRY_CODES
from models.rules.disclosure import Field
from models.rules.partial_dates import PartialDate
from models.statuses import CaseStatus, Precision

RecordT = TypeVar("RecordT", SightingRecord, AliasRecord, ConsentRecord, EvidenceRecord)
WORKED_ON = (CaseStatus.OPEN, CaseStatus.SUSPENDED)


def whole(known: date | PartialDate | None) -> PartialDate | None:
    """Return a date as one that says how exactly it is known."""
    return PartialDate(known, Precision.DAY) if isinstance(known, date) else known


def check_past(day: date, today: date, what: str) -> None:
    """Refuse a day that has not come. Raises InvalidInput `date_in_future`."""
    if day > today:
        raise InvalidInput("date_in_future", "only what has happened can be recorded", what=what)


def check_country(code: str) -> str:
    """Return a country's code in capitals. Raises InvalidInput `country_unknown`."""
    if code.upper() not in COUNTRY_CODES:
        raise InvalidInput("country_unknown", "two letters as in ISO 3166, such as UA, RU, BY, KP")
    return code.upper()


def require_worked_on(file: CaseFile) -> Staff:
    """Return who records. Raises RuleViolation `case_is_closed`, `staff_unknown` or `staff_inactive`."""
    file.require(*WORKED_ON)
    return get_staff(file.session, file.actor)


def get_own(file: CaseFile, record: type[RecordT], row: str, what: str) -> RecordT:
    """Return a row that belongs to the case. Raises NotFound `<what>_not_found`."""
    found = file.session.get(record, row)
    if found is None or found.case_id != file.case.id:
        raise NotFound(f"{what}_not_found", "`dodomu case show` lists them", reference=file.reference)
    return found


def learn(case: Case, *fields: Field) -> None:
    """Note that fields of a case are known."""
    case.known = sorted({*case.known, *(field.value for field in fields)})


def unlearn(case: Case, *fields: Field) -> None:
    """Note that fields of a case are known no more."""
    case.known = sorted({*case.known} - {field.value for field in fields})
