"""What another policy would change about one case: the difference of two assessments of the same facts and moment.

The first is made under the policy in force, so that what time alone would bring about is no part of the difference.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from models.rules.assess import Assessment, Flag
from models.rules.clocks import CLIMBING, PlannedClock, open_rungs
from models.rules.facts import CaseFacts
from models.statuses import ClockState, Stage

_STAYS = CLIMBING | {ClockState.PAUSED}
_GATES = frozenset(stage.value for stage in Stage)

ClockKey = tuple[str, str]
RungKey = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class ClockMove:
    """A clock whose due day changes."""

    rule: str
    anchor: str
    from_on: date
    to_on: date


@dataclass(frozen=True, slots=True)
class CaseDifference:
    """What would be different. Clocks are known by rule and anchor, rungs by their id besides.

    `fires` are rungs that would fire at once, `never` those that lie ahead now and would not fire any more; `enters`
    stages that would be entered, `breaks` gates behind the case that would hold no more.
    """

    appears: tuple[ClockKey, ...]
    goes: tuple[ClockKey, ...]
    moves: tuple[ClockMove, ...]
    fires: tuple[RungKey, ...]
    never: tuple[RungKey, ...]
    enters: tuple[Stage, ...]
    breaks: tuple[Flag, ...]
    drafts: int

    @property
    def changes(self) -> int:
        """How much would change."""
        told = (self.appears, self.goes, self.moves, self.fires, self.never, self.enters, self.breaks)
        return sum(map(len, told)) + self.drafts


def differ(facts: CaseFacts, before: Assessment, after: Assessment) -> CaseDifference:
    """Compare the assessments of one case under the policy in force and under another."""
    standing_before, standing_after = _standing(before), _standing(after)
    told_before, told_after = _told(before), _told(after)
    ahead = {*_ahead(before, facts), *told_before} - {*_ahead(after, facts), *told_after}
    return CaseDifference(
        appears=tuple(key for key in standing_after if key not in standing_before),
        goes=tuple(key for key in standing_before if key not in standing_after),
        moves=tuple(_moves(standing_before, standing_after)),
        fires=tuple(key for key in told_after if key not in told_before),
        never=tuple(sorted(ahead)),
        enters=tuple(entry.stage for entry in after.entered[len(before.entered) :]),
        breaks=tuple(flag for flag in after.flags if flag.about in _GATES and flag not in before.flags),
        drafts=max(len(after.drafts) - len(before.drafts), 0),
    )


def _standing(found: Assessment) -> dict[ClockKey, PlannedClock]:
    return {clock.key: clock for clock in found.clocks if clock.state in _STAYS}


def _moves(before: dict[ClockKey, PlannedClock], after: dict[ClockKey, PlannedClock]) -> Iterator[ClockMove]:
    for key, clock in after.items():
        if key in before and before[key].due_on != clock.due_on:
            yield ClockMove(*key, before[key].due_on, clock.due_on)


def _told(found: Assessment) -> dict[RungKey, None]:
    """Return the rungs that fire at this look, in their order."""
    return {(*due.clock.key, due.rung.id): None for due in found.rungs if not due.overtaken}


def _ahead(found: Assessment, facts: CaseFacts) -> Iterator[RungKey]:
    """Yield the rungs that are to come as things stand; those of a resting clock once the case is resumed."""
    passed = {(*due.clock.key, due.rung.id) for due in found.rungs}
    for clock in found.clocks:
        rungs = clock.rule.rungs if clock.state is ClockState.PAUSED else open_rungs(clock)
        for rung in rungs:
            key = (*clock.key, rung.id)
            if key not in facts.rungs and key not in passed:
                yield key
