"""How a letter says dates, ages, countries, languages and coded facts, in the letter's own language."""

import re
from datetime import date
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from babel import Locale
from babel.dates import format_date
from babel.units import format_unit
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from models.errors import ConfigurationError, InvalidInput
from models.rules.partial_dates import PartialDate, age_on
from models.rules.romanise import is_cyrillic, romanise
from models.statuses import Precision

_DATE_PATTERNS = MappingProxyType(
    {
        "uk": {Precision.DAY: "d MMMM y 'р'.", Precision.MONTH: "LLLL y 'р'.", Precision.YEAR: "y 'р'."},
        "en": {Precision.DAY: "d MMMM y", Precision.MONTH: "MMMM y", Precision.YEAR: "y"},
        "ru": {Precision.DAY: "d MMMM y 'г'.", Precision.MONTH: "LLLL y 'г'.", Precision.YEAR: "y 'г'."},
        "fr": {Precision.DAY: "d MMMM y", Precision.MONTH: "LLLL y", Precision.YEAR: "y"},
    }
)
_FIRST_DAY = MappingProxyType({"fr": "d'er' MMMM y"})
_IN_LATIN_LETTERS = frozenset({"en", "fr"})
LANGUAGES = frozenset(_DATE_PATTERNS)
_NUMBERED = MappingProxyType(
    {
        "uk": "{subject} № {number}",
        "en": "{subject}, No. {number}",
        "ru": "{subject} № {number}",
        "fr": "{subject}, n° {number}",
    }
)
_NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


class LetterWords:
    """The words of one language: its coded facts from `_words/<language>.yaml`, the rest from Unicode CLDR.

    Raises ConfigurationError `letter_language_unknown` or `letter_words_unreadable`.
    """

    def __init__(self, language: str, words_folder: Path) -> None:
        if language not in LANGUAGES:
            raise ConfigurationError("letter_language_unknown", language=language)
        self.language = language
        self._locale = Locale.parse(language)
        self._patterns = _DATE_PATTERNS[language]
        self._words = _read_words(words_folder / f"{language}.yaml")

    def day(self, known: date | PartialDate) -> str:
        """A date as far as it is known: 9 березня 2014 р., березень 2014 р., 1er mars 2014; never parted at a space."""
        dated = known if isinstance(known, PartialDate) else PartialDate(known, Precision.DAY)
        pattern = self._patterns[dated.precision]
        if dated.precision is Precision.DAY and dated.earliest.day == 1:
            pattern = _FIRST_DAY.get(self.language, pattern)
        return format_date(dated.earliest, pattern, self._locale).replace(" ", _NO_BREAK_SPACE)

    def age(self, born: PartialDate, on: date) -> str:
        """Full years on that day: 11 років; 10–11 років when the birth date leaves both open."""
        least, most = age_on(born, on)
        years = str(format_unit(most, "year", "long", locale=self._locale))
        return years if least == most else years.replace(str(most), f"{least}–{most}", 1)

    def country(self, code: str) -> str:
        """A country's name in the nominative, by its ISO 3166-1 alpha-2 code."""
        name: str | None = self._words["country"].get(code, self._locale.territories.get(code))
        if name is None:
            raise InvalidInput("country_without_name", country=code, language=self.language)
        return name

    def tongue(self, code: str) -> str:
        """A language's name in the nominative, by its ISO 639 code."""
        name: str | None = self._locale.languages.get(code)
        if name is None:
            raise InvalidInput("language_without_name", tongue=code, language=self.language)
        return name

    def word(self, coded: StrEnum) -> str:
        """The words for a coded fact, such as a relation or a letter's state."""
        section = re.sub(r"(?<!^)(?=[A-Z])", "_", type(coded).__name__).lower()
        words = self._words.get(section, {}).get(coded.value)
        if words is None:
            raise ConfigurationError("code_without_words", section=section, language=self.language)
        return words

    def spelling(self, name: str) -> str:
        """A name as this language spells it: in English and French, Latin letters with the original in brackets."""
        if self.language not in _IN_LATIN_LETTERS or not is_cyrillic(name):
            return name
        return f"{romanise(name)} ({name})"


def numbered(subject: str, number: str, language: str) -> str:
    """The subject of the mail that carries a letter: what it is and its number, in one of LANGUAGES."""
    return _NUMBERED[language].format(subject=subject, number=number)


def _read_words(path: Path) -> dict[str, dict[str, str]]:
    try:
        sections = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except (OSError, YAMLError):
        raise ConfigurationError("letter_words_unreadable", file=path.name) from None
    return {section: dict(words) for section, words in sections.items()}
