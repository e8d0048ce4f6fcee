"""Part of a file of applications, checked and prepared: a function of its rows alone, which any process can do."""

import pickle
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from casework.application import PreparedCase, prepare
from integrations.intake_files import NumbersSeen, RowFault, check_row, repeated_number
from integrations.intake_rows import RawRow


@dataclass(frozen=True, slots=True)
class Terms:
    """What a file's values are held against: the day, and the bodies that a consent may name."""

    today: date
    bodies: frozenset[str]


class CheckedPart(NamedTuple):
    """What a part of a file came to: for each row its external number, the faults by row, and what is right.

    `row_numbers` and `external_numbers` are in the rows' order; `prepared` are the rows without a fault, for `unpack`.
    """

    row_numbers: Sequence[int]
    external_numbers: Sequence[str | None]
    faults: Mapping[int, tuple[RowFault, ...]]
    prepared: bytes

    def __repr__(self) -> str:
        """Show no value."""
        return f"<CheckedPart of {len(self.row_numbers)} rows>"


def check_part(terms: Terms, rows: Sequence[RawRow]) -> CheckedPart:
    """Check rows, each by itself, and prepare those that are right."""
    checked = [check_row(row, today=terms.today, bodies=terms.bodies) for row in rows]
    return CheckedPart(
        [row.row_number for row in checked],
        [row.external_number for row in checked],
        {row.row_number: row.faults for row in checked if row.case is None},
        _pack(prepare(row.case) for row in checked if row.case is not None),
    )


def without_repeated(part: CheckedPart, seen: NumbersSeen) -> CheckedPart:
    """Return a part with the rows as faulty whose external number was seen before."""
    repeated = {
        row_number
        for row_number, number in zip(part.row_numbers, part.external_numbers, strict=True)
        if seen.is_repeated(number)
    }
    if not repeated:
        return part
    right = [row_number for row_number in part.row_numbers if row_number not in part.faults]
    told = {row: (*part.faults.get(row, ()), repeated_number(row)) for row in repeated}
    remaining = (
        case for row_number, case in zip(right, unpack(part.prepared), strict=True) if row_number not in repeated
    )
    return part._replace(faults=dict(part.faults) | told, prepared=_pack(remaining))


def unpack(prepared: bytes) -> list[PreparedCase]:
    """Return what `CheckedPart.prepared` holds."""
    cases: list[PreparedCase] = pickle.loads(prepared)  # noqa: S301 - packed below, and never left this office
    return cases


def _pack(cases: Iterable[PreparedCase]) -> bytes:
    return pickle.dumps(list(cases), pickle.HIGHEST_PROTOCOL)
