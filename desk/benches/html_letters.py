"""The same letters as HTML, for WeasyPrint: the words of a Typst source under the same fonts, margins and footer."""

import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from itertools import groupby
from pathlib import Path

_LITERAL = re.compile(r'#"((?:[^"\\]|\\.)*)";?')
_CODE_POINT = re.compile(r"\\u\{([0-9a-f]+)\}")
_FACT = re.compile(r"#fact\[(.*?)\]\[(.*)\]")
_CALL = re.compile(r"#[a-z-]+[\[(]?|[\[\]\\]|^\(|^\s*\)")
_BODY = "#letterhead("
_CSS = """
@page { size: A4; margin: 20mm 18mm 22mm 30mm;
  @bottom-left { content: string(reference); font-size: 9.5pt }
  @bottom-right { content: counter(page) ' / ' counter(pages); font-size: 9.5pt } }
body { font-family: 'Charis SIL'; font-size: 11pt; line-height: 1.35 }
h1 { font-size: 12pt; string-set: reference content() } h2 { font-size: 11pt; break-after: avoid }
.letterhead { text-align: center; font-weight: bold; border-bottom: 0.6pt solid; margin-bottom: 1em }
.signature { break-before: avoid }
.head { display: grid; grid-template-columns: 1fr 8.4cm; column-gap: 1em } p { margin: 0 0 0.9em }
.head p, .letterhead p { margin: 0 } section { break-inside: avoid }
dl { display: grid; grid-template-columns: 5.5cm 1fr; margin: 0 } dt { color: #5a5a5a } dd { margin: 0 }
"""
_ELEMENTS = {"dl": "dl", "li": "ol"}
_LAYOUT = {
    "#letterhead(": '<div class="letterhead">',
    "#signature(": '<div class="signature">',
    ")": "</div>",
    "#head[": '<div class="head"><div>',
    "][": "</div><div>",
    "#together[": "<section>",
    "]": "</section>",
}


@contextmanager
def open_weasyprint(fonts: Path) -> Iterator[Callable[[bytes], bytes] | None]:
    """Yield what sets a Typst source's words as PDF/A-3a by WeasyPrint; None where it or its Pango is not installed.

    Fonts and style sheet are read once, as the compiler's fonts are.
    """
    try:
        from weasyprint import CSS, HTML  # noqa: PLC0415 - only this bench asks for it
        from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415 - as above
    except (ImportError, OSError):
        # OSError: the package is there, Pango is not.
        yield None
        return
    kept = {"font_config": FontConfiguration()}
    kept["stylesheets"] = [CSS(string=_faces(fonts) + _CSS, **kept)]

    def typeset(source: bytes) -> bytes:
        with warnings.catch_warnings():
            # It leaves the file of its colour profile to the garbage collector.
            warnings.simplefilter("ignore", ResourceWarning)
            return bytes(HTML(string=letter_as_html(source)).write_pdf(pdf_variant="pdf/a-3a", **kept))

    yield typeset
    # Its folder of fonts goes with it.
    kept.clear()


def letter_as_html(source: bytes) -> str:
    """Return the words of a letter's Typst source as HTML: headings, facts, requests and paragraphs."""
    _, start, body = source.decode().partition(_BODY)
    text = _LITERAL.sub(lambda found: _text(found[1]), start + body).replace("~", "\N{NO-BREAK SPACE}")
    parts = [_part(line) for line in text.splitlines() if line.strip()]
    written = "".join(_grouped(element, [words for _, words in run]) for element, run in groupby(parts, lambda p: p[0]))
    return f'<html lang="uk"><head><title>Letter</title></head><body>{written}</body></html>'


def _part(line: str) -> tuple[str, str]:
    """Return a line's element and the words in it; a line that only lays out is HTML already."""
    if line in _LAYOUT:
        return "", _LAYOUT[line]
    if found := _FACT.search(line):
        return "dl", f"<dt>{_plain(found[1])}</dt><dd>{_plain(found[2])}</dd>"
    if line.startswith("== "):
        return "h2", _plain(line[3:])
    if line.startswith("#subject["):
        return "", f"</div></div><h1>{_plain(line.removeprefix('#subject'))}</h1>"
    if line.startswith("+ "):
        return "li", f"<li>{_plain(line[2:])}</li>"
    return "p", _plain(line)


def _grouped(element: str, words: list[str]) -> str:
    if not element:
        return "".join(words)
    around = _ELEMENTS.get(element)
    if around is not None:
        return f"<{around}>{''.join(words)}</{around}>"
    return "".join(f"<{element}>{each}</{element}>" for each in words if each)


def _plain(text: str) -> str:
    return escape(_CALL.sub("", text).strip(" ,"))


def _text(literal: str) -> str:
    return _CODE_POINT.sub(lambda found: chr(int(found[1], 16)), literal)


def _faces(fonts: Path) -> str:
    return "".join(_face(path) for path in sorted((fonts / "charis-sil").glob("*.ttf")))


def _face(path: Path) -> str:
    weight = "bold" if "Bold" in path.stem else "normal"
    style = "italic" if "Italic" in path.stem else "normal"
    return (
        f"@font-face {{ font-family: 'Charis SIL'; src: url('{path.as_uri()}'); "
        f"font-weight: {weight}; font-style: {style} }}\n"
    )
