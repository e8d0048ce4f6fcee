"""What recording any fact has in common: making sealed values, checking days, keeping track of what is known."""

from datetime import date
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from casework.case_file import CaseFile
from models.errors import InvalidInput
from models.records import Case
from models.rules.codes import COUNTRY_CODES
from models.rules.disclosure import Field
from models.rules.partial_dates import PartialDate
from models.statuses import CaseStatus, Precision

ModelT = TypeVar("ModelT", bound=BaseModel)
WORKED_ON = (CaseStatus.OPEN, CaseStatus.SUSPENDED)


def make_sealed(cls: type[ModelT], **values: Any) -> ModelT:
    """Make a model of personal values from what a person typed; blank text is as good as none.

    Raises InvalidInput `control_characters` or `value_unusable`, which name fields and never repeat a value.
    """
    given = {name: value for name, value in values.items() if not (isinstance(value, str) and not value.strip())}
    for name, value in given.items():
        if isinstance(value, str) and not all(line.isprintable() for line in value.split("\n")):
            raise InvalidInput("control_characters", "type it again; it carries invisible characters", field=name)
    try:
        return cls.model_validate(given)
    except ValidationError as error:
        fields = sorted({str(mistake["loc"][0]) for mistake in error.errors(include_url=False, include_input=False)})
        raise InvalidInput("value_unusable", "look at what was typed there", fields=" ".join(fields)) from None


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


def require_worked_on(file: CaseFile) -> None:
    """Refuse unless facts can be recorded about the case. Raises RuleViolation `case_is_closed`."""
    file.require(*WORKED_ON)


def learn(case: Case, *fields: Field) -> None:
    """Note that fields of a case are known."""
    case.known = sorted({*case.known, *(field.value for field in fields)})


def unlearn(case: Case, *fields: Field) -> None:
    """Note that fields of a case are known no more."""
    case.known = sorted({*case.known} - {field.value for field in fields})
