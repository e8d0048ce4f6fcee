"""Flags and letters: what a person must look at, and the difference between silence, refusal and a receipt."""

from typing import Any

import pytest

from models.rules.assess import assess
from models.rules.facts import CaseFacts
from models.statuses import (
    Basis,
    LetterState,
    Purpose,
    ReplyKind,
    SourceKind,
    Stage,
    Territory,
)
from tests.models.rules.rule_book import BOOK
from tests.models.rules.rule_facts import (
    arrived,
    at,
    case,
    consented,
    facts_for,
    letter,
    on,
    reply,
    seen,
)

NOW = "Mon 2026-06-01 13:00"
OFFICIAL = SourceKind.OFFICIAL


def flags(facts: CaseFacts, now: str = NOW) -> list[str]:
    """Flags as 'code about'."""
    return [f"{flag.code} {flag.about}".strip() for flag in assess(facts, BOOK, at(now)).flags]


@pytest.mark.parametrize(
    ("changed", "now", "flagged"),
    [
        ({}, NOW, []),
        ({}, "Sun 2026-08-30 12:00", []),
        ({}, "Mon 2026-08-31 00:00", ["location_stale located"]),
        ({"consents": (consented(withdrawn="Wed 2026-06-10"),)}, "Tue 2026-06-09 12:00", []),
        (
            {"consents": (consented(withdrawn="Wed 2026-06-10"),)},
            "Wed 2026-06-10 00:00",
            ["consent_search identified"],
        ),
        ({"adult_on": on("Wed 2026-06-10")}, "Wed 2026-06-10 00:00", ["consent_search identified"]),
        (
            {"adult_on": on("Wed 2026-06-10"), "consents": (consented("Mon 2026-06-08", Basis.SELF),)},
            "Wed 2026-06-10 00:00",
            [],
        ),
        (
            {"sightings": (seen("Mon 2026-06-01", OFFICIAL), seen("Wed 2026-06-03", source=2, place=2))},
            "Wed 2026-06-10 12:00",
            ["official_or_two_independent_sources located"],
        ),
        (
            {"standing_confirmed": False, "sightings": ()},
            NOW,
            ["standing_not_confirmed identified", "credible_sighting located"],
        ),
    ],
)
def test_a_gate_that_holds_no_more_flags_the_case_and_moves_it_nowhere(
    changed: dict[str, Any], now: str, flagged: list[str]
) -> None:
    facts = case(Stage.LOCATED, **(facts_for(Stage.LOCATED) | changed))
    assert flags(facts, now) == flagged
    found = assess(facts, BOOK, at(now))
    assert (found.stage, found.entered) == (Stage.LOCATED, ())


@pytest.mark.parametrize(
    ("changed", "flagged"),
    [
        ({}, []),
        # What lay on the way home matters no more: the sighting is stale, consent is gone, a letter was refused.
        ({"sightings": (), "consents": (), "sign_offs": ()}, []),
        ({"letters": (letter("L1", "icrc", "Mon 2026-06-01", state=LetterState.REFUSED),)}, []),
        # The last gate does: an arrival that is taken back, or turns out to have been elsewhere.
        ({"arrival": None}, ["arrival returned"]),
        (
            {"arrival": arrived("Mon 2026-06-01", territory=Territory.OCCUPIED)},
            ["arrival_on_free_territory returned"],
        ),
    ],
)
def test_once_home_only_the_last_gate_is_watched(changed: dict[str, Any], flagged: list[str]) -> None:
    facts = case(Stage.RETURNED, **(facts_for(Stage.RETURNED) | changed))
    assert flags(facts, "Tue 2026-12-01 12:00") == flagged


@pytest.mark.parametrize(
    ("stage", "sightings", "flagged"),
    [
        (
            Stage.LOCATED,
            (
                seen("Mon 2026-05-04", OFFICIAL, place=1, territory=Territory.DPRK),
                seen("Mon 2026-06-01", OFFICIAL, place=2, territory=Territory.OCCUPIED),
            ),
            ["moved_not_returned s0601-1-2"],
        ),
        # Taken the other way, or never abroad, or only by a statement since withdrawn: nothing to say.
        (
            Stage.LOCATED,
            (
                seen("Mon 2026-05-04", OFFICIAL, place=1, territory=Territory.OCCUPIED),
                seen("Mon 2026-06-01", OFFICIAL, place=2, territory=Territory.DPRK),
            ),
            [],
        ),
        (Stage.LOCATED, (seen("Mon 2026-06-01", OFFICIAL, territory=Territory.OCCUPIED),), []),
        (
            Stage.LOCATED,
            (
                seen("Mon 2026-05-04", OFFICIAL, place=1, territory=Territory.DPRK, withdrawn=True),
                seen("Mon 2026-06-01", OFFICIAL, place=2, territory=Territory.OCCUPIED),
            ),
            [],
        ),
    ],
)
def test_a_child_moved_to_occupied_territory_is_flagged_and_has_not_returned(
    stage: Stage, sightings: tuple[Any, ...], flagged: list[str]
) -> None:
    facts = case(stage, **(facts_for(stage) | {"sightings": sightings}))
    assert flags(facts) == flagged
    home = assess(case(Stage.RETURNED, **(facts_for(Stage.RETURNED) | {"sightings": sightings})), BOOK, at(NOW))
    assert home.flags == ()


def test_an_arrival_on_occupied_territory_does_not_bring_a_case_home() -> None:
    moved = facts_for(Stage.RETURNED) | {"arrival": arrived("Mon 2026-06-01", territory=Territory.OCCUPIED)}
    found = assess(case(Stage.VERIFIED, **moved), BOOK, at(NOW))
    assert found.stage is Stage.VERIFIED
    assert [missing.what for missing in found.missing] == ["arrival_on_free_territory"]


@pytest.mark.parametrize(
    ("state", "replies", "now", "silent", "flagged"),
    [
        (LetterState.SENT, (), "Wed 2026-07-01 12:00", (), []),
        # Silence: the month has passed. Nobody has refused anything.
        (LetterState.SENT, (), "Thu 2026-07-02 00:00", ("L1",), []),
        (LetterState.NO_REPLY, (), "Thu 2026-07-02 12:00", (), []),
        # An acknowledgement of the letter is no answer: silence after it is silence.
        (
            LetterState.ACKNOWLEDGED,
            (reply("L1", ReplyKind.ACKNOWLEDGEMENT, "Wed 2026-06-03"),),
            "Thu 2026-07-02 00:00",
            ("L1",),
            [],
        ),
        # A refusal is an answer: it is flagged, and no silence follows.
        (
            LetterState.REFUSED,
            (reply("L1", ReplyKind.REFUSAL, "Wed 2026-06-03"),),
            "Thu 2026-07-02 00:00",
            (),
            ["letter_refused L1"],
        ),
        (LetterState.ANSWERED, (reply("L1", ReplyKind.ANSWER, "Wed 2026-06-03"),), "Thu 2026-07-02 00:00", (), []),
        # They ask for more: a person must answer them.
        (
            LetterState.SENT,
            (reply("L1", ReplyKind.REQUEST_FOR_INFORMATION, "Wed 2026-06-03"),),
            "Thu 2026-07-02 00:00",
            (),
            ["information_requested L1"],
        ),
        (
            LetterState.ANSWERED,
            (reply("L1", ReplyKind.REQUEST_FOR_INFORMATION, "Wed 2026-06-03"),),
            "Thu 2026-07-02 00:00",
            (),
            [],
        ),
        (LetterState.UNDELIVERABLE, (), "Wed 2026-06-03 12:00", (), ["letter_undeliverable L1"]),
        (LetterState.STOPPED, (), "Wed 2026-06-03 12:00", (), ["letter_stopped L1"]),
    ],
)
def test_silence_refusal_and_acknowledgement_are_different_facts(
    state: LetterState, replies: tuple[Any, ...], now: str, silent: tuple[str, ...], flagged: list[str]
) -> None:
    sent = letter("L1", "ombudsman_ua", "Mon 2026-06-01", state=state)
    found = assess(case(letters=(sent,), replies=replies), BOOK, at(now))
    assert found.silent_letters == silent
    assert [f"{flag.code} {flag.about}" for flag in found.flags] == flagged


def test_a_letter_that_took_another_ones_place_takes_its_flag_away() -> None:
    refused = letter("L1", "icrc", "Mon 2026-06-01", state=LetterState.REFUSED)
    other = letter("L2", "icrc", state=LetterState.DRAFT, purpose=Purpose.RETURN)
    again = letter("L3", "icrc", state=LetterState.DRAFT)
    assert flags(case(letters=(refused, other))) == ["letter_refused L1"]
    assert flags(case(letters=(refused, other, again))) == []
