"""A policy as far as it could be read, and what a check says about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from models.rules.letter_policy import Body, BodyCategory, Letterhead, LetterKind
from models.rules.policy import ClockRule, SideExit, SideStep, StageRule

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
    letterheads: Mapping[int, Letterhead] = field(default_factory=dict)
    bodies: Mapping[int, Body] = field(default_factory=dict)
    kinds: Mapping[int, LetterKind] = field(default_factory=dict)

    def known(self, section: str) -> frozenset[str]:
        """Return the names that entries of a section go by."""
        return frozenset(self.named.get(section, {}).values())
