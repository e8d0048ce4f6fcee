"""Ukrainian names in Latin letters, as passports spell them (Cabinet of Ministers Resolution 55/2010)."""

import unicodedata

_EVERYWHERE = {
    "а": "a",
    "б": "b",
    "в": "v",
    "г": "h",
    "ґ": "g",
    "д": "d",
    "е": "e",
    "ж": "zh",
    "з": "z",
    "и": "y",
    "і": "i",
    "к": "k",
    "л": "l",
    "м": "m",
    "н": "n",
    "о": "o",
    "п": "p",
    "р": "r",
    "с": "s",
    "т": "t",
    "у": "u",
    "ф": "f",
    "х": "kh",
    "ц": "ts",
    "ч": "ch",
    "ш": "sh",
    "щ": "shch",
    "ь": "",
}
_AT_THE_START = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}
_INSIDE = {"є": "ie", "ї": "i", "й": "i", "ю": "iu", "я": "ia"}
# The resolution drops the apostrophe; people type it as any of these. Outside a word they stay what they are.
_APOSTROPHES = frozenset("'ʼ’`")
_CYRILLIC_FIRST, _CYRILLIC_LAST = "\u0400", "\u052f"


def is_cyrillic(text: str) -> bool:
    """Whether any letter of the text is Cyrillic, and so has a Latin spelling to give."""
    return any(_CYRILLIC_FIRST <= character <= _CYRILLIC_LAST for character in text)


def romanise(text: str) -> str:
    """The text with every Ukrainian word in Latin letters; all else stays as it stands.

    Word-initial forms differ (Є, Ї, Й, Ю, Я), зг becomes zgh, the soft sign and the apostrophe inside a word
    are dropped. A word in capitals stays in capitals. Letters the resolution does not know (Russian ы, э, ё,
    ъ) stay Cyrillic: guessing would change somebody's name.
    """
    composed = unicodedata.normalize("NFC", text)
    return "".join(_latin(composed, index) for index in range(len(composed)))


def _latin(text: str, index: int) -> str:
    """What stands in Latin letters for the character at `index`."""
    character = text[index]
    before, after = text[:index][-1:], text[index + 1 :][:1]
    if character in _APOSTROPHES:
        return "" if is_cyrillic(before) and is_cyrillic(after) else character
    letter = character.lower()
    if letter == "г" and before.lower() == "з":
        latin = "gh"
    elif letter in _AT_THE_START:
        latin = (_INSIDE if _continues_a_word(text, index) else _AT_THE_START)[letter]
    else:
        latin = _EVERYWHERE.get(letter, character)
    return _in_the_case_of(latin, character, before, after)


def _continues_a_word(text: str, index: int) -> bool:
    """Whether a letter stands before; an apostrophe or an accent inside the word does not begin a new one."""
    before = text[:index].rstrip("".join(_APOSTROPHES) + "\u0301")
    return before[-1:].isalpha()


def _in_the_case_of(latin: str, character: str, before: str, after: str) -> str:
    """Capitals as in the original: Щербак gives Shcherbak, ЩЕРБАК gives SHCHERBAK."""
    if not character.isupper() or latin == character:
        return latin
    in_capitals = after.isupper() or (not after.isalpha() and before.isupper())
    return latin.upper() if in_capitals else latin.capitalize()
