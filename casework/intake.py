"""Taking in a file of applications: all of its faults in one run, and cases for those that are right."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from sqlalchemy import select

from casework.application import prepare
from casework.office import Office
from casework.opening import Batch, open_prepared
from integrations.intake_files import IntakeRow, RowFault, read_intake_file
from models.records import Case
from models.schemas.intake import IntakeCase

PART = 5_000


@dataclass(frozen=True, slots=True)
class IntakeReport:
    """What a file of applications came to, in counts of rows.

    `valid` and `faulty` make up all rows. `already_known`: a case was opened from the same external number before.
    `duplicates`: opened, and flagged as possibly the child of another case. `references` are the new cases', in order.
    """

    valid: int = 0
    faulty: int = 0
    opened: int = 0
    already_known: int = 0
    duplicates: int = 0
    faults: tuple[RowFault, ...] = ()
    references: tuple[str, ...] = ()


def check_intake(office: Office, path: Path, now: datetime) -> IntakeReport:
    """Read a file and report every fault in it; nothing is opened.

    Raises InvalidInput `intake_file_missing`, PermanentFailure `intake_file_unreadable`.
    """
    valid, already_known, faults = 0, 0, _Faults()
    for part in _parts(faults.set_aside(_rows(office, path, now))):
        valid += len(part)
        already_known += _count_known(office, part)
    return IntakeReport(valid, faults.rows, already_known=already_known, faults=tuple(faults.found))


def register_batch(  # noqa: PLR0913 - the last two are for who watches
    office: Office,
    path: Path,
    *,
    accept_valid: bool = False,
    now: datetime,
    actor: str,
    progress: Callable[[int], None] | None = None,
) -> IntakeReport:
    """Open a case for every application of a file. With a fault in it none is opened, unless `accept_valid`.

    The file is read twice, so that its length is no matter. `progress` is told after each part how many rows have been
    taken in. A second run opens only what the first did not. Raises as `check_intake` and `open_cases`.
    """
    checked = check_intake(office, path, now)
    if checked.faulty and not accept_valid:
        return checked
    batch = Batch.begin(office)
    references: list[str] = []
    already_known = duplicates = done = 0
    for part in _parts(_Faults().set_aside(_rows(office, path, now))):
        outcomes = open_prepared(office, [prepare(each) for each in part], now=now, actor=actor, batch=batch)
        references += [each.reference for each in outcomes if not each.already_known]
        already_known += sum(each.already_known for each in outcomes)
        duplicates += sum(each.possible_duplicate_of is not None for each in outcomes)
        done += len(part)
        if progress is not None:
            progress(done)
    return IntakeReport(
        valid=checked.valid,
        faulty=checked.faulty,
        opened=len(references),
        already_known=already_known,
        duplicates=duplicates,
        faults=checked.faults,
        references=tuple(references),
    )


class _Faults:
    """The faults of a file as it is read; a faulty row is told by its number, which is in the fault."""

    def __init__(self) -> None:
        self.rows = 0
        self.found: list[RowFault] = []

    def set_aside(self, rows: Iterable[IntakeRow]) -> Iterator[IntakeCase]:
        """Yield the applications that are right, and keep the faults of the others."""
        for row in rows:
            if row.case is not None:
                yield row.case
            else:
                self.rows += 1
                self.found += row.faults


def _rows(office: Office, path: Path, now: datetime) -> Iterator[IntakeRow]:
    bodies = frozenset(body.id for body in office.policy.bodies)
    return read_intake_file(path, today=office.book.today(now), bodies=bodies)


def _parts(applications: Iterator[IntakeCase]) -> Iterator[list[IntakeCase]]:
    while part := list(islice(applications, PART)):
        yield part


def _count_known(office: Office, part: Iterable[IntakeCase]) -> int:
    numbers = [each.external_number for each in part if each.external_number is not None]
    with office.store.reading() as session:
        return len(session.scalars(select(Case.id).where(Case.source_number.in_(numbers))).all())
