"""An application as it comes in: one child's case before it is opened, checked value by value and against itself.

Nothing but a name is required, since a report may be all there is; what the case still lacks is for the stages' gates
to say. Neither a model's repr nor its errors show a value.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from models.errors import ConfigurationError
from models.rules.facts import ANY_BODY
from models.rules.partial_dates import PartialDate, age_on, birth_dates_of
from models.schemas.intake_text import (
    Country,
    Email,
    Known,
    Label,
    Languages,
    Line,
    Name,
    Phone,
    Prose,
    SpelledSex,
    SpelledYesNo,
    WholeDate,
    refusal,
)
from models.statuses import Basis, Precision, Purpose, ReportOffice

ADULT_AGE = 18
_CONSENT_PARTS = 3

Contradiction = tuple[str, str]
"""The column that should be looked at, and the code of what is wrong."""


class _Intake(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    __str__ = __repr__


class IntakeName(_Intake):
    """A parent's name, in the nominative and the original spelling."""

    family_name: Name | None = None
    given_name: Name | None = None
    patronymic: Name | None = None


class IntakeChild(_Intake):
    """The child's original identity. Who knows no birth date gives an age and the day it refers to."""

    family_name: Name | None = None
    given_name: Name | None = None
    patronymic: Name | None = None
    birth_on: Known | None = None
    age_reported: Annotated[int, Field(ge=0, le=120)] | None = None
    age_reported_on: WholeDate | None = None
    sex: Annotated[Literal["female", "male"], SpelledSex] | None = None
    citizenship: Country | None = None
    birth_place: Line | None = None
    registered_address: Line | None = None
    languages: Languages = ()
    distinguishing_marks: Prose | None = None
    identity_document: Line | None = None
    health: Prose | None = None

    @property
    def born_between(self) -> tuple[date, date] | None:
        """The first and the last day on which the child can be born, from the birth date or the reported age."""
        if self.birth_on is not None:
            return self.birth_on.earliest, self.birth_on.latest
        if self.age_reported is not None and self.age_reported_on is not None:
            return birth_dates_of(self.age_reported, self.age_reported_on)
        return None


class IntakeParents(_Intake):
    """The child's parents."""

    mother: IntakeName = IntakeName()
    father: IntakeName = IntakeName()


class IntakeSeparation(_Intake):
    """When, where and how the child was parted from the family, and when last seen or heard of."""

    on: Known | None = None
    place: Line | None = None
    country: Country | None = None
    circumstances: Prose | None = None
    last_known_place: Line | None = None
    last_contact_on: Known | None = None
    last_contact: Prose | None = None


class IntakeReports(_Intake):
    """The numbers under which the disappearance is on record; one field for each `ReportOffice`."""

    national_police: Label | None = None
    national_information_bureau: Label | None = None
    ombudsman: Label | None = None

    def by_office(self) -> Mapping[ReportOffice, str]:
        """The numbers that are there."""
        numbers = ((office, getattr(self, office.value)) for office in ReportOffice)
        return {office: number for office, number in numbers if number is not None}


class IntakeRequester(_Intake):
    """Who asks on the child's behalf, and on what ground."""

    name: Name | None = None
    basis: Basis | None = None
    phone: Phone | None = None
    email: Email | None = None
    address: Line | None = None
    identity_confidential: Annotated[bool, SpelledYesNo] | None = None


class IntakeConsent(_Intake):
    """The requester's consent that one body (`*`: any) be told, for one purpose, from a day on."""

    body: Annotated[str, Field(pattern=r"^([a-z][a-z0-9_]{0,39}|\*)$")]
    purpose: Purpose
    given_on: WholeDate


def _consents(written: Any) -> Any:
    """A table's cell holds them as `body:purpose:date`, with blanks or commas between."""
    if not isinstance(written, str):
        return written
    consents = [entry.split(":") for entry in written.replace(",", " ").replace(";", " ").split()]
    if any(len(parts) != _CONSENT_PARTS for parts in consents):
        raise refusal("consent_unreadable")
    return [dict(zip(("body", "purpose", "given_on"), parts, strict=True)) for parts in consents]


class IntakeCase(_Intake):
    """One application. Made by `validate_intake`, for its dates are held against today's."""

    external_number: Label | None = None
    child: IntakeChild = IntakeChild()
    parents: IntakeParents = IntakeParents()
    separation: IntakeSeparation = IntakeSeparation()
    reports: IntakeReports = IntakeReports()
    requester: IntakeRequester = IntakeRequester()
    consents: Annotated[tuple[IntakeConsent, ...], BeforeValidator(_consents)] = ()
    sibling_group: Label | None = None
    notes: Prose | None = None

    @model_validator(mode="after")
    def _agrees_with_itself(self, info: ValidationInfo) -> Self:
        context = info.context or {}
        if "today" not in context:
            raise ConfigurationError("today_missing", advice="make an application with validate_intake")
        found = tuple(_contradictions(self, context["today"], context.get("bodies")))
        if found:
            raise PydanticCustomError("contradictions", "the values contradict each other", {"found": found})
        return self


def validate_intake(application: Mapping[str, Any], *, today: date, bodies: frozenset[str] | None = None) -> IntakeCase:
    """An application from nested plain values. `bodies`, if given, are those a consent may name.

    Raises pydantic's `ValidationError`, without values: codes of `intake_advice` or pydantic's own, and
    `contradictions`, whose context has under `found` every (column, code).
    """
    return IntakeCase.model_validate(application, context={"today": today, "bodies": bodies})


def _contradictions(case: IntakeCase, today: date, bodies: frozenset[str] | None) -> Iterator[Contradiction]:
    if case.child.family_name is None and case.child.given_name is None:
        yield "child.given_name", "name_missing"
    yield from _dates_ahead(case, today)
    yield from _ages(case)
    yield from _separation(case)
    yield from _standing(case)
    if bodies is not None and any(consent.body not in bodies | {ANY_BODY} for consent in case.consents):
        yield "consents", "body_unknown"


def _dates_ahead(case: IntakeCase, today: date) -> Iterator[Contradiction]:
    for column, known in (
        ("child.birth_on", case.child.birth_on),
        ("separation.on", case.separation.on),
        ("separation.last_contact_on", case.separation.last_contact_on),
    ):
        if known is not None and known.earliest > today:
            yield column, "date_in_future"
    if case.child.age_reported_on is not None and case.child.age_reported_on > today:
        yield "child.age_reported_on", "date_in_future"
    if any(consent.given_on > today for consent in case.consents):
        yield "consents", "date_in_future"


def _ages(case: IntakeCase) -> Iterator[Contradiction]:
    born, age, age_on_day = case.child.birth_on, case.child.age_reported, case.child.age_reported_on
    if age is None and age_on_day is None:
        return
    if age is None:
        yield "child.age_reported", "age_needs_its_date"
    elif age_on_day is None:
        yield "child.age_reported_on", "age_needs_its_date"
    elif born is not None and not _fits(born, age, age_on_day):
        yield "child.age_reported", "age_contradicts_birth"


def _fits(born: PartialDate, age: int, day: date) -> bool:
    if day < born.earliest:
        return False
    least, most = age_on(born, day)
    return least <= age <= most


def _separation(case: IntakeCase) -> Iterator[Contradiction]:
    parted, born_between = case.separation.on, case.child.born_between
    if parted is None or born_between is None:
        return
    first, last = born_between
    if parted.latest < first:
        yield "separation.on", "separation_before_birth"
    elif parted.earliest >= last and age_on(PartialDate(last, Precision.DAY), parted.earliest)[0] >= ADULT_AGE:
        # Only who was an adult on every reading of both dates is refused.
        yield "child.birth_on" if case.child.birth_on else "child.age_reported", "adult_at_separation"


def _standing(case: IntakeCase) -> Iterator[Contradiction]:
    requester = case.requester
    if requester.name is not None and requester.basis is None:
        yield "requester.basis", "requester_basis_missing"
    elif requester.name is None and requester != IntakeRequester():
        yield "requester.name", "requester_name_missing"
    if case.consents and (requester.name is None or requester.basis is None):
        yield "consents", "consent_without_requester"
