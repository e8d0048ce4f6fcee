"""A new case's rows as they will be stored: every group sealed under the case's key, its journal begun."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from casework.application import PreparedCase
from integrations.key_wrapping import CaseKey
from integrations.sealing import seal_under, sealed_place
from models.rules.chain import Occurrence, follow, genesis_head
from models.statuses import Stage

if TYPE_CHECKING:
    from models.rules.canonical import Json

OPENED = "case_opened"
FIRST_STAGE = Stage.REPORTED
FIRST_EPOCH = 1
CASE_COLUMNS = (
    "reference",
    "source_number",
    "sibling_group",
    "possible_duplicate_of",
    "separation_on",
    "separation_precision",
    "adult_on",
    "adult_precision",
    "known",
    "requester_basis",
    "seals",
    "journal_head",
    "sealed_identity",
    "sealed_circumstances",
)
RELATIVE_COLUMNS = ("id", "basis", "sealed_details")
REPORT_COLUMNS = ("id", "office", "sealed_number")
CONSENT_COLUMNS = ("id", "body", "purpose", "given_on", "given_by")
JOURNAL_COLUMNS = ("chain", "body", "prev_hash", "hash")
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Opening:
    """What all cases of one opening share."""

    now: datetime
    actor: str
    policy_version: str


class NumberedCase(NamedTuple):
    """A prepared case with the secret of its first key, and what it has to do with other cases."""

    reference: str
    secret: bytes
    sibling_group: str | None
    possible_duplicate_of: str | None
    prepared: PreparedCase

    def __repr__(self) -> str:
        """Show neither key nor value."""
        return f"<NumberedCase {self.reference}>"


class SealedCase(NamedTuple):
    """A case about to be stored: its rows by the columns above. Those that hang on the case lack its id yet."""

    case: Row
    relatives: Sequence[Row]
    reports: Sequence[Row]
    consents: Sequence[Row]
    journal: Row

    @property
    def reference(self) -> str:
        """The case's reference."""
        return str(self.case[0])

    @property
    def possible_duplicate_of(self) -> str | None:
        """The case whose child this may be."""
        duplicate: str | None = self.case[3]
        return duplicate


def seal_cases(opening: Opening, cases: Sequence[NumberedCase]) -> list[SealedCase]:
    """Seal new cases, in order."""
    return [_seal_case(each, opening) for each in cases]


def _seal_case(case: NumberedCase, opening: Opening) -> SealedCase:
    prepared, key = case.prepared, CaseKey(case.reference, FIRST_EPOCH, case.secret)
    relatives, reports = _relatives(prepared, key), _reports(prepared, key)
    journal = _journal(case, opening)
    row = (
        key.scope,
        prepared.external_number,
        case.sibling_group,
        case.possible_duplicate_of,
        prepared.separation_on,
        prepared.separation_precision,
        prepared.adult_on,
        prepared.adult_precision,
        _as_json(prepared.known),
        prepared.basis,
        2 + len(relatives) + len(reports),
        journal[-1],
        _seal(key, "cases", "sealed_identity", key.scope, prepared.identity),
        _seal(key, "cases", "sealed_circumstances", key.scope, prepared.circumstances),
    )
    return SealedCase(row, relatives, reports, _consents(prepared), journal)


def _relatives(prepared: PreparedCase, key: CaseKey) -> list[Row]:
    if prepared.requester is None:
        return []
    row = _new_id()
    return [(row, prepared.basis, _seal(key, "relatives", "sealed_details", row, prepared.requester))]


def _reports(prepared: PreparedCase, key: CaseKey) -> list[Row]:
    rows = ((_new_id(), office, number) for office, number in prepared.reports)
    return [(row, office, _seal(key, "reports", "sealed_number", row, number)) for row, office, number in rows]


def _consents(prepared: PreparedCase) -> list[Row]:
    return [(_new_id(), body, purpose, given_on, prepared.basis) for body, purpose, given_on in prepared.consents]


def _journal(case: NumberedCase, opening: Opening) -> Row:
    occurrence, body = _occurrence(opening, case.possible_duplicate_of)
    stored = follow(genesis_head(case.reference), occurrence)
    return case.reference, body, stored.entry.prev_hash, stored.hash


# But for those of perhaps one child, all cases of an opening begin with the same entry.
@lru_cache(maxsize=16)
def _occurrence(opening: Opening, possible_duplicate_of: str | None) -> tuple[Occurrence, str]:
    """Return the journal's first entry, and its body's JSON as the store keeps it."""
    body: dict[str, Json] = {"stage": FIRST_STAGE.value, "policy": opening.policy_version}
    if possible_duplicate_of is not None:
        body["possible_duplicate_of"] = possible_duplicate_of
    return Occurrence(opening.now, OPENED, opening.actor, body), json.dumps(body)


# The applications of a file mostly state the same fields.
@lru_cache(maxsize=4_096)
def _as_json(known: tuple[str, ...]) -> str:
    return json.dumps(known)


def _new_id() -> str:
    """Return a row's id: as random as `models.records.base.new_id`, without loading the tables for it."""
    return os.urandom(16).hex()


def _seal(key: CaseKey, table: str, column: str, row: str, value: bytes) -> bytes:
    return seal_under(key, sealed_place(table, column, row), value)
