"""A letter about two children, by commands: what is heard of it is told for each child."""

from typing import Any

import pytest

from tests.desk.conftest import APPLICATION

SEEN = (
    *("--country", "RU", "--territory", "russia", "--source-kind", "official"),
    *("--source-grade", "B", "--information-grade", "2", "--seen-on", "2026-02-20"),
    *("--place", "Вигаданий табір", "--source", "Вигадане свідчення"),
)
NUMBER = "2026-000001"
AGREES = ("reply", "record", NUMBER, "--kind", "answer", "--acknowledges-child", "--agrees-to-verification")


@pytest.fixture
def siblings(desk: Any, case: str) -> tuple[str, str]:
    """Two located cases of one family."""
    desk.do(
        "case", "open", *(part.replace("Марічка", "Ярина").replace("2014-05-09", "2016-05-09") for part in APPLICATION)
    )
    both = tuple(sorted(line["reference"] for line in desk.read("case", "list")))
    for reference in both:
        desk.do("standing", "confirm", reference)
        desk.do("sighting", "add", reference, *SEEN)
    desk.do("case", "siblings", *both)
    assert both[0] == case
    return both[0], both[1]


def test_what_is_heard_of_a_joint_letter_is_told_for_each_child(desk: Any, siblings: tuple[str, str]) -> None:
    first, second = siblings
    desk.do("letter", "draft", first, "--kind", "ombudsman_ua.request", "--purpose", "return", "--siblings")
    desk.do("letter", "approve", NUMBER, "--as", "c-02")
    told = desk.do("letter", "hand-over", NUMBER, "--on", "2026-03-02")
    for reference in siblings:
        assert f"{reference}: moved to Diplomatic request." in told
    assert "[reply_names_no_child]" in desk.refuse(*AGREES)
    assert "[child_not_on_letter]" in desk.refuse(*AGREES, "--child", "2026-000009-J")
    assert desk.do(*AGREES, "--child", second) == "Cases that stand where they stood: 2.\n"
    lacking = "a reply that acknowledges the child or agrees to verification"
    assert [lacking in desk.do("case", "show", reference) for reference in siblings] == [True, False]
    desk.do(*AGREES, "--child", "*")
    assert lacking not in desk.do("case", "show", first)
