import pytest
from babel import Locale

from models.rules.codes import COUNTRY_CODES, LANGUAGE_CODES


def test_there_are_249_countries() -> None:
    assert len(COUNTRY_CODES) == 249
    assert {"UA", "RU", "BY", "KP", "PL", "VA", "QA"} < COUNTRY_CODES
    assert COUNTRY_CODES.isdisjoint({"UN", "EU", "ZZ", "XK", "SU", "ua"})


@pytest.mark.parametrize("language", ["uk", "en"])
def test_every_country_and_language_has_a_name_to_print(language: str) -> None:
    locale = Locale(language)
    assert set(locale.territories) >= COUNTRY_CODES
    assert set(locale.languages) >= LANGUAGE_CODES
    assert {"uk", "ru", "en", "crh", "rom"} < LANGUAGE_CODES
