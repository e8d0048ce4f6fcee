"""A policy as far as it could be read, and what a check says about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from models.rules.policy import (
    Body,
    BodyCategory,
    ClockRule,
    LetterKind,
    Policy,
    SideExit,
    SideStep,
    StageRule,
)

SlipPath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Slip:
    """A mistake: where it stands (section, entry, key …), a closed word for it, and what would be right."""

    path: SlipPath
    code: str
    advice: str


@dataclass(frozen=True, slots=True)
class PolicyDraft:
    """The entries that have the right shape, by their place in their section; an office may have broken others.

    `named` holds, by section, the name each entry goes by at its place, broken ones among them, so that one mistake
    does not drag others behind it. `calendars` are the ids a clock may name.
    """

    named: Mapping[str, Mapping[int, str]]
    calendars: frozenset[str]
    stages: Mapping[int, StageRule] = field(default_factory=dict)
    side_exits: Mapping[int, SideExit] = field(default_factory=dict)
    side_steps: Mapping[int, SideStep] = field(default_factory=dict)
    clocks: Mapping[int, ClockRule] = field(default_factory=dict)
    categories: Mapping[int, BodyCategory] = field(default_factory=dict)
    bodies: Mapping[int, Body] = field(default_factory=dict)
    kinds: Mapping[int, LetterKind] = field(default_factory=dict)

    @classmethod
    def of(cls, policy: Policy, calendars: frozenset[str]) -> "PolicyDraft":
        """Return a whole policy as a draft, to check it again."""
        sections = {
            "stages": {place: rule.stage.value for place, rule in enumerate(policy.stages)},
            "side_exits": {place: each.reason.value for place, each in enumerate(policy.side_exits)},
            "side_steps": {place: each.step.value for place, each in enumerate(policy.side_steps)},
            "clocks": {place: rule.id for place, rule in enumerate(policy.clocks)},
            "categories": {place: each.id for place, each in enumerate(policy.categories)},
            "bodies": {place: body.id for place, body in enumerate(policy.bodies)},
            "kinds": {place: kind.id for place, kind in enumerate(policy.kinds)},
        }
        return cls(
            named=sections,
            calendars=calendars,
            stages=dict(enumerate(policy.stages)),
            side_exits=dict(enumerate(policy.side_exits)),
            side_steps=dict(enumerate(policy.side_steps)),
            clocks=dict(enumerate(policy.clocks)),
            categories=dict(enumerate(policy.categories)),
            bodies=dict(enumerate(policy.bodies)),
            kinds=dict(enumerate(policy.kinds)),
        )

    def known(self, section: str) -> frozenset[str]:
        """Return the names that entries of a section go by."""
        return frozenset(self.named.get(section, {}).values())
