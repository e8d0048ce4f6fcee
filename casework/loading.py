"""Reading cases as facts: whole batches at once, one query a table, nothing unsealed."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import CompoundSelect, Select, select, union_all
from sqlalchemy.orm import Session

from integrations.on_driver import Rows, connection_of
from integrations.prepared import AmongIds, PreparedQueries
from models.records import (
    Case,
    ChecklistRecord,
    ClockRecord,
    CompanionRecord,
    ConsentRecord,
    DecisionRecord,
    LetterRecord,
    NoticeRecord,
    OverrideRecord,
    PauseRecord,
    ReplyRecord,
    ReportRecord,
    SightingRecord,
    SignOffRecord,
    SnoozeRecord,
    StageEntryRecord,
    VisitRecord,
)
from models.rules.disclosure import Field
from models.rules.facts import (
    ArrivalFact,
    CaseFacts,
    ClockFact,
    ConsentFact,
    LetterFact,
    Pause,
    ReplyFact,
    SightingFact,
    SignOffFact,
    StageEntry,
)
from models.statuses import Precision

CaseRow = Any
"""A case's columns `CASE_COLUMNS` by their names: a row of a query for them, or a `Case`."""
_ByCase = Mapping[int, Sequence[Any]]
_WORDINGS_KEPT = 1024

_CASE = Case.__table__
CASE_COLUMNS = tuple(column for column in _CASE.c if not column.name.startswith("sealed_"))


def load_facts(session: Session, cases: Sequence[CaseRow]) -> list[CaseFacts]:
    """Return the facts of each case row (columns `CASE_COLUMNS`), in the same order."""
    found = QUERIES.run(connection_of(session), [case.id for case in cases])
    if len(cases) == 1:
        return [_facts(cases[0], {name: [*map(_MAKERS[name], rows)] for name, rows in found.items() if rows})]
    parts = {name: _by_case(rows, _MAKERS[name]) for name, rows in found.items() if rows}
    return [_facts(case, {name: part[case.id] for name, part in parts.items() if case.id in part}) for case in cases]


def _by_case(rows: Rows, make: Callable[[Any], Any]) -> _ByCase:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(make(row))
    return found


def _facts(case: CaseRow, parts: Mapping[str, Sequence[Any]]) -> CaseFacts:
    """Make a case's facts; of what has no row the facts themselves say what that means."""
    found: dict[str, Any] = {name: frozenset(rows) if name in _SETS else tuple(rows) for name, rows in parts.items()}
    return CaseFacts(
        reference=case.reference,
        status=case.status,
        opened_on=case.opened_on,
        known=_fields(tuple(case.known)),
        separation_on=case.separation_on,
        separation_precision=case.separation_precision or Precision.DAY,
        disappeared_on=case.disappeared_on,
        disappeared_precision=case.disappeared_precision or Precision.DAY,
        adult_on=case.adult_on,
        adult_precision=case.adult_precision or Precision.DAY,
        requester=case.requester_basis,
        standing_confirmed=case.standing_confirmed_on is not None,
        held_stage=case.held_stage,
        possible_duplicate=case.possible_duplicate_of is not None,
        arrival=_arrival(case),
        **found,
    )


@lru_cache(_WORDINGS_KEPT)
def _fields(names: tuple[str, ...]) -> frozenset[Field]:
    # The same few sets of fields come with nearly every case.
    return frozenset(Field(name) for name in names)


def _arrival(case: CaseRow) -> ArrivalFact | None:
    if case.arrived_on is None:
        return None
    return ArrivalFact(case.arrived_on, case.received_by, case.arrival_territory)


def _consent(row: Any) -> ConsentFact:
    _, consent_id, body, purpose, given_on, given_by, withdrawn_on, withheld = row
    return ConsentFact(consent_id, body, purpose, given_on, given_by, withdrawn_on, _fields(tuple(withheld)))


def _reply(row: Any) -> ReplyFact:
    """Tell a reply as it concerns one child: of a joint letter a body may know some children and not others."""
    case_id, letter, kind, received_on, acknowledges, agrees, registered_on, reply_id, concerns = row[:-2]
    concerned = concerns is None or case_id in concerns
    return ReplyFact(
        letter, kind, received_on, acknowledges and concerned, agrees and concerned, registered_on, reply_id
    )


def _columns(record: Any, *names: str) -> Select[Any]:
    return select(record.case_id, *(getattr(record, name) for name in names)).where(AmongIds(record.case_id))


def _carried(record: Any, letter: Any, names: tuple[str, ...], by: str) -> CompoundSelect[Any]:
    """Make the query of letters, or what belongs to them: filed under a case, or about its child beside others."""
    tie = "number" if record is LetterRecord else "id"
    wanted = (
        *(getattr(record, name) for name in names),
        getattr(record, by).label("_by"),
        getattr(record, tie).label("_tie"),
    )
    own = select(record.case_id, *wanted).where(AmongIds(record.case_id))
    beside_others = (
        select(CompanionRecord.case_id, *wanted)
        .join(CompanionRecord, CompanionRecord.letter_id == letter)
        .where(AmongIds(CompanionRecord.case_id))
    )
    return union_all(own, beside_others).order_by("_by", "_tie")


_TABLES: Mapping[str, tuple[Select[Any] | CompoundSelect[Any], Callable[[Any], Any]]] = {
    "entries": (
        _columns(StageEntryRecord, "number", "stage", "entered_at").order_by(StageEntryRecord.number),
        lambda row: StageEntry(*row[1:]),
    ),
    "pauses": (_columns(PauseRecord, "from_on", "until_on").order_by(PauseRecord.id), lambda row: Pause(*row[1:])),
    "reports": (_columns(ReportRecord, "office"), lambda row: row[1]),
    "sightings": (
        _columns(
            SightingRecord,
            "id",
            "seen_on",
            "stated_on",
            "country",
            "territory",
            "source_kind",
            "source_grade",
            "information_grade",
            "source_no",
            "place_no",
            "withdrawn",
            "recorded_at",
        ).order_by(SightingRecord.recorded_at, SightingRecord.id),
        lambda row: SightingFact(*row[1:]),
    ),
    "consents": (
        _columns(ConsentRecord, "id", "body", "purpose", "given_on", "given_by", "withdrawn_on", "withheld").order_by(
            ConsentRecord.given_on, ConsentRecord.id
        ),
        _consent,
    ),
    "checklist": (
        _columns(ChecklistRecord, "item", "established_on").order_by(ChecklistRecord.established_on),
        lambda row: (row[1], row[2]),
    ),
    "sign_offs": (
        _columns(SignOffRecord, "person_no", "role", "signed_on").order_by(SignOffRecord.id),
        lambda row: SignOffFact(*row[1:]),
    ),
    "letters": (
        _carried(
            LetterRecord,
            LetterRecord.id,
            (
                *("id", "kind", "body", "purpose", "state", "taken_on"),
                *("follows", "dated_on", "taken_at", "children", "delivered_on"),
            ),
            "drafted_at",
        ),
        lambda row: LetterFact(*row[1:-2]),
    ),
    "replies": (
        _carried(
            ReplyRecord,
            ReplyRecord.letter_id,
            (
                *("letter_id", "kind", "received_on", "acknowledges_child", "agrees_to_verification"),
                *("registered_on", "id", "concerns"),
            ),
            "received_on",
        ),
        _reply,
    ),
    "visits": (_columns(VisitRecord, "visit", "made_on"), lambda row: (row[1], row[2])),
    "overrides": (_columns(OverrideRecord, "stage", "requirement"), lambda row: (row[1], row[2])),
    "decisions": (
        _columns(DecisionRecord, "kind", "body").where(DecisionRecord.withdrawn_at.is_(None)),
        lambda row: (row[1], row[2]),
    ),
    "clocks": (
        _columns(ClockRecord, "rule", "anchor", "anchor_on", "due_on", "state", "closed_on"),
        lambda row: ClockFact(*row[1:]),
    ),
    "rungs": (_columns(NoticeRecord, "rule", "anchor", "rung"), lambda row: tuple(row[1:])),
    "snoozes": (_columns(SnoozeRecord, "rule", "anchor", "rung", "until_on"), lambda row: tuple(row[1:])),
}
_SETS = frozenset({"reports", "visits", "overrides", "decisions", "rungs", "snoozes"})
QUERIES = PreparedQueries({name: query for name, (query, _) in _TABLES.items()})
_MAKERS = {name: make for name, (_, make) in _TABLES.items()}
