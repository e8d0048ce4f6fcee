"""How letters are written in each language: apostrophes, quotes, dashes, blanks, and not a word of another language."""

import re

import pytest

from casework.letter_samples import Sample
from integrations.letter_templates import TEMPLATE_FOLDER
from integrations.letter_words import LetterWords
from tests.letters.printed import SAMPLES, every_sample, prose_of, text_of

BY_LANGUAGE = {
    language: [each for each in SAMPLES if each.language == language] for language in ("uk", "en", "ru", "fr")
}
CYRILLIC = "А-Яа-яІЇЄҐіїєґЁё"
# The apostrophe and the quotes that each language does not use.
FOREIGN_SIGNS = {
    "uk": r"['’`´“”„\"‘]",
    "en": r"['ʼ`´«»„\"]",
    "ru": r"['’ʼ`´“”„\"‘]",
    "fr": r"['ʼ`´“”„\"‘]",
}
OWN_QUOTES = {"uk": "«»", "en": "“”", "ru": "«»", "fr": "«»"}
# What another language has and this one has not: letters, and the commonest words.
FOREIGN_WORDS = {
    "uk": r"[ыэёъЫЭЁЪ]|\b(?:что|как|или|также|ребёнка|дело)\b",
    "en": rf"[{CYRILLIC}]|[éèêàçùœ]|\b(?:le|la|les|des|du|pour|dans|une|nous|vous|qui)\b",
    "ru": r"[іїєґІЇЄҐʼ]|\b(?:що|як|або|також|та|дитини|справа)\b",
    "fr": rf"[{CYRILLIC}]|\b(?:the|of|and|with|which|our|this|that|child|letter|case|page \d+ of)\b",
}
# Latin letters in a Ukrainian or Russian letter: the symbol of a UN document, a Protocol's number, lettered items of a
# law, a category of claims, a hash.
LATIN_ALLOWED = re.compile(r"A/ES\.11/L\.16/Rev\.1|\(\w\)\([ivx]+\)|\([a-s]\)|SHA-256|\bI\b|\bA2\.8\b")
MONTHS = "січня|лютого|березня|квітня|травня|червня|липня|серпня|вересня|жовтня|листопада|грудня"
MONTHS += "|января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря"
MONTHS += "|January|February|March|April|June|July|August|September|October|November|December"
MONTHS += "|janvier|février|mars|avril|juin|juillet|août|septembre|octobre|novembre|décembre"
LOOSE = re.compile(rf"(?:№|No\.|n°) [\d{{]|\d (?:р|г)\.|\b\d{{1,2}} (?:{MONTHS})\b")
_TAG = re.compile(r"\{%.*?%\}|\{#.*?#\}")
# In French a blank stands before these and inside the quotes, and never lets go of its word.
LOOSE_FRENCH = re.compile(r"[^\s\u00a0\u202f\d/][;!?»]|[ \n][;!?»:]|«(?![\u00a0\u202f])")
# A country comes from a filter, in the nominative: behind these it would stand in a wrong case or lack its article.
BEFORE_A_CASE = {
    "uk": r"\b(?:в|у|з|із|зі|до|на|від|про|щодо|для|при|біля|через|влада|владу|влади) ",
    "ru": r"\b(?:в|во|из|на|от|о|об|до|к|с|по|для|при|через|власти|властям) ",
    "en": r"\b(?:in|to|from|of|by|with|at|into|for) ",
    "fr": r"\b(?:en|à|de|du|au|aux|vers|dans|par|des) ",
}


def whole(samples: list[Sample], pattern: str | re.Pattern[str]) -> dict[str, list[str]]:
    """What of a pattern the templates' own words hold, by letter."""
    found = {str(each): re.findall(pattern, prose_of(each)) for each in samples}
    return {name: what for name, what in found.items() if what}


@pytest.mark.parametrize("language", BY_LANGUAGE)
def test_apostrophes_and_quotes_are_those_of_the_language(language: str) -> None:
    assert whole(BY_LANGUAGE[language], FOREIGN_SIGNS[language]) == {}


@pytest.mark.parametrize("language", ["uk", "en", "fr"])
def test_every_quote_that_opens_is_closed_and_there_are_some(language: str) -> None:
    opening, closing = OWN_QUOTES[language]
    prose = [prose_of(each) for each in BY_LANGUAGE[language]]
    assert all(each.count(opening) == each.count(closing) for each in prose)
    assert any(opening in text_of(each) for each in BY_LANGUAGE[language])


@pytest.mark.parametrize("language", BY_LANGUAGE)
def test_no_fragment_is_left_in_another_language(language: str) -> None:
    assert whole(BY_LANGUAGE[language], re.compile(FOREIGN_WORDS[language], re.IGNORECASE)) == {}


@pytest.mark.parametrize("language", ["uk", "ru"])
def test_a_letter_in_cyrillic_holds_no_latin_letters_but_symbols(language: str) -> None:
    prose = {str(each): LATIN_ALLOWED.sub("", prose_of(each)) for each in BY_LANGUAGE[language]}
    assert {name: found for name, text in prose.items() if (found := re.findall("[A-Za-z]+", text))} == {}


@every_sample
def test_a_dash_is_no_hyphen_and_a_range_has_an_en_dash(sample: Sample) -> None:
    assert not re.search(r" - |--|\d-\d", prose_of(sample))


@pytest.mark.parametrize("language", BY_LANGUAGE)
def test_a_country_stands_in_the_nominative_and_in_english_with_its_article(language: str) -> None:
    words = LetterWords(language, TEMPLATE_FOLDER / "letters" / "_words")
    countries = "|".join(re.escape(words.country(code)) for code in ("KP", "RU", "UA", "BY"))
    if language == "en":
        countries = "|".join(re.escape(words.country(code)) for code in ("KP", "RU"))
    wrong = re.compile(f"{BEFORE_A_CASE[language]}(?:{countries})(?!\\w)", re.IGNORECASE)
    texts = {str(each): text_of(each) for each in BY_LANGUAGE[language]}
    assert {name: found for name, text in texts.items() if (found := wrong.findall(text))} == {}
    assert any(words.country("KP") in text for text in texts.values())


@pytest.mark.parametrize("language", BY_LANGUAGE)
def test_what_belongs_together_never_parts_at_a_line_end(language: str) -> None:
    """In the templates, where a blank that holds is a tilde: the number sign, a day, a sign of French."""
    found = {}
    for path in sorted((TEMPLATE_FOLDER / "letters").rglob(f"*{language}.typ.j2")):
        own = _TAG.sub("", path.read_text(encoding="utf-8").replace("~", "\u00a0"))
        loose = [*LOOSE.findall(own), *(LOOSE_FRENCH.findall(own) if language == "fr" else ())]
        if loose:
            found[f"{path.parent.name}/{path.name}"] = loose
    assert found == {}


@pytest.mark.parametrize(
    ("pattern", "mistake"),
    [
        (FOREIGN_SIGNS["uk"], "зв’язок"),
        (FOREIGN_SIGNS["uk"], "“лист”"),
        (FOREIGN_SIGNS["en"], "the child's case"),
        (FOREIGN_SIGNS["fr"], "l'enfant"),
        (FOREIGN_WORDS["uk"], "вывезли"),
        (FOREIGN_WORDS["ru"], "дитину та родину"),
        (FOREIGN_WORDS["en"], "Date справи"),
        (FOREIGN_WORDS["fr"], "page 1 of 2"),
        (LOOSE.pattern, "лист № 12"),
        (LOOSE.pattern, "9 березня"),
        (LOOSE.pattern, "No. {{ letter.outgoing_number }}"),
        (LOOSE_FRENCH.pattern, "le sort ; le lieu"),
        (LOOSE_FRENCH.pattern, "« vacances\u00a0»"),
        (f"{BEFORE_A_CASE['uk']}Корейська", "перебуває в Корейська Народно-Демократична Республіка"),
        (f"{BEFORE_A_CASE['en']}Russian Federation", "is in Russian Federation"),
    ],
)
def test_each_of_these_mistakes_would_be_found(pattern: str, mistake: str) -> None:
    assert re.search(pattern, mistake)
