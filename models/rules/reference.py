"""Case references: `2026-004821-C`, which people read over the telephone and type by hand.

Year, serial, and an ISO 7064 check character (MOD 37,36) over both. What the check character promises:
every single mistyped character is caught, and every swap of two characters that stand one apart. A swap of
two neighbours is caught unless the digits differ by exactly one, and then it slips through about once in
forty: 1 in 200 of all neighbour swaps. Two mistyped digits slip through about once in thirty. So a
reference that reads well is not yet the right case; whoever acts on it looks at the case it opens.
"""

import re
import unicodedata

from stdnum.iso7064 import mod_37_36

from models.errors import InvalidInput

_LONGEST_TYPED = 40
_SERIALS_A_YEAR = 999_999
_YEARS = range(1000, 10_000)
_READABLE = re.compile(r"([0-9]{4})([0-9]{6})([0-9A-Z])")
_AS_WRITTEN = re.compile(r"([0-9]{4})-([0-9]{6})-([0-9A-Z])")
_FORM = "year, six digits, one check character, as in 2026-000001-Z"

# Letters that look alike on a Ukrainian keyboard and a Latin one.
_LATIN_FOR_CYRILLIC = str.maketrans("АВСЕНІКМОРТУХ", "ABCEHIKMOPTYX")
# Dashes, the minus sign, low lines and slashes that stand for them; spaces and invisible marks that come
# with pasting.
_SEPARATOR_CATEGORIES = {"Pd", "Pc", "Zs", "Zl", "Zp", "Cf", "Cc"}
_SEPARATORS = {"\N{MINUS SIGN}", "/", "."}


def make_reference(year: int, serial: int) -> str:
    """The reference of the `serial`-th case (from 1) of a year: 2026 and 4821 make '2026-004821-C'.

    `InvalidInput` for a year that has not four digits or a serial outside 1 to 999,999.
    """
    if year not in _YEARS or not 1 <= serial <= _SERIALS_A_YEAR:
        raise InvalidInput(
            "reference_out_of_range",
            advice=f"a year has four digits and at most {_SERIALS_A_YEAR} cases",
            year=year,
            serial=serial,
        )
    numbered = f"{year}{serial:06d}"
    return f"{year}-{serial:06d}-{mod_37_36.calc_check_digit(numbered)}"


def parse_reference(typed: str) -> str:
    """The reference a person meant: any case, any or no dashes and spaces, Cyrillic letters for Latin ones.

    `InvalidInput` with code `reference_unreadable` or `reference_check_character_wrong`. What was typed is
    not in the error, for people paste names into the wrong field.
    """
    # Most come as they were given out, from a program or copied: in them there is nothing to make out.
    readable = _AS_WRITTEN.fullmatch(typed) or _READABLE.fullmatch(_compact(typed[: _LONGEST_TYPED + 1]))
    if readable is None or len(typed) > _LONGEST_TYPED:
        raise InvalidInput("reference_unreadable", advice=f"a case reference is {_FORM}")
    year, serial, check_character = readable.groups()
    if mod_37_36.calc_check_digit(year + serial) != check_character:
        raise InvalidInput(
            "reference_check_character_wrong",
            advice="compare it, character by character, with where it was read; 0 and O differ, 1 and I too",
        )
    return f"{year}-{serial}-{check_character}"


def _compact(typed: str) -> str:
    characters = unicodedata.normalize("NFKC", typed).upper()
    return "".join(each for each in characters if not _separates(each)).translate(_LATIN_FOR_CYRILLIC)


def _separates(character: str) -> bool:
    return character in _SEPARATORS or unicodedata.category(character) in _SEPARATOR_CATEGORIES
