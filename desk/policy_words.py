"""The policy put into lines that a person reads in a terminal."""

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields

from models.rules.policy import Body, ClockRule, Policy, Requirement

_TOLD_APART = frozenset({"requires", "legal_basis", "verified"})


def office_lines(policy: Policy, _: str) -> Iterator[str]:
    """The office's day."""
    yield f"the day begins at {policy.office_day.morning:%H:%M}, {policy.office_day.time_zone}"


def stage_lines(policy: Policy, language: str) -> Iterator[str]:
    """Each stage and what must be on record before it."""
    for rule in policy.stages:
        yield f"{rule.stage}: {_in(rule.name, language)}"
        for requirement in rule.gate:
            yield f"  {requirement.requires}{_parameters(requirement)}"
            yield _basis(requirement.legal_basis, requirement.verified)


def clock_lines(policy: Policy, language: str) -> Iterator[str]:
    """Each clock with its ladder."""
    for clock in policy.clocks:
        yield f"{clock.id}: {_in(clock.name, language)}"
        yield f"  {_counting(clock)}"
        for rung in clock.rungs:
            yield f"  day {rung.at_day:>4}  {rung.kind}, {_list(rung.tell)}: {_in(rung.says, language)}"
            for order in rung.drafts:
                yield f"            draft {order.kind}, purpose {order.purpose}"
        yield _basis(clock.legal_basis, clock.verified)


def category_lines(policy: Policy, language: str) -> Iterator[str]:
    """What no body of a category may be told."""
    for category in policy.categories:
        yield f"{category.id}: {_in(category.name, language)}"
        yield f"  never: {_list(category.excluded)}"
        yield _basis(category.legal_basis, category.verified)


def body_lines(policy: Policy, language: str) -> Iterator[str]:
    """Each body: how it is reached, what it may be told, who approves."""
    for body in policy.bodies:
        yield f"{body.id}: {_in(body.name, language)}"
        yield f"  {body.channel}, in {_list(body.languages)}; {_approval(body)}; {_consent(body)}"
        yield f"  may be told: {_list(body.allow)}"
        for address in body.addresses:
            yield f"  from {address.valid_from}: {address.mail or 'no mail address'}"
        yield _basis(body.legal_basis, body.verified)


def kind_lines(policy: Policy, language: str) -> Iterator[str]:
    """Each kind of letter."""
    for kind in policy.kinds:
        yield f"{kind.id}: {_in(kind.name, language)}"
        yield f"  to {_list(kind.bodies)}, for {_list(kind.purposes)}; subject: {_in(kind.subject, language)}"


def exit_lines(policy: Policy, language: str) -> Iterator[str]:
    """Each way to close a case, and who may."""
    for way in policy.side_exits:
        only = f"; only from {way.from_stage}" if way.from_stage else ""
        yield f"{way.reason}: {_in(way.name, language)}"
        yield f"  by {_list(way.by)}{only}"
        yield _basis(way.legal_basis, way.verified)


def step_lines(policy: Policy, language: str) -> Iterator[str]:
    """Each step aside, and who may take it."""
    for step in policy.side_steps:
        yield f"{step.step}: {_in(step.name, language)}"
        yield f"  by {_list(step.by)}"
        yield _basis(step.legal_basis, step.verified)


def _in(texts: Mapping[str, str], language: str) -> str:
    return texts[language]


def _basis(legal_basis: str, verified: bool) -> str:
    return f"  {'verified' if verified else 'not verified'}: {legal_basis}"


def _list(words: tuple[str, ...]) -> str:
    return ", ".join(words) or "nothing"


def _counting(clock: ClockRule) -> str:
    about = [f"{word}" for word in (clock.stage, clock.body, clock.visit) if word]
    of = f" ({', '.join(about)})" if about else ""
    ways = [word for word, holds in (("rolls", clock.rolls), ("final", clock.hard)) if holds]
    return f"{clock.term} from {clock.anchor}{of}; met by {clock.met_by}; calendar {', '.join((clock.calendar, *ways))}"


def _parameters(requirement: Requirement) -> str:
    given = []
    for each in fields(requirement):
        value = getattr(requirement, each.name)
        if each.name not in _TOLD_APART and each.default is not MISSING and value != each.default:
            given.append(f"{each.name} {_list(value) if isinstance(value, tuple) else value}")
    return f": {'; '.join(given)}" if given else ""


def _approval(body: Body) -> str:
    lawyer = ", one of them the legal officer" if body.approval.legal_officer else ""
    return f"approved by {body.approval.people}{lawyer}"


def _consent(body: Body) -> str:
    passes_on = ", and it passes letters on to the State" if body.passes_on_to_state else ""
    return f"{'only with consent' if body.consent_required else 'without consent'}{passes_on}"
