"""Canaries: made-up personal values that stand nowhere else in the world, and a search for them in any spelling.

Every canary holds one of three stems, so a part of it, or a Latin spelling of it, is found as surely as the whole.
"""

import base64
import json
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote

from models.rules.romanise import romanise

NAME_STEM = "Жбугринько"
LATIN_STEM = "Qvextrop"
PHONE_STEM = "+38044739152"
_PHONE_SPELLINGS = ("38044739152", "044739152", "44 739 15 2", "44 739-15-2", "(044) 739", "(44) 739", "44-739-15-2")
_ALIGNMENTS = range(3)
_TEXT_UNTIL = 4096


def name(tail: str) -> str:
    """A word in Ukrainian that no dictionary and no register holds."""
    return f"{NAME_STEM}{tail}"


def latin(tail: str) -> str:
    """The same in Latin letters."""
    return f"{LATIN_STEM}{tail}"


def mail(tail: str) -> str:
    """A mail address."""
    return f"{LATIN_STEM.lower()}.{tail}@example.org"


def phone(last: int) -> str:
    """A telephone number in E.164; `last` is its last digit."""
    return f"{PHONE_STEM}{last}"


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a canary was found, and in which spelling."""

    path: Path
    encoding: str
    offset: int
    around: str


@cache
def spellings() -> tuple[tuple[str, bytes], ...]:
    """Every byte string that gives a canary away, with the name of its encoding."""
    words = [NAME_STEM, LATIN_STEM, romanise(NAME_STEM)]
    words = [form for word in words for form in (word, word.lower(), word.upper())] + list(_PHONE_SPELLINGS)
    found = {(encoding, spelt) for word in words for encoding, spelt in _spelt(word) if len(spelt) >= len(LATIN_STEM)}
    return tuple(sorted(found))


def find_in(content: bytes) -> list[tuple[str, int]]:
    """Return encoding and offset of the first hit of every spelling; folded text is unfolded too."""
    hits = _find_plain(content)
    if b"\x00" not in content[:_TEXT_UNTIL] and b"\n" in content:
        for unfolded in (re.sub(rb"\r?\n[ \t]?", b"", content), re.sub(rb"=\r?\n", b"", content)):
            hits += [(f"{encoding}, folded", offset) for encoding, offset in _find_plain(unfolded)]
    return hits


def search(*places: Path) -> list[Hit]:
    """Search files, whole folders and their files' names. A place that is not there is a mistake."""
    hits = []
    for place in places:
        for path in _files_of(place):
            content = path.read_bytes()
            hits += [_hit(path, content, *found) for found in find_in(content)]
            hits += [_hit(path, b"", *found) for found in find_in(path.name.encode())]
    return hits


def search_text(*texts: str) -> list[Hit]:
    """Search what was printed or raised."""
    return [_hit(Path("text"), text.encode(), *found) for text in texts for found in find_in(text.encode())]


def _hit(path: Path, content: bytes, encoding: str, offset: int) -> Hit:
    around = content[max(0, offset - 60) : offset + 60].decode("utf-8", "replace")
    return Hit(path, encoding, offset, around)


def _files_of(place: Path) -> Iterator[Path]:
    if place.is_file():
        yield place
        return
    names = list(place.rglob("*"))
    assert place.is_dir(), place
    yield from (path for path in names if path.is_file() and not path.is_symlink())


def _find_plain(content: bytes) -> list[tuple[str, int]]:
    return [(encoding, offset) for encoding, spelt in spellings() if (offset := content.find(spelt)) >= 0]


def _spelt(word: str) -> Iterator[tuple[str, bytes]]:
    utf8 = word.encode()
    yield "utf-8", utf8
    yield "utf-16", word.encode("utf-16-le")
    yield "utf-16", word.encode("utf-16-be")
    yield "cp1251", word.encode("cp1251")
    for alignment in _ALIGNMENTS:
        yield from (("base64", spelt) for spelt in _base64(utf8, alignment))
    yield "hex", utf8.hex().encode()
    yield "hex", utf8.hex().upper().encode()
    yield "percent", quote(word, safe="").encode()
    yield "percent", re.sub("%..", lambda found: found[0].lower(), quote(word, safe="")).encode()
    escaped = json.dumps(word)[1:-1]
    yield "json", escaped.encode()
    yield "json", re.sub(r"\\u....", lambda found: "\\u" + found[0][2:].upper(), escaped).encode()
    yield "quoted-printable", quopri.encodestring(utf8).replace(b"=\n", b"")
    yield "quoted-printable", quopri.encodestring(utf8, header=True).replace(b"=\n", b"")


def _base64(utf8: bytes, alignment: int) -> Iterator[bytes]:
    """The characters that the word's own bytes decide, wherever it begins within three bytes."""
    padded = bytes(alignment) + utf8
    whole = base64.b64encode(padded).rstrip(b"=")
    first = (0, 2, 3)[alignment]
    decided = len(padded) * 8 // 6
    yield whole[first:decided]
    yield base64.urlsafe_b64encode(padded).rstrip(b"=")[first:decided]
