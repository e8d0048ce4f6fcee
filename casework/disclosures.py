"""What was disclosed about a child: to whom, when, in which letter, on which consent."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from casework.office import Office
from models.errors import NotFound
from models.records import Case, CompanionRecord, ConsentRecord, LetterRecord
from models.rules.reference import parse_reference
from models.statuses import LetterState, Purpose


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One letter that a body has taken. `fields` are the names of what it carried, never the values."""

    letter: str
    body: str
    purpose: Purpose
    state: LetterState
    taken_on: date
    fields: tuple[str, ...]
    fingerprint: str
    children: int
    consent: str | None
    consent_given_on: date | None
    consent_withdrawn_on: date | None


def list_disclosures(office: Office, reference: str) -> Sequence[Disclosure]:
    """List what was disclosed about a child, the first first. Raises NotFound `case_not_found`."""
    wanted = parse_reference(reference)
    with office.store.reading() as session:
        case = session.scalars(select(Case.id).where(Case.reference == wanted)).one_or_none()
        if case is None:
            raise NotFound("case_not_found", reference=wanted)
        own = _told(session, LetterRecord.case_id == case, LetterRecord)
        beside_others = _told(session, CompanionRecord.case_id == case, CompanionRecord)
        return sorted([*own, *beside_others], key=lambda told: (told.taken_on, told.letter))


def _told(
    session: Session, about: ColumnElement[bool], record: type[LetterRecord | CompanionRecord]
) -> Iterator[Disclosure]:
    """Yield what was told by letters filed under a case, or by those that carry its child beside others."""
    query = select(LetterRecord, record.disclosed, ConsentRecord)
    if record is CompanionRecord:
        query = query.join(CompanionRecord, CompanionRecord.letter_id == LetterRecord.id)
    query = query.outerjoin(ConsentRecord, ConsentRecord.id == record.consent_id)
    for letter, disclosed, consent in session.execute(query.where(about, LetterRecord.taken_on.is_not(None))):
        yield _disclosure(letter, disclosed, consent)


def _disclosure(letter: LetterRecord, disclosed: Sequence[str] | None, consent: ConsentRecord | None) -> Disclosure:
    return Disclosure(
        letter=letter.number,
        body=letter.body,
        purpose=letter.purpose,
        state=letter.state,
        taken_on=letter.taken_on or letter.drafted_at.date(),
        fields=tuple(disclosed or ()),
        fingerprint=letter.fingerprint or "",
        children=letter.children,
        consent=consent.id if consent is not None else None,
        consent_given_on=consent.given_on if consent is not None else None,
        consent_withdrawn_on=consent.withdrawn_on if consent is not None else None,
    )
