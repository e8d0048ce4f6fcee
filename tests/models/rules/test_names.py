import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.names import full_names, is_common, names_meant, skeleton


@pytest.mark.parametrize(
    "spellings",
    [
        ("Галаган", "Ґалаґан", "Halahan", "Galagan"),
        ("Шевченко", "Shevchenko", "ШЕВЧЕНКО", "Шевче́нко"),
        ("Юрій", "Юрий", "Yurii", "Yuriy", "Iurii"),
        ("Єлизавета", "Елизавета", "Yelyzaveta", "Elizaveta"),
        ("Згурський", "Згурский", "Zghurskyi"),
        ("Подільський", "Podilskyi", "Podil'skyj"),
        ("Марʼяна", "Мар'яна", "Мар’яна", "Mariana"),
        ("Артем", "Артём"),
        ("Ілля", "Илья", "Illia"),
    ],
)
def test_a_name_sounds_the_same_however_it_is_spelt(spellings: tuple[str, ...]) -> None:
    assert len({skeleton(each) for each in spellings}) == 1


@pytest.mark.parametrize(("one", "other"), [("Коваль", "Коваленко"), ("Марина", "Марія"), ("Іван", "Ілля")])
def test_different_names_sound_different(one: str, other: str) -> None:
    assert skeleton(one) != skeleton(other)


@pytest.mark.parametrize("nothing", ["", "  ", "123", "—", "中文"])
def test_what_has_no_letters_of_ours_is_nothing(nothing: str) -> None:
    assert skeleton(nothing) == ""
    assert full_names(nothing) == names_meant(nothing) == frozenset()
    assert not is_common(nothing)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Олена", "Елена"), ("Михайло", "Михаил"), ("Mykhailo", "Mikhail"), ("Микола", "Николай"), ("Ганна", "Анна")],
)
def test_a_name_in_the_other_language_is_the_same_name(one: str, other: str) -> None:
    assert full_names(one) == full_names(other)


@pytest.mark.parametrize(
    ("short", "full"),
    [("Міша", "Михайло"), ("Misha", "Михаил"), ("Ліза", "Єлизавета"), ("Саша", "Олександра"), ("Саша", "Олександр")],
)
def test_a_diminutive_may_mean_a_full_name_but_is_not_it(short: str, full: str) -> None:
    assert full_names(full) <= names_meant(short)
    assert not full_names(full) & full_names(short)


def test_a_common_name_is_known_and_a_rare_one_not() -> None:
    assert is_common("Марія")
    assert not is_common("Златослава")


@given(st.text(max_size=30))
def test_a_skeleton_is_its_own_skeleton_and_plain(text: str) -> None:
    sound = skeleton(text)
    assert sound == "" or (sound.isascii() and sound.isalpha() and sound.islower())


@given(st.text(alphabet="абвгґдеєжзиіїйклмнопрстуфхцчшщьюяёыэъ", max_size=20))
def test_capitals_change_no_sound(text: str) -> None:
    assert skeleton(text.upper()) == skeleton(text)
