"""Deadlines as staff are told of them, read in bulk from the clocks as they are stored. Nothing is unsealed."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.office import Office
from casework.told import Deadline
from models.records import Case, ClockRecord, LetterRecord, SnoozeRecord
from models.rules.policy import BIRTHDAYS, PARTED, Anchor
from models.statuses import Precision

TOLD_OF = (
    ClockRecord,
    Case.reference,
    Case.coordinator,
    Case.separation_precision,
    Case.disappeared_on,
    Case.disappeared_precision,
    Case.adult_precision,
)
"""What a query selects, in this order, for `deadlines_of`; other columns may follow."""
_CHUNK = 500


def deadlines_of(
    office: Office, session: Session, rows: Sequence[Any], here: Collection[str], today: date
) -> list[Deadline]:
    """Return a deadline for each row (`Row`) of `TOLD_OF`. Only coordinators who are `here` (staff ids) are named.

    Raises NotFound for a clock whose rule the policy knows no more.
    """
    letters = find_letter_numbers(session, [row[0].anchor for row in rows])
    snoozes = _find_snoozes(session, today) if rows else {}
    return [
        Deadline(
            reference=row.reference,
            coordinator=row.coordinator if row.coordinator in here else None,
            rule=office.policy.get_clock(row[0].rule),
            anchor=row[0].anchor,
            due_on=row[0].due_on,
            state=row[0].state,
            letter=letters.get(row[0].anchor),
            anchor_on=row[0].anchor_on,
            counted_from=_counted_from(office.policy.get_clock(row[0].rule).anchor, row),
            snoozed_until=snoozes.get((row[0].case_id, row[0].rule, row[0].anchor)),
        )
        for row in rows
    ]


def find_letter_numbers(session: Session, letters: Sequence[str]) -> Mapping[str, str]:
    """Find the outgoing numbers of letters by their ids; what is no letter's id is left out."""
    found: dict[str, str] = {}
    remaining = iter(dict.fromkeys(letters))
    while chunk := list(islice(remaining, _CHUNK)):
        query = select(LetterRecord.id, LetterRecord.number).where(LetterRecord.id.in_(chunk))
        found.update({row.id: row.number for row in session.execute(query)})
    return found


def _find_snoozes(session: Session, today: date) -> Mapping[tuple[int, str, str], date]:
    """Find until when clocks have a rung put off, by case, rule and anchor: the latest day where there are several."""
    query = select(SnoozeRecord.case_id, SnoozeRecord.rule, SnoozeRecord.anchor, SnoozeRecord.until_on)
    ahead = session.execute(query.where(SnoozeRecord.until_on > today).order_by(SnoozeRecord.until_on))
    return {(row.case_id, row.rule, row.anchor): row.until_on for row in ahead}


def _counted_from(anchor: Anchor, row: Any) -> Precision:
    """Return how exactly the day is known from which a clock counts: all but birth and parting is on record."""
    if anchor in BIRTHDAYS:
        return row.adult_precision or Precision.DAY
    if anchor not in PARTED:
        return Precision.DAY
    if anchor is Anchor.DISAPPEARANCE and row.disappeared_on is not None:
        return row.disappeared_precision or Precision.DAY
    return row.separation_precision or Precision.DAY
