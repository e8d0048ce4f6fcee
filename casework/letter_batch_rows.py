"""The rows of letters made in bulk: sealed and written in one transaction a chunk, with the cases locked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Row, bindparam, select, update
from sqlalchemy.orm import Session

from casework.case_file import FIRST_EPOCH, fingerprint_under
from casework.office import Office
from integrations.key_wrapping import CaseKey
from integrations.sealing import check_seals, seal_under, sealed_place
from models.errors import RuleViolation
from models.records import Case, LetterRecord
from models.schemas.sealed import Recipient
from models.statuses import LetterState

SEALS_A_LETTER = 2
UNMADE = LetterRecord.fingerprint.is_(None) | LetterRecord.prepared_seq.is_not(None)
"""No approval has frozen the letter's bytes."""

_LockedCase = Row[int, str, int, int]
_LETTERS, _CASES = LetterRecord.__table__, Case.__table__
_WRITTEN = (
    "dated_on",
    "template_hash",
    "policy_version",
    "disclosed",
    "consent_id",
    "consent_version",
    "fingerprint",
    "sealed_pdf",
    "sealed_recipient",
    "prepared_seq",
)
_WRITE = (
    update(LetterRecord)
    .where(_LETTERS.c.id == bindparam("of_letter"))
    .values({name: bindparam(f"new_{name}", type_=_LETTERS.c[name].type) for name in _WRITTEN})
)
_COUNT_SEALS = update(Case).where(_CASES.c.id == bindparam("of_case")).values(seals=bindparam("new_seals"))


@dataclass(frozen=True, slots=True)
class ReadyLetter:
    """A letter gathered and written, to be typeset; `mark` says what it was gathered from. Its repr shows nothing."""

    id: str
    number: str
    case_id: int
    reference: str
    journal_seq: int
    mark: int
    template_hash: str
    disclosed: Sequence[str]
    consent_id: str | None
    consent_version: int | None
    recipient: Recipient = field(repr=False)
    source: bytes = field(repr=False)


def store_letters(office: Office, letters: Sequence[tuple[ReadyLetter, bytes]], today: date) -> dict[str, str]:
    """Seal and store letters with their PDFs, in one transaction; return why some were not, by their numbers.

    A letter is passed by whose case or draft is no longer what it was gathered from.
    """
    with office.store.writing() as session:
        cases = _lock_cases(session, {letter.case_id for letter, _ in letters})
        drafts = _list_unmade(session, [letter.id for letter, _ in letters])
        seals = {case_id: case.seals for case_id, case in cases.items()}
        keys = office.keystore.list_epochs(case.reference for case in cases.values())
        current = {scope: key for (scope, _), key in keys.items()}
        faults: dict[str, str] = {}
        rows = []
        for letter, pdf in letters:
            fault = _fault(letter, cases.get(letter.case_id), drafts, keys)
            if fault is not None:
                faults[letter.number] = fault
                continue
            seals[letter.case_id] += SEALS_A_LETTER
            sealed = _sealed(letter, pdf, keys[letter.reference, FIRST_EPOCH], current[letter.reference])
            rows.append({**_told(letter, today), "new_policy_version": office.policy.version, **sealed})
        _write(session, rows, {of: count for of, count in seals.items() if count != cases[of].seals})
    return faults


def _lock_cases(session: Session, ids: set[int]) -> Mapping[int, _LockedCase]:
    """Lock the cases, all in one order as everybody does who works on several."""
    query = select(Case.id, Case.reference, Case.journal_seq, Case.seals).where(Case.id.in_(ids))
    rows = session.execute(query.order_by(Case.id).with_for_update()).all()
    return {row.id: row for row in rows}


def _list_unmade(session: Session, ids: Sequence[str]) -> frozenset[str]:
    query = select(LetterRecord.id).where(LetterRecord.id.in_(ids), LetterRecord.state == LetterState.DRAFT, UNMADE)
    return frozenset(session.scalars(query))


def _fault(
    letter: ReadyLetter, case: _LockedCase | None, drafts: frozenset[str], keys: Mapping[tuple[str, int], CaseKey]
) -> str | None:
    # A case cannot be suspended, closed or erased without an entry in its journal.
    if case is None or case.journal_seq != letter.journal_seq or letter.id not in drafts:
        return "case_changed_meanwhile"
    if (letter.reference, FIRST_EPOCH) not in keys:
        return "key_not_found"
    try:
        check_seals(case.seals + SEALS_A_LETTER)
    except RuleViolation as error:
        return error.code
    return None


def _told(letter: ReadyLetter, today: date) -> dict[str, Any]:
    """Return what stands in clear of a letter that was made."""
    return {
        "of_letter": letter.id,
        "new_dated_on": today,
        "new_template_hash": letter.template_hash,
        "new_disclosed": list(letter.disclosed),
        "new_consent_id": letter.consent_id,
        "new_consent_version": letter.consent_version,
        "new_prepared_seq": letter.mark,
    }


def _sealed(letter: ReadyLetter, pdf: bytes, first: CaseKey, key: CaseKey) -> dict[str, Any]:
    recipient = letter.recipient.model_dump_json().encode()
    return {
        "new_fingerprint": fingerprint_under(first, pdf),
        "new_sealed_pdf": seal_under(key, sealed_place("letters", "sealed_pdf", letter.id), pdf),
        "new_sealed_recipient": seal_under(key, sealed_place("letters", "sealed_recipient", letter.id), recipient),
    }


def _write(session: Session, rows: Sequence[dict[str, Any]], seals: Mapping[int, int]) -> None:
    if rows:
        session.connection().execute(_WRITE, rows)
        session.connection().execute(_COUNT_SEALS, [{"of_case": of, "new_seals": count} for of, count in seals.items()])
