"""What a letter says: only what allow-list, consent and template leave over is unsealed, and all of that is there."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update

from casework.case_file import CaseFile, open_case, read_case
from casework.consents import give_consent
from casework.facts import record_alias, record_sighting, withdraw_sighting
from casework.letter_facts import gather_facts
from casework.letter_file import get_letter
from casework.office import Office
from casework.status import link_siblings
from integrations.clock import FixedClock
from models.errors import RuleViolation
from models.records import Case, ConsentRecord, LetterRecord, RelativeRecord
from models.rules.disclosure import Field
from models.rules.partial_dates import PartialDate
from models.schemas.letters import Child, LetterFacts, Parents, PersonName, Separation
from models.schemas.sealed import Circumstances, Identity
from models.statuses import (
    Basis,
    InformationGrade,
    LetterState,
    Precision,
    Purpose,
    SourceGrade,
    SourceKind,
    Stage,
    Territory,
)
from tests.casework.letter_steps import approved, draft

OpenOne = Callable[..., str]


def facts_of(office: Office, reference: str, number: str) -> LetterFacts:
    with read_case(office, reference, office.now()) as file:
        return gather_facts(file, get_letter(file.session, number)).facts


def see(office: Office, reference: str, place: str, seen_on: date | None, **more: Any) -> str:
    claim = {"country": "RU", "territory": Territory.RUSSIA, "source_kind": SourceKind.WITNESS, **more}
    return record_sighting(
        office,
        reference,
        stated_on=date(2026, 2, 20),
        seen_on=seen_on,
        place=place,
        source="Вигаданий свідок",
        source_grade=SourceGrade.B,
        information_grade=InformationGrade.PROBABLY_TRUE,
        now=office.now(),
        actor="c-01",
        **claim,
    )


def test_an_appeal_to_the_ombudsman_carries_all_that_is_known(office: Office, open_one: OpenOne) -> None:
    reference = open_one(office)
    see(office, reference, "м. Старе", date(2025, 5, 1))
    see(office, reference, "м. Нове", None)
    withdrawn = see(office, reference, "м. Хибне", date(2026, 1, 1))
    withdraw_sighting(office, reference, withdrawn, reason="не та дитина", now=office.now(), actor="c-01")
    facts = facts_of(office, reference, draft(office, reference))
    assert facts.child.full_name == "Вигаданенко Марічка Петрівна"
    assert facts.requester.name == "Вигаданенко Олена"
    assert facts.requester.identity_confidential is None
    assert facts.separation.on is not None
    assert facts.separation.on.iso() == "2022-05-17"
    assert [sighting.place for sighting in facts.sightings] == ["м. Нове", "м. Старе"]
    assert facts.sightings[0].seen_on is None
    assert facts.sightings[1].grade is not None
    assert [report.number for report in facts.report_references] == ["ЄО-0000"]
    assert facts.body.address_lines[0] == "Уповноваженому Верховної Ради України з прав людини"
    assert facts.letter.consent_given_on == date(2026, 3, 1)
    assert facts.letter.procedure is None
    assert facts.search_steps == ()


def test_the_icrc_is_not_told_grades_territory_or_who_is_responsible(office: Office, open_one: OpenOne) -> None:
    reference = open_one(office)
    see(office, reference, "м. Нове", date(2026, 2, 1))
    facts = facts_of(office, reference, draft(office, reference, kind="icrc_cta.tracing"))
    (sighting,) = facts.sightings
    assert (sighting.country, sighting.place) == ("RU", "м. Нове")
    assert (sighting.territory, sighting.source, sighting.grade) == (None, None, None)
    assert facts.persons_believed_responsible is None
    assert facts.child.registered_address is None


def test_what_is_not_to_be_told_is_not_even_unsealed(
    office: Office, open_one: OpenOne, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = open_one(office)
    see(office, reference, "м. Нове", date(2026, 2, 1))
    number = draft(office, reference)
    body = replace(office.policy.get_body("ombudsman_ua"), allow=(Field.SEARCH_STEPS, Field.SIGHTING_COUNTRY))
    monkeypatch.setattr(type(office.policy), "get_body", lambda *_: body)
    opened: list[str] = []
    whole = CaseFile.open
    monkeypatch.setattr(CaseFile, "open", lambda *a: opened.append(a[1]) or whole(*a))
    facts = facts_of(office, reference, number)
    assert opened == []
    assert facts.child == Child()
    assert [sighting.country for sighting in facts.sightings] == ["RU"]
    assert (facts.sightings[0].place, facts.sightings[0].seen_on) == (None, None)


def test_without_place_and_country_there_is_no_sighting_at_all(
    office: Office, open_one: OpenOne, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = open_one(office)
    see(office, reference, "м. Нове", date(2026, 2, 1))
    number = draft(office, reference)
    body = replace(office.policy.get_body("ombudsman_ua"), allow=(Field.SIGHTING_SEEN_ON,))
    monkeypatch.setattr(type(office.policy), "get_body", lambda *_: body)
    assert facts_of(office, reference, number).sightings == ()


def test_what_any_standing_consent_withholds_stays_sealed(office: Office, open_one: OpenOne) -> None:
    reference = open_one(office)
    give_consent(
        office,
        reference,
        body="wgeid",
        purpose=Purpose.SEARCH,
        given_on=date(2026, 2, 1),
        given_by=Basis.PARENT,
        withheld=[Field.REQUESTER_ADDRESS, Field.REQUESTER_PHONE],
        now=office.now(),
        actor="c-01",
    )
    facts = facts_of(office, reference, draft(office, reference, kind="wgeid.request"))
    assert (facts.requester.address, facts.requester.phone) == (None, None)
    assert facts.requester.name == "Вигаданенко Олена"
    assert facts.letter.consent_given_on == date(2026, 2, 1)


def test_search_steps_are_the_letters_that_other_offices_have_taken(
    office: Office, open_one: OpenOne, clock: FixedClock
) -> None:
    reference = open_one(office)
    for kind, purpose in (
        ("icrc_cta.tracing", Purpose.SEARCH),
        ("ombudsman_ua.request", Purpose.SEARCH),
        ("family.news", Purpose.INFORMATION),
    ):
        approved(office, reference, kind=kind, purpose=purpose)
    with office.store.writing() as session:
        session.execute(update(LetterRecord).values(state=LetterState.ACKNOWLEDGED, taken_on=date(2026, 3, 2)))
    clock.advance(timedelta(days=1))
    facts = facts_of(office, reference, draft(office, reference))
    assert [(step.taken_on, step.body_name, step.outcome) for step in facts.search_steps] == [
        (
            date(2026, 3, 2),
            "Бюро Центрального агентства з розшуку Міжнародного Комітету Червоного Хреста",
            LetterState.ACKNOWLEDGED,
        )
    ]


def test_the_family_gets_its_own_address_block_and_where_the_case_stands(office: Office, open_one: OpenOne) -> None:
    reference = open_one(office)
    number = draft(office, reference, kind="family.news", purpose=Purpose.INFORMATION)
    with read_case(office, reference, office.now()) as file:
        gathered = gather_facts(file, get_letter(file.session, number))
    assert gathered.consent is None
    assert gathered.recipient.mail == "family@example.org"
    assert gathered.facts.body.address_lines == ("Вигаданенко Олена", "вул. Зразкова, 1, с. Вигадане")
    assert gathered.facts.case.stage is Stage.REPORTED
    assert gathered.facts.requester.name is None


@pytest.mark.parametrize("kind", ["family.news", "ombudsman_ua.request"])
def test_a_letter_whose_recipient_nobody_knows_is_refused(office: Office, open_one: OpenOne, kind: str) -> None:
    reference = open_one(office)
    purpose = Purpose.INFORMATION if kind == "family.news" else Purpose.SEARCH
    number = draft(office, reference, kind=kind, purpose=purpose)
    with office.store.writing() as session:
        session.execute(delete(RelativeRecord))
    if kind == "family.news":
        with pytest.raises(RuleViolation, match="recipient_missing"):
            facts_of(office, reference, number)
    else:
        assert facts_of(office, reference, number).requester.name is None


def test_a_body_is_written_to_at_the_address_that_is_valid_on_the_day(
    office: Office, open_one: OpenOne, monkeypatch: pytest.MonkeyPatch, clock: FixedClock
) -> None:
    reference = open_one(office)
    number = draft(office, reference)
    body = office.policy.get_body("ombudsman_ua")
    moved = replace(body.addresses[0], valid_from="2026-03-05", mail="new@bodies.example")
    monkeypatch.setattr(type(office.policy), "get_body", lambda *_: replace(body, addresses=(moved, body.addresses[0])))

    def mail() -> str | None:
        with read_case(office, reference, office.now()) as file:
            return gather_facts(file, get_letter(file.session, number)).recipient.mail

    assert mail() == "ombudsman-ua@bodies.example"
    clock.advance(timedelta(days=3))
    assert mail() == "new@bodies.example"
    monkeypatch.setattr(type(office.policy), "get_body", lambda *_: replace(body, addresses=()))
    with pytest.raises(RuleViolation, match="recipient_missing"):
        mail()


def test_aliases_stand_beside_the_original_identity(office: Office, open_one: OpenOne) -> None:
    reference = open_one(office)
    record_alias(office, reference, full_name="Выдуманная Мария", citizenship="RU", now=office.now(), actor="c-01")
    facts = facts_of(office, reference, draft(office, reference))
    assert facts.child.family_name == "Вигаданенко"
    assert [(alias.full_name, alias.citizenship) for alias in facts.aliases] == [("Выдуманная Мария", "RU")]


def test_a_sibling_is_named_only_where_the_consent_in_its_own_case_allows_it(office: Office, open_one: OpenOne) -> None:
    mine = open_one(office)
    named = open_one(office, child__given_name="Петрик")
    unconsented = open_one(office, child__given_name="Орися", consents=None)
    withheld = open_one(office, child__given_name="Юрко")
    nameless = open_one(office, child__given_name="Яринка")
    link_siblings(office, [mine, named, unconsented, withheld, nameless], now=office.now(), actor="c-01")
    give_consent(
        office,
        withheld,
        body="ombudsman_ua",
        purpose=Purpose.SEARCH,
        given_on=date(2026, 3, 1),
        given_by=Basis.PARENT,
        withheld=[Field.SIBLINGS],
        now=office.now(),
        actor="c-01",
    )
    with open_case(office, nameless, office.now(), "c-01") as file:
        file.case.sealed_identity = file.seal("cases", "sealed_identity", nameless, Identity())
    facts = facts_of(office, mine, draft(office, mine))
    assert [sibling.full_name for sibling in facts.siblings] == ["Вигаданенко Петрик Петрівна"]
    assert facts_of(office, mine, draft(office, mine, kind="family.news", purpose=Purpose.INFORMATION)).siblings == ()


def test_parents_are_told_one_by_one(office: Office, open_one: OpenOne, monkeypatch: pytest.MonkeyPatch) -> None:
    reference = open_one(office)
    parents = Parents(
        mother=PersonName(family_name="Вигаданенко", given_name="Олена"), father=PersonName(family_name="Вигаданенко")
    )
    with open_case(office, reference, office.now(), "c-01") as file:
        identity = Identity(child=Child(family_name="Вигаданенко"), parents=parents)
        file.case.sealed_identity = file.seal("cases", "sealed_identity", reference, identity)
    number = draft(office, reference)
    assert facts_of(office, reference, number).parents == parents
    body = office.policy.get_body("ombudsman_ua")
    monkeypatch.setattr(type(office.policy), "get_body", lambda *_: replace(body, allow=(Field.PARENTS_MOTHER,)))
    facts = facts_of(office, reference, number)
    assert (facts.parents.mother, facts.parents.father) == (parents.mother, None)
    assert facts.child == Child()


def test_a_case_with_nothing_sealed_has_nothing_to_say(office: Office, open_one: OpenOne) -> None:
    reference = open_one(office)
    number = draft(office, reference)
    with office.store.writing() as session:
        session.execute(update(Case).values(sealed_identity=None, sealed_circumstances=None, separation_on=None))
    facts = facts_of(office, reference, number)
    assert (facts.child, facts.separation.on, facts.separation.place) == (Child(), None, None)


def test_a_letter_whose_consent_is_gone_has_no_facts(office: Office, open_one: OpenOne) -> None:
    reference = open_one(office)
    number = draft(office, reference)
    with office.store.writing() as session:
        session.execute(delete(ConsentRecord))
    with pytest.raises(RuleViolation, match="consent_missing"):
        facts_of(office, reference, number)


def test_the_day_of_the_last_contact_is_said_where_nothing_else_was_said_of_it(
    office: Office, open_one: OpenOne
) -> None:
    reference = open_one(office)
    circumstances = Circumstances(last_contact_on=PartialDate(date(2022, 6, 1), Precision.MONTH))
    for told, said in ((None, "June\N{NO-BREAK SPACE}2022"), ("a voice message", "a voice message")):
        separation = Separation(place="Vyhadane", last_contact=told)
        with open_case(office, reference, office.now(), "c-01") as file:
            group = circumstances.model_copy(update={"separation": separation})
            file.case.sealed_circumstances = file.seal("cases", "sealed_circumstances", reference, group)
        facts = facts_of(office, reference, draft(office, reference, kind="wgeid.request"))
        assert facts.separation.last_contact == said
