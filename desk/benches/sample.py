"""Real cases for a bench: opened from applications of children who do not exist, as far as `identified`."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import update

from casework.office import Office
from casework.opening import open_cases
from casework.watch import look_at_due
from desk.benches.workplace import COORDINATOR, MONDAY
from integrations.synthetic_applications import synthetic_applications
from models.records import Case
from models.schemas.intake import IntakeCase, validate_intake

_SEED = 1944
_COMPLETE = {
    "child.birth_on": "2014-05-09",
    "separation.on": "2024-11-19",
    "requester.name": "Вигаданенко Олена",
    "requester.basis": "parent",
    "requester.phone": "+380440000101",
    "requester.email": "family@example.org",
    "requester.address": "вул. Зразкова, 1, с. Вигадане",
    "reports.national_police": "ЄО-0000",
}
_CONSENTS = [{"body": "*", "purpose": purpose, "given_on": "2026-03-01"} for purpose in ("search", "return")]


def open_sample(office: Office, count: int) -> Sequence[str]:
    """Open `count` cases that have all that `identified` wants, and look at them once; return their references."""
    rows = synthetic_applications(count, seed=_SEED, today=MONDAY.date())
    applications = [_application(row | _COMPLETE) for row in rows]
    opened = open_cases(office, applications, now=MONDAY, actor=COORDINATOR, coordinator=COORDINATOR)
    with office.store.writing() as session:
        session.execute(update(Case).values(standing_confirmed_on=MONDAY.date()))
    look_at_due(office, MONDAY)
    return [each.reference for each in opened]


def _application(row: Mapping[str, str]) -> IntakeCase:
    nested: dict[str, Any] = {"consents": _CONSENTS}
    for column, text in row.items():
        *groups, name = column.split(".")
        place = nested
        for group in groups:
            place = place.setdefault(group, {})
        place[name] = text
    return validate_intake(nested, today=MONDAY.date())
