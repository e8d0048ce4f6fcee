from datetime import date
from enum import StrEnum
from pathlib import Path

import pytest

from integrations.letter_templates import TEMPLATE_FOLDER
from integrations.letter_words import LANGUAGES, LetterWords, numbered
from models.errors import ConfigurationError, InvalidInput
from models.rules.partial_dates import PartialDate
from models.statuses import (
    Basis,
    InformationGrade,
    LetterState,
    Precision,
    ReportOffice,
    SourceGrade,
    SourceKind,
    Territory,
)

FOLDER = TEMPLATE_FOLDER / "letters" / "_words"
words = {language: LetterWords(language, FOLDER) for language in LANGUAGES}


def spoken(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("precision", "ukrainian", "english", "russian", "french"),
    [
        (Precision.DAY, "1 січня 2014 р.", "1 January 2014", "1 января 2014 г.", "1er janvier 2014"),
        (Precision.MONTH, "січень 2014 р.", "January 2014", "январь 2014 г.", "janvier 2014"),
        (Precision.YEAR, "2014 р.", "2014", "2014 г.", "2014"),
    ],
)
def test_a_date_is_said_as_far_as_it_is_known(
    precision: Precision, ukrainian: str, english: str, russian: str, french: str
) -> None:
    known = PartialDate(date(2014, 1, 1), precision)
    said = {language: spoken(of.day(known)) for language, of in words.items()}
    assert said == {"uk": ukrainian, "en": english, "ru": russian, "fr": french}


def test_in_french_the_first_day_alone_is_an_ordinal() -> None:
    assert spoken(words["fr"].day(date(2026, 3, 9))) == "9 mars 2026"
    assert spoken(words["fr"].day(date(2026, 3, 11))) == "11 mars 2026"
    assert spoken(words["ru"].day(date(2026, 3, 9))) == "9 марта 2026 г."


@pytest.mark.parametrize(
    ("born", "ukrainian", "english", "russian", "french"),
    [
        (date(2015, 3, 9), "11 років", "11 years", "11 лет", "11 ans"),
        (date(2015, 3, 10), "10 років", "10 years", "10 лет", "10 ans"),
        (date(2025, 3, 9), "1 рік", "1 year", "1 год", "1 an"),
        (date(2023, 12, 31), "2 роки", "2 years", "2 года", "2 ans"),
    ],
)
def test_an_age_is_said_in_full_years(born: date, ukrainian: str, english: str, russian: str, french: str) -> None:
    known = PartialDate(born, Precision.DAY)
    said = {language: spoken(of.age(known, date(2026, 3, 9))) for language, of in words.items()}
    assert said == {"uk": ukrainian, "en": english, "ru": russian, "fr": french}


def test_an_age_that_the_birth_year_leaves_open_is_said_as_a_range() -> None:
    known = PartialDate(date(2014, 1, 1), Precision.YEAR)
    assert spoken(words["uk"].age(known, date(2026, 3, 9))) == "11–12 років"


@pytest.mark.parametrize(
    ("code", "ukrainian", "english", "russian", "french"),
    [
        ("UA", "Україна", "Ukraine", "Украина", "Ukraine"),
        (
            "KP",
            "Корейська Народно-Демократична Республіка",
            "Democratic People’s Republic of Korea",
            "Корейская Народно-Демократическая Республика",
            "République populaire démocratique de Corée",
        ),
        ("RU", "Російська Федерація", "Russian Federation", "Российская Федерация", "Fédération de Russie"),
        ("BY", "Республіка Білорусь", "Belarus", "Республика Беларусь", "Bélarus"),
        ("DE", "Німеччина", "Germany", "Германия", "Allemagne"),
    ],
)
def test_countries_are_named_in_the_nominative(
    code: str, ukrainian: str, english: str, russian: str, french: str
) -> None:
    named = {language: of.country(code) for language, of in words.items()}
    assert named == {"uk": ukrainian, "en": english, "ru": russian, "fr": french}


def test_languages_are_named() -> None:
    named = {language: of.tongue("uk") for language, of in words.items()}
    assert named == {"uk": "українська", "en": "Ukrainian", "ru": "украинский", "fr": "ukrainien"}


def test_codes_that_name_nothing_are_refused() -> None:
    with pytest.raises(InvalidInput, match="country_without_name"):
        words["uk"].country("QQ")
    with pytest.raises(InvalidInput, match="language_without_name"):
        words["uk"].tongue("qqq")


NEVER_SENT = {
    LetterState.DRAFT,
    LetterState.APPROVED,
    LetterState.REJECTED,
    LetterState.QUEUED,
    LetterState.STOPPED,
    LetterState.UNDELIVERABLE,
}


@pytest.mark.parametrize("language", sorted(LANGUAGES))
@pytest.mark.parametrize(
    "codes", [Basis, ReportOffice, LetterState, SourceKind, Territory, SourceGrade, InformationGrade]
)
def test_every_code_a_letter_can_carry_has_words(language: str, codes: type[StrEnum]) -> None:
    for code in codes:
        if code in NEVER_SENT:
            with pytest.raises(ConfigurationError, match="code_without_words"):
                words[language].word(code)
        else:
            assert words[language].word(code)


def test_latin_languages_give_the_original_spelling_in_brackets_and_cyrillic_ones_leave_it_as_it_stands() -> None:
    for language in ("en", "fr"):
        assert words[language].spelling("Згурська Марія") == "Zghurska Mariia (Згурська Марія)"
        assert words[language].spelling("Wonsan") == "Wonsan"
    for language in ("uk", "ru"):
        assert words[language].spelling("Згурська Марія") == "Згурська Марія"


def test_a_mails_subject_ends_in_the_letters_number() -> None:
    said = {language: numbered("X", "01-12/345", language) for language in LANGUAGES}
    assert said == {"uk": "X № 01-12/345", "en": "X, No. 01-12/345", "ru": "X № 01-12/345", "fr": "X, n° 01-12/345"}


def test_an_unknown_language_and_unreadable_words_are_mistakes_of_the_installation(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="letter_language_unknown"):
        LetterWords("de", FOLDER)
    with pytest.raises(ConfigurationError, match="letter_words_unreadable"):
        LetterWords("uk", tmp_path)
