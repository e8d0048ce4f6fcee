"""What letters tell of, read in bulk: each case gets its own rows, however many cases are read at once."""

from collections.abc import Callable
from datetime import date, timedelta

from sqlalchemy import event, select, update

from casework.letter_material import LetterMaterial, load_material
from casework.office import Office
from casework.status import link_siblings
from integrations.clock import FixedClock
from models.records import Case, LetterRecord
from models.statuses import CaseStatus, LetterState
from tests.casework.letter_steps import approved

OpenOne = Callable[..., str]


def material_of(office: Office, *references: str) -> list[LetterMaterial]:
    with office.store.reading() as session:
        cases = session.scalars(select(Case).where(Case.reference.in_(references))).all()
        found = load_material(session, cases)
        return sorted(found.values(), key=lambda each: references.index(each.case.reference))


def test_each_case_gets_its_own_rows_and_its_siblings(either_office: Office, open_one: OpenOne) -> None:
    office = either_office
    mine, brother, stranger = open_one(office), open_one(office), open_one(office, requester__phone=None)
    link_siblings(office, [mine, brother], now=office.now(), actor="c-01")
    first, second, third = material_of(office, mine, brother, stranger)
    for each in (first, second, third):
        owners = {row.case_id for rows in (each.relatives, each.consents, each.reports) for row in rows}
        assert owners == {each.case.id}
        assert (len(each.relatives), len(each.consents), len(each.reports)) == (1, 2, 1)
    assert [sibling.case.reference for sibling in first.siblings] == [brother]
    assert first.siblings[0].consents == second.consents
    assert third.siblings == []


def test_more_cases_take_no_more_queries(office: Office, open_one: OpenOne) -> None:
    references = [open_one(office) for _ in range(3)]
    statements: list[str] = []
    event.listen(office.store.engine, "before_cursor_execute", lambda *about: statements.append(about[2]))
    material_of(office, references[0])
    alone = len(statements)
    statements.clear()
    material_of(office, *references)
    assert len(statements) == alone


def test_a_letter_about_several_children_is_a_step_in_the_search_for_each(
    office: Office, open_one: OpenOne, clock: FixedClock
) -> None:
    filed, beside = open_one(office), open_one(office)
    joint = approved(office, filed, kind="icrc_cta.tracing", beside=[beside])
    clock.advance(timedelta(days=1))
    alone = approved(office, beside, kind="icrc_cta.tracing")
    before = material_of(office, filed, beside)
    assert [list(each.taken) for each in before] == [[], []], "nobody has taken them yet"
    with office.store.writing() as session:
        session.execute(
            update(LetterRecord)
            .where(LetterRecord.number == joint)
            .values(state=LetterState.SENT, taken_on=date(2026, 3, 3))
        )
        session.execute(
            update(LetterRecord)
            .where(LetterRecord.number == alone)
            .values(state=LetterState.SENT, taken_on=date(2026, 3, 2))
        )
    first, second = material_of(office, filed, beside)
    assert [letter.number for letter in first.taken] == [joint]
    assert [letter.number for letter in second.taken] == [alone, joint]


def test_a_sibling_whose_case_is_closed_is_none_any_more(office: Office, open_one: OpenOne) -> None:
    mine, brother = open_one(office), open_one(office)
    link_siblings(office, [mine, brother], now=office.now(), actor="c-01")
    with office.store.writing() as session:
        session.execute(update(Case).where(Case.reference == brother).values(status=CaseStatus.CLOSED))
    (material,) = material_of(office, mine)
    assert material.siblings == []
