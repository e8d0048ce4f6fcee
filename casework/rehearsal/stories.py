"""The whole plan of a rehearsal: which story each invented child has, and everybody's steps, day by day. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from random import Random

from casework.rehearsal import stories_abroad as abroad
from casework.rehearsal import stories_aside as aside
from casework.rehearsal import stories_asking as asking
from casework.rehearsal import stories_home as home
from casework.rehearsal import stories_waiting as waiting
from casework.rehearsal.steps import Application, Step, Telling, on_working_days

Story = Callable[[Telling], None]

# How often each story is told among two hundred children; a smaller cast has one of each first.
_SHARES: tuple[tuple[Story, int], ...] = (
    (aside.came_home_last_year, 4),
    (waiting.was_opened_last_year, 3),
    (home.waits_in_silence, 8),
    (aside.came_home_and_is_not_visited, 2),
    (home.goes_home, 20),
    (home.goes_home_slowly, 5),
    (home.grows_stale, 12),
    (waiting.is_searched_for, 12),
    (waiting.is_not_taken_up, 2),
    (waiting.lacks_something, 16),
    (waiting.needs_the_ombudsman, 5),
    (waiting.is_urgent, 5),
    (waiting.nears_a_year, 3),
    (waiting.nears_two_years, 2),
    (waiting.turns_eighteen, 4),
    (waiting.turns_sixteen, 1),
    (home.misses_a_visit, 4),
    (home.is_refused, 4),
    (home.is_asked_for_more, 4),
    (home.is_handed_over, 2),
    (home.is_one_of_siblings, 6),
    (waiting.is_told_at_a_dead_address, 2),
    (waiting.is_suspended, 6),
    (aside.withdraws_before_release, 2),
    (aside.withdraws_after_release, 2),
    (aside.takes_consent_back, 3),
    (aside.ends_in_death, 2),
    (aside.is_the_familys_decision, 3),
    (aside.comes_twice, 6),
    (aside.is_not_a_case, 2),
    (aside.is_overridden, 2),
    (aside.is_erased, 2),
    (abroad.goes_through_a_mediator, 8),
    (abroad.is_put_off_by_a_mediator, 4),
    (abroad.is_on_a_mediators_list, 6),
    (abroad.is_in_the_dprk, 2),
    (abroad.is_asked_for_in_russia, 4),
    (abroad.was_taken_to_a_third_country, 2),
    (asking.is_reported_at_home, 5),
    (asking.lies_with_both_committees, 3),
    (asking.leaves_a_government_unanswered, 1),
    (asking.is_spoken_of_in_public, 3),
    (asking.climbs_to_the_top, 2),
    (asking.is_filed_for_the_courts, 3),
    (asking.is_seen_elsewhere, 3),
)
STORIES = len(_SHARES)
_SHARED = {
    "same_as": ("child.", "separation.", "parents."),
    "family_of": ("child.family_name", "child.registered_address", "separation.", "parents.", "requester."),
}
_OPENING_DAYS = (0, 0, 7, 14, 28)


@dataclass(frozen=True)
class Plan:
    """Everything a rehearsal plays: the applications by the day they come in, and the steps in order."""

    first_on: date
    days: int
    applications: tuple[Application, ...]
    steps: tuple[Step, ...]

    @property
    def earliest(self) -> int:
        """The first day on which anything happens, the days before the rehearsal's first being negative."""
        return min((each.opens_on for each in self.applications), default=0)


def make_plan(
    rows: Iterable[dict[str, str]], stories: Sequence[Story], *, days: int, seed: int, first_on: date
) -> Plan:
    """Give each application its story, as `cast` chose them, and gather the steps of all. One seed, one plan."""
    told: dict[str, Telling] = {}
    numbers: dict[Story, tuple[str, ...]] = {}
    for story, row in zip(stories, rows, strict=True):
        telling = _begin(row, numbers.get(story, ()), first_on, seed)
        story(telling)
        told[telling.number] = telling
        numbers[story] = (*telling.elders, telling.number)
    applications = tuple(Application(each.number, each.opens_on, _finish(each, told)) for each in told.values())
    steps = [step for telling in told.values() for step in on_working_days(telling.steps, first_on)]
    kept = sorted((step for step in steps if step.day < days), key=lambda step: step.day)
    return Plan(first_on, days, applications, tuple(kept))


def cast(cases: int) -> list[Story]:
    """Return the story of each child: one of each first, then by their shares, evenly mixed."""
    turns = ((turn, story) for turn in count() for story, share in _SHARES if turn < share or turn >= _MOST)
    return [story for _, (_, story) in zip(range(cases), turns, strict=False)]


_MOST = max(share for _, share in _SHARES)


def _begin(row: dict[str, str], elders: tuple[str, ...], first_on: date, seed: int) -> Telling:
    number = row["external_number"]
    dice = Random(f"{seed}/{number}")  # noqa: S311 - a story needs the same dice every time, not secret ones
    telling = Telling(number, len(elders), elders, first_on, dice, dice.choice(_OPENING_DAYS))
    telling.columns = dict(row)
    return telling


def _finish(telling: Telling, told: dict[str, Telling]) -> dict[str, str]:
    """The row as the file has it; a second application tells the same identity, a sibling's the same family."""
    columns = dict(telling.columns)
    for link, shared in _SHARED.items():
        other = columns.pop(link, None)
        if other is not None:
            columns |= {name: value for name, value in told[other].columns.items() if name.startswith(shared)}
    return columns
