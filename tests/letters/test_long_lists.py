"""A letter about 561 children: a table over many pages, its header on each, every child once and in order."""

import re

import pytest

from casework.letter_samples import Sample, Size, sample_facts
from models.schemas.letters import LetterFacts
from models.statuses import Purpose
from tests.letters.printed import POLICY, TEMPLATES, one_line, read_pages, typeset

MANY = 561
HEADERS = {"uk": "№ Наша справа Прізвище та імʼя Дата народження", "en": "No. Our case Name Date of birth"}


def long_letter(kind: str, language: str) -> LetterFacts:
    sample = Sample(kind, "mediator_qatar", language, Purpose.RETURN, Size.SEVERAL)
    return sample_facts(POLICY, TEMPLATES, sample, children=MANY)


@pytest.mark.parametrize("language", ["uk", "en"])
@pytest.mark.parametrize("kind", ["mediator.request", "follow_up.second_notice"])
def test_561_children_are_listed_in_order_under_a_header_on_every_page_of_the_list(kind: str, language: str) -> None:
    facts = long_letter(kind, language)
    pages = [one_line(page) for page in read_pages(typeset(facts))]
    references = [each.reference for each in facts.children]
    on_pages = [re.findall(r"\d{4}-\d{6}-[A-Z](?= )", page) for page in pages]
    listing = [page for page, found in zip(pages, on_pages, strict=True) if set(found) & set(references[1:])]
    assert len(listing) > 10
    assert all(page.count(HEADERS[language]) == 1 for page in listing)
    rows = [each for page in listing for each in re.findall(r" (\d{1,3}) (\d{4}-\d{6}-[A-Z]) ", page)]
    assert rows == [(str(number), reference) for number, reference in enumerate(references, start=1)]
    signature = facts.office.signatory_function
    assert signature in pages[-1]
    assert not any(signature in page for page in pages[:-1])


@pytest.mark.parametrize("language", ["uk", "en"])
def test_a_mediators_list_says_how_many_children_it_holds_and_where_it_ends(language: str) -> None:
    text = " ".join(one_line(page) for page in read_pages(typeset(long_letter("mediator.request", language))))
    assert len(re.findall(rf"\b{MANY}\b", text)) >= 3
