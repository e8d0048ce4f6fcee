"""Completing what an application left open. The original identity is filled in, never changed."""

from datetime import date, datetime
from typing import Any

from casework.application import adult_on
from casework.case_file import CaseFile, open_case
from casework.office import Office
from casework.recording import check_country, check_past, learn, require_worked_on, whole
from casework.typed_words import check_reason, make_sealed
from models.errors import InvalidInput, RuleViolation
from models.rules.disclosure import Field
from models.rules.partial_dates import PartialDate
from models.schemas.letters import Child, Separation
from models.schemas.sealed import Circumstances, Identity
from models.statuses import Precision


def complete_identity(office: Office, reference: str, *, now: datetime, actor: str, **values: Any) -> None:
    """Fill in what is not known yet of the child's identity; `values` are named as `models.schemas.letters.Child`.

    A birth date known to the month or year may be told more exactly, never otherwise.
    Raises RuleViolation `identity_never_changes` for one that is known, InvalidInput `date_in_future` or
    `value_unusable`.
    """
    with open_case(office, reference, now, actor) as file:
        require_worked_on(file)
        identity = _identity(file)
        before = {name: getattr(identity.child, name) for name in identity.child.model_dump(exclude_defaults=True)}
        if "birth_on" in values:
            values["birth_on"] = whole(values["birth_on"])
            check_past(values["birth_on"].earliest, file.today, "birth_on")
        both = before.keys() & values.keys()
        if changed := sorted(name for name in both if not _tells_more(before[name], values[name])):
            advice = "a claimed identity is an alias"
            raise RuleViolation("identity_never_changes", advice, reference=file.reference, fields=" ".join(changed))
        child = make_sealed(Child, **(before | values))
        now_known = Identity(child=child, parents=identity.parents)
        file.case.sealed_identity = file.seal("cases", "sealed_identity", file.reference, now_known)
        file.case.adult_on = adult_on(child.birth_on)
        file.case.adult_precision = child.birth_on.precision if child.birth_on else None
        learn(file.case, *(Field(f"child.{name}") for name in values))
        file.journal("identity_completed", {"fields": sorted(values)})


def correct_separation(  # noqa: PLR0913 - what can be mistyped at intake
    office: Office,
    reference: str,
    *,
    reason: str,
    on: date | PartialDate | None = None,
    place: str | None = None,
    country: str | None = None,
    circumstances: str | None = None,
    last_contact: str | None = None,
    now: datetime,
    actor: str,
) -> None:
    """Correct when, where and how the child was parted; what is not given stays. Clocks re-plan from the new day.

    Raises InvalidInput `date_in_future`, `country_unknown`, `reason_missing`, `nothing_to_correct`.
    """
    parted = whole(on)
    given = {"on": parted, "place": place, "circumstances": circumstances, "last_contact": last_contact}
    given = {name: value for name, value in given.items() if value is not None}
    if not given and country is None:
        raise InvalidInput("nothing_to_correct", "say what is to be corrected")
    words = check_reason(reason)
    with open_case(office, reference, now, actor) as file:
        require_worked_on(file)
        if parted is not None:
            check_past(parted.earliest, file.today, "on")
            file.case.separation_on, file.case.separation_precision = parted.earliest, parted.precision
        _reseal(file, given, check_country(country) if country else None)
        learn(file.case, *(Field(f"separation.{name}") for name in given))
        file.journal("separation_corrected", {"fields": sorted(given)}, words=words)


def record_disappearance(  # noqa: PLR0913 - a case, a day, a reason, and who records it when
    office: Office, reference: str, on: date | PartialDate, *, reason: str | None = None, now: datetime, actor: str
) -> None:
    """Record since when nobody has heard of the child, where that is not the day of the separation.

    It is not sealed, as the separation's day is not: clocks count from it. What is known is corrected with a reason.
    Raises InvalidInput `date_in_future`, `reason_missing`.
    """
    disappeared = PartialDate(on, Precision.DAY) if isinstance(on, date) else on
    with open_case(office, reference, now, actor) as file:
        require_worked_on(file)
        case = file.case
        words = None if reason is None and case.disappeared_on is None else check_reason(reason or "")
        check_past(disappeared.earliest, file.today, "disappearance")
        case.disappeared_on, case.disappeared_precision = disappeared.earliest, disappeared.precision
        file.journal("disappearance_recorded", {"precision": disappeared.precision.value}, words=words)


def _tells_more(known: object, told: object) -> bool:
    """Whether a date says the same day as the known one, only more exactly."""
    if not isinstance(known, PartialDate) or not isinstance(told, PartialDate) or known == told:
        return False
    return known.earliest <= told.earliest and told.latest <= known.latest


def _identity(file: CaseFile) -> Identity:
    return file.open("cases", "sealed_identity", file.reference, Identity, file.case.sealed_identity or b"")


def _reseal(file: CaseFile, given: dict[str, Any], country: str | None) -> None:
    place = ("cases", "sealed_circumstances", file.reference)
    before = file.open(*place, Circumstances, file.case.sealed_circumstances or b"")
    kept = {name: getattr(before.separation, name) for name in Separation.model_fields}
    separation = make_sealed(Separation, **(kept | given))
    after = before.model_copy(update={"separation": separation, "country": country or before.country})
    file.case.sealed_circumstances = file.seal(*place, after)
