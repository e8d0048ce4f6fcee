"""Every letter, at its smallest and fullest, from facts to PDF and back to text."""

import re
import unicodedata
from io import BytesIO
from typing import Any

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from integrations.glyphs import PrintableCharacters
from integrations.letter_templates import TEMPLATE_FOLDER, LetterTemplates
from integrations.typesetting import Typesetter
from models.schemas.letters import Child, LetterFacts, leaves
from tests.letters.sample_facts import SAMPLES, SET_AT, Sample, Size, sample_cases, sample_facts

templates = LetterTemplates()
typesetter = Typesetter()
printable = PrintableCharacters(TEMPLATE_FOLDER / "fonts")
CASES = [pytest.param(sample, size, id=f"{sample}-{size}") for sample, size in sample_cases()]
# Combining marks are left to the composed letters: readers disagree on how to hand a lone mark over.
WRITTEN = [chr(c) for c in range(0x2100) if chr(c) in printable and not unicodedata.combining(chr(c))]
ACCUSATIONS = re.compile("deport|abduct|kidnap|forcib|crime|депорт|викра|злочин|примус", re.IGNORECASE)


def pdf_of(facts: LetterFacts) -> bytes:
    source = templates.render_source(facts.letter.kind, facts.letter.language, facts)
    return typesetter.typeset(source, SET_AT)


def text_of(pdf: bytes) -> str:
    """All words of the document, parted by single spaces, as a reader program hands them over."""
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    return " ".join(unicodedata.normalize("NFC", " ".join(pages)).replace("\ufffe", "").split())


@pytest.mark.parametrize(("sample", "size"), CASES)
def test_a_letter_is_an_archival_and_accessible_pdf_and_comes_out_the_same_twice(sample: Sample, size: Size) -> None:
    facts = sample_facts(sample, size)
    pdf = pdf_of(facts)
    assert pdf_of(facts) == pdf
    catalogue: Any = PdfReader(BytesIO(pdf)).root_object
    declared = catalogue["/Metadata"].get_object().get_data().decode()
    assert "<pdfaid:part>3</pdfaid:part>" in declared
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in declared
    assert "<pdfuaid:part>1</pdfuaid:part>" in declared
    assert catalogue["/Lang"] == sample.language
    assert catalogue["/MarkInfo"]["/Marked"]


@pytest.mark.parametrize(("sample", "size"), CASES)
def test_a_letter_says_its_number_case_office_and_body_and_leaves_no_hole(sample: Sample, size: Size) -> None:
    facts = sample_facts(sample, size)
    text = text_of(pdf_of(facts))
    for expected in ("01-12/345", "2026-004821-K", facts.office.name, *facts.body.address_lines):
        assert expected in text
    assert facts.office.signatory_function in text
    assert not re.search(r"None|Undefined|\(\)|«»|, ,|\.\.|: \.|#|\\", text)
    assert ("2026 р." in text) == (sample.language == "uk")


@pytest.mark.parametrize(("sample", "size"), CASES)
def test_the_files_title_names_no_person(sample: Sample, size: Size) -> None:
    metadata = PdfReader(BytesIO(pdf_of(sample_facts(sample, size)))).metadata
    assert metadata is not None
    title = str(metadata.title)
    assert "2026-004821-K" in title
    assert not re.search("Згурськ|Zghursk", title)


@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        (SAMPLES[0], ["Про сприяння розшуку дитини", "Згурська Марія Юріївна", "10 березня 2014 р. (11 років)"]),
        (SAMPLES[0], ["№ 776/97-ВР", "№ 393/96-ВР", "статтею 20", "стор. 1 із 2"]),
        (SAMPLES[0], ["тимчасово окупована територія України", "Демократична Республіка"]),
        (SAMPLES[1], ["Про сприяння поверненню дитини в Україну", "з названими вище братами й сестрами"]),
        (SAMPLES[2], ["Urgent procedure", "within the last three months", "under the urgent procedure"]),
        (SAMPLES[4], ["be enabled to come home"]),
        (SAMPLES[7], ["возʼєднання з дитиною", "якщо цього бажають дитина та родина"]),
        (SAMPLES[8], ["to be reunited with a child", "if the child and the family so wish"]),
        (SAMPLES[3], ["Standard procedure", "under the standard procedure"]),
        (SAMPLES[2], ["1. Identity", "2. Date", "3. Place", "4. Persons", "5. Steps", "6. Source"]),
        (SAMPLES[2], ["Zghurska Mariia Yuriivna (Згурська Марія Юріївна)", "keep confidential the identity"]),
        (SAMPLES[5], ["Дитина, яку розшукують", "Згурська Оксана Петрівна", "Останній звʼязок", "один із батьків"]),
        (SAMPLES[6], ["Child sought", "Zghurska Oksana Petrivna", "Last contact", "Relation to the child parent"]),
        (SAMPLES[10], ["Шановна родино!", "до 6 квітня 2026 р.", "+380 44 000 00 00", "Кого питати"]),
    ],
)
def test_a_full_letter_says_what_its_reader_looks_for(sample: Sample, expected: list[str]) -> None:
    text = text_of(pdf_of(sample_facts(sample, "fullest")))
    for words in expected:
        assert words in text


@pytest.mark.parametrize("language", ["uk", "en"])
def test_the_tracing_request_accuses_nobody(language: str) -> None:
    requests = [s for s in SAMPLES if (s.kind, s.language) == ("icrc_cta.tracing", language)]
    assert requests
    for sample in requests:
        assert not ACCUSATIONS.search(text_of(pdf_of(sample_facts(sample, "fullest"))))


@pytest.mark.parametrize("sample", [s for s in SAMPLES if s.kind == "family.news"], ids=str)
def test_the_family_reads_short_sentences_and_no_promise(sample: Sample) -> None:
    source = (TEMPLATE_FOLDER / "letters" / "family.news" / "uk.typ.j2").read_text(encoding="utf-8")
    text = text_of(pdf_of(sample_facts(sample, "smallest")))
    assert not re.search("гаранту|обовʼязково|обіцяємо|скоро|неодмінно", source)
    assert max(len(sentence.split()) for sentence in re.split(r"[.!?]", text)) <= 35


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_what_a_template_does_not_name_never_appears(sample: Sample) -> None:
    """Every text of the facts carries a mark of its own; the marks in print are those of named paths."""
    facts = sample_facts(sample, "fullest")
    marks = {path: f"zzq{number}x" for number, path in enumerate(sorted({path for path, _ in leaves(facts)}))}
    marked = _marked(facts.model_dump(), marks)
    child_parts = {"child.family_name", "child.given_name", "child.patronymic"}
    parent_parts = {path for path in marks if path.startswith("parents.")}
    named = templates.paths_named(sample.kind, sample.language) | child_parts
    text = text_of(pdf_of(LetterFacts.model_validate(marked)))
    printed = {path for path, mark in marks.items() if mark in text}
    assert {"letter.outgoing_number", "office.name", "child.given_name"} <= printed
    assert printed - parent_parts <= named


def _marked(value: object, marks: dict[str, str], path: str = "") -> object:
    """The same facts with each free text replaced by the mark of its path."""
    if isinstance(value, dict):
        return {key: _marked(item, marks, f"{path}.{key}".lstrip(".")) for key, item in value.items()}
    if isinstance(value, tuple):
        return tuple(_marked(item, marks, path) for item in value)
    is_free_text = type(value) is str and not re.search(
        r"kind$|language|languages|citizenship|country|sex|procedure", path
    )
    return marks[path] if is_free_text else value


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet=st.sampled_from(WRITTEN), min_size=1, max_size=30).filter(str.strip))
def test_any_printable_text_comes_out_as_it_went_in(text: str) -> None:
    facts = sample_facts(SAMPLES[0], "smallest")
    child = Child(family_name="Ї", given_name=f"zzq{text}qzz")
    said = text_of(pdf_of(facts.model_copy(update={"child": child})))
    found = re.search("zzq(.*)qzz", said)
    assert found is not None
    assert _without_blanks(found.group(1)) == _without_blanks(child.given_name or "")[3:-3]


def _without_blanks(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
