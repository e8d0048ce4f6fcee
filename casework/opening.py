"""Opening cases from applications, one or hundreds of thousands: keys, sealed values, rows and journal in bulk."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from casework.application import Circumstance, NewCase, new_case
from casework.journal import ChainWriter
from casework.numbers import take_references
from casework.office import Office
from casework.staff import get_staff, require_role
from models.records import Case, ConsentRecord, RelativeRecord, ReportRecord, StageEntryRecord
from models.records.base import new_id
from models.rules.canonical import Json
from models.rules.chain import Occurrence, genesis_head
from models.schemas.intake import IntakeCase
from models.statuses import Role, Stage

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Opened:
    """What became of one application.

    `already_known`: its external number belongs to a case opened before, and nothing was done.
    """

    reference: str
    possible_duplicate_of: str | None = None
    already_known: bool = False


def open_cases(  # noqa: PLR0913 - the last is for batches that come in parts
    office: Office,
    applications: Sequence[IntakeCase],
    *,
    now: datetime,
    actor: str,
    coordinator: str | None = None,
    sibling_groups: dict[str, str] | None = None,
) -> list[Opened]:
    """Open a case for each application and return what became of each, in order.

    Keys are made first: one without its case is harmless. Then each chunk of cases is one transaction.
    `sibling_groups` keeps the ids of sibling groups by the applications' labels between the parts of a batch.
    Raises RuleViolation `staff_…` or `role_not_allowed`.
    """
    known = _look_up(office, applications, actor, coordinator)
    fresh = _fresh(applications, known)
    references = _take_references(office, len(fresh), now)
    keys = office.keystore.create_keys(references, now=now)
    shared = Circumstance(now, office.book.today(now), coordinator)
    groups = {} if sibling_groups is None else sibling_groups
    opened: list[Opened] = []
    remaining = iter(zip(fresh, references, strict=True))
    while chunk := list(islice(remaining, CHUNK)):
        cases = [new_case(application, keys[reference], shared) for application, reference in chunk]
        for (application, _), made in zip(chunk, cases, strict=True):
            made.case |= {"sibling_group": _group(application, groups), "possible_duplicate_of": None}
        _store(office, cases, now, actor)
        opened += [Opened(made.case["reference"]) for made in cases]
    return _in_order(applications, known, opened)


def _look_up(
    office: Office, applications: Iterable[IntakeCase], actor: str, coordinator: str | None
) -> Mapping[str, str]:
    """Check who opens for whom, and return the references of the external numbers that are known already."""
    numbers = [each.external_number for each in applications if each.external_number is not None]
    with office.store.reading() as session:
        get_staff(session, actor)
        if coordinator is not None:
            require_role(get_staff(session, coordinator), Role.COORDINATOR, Role.SUPERVISOR)
        return _known_numbers(session, numbers)


def _known_numbers(session: Session, numbers: Iterable[str]) -> dict[str, str]:
    known: dict[str, str] = {}
    remaining = iter(numbers)
    while chunk := list(islice(remaining, CHUNK)):
        rows = session.execute(select(Case.source_number, Case.reference).where(Case.source_number.in_(chunk)))
        known.update({str(number): reference for number, reference in rows})
    return known


def _fresh(applications: Iterable[IntakeCase], known: Mapping[str, str]) -> list[IntakeCase]:
    """Return the applications that open a case: of several with one external number the first."""
    seen = set(known)
    fresh = []
    for application in applications:
        number = application.external_number
        if number is None or number not in seen:
            fresh.append(application)
        if number is not None:
            seen.add(number)
    return fresh


def _take_references(office: Office, count: int, now: datetime) -> list[str]:
    if not count:
        return []
    with office.store.writing() as session:
        return take_references(session, office.book.today(now).year, count)


def _group(application: IntakeCase, groups: dict[str, str]) -> str | None:
    """Return the sibling group's opaque id; the label itself may be a name and is stored nowhere."""
    if application.sibling_group is None:
        return None
    return groups.setdefault(application.sibling_group, new_id())


def _store(office: Office, cases: Sequence[NewCase], now: datetime, actor: str) -> None:
    version = office.policy.version
    chains = ChainWriter()
    for made in cases:
        end = chains.add(
            genesis_head(made.case["reference"]), Occurrence(now, "case_opened", actor, _body(made, version))
        )
        made.case["journal_seq"], made.case["journal_head"] = end.seq, end.hash
    with office.store.writing() as session:
        session.execute(insert(Case), [made.case for made in cases])
        ids = _ids(session, cases)
        entry = {"number": 1, "stage": Stage.REPORTED, "entered_at": now, "policy_version": version}
        session.execute(insert(StageEntryRecord), [{"case_id": case_id, **entry} for case_id in ids])
        for record, name in ((RelativeRecord, "relatives"), (ReportRecord, "reports"), (ConsentRecord, "consents")):
            rows = [{**row, "case_id": of} for made, of in zip(cases, ids, strict=True) for row in getattr(made, name)]
            if rows:
                session.execute(insert(record), rows)
        chains.flush(session)


def _ids(session: Session, cases: Sequence[NewCase]) -> list[int]:
    references = [made.case["reference"] for made in cases]
    rows = session.execute(select(Case.reference, Case.id).where(Case.reference.in_(references)))
    found: dict[str, int] = {row.reference: row.id for row in rows}
    return [found[reference] for reference in references]


def _body(made: NewCase, policy_version: str) -> dict[str, Json]:
    body: dict[str, Json] = {"stage": Stage.REPORTED.value, "policy": policy_version}
    if made.case["possible_duplicate_of"] is not None:
        body["possible_duplicate_of"] = made.case["possible_duplicate_of"]
    return body


def _in_order(applications: Iterable[IntakeCase], known: Mapping[str, str], opened: Iterable[Opened]) -> list[Opened]:
    """Put together what was opened and what was known, in the applications' order."""
    by_number = {number: Opened(reference, already_known=True) for number, reference in known.items()}
    fresh = iter(opened)
    found = []
    for application in applications:
        number = application.external_number
        if number is not None and number in by_number:
            found.append(by_number[number])
            continue
        found.append(next(fresh))
        if number is not None:
            by_number[number] = Opened(found[-1].reference, already_known=True)
    return found
