"""The location gate: one official or two independent dated sources, none older than 90 days, none contradicted."""

from dataclasses import replace
from typing import Any

import pytest

from models.rules.facts import SightingFact
from models.rules.gates import check_gate, latest_sighting
from models.rules.policy import RequirementKind
from models.statuses import SourceKind, Stage
from tests.models.rules.rule_book import wants
from tests.models.rules.rule_facts import case, on, seen

OFFICIAL, WITNESS, MEDIA = SourceKind.OFFICIAL, SourceKind.WITNESS, SourceKind.MEDIA
LOCATION = wants(RequirementKind.SUPPORTED_LOCATION)
NONE, TOO_FEW, STALE = ("credible_sighting",), ("official_or_two_independent_sources",), ("location_stale",)
TODAY = "Mon 2026-06-15"


def found(sightings: tuple[SightingFact, ...], today: str = TODAY, **parameters: Any) -> tuple[tuple[str, ...], Any]:
    gate = check_gate(Stage.LOCATED, (replace(LOCATION, **parameters),), case(sightings=sightings), on(today))
    return tuple(each.what for each in gate.missing), f"{gate.until:%a %Y-%m-%d}" if gate.until else None


@pytest.mark.parametrize(
    ("sightings", "missing", "until"),
    [
        pytest.param((), NONE, None, id="nothing"),
        pytest.param((seen("Mon 2026-06-01", OFFICIAL),), (), "Sun 2026-08-30", id="one official"),
        pytest.param((seen("Mon 2026-06-01"),), TOO_FEW, None, id="one witness"),
        pytest.param(
            (seen("Mon 2026-06-01", source=1), seen("Thu 2026-06-04", source=2)),
            (),
            "Sun 2026-08-30",
            id="two independent: the older of the two carries",
        ),
        pytest.param(
            (seen("Mon 2026-06-01", source=1), seen("Thu 2026-06-04", source=1)),
            TOO_FEW,
            None,
            id="the same source twice is not two",
        ),
        pytest.param(
            (seen("Mon 2026-06-01", source=1, place=1), seen("Thu 2026-06-04", source=2, place=2)),
            TOO_FEW,
            None,
            id="two places do not add up",
        ),
        pytest.param(
            (seen("Mon 2026-06-01", OFFICIAL, place=1), seen("Thu 2026-06-04", place=2)),
            TOO_FEW,
            None,
            id="the newest credible sighting elsewhere contradicts",
        ),
        pytest.param(
            (seen("Mon 2026-06-01", OFFICIAL, place=1), seen("Thu 2026-06-04", place=2, grade="E5")),
            (),
            "Sun 2026-08-30",
            id="a rumour elsewhere does not contradict",
        ),
        pytest.param(
            (seen("Mon 2026-06-01", OFFICIAL, place=1), seen("Thu 2026-06-04", place=2, withdrawn=True)),
            (),
            "Sun 2026-08-30",
            id="nor does a withdrawn one",
        ),
        pytest.param((seen("Mon 2026-06-01", OFFICIAL, withdrawn=True),), NONE, None, id="withdrawn"),
        pytest.param((seen(None, OFFICIAL, stated="Mon 2026-06-01"),), TOO_FEW, None, id="undated official"),
        pytest.param(
            (seen("Mon 2026-06-01", source=1), seen(None, source=2, stated="Thu 2026-06-04")),
            TOO_FEW,
            None,
            id="an undated one never supports",
        ),
        pytest.param(
            (seen("Mon 2026-06-01", OFFICIAL, source=1), seen(None, source=2, stated="Thu 2026-06-04")),
            (),
            "Sun 2026-08-30",
            id="an undated one of the same place does no harm",
        ),
        pytest.param(
            (seen("Mon 2026-06-01", OFFICIAL), seen(None, source=2, place=2, stated="Thu 2026-06-04")),
            TOO_FEW,
            None,
            id="an undated one elsewhere, stated later, contradicts",
        ),
        pytest.param(
            (seen("Thu 2026-06-04", OFFICIAL), seen(None, source=2, place=2, stated="Mon 2026-06-01")),
            (),
            "Wed 2026-09-02",
            id="an undated one elsewhere, stated earlier, does not",
        ),
        pytest.param((seen("Mon 2026-06-01", OFFICIAL, grade="D2"),), NONE, None, id="source graded worse than C"),
        pytest.param((seen("Mon 2026-06-01", OFFICIAL, grade="F2"),), NONE, None, id="source that cannot be judged"),
        pytest.param((seen("Mon 2026-06-01", OFFICIAL, grade="B4"),), NONE, None, id="information worse than 3"),
        pytest.param((seen("Mon 2026-06-01", OFFICIAL, grade="C3"),), (), "Sun 2026-08-30", id="just good enough"),
        pytest.param(
            (seen("Mon 2026-06-01", source=1), seen("Thu 2026-06-04", source=2, grade="D2")),
            TOO_FEW,
            None,
            id="a worse grade does not make two",
        ),
        pytest.param(
            (
                seen("Mon 2026-05-04", source=1),
                seen("Mon 2026-06-01", source=2),
                seen("Mon 2026-06-08", MEDIA, source=3),
            ),
            (),
            "Sun 2026-08-30",
            id="of three sources the newer two carry",
        ),
        pytest.param(
            (
                seen("Mon 2026-05-04", OFFICIAL, source=1),
                seen("Mon 2026-06-01", source=2),
                seen("Mon 2026-06-08", source=3),
            ),
            (),
            "Sun 2026-08-30",
            id="official or two: whichever lasts longer",
        ),
    ],
)
def test_a_location_is_supported_by_one_official_or_two_independent_dated_sources(
    sightings: tuple[SightingFact, ...], missing: tuple[str, ...], until: str | None
) -> None:
    assert found(sightings) == (missing, until)
    assert found(sightings[::-1]) == (missing, until)


@pytest.mark.parametrize(
    ("seen_on", "today", "missing", "until"),
    [
        ("Wed 2025-12-03", "Tue 2026-03-03", (), "Tue 2026-03-03"),
        ("Wed 2025-12-03", "Wed 2026-03-04", STALE, None),
        ("Mon 2026-06-01", "Sun 2026-08-30", (), "Sun 2026-08-30"),
        ("Mon 2026-06-01", "Mon 2026-08-31", STALE, None),
    ],
)
def test_a_sighting_carries_for_ninety_days_and_does_not_roll_over_a_weekend(
    seen_on: str, today: str, missing: tuple[str, ...], until: str | None
) -> None:
    assert found((seen(seen_on, OFFICIAL),), today) == (missing, until)


def test_two_statements_of_one_official_source_are_not_two_official_sources() -> None:
    twice = (seen("Mon 2026-06-01", OFFICIAL, source=1), seen("Thu 2026-06-04", OFFICIAL, source=1))
    two = (seen("Mon 2026-06-01", OFFICIAL, source=1), seen("Thu 2026-06-04", OFFICIAL, source=2))
    assert found(twice, official=2) == (TOO_FEW, None)
    assert found(two, official=2) == ((), "Sun 2026-08-30")


def test_a_policy_may_leave_out_either_way_of_support() -> None:
    official = (seen("Mon 2026-06-01", OFFICIAL),)
    witnesses = (seen("Mon 2026-06-01", source=1), seen("Mon 2026-06-01", source=2))
    assert found(official, official=0) == (TOO_FEW, None)
    assert found(witnesses, independent=0) == (TOO_FEW, None)


def test_of_two_sightings_of_one_day_the_later_statement_wins() -> None:
    early = seen("Mon 2026-06-01", place=1, stated="Tue 2026-06-02")
    late = seen("Mon 2026-06-01", place=2, stated="Wed 2026-06-03")
    assert latest_sighting(case(sightings=(early, late)), LOCATION) == late
    assert latest_sighting(case(sightings=(late, early)), LOCATION) == late
    assert latest_sighting(case(), LOCATION) is None


def test_where_the_child_was_last_goes_by_the_day_it_was_seen_and_not_by_the_day_somebody_said_so() -> None:
    newer = seen("Mon 2026-06-08", place=1, stated="Tue 2026-06-09")
    told_late = seen("Mon 2026-06-01", place=2, stated="Fri 2026-06-12")
    assert latest_sighting(case(sightings=(newer, told_late)), LOCATION) == newer
