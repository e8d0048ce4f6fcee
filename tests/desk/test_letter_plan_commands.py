"""What the desk says of a case's plan of letters, and how a legal officer decides about it."""

from typing import Any

import pytest

CED = ("--kind", "ced.urgent_action", "--purpose", "search")
WGEID = ("--kind", "wgeid.request", "--purpose", "search")


@pytest.fixture
def identified(desk: Any, case: str) -> str:
    """The case once it is identified."""
    desk.do("standing", "confirm", case)
    return case


def line_of(printed: str, kind: str) -> str:
    return next(line for line in printed.splitlines() if f" {kind} " in line)


def test_a_plan_is_a_table_with_the_commands_below(desk: Any, identified: str) -> None:
    printed = desk.do("letter", "plan", identified)
    assert line_of(printed, "nib_ua.request").startswith("now")
    assert line_of(printed, "srsg_caac.request").startswith("now")
    assert "missing: a consent in force for publicity" in printed
    assert f"Next: dodomu letter draft {identified} --kind nib_ua.request --purpose search" in printed.splitlines()
    # What has no letter to come after is not shown unless asked for.
    assert "follow_up.thanks" not in printed
    assert "follow_up.thanks" in desk.do("letter", "plan", identified, "--all")


def test_a_plan_for_programs_has_codes_and_names(desk: Any, identified: str) -> None:
    lines = desk.read("letter", "plan", identified)
    (one,) = [line for line in lines if line["kind"] == "wgeid.request"]
    assert (one["verdict"], one["body"], one["procedure"]) == ("now", "wgeid", "standard")
    assert one["consents_held"] == ["search", "return"]
    orders = [line["verdict"] for line in lines]
    assert orders == sorted(orders, key=["now", "under_way", "later", "not_now"].index)


def test_what_speaks_against_a_letter_is_said_and_can_be_decided(
    desk: Any, identified: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.do("letter", "draft", identified, *WGEID)
    refused = desk.refuse("letter", "draft", identified, *CED)
    assert "the same matter is pending with another body" in refused
    assert f"dodomu letter decide {identified} ced.urgent_action --reason …" in refused
    assert refused.endswith("[letter_not_now]")

    decide = ("letter", "decide", identified, "ced.urgent_action", "--reason", "Вигадана підстава")
    assert desk.refuse(*decide).endswith("[role_not_allowed]")
    assert "The decision is on record: ced.urgent_action, ced." in desk.do(*decide, "--as", "l-01")
    monkeypatch.setenv("DODOMU_LANGUAGE", "uk")
    assert "за рішенням юриста" in line_of(desk.do("letter", "plan", identified), "ced.urgent_action")
    monkeypatch.setenv("DODOMU_LANGUAGE", "en")
    desk.do("letter", "draft", identified, *CED)
    assert "The decision is withdrawn" in desk.do(*decide, "--withdraw", "--as", "l-01")


def test_a_letter_that_has_left_is_under_way_until_its_answer_is_due(desk: Any, identified: str) -> None:
    desk.do("letter", "draft", identified, "--kind", "ombudsman_ua.request", "--purpose", "search")
    (number,) = [line["number"] for line in desk.read("letter", "list", identified)]
    assert f"letter {number} is being prepared" in line_of(
        desk.do("letter", "plan", identified), "ombudsman_ua.request"
    )
    desk.do("letter", "approve", number, "--as", "c-02")
    desk.do("letter", "hand-over", number)
    printed = desk.do("letter", "plan", identified)
    assert f"letter {number} was sent" in line_of(printed, "ombudsman_ua.request")
    assert line_of(printed, "follow_up.supplement").startswith("not now")
    later = line_of(printed, "follow_up.second_notice")
    assert later.startswith("later")
    waiting = [line for line in desk.read("letter", "plan", identified) if line["kind"] == "follow_up.second_notice"]
    (told,) = [line for line in waiting if line["verdict"] == "later"]
    assert told["opens_on"] == "2026-04-03"
    assert told["reasons"][0]["words"] == f"the answer to letter {number} is still awaited"


def test_a_recent_separation_is_urgent_and_says_until_when(desk: Any) -> None:
    opened = desk.do(
        "case",
        "open",
        *("child.family_name=Вигаданенко", "child.given_name=Марічка", "child.birth_on=2014-05-09"),
        *("separation.on=2026-01-10", "consents=*:search:2026-03-01"),
        *("requester.name=Вигаданенко Олена", "requester.basis=parent"),
    )
    case = opened.split()[1]
    printed = desk.do("letter", "plan", case)
    assert "urgent procedure" in printed
    assert "2026-04-10" in line_of(printed, "wgeid.request")
    assert "still missing: a consent in force for asking" in printed


def test_a_case_that_nobody_is_to_be_written_about_says_so(desk: Any, identified: str) -> None:
    desk.do("case", "close", identified, "not_a_case", "--reason", "Вигадано", "--yes", "--as", "s-01")
    assert "the case is closed" in desk.do("letter", "plan", identified)


def test_an_unknown_case_is_one_line(desk: Any) -> None:
    assert desk.refuse("letter", "plan", "2026-000001-Z").endswith("[case_not_found]")
