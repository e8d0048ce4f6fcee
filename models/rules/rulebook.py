"""The rulebook: a policy with the calendars it counts by, and what a day is at the office."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

from models.rules.gates import ENDING_IN_TIME
from models.rules.policy import (
    FAR_AHEAD,
    OF_A_LETTER,
    PARTED,
    Anchor,
    ClockRule,
    MetBy,
    Policy,
    Requirement,
    RequirementKind,
)
from models.rules.terms import (
    NO_TERM,
    Term,
    TermUnit,
    WorkingDayTest,
    day_after_midnight,
    due_at,
    due_on,
    last_day_until,
    morning_of,
)
from models.statuses import Stage

_DAYS_KEPT = 8192


@dataclass(frozen=True)
class Rulebook:
    """The policy with the calendars it counts by."""

    policy: Policy
    calendars: Mapping[str, WorkingDayTest]

    @cached_property
    def zone(self) -> ZoneInfo:
        """The office's time zone."""
        return ZoneInfo(self.policy.office_day.time_zone)

    @cached_property
    def location(self) -> Requirement:
        """What the policy asks of a location: its grades say which sightings are credible."""
        kind = RequirementKind.SUPPORTED_LOCATION
        gates = (requirement for rule in self.policy.stages for requirement in rule.gate)
        return next((each for each in gates if each.requires is kind), Requirement(kind, legal_basis=""))

    @cached_property
    def kinds_without_reply(self) -> frozenset[str]:
        """The kinds of letter that await no answer."""
        return frozenset(kind.id for kind in self.policy.kinds if not kind.awaits_reply)

    @cached_property
    def clocks_without_letters(self) -> tuple[ClockRule, ...]:
        """The clocks that can run for a case without any letter: most rules count from one."""
        return tuple(rule for rule in self.policy.clocks if rule.anchor not in OF_A_LETTER)

    @cached_property
    def clocks_concerning(self) -> Callable[[frozenset[Stage], bool, bool], tuple[ClockRule, ...]]:
        """Tells the clocks that can run after entering these stages, with letters or without, arrived or not."""
        return lru_cache(_DAYS_KEPT)(
            lambda entered, has_letters, has_arrived: tuple(
                rule
                for rule in (self.policy.clocks if has_letters else self.clocks_without_letters)
                if (rule.anchor is not Anchor.STAGE_ENTERED or rule.stage in entered)
                and (rule.anchor is not Anchor.ARRIVAL or has_arrived)
            )
        )

    @cached_property
    def cut_offs_by_letter(self) -> Mapping[str, tuple[ClockRule, ...]]:
        """The hard cut-offs, by body, that count from the parting and that a letter to the body keeps."""
        hard = [rule for rule in self.policy.clocks if rule.hard and rule.anchor in PARTED]
        kept = [(rule.body, rule) for rule in hard if rule.met_by is MetBy.LETTER_TO and rule.body is not None]
        return {body: tuple(rule for each, rule in kept if each == body) for body, _ in kept}

    @cached_property
    def clocks_far_ahead(self) -> tuple[ClockRule, ...]:
        """The clocks that are planned only when their day comes nearer."""
        return tuple(rule for rule in self.policy.clocks if rule.anchor in FAR_AHEAD)

    @cached_property
    def gates_in_time(self) -> Mapping[Stage, tuple[Requirement, ...]]:
        """Of each gate the requirements that may cease to hold when time passes; gates without any are left out."""
        gates = (
            (rule.stage, tuple(each for each in rule.gate if each.requires in ENDING_IN_TIME))
            for rule in self.policy.stages
        )
        return {stage: gate for stage, gate in gates if gate}

    # A batch of cases asks for the same few days over and over; what a day is to the office never changes.

    @cached_property
    def today(self) -> Callable[[datetime], date]:
        """Tells the office's calendar day at a moment."""
        return lru_cache(_DAYS_KEPT)(lambda now: now.astimezone(self.zone).date())

    @cached_property
    def morning(self) -> Callable[[date], datetime]:
        """Tells the moment at which the office's day begins."""
        return lru_cache(_DAYS_KEPT)(lambda day: morning_of(day, self.zone, self.policy.office_day.morning))

    @cached_property
    def end_of(self) -> Callable[[date], datetime]:
        """Tells the moment at which a day has passed in full at the office."""
        return lru_cache(_DAYS_KEPT)(lambda day: day_after_midnight(day, self.zone))

    def beginning_of(self, day: date) -> datetime:
        """Return the moment at which a day begins at the office."""
        return self.end_of(day - timedelta(days=1))

    @cached_property
    def last_day_of(self) -> Callable[[date, int, TermUnit, str], date]:
        """Tells the last day of a term from an anchor by a calendar, before pauses and rolling."""
        return lru_cache(_DAYS_KEPT)(
            lambda anchor_on, count, unit, calendar: self._last_day(anchor_on, Term(count, unit), calendar)
        )

    @cached_property
    def working_day_from(self) -> Callable[[date, str], date]:
        """Tells the first working day by a calendar from a day on: that day itself, if it is one."""
        return lru_cache(_DAYS_KEPT)(
            lambda day, calendar: due_on(day, NO_TERM, is_working_day=self.calendars[calendar], rolls=True)
        )

    def _last_day(self, anchor_on: date, term: Term, calendar: str) -> date:
        is_working_day = self.calendars[calendar]
        if term.unit is TermUnit.HOURS:
            begins_at = self.beginning_of(anchor_on)
            ends_at = due_at(begins_at, term, self.zone, is_working_day=is_working_day, rolls=False)
            return last_day_until(ends_at, self.zone)
        return due_on(anchor_on, term, is_working_day=is_working_day, rolls=False)
