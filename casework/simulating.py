"""Simulating a changed policy over the caseload before it is adopted. Cases are read in chunks; nothing is written."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select

from casework.loading import CASE_COLUMNS, CaseRow, load_facts
from casework.office import Office
from integrations.calendars import load_calendars
from integrations.policy_files import CALENDARS_FILE, load_policy
from models.errors import DodomuError
from models.records import Case
from models.rules.assess import assess
from models.rules.facts import CaseFacts
from models.rules.policy import BIRTHDAYS, Policy
from models.rules.policy_changed import CaseDifference, ClockMove, differ
from models.rules.rulebook import Rulebook
from models.statuses import CaseStatus

CHUNK = 500
MOST_AFFECTED = 20
_WORKED_ON = (CaseStatus.OPEN, CaseStatus.SUSPENDED)
Progress = Callable[[int, int], None]


@dataclass(slots=True)
class RuleChanges:
    """What would change about the clocks of one rule, in counts. `moved_days` are the least and the most, signed."""

    appear: int = 0
    go: int = 0
    move: int = 0
    fire: int = 0
    never: int = 0
    moved_days: tuple[int, int] | None = None

    def note_move(self, days: int) -> None:
        """Count a clock that would be due so many days later, or earlier if below 0."""
        self.move += 1
        least, most = self.moved_days or (days, days)
        self.moved_days = (min(least, days), max(most, days))


@dataclass(frozen=True, slots=True)
class Affected:
    """A case and how much would change about it. A birthday's day is the child's: its moves are counted, not told."""

    reference: str
    changes: int
    moves: tuple[ClockMove, ...]


@dataclass(slots=True)
class Simulation:
    """What a changed policy would change. `gates` are counted by stage and what it would lack; `faults` by code.

    `faults` are cases that could not be assessed under the changed policy, by the error's code.
    """

    from_version: str
    to_version: str
    cases: int = 0
    changed: int = 0
    drafts: int = 0
    rules: dict[str, RuleChanges] = field(default_factory=dict)
    stages: Counter[str] = field(default_factory=Counter)
    gates: Counter[str] = field(default_factory=Counter)
    most_affected: list[Affected] = field(default_factory=list)
    faults: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


def simulate(office: Office, folder: Path, now: datetime, *, progress: Progress | None = None) -> Simulation:
    """Hold the policy of a folder against the one in force, over every case that is worked on.

    Raises ConfigurationError `policy_has_mistakes`, whose advice has a line for each.
    """
    policy = load_policy(folder.absolute(), office.settings.templates_folder)
    changed = Rulebook(policy, load_calendars(folder / CALENDARS_FILE))
    found = Simulation(office.policy.version, policy.version)
    total = _count(office)
    hidden = _birthday_rules(office.policy) | _birthday_rules(policy)
    for chunk in _chunks(office):
        for facts in chunk:
            _look(facts, office.book, changed, now, found, hidden)
        if progress is not None:
            progress(found.cases, total)
    found.most_affected = _most(found.most_affected)
    found.rules = dict(sorted(found.rules.items()))
    return found


def _count(office: Office) -> int:
    with office.store.reading() as session:
        return session.scalar(select(func.count()).select_from(Case).where(Case.status.in_(_WORKED_ON))) or 0


def _chunks(office: Office) -> Iterator[list[CaseFacts]]:
    """Yield the cases in chunks, each read in a transaction of its own, so that no long one holds up the office."""
    last = 0
    while True:
        with office.store.reading() as session:
            wanted = select(*CASE_COLUMNS).where(Case.status.in_(_WORKED_ON), Case.id > last)
            rows: Sequence[CaseRow] = session.execute(wanted.order_by(Case.id).limit(CHUNK)).all()
            facts = load_facts(session, rows)
        if not rows:
            return
        yield facts
        last = rows[-1].id


def _look(  # noqa: PLR0913, PLR0917 - one case, two policies, and where it is counted
    facts: CaseFacts, book: Rulebook, changed: Rulebook, now: datetime, found: Simulation, hidden: frozenset[str]
) -> None:
    found.cases += 1
    try:
        difference = differ(facts, assess(facts, book, now), assess(facts, changed, now))
    except DodomuError as error:
        # The item boundary of a batch: one case that cannot be assessed must not hide what happens to the others.
        found.faults[error.code].append(facts.reference)
        return
    if difference.changes:
        _note(difference, found)
        told = tuple(move for move in difference.moves if move.rule not in hidden)
        found.most_affected.append(Affected(facts.reference, difference.changes, told))
        if len(found.most_affected) > CHUNK:
            found.most_affected = _most(found.most_affected)


def _note(difference: CaseDifference, found: Simulation) -> None:
    found.changed += 1
    found.drafts += difference.drafts
    rules = found.rules
    for rule, _ in difference.appears:
        rules.setdefault(rule, RuleChanges()).appear += 1
    for rule, _ in difference.goes:
        rules.setdefault(rule, RuleChanges()).go += 1
    for move in difference.moves:
        rules.setdefault(move.rule, RuleChanges()).note_move((move.to_on - move.from_on).days)
    for rule, *_ in difference.fires:
        rules.setdefault(rule, RuleChanges()).fire += 1
    for rule, *_ in difference.never:
        rules.setdefault(rule, RuleChanges()).never += 1
    found.stages.update(stage.value for stage in difference.enters)
    found.gates.update(f"{flag.about}: {flag.code}" for flag in difference.breaks)


def _most(affected: list[Affected]) -> list[Affected]:
    return sorted(affected, key=lambda each: (-each.changes, each.reference))[:MOST_AFFECTED]


def _birthday_rules(policy: Policy) -> frozenset[str]:
    return frozenset(rule.id for rule in policy.clocks if rule.anchor in BIRTHDAYS)
