"""What is on record about a case, and names opened under the journal's eye."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from casework.facts import (
    add_evidence,
    establish_item,
    record_alias,
    record_sighting,
    sign_off,
)
from casework.office import Office
from casework.on_record import ConsentLine, list_on_record
from casework.opened_identity import open_identity, search_cases
from casework.status import override
from models.errors import NotFound, RuleViolation
from models.records import Case, JournalRecord
from models.rules.policy import RequirementKind
from models.rules.reference import make_reference
from models.statuses import (
    Basis,
    ChecklistItem,
    InformationGrade,
    Purpose,
    ReportOffice,
    Role,
    SourceGrade,
    SourceKind,
    Stage,
    Territory,
)

OpenOne = Callable[..., str]


def see(office: Office, reference: str) -> str:
    return record_sighting(
        office,
        reference,
        stated_on=date(2026, 3, 1),
        seen_on=date(2026, 2, 20),
        place="Вигаданий табір",
        source="Вигадане свідчення",
        country="KP",
        territory=Territory.DPRK,
        source_kind=SourceKind.TESTIMONY,
        source_grade=SourceGrade.B,
        information_grade=InformationGrade.PROBABLY_TRUE,
        now=office.now(),
        actor="c-01",
    )


def journal_kinds(office: Office, chain: str) -> list[str]:
    with office.store.reading() as session:
        query = select(JournalRecord.kind).where(JournalRecord.chain == chain).order_by(JournalRecord.seq)
        return list(session.scalars(query))


def test_everything_recorded_is_listed_without_a_word_of_it(office: Office, open_one: OpenOne) -> None:
    reference = open_one(office)
    now, actor = office.now(), "c-01"
    sighting = see(office, reference)
    alias = record_alias(office, reference, full_name="Вигаданова Марія", now=now, actor=actor)
    paper = office.settings.home / "paper"
    paper.write_text("вигадано", encoding="utf-8")
    evidence = add_evidence(
        office, reference, paper, kind="document", title="Вигадано", kept_at="сейф", now=now, actor=actor
    )
    establish_item(
        office, reference, item=ChecklistItem.IDENTITY, established_on=date(2026, 3, 2), now=now, actor=actor
    )
    override(
        office,
        reference,
        stage=Stage.VERIFIED,
        requirement=RequirementKind.CHECKLIST,
        reason="вигадано",
        now=now,
        actor="s-01",
    )
    sign_off(office, reference, now=now, actor=actor)

    record = list_on_record(office, reference)
    assert [(line.id, line.seen_on, line.country) for line in record.sightings] == [(sighting, date(2026, 2, 20), "KP")]
    assert record.aliases == (alias,)
    assert [line.id for line in record.evidence] == [evidence]
    assert record.reports == (ReportOffice.NATIONAL_POLICE,)
    assert record.checklist == ((ChecklistItem.IDENTITY, date(2026, 3, 2)),)
    assert record.sign_offs == (("c-01", Role.COORDINATOR, date(2026, 3, 2)),)
    assert {line.purpose for line in record.consents} == {Purpose.SEARCH, Purpose.RETURN}
    consent = record.consents[0]
    assert consent == ConsentLine(consent.id, "*", consent.purpose, date(2026, 3, 1), Basis.PARENT, None, ())
    assert "Вигадан" not in repr(record)


def test_an_unknown_case_has_no_record(office: Office) -> None:
    with pytest.raises(NotFound, match="case_not_found"):
        list_on_record(office, make_reference(2026, 9))


def test_names_are_opened_on_somebodys_word_and_that_is_journalled(office: Office, open_one: OpenOne) -> None:
    reference = open_one(office)
    sighting = see(office, reference)
    alias = record_alias(office, reference, full_name="Вигаданова Марія", now=office.now(), actor="c-01")
    opened = open_identity(office, reference, now=office.now(), actor="l-01")
    assert opened.identity.child.full_name == "Вигаданенко Марічка Петрівна"
    assert opened.circumstances.separation.place == "с. Вигадане"
    assert opened.sightings[sighting].place == "Вигаданий табір"
    assert opened.aliases[alias].full_name == "Вигаданова Марія"
    assert [relative.name for relative in opened.relatives] == ["Вигаданенко Олена"]
    assert journal_kinds(office, reference)[-1] == "identity_opened"
    assert "Вигаданенко" not in repr(opened)


def test_nobody_opens_names_without_an_account(office: Office, open_one: OpenOne) -> None:
    reference = open_one(office)
    before = journal_kinds(office, reference)
    with pytest.raises(RuleViolation, match="staff_unknown"):
        open_identity(office, reference, now=office.now(), actor="x-01")
    with pytest.raises(RuleViolation, match="staff_unknown"):
        search_cases(office, "Вигаданенко", now=office.now(), actor="x-01")
    assert journal_kinds(office, reference) == before


def test_a_case_without_circumstances_opens_all_the_same(office: Office, open_one: OpenOne) -> None:
    reference = open_one(office)
    with office.store.writing() as session:
        session.scalars(select(Case)).one().sealed_circumstances = None
    assert open_identity(office, reference, now=office.now(), actor="c-01").circumstances.separation.place is None


def test_a_search_is_journalled_without_its_words(office: Office, open_one: OpenOne) -> None:
    reference = open_one(office)
    assert search_cases(office, "марічка вигаданенко", now=office.now(), actor="c-01") == [reference]
    assert journal_kinds(office, "office")[-1] == "children_searched"
    with office.store.reading() as session:
        body = session.scalars(select(JournalRecord.body).where(JournalRecord.kind == "children_searched")).one()
    assert body == {}
