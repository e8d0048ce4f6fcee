"""What was disclosed about a child: to whom, when, in which letter, on which consent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from casework.office import Office
from models.errors import NotFound
from models.records import Case, ConsentRecord, LetterRecord
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
        query = (
            select(LetterRecord, ConsentRecord)
            .outerjoin(ConsentRecord, ConsentRecord.id == LetterRecord.consent_id)
            .where(LetterRecord.case_id == case, LetterRecord.taken_on.is_not(None))
            .order_by(LetterRecord.taken_on, LetterRecord.number)
        )
        return [_disclosure(letter, consent) for letter, consent in session.execute(query)]


def _disclosure(letter: LetterRecord, consent: ConsentRecord | None) -> Disclosure:
    return Disclosure(
        letter=letter.number,
        body=letter.body,
        purpose=letter.purpose,
        state=letter.state,
        taken_on=letter.taken_on or letter.drafted_at.date(),
        fields=tuple(letter.disclosed or ()),
        fingerprint=letter.fingerprint or "",
        consent=letter.consent_id,
        consent_given_on=consent.given_on if consent is not None else None,
        consent_withdrawn_on=consent.withdrawn_on if consent is not None else None,
    )
