"""The two nights on which Kyiv's clocks change: when rungs are told and hours are over, and that each is told once.

On Sunday 29 March 2026 the hour from three to four is left out; on Sunday 25 October 2026 it comes twice.
"""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from models.rules.clocks import plan_clocks, rung_moment
from models.rules.facts import StageEntry
from models.rules.policy import Anchor, ClockRule, MetBy, OfficeDay, Rung
from models.rules.rulebook import Rulebook
from models.rules.terms import Term
from models.statuses import Role, RungKind, Stage
from tests.models.rules.rule_book import DAYS, HOURS, NAME, POLICY, book_of, rule, rungs
from tests.models.rules.rule_facts import KYIV, case, on
from tests.models.rules.rule_looks import look

SPRING, AUTUMN = on("Sun 2026-03-29"), on("Sun 2026-10-25")
AT_THE_END = Rung("over", RungKind.OVERDUE, (Role.COORDINATOR,), NAME, from_end=0)
A_DAY = rule("a_day", Anchor.STAGE_ENTERED, 4, DAYS, MetBy.NOTHING, stage=Stage.REPORTED, rungs=rungs(1, 2, 4))
UNROLLED = replace(A_DAY, rolls=False)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def book_at(morning: time, *clocks: ClockRule) -> Rulebook:
    return book_of(*clocks, base=replace(POLICY, office_day=OfficeDay(morning=morning)))


def in_hours(count: int) -> ClockRule:
    by_hours = replace(UNROLLED, id="in_hours", rungs=(AT_THE_END,))
    return replace(by_hours, term=Term(count, HOURS))


@pytest.mark.parametrize(
    ("entered", "morning", "expected"),
    [
        # Told on the 28th, on the 29th, and on the morning after the last day, the 31st. The clocks go forward.
        ("2026-03-27T10:00", time(2, 59), ["03-28T00:59", "03-29T00:59", "03-31T23:59"]),
        ("2026-03-27T10:00", time(3), ["03-28T01:00", "03-29T01:00", "04-01T00:00"]),
        ("2026-03-27T10:00", time(3, 30), ["03-28T01:30", "03-29T01:30", "04-01T00:30"]),  # not there: 04:30
        ("2026-03-27T10:00", time(4), ["03-28T02:00", "03-29T01:00", "04-01T01:00"]),
        ("2026-03-27T10:00", time(7), ["03-28T05:00", "03-29T04:00", "04-01T04:00"]),
        # On the 24th, on the 25th, and on the morning after the 27th. The clocks go back.
        ("2026-10-23T10:00", time(2, 59), ["10-23T23:59", "10-24T23:59", "10-28T00:59"]),
        ("2026-10-23T10:00", time(3), ["10-24T00:00", "10-25T00:00", "10-28T01:00"]),
        ("2026-10-23T10:00", time(3, 30), ["10-24T00:30", "10-25T00:30", "10-28T01:30"]),  # the first of the two
        ("2026-10-23T10:00", time(4), ["10-24T01:00", "10-25T02:00", "10-28T02:00"]),
        ("2026-10-23T10:00", time(7), ["10-24T04:00", "10-25T05:00", "10-28T05:00"]),
    ],
)
def test_rungs_are_told_by_the_clock_on_the_wall(entered: str, morning: time, expected: list[str]) -> None:
    book = book_at(morning, UNROLLED)
    facts = case(entries=(StageEntry(1, Stage.REPORTED, utc(entered)),))
    (clock,) = plan_clocks(facts, book, utc(entered))
    moments = [rung_moment(clock, rung, book) for rung in clock.rule.rungs]
    assert moments == [utc(f"2026-{each}") for each in expected]


@pytest.mark.parametrize(
    ("entered", "hours", "over_at", "on_the_wall"),
    [
        # What passes is hours, whatever the wall shows.
        ("2026-03-28T01:30", 24, "2026-03-29T01:30", "04:30"),  # from 03:30; that time does not come
        ("2026-03-28T01:30", 23, "2026-03-29T00:30", "02:30"),
        ("2026-03-29T00:59", 1, "2026-03-29T01:59", "04:59"),
        ("2026-03-26T01:00", 72, "2026-03-29T01:00", "04:00"),
        ("2026-10-24T00:30", 24, "2026-10-25T00:30", "03:30"),  # the first half past three
        ("2026-10-24T00:30", 25, "2026-10-25T01:30", "03:30"),  # the second
        ("2026-10-25T00:30", 1, "2026-10-25T01:30", "03:30"),
        ("2026-10-22T01:00", 72, "2026-10-25T01:00", "03:00"),
    ],
)
def test_hours_are_over_when_they_have_passed(entered: str, hours: int, over_at: str, on_the_wall: str) -> None:
    facts = case(entries=(StageEntry(1, Stage.REPORTED, utc(entered)),))
    book = book_at(time(7), in_hours(hours))
    (clock,) = plan_clocks(facts, book, utc(entered))
    assert clock.due_at == rung_moment(clock, AT_THE_END, book) == utc(over_at)
    assert f"{clock.due_at.astimezone(KYIV):%H:%M}" == on_the_wall


@pytest.mark.parametrize("night", [SPRING, AUTUMN])
@pytest.mark.parametrize("morning", [time(3), time(3, 30), time(4), time(7)])
@pytest.mark.parametrize("minutes", [5, 60])
def test_looked_at_through_the_night_each_rung_is_told_once_and_in_time(
    night: object, morning: time, minutes: int
) -> None:
    begins = utc(f"{night}T10:00") - timedelta(days=2)
    book = book_at(morning, UNROLLED, in_hours(40))
    facts = case(entries=(StageEntry(1, Stage.REPORTED, begins),))
    told = []
    for passed in range(0, 6 * 24 * 60, minutes):
        now = begins + timedelta(minutes=passed)
        facts, found = look(facts, book, now)
        told += [(each.rung.id, each.overtaken) for each in found.rungs]
        assert all(timedelta(0) <= now - each.due_at < timedelta(minutes=minutes) for each in found.rungs)
    assert sorted(told) == [("day_1", False), ("day_2", False), ("day_4", False), ("over", False)]
