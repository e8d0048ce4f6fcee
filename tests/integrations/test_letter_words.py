from datetime import date
from enum import StrEnum
from pathlib import Path

import pytest

from integrations.letter_templates import TEMPLATE_FOLDER
from integrations.letter_words import LANGUAGES, LetterWords
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
    ("precision", "ukrainian", "english"),
    [
        (Precision.DAY, "1 січня 2014 р.", "1 January 2014"),
        (Precision.MONTH, "січень 2014 р.", "January 2014"),
        (Precision.YEAR, "2014 р.", "2014"),
    ],
)
def test_a_date_is_said_as_far_as_it_is_known(precision: Precision, ukrainian: str, english: str) -> None:
    known = PartialDate(date(2014, 1, 1), precision)
    assert spoken(words["uk"].day(known)) == ukrainian
    assert spoken(words["en"].day(known)) == english


@pytest.mark.parametrize(
    ("born", "ukrainian", "english"),
    [
        (date(2015, 3, 9), "11 років", "11 years"),
        (date(2015, 3, 10), "10 років", "10 years"),
        (date(2025, 3, 9), "1 рік", "1 year"),
        (date(2023, 12, 31), "2 роки", "2 years"),
    ],
)
def test_an_age_is_said_in_full_years(born: date, ukrainian: str, english: str) -> None:
    known = PartialDate(born, Precision.DAY)
    assert spoken(words["uk"].age(known, date(2026, 3, 9))) == ukrainian
    assert spoken(words["en"].age(known, date(2026, 3, 9))) == english


def test_an_age_that_the_birth_year_leaves_open_is_said_as_a_range() -> None:
    known = PartialDate(date(2014, 1, 1), Precision.YEAR)
    assert spoken(words["uk"].age(known, date(2026, 3, 9))) == "11–12 років"


@pytest.mark.parametrize(
    ("code", "ukrainian", "english"),
    [
        ("UA", "Україна", "Ukraine"),
        ("KP", "Корейська Народно-Демократична Республіка", "Democratic People’s Republic of Korea"),
        ("DE", "Німеччина", "Germany"),
    ],
)
def test_countries_are_named_in_the_nominative(code: str, ukrainian: str, english: str) -> None:
    assert (words["uk"].country(code), words["en"].country(code)) == (ukrainian, english)


def test_languages_are_named() -> None:
    assert (words["uk"].tongue("uk"), words["en"].tongue("uk")) == ("українська", "Ukrainian")


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


def test_english_gives_the_original_spelling_in_brackets_and_ukrainian_as_it_stands() -> None:
    assert words["en"].spelling("Згурська Марія") == "Zghurska Mariia (Згурська Марія)"
    assert words["en"].spelling("Wonsan") == "Wonsan"
    assert words["uk"].spelling("Згурська Марія") == "Згурська Марія"


def test_an_unknown_language_and_unreadable_words_are_mistakes_of_the_installation(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="letter_language_unknown"):
        LetterWords("fr", FOLDER)
    with pytest.raises(ConfigurationError, match="letter_words_unreadable"):
        LetterWords("uk", tmp_path)
