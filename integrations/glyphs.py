"""Which characters the shipped fonts can print, read from the fonts themselves."""

import struct
import unicodedata
from functools import cached_property, lru_cache
from itertools import groupby
from pathlib import Path

from fontTools.ttLib import TTFont, TTLibError

from models.errors import ConfigurationError, InvalidInput
from models.schemas.letter_fields import leaves
from models.schemas.letters import LetterFacts

_PARAGRAPH_BREAK = "\n"
# Controls, format characters (direction overrides, zero-width marks), private use and line separators: a reader
# does not see them, so a name that holds one is not the name it seems to be.
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


class PrintableCharacters:
    """The characters that some font family of a folder prints in every one of its faces.

    A family is a folder of faces (regular, bold, italic): a character that only the regular face has would be missing
    where a name is set in bold. The fonts are read at the first question, once for all instances of a process while
    their files stay as they are. Raises ConfigurationError `fonts_missing` when the folder holds no font, and at the
    first question `font_unreadable` when one has no Unicode character map.
    """

    def __init__(self, font_folder: Path) -> None:
        self._fonts = tuple(sorted(font_folder.rglob("*.ttf")))
        if not self._fonts:
            raise ConfigurationError("fonts_missing", "restore templates/fonts from the repository")

    @cached_property
    def _characters(self) -> frozenset[str]:
        return _printed_by(tuple(_stamped(path) for path in self._fonts))

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


def _stamped(path: Path) -> tuple[Path, int, int]:
    """The font with what changes when its file does: size and time of the last change, in nanoseconds."""
    stamp = path.stat()
    return path, stamp.st_size, stamp.st_mtime_ns


@lru_cache(maxsize=8)
def _printed_by(fonts: tuple[tuple[Path, int, int], ...]) -> frozenset[str]:
    families = groupby((path for path, _, _ in fonts), key=lambda path: path.parent)
    covered = (frozenset.intersection(*map(_mapped_characters, faces)) for _, faces in families)
    return frozenset(
        character for character in frozenset[str]().union(*covered) if unicodedata.category(character) not in _INVISIBLE
    )


def _mapped_characters(path: Path) -> frozenset[str]:
    """The characters of one face, by its best map of Unicode (OpenType specification, cmap)."""
    try:
        with path.open("rb") as file, TTFont(file, lazy=True) as font:
            mapped = font.getBestCmap() or {}
    except (TTLibError, KeyError, AssertionError, struct.error):
        mapped = {}
    if not mapped:
        raise ConfigurationError("font_unreadable", font=path.name)
    return frozenset(map(chr, mapped))
