"""Every letter of the shipped policy, in every language and size, from facts to PDF and back to text."""

import re
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from casework.letter_samples import SET_AT, Sample, Size
from integrations.letter_templates import TEMPLATE_FOLDER, LetterTemplates
from integrations.typesetting import Typesetter
from models.statuses import Purpose
from tests.letters.printed import (
    SAMPLES,
    every_sample,
    facts_of,
    fonts_of,
    one_line,
    pages_of,
    pdf_of,
    source_of,
    text_of,
)

# An absent value, an empty pair of brackets, two stops in a row, a stop after a blank, markup that was not read, and
# a country that no filter has named.
HOLES = re.compile(
    r"\bNone\b|Undefined|\(\s*\)|\[\s*\]|«\s*»|“\s*”|[.,:;]\s*[.,:;]| [.,)]|\( |[#\\{}~*_|<>]|\b(?:KP|RU|UA|BY)\b"
)
# An abbreviation ends with a stop, and a sentence goes on after it.
AFTER_ABBREVIATIONS = re.compile(r"(?:(?<=\d [рг])|(?<=\bref)|(?<=\bréf))\.(?= ?[,:;])")
SHIPPED = re.compile(r"/[A-Z]{6}\+(?:CharisSIL(?:-Bold|-Italic)?|NanumMyeongjo(?:Bold)?)")
EMPTY_LABEL = re.compile(r"#fact\[[^\[\]]*\]\[\s*\]")
# A heading, and what comes next after it: another heading, or the end of a block.
HEADING_AND_NEXT = re.compile(r"^(=+) [^\n]*\n\s*(?:#together\[\s*)?(?=(=+) |(\])\s)", re.MULTILINE)
YEARS_ENDING = {"uk": "2026 р.", "ru": "2026 г."}


def one_of_each() -> list[Sample]:
    """The fullest letter of every kind and language."""
    return list({(each.kind, each.language): each for each in SAMPLES if each.size is Size.FULLEST}.values())


@every_sample
def test_a_letter_is_an_archival_and_accessible_pdf_in_its_language_with_its_fonts_inside(sample: Sample) -> None:
    reader = PdfReader(BytesIO(pdf_of(sample)))
    catalogue: Any = reader.root_object
    declared = catalogue["/Metadata"].get_object().get_data().decode()
    assert "<pdfaid:part>3</pdfaid:part>" in declared
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in declared
    assert "<pdfuaid:part>1</pdfuaid:part>" in declared
    assert catalogue["/Lang"] == sample.language
    assert catalogue["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in catalogue
    fonts = fonts_of(reader)
    assert fonts
    assert all(fonts.values()), "a font is not embedded"
    assert not [name for name in fonts if not SHIPPED.fullmatch(name)]


@pytest.mark.parametrize("sample", one_of_each(), ids=str)
def test_the_same_facts_give_the_same_bytes_and_the_files_title_names_no_person(sample: Sample) -> None:
    facts = facts_of(sample)
    source = LetterTemplates().render_source(sample.kind, sample.language, facts)
    pdf = pdf_of(sample)
    assert Typesetter().typeset(source, SET_AT) == pdf
    title = str((PdfReader(BytesIO(pdf)).metadata or {})["/Title"])
    assert facts.letter.outgoing_number in title
    assert not re.search("Згурськ|Zghursk|Марія|Mariia", title)


@every_sample
def test_a_letter_says_its_number_office_and_body_and_leaves_no_hole(sample: Sample) -> None:
    facts, text = facts_of(sample), text_of(sample)
    said = [facts.letter.outgoing_number, facts.office.name, facts.office.signatory_function]
    said += [*facts.body.address_lines, *filter(None, (facts.letter.our_reference, facts.body.salutation))]
    said += filter(None, (facts.office.signatory_name, facts.body.through))
    assert not [words for words in said if one_line(words) not in text]
    assert not HOLES.findall(AFTER_ABBREVIATIONS.sub("", text))
    for language, ending in YEARS_ENDING.items():
        assert (ending in text) == (sample.language == language)


@every_sample
def test_no_label_is_left_without_an_answer_and_no_heading_without_words(sample: Sample) -> None:
    source = source_of(facts_of(sample)).decode()
    assert not EMPTY_LABEL.findall(source)
    assert not [rank for rank, next_rank, _ in HEADING_AND_NEXT.findall(source) if len(next_rank) <= len(rank)]


@every_sample
def test_every_page_says_which_letter_it_belongs_to_and_which_page_of_how_many_it_is(sample: Sample) -> None:
    pages = pages_of(sample)
    for number, page in enumerate(pages, start=1):
        footer = page.splitlines()[-1]
        assert facts_of(sample).letter.outgoing_number in footer
        assert re.findall(r"\d+", footer)[-2:] == [str(number), str(len(pages))]


def test_a_page_is_never_the_signature_alone() -> None:
    lonely = [str(sample) for sample in SAMPLES if len(pages_of(sample)[-1].splitlines()) < 4]
    assert not lonely


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("ombudsman_ua.request-uk-search", ["Про сприяння розшуку дитини", "Згурська Марія Юріївна"]),
        ("ombudsman_ua.request-uk-search", ["10 березня 2014 р. (11 років)", "№ 776/97-ВР", "№ 393/96-ВР"]),
        ("ombudsman_ua.request-uk-search", ["статтею 20", "стор. 1 із 2", "Корейська Народно-Демократична Республіка"]),
        ("ombudsman_ua.request-uk-return", ["Про сприяння поверненню дитини в Україну"]),
        ("wgeid.request-en-search-urgent", ["Urgent procedure", "within the last three months"]),
        ("wgeid.request-en-search-standard", ["Standard procedure", "under the standard procedure"]),
        (
            "wgeid.request-en-search-urgent",
            ["1. Identity", "2. Date", "3. Place", "4. Persons", "5. Steps", "6. Source"],
        ),
        ("wgeid.request-en-search-urgent", ["Zghurska Mariia Yuriivna (Згурська Марія Юріївна)", "keep confidential"]),
        ("wgeid.request-en-return-standard", ["be enabled to come home"]),
        ("icrc_cta.tracing-uk-search", ["Дитина, яку розшукують", "Згурська Оксана Петрівна", "один із батьків"]),
        ("icrc_cta.tracing-en-search", ["Child sought", "Last contact", "Relation to the child parent"]),
        ("icrc_cta.tracing-uk-return", ["возʼєднання з дитиною", "якщо цього бажають дитина та родина"]),
        ("icrc_cta.tracing-en-return", ["to be reunited with a child", "if the child and the family so wish"]),
        ("family.news-uk-information-reported", ["Шановна родино!", "+380 44 000 00 00", "Кого питати"]),
    ],
)
def test_a_full_letter_says_what_its_reader_looks_for(start: str, expected: list[str]) -> None:
    (sample,) = [each for each in SAMPLES if str(each) == f"{start}-fullest"]
    assert not [words for words in expected if words not in text_of(sample)]


@pytest.mark.parametrize("sample", [each for each in SAMPLES if each.kind == "family.news"], ids=str)
def test_the_family_reads_short_sentences_and_no_promise(sample: Sample) -> None:
    template = TEMPLATE_FOLDER / "letters" / "family.news" / f"{sample.language}.typ.j2"
    promises = "гаранту|обовʼязково|обіцяємо|скоро|неодмінно|guarantee|we promise|certainly|very soon"
    assert sample.purpose is Purpose.INFORMATION
    assert not re.search(promises, template.read_text(encoding="utf-8"), re.IGNORECASE)
    if sample.size is Size.SMALLEST:
        assert max(len(sentence.split()) for sentence in re.split(r"[.!?]", text_of(sample))) <= 35
