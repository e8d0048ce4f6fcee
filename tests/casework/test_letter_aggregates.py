"""What letters say without saying it of a child: the caseload in counts, and which items of a card are known."""

import io
from collections.abc import Callable
from datetime import date

from pypdf import PdfReader

from casework.letter_aggregates import count_caseload
from casework.letter_card import card_of
from casework.letters import draft_letter, preview_letter
from casework.office import Office
from casework.sightings import record_sighting
from models.rules.disclosure import Field
from models.statuses import InformationGrade, Purpose, SourceGrade, SourceKind, Stage, Territory

OpenOne = Callable[..., str]


def seen(office: Office, reference: str, country: str, territory: Territory, on: date) -> None:
    record_sighting(
        office,
        reference,
        stated_on=on,
        seen_on=on,
        place="м. Вигадане",
        source="вигадане джерело",
        country=country,
        territory=territory,
        source_kind=SourceKind.WITNESS,
        source_grade=SourceGrade.C,
        information_grade=InformationGrade.POSSIBLY_TRUE,
        now=office.now(),
        actor="c-01",
    )


def test_a_child_counts_where_it_was_seen_last_and_a_country_with_few_is_not_named(
    either_office: Office, open_one: OpenOne
) -> None:
    office = either_office
    children = [open_one(office) for _ in range(12)]
    for reference in children:
        seen(office, reference, "BY", Territory.BELARUS, date(2026, 1, 5))
    for reference in children[:11]:
        seen(office, reference, "RU", Territory.RUSSIA, date(2026, 2, 5))
    with office.store.reading() as session:
        counted = count_caseload(session, office.book.today(office.now()))
    assert [(each.country, each.children) for each in counted.countries] == []
    assert [(each.stage, each.children) for each in counted.stages] == [(Stage.REPORTED, 12)]
    assert (counted.documented, counted.returned, counted.waiting_over_half_a_year) == (12, None, None)
    seen(office, children[11], "RU", Territory.RUSSIA, date(2026, 2, 6))
    with office.store.reading() as session:
        counted = count_caseload(session, office.book.today(office.now()))
    assert [(each.country, each.children) for each in counted.countries] == [("RU", 12)]


def test_the_coalition_is_written_to_in_figures_without_the_case_that_made_somebody_write(
    office: Office, open_one: OpenOne
) -> None:
    reference = open_one(office)
    number = draft_letter(
        office, reference, kind="coalition.summary", purpose=Purpose.INFORMATION, now=office.now(), actor="c-01"
    )
    pages = PdfReader(io.BytesIO(preview_letter(office, number, now=office.now()))).pages
    text = " ".join(page.extract_text() for page in pages)
    assert number in text
    assert reference not in text
    assert "Вигаданенко" not in text


def test_a_card_says_what_is_known_and_of_the_whereabouts_only_where_they_may_be_told() -> None:
    known = frozenset({Field.CHILD_FAMILY_NAME, Field.CHILD_BIRTH_PLACE, Field.REQUESTER_ADDRESS, Field.SIGHTING_PLACE})
    told = card_of(known, frozenset({Field.CARD}))
    assert (told.surnames, told.first_names, told.birth, told.family_address) == (True, False, True, True)
    assert not told.present_address
    assert not any((told.blood_group, told.religion, told.found, told.leaving, told.death))
    assert card_of(known, frozenset({Field.CARD, Field.SIGHTING_PLACE})).present_address
