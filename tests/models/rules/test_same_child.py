from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.partial_dates import parse_partial_date
from models.rules.same_child import Likeness, Traits, compare, traits

PROBABLE, POSSIBLE, NONE = Likeness


def child(**changed: Any) -> Traits:
    born = changed.pop("born", "2014-05-09")
    values = {"family_name": "Вигаданенко", "given_name": "Марія"} | changed
    return traits(**values, born=parse_partial_date(born) if born else None)


@pytest.mark.parametrize(
    ("one", "other", "verdict"),
    [
        # both names the same or nearly
        ({}, {}, PROBABLE),
        ({}, {"family_name": "Выгаданенко", "given_name": "Мария"}, PROBABLE),
        ({}, {"family_name": "Vyhadanenko", "given_name": "Mariia"}, PROBABLE),
        ({}, {"family_name": "Вигадененко"}, PROBABLE),
        ({"given_name": "Златослава"}, {"given_name": "Златаслава"}, PROBABLE),
        ({}, {"born": "2014-05"}, PROBABLE),
        ({}, {"born": "2014"}, PROBABLE),
        ({}, {"born": None}, POSSIBLE),
        ({}, {"born": "2016-01-01"}, POSSIBLE),
        ({"sex": "female"}, {"sex": "male"}, POSSIBLE),
        ({"sex": "female"}, {"sex": "female"}, PROBABLE),
        ({"patronymic": "Петрівна"}, {"patronymic": "Петровна"}, PROBABLE),
        ({"patronymic": "Петрівна"}, {"patronymic": "Олексіївна"}, POSSIBLE),
        ({"patronymic": "Миколаївна"}, {"patronymic": "Николаевна"}, PROBABLE),
        ({"patronymic": "Петрівна"}, {"patronymic": "Олексіївна", "born": "2016"}, NONE),
        ({"mother_given_name": "Олена"}, {"mother_given_name": "Ганна", "born": "2016"}, NONE),
        ({"mother_given_name": "Олена"}, {"mother_given_name": "Лена", "born": "2016"}, POSSIBLE),
        # a diminutive
        ({}, {"given_name": "Маша"}, POSSIBLE),
        ({}, {"given_name": "Маша", "born": "2016"}, POSSIBLE),
        ({"sex": "female"}, {"given_name": "Маша", "born": "2016", "sex": "male"}, NONE),
        # another family name
        ({}, {"family_name": "Інакша"}, NONE),
        ({"mother_given_name": "Олена"}, {"family_name": "Інакша", "mother_given_name": "Елена"}, POSSIBLE),
        ({"patronymic": "Петрівна"}, {"family_name": "Інакша", "patronymic": "Петровна"}, POSSIBLE),
        ({"patronymic": "Петрівна"}, {"family_name": "Інакша", "patronymic": "Петровна", "born": "2014"}, NONE),
        ({"patronymic": "Петрівна", "born": None}, {"family_name": "Інакша", "patronymic": "Петровна"}, NONE),
        ({"patronymic": "Петрівна"}, {"family_name": "Інакша", "given_name": "Маша", "patronymic": "Петрівна"}, NONE),
        # a name that is not known
        ({}, {"family_name": None}, NONE),
        ({"mother_given_name": "Олена"}, {"family_name": None, "mother_given_name": "Олена"}, POSSIBLE),
        ({"mother_given_name": "Олена"}, {"given_name": None, "mother_given_name": "Олена"}, POSSIBLE),
        ({"mother_given_name": "Олена"}, {"family_name": None, "mother_given_name": "Олена", "born": "2016"}, NONE),
        (
            {"mother_given_name": "Олена", "sex": "female"},
            {"family_name": None, "mother_given_name": "Олена", "sex": "male"},
            NONE,
        ),
        (
            {"family_name": None, "given_name": None, "mother_given_name": "Олена"},
            {"mother_given_name": "Олена"},
            NONE,
        ),
        ({}, {"given_name": None, "family_name": "Інакша"}, NONE),
        # another given name
        ({}, {"given_name": "Марина"}, NONE),
        ({"mother_given_name": "Олена"}, {"given_name": "Назар", "mother_given_name": "Олена"}, NONE),
    ],
)
def test_the_decision_table(one: dict[str, Any], other: dict[str, Any], verdict: Likeness) -> None:
    assert compare(child(**one), child(**other)) is verdict
    assert compare(child(**other), child(**one)) is verdict


_NAMES = st.sampled_from(["Марія", "Маша", "Мария", "Марина", "Злата", "Ліза", "Єлизавета", None])
_CHILDREN = st.builds(
    child,
    family_name=st.sampled_from(["Вигаданенко", "Выгаданенко", "Інакша", None]),
    given_name=_NAMES,
    patronymic=st.sampled_from(["Петрівна", "Петровна", "Олексіївна", None]),
    mother_given_name=_NAMES,
    sex=st.sampled_from(["female", "male", None]),
    born=st.sampled_from(["2014-05-09", "2014-05", "2014", "2016-01-01", None]),
)


@given(_CHILDREN, _CHILDREN)
def test_a_match_holds_both_ways(one: Traits, other: Traits) -> None:
    assert compare(one, other) is compare(other, one)


@given(_CHILDREN, st.sampled_from(["2010", "2013-02-03", "2016-01-01"]))
def test_a_birth_date_alone_never_rejects_a_child_with_both_names(one: Traits, born: str) -> None:
    twin = traits_with_birth(one, born)
    if one.family and one.given:
        assert compare(one, twin) is not Likeness.NONE


@given(_CHILDREN, _CHILDREN)
def test_a_diminutive_never_makes_a_match_probable(one: Traits, other: Traits) -> None:
    if not one.given_full & other.given_full:
        assert compare(one, other) is not Likeness.PROBABLE


def traits_with_birth(one: Traits, born: str) -> Traits:
    return replace(one, born=parse_partial_date(born))


def test_traits_do_not_show_a_name() -> None:
    assert "вигад" not in repr(child()).lower()
    assert "vihad" not in repr(child()).lower()
