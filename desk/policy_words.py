"""The policy put into lines that a person reads in a terminal."""

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields

from models.rules.letter_policy import LetterCondition, LetterKind
from models.rules.policy import ClockRule, DraftOrder, Policy, Requirement, Rung

_TOLD_APART = frozenset({"requires", "condition", "legal_basis", "verified", "waivable"})


def office_lines(policy: Policy, _: str) -> Iterator[str]:
    """The office's day."""
    yield f"the day begins at {policy.office_day.morning:%H:%M}, {policy.office_day.time_zone}"


def stage_lines(policy: Policy, language: str) -> Iterator[str]:
    """Each stage and what must be on record before it."""
    for rule in policy.stages:
        yield f"{rule.stage}: {in_language(rule.name, language)}"
        for requirement in rule.gate:
            yield f"  {requirement.requires}{_parameters(requirement)}"
            yield basis_line(requirement.legal_basis, requirement.verified)


def clock_lines(policy: Policy, language: str) -> Iterator[str]:
    """Each clock with its ladder."""
    for clock in policy.clocks:
        yield f"{clock.id}: {in_language(clock.name, language)}"
        yield f"  {counting(clock)}"
        for rung in clock.rungs:
            told = f"{rung.kind}, {listed(rung.tell)}: {in_language(rung.says, language)}"
            yield f"  day {rung.place:>4}{_waiting(rung)}  {told}"
            for order in rung.drafts:
                yield f"            draft {ordered(order)}"
        if clock.closes_off:
            yield f"  closes off: {in_language(clock.closes_off, language)}"
        yield basis_line(clock.legal_basis, clock.verified)


def category_lines(policy: Policy, language: str) -> Iterator[str]:
    """What no body of a category may be told."""
    for category in policy.categories:
        yield f"{category.id}: {in_language(category.name, language)}"
        yield f"  never: {listed(category.excluded)}"
        if category.unmentioned_in:
            yield f"  never named in letters that are: {listed(category.unmentioned_in)}"
        yield basis_line(category.legal_basis, category.verified)


def kind_lines(policy: Policy, language: str) -> Iterator[str]:
    """Each kind of letter."""
    for kind in policy.kinds:
        yield f"{kind.id}: {in_language(kind.name, language)}"
        yield f"  to {listed(kind.bodies)}, for {listed(kind.purposes)}; {kind.tone}{_following(kind)}"
        yield f"  subject: {in_language(kind.subject, language)}"
        for condition in kind.when:
            waivable = " (or a legal officer's decision)" if condition.waivable else ""
            yield f"  when {condition.condition}{_parameters(condition)}{waivable}"
            yield f"  {basis_line(condition.legal_basis, condition.verified)}"


def letterhead_lines(policy: Policy, language: str) -> Iterator[str]:
    """Each letterhead, from which day on."""
    for head in policy.letterheads:
        yield f"from {head.valid_from}: {in_language(head.name, language)}"
        yield f"  {listed(head.lines[language])}; {head.phone or 'no phone'}, {head.mail or 'the reply mailbox'}"
        signatory = head.signatory_name.get(language, "room for a name")
        yield f"  signed: {in_language(head.signatory_function, language)}, {signatory}"


def exit_lines(policy: Policy, language: str) -> Iterator[str]:
    """Each way to close a case, and who may."""
    for way in policy.side_exits:
        only = f"; only from {way.from_stage}" if way.from_stage else ""
        yield f"{way.reason}: {in_language(way.name, language)}"
        yield f"  by {listed(way.by)}{only}"
        yield basis_line(way.legal_basis, way.verified)


def step_lines(policy: Policy, language: str) -> Iterator[str]:
    """Each step aside, and who may take it."""
    for step in policy.side_steps:
        yield f"{step.step}: {in_language(step.name, language)}"
        yield f"  by {listed(step.by)}"
        yield basis_line(step.legal_basis, step.verified)


def ordered(order: DraftOrder) -> str:
    """Return what a rung orders."""
    to = f" to {order.body}" if order.body else ""
    return f"{order.kind}{to}, purpose {order.purpose}"


def in_language(texts: Mapping[str, str], language: str) -> str:
    """Return a text in the reader's language."""
    return texts[language]


def basis_line(legal_basis: str, verified: bool) -> str:
    """Return what an entry rests on, and whether a lawyer has said so."""
    return f"  {'verified' if verified else 'not verified'}: {legal_basis}"


def listed(words: tuple[str, ...]) -> str:
    """Return words one after the other."""
    return ", ".join(words) or "nothing"


def counting(clock: ClockRule) -> str:
    """Return how a clock counts."""
    about = [f"{word}" for word in (clock.stage, clock.body, clock.visit, clock.kind) if word]
    of = f" ({', '.join(about)})" if about else ""
    ways = [word for word, holds in (("rolls", clock.rolls), ("final", clock.hard)) if holds]
    lag = f", or {clock.lag} after it was taken" if clock.lag is not None else ""
    since = f"{clock.anchor}{lag}{of}"
    return f"{clock.term} from {since}; met by {clock.met_by}; calendar {', '.join((clock.calendar, *ways))}"


def _waiting(rung: Rung) -> str:
    return f" if there is only {rung.after}" if rung.after is not None and not rung.answers else ""


def _following(kind: LetterKind) -> str:
    urgent = f"; urgent within {kind.urgent_within}" if kind.urgent_within else ""
    return f"{'; after one that is ' + listed(kind.follows) if kind.follows else ''}{urgent}"


def _parameters(entry: Requirement | LetterCondition) -> str:
    given = []
    for each in fields(entry):
        value = getattr(entry, each.name)
        if each.name not in _TOLD_APART and each.default is not MISSING and value != each.default:
            given.append(f"{each.name} {listed(value) if isinstance(value, tuple) else value}")
    return f": {'; '.join(given)}" if given else ""
