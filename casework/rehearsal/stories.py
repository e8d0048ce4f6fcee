"""The whole plan of a rehearsal: which story each invented child has, and everybody's steps, day by day. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from random import Random

from casework.rehearsal import stories_aside as aside
from casework.rehearsal import stories_home as home
from casework.rehearsal import stories_waiting as waiting
from casework.rehearsal.steps import Application, Step, Telling, on_working_days

Story = Callable[[Telling], None]

# How often each story is told among two hundred children; a smaller cast has one of each first.
_SHARES: tuple[tuple[Story, int], ...] = (
    (aside.came_home_last_year, 4),
    (waiting.was_opened_last_year, 3),
    (home.waits_in_silence, 12),
    (aside.came_home_and_is_not_visited, 2),
    (home.goes_home, 26),
    (home.goes_home_slowly, 6),
    (home.grows_stale, 14),
    (waiting.is_searched_for, 36),
    (waiting.lacks_something, 24),
    (waiting.needs_the_ombudsman, 8),
    (waiting.is_urgent, 5),
    (waiting.nears_a_year, 3),
    (waiting.nears_two_years, 2),
    (waiting.turns_eighteen, 4),
    (home.misses_a_visit, 5),
    (home.is_refused, 5),
    (home.is_asked_for_more, 4),
    (home.is_handed_over, 3),
    (home.is_one_of_siblings, 8),
    (waiting.is_told_at_a_dead_address, 3),
    (waiting.is_suspended, 6),
    (aside.withdraws_before_release, 3),
    (aside.withdraws_after_release, 2),
    (aside.ends_in_death, 2),
    (aside.is_the_familys_decision, 4),
    (aside.comes_twice, 6),
    (aside.is_not_a_case, 3),
    (aside.is_overridden, 3),
    (aside.is_erased, 2),
)
STORIES = len(_SHARES)
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
    last_of: dict[Story, str] = {}
    tellings: list[tuple[Story, Telling]] = []
    for story, row in zip(stories, rows, strict=True):
        index = [each for each, _ in tellings].count(story)
        telling = _begin(row, index, last_of.get(story), first_on, seed)
        story(telling)
        told[telling.number] = telling
        last_of[story] = telling.number
        tellings.append((story, telling))
    applications = tuple(
        Application(telling.number, telling.opens_on, _finish(telling, told)) for _, telling in tellings
    )
    steps = [step for _, telling in tellings for step in on_working_days(telling.steps, first_on)]
    kept = sorted((step for step in steps if step.day < days), key=lambda step: step.day)
    return Plan(first_on, days, applications, tuple(kept))


def cast(cases: int) -> list[Story]:
    """Return the story of each child: one of each first, then by their shares, evenly mixed."""
    turns = ((turn, story) for turn in count() for story, share in _SHARES if turn < share or turn >= _MOST)
    return [story for _, (_, story) in zip(range(cases), turns, strict=False)]


_MOST = max(share for _, share in _SHARES)


def _begin(row: dict[str, str], index: int, elder: str | None, first_on: date, seed: int) -> Telling:
    number = row["external_number"]
    dice = Random(f"{seed}/{number}")  # noqa: S311 - a story needs the same dice every time, not secret ones
    telling = Telling(number, index, elder, first_on, dice, dice.choice(_OPENING_DAYS))
    telling.columns = dict(row)
    return telling


def _finish(telling: Telling, told: dict[str, Telling]) -> dict[str, str]:
    """The row as the file has it; a second application for the same child tells the same identity."""
    columns = dict(telling.columns)
    same_as = columns.pop("same_as", None)
    if same_as is not None:
        columns |= {
            name: value
            for name, value in told[same_as].columns.items()
            if name.startswith(("child.", "separation.", "parents."))
        }
    return columns
