"""What an application left open is filled in by typing; who the child is is never changed."""

from typing import Any

import pytest

APPLICATION = ("child.given_name=Марічка", "separation.on=2022-05-17")


@pytest.fixture
def incomplete(desk: Any) -> str:
    desk.do("case", "open", *APPLICATION)
    (line,) = desk.read("case", "list")
    return str(line["reference"])


def missing(desk: Any, case: str) -> set[str]:
    return {each["what"] for each in desk.read("case", "show", case)["missing"]}


def test_what_is_left_open_is_asked_for_and_then_known(desk: Any, incomplete: str) -> None:
    assert {"child.family_name", "child.birth_on"} <= missing(desk, incomplete)
    desk.do("case", "complete", incomplete, "child.family_name", "child.birth_on", answer="Вигаданенко\n09.05.2014\n")
    assert not {"child.family_name", "child.birth_on"} & missing(desk, incomplete)
    assert "2014-05-09" in desk.do("case", "show", incomplete, "--open")


def test_every_column_of_the_child_can_be_typed(desk: Any, incomplete: str) -> None:
    told = ("child.sex=female", "child.citizenship=ua", "child.languages=uk crh", "child.birth_place=с. Вигадане")
    assert incomplete in desk.do("case", "complete", incomplete, *told)
    assert desk.refuse("case", "complete", incomplete, "child.sex=male").endswith("[identity_never_changes]")


def test_the_separation_is_corrected_for_a_reason(desk: Any, incomplete: str) -> None:
    assert incomplete in desk.do("case", "correct", incomplete, "separation.on=2022-06", answer="описка у заяві\n")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("case", "complete", "child.age_reported=9"), "column_unknown"),
        (("case", "complete", "child.birth_on=09/05/2014"), "date_"),
        (("case", "complete", "child.sex=x"), "value_unusable"),
        (("case", "correct", "child.given_name=Інша", "--reason", "описка"), "column_unknown"),
    ],
)
def test_what_cannot_be_filled_in_is_refused(desk: Any, incomplete: str, words: tuple[str, ...], code: str) -> None:
    group, command, *rest = words
    assert f"[{code}" in desk.refuse(group, command, incomplete, *rest)
