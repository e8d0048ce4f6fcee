import re
import subprocess
import sys
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from pypdf import PdfReader

from casework.letter_samples import SET_AT
from integrations.typesetting import Typesetter, _ForkWatch
from models.errors import ConfigurationError, PermanentFailure

CANARY = "Канарейкевич"
HEADER = '#set document(title: "x")\n#set text(font: "Charis SIL", lang: "uk")\n= X\n'
LETTER = '#import "/_layout/letter.typ": *\n#show: letter.with(title: [x], page-of: (a, b) => [#a])\n#subject[X]\n'


@pytest.fixture(scope="module")
def typesetter() -> Typesetter:
    return Typesetter()


def test_the_same_source_and_moment_give_the_same_bytes(typesetter: Typesetter) -> None:
    source = (HEADER + "Текст").encode()
    pdf = typesetter.typeset(source, SET_AT)
    assert pdf.startswith(b"%PDF-")
    assert typesetter.typeset(source, SET_AT) == pdf
    assert Typesetter().typeset(source, SET_AT) == pdf
    assert typesetter.typeset(source, datetime(2026, 3, 10, tzinfo=UTC)) != pdf


@pytest.mark.parametrize(
    "flaw", [f'#panic("{CANARY}")', f'#"{CANARY}', f'#"{CANARY}\\u{{6c49}}"', f'#read("{CANARY}.txt")']
)
def test_a_failure_names_the_line_and_nothing_of_the_text(typesetter: Typesetter, flaw: str) -> None:
    with pytest.raises(PermanentFailure, match="letter_not_typeset") as caught:
        typesetter.typeset((HEADER + flaw).encode(), SET_AT)
    assert CANARY not in str(caught.value)
    assert caught.value.__context__ is None or caught.value.__suppress_context__
    assert caught.value.__cause__ is None
    assert caught.value.references == {"line": 4}


def test_a_file_above_the_template_folder_cannot_be_read(typesetter: Typesetter) -> None:
    for path in ("/etc/hostname", "../fonts/charis-sil/OFL.txt", "/../../pyproject.toml"):
        with pytest.raises(PermanentFailure):
            typesetter.typeset((HEADER + f'#read("{path}")').encode(), SET_AT)


def test_a_package_is_refused_before_the_network_is_asked(typesetter: Typesetter, tmp_path: Path) -> None:
    wanted = '#import "@preview/cetz:0.2.0": *'
    with pytest.raises(ConfigurationError, match="template_wants_package"):
        typesetter.typeset(wanted.encode(), SET_AT)
    layout = tmp_path / "letters" / "_layout"
    layout.mkdir(parents=True)
    (layout / "letter.typ").write_text(wanted, encoding="utf-8")
    with pytest.raises(ConfigurationError, match="template_wants_package"):
        Typesetter(tmp_path)


def test_only_the_shipped_fonts_are_used_whatever_a_template_asks_for(typesetter: Typesetter) -> None:
    wanted = '#set document(title: "x")\n#set text(font: "DejaVu Sans Mono")\n= X'
    page: Any = PdfReader(BytesIO(typesetter.typeset(wanted.encode(), SET_AT))).pages[0]
    fonts = [font.get_object()["/BaseFont"] for font in page["/Resources"]["/Font"].values()]
    assert fonts
    assert all("CharisSIL" in font for font in fonts)


def test_hangul_is_set_in_its_own_font_and_comes_out_as_it_went_in(typesetter: Typesetter) -> None:
    place = "원산, 송도원"
    pdf = typesetter.typeset(f"{LETTER}#salient[{place}] Вонсан".encode(), SET_AT)
    with pypdfium2.PdfDocument(pdf) as document:
        assert document[0].get_textpage().get_text_range().startswith(f"X\r\n{place} Вонсан")
    page: Any = PdfReader(BytesIO(pdf)).pages[0]
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
    assert any("NanumMyeongjoBold" in font["/BaseFont"] for font in fonts)
    descriptors = [font["/DescendantFonts"][0].get_object()["/FontDescriptor"] for font in fonts]
    assert all({"/FontFile2", "/FontFile3"} & set(descriptor) for descriptor in descriptors)


@pytest.mark.parametrize(
    "ending",
    [
        "Останні слова.",
        "== Просимо\n+ Перше.\n+ Останні слова.",
        "#together[\n== Заявник\n#fact[Імʼя][Останні слова.]\n]",
    ],
    ids=["paragraph", "list", "section"],
)
def test_the_signature_never_stands_alone_on_a_page(typesetter: Typesetter, ending: str) -> None:
    for paragraphs in range(30, 42):
        words = "\n\n".join(f"Абзац номер {number}." for number in range(paragraphs))
        closing = "#annexes([Додаток:], [Додатки:], [Копія])\n#signature([Керівник])\n"
        pdf = typesetter.typeset(f"{LETTER}{words}\n\n{ending}\n\n{closing}".encode(), SET_AT)
        with pypdfium2.PdfDocument(pdf) as document:
            last = document[len(document) - 1].get_textpage().get_text_range()
        assert re.search(r"Останні слова\.\s+Додаток: Копія\s+Керівник", last)


def test_a_moment_without_time_zone_is_refused(typesetter: Typesetter) -> None:
    with pytest.raises(ConfigurationError, match="moment_without_time_zone"):
        typesetter.typeset(HEADER.encode(), SET_AT.replace(tzinfo=None))


def test_a_process_forked_after_use_is_told_so_instead_of_hanging() -> None:
    script = """
import os, sys
from datetime import UTC, datetime
from casework.letter_samples import SET_AT
from integrations.typesetting import Typesetter, _ForkWatch
from models.errors import ConfigurationError
Typesetter()
child = os.fork()
if child == 0:
    try:
        Typesetter()
    except ConfigurationError as error:
        os._exit(7 if error.code == "typesetter_in_forked_process" else 1)
    os._exit(2)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    finished = subprocess.run([sys.executable, "-c", script], check=False, timeout=60)  # noqa: S603 - our own
    assert finished.returncode == 7


def test_a_fork_before_first_use_does_no_harm() -> None:
    watch = _ForkWatch()
    watch._in_child()
    watch.use()
    watch._in_child()
    with pytest.raises(ConfigurationError, match="typesetter_in_forked_process"):
        watch.use()
