"""Every sample letter of the shipped policy as it comes off the press, made once in a process for all its tests."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pypdfium2
import pytest
from pypdf import PdfReader

from casework.letter_samples import SET_AT, Sample, Size, list_samples, sample_facts
from integrations.letter_templates import LetterTemplates
from integrations.policy_files import load_policy
from integrations.typesetting import Typesetter
from models.rules.letter_policy import Tone
from models.rules.romanise import romanise
from models.schemas.letter_fields import leaves
from models.schemas.letters import LetterFacts
from tests.architecture.the_house import ROOT

POLICY = load_policy(ROOT / "policy", ROOT / "templates")
TEMPLATES = LetterTemplates()
TYPESETTER = Typesetter()
SAMPLES = tuple(list_samples(POLICY, TEMPLATES))
every_sample = pytest.mark.parametrize("sample", SAMPLES, ids=str)
RED_CROSS = re.compile(
    r"Red Cross|ICRC|Central Tracing|Червон\w+ Хрест|МКЧХ|Центральн\w+ агентств|Красн\w+ Крест|МККК|Croix-Rouge|CICR"
)
# PDFium hands a hyphen at a line's end over as this, and the line's end with it.
_HYPHEN_AT_LINE_END = "\ufffe"
# Countries, languages and the like are codes of two or three letters: they would be found within words.
_CODE = 3
_BLANKS = re.compile(r"\s+")


def samples_to_every_body() -> Iterator[Sample]:
    """Yield the kinds that go to several bodies once more: to each, in each language it may be sent or read in.

    Neither the smallest, nor for every purpose: the first stands for a plea, the last for a filing if there is one.
    """
    for sample in SAMPLES:
        kind = POLICY.get_kind(sample.kind)
        is_wanted = sample.size is not Size.SMALLEST and sample.purpose in {kind.purposes[0], kind.purposes[-1]}
        for body in kind.bodies if is_wanted else ():
            if body != sample.body and sample.language in {"uk", "en", *POLICY.get_body(body).languages}:
                yield replace(sample, body=body)


def get_sample(name: str) -> Sample:
    """Return the sample letter of that name; a KeyError names it if there is none."""
    return {str(sample): sample for sample in SAMPLES}[name]


def tone_of(sample: Sample) -> Tone:
    return POLICY.get_kind(sample.kind).tone


@cache
def facts_of(sample: Sample) -> LetterFacts:
    return sample_facts(POLICY, TEMPLATES, sample)


def source_of(facts: LetterFacts) -> bytes:
    return TEMPLATES.render_source(facts.letter.kind, facts.letter.language, facts)


def typeset(facts: LetterFacts) -> bytes:
    return TYPESETTER.typeset(source_of(facts), SET_AT)


@cache
def pdf_of(sample: Sample) -> bytes:
    return typeset(facts_of(sample))


@cache
def pages_of(sample: Sample) -> tuple[str, ...]:
    """The text of each page, line by line, as a reader program hands it over."""
    return read_pages(pdf_of(sample))


def text_of(sample: Sample) -> str:
    """All words of the letter, parted by single spaces."""
    return one_line("\n".join(pages_of(sample)))


def read_pages(pdf: bytes) -> tuple[str, ...]:
    with pypdfium2.PdfDocument(pdf) as document:
        return tuple(_normalised(page.get_textpage().get_text_range()) for page in document)


def read_text(pdf: bytes) -> str:
    return one_line("\n".join(read_pages(pdf)))


def one_line(text: str) -> str:
    return _BLANKS.sub(" ", text.replace("-\n", "-")).strip()


def fonts_of(reader: PdfReader) -> dict[str, bool]:
    """The base name of every font in the document, and whether its outlines are inside."""
    found: dict[str, bool] = {}
    for page in reader.pages:
        resources: Any = page["/Resources"]
        for font in (each.get_object() for each in resources.get("/Font", {}).values()):
            inner = [each.get_object() for each in font.get("/DescendantFonts", [font])]
            is_inside = any(
                f"/FontFile{suffix}" in each["/FontDescriptor"] for each in inner for suffix in ("", "2", "3")
            )
            found[str(font["/BaseFont"]).removesuffix("-Identity-H")] = is_inside
    return found


@cache
def prose_of(sample: Sample) -> str:
    """What the template itself says: the letter without the texts of its facts, in either spelling."""
    told = {one_line(str(value)) for _, value in leaves(facts_of(sample)) if type(value) is str and len(value) > _CODE}
    told |= {one_line(line) for value in told for line in value.split("\n")}
    facts = facts_of(sample)
    names = (facts.child, facts.parents.mother, facts.parents.father, *(each.child for each in facts.children))
    told |= {name.full_name for name in names if name is not None and name.full_name}
    text = text_of(sample)
    for value in sorted({*told, *(romanise(value) for value in told)}, key=len, reverse=True):
        text = text.replace(value, "◇")
    return text


def _normalised(page: str) -> str:
    text = unicodedata.normalize("NFC", page).replace("\r\n", "\n").replace(_HYPHEN_AT_LINE_END, "-\n")
    return "\n".join(line.rstrip() for line in text.split("\n")).strip("\n")
