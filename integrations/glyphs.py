"""Which characters the shipped fonts can print, read from the fonts themselves."""

import struct
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from models.errors import ConfigurationError, InvalidInput
from models.schemas.letters import LetterFacts, leaves

_ALL_PLANES_FORMAT = 12
_PARAGRAPH_BREAK = "\n"
# Controls, format characters (direction overrides, zero-width marks), private use and line separators: a reader
# does not see them, so a name that holds one is not the name it seems to be.
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


class PrintableCharacters:
    """The characters that every font of a folder can print.

    Raises ConfigurationError `fonts_missing` when the folder holds no font, `font_unreadable` when one has no
    Unicode character map.
    """

    def __init__(self, font_folder: Path) -> None:
        fonts = sorted(font_folder.rglob("*.ttf"))
        if not fonts:
            raise ConfigurationError("fonts_missing", "restore templates/fonts from the repository")
        covered = [_mapped_characters(path) for path in fonts]
        self._characters = frozenset(
            character
            for character in frozenset.intersection(*covered)
            if unicodedata.category(character) not in _INVISIBLE
        )

    def __contains__(self, character: str) -> bool:
        return character in self._characters

    def require(self, facts: LetterFacts) -> None:
        """Every text of the facts can be printed.

        Raises InvalidInput `character_not_printable` with the dotted field and the code point, never the value.
        """
        for path, value in leaves(facts):
            if isinstance(value, str):
                self._require_text(path, value)

    def _require_text(self, path: str, text: str) -> None:
        for character in text:
            if character not in self._characters and character != _PARAGRAPH_BREAK:
                raise InvalidInput(
                    "character_not_printable",
                    "correct this field: no shipped font has the character",
                    field=path,
                    code_point=f"U+{ord(character):04X}",
                )


def _mapped_characters(path: Path) -> frozenset[str]:
    font = path.read_bytes()
    try:
        codes = _code_points(font, _unicode_subtable(font, _table_offset(font, b"cmap")))
        return frozenset(map(chr, codes))
    except (struct.error, ValueError):
        raise ConfigurationError("font_unreadable", font=path.name) from None


def _table_offset(font: bytes, tag: bytes) -> int:
    """Where a table of the OpenType file begins (OpenType specification, table directory)."""
    for index in range(_u16(font, 4)):
        name, _, offset, _ = struct.unpack_from(">4sIII", font, 12 + 16 * index)
        if name == tag:
            return int(offset)
    msg = "no such table"
    raise ValueError(msg)


def _unicode_subtable(font: bytes, cmap: int) -> int:
    """The subtable that maps all of Unicode (format 12). A font without one is not shipped."""
    for index in range(_u16(font, cmap + 2)):
        _, _, offset = struct.unpack_from(">HHI", font, cmap + 4 + 8 * index)
        if _u16(font, cmap + offset) == _ALL_PLANES_FORMAT:
            return int(cmap + offset)
    msg = "no subtable for all of Unicode"
    raise ValueError(msg)


def _code_points(font: bytes, subtable: int) -> Iterator[int]:
    """Groups of consecutive code points."""
    (groups,) = struct.unpack_from(">I", font, subtable + 12)
    for index in range(groups):
        first, last, _ = struct.unpack_from(">III", font, subtable + 16 + 12 * index)
        yield from range(first, last + 1)


def _u16(font: bytes, offset: int) -> int:
    return int(struct.unpack_from(">H", font, offset)[0])
