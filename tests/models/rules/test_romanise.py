import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.romanise import is_cyrillic, romanise

UKRAINIAN_LETTERS = "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя"


@pytest.mark.parametrize(
    ("ukrainian", "latin"),
    [
        ("Андрій", "Andrii"),
        ("Згорани", "Zghorany"),
        ("Розгон", "Rozghon"),
        ("Михайло", "Mykhailo"),
        ("Єлизавета", "Yelyzaveta"),
        ("Їжакевич Йосип Юрійович", "Yizhakevych Yosyp Yuriiovych"),
        ("Яготин", "Yahotyn"),
        ("Костянтин", "Kostiantyn"),
        ("Знамʼянка", "Znamianka"),
        ("Знам'янка", "Znamianka"),
        ("Знам’янка", "Znamianka"),
        ("Короп’є", "Koropie"),
        ("Ґалаґан", "Galagan"),
        ("Гадяч", "Hadiach"),
        ("Щербухи", "Shcherbukhy"),
        ("Гоща", "Hoshcha"),
        ("Русь", "Rus"),
        ("Згурський", "Zghurskyi"),
        ("Марія-Юлія", "Mariia-Yuliia"),
        ("ЩЕРБАК ЮЛІЯ", "SHCHERBAK YULIIA"),
        ("ЗГУРСЬКИЙ", "ZGHURSKYI"),
        ("Є. Ю. Щука", "Ye. Yu. Shchuka"),
        ("АБВГД Ж", "ABVHD Zh"),
    ],
)
def test_names_are_spelt_as_resolution_55_of_2010_spells_them(ukrainian: str, latin: str) -> None:
    assert romanise(ukrainian) == latin


def test_a_decomposed_letter_is_read_as_the_composed_one() -> None:
    assert romanise("Андрі\u0438\u0306") == "Andrii"


def test_an_accent_within_a_word_does_not_start_a_new_one() -> None:
    assert romanise("Марі\u0301я") == "Mari\u0301ia"


def test_letters_the_resolution_does_not_know_stay() -> None:
    assert romanise("ЫЭёъ") == "ЫЭёъ"


def test_an_apostrophe_outside_a_word_stays() -> None:
    assert romanise("'Юля' O'Brien") == "'Yulia' O'Brien"


@given(st.text(alphabet=UKRAINIAN_LETTERS + UKRAINIAN_LETTERS.upper() + " -'ʼ"))
def test_no_ukrainian_letter_is_left_over(text: str) -> None:
    assert not is_cyrillic(romanise(text))


@given(st.text(alphabet=st.characters(max_codepoint=0x3FF)))
def test_what_is_not_cyrillic_stays_as_it_is(text: str) -> None:
    assert romanise(text) == unicodedata.normalize("NFC", text)
