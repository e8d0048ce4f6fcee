"""What is on record and could enter a letter: whole batches of cases at once, one query a table, nothing unsealed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from models.records import (
    AliasRecord,
    AnnexRecord,
    Case,
    ClockRecord,
    CompanionRecord,
    ConsentRecord,
    LetterRecord,
    RelativeRecord,
    ReplyRecord,
    ReportRecord,
    SightingRecord,
)
from models.statuses import CaseStatus

RowT = TypeVar("RowT")
_STANDING = (CaseStatus.OPEN, CaseStatus.SUSPENDED)


@dataclass(frozen=True, slots=True)
class SiblingMaterial:
    """A sibling's case that stands, and the consents of that case, by id."""

    case: Case
    consents: Sequence[ConsentRecord]


@dataclass(frozen=True, slots=True)
class LetterMaterial:
    """One case's rows. Everything is as the store has it: what is sealed is still sealed.

    `relatives`, `consents`, `aliases` and `reports` in the order in which they are told; `taken` are the letters about
    the child that bodies have taken, the oldest first; `replies` the oldest first; `clocks` of every rule and anchor;
    `annexes` of all letters filed under the case, in their order.
    """

    case: Case
    relatives: Sequence[RelativeRecord]
    consents: Sequence[ConsentRecord]
    sightings: Sequence[SightingRecord]
    aliases: Sequence[AliasRecord]
    reports: Sequence[ReportRecord]
    taken: Sequence[LetterRecord]
    replies: Sequence[ReplyRecord]
    clocks: Sequence[ClockRecord]
    annexes: Sequence[AnnexRecord]
    siblings: Sequence[SiblingMaterial]


def load_material(session: Session, cases: Sequence[Case]) -> dict[int, LetterMaterial]:
    """Read the rows of all cases, by the case's id; how many queries it takes does not depend on how many cases."""
    ids = [case.id for case in cases]
    groups = _by_group(session, cases)
    siblings = {case.id: [each for each in groups.get(case.sibling_group, ()) if each is not case] for case in cases}
    consents = list_consents(session, [*ids, *{each.id for found in siblings.values() for each in found}])
    rows = {name: _by_case(session, query, ids) for name, query in _TABLES.items()}
    _add_joint_letters(session, ids, rows["taken"])
    return {
        case.id: LetterMaterial(
            case=case,
            consents=consents.get(case.id, ()),
            siblings=[SiblingMaterial(each, consents.get(each.id, ())) for each in siblings[case.id]],
            **{name: found.get(case.id, ()) for name, found in rows.items()},
        )
        for case in cases
    }


def list_consents(session: Session, case_ids: Sequence[int]) -> Mapping[int, Sequence[ConsentRecord]]:
    """List the consents of cases, by the case's id, each case's by their own."""
    return _by_case(session, _CONSENTS, case_ids)


def list_relatives(session: Session, case_id: int) -> Sequence[RelativeRecord]:
    """List the relatives of one case."""
    return _by_case(session, _TABLES["relatives"], [case_id]).get(case_id, ())


def list_siblings_of(session: Session, case: Case) -> Sequence[Case]:
    """List the cases of a child's siblings that stand, by id."""
    return [each for each in _by_group(session, [case]).get(case.sibling_group, ()) if each is not case]


def _by_group(session: Session, cases: Iterable[Case]) -> Mapping[str | None, Sequence[Case]]:
    """Read the cases that stand in the groups of siblings that any of the cases belongs to."""
    groups = {case.sibling_group for case in cases if case.sibling_group is not None}
    found: defaultdict[str | None, list[Case]] = defaultdict(list)
    if groups:
        for case in session.scalars(_SIBLINGS, {"groups": sorted(groups)}):
            found[case.sibling_group].append(case)
    return found


def _by_case(session: Session, query: Select[Any], case_ids: Sequence[int]) -> defaultdict[int, list[Any]]:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for row in session.scalars(query, {"cases": case_ids}):
        found[row.case_id].append(row)
    return found


def _add_joint_letters(session: Session, case_ids: Sequence[int], taken: defaultdict[int, list[Any]]) -> None:
    """Add the letters about a child that are filed under another child's case."""
    for case_id, letter in session.execute(_JOINT, {"cases": case_ids}):
        taken[case_id].append(letter)
        taken[case_id].sort(key=lambda each: (each.taken_on, each.number))


def _rows(record: Any) -> Select[Any]:
    return select(record).where(record.case_id.in_(bindparam("cases", expanding=True)))


# Made once: putting a query together anew would take longer than running it.
_SIBLINGS = (
    select(Case)
    .where(Case.sibling_group.in_(bindparam("groups", expanding=True)), Case.status.in_(_STANDING))
    .order_by(Case.id)
)
_JOINT = (
    select(CompanionRecord.case_id, LetterRecord)
    .join(LetterRecord, LetterRecord.id == CompanionRecord.letter_id)
    .where(
        CompanionRecord.case_id.in_(bindparam("cases", expanding=True)),
        LetterRecord.taken_on.is_not(None),
    )
)
_CONSENTS = _rows(ConsentRecord).order_by(ConsentRecord.id)
_TABLES: Mapping[str, Select[Any]] = {
    "relatives": _rows(RelativeRecord).order_by(RelativeRecord.id),
    "sightings": _rows(SightingRecord).where(SightingRecord.withdrawn.is_(False)).order_by(SightingRecord.id),
    "aliases": _rows(AliasRecord).order_by(AliasRecord.recorded_at, AliasRecord.id),
    "reports": _rows(ReportRecord).order_by(ReportRecord.office, ReportRecord.id),
    "taken": _rows(LetterRecord)
    .where(LetterRecord.taken_on.is_not(None))
    .order_by(LetterRecord.taken_on, LetterRecord.number),
    "replies": _rows(ReplyRecord).order_by(ReplyRecord.received_on, ReplyRecord.id),
    "clocks": _rows(ClockRecord).order_by(ClockRecord.id),
    "annexes": _rows(AnnexRecord).order_by(AnnexRecord.letter_id, AnnexRecord.position),
}
