"""Clocks that count from a sighting, a birthday or an arrival, a table for each."""

from dataclasses import replace
from typing import Any

import pytest

from models.rules.clocks import plan_clocks
from models.rules.policy import RequirementKind
from models.statuses import (
    Basis,
    ClockState,
    SourceKind,
    Stage,
)
from tests.models.rules.rule_book import (
    EIGHTEEN,
    FOLLOW_UP,
    LOCATION_STALE,
    POLICY,
    VISIT_72H,
    book_of,
)
from tests.models.rules.rule_facts import arrived, at, case, consented, on, seen, way
from tests.models.rules.rule_looks import clock_rows, planned

RUNNING, PAUSED, OVERDUE, MET, LAPSED, DROPPED = ClockState
OFFICIAL = SourceKind.OFFICIAL


@pytest.mark.parametrize(
    ("stage", "sightings", "clocks"),
    [
        (Stage.IDENTIFIED, (seen("Mon 2026-06-01", OFFICIAL),), []),
        (Stage.RETURNED, (seen("Mon 2026-06-01", OFFICIAL),), []),
        (Stage.LOCATED, (), []),
        (Stage.LOCATED, (seen(None, OFFICIAL),), []),
        (Stage.LOCATED, (seen("Mon 2026-06-01", grade="E5"),), []),
        # Ninety days, and no rolling: Sun 2026-08-30 is the last day.
        (Stage.LOCATED, (seen("Mon 2026-06-01", OFFICIAL),), [("s0601-1-1", "Sun 2026-08-30")]),
        (
            Stage.VERIFIED,
            (seen("Mon 2026-06-01", OFFICIAL), seen("Wed 2026-06-03", source=2)),
            [("s0603-2-1", "Tue 2026-09-01")],
        ),
        # An undated word of the same place moves nothing; elsewhere it leaves no dated sighting to count from.
        (
            Stage.LOCATED,
            (seen("Mon 2026-06-01", OFFICIAL), seen(None, source=2, stated="Wed 2026-06-03")),
            [("s0601-1-1", "Sun 2026-08-30")],
        ),
        (
            Stage.LOCATED,
            (seen("Mon 2026-06-01", OFFICIAL), seen(None, source=2, place=2, stated="Wed 2026-06-03")),
            [],
        ),
    ],
)
def test_a_location_grows_stale_from_its_newest_dated_sighting_until_the_child_is_home(
    stage: Stage, sightings: tuple[Any, ...], clocks: list[tuple[str, str]]
) -> None:
    stood = clock_rows(LOCATION_STALE, "Wed 2026-06-10 12:00", case(stage, sightings=sightings))
    assert [(anchor, due) for anchor, due, _, _ in stood] == clocks


def test_the_staleness_clock_of_an_earlier_stage_may_begin_earlier() -> None:
    facts = case(Stage.IDENTIFIED, sightings=(seen("Mon 2026-06-01", OFFICIAL),))
    early = replace(LOCATION_STALE, stage=Stage.IDENTIFIED)
    assert len(planned(early, "Wed 2026-06-10 12:00", facts)) == 1


OWN = Basis.SELF


@pytest.mark.parametrize(
    ("birthday", "consents", "now", "clocks"),
    [
        ("Sun 2026-05-31", (), "Mon 2026-06-01 12:00", []),  # grown before the case was opened
        ("Mon 2026-06-01", (), "Mon 2026-06-01 12:00", [("Mon 2026-06-01", RUNNING, None)]),
        ("Sat 2026-06-20", (), "Mon 2026-06-01 12:00", [("Sat 2026-06-20", RUNNING, None)]),
        ("Sat 2026-06-20", (), "Sun 2026-06-21 00:00", [("Sat 2026-06-20", OVERDUE, None)]),
        ("Sat 2026-06-20", (consented(by=Basis.PARENT),), "Mon 2026-06-22 12:00", [("Sat 2026-06-20", OVERDUE, None)]),
        (
            "Sat 2026-06-20",
            (consented("Tue 2026-06-23", OWN), consented("Thu 2026-06-18", OWN)),
            "Wed 2026-06-24 12:00",
            [("Sat 2026-06-20", MET, "Thu 2026-06-18")],
        ),
        (
            "Sat 2026-06-20",
            (consented("Thu 2026-06-18", OWN, withdrawn="Fri 2026-06-19"),),
            "Wed 2026-06-24 12:00",
            [("Sat 2026-06-20", OVERDUE, None)],
        ),
        # A consent that begins tomorrow has not stopped the clock today.
        (
            "Sat 2026-06-20",
            (consented("Thu 2026-06-18", OWN),),
            "Wed 2026-06-17 12:00",
            [("Sat 2026-06-20", RUNNING, None)],
        ),
    ],
)
def test_by_the_eighteenth_birthday_the_persons_own_consent_is_due(
    birthday: str, consents: tuple[Any, ...], now: str, clocks: list[Any]
) -> None:
    facts = case(Stage.LOCATED, adult_on=on(birthday), consents=consents)
    assert clock_rows(EIGHTEEN, now, facts) == [("eighteenth_birthday", *clock) for clock in clocks]


@pytest.mark.parametrize(
    ("visits", "now", "state", "closed"),
    [
        ((), "Thu 2026-06-04 12:00", RUNNING, None),
        ((), "Fri 2026-06-05 00:00", OVERDUE, None),
        ((("72h", "Wed 2026-06-03"),), "Thu 2026-06-04 12:00", MET, "Wed 2026-06-03"),
        ((("72h", "Mon 2026-06-01"),), "Thu 2026-06-04 12:00", MET, "Mon 2026-06-01"),
        ((("30d", "Wed 2026-06-03"),), "Thu 2026-06-04 12:00", RUNNING, None),
        # A late visit is a visit. One before the arrival belongs to an earlier return.
        ((("72h", "Tue 2026-06-09"),), "Wed 2026-06-10 12:00", MET, "Tue 2026-06-09"),
        ((("72h", "Fri 2026-05-29"),), "Thu 2026-06-04 12:00", RUNNING, None),
        ((("72h", "Fri 2026-05-29"), ("72h", "Wed 2026-06-03")), "Thu 2026-06-04 12:00", MET, "Wed 2026-06-03"),
    ],
)
def test_a_follow_up_visit_is_due_after_the_arrival_it_follows(
    visits: tuple[tuple[str, str], ...], now: str, state: ClockState, closed: str | None
) -> None:
    made = frozenset((visit, on(day)) for visit, day in visits)
    facts = case(Stage.RETURNED, arrival=arrived("Mon 2026-06-01"), visits=made)
    assert clock_rows(VISIT_72H, now, facts) == [("returned#6", "Thu 2026-06-04", state, closed)]


def test_a_year_of_follow_up_ends_by_time_alone() -> None:
    facts = case(Stage.RETURNED, arrival=arrived("Mon 2026-06-01"))
    assert clock_rows(FOLLOW_UP, "Tue 2026-06-02 12:00", facts) == [("returned#6", "Tue 2027-06-01", RUNNING, None)]
    assert clock_rows(FOLLOW_UP, "Wed 2027-06-02 12:00", facts) == [("returned#6", "Tue 2027-06-01", OVERDUE, None)]


def test_an_arrival_counts_only_while_the_case_stands_at_returned() -> None:
    facts = case(Stage.VERIFIED, arrival=arrived("Mon 2026-06-01"))
    assert clock_rows(VISIT_72H, "Tue 2026-06-02 12:00", facts) == []


def test_a_second_return_is_followed_up_anew() -> None:
    home_again = (Stage.RETURNED, "Mon 2026-06-29")
    facts = case(
        entries=(
            *case(Stage.RETURNED).entries,
            *(replace(entry, number=entry.number + 6) for entry in way((Stage.VERIFIED, "Mon 2026-06-15"), home_again)),
        ),
        arrival=arrived("Mon 2026-06-29"),
    )
    assert clock_rows(VISIT_72H, "Tue 2026-06-30 12:00", facts) == [("returned#8", "Thu 2026-07-02", RUNNING, None)]


def test_a_policy_without_a_location_gate_believes_every_sighting() -> None:
    no_gates = replace(POLICY, stages=())
    facts = case(Stage.LOCATED, sightings=(seen("Mon 2026-06-01", grade="F6"),))
    plan = plan_clocks(facts, book_of(LOCATION_STALE, base=no_gates), at("Mon 2026-06-01 12:00"))
    assert [clock.anchor for clock in plan] == ["s0601-1-1"]
    assert book_of(base=no_gates).location.requires is RequirementKind.SUPPORTED_LOCATION
