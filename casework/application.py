"""What an application becomes as a case: the rows of the store, with every personal value sealed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel

from casework.case_file import sealed_place
from integrations.key_wrapping import CaseKey
from integrations.sealing import seal_under
from models.records.base import new_id
from models.rules.disclosure import Field
from models.rules.partial_dates import PartialDate, birthday_on
from models.schemas.intake import ADULT_AGE, IntakeCase, IntakeName
from models.schemas.letters import Child, Parents, PersonName, Separation
from models.schemas.sealed import Circumstances, Identity, RelativeDetails, ReportNumber
from models.statuses import CaseStatus, Precision, Stage

# An application carries no photo.
_CHILD_FIELDS = tuple(name for name in Child.model_fields if name != "photo_reference")
_SEPARATION_FIELDS = tuple(Separation.model_fields)
_CHILD_KNOWN = tuple((name, Field(f"child.{name}").value) for name in _CHILD_FIELDS)
_SEPARATION_KNOWN = tuple((name, Field(f"separation.{name}").value) for name in _SEPARATION_FIELDS)
_REQUESTER_KNOWN = tuple((name, Field(f"requester.{name}").value) for name in ("name", "phone", "address", "email"))


@dataclass(frozen=True, slots=True)
class Circumstance:
    """What all cases of one opening share."""

    now: datetime
    today: date
    coordinator: str | None


@dataclass
class NewCase:
    """A case about to be stored: its row, and the rows that hang on it and lack its id yet."""

    case: dict[str, Any]
    relatives: list[dict[str, Any]] = field(default_factory=list)
    reports: list[dict[str, Any]] = field(default_factory=list)
    consents: list[dict[str, Any]] = field(default_factory=list)


def identity_of(application: IntakeCase) -> Identity:
    """Return the original identity that an application states."""
    return Identity(
        child=Child(**{name: getattr(application.child, name) for name in _CHILD_FIELDS}),
        parents=Parents(mother=_person(application.parents.mother), father=_person(application.parents.father)),
    )


def circumstances_of(application: IntakeCase) -> Circumstances:
    """Return the circumstances that an application states."""
    parted, child = application.separation, application.child
    return Circumstances(
        separation=Separation(**{name: getattr(parted, name) for name in _SEPARATION_FIELDS}),
        country=parted.country,
        last_known_place=parted.last_known_place,
        last_contact_on=parted.last_contact_on,
        age_reported=child.age_reported,
        age_reported_on=child.age_reported_on,
        notes=application.notes,
    )


def known_fields(application: IntakeCase) -> list[str]:
    """Say which of the fields that a letter can carry an application states, sorted."""
    parts = (
        (application.child, _CHILD_KNOWN),
        (application.separation, _SEPARATION_KNOWN),
        (application.requester, _REQUESTER_KNOWN),
    )
    known = [field for part, fields in parts for name, field in fields if getattr(part, name)]
    known += [field.value for field, is_known in _known_otherwise(application) if is_known]
    return sorted(known)


def adult_on(born: PartialDate | None) -> date | None:
    """Return the eighteenth birthday, or None unless the birth date is known to the day."""
    if born is None or born.precision is not Precision.DAY:
        return None
    return birthday_on(born.earliest, ADULT_AGE)


def new_case(application: IntakeCase, identity: Identity, key: CaseKey, shared: Circumstance) -> NewCase:
    """Return an application as the rows of a case under the key's scope, its reference."""
    reference, parted = key.scope, application.separation.on
    made = NewCase(
        {
            "reference": reference,
            "source_number": application.external_number,
            "status": CaseStatus.OPEN,
            "stage": Stage.REPORTED,
            "coordinator": shared.coordinator,
            "opened_on": shared.today,
            "opened_at": shared.now,
            "separation_on": parted.earliest if parted else None,
            "separation_precision": parted.precision if parted else None,
            "adult_on": adult_on(application.child.birth_on),
            "known": known_fields(application),
            "requester_basis": application.requester.basis,
            "next_look_at": shared.now,
            "sealed_identity": _seal(key, "cases", "sealed_identity", reference, identity),
            "sealed_circumstances": _seal(
                key, "cases", "sealed_circumstances", reference, circumstances_of(application)
            ),
        }
    )
    _add_relative(made, application, key)
    _add_reports(made, application, key)
    _add_consents(made, application)
    made.case["seals"] = 2 + len(made.relatives) + len(made.reports)
    return made


def _add_relative(made: NewCase, application: IntakeCase, key: CaseKey) -> None:
    requester = application.requester
    if requester.basis is None:
        return
    details = RelativeDetails(
        name=requester.name,
        phone=requester.phone,
        address=requester.address,
        email=requester.email,
        identity_confidential=bool(requester.identity_confidential),
    )
    row = new_id()
    made.relatives.append(
        {
            "id": row,
            "basis": requester.basis,
            "is_requester": True,
            "sealed_details": _seal(key, "relatives", "sealed_details", row, details),
        }
    )


def _add_reports(made: NewCase, application: IntakeCase, key: CaseKey) -> None:
    for office, number in application.reports.by_office().items():
        row = new_id()
        sealed = _seal(key, "reports", "sealed_number", row, ReportNumber(number=number))
        made.reports.append({"id": row, "office": office, "sealed_number": sealed})


def _add_consents(made: NewCase, application: IntakeCase) -> None:
    made.consents += [
        {
            "id": new_id(),
            "body": consent.body,
            "purpose": consent.purpose,
            "given_on": consent.given_on,
            "given_by": application.requester.basis,
        }
        for consent in application.consents
    ]


def _known_otherwise(application: IntakeCase) -> Iterator[tuple[Field, bool]]:
    requester, parents = application.requester, application.parents
    yield Field.REQUESTER_RELATION, requester.basis is not None
    yield Field.REQUESTER_IDENTITY_CONFIDENTIAL, requester.identity_confidential is not None
    yield Field.PARENTS_MOTHER, _is_named(parents.mother)
    yield Field.PARENTS_FATHER, _is_named(parents.father)
    yield Field.REPORT_REFERENCES, bool(application.reports.by_office())


def _is_named(name: IntakeName) -> bool:
    return bool(name.family_name or name.given_name or name.patronymic)


def _person(name: IntakeName) -> PersonName | None:
    if not _is_named(name):
        return None
    return PersonName(family_name=name.family_name, given_name=name.given_name, patronymic=name.patronymic)


def _seal(key: CaseKey, table: str, column: str, row: str, value: BaseModel) -> bytes:
    return seal_under(key, sealed_place(table, column, row), value.model_dump_json().encode())
