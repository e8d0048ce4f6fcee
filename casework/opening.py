"""Opening cases from applications, one or hundreds of thousands: keys, sealed values, rows and journal in bulk."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import chain, islice
from typing import Any, Self, cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from casework.application import PreparedCase, prepare
from casework.numbers import take_references
from casework.office import Office
from casework.sealed_case import (
    CASE_COLUMNS,
    CONSENT_COLUMNS,
    FIRST_STAGE,
    JOURNAL_COLUMNS,
    OPENED,
    RELATIVE_COLUMNS,
    REPORT_COLUMNS,
    NumberedCase,
    Opening,
    SealedCase,
    seal_cases,
)
from casework.search import KnownChildren
from casework.staff import get_staff, require_role
from integrations.bulk_rows import insert_rows
from integrations.key_wrapping import CaseKey
from integrations.uncollected import uncollected
from models.records import (
    AT_ONCE,
    Case,
    ConsentRecord,
    JournalRecord,
    Record,
    RelativeRecord,
    ReportRecord,
    StageEntryRecord,
)
from models.records.base import new_id
from models.schemas.intake import IntakeCase
from models.statuses import CaseStatus, Role

SEALED_AT_ONCE = 150
"""Few enough for what a part becomes to fit into a pipe between processes."""
PARTS_STORED_AT_ONCE = 32
"""Stored by one transaction."""
_LOOKED_UP_AT_ONCE = 500
Share = Callable[[Callable[..., Any], Iterable[Any]], Iterable[Any]]
"""Does a work for each of some parts and yields the results in order, as `map` does or `Workmate.share`."""


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
    share: Share = map
    _groups: dict[str, str] = field(default_factory=dict)

    @classmethod
    def begin(cls, office: Office, share: Share = map) -> Self:
        """Begin a batch: open the identities of the caseload, once. Sealing is shared out by `share`."""
        return cls(KnownChildren.open(office), share)

    def group_of(self, label: str | None) -> str | None:
        """Return the id of a label's group."""
        return None if label is None else self._groups.setdefault(label, new_id())


def open_cases(
    office: Office,
    applications: Sequence[IntakeCase],
    *,
    now: datetime,
    actor: str,
    coordinator: str | None = None,
) -> list[Opened]:
    """Open a case for each application and return what became of each, in order. Raises as `open_prepared`."""
    prepared = [prepare(application) for application in applications]
    return open_prepared(office, prepared, now=now, actor=actor, coordinator=coordinator)


def open_prepared(  # noqa: PLR0913 - the last is for batches that come in parts
    office: Office,
    applications: Sequence[PreparedCase],
    *,
    now: datetime,
    actor: str,
    coordinator: str | None = None,
    batch: Batch | None = None,
) -> list[Opened]:
    """Open a case for each prepared application and return what became of each, in order.

    Keys are made first: one without its case is harmless. Then each chunk of cases is one transaction.
    `batch` is given when the applications are a part of one.
    Raises RuleViolation `staff_…` or `role_not_allowed`.
    """
    with uncollected():
        return _open(office, applications, now=now, actor=actor, coordinator=coordinator, batch=batch)


def _open(  # noqa: PLR0913 - as above
    office: Office,
    applications: Sequence[PreparedCase],
    *,
    now: datetime,
    actor: str,
    coordinator: str | None,
    batch: Batch | None,
) -> list[Opened]:
    known = _look_up(office, applications, actor, coordinator)
    fresh = _fresh(applications, known)
    references = _take_references(office, len(fresh), now)
    keys = office.keystore.create_keys(references, now=now)
    opening = Opening(now, actor, office.policy.version)
    batch = batch or Batch.begin(office)
    numbered = (_numbered(application, key, batch) for application, key in zip(fresh, keys.values(), strict=True))
    sealed = iter(batch.share(partial(seal_cases, opening), _parts(numbered)))
    opened: list[Opened] = []
    while first := next(sealed, None):
        opened += _store(office, chain([first], islice(sealed, PARTS_STORED_AT_ONCE - 1)), opening, coordinator)
    return _in_order(applications, known, opened)


def _parts(cases: Iterator[NumberedCase]) -> Iterator[list[NumberedCase]]:
    while part := list(islice(cases, SEALED_AT_ONCE)):
        yield part


def _look_up(
    office: Office, applications: Iterable[PreparedCase], actor: str, coordinator: str | None
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
    while chunk := list(islice(remaining, _LOOKED_UP_AT_ONCE)):
        rows = session.execute(select(Case.source_number, Case.reference).where(Case.source_number.in_(chunk)))
        known.update({str(number): reference for number, reference in rows})
    return known


def _fresh(applications: Iterable[PreparedCase], known: Mapping[str, str]) -> list[PreparedCase]:
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


def _numbered(application: PreparedCase, key: CaseKey, batch: Batch) -> NumberedCase:
    """Return a case about to be opened, flagged if its child may be one we know."""
    match = batch.children.meet(key.scope, application.who.traits())
    group = batch.group_of(application.sibling_label)
    return NumberedCase(key.scope, key.secret, group, match.reference if match else None, application)


def _store(
    office: Office, parts: Iterable[Sequence[SealedCase]], opening: Opening, coordinator: str | None
) -> list[Opened]:
    """Store some parts in one transaction, each as soon as it is sealed; return what was opened."""
    opened: list[Opened] = []
    with office.store.writing() as session:
        alike = {"coordinator": coordinator, "opened_on": office.book.today(opening.now)}
        for part in parts:
            ids = _store_cases(session, part, opening, alike)
            _store_beginnings(session, part, ids, opening)
            _store_hanging(session, part, ids)
            opened += [Opened(made.reference, made.possible_duplicate_of) for made in part]
    return opened


def _store_cases(
    session: Session, cases: Sequence[SealedCase], opening: Opening, alike: Mapping[str, Any]
) -> list[int]:
    _insert(
        session,
        Case,
        CASE_COLUMNS,
        [made.case for made in cases],
        **alike,
        status=CaseStatus.OPEN,
        stage=FIRST_STAGE,
        opened_at=opening.now,
        next_look_at=AT_ONCE,
        journal_seq=1,
    )
    return _ids(session, cases)


def _store_beginnings(session: Session, cases: Sequence[SealedCase], ids: Sequence[int], opening: Opening) -> None:
    """Store with what every case begins: its first stage and its journal's first entry."""
    stage = {"number": 1, "stage": FIRST_STAGE, "entered_at": opening.now, "policy_version": opening.policy_version}
    _insert(session, StageEntryRecord, ("case_id",), [(case_id,) for case_id in ids], **stage)
    entry = {"seq": 1, "at": opening.now, "kind": OPENED, "actor": opening.actor}
    _insert(session, JournalRecord, JOURNAL_COLUMNS, [made.journal for made in cases], **entry)


def _store_hanging(session: Session, cases: Sequence[SealedCase], ids: Sequence[int]) -> None:
    """Store what an application may state more or less of."""
    for record, columns, rows, shared in (
        (RelativeRecord, RELATIVE_COLUMNS, [made.relatives for made in cases], {"is_requester": True}),
        (ReportRecord, REPORT_COLUMNS, [made.reports for made in cases], {}),
        (ConsentRecord, CONSENT_COLUMNS, [made.consents for made in cases], {}),
    ):
        hanging = [(case_id, *row) for case_id, of_case in zip(ids, rows, strict=True) for row in of_case]
        _insert(session, record, ("case_id", *columns), hanging, **shared)


def _insert(
    session: Session, record: type[Record], columns: Sequence[str], rows: Sequence[tuple[Any, ...]], **shared: Any
) -> None:
    insert_rows(session.connection(), cast("Table", record.__table__), columns, rows, shared)


def _ids(session: Session, cases: Sequence[SealedCase]) -> list[int]:
    references = [made.reference for made in cases]
    rows = session.execute(select(Case.reference, Case.id).where(Case.reference.in_(references)))
    found: dict[str, int] = dict(rows.all())
    return [found[reference] for reference in references]


def _in_order(applications: Iterable[PreparedCase], known: Mapping[str, str], opened: Iterable[Opened]) -> list[Opened]:
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
