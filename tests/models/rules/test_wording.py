"""Every code that a gate or an assessment can raise has words in both languages, and no other code has."""

import ast
import inspect
from collections.abc import Iterator

import pytest

from models.rules import assess, gates, letter_conditions, letter_plan, wording
from models.rules.disclosure import Field
from models.rules.letter_conditions import CONSENT_MISSING, Verdict
from models.rules.wording import (
    clock_state_words,
    flag_words,
    letter_state_words,
    missing_words,
    reason_words,
    territory_words,
    verdict_words,
)
from models.statuses import CaseStatus, ChecklistItem, ClockState, LetterState, Purpose, Territory

GATE_CODES = {
    *Field,
    *ChecklistItem,
    *(f"{item}_stale" for item in ChecklistItem),
    *(f"consent_{purpose}" for purpose in Purpose),
}
LETTER_FLAGS = {"letter_refused", "letter_undeliverable", "letter_stopped"}


def spelled_findings() -> set[str]:
    """The codes that the gates' rules spell out: `Finding(("code",))`."""
    return set(first_words(gates, "Finding"))


def first_words(module: object, called: str, place: int = 0) -> Iterator[str]:
    for node in ast.walk(ast.parse(inspect.getsource(module))):  # type: ignore[arg-type] - a module is inspectable
        named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == called
        if isinstance(node, ast.Call) and named and len(node.args) > place:
            first = node.args[place]
            words = first.elts if isinstance(first, ast.Tuple) else [first]
            yield from (word.value for word in words if isinstance(word, ast.Constant))


def test_every_code_of_the_gates_has_words_and_no_other() -> None:
    assert set(wording._MISSING) == {str(code) for code in GATE_CODES} | spelled_findings()


def test_every_flag_of_an_assessment_has_words_and_no_other() -> None:
    # A case that cannot be assessed is flagged outside the assessment, by `casework.differences`.
    assert set(wording._FLAGS) == {*first_words(assess, "Flag"), *LETTER_FLAGS, "not_assessable"}


def test_the_flags_of_letters_are_those_of_states_that_need_a_person() -> None:
    assert {f"letter_{state}" for state in LetterState} >= LETTER_FLAGS


@pytest.mark.parametrize("what", sorted(wording._MISSING))
def test_what_is_missing_is_said_in_both_languages(what: str) -> None:
    ukrainian, english = missing_words(what, "uk"), missing_words(what, "en")

    assert english.isascii()
    assert not ukrainian.isascii()


def test_what_was_there_and_is_no_more_is_said_as_a_flag() -> None:
    assert flag_words("consent_search", "identified", "en") == "No longer there: a consent in force for the search"
    assert flag_words("consent_search", "identified", "uk") == "Більше не виконано: чинна згода на розшук"


def test_a_flag_about_a_body_names_it() -> None:
    said = flag_words("consent_missing", "wgeid", "en")
    assert said == "A letter to wgeid is called for, and no consent allows it"


def test_a_flag_about_a_letter_does_not_show_its_row() -> None:
    assert flag_words("letter_refused", "5f0c", "en") == "The addressee of a letter has refused"


def test_every_state_of_letters_and_clocks_has_words_of_its_own() -> None:
    assert len({letter_state_words(state, "uk") for state in LetterState}) == len(LetterState)
    assert len({clock_state_words(state, "en") for state in ClockState}) == len(ClockState)


def test_every_reason_of_a_plan_has_words_and_no_other() -> None:
    resting = {f"case_is_{status}" for status in CaseStatus if status is not CaseStatus.OPEN}
    so_far = {"being_written", "sent", "written", "answered"}
    spelled = {
        *first_words(letter_conditions, "Finding", 1),
        *first_words(letter_plan, "Finding", 1),
        *first_words(letter_plan, "Reason"),
    }
    assert set(wording._REASONS) == spelled | resting | so_far | {CONSENT_MISSING}


@pytest.mark.parametrize("code", sorted(wording._REASONS))
def test_a_reason_is_said_in_both_languages(code: str) -> None:
    assert reason_words(code, "wgeid", "en").isascii()
    assert not reason_words(code, "wgeid", "uk").isascii()


def test_a_reason_names_what_it_is_about() -> None:
    assert reason_words("pending_with", "CED", "en") == "the same matter is pending with another body: CED"


def test_every_verdict_and_territory_has_words_of_its_own() -> None:
    assert len({verdict_words(verdict, "uk") for verdict in Verdict}) == len(Verdict)
    assert len({territory_words(territory, "en") for territory in Territory}) == len(Territory)
