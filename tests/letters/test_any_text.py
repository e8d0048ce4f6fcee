"""Any printable text in any field comes out as it went in and changes nothing of the document; any other is refused."""

import unicodedata
from collections import Counter
from functools import cache
from io import BytesIO
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from casework.letter_samples import Sample, Size
from integrations.glyphs import PrintableCharacters
from integrations.letter_templates import TEMPLATE_FOLDER
from models.errors import InvalidInput
from models.schemas.letters import LetterFacts, leaves
from tests.letters.printed import SAMPLES, facts_of, fonts_of, read_text, source_of, typeset

PRINTABLE = PrintableCharacters(TEMPLATE_FOLDER / "fonts")
HANGUL = [chr(code) for code in range(0xAC00, 0xD7A4, 97)]
# Combining marks are left to the composed letters: readers disagree on how to hand a lone mark over.
LETTERS = [chr(c) for c in range(0x250) if chr(c) in PRINTABLE]
CYRILLIC = [chr(c) for c in range(0x400, 0x530) if chr(c) in PRINTABLE and not unicodedata.combining(chr(c))]
# What means something to Typst, to Jinja or to a reader of quotes and dashes.
SIGNS = "#$*_`@<>\\/[]{}()%=~^|&;:!?,.+-'\"«»“”„‘’ʼ–—…№§°"
# What would end a text, begin code, or be read as another character.
TAGS = ["{{", "}}", "{%", "%}", "{#", "#{", "//", "/*", "*/", "= ", "$x$", "@x"]
ESCAPES = ['";', r"\"", r"\\", r"\n", r"\u{41}", "#panic()"]
WRITTEN = st.lists(
    st.one_of(*map(st.sampled_from, (LETTERS, CYRILLIC, HANGUL, SIGNS, TAGS, ESCAPES))), min_size=1, max_size=24
).map("".join)
# What a letter carries as a code is no free text.
CODES = {"kind", "language", "languages", "sent_in", "citizenship", "country", "sex", "procedure"}
COUNTED = {"/H1", "/H2", "/H3", "/L", "/LI", "/Table", "/TR", "/TH", "/TD", "/P", "/Figure"}
SIZED = [each for each in SAMPLES if each.size is not Size.SMALLEST]


def texts_in(facts: LetterFacts) -> list[str]:
    """The paths of the free texts of a letter, sorted."""
    return sorted(
        {path for path, value in leaves(facts) if type(value) is str and path.rpartition(".")[2] not in CODES}
    )


def with_text(value: Any, path: str, text: str, here: str = "") -> Any:
    """The same facts with every text at one path replaced."""
    if isinstance(value, dict):
        return {key: with_text(item, path, text, f"{here}.{key}".lstrip(".")) for key, item in value.items()}
    if isinstance(value, tuple):
        return tuple(with_text(item, path, text, here) for item in value)
    return text if here == path and isinstance(value, str) else value


def facts_with(sample: Sample, path: str, text: str) -> LetterFacts:
    return LetterFacts.model_validate(with_text(facts_of(sample).model_dump(), path, text))


@cache
def printed_paths(sample: Sample) -> tuple[str, ...]:
    """The free texts that this letter prints."""
    plain = {path: f"Zq{number}z" for number, path in enumerate(texts_in(facts_of(sample)))}
    told = facts_of(sample).model_dump()
    for path, mark in plain.items():
        told = with_text(told, path, mark)
    text = read_text(typeset(LetterFacts.model_validate(told)))
    return tuple(path for path, mark in plain.items() if mark in text)


def structure(pdf: bytes) -> Counter[str]:
    """How many headings, terms, lists, tables, cells and paragraphs the document has."""
    counted: Counter[str] = Counter()
    root: Any = PdfReader(BytesIO(pdf)).root_object
    waiting = [root["/StructTreeRoot"]["/K"]]
    while waiting:
        element = waiting.pop().get_object()
        if isinstance(element, list):
            waiting += element
        elif isinstance(element, dict):
            counted[str(element.get("/S"))] += 1
            waiting += [element["/K"]] if "/K" in element else []
    return Counter({kind: number for kind, number in counted.items() if kind in COUNTED})


@cache
def plain_structure(sample: Sample, path: str) -> Counter[str]:
    return structure(typeset(facts_with(sample, path, "слово")))


def without_blanks(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_any_printable_text_in_any_field_comes_out_verbatim_and_changes_no_structure(data: st.DataObject) -> None:
    sample = data.draw(st.sampled_from(SIZED))
    path = data.draw(st.sampled_from(printed_paths(sample)))
    # In Latin letters alone, or Cyrillic too: an English or French letter spells the second in both.
    edge = data.draw(st.sampled_from("ЖZ"))
    text = f"{edge}{data.draw(WRITTEN)}{edge}"
    pdf = typeset(facts_with(sample, path, text))
    assert without_blanks(unicodedata.normalize("NFC", text)) in without_blanks(read_text(pdf))
    assert structure(pdf) == plain_structure(sample, path)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_text_with_any_other_character_is_refused_by_field_and_code_point(data: st.DataObject) -> None:
    sample = data.draw(st.sampled_from(SIZED))
    path = data.draw(st.sampled_from(texts_in(facts_of(sample))))
    facts = facts_with(sample, path, f"Ж{data.draw(st.text(min_size=1, max_size=12))}Ж")
    written = [value for place, value in leaves(facts) if place == path and isinstance(value, str)]
    wrong = [character for character in written[0] if character not in PRINTABLE and character != "\n"]
    assume(wrong)
    with pytest.raises(InvalidInput, match="character_not_printable") as refused:
        source_of(facts)
    assert refused.value.references == {"field": path, "code_point": f"U+{ord(wrong[0]):04X}"}


def test_hangul_is_printed_from_a_font_of_its_own_that_is_inside_too() -> None:
    sample = next(each for each in SIZED if each.kind == "mediator.request" and each.size is Size.FULLEST)
    pdf = typeset(facts_with(sample, "sightings.place", "원산, 송도원"))
    assert "원산, 송도원" in read_text(pdf)
    fonts = fonts_of(PdfReader(BytesIO(pdf)))
    assert {name.partition("+")[2] for name in fonts} == {"CharisSIL", "CharisSIL-Bold", "NanumMyeongjo"}
    assert all(fonts.values())
