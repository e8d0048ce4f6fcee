"""Taking in a file of applications: all of its faults in one run, and cases for those that are right."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeVar

from sqlalchemy import select

from casework.application import PreparedCase
from casework.intake_parts import CheckedPart, Terms, check_part, unpack, without_repeated
from casework.office import Office
from casework.opening import Batch, Share, open_prepared
from integrations.intake_files import NumbersSeen, RowFault, read_raw_rows
from integrations.spool import Spool
from integrations.uncollected import uncollected
from integrations.workmate import open_workmate
from models.records import Case

CHECKED_AT_ONCE = 150
"""Few enough for what a part holds to fit into a pipe between processes."""
PART = 10_000
"""How many applications get their references and keys together."""
ALONE_BYTES = 1 << 20
"""A file up to this length is done by one process: the other would hardly have started."""
T = TypeVar("T")


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


def check_intake(
    office: Office, path: Path, now: datetime, *, progress: Callable[[int], None] | None = None
) -> IntakeReport:
    """Read a file and report every fault in it; nothing is opened. `progress` is told how many rows have been checked.

    Raises InvalidInput `intake_file_missing`, PermanentFailure `intake_file_unreadable`.
    """
    checked = _Checked()
    with _share(path) as share:
        for part in _check(office, path, now, share):
            checked.add(part)
            checked.already_known += _count_known(office, unpack(part.prepared))
            _tell(progress, checked.rows)
    return checked.report()


def register_batch(  # noqa: PLR0913 - the last three are for who watches
    office: Office,
    path: Path,
    *,
    accept_valid: bool = False,
    now: datetime,
    actor: str,
    checking: Callable[[int], None] | None = None,
    progress: Callable[[int], None] | None = None,
) -> IntakeReport:
    """Open a case for every application of a file. With a fault in it none is opened, unless `accept_valid`.

    The file is read once; what is right in it is set aside until its end is known, so that its length is no matter.
    `checking` is told how many rows have been checked, then `progress` how many have been taken in. A second run opens
    only what the first did not. Raises as `check_intake` and `open_prepared`, PermanentFailure
    `nothing_can_be_set_aside`.
    """
    checked = _Checked()
    with _share(path) as share, Spool(office.settings.home) as spool:
        for part in _check(office, path, now, share):
            checked.add(part)
            spool.put(part.prepared)
            _tell(checking, checked.rows)
        if checked.faults and not accept_valid:
            for prepared in spool:
                checked.already_known += _count_known(office, unpack(prepared))
            return checked.report()
        return _register(office, spool, checked.report(), Batch.begin(office, share), now, actor, progress)


def _register(  # noqa: PLR0913, PLR0917 - what a registration is made of
    office: Office,
    spool: Iterable[bytes],
    checked: IntakeReport,
    batch: Batch,
    now: datetime,
    actor: str,
    progress: Callable[[int], None] | None,
) -> IntakeReport:
    references: list[str] = []
    already_known = duplicates = done = 0
    for part in _uncollected(_parts((case for prepared in spool for case in unpack(prepared)), PART)):
        outcomes = open_prepared(office, part, now=now, actor=actor, batch=batch)
        references += [each.reference for each in outcomes if not each.already_known]
        already_known += sum(each.already_known for each in outcomes)
        duplicates += sum(each.possible_duplicate_of is not None for each in outcomes)
        done += len(part)
        _tell(progress, done)
    return replace(
        checked,
        opened=len(references),
        already_known=already_known,
        duplicates=duplicates,
        references=tuple(references),
    )


@dataclass
class _Checked:
    """What the parts of a file came to so far."""

    rows: int = 0
    faulty: int = 0
    already_known: int = 0
    faults: list[RowFault] = field(default_factory=list)

    def add(self, part: CheckedPart) -> None:
        """Count the rows of one more part, and keep its faults in the rows' order."""
        self.rows += len(part.row_numbers)
        self.faulty += len(part.faults)
        self.faults += [fault for _, faults in sorted(part.faults.items()) for fault in faults]

    def report(self) -> IntakeReport:
        """Return the counts; nothing is opened so far."""
        return IntakeReport(
            self.rows - self.faulty, self.faulty, already_known=self.already_known, faults=tuple(self.faults)
        )


@contextmanager
def _share(path: Path) -> Iterator[Share]:
    """Share the work on a long file out to a second process."""
    if not path.is_file() or path.stat().st_size <= ALONE_BYTES:
        yield map
        return
    with open_workmate("casework.intake_parts", "casework.sealed_case") as workmate:
        yield workmate.share


def _check(office: Office, path: Path, now: datetime, share: Share) -> Iterator[CheckedPart]:
    terms = Terms(office.book.today(now), frozenset(body.id for body in office.policy.bodies))
    seen = NumbersSeen()
    for part in _uncollected(share(partial(check_part, terms), _parts(read_raw_rows(path), CHECKED_AT_ONCE))):
        yield without_repeated(part, seen)


def _uncollected(parts: Iterable[T]) -> Iterator[T]:
    remaining = iter(parts)
    while True:
        with uncollected():
            part = list(islice(remaining, 1))
        if not part:
            return
        yield part[0]


def _parts(rows: Iterator[T], length: int) -> Iterator[list[T]]:
    while part := list(islice(rows, length)):
        yield part


def _tell(progress: Callable[[int], None] | None, done: int) -> None:
    if progress is not None:
        progress(done)


def _count_known(office: Office, part: Iterable[PreparedCase]) -> int:
    numbers = [each.external_number for each in part if each.external_number is not None]
    with office.store.reading() as session:
        return len(session.scalars(select(Case.id).where(Case.source_number.in_(numbers))).all())
