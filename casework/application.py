"""What an application becomes as a case before it has a reference and a key: clear columns, and groups to be sealed."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import compress
from operator import attrgetter
from typing import Any, NamedTuple

from pydantic import BaseModel
from pydantic_core import to_json

from models.rules.disclosure import Field
from models.rules.partial_dates import PartialDate, birthday_on
from models.rules.same_child import Traits, traits
from models.schemas.intake import ADULT_AGE, IntakeCase, IntakeName, IntakeRequester
from models.schemas.letters import Child, PersonName, Separation
from models.schemas.sealed import RelativeDetails
from models.statuses import Basis, Precision, Purpose, ReportOffice


class Who(NamedTuple):
    """By what a child is told from others."""

    family_name: str | None
    given_name: str | None
    patronymic: str | None
    mother_given_name: str | None
    sex: str | None
    born_on: date | None
    born_precision: Precision | None

    def __repr__(self) -> str:
        """Show no value."""
        return "<Who>"

    def traits(self) -> Traits:
        """Return what tells the child apart."""
        return traits(
            family_name=self.family_name,
            given_name=self.given_name,
            patronymic=self.patronymic,
            mother_given_name=self.mother_given_name,
            sex=self.sex,
            born=_born(self.born_on, self.born_precision),
        )


class PreparedCase(NamedTuple):
    """An application as plain values, so that it goes cheaply into another process and into a file.

    `identity`, `circumstances`, `requester` and the numbers of `reports` are the JSON of models of
    `models.schemas.sealed`. `known` are the fields that a letter can carry, sorted.
    """

    external_number: str | None
    sibling_label: str | None
    who: Who
    separation_on: date | None
    separation_precision: Precision | None
    adult_on: date | None
    adult_precision: Precision | None
    known: tuple[str, ...]
    basis: Basis | None
    identity: bytes
    circumstances: bytes
    requester: bytes | None
    reports: Sequence[tuple[ReportOffice, bytes]]
    consents: Sequence[tuple[str, Purpose, date]]

    def __repr__(self) -> str:
        """Show no value."""
        return "<PreparedCase>"


class _Section:
    """A part of an application whose values go into a sealed model under the same names, as they are.

    They are not checked once more: what an application may hold, the sealed model takes, and tests hold it to that.
    """

    def __init__(self, name: str, model: type[BaseModel], *, without: str = "") -> None:
        self._names = tuple(field for field in model.model_fields if field != without)
        self._fields = tuple(Field(f"{name}.{field}").value for field in self._names)
        self.read = attrgetter(*self._names)

    def named(self, values: Sequence[Any]) -> dict[str, Any]:
        """Return the values that `read` read by their names."""
        return dict(zip(self._names, values, strict=True))

    def known(self, values: Sequence[Any]) -> Iterator[str]:
        """Say which fields the values state."""
        return compress(self._fields, values)


# An application carries no photo, and whether the requester's identity is kept from States has its own say below.
_CHILD = _Section("child", Child, without="photo_reference")
_SEPARATION = _Section("separation", Separation)
_REQUESTER = _Section("requester", RelativeDetails, without="identity_confidential")
_RELATION = Field.REQUESTER_RELATION.value
_CONFIDENTIAL = Field.REQUESTER_IDENTITY_CONFIDENTIAL.value
_MOTHER, _FATHER = Field.PARENTS_MOTHER.value, Field.PARENTS_FATHER.value
_REPORTS = Field.REPORT_REFERENCES.value
_NAMES = tuple(PersonName.model_fields)
_read_name = attrgetter(*_NAMES)


def prepare(application: IntakeCase) -> PreparedCase:
    """Return an application as what its case will hold."""
    child, parted = application.child, application.separation
    born, parted_on = child.birth_on, parted.on
    of_child, of_separation = _CHILD.read(child), _SEPARATION.read(parted)
    mother, father = _person(application.parents.mother), _person(application.parents.father)
    of_requester, reports = _REQUESTER.read(application.requester), application.reports.by_office()
    known = (
        *_CHILD.known(of_child),
        *_SEPARATION.known(of_separation),
        *_REQUESTER.known(of_requester),
        *_known_otherwise(application.requester, mother, father, reports),
    )
    return PreparedCase(
        external_number=application.external_number,
        sibling_label=application.sibling_group,
        who=Who(
            child.family_name,
            child.given_name,
            child.patronymic,
            application.parents.mother.given_name,
            child.sex,
            born.earliest if born else None,
            born.precision if born else None,
        ),
        separation_on=parted_on.earliest if parted_on else None,
        separation_precision=parted_on.precision if parted_on else None,
        adult_on=adult_on(born),
        adult_precision=born.precision if born else None,
        known=_sorted(known),
        basis=application.requester.basis,
        identity=to_json({"child": _CHILD.named(of_child), "parents": {"mother": mother, "father": father}}),
        circumstances=to_json(_circumstances(application, _SEPARATION.named(of_separation))),
        requester=_requester(application.requester, _REQUESTER.named(of_requester)),
        reports=[(office, to_json({"number": number})) for office, number in reports.items()],
        consents=[(consent.body, consent.purpose, consent.given_on) for consent in application.consents],
    )


def adult_on(born: PartialDate | None) -> date | None:
    """Return the first day on which somebody can be eighteen, known as exactly as the birth date; None without one."""
    return None if born is None else birthday_on(born.earliest, ADULT_AGE)


# Many children of one caseload are born on the same day; they share it in memory.
@lru_cache(maxsize=16_384)
def _born(born_on: date | None, precision: Precision | None) -> PartialDate | None:
    return None if born_on is None or precision is None else PartialDate(born_on, precision)


def _person(name: IntakeName) -> dict[str, str | None] | None:
    values = _read_name(name)
    return dict(zip(_NAMES, values, strict=True)) if any(values) else None


def _circumstances(application: IntakeCase, separation: dict[str, Any]) -> dict[str, Any]:
    parted, child = application.separation, application.child
    return {
        "separation": separation,
        "country": parted.country,
        "last_known_place": parted.last_known_place,
        "last_contact_on": parted.last_contact_on,
        "age_reported": child.age_reported,
        "age_reported_on": child.age_reported_on,
        "notes": application.notes,
    }


def _requester(requester: IntakeRequester, details: dict[str, Any]) -> bytes | None:
    if requester.basis is None:
        return None
    return to_json(details | {"identity_confidential": bool(requester.identity_confidential)})


def _known_otherwise(
    requester: IntakeRequester,
    mother: dict[str, str | None] | None,
    father: dict[str, str | None] | None,
    reports: Mapping[ReportOffice, str],
) -> Iterator[str]:
    if requester.basis is not None:
        yield _RELATION
    if requester.identity_confidential is not None:
        yield _CONFIDENTIAL
    if mother:
        yield _MOTHER
    if father:
        yield _FATHER
    if reports:
        yield _REPORTS


# The applications of a file mostly state the same fields.
@lru_cache(maxsize=4_096)
def _sorted(known: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(known))
