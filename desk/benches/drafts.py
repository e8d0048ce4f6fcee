"""Drafts for a bench, as a ladder leaves them: rows only; and the Typst sources that are made of them."""

from collections.abc import Sequence

from sqlalchemy import insert, select

from casework.case_file import CaseFile
from casework.letter_facts import gather_facts
from casework.letter_material import load_material
from casework.numbers import take_outgoing_numbers
from casework.office import Office
from desk.benches.workplace import COORDINATOR, MONDAY
from models.records import Case, LetterRecord
from models.records.base import new_id
from models.statuses import LetterState, Purpose

KIND, LANGUAGE, PURPOSE = "ombudsman_ua.request", "uk", Purpose.SEARCH


def make_drafts(office: Office, references: Sequence[str]) -> list[str]:
    """Make a draft for each case; return their outgoing numbers."""
    body = office.policy.get_kind(KIND).bodies[0]
    with office.store.writing() as session:
        cases = session.execute(select(Case.id, Case.reference).where(Case.reference.in_(references))).all()
        numbers = take_outgoing_numbers(session, MONDAY.year, len(cases))
        rows = [
            {
                "id": new_id(),
                "case_id": case.id,
                "number": number,
                "kind": KIND,
                "body": body,
                "purpose": PURPOSE,
                "language": LANGUAGE,
                "state": LetterState.DRAFT,
                "drafted_at": MONDAY,
                "drafted_by": COORDINATOR,
            }
            for case, number in zip(cases, numbers, strict=True)
        ]
        session.execute(insert(LetterRecord), rows)
    return numbers


def list_sources(office: Office, numbers: Sequence[str]) -> list[bytes]:
    """List the Typst sources of letters, by number."""
    query = select(LetterRecord, Case).join(Case, Case.id == LetterRecord.case_id)
    with office.store.reading() as session:
        rows = session.execute(query.where(LetterRecord.number.in_(numbers)).order_by(LetterRecord.number)).all()
        materials = load_material(session, [case for _, case in rows])
        gathered = (
            gather_facts(CaseFile(office, session, case, MONDAY, COORDINATOR), letter, materials[case.id])
            for letter, case in rows
        )
        return [office.templates.render_source(KIND, LANGUAGE, each.facts) for each in gathered]
