"""Opening cases from applications, one or hundreds of thousands: keys, sealed values, rows and journal in bulk."""

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, Self, cast

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from casework.application import Circumstance, NewCase, identity_of, new_case
from casework.journal import ChainWriter
from casework.numbers import take_references
from casework.office import Office
from casework.search import KnownChildren, traits_of
from casework.staff import get_staff, require_role
from integrations.key_wrapping import CaseKey
from models.records import Case, ConsentRecord, Record, RelativeRecord, ReportRecord, StageEntryRecord
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


@dataclass
class Batch:
    """What applications that come together share, in memory only: the children known so far, and the sibling groups.

    A sibling group's label may be a name: its opaque id is stored, the label nowhere.
    """

    children: KnownChildren
    _groups: dict[str, str] = field(default_factory=dict)

    @classmethod
    def begin(cls, office: Office) -> Self:
        """Begin a batch: open the identities of the caseload, once."""
        return cls(KnownChildren.open(office))

    def group_of(self, label: str | None) -> str | None:
        """Return the id of a label's group."""
        return None if label is None else self._groups.setdefault(label, new_id())


def open_cases(  # noqa: PLR0913 - the last is for batches that come in parts
    office: Office,
    applications: Sequence[IntakeCase],
    *,
    now: datetime,
    actor: str,
    coordinator: str | None = None,
    batch: Batch | None = None,
) -> list[Opened]:
    """Open a case for each application and return what became of each, in order.

    Keys are made first: one without its case is harmless. Then each chunk of cases is one transaction.
    `batch` is given when the applications are a part of one.
    Raises RuleViolation `staff_…` or `role_not_allowed`.
    """
    known = _look_up(office, applications, actor, coordinator)
    fresh = _fresh(applications, known)
    references = _take_references(office, len(fresh), now)
    keys = office.keystore.create_keys(references, now=now)
    shared = Circumstance(now, office.book.today(now), coordinator)
    batch = batch or Batch.begin(office)
    opened: list[Opened] = []
    remaining = iter(zip(fresh, references, strict=True))
    while chunk := list(islice(remaining, CHUNK)):
        with _uncollected():
            cases = [_prepare(application, keys[reference], shared, batch) for application, reference in chunk]
            _store(office, cases, now, actor)
        opened += [Opened(made.case["reference"], made.case["possible_duplicate_of"]) for made in cases]
    return _in_order(applications, known, opened)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Make no search for cycles meanwhile: there are none in rows, and the search takes a quarter of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


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


def _prepare(application: IntakeCase, key: CaseKey, shared: Circumstance, batch: Batch) -> NewCase:
    """Return the rows of a case, flagged if its child may be one we know."""
    identity = identity_of(application)
    child = traits_of(identity)
    match = batch.children.find(child)
    batch.children.add(key.scope, child)
    made = new_case(application, identity, key, shared)
    made.case |= {
        "sibling_group": batch.group_of(application.sibling_group),
        "possible_duplicate_of": match.reference if match else None,
    }
    return made


def _store(office: Office, cases: Sequence[NewCase], now: datetime, actor: str) -> None:
    version = office.policy.version
    chains = ChainWriter()
    for made in cases:
        end = chains.add(
            genesis_head(made.case["reference"]), Occurrence(now, "case_opened", actor, _body(made, version))
        )
        made.case["journal_seq"], made.case["journal_head"] = end.seq, end.hash
    with office.store.writing() as session:
        _insert(session, Case, [made.case for made in cases])
        ids = _ids(session, cases)
        entry = {"number": 1, "stage": Stage.REPORTED, "entered_at": now, "policy_version": version}
        _insert(session, StageEntryRecord, [{"case_id": case_id, **entry} for case_id in ids])
        for record, name in ((RelativeRecord, "relatives"), (ReportRecord, "reports"), (ConsentRecord, "consents")):
            rows = [{**row, "case_id": of} for made, of in zip(cases, ids, strict=True) for row in getattr(made, name)]
            _insert(session, record, rows)
        chains.flush(session)


def _insert(session: Session, record: type[Record], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows with the same keys by one statement; the ORM's own would be parted by where a value is missing."""
    if rows:
        session.connection().execute(insert(cast("Table", record.__table__)), rows)


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
