"""What each shared part may name: a template picks its parts by the body's allow-list."""

import re
from datetime import date

import pypdfium2
import pytest
from jinja2 import Environment, FileSystemLoader

from casework.letter_samples import SET_AT
from integrations.letter_templates import TEMPLATE_FOLDER, LetterTemplates
from integrations.letter_words import LANGUAGES
from integrations.template_check import named_paths, undeclared_paths
from integrations.typesetting import Typesetter
from models.rules.disclosure import Field
from models.rules.partial_dates import PartialDate
from models.schemas.letter_fields import fields_of
from models.schemas.letters import Child, ListedChild, Sighting
from models.statuses import Precision

NAME = {Field.CHILD_FAMILY_NAME, Field.CHILD_GIVEN_NAME, Field.CHILD_PATRONYMIC}
LEAST = {*NAME, Field.CHILD_BIRTH_ON}
WHEN_AND_WHERE = {Field.SEPARATION_ON, Field.SEPARATION_PLACE}
SEEN = {Field.SIGHTING_COUNTRY, Field.SIGHTING_PLACE, Field.SIGHTING_SEEN_ON}
ASKING = {Field.REQUESTER_NAME, Field.REQUESTER_RELATION}
SHORT = {*LEAST, Field.CHILD_SEX, Field.CHILD_CITIZENSHIP, Field.ALIASES}
PARTS: dict[str, set[Field]] = {
    "opening": set(),
    "identity_least": LEAST,
    "identity_short": SHORT,
    "identity": {
        *SHORT,
        Field.CHILD_BIRTH_PLACE,
        Field.CHILD_LANGUAGES,
        Field.CHILD_DISTINGUISHING_MARKS,
        Field.CHILD_PHOTO_REFERENCE,
        Field.PARENTS_MOTHER,
        Field.PARENTS_FATHER,
        Field.SIBLINGS,
    },
    "separation_short": WHEN_AND_WHERE,
    "separation": {*WHEN_AND_WHERE, Field.SEPARATION_CIRCUMSTANCES, Field.SEPARATION_LAST_CONTACT},
    "whereabouts": {*SEEN, Field.SIGHTING_TERRITORY},
    "reports": {Field.REPORT_REFERENCES},
    "steps": {Field.SEARCH_STEPS},
    "requester_short": ASKING,
    "requester": {*ASKING, Field.REQUESTER_ADDRESS, Field.REQUESTER_PHONE, Field.REQUESTER_EMAIL},
    "children": {*LEAST, *SEEN},
    "consent": set(),
    "annexes": {Field.ANNEXES},
    "closing": {Field.ANNEXES},
}
LETTERS = TEMPLATE_FOLDER / "letters"


def paths_of(part: str) -> frozenset[str]:
    environment = Environment(loader=FileSystemLoader(LETTERS), autoescape=True)
    return named_paths(environment, f"_layout/{part}.typ.j2")


@pytest.mark.parametrize("language", sorted(LANGUAGES))
@pytest.mark.parametrize("part", PARTS)
def test_a_part_names_its_own_fields_and_no_other_in_every_language(part: str, language: str) -> None:
    paths = paths_of(f"{part}.{language}")
    assert not undeclared_paths(paths)
    assert set().union(*(fields_of(path) for path in paths)) == PARTS[part]


def test_the_signature_names_the_office_alone() -> None:
    assert {path.partition(".")[0] for path in paths_of("signature")} == {"office"}


def children(count: int) -> tuple[ListedChild, ...]:
    return tuple(
        ListedChild(
            reference=f"2026-{number:06d}-K",
            disclosed=frozenset(Field),
            child=Child(family_name="Ковальчук-Вишневецька", given_name=f"Марія{'ї' * (number % 3)}")
            if number % 2
            else Child(family_name="Згурська", birth_on=PartialDate(date(2014, 3, 10), Precision.DAY)),
            last_seen=Sighting(country="KP", place="원산, 송도원") if number % 3 else None,
        )
        for number in range(1, count + 1)
    )


def test_five_hundred_and_sixty_one_children_are_listed_under_a_header_on_every_page() -> None:
    listed = children(561)
    environment = LetterTemplates()._environment("uk")
    opening = '#import "/_layout/letter.typ": *\n#show: letter.with(title: [x], page-of: (a, b) => [#a])\n#subject[X]\n'
    table = environment.get_template("_layout/children.uk.typ.j2").render(children=listed)
    pdf = Typesetter().typeset((opening + table).encode(), SET_AT)
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    assert all("Наша справа" in page and "Останнє відоме місце" in page for page in pages)
    assert len(pages) > 10
    text = "\n".join(pages)
    assert re.findall(r"2026-(\d{6})-K", text) == [f"{number:06d}" for number in range(1, 562)]
    assert text.count("원산, 송도원") == sum(1 for one in listed if one.last_seen)
