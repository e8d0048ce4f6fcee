"""What the watch ought to tell, worked out a second time: with a calendar on the wall, not with the rules' own code.

A caseworker can check it by eye. A ladder is a list of rungs, each with the day on which it is told, always at seven in
the morning in Kyiv. Days are counted from the event; days on which the case rested are added, but never to a cut-off.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

SUMMERS = ((date(2026, 3, 29), date(2026, 10, 25)), (date(2027, 3, 28), date(2027, 10, 31)))
"""From which Sunday on Kyiv is three hours ahead of UTC, and from which on two again."""

SINCE_LOCATED = ("located", "diplomatic_request", "verified")
Key = tuple[str, str, str]
Moments = list[tuple[datetime, str]]


def at_seven(day: date) -> datetime:
    """Seven in the morning in Kyiv. Both changes of the clocks are over by then."""
    summer = any(begins <= day < ends for begins, ends in SUMMERS)
    return datetime(day.year, day.month, day.day, 4 if summer else 5, tzinfo=UTC)


def day_in_kyiv(moment: datetime) -> date:
    """Which day it is in Kyiv. Its clocks change at one o'clock UTC."""
    at_one = [tuple(datetime(day.year, day.month, day.day, 1, tzinfo=UTC) for day in summer) for summer in SUMMERS]
    summer = any(begins <= moment < ends for begins, ends in at_one)
    return (moment + timedelta(hours=3 if summer else 2)).date()


@dataclass(frozen=True)
class Step:
    """A rung: so many days after the event, or (`before_end`) before the last day; `heard` says what it waits for."""

    rung: str
    day: int = 0
    before_end: int | None = None
    heard: str = ""


@dataclass(frozen=True)
class Ladder:
    """A deadline of so many days, and its rungs."""

    days: int
    steps: tuple[Step, ...]


@dataclass
class Child:
    """What people have put on record about one case, and what the watch has told of it so far."""

    opened_on: date
    separation_on: date
    status: str = "open"
    stages: list[tuple[str, date]] = field(default_factory=list)
    rests: list[tuple[date, date | None]] = field(default_factory=list)
    letters: dict[str, date] = field(default_factory=dict)
    acknowledged: dict[str, date] = field(default_factory=dict)
    answered: dict[str, tuple[str, date]] = field(default_factory=dict)
    sightings: list[tuple[date, date, str]] = field(default_factory=list)
    put_off: dict[Key, date] = field(default_factory=dict)
    told: dict[Key, str] = field(default_factory=dict)


def rested(child: Child, since: date, until: date) -> timedelta:
    """How long the case rested: the days from `since` to the eve of `until` on which it did."""
    days = (since + timedelta(days=passed) for passed in range((until - since).days))
    return timedelta(days=sum(any(a <= day < (b or until) for a, b in child.rests) for day in days))


def should_tell(child: Child, ladders: dict[str, Ladder], now: datetime) -> dict[Key, str]:
    """What has been told once somebody has looked: of a ladder's rungs only the highest, those below are overtaken."""
    told = dict(child.told)
    for rule, anchor, moments in running(child, ladders, day_in_kyiv(now)):
        put_off = {rung: child.put_off.get((rule, anchor, rung), date.min) for _, rung in moments}
        ladder = sorted((max(at, at_seven(put_off[rung])) if put_off[rung] > date.min else at, place, rung)
                        for place, (at, rung) in enumerate(moments))  # fmt: skip
        keys = [(at, (rule, anchor, rung)) for at, _, rung in ladder]
        reached = [place for place, (at, key) in enumerate(keys) if at <= now or key in child.told]
        for place, (at, key) in enumerate(keys):
            if at <= now and key not in child.told:
                told[key] = "fired" if place == reached[-1] else "overtaken"
    return told


def running(child: Child, ladders: dict[str, Ladder], today: date) -> Iterator[tuple[str, str, Moments]]:
    """The deadlines whose rungs are told today, each with what it counts from, and when each rung is."""
    if child.status == "closed":
        return
    if "cut_off" in ladders and not kept_in_time(child, ladders["cut_off"], today):
        yield "cut_off", "separation", moments(ladders["cut_off"], child.separation_on, timedelta(0))
    if child.status == "suspended":
        return
    for letter, taken_on in child.letters.items():
        yield "reply", letter, moments_of_reply(child, ladders["reply"], letter, taken_on, today)
    stage, entered_on = child.stages[-1]
    anchor = f"{stage}#{len(child.stages)}"
    if f"stage.{stage}" in ladders:
        own = ladders[f"stage.{stage}"]
        yield f"stage.{stage}", anchor, moments(own, entered_on, rested(child, entered_on, today))
    if "location_stale" in ladders and child.sightings and stage in SINCE_LOCATED:
        seen_on, _, sighting = max(child.sightings)
        stale = ladders["location_stale"]
        yield "location_stale", sighting, moments(stale, seen_on, rested(child, seen_on, today))


def kept_in_time(child: Child, cut_off: Ladder, today: date) -> bool:
    """Whether a letter kept the cut-off, or it had passed before the case was ours. It never waits for a rest."""
    last_on = child.separation_on + timedelta(days=cut_off.days)
    written_on = min((day for day in child.letters.values() if day <= today), default=date.max)
    return last_on < child.opened_on or written_on <= last_on


def moments(ladder: Ladder, since: date, rest: timedelta, heard: str = "silence") -> Moments:
    """When each rung is. One on the last day or later is told when that day has passed: the morning after."""
    found = []
    for step in ladder.steps:
        if step.before_end is not None:
            day = since + timedelta(days=ladder.days - step.before_end)
        else:
            day = since + timedelta(days=step.day if step.day < ladder.days else step.day + 1)
        if step.heard in {"", heard}:
            found.append((at_seven(day + rest), step.rung))
    return found


def moments_of_reply(child: Child, ladder: Ladder, letter: str, taken_on: date, today: date) -> Moments:
    """When each rung is of a letter's answer: an answer ends them, a refusal and an acknowledgement have their own."""
    what, answered_on = child.answered.get(letter, ("", date.max))
    heard, heard_on = (what, answered_on) if what else ("acknowledgement", child.acknowledged.get(letter, date.max))
    heard = heard if heard_on < date.max and heard != "answer" else "silence"
    rest = rested(child, taken_on, min(today, answered_on))
    waiting = [step for step in ladder.steps if step.heard in {"", "silence"}] if answered_on > today else []
    found = moments(Ladder(ladder.days, tuple(waiting)), taken_on, rest, heard)
    if heard != "silence":
        since = heard_on + rested(child, heard_on, today)
        own = [step for step in ladder.steps if step.heard == heard]
        found += [(at_seven(since + timedelta(days=step.day)), step.rung) for step in own]
    return found
