from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from casework.case_file import read_case
from casework.facts import record_alias, record_sighting, withdraw_alias, withdraw_sighting
from casework.journal_rows import list_entries
from casework.office import Office
from casework.sightings import check_territory
from models.errors import DodomuError, InvalidInput, NotFound, RuleViolation
from models.records import AT_ONCE, AliasRecord, Case, SightingRecord
from models.rules.partial_dates import parse_partial_date
from models.schemas.sealed import AliasDetails, SightingDetails
from models.statuses import InformationGrade, Precision, SourceGrade, SourceKind, Territory

CAMP: dict[str, Any] = {
    "stated_on": date(2026, 2, 20),
    "place": "табір «Вигаданий»",
    "source": "Свідок № 1",
    "country": "ru",
    "territory": Territory.RUSSIA,
    "source_kind": SourceKind.WITNESS,
    "source_grade": SourceGrade.B,
    "information_grade": InformationGrade.PROBABLY_TRUE,
}
Opener = Callable[..., str]


def see(office: Office, reference: str, **changed: Any) -> str:
    return record_sighting(office, reference, **CAMP | changed, now=office.now(), actor="c-01")


def row_of(office: Office, sighting: str) -> SightingRecord:
    with office.store.reading() as session:
        return session.scalars(select(SightingRecord).where(SightingRecord.id == sighting)).one()


def case_of(office: Office, reference: str) -> Case:
    with read_case(office, reference, office.now()) as file:
        return file.case


def kinds(office: Office, reference: str) -> list[str]:
    with office.store.reading() as session:
        return [stored.entry.kind for stored in list_entries(session, reference)]


def test_a_sighting_says_when_where_and_who_and_seals_place_and_source(either_office: Office, open_one: Opener) -> None:
    office = either_office
    reference = open_one(office)
    sighting = see(office, reference, seen_on=date(2026, 2, 18), note="Вигадано.")
    row = row_of(office, sighting)
    assert (row.seen_on, row.seen_precision, row.stated_on) == (date(2026, 2, 18), Precision.DAY, date(2026, 2, 20))
    assert (row.country, row.territory, row.recorded_by) == ("RU", Territory.RUSSIA, "c-01")
    with read_case(office, reference, office.now()) as file:
        said = file.open("sightings", "sealed_details", sighting, SightingDetails, row.sealed_details)
        assert (said.place, said.source, said.note) == ("табір «Вигаданий»", "Свідок № 1", "Вигадано.")
        assert {"sighting.place", "sighting.seen_on"} <= set(file.case.known)
        assert file.case.next_look_at == AT_ONCE
    assert kinds(office, reference)[-1] == "sighting_recorded"


def test_the_same_source_and_place_are_known_however_they_are_typed(office: Office, open_one: Opener) -> None:
    reference = open_one(office)
    typed = [
        {},
        {"source": "СВІДОК №1", "place": "Табір Вигаданий"},
        {"source": "свідок 1", "place": "школа"},
        {"source": "Родичка", "place": "школа."},
    ]
    rows = [row_of(office, see(office, reference, **each)) for each in typed]
    assert [row.place_no for row in rows] == [1, 1, 2, 2]
    assert [row.source_no for row in rows][:2] == [1, 1]
    assert rows[3].source_no not in {row.source_no for row in rows[:3]}


def test_a_month_counts_from_its_first_day_and_no_day_at_all_is_possible(office: Office, open_one: Opener) -> None:
    reference = open_one(office)
    undated = see(office, reference)
    assert (row_of(office, undated).seen_on, row_of(office, undated).seen_precision) == (None, None)
    assert "sighting.seen_on" not in case_of(office, reference).known
    monthly = see(office, reference, seen_on=parse_partial_date("2026-02"))
    assert (row_of(office, monthly).seen_on, row_of(office, monthly).seen_precision) == (
        date(2026, 2, 1),
        Precision.MONTH,
    )


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"stated_on": date(2026, 3, 3)}, "date_in_future"),
        ({"seen_on": date(2026, 2, 21)}, "seen_after_stated"),
        ({"country": "XX"}, "country_unknown"),
        ({"territory": Territory.OCCUPIED}, "territory_contradicts_country"),
        ({"place": " "}, "value_unusable"),
        ({"source": "Свідок\x07"}, "control_characters"),
    ],
)
def test_a_sighting_that_cannot_be_is_refused(
    office: Office, open_one: Opener, changed: dict[str, Any], code: str
) -> None:
    reference = open_one(office)
    with pytest.raises(InvalidInput, match=code):
        see(office, reference, **changed)
    assert kinds(office, reference) == ["case_opened"]


@pytest.mark.parametrize(
    ("country", "territory", "fits"),
    [
        ("UA", Territory.OCCUPIED, True),
        ("UA", Territory.GOVERNMENT_CONTROLLED, True),
        ("UA", Territory.SAFE_THIRD_COUNTRY, False),
        ("BY", Territory.BELARUS, True),
        ("KP", Territory.DPRK, True),
        ("KP", Territory.RUSSIA, False),
        ("PL", Territory.SAFE_THIRD_COUNTRY, True),
        ("PL", Territory.OTHER, True),
        ("PL", Territory.GOVERNMENT_CONTROLLED, False),
    ],
)
def test_a_territory_lies_in_its_country(country: str, territory: Territory, fits: bool) -> None:  # noqa: FBT001 - a column
    if fits:
        check_territory(country, territory)
        return
    with pytest.raises(InvalidInput, match="territory_contradicts_country"):
        check_territory(country, territory)


def test_a_withdrawn_sighting_stays_on_record_and_tells_nothing_more(office: Office, open_one: Opener) -> None:
    reference = open_one(office)
    first, second = see(office, reference, seen_on=date(2026, 2, 18)), see(office, reference)
    withdraw_sighting(office, reference, first, reason="описка", now=office.now(), actor="c-01")
    assert row_of(office, first).withdrawn
    assert "sighting.place" in case_of(office, reference).known
    assert "sighting.seen_on" not in case_of(office, reference).known
    withdraw_sighting(office, reference, second, reason="описка", now=office.now(), actor="c-01")
    assert not any(name.startswith("sighting.") for name in case_of(office, reference).known)
    assert kinds(office, reference)[-2:] == ["sighting_withdrawn", "sighting_withdrawn"]


def test_a_sighting_is_withdrawn_once_from_its_own_case_and_for_a_reason(office: Office, open_one: Opener) -> None:
    reference, other = open_one(office), open_one(office, child__given_name="Яна")
    sighting = see(office, reference)

    def withdraw(case: str, row: str, reason: str) -> None:
        withdraw_sighting(office, case, row, reason=reason, now=office.now(), actor="c-01")

    for case, row, reason, code in (
        (other, sighting, "описка", "sighting_not_found"),
        (reference, "0" * 32, "описка", "sighting_not_found"),
        (reference, sighting, " ", "reason_missing"),
    ):
        with pytest.raises(DodomuError, match=code):
            withdraw(case, row, reason)
    assert not row_of(office, sighting).withdrawn
    withdraw(reference, sighting, "описка")
    with pytest.raises(RuleViolation, match="sighting_already_withdrawn"):
        withdraw(reference, sighting, "описка")


def test_an_alias_stands_beside_the_identity_and_can_be_taken_back(office: Office, open_one: Opener) -> None:
    reference = open_one(office)
    before = case_of(office, reference).sealed_identity
    names = ("Марина Выдуманная", "Мария Выдуманная")
    aliases = [
        record_alias(
            office,
            reference,
            full_name=name,
            birth_on=parse_partial_date("2015"),
            citizenship="ru",
            now=office.now(),
            actor="c-01",
        )
        for name in names
    ]
    with read_case(office, reference, office.now()) as file:
        (row,) = file.session.scalars(select(AliasRecord).where(AliasRecord.id == aliases[0]))
        claimed = file.open("aliases", "sealed_details", aliases[0], AliasDetails, row.sealed_details)
        assert (claimed.full_name, claimed.citizenship) == ("Марина Выдуманная", "RU")
        assert file.case.sealed_identity == before
    withdraw_alias(office, reference, aliases[0], reason="описка", now=office.now(), actor="c-01")
    assert "aliases" in case_of(office, reference).known
    withdraw_alias(office, reference, aliases[1], reason="описка", now=office.now(), actor="c-01")
    assert "aliases" not in case_of(office, reference).known
    with pytest.raises(NotFound, match="alias_not_found"):
        withdraw_alias(office, reference, aliases[1], reason="описка", now=office.now(), actor="c-01")


def test_an_alias_may_be_a_name_alone_but_nobody_is_born_tomorrow(office: Office, open_one: Opener) -> None:
    reference = open_one(office)
    record_alias(office, reference, full_name="Марина", now=office.now(), actor="c-01")
    with pytest.raises(InvalidInput, match="date_in_future"):
        record_alias(office, reference, full_name="Марина", birth_on=date(2026, 3, 3), now=office.now(), actor="c-01")
