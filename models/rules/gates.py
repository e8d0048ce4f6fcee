"""Gates: does what is on record satisfy a stage's requirements, and until when?

One rule for each `RequirementKind`; each looks only at the facts, its own parameters and `today`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from models.rules.facts import ANY_BODY, CaseFacts, ConsentFact, SightingFact
from models.rules.letter_policy import Body
from models.rules.policy import Requirement, RequirementKind
from models.statuses import Basis, Purpose, SourceKind, Stage


@dataclass(frozen=True, slots=True)
class Finding:
    """What a gate's look at one requirement found.

    `missing` names in closed words what is not there; empty means the requirement holds. `until` is the last day on
    which it holds if nothing new is recorded, or None if time alone does not change it.
    """

    missing: tuple[str, ...] = ()
    until: date | None = None

    @property
    def holds(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing


HOLDS = Finding()
ENDING_IN_TIME = frozenset({RequirementKind.CONSENT, RequirementKind.SUPPORTED_LOCATION, RequirementKind.CHECKLIST})
"""The kinds of requirement of which a finding may have an `until`."""


@dataclass(frozen=True, slots=True)
class Missing:
    """Something a stage still lacks: `stage` the gate's, `requirement` its kind, `what` a closed word."""

    stage: Stage
    requirement: RequirementKind
    what: str


@dataclass(frozen=True, slots=True)
class GateFinding:
    """A whole gate: what is missing, and the last day on which it holds as it stands."""

    missing: tuple[Missing, ...]
    until: date | None

    @property
    def holds(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing


def check_gate(stage: Stage, gate: Iterable[Requirement], facts: CaseFacts, today: date) -> GateFinding:
    """Check every requirement of the gate before `stage`; those a supervisor has overridden hold."""
    missing: list[Missing] = []
    untils: list[date] = []
    for requirement in gate:
        kind = requirement.requires
        if facts.overrides and (stage, kind.value) in facts.overrides:
            continue
        finding = _RULES[kind](requirement, facts, today)
        if finding.missing:
            missing += [Missing(stage, kind, what) for what in finding.missing]
        if finding.until is not None:
            untils.append(finding.until)
    return GateFinding(tuple(missing), min(untils, default=None))


class CheckedGates:
    """A case's gates on one day, each checked once: no stage entered and no letter drafted meanwhile changes them."""

    def __init__(self, gates: Callable[[Stage], Iterable[Requirement]], facts: CaseFacts, today: date) -> None:
        self._gates = gates
        self._facts = facts
        self._today = today
        self._checked: dict[Stage, GateFinding] = {}

    def check(self, stage: Stage) -> GateFinding:
        """Check the gate before `stage`."""
        checked = self._checked.get(stage)
        if checked is None:
            checked = self._checked[stage] = check_gate(stage, self._gates(stage), self._facts, self._today)
        return checked

    def holds_until(self, stage: Stage, in_time: Iterable[Requirement]) -> date | None:
        """Return the last day on which the gate stands as it does; `in_time` are its requirements that end in time."""
        checked = self._checked.get(stage)
        return (checked or check_gate(stage, in_time, self._facts, self._today)).until


def active_consents(facts: CaseFacts, purpose: Purpose, today: date, body: Body | None = None) -> list[ConsentFact]:
    """Return the consents in force on `today` for a purpose, for one body or (None) for any.

    A consent to everybody counts only for a body that need not be named. From the eighteenth birthday on only the
    person's own consent counts (domain reference, section 6).
    """
    grown_on = facts.surely_adult_on
    grown = grown_on is not None and today >= grown_on
    return [
        consent
        for consent in facts.consents
        if consent.purpose is purpose
        and consent.given_on <= today
        and (consent.withdrawn_on is None or consent.withdrawn_on > today)
        and (body is None or consent.body == body.id or (consent.body == ANY_BODY and not body.consent_by_name))
        and (not grown or consent.given_by is Basis.SELF)
    ]


def credible(sighting: SightingFact, requirement: Requirement) -> bool:
    """Whether a sighting is graded no worse than the policy accepts, and stands."""
    return (
        not sighting.withdrawn
        and sighting.source_grade <= requirement.worst_source
        and sighting.information_grade <= requirement.worst_information
    )


def latest_sighting(facts: CaseFacts, requirement: Requirement) -> SightingFact | None:
    """Return the credible sighting that says where the child was last, or None.

    One that gives no day counts from the day it was stated; of two on a day the later statement wins.
    """
    standing = [sighting for sighting in facts.sightings if credible(sighting, requirement)]
    return max(standing, key=lambda each: (each.seen_on or each.stated_on, each.stated_on, each.id), default=None)


def sightings_of_latest_place(facts: CaseFacts, requirement: Requirement) -> list[SightingFact]:
    """Return the credible sightings, dated or not, of the place where the child was last."""
    latest = latest_sighting(facts, requirement)
    if latest is None:
        return []
    return [each for each in facts.sightings if credible(each, requirement) and each.place_no == latest.place_no]


def _minimum_identity(requirement: Requirement, facts: CaseFacts, _: date) -> Finding:
    return Finding(tuple(name for name in requirement.fields if name not in facts.known))


def _requester_standing(requirement: Requirement, facts: CaseFacts, _: date) -> Finding:
    if facts.requester is None:
        return Finding(("requester",))
    if facts.requester not in requirement.bases:
        return Finding(("requester_basis",))
    return HOLDS if facts.standing_confirmed else Finding(("standing_not_confirmed",))


def _consent(requirement: Requirement, facts: CaseFacts, today: date) -> Finding:
    purpose = requirement.purpose or Purpose.SEARCH
    consents = active_consents(facts, purpose, today)
    if not consents:
        return Finding((f"consent_{purpose}",))
    lasts = [_ends_before(consent, facts) for consent in consents]
    if None in lasts:
        return HOLDS
    return Finding(until=max(day for day in lasts if day is not None) - timedelta(days=1))


def _ends_before(consent: ConsentFact, facts: CaseFacts) -> date | None:
    """Return the first day on which a consent in force counts no more, or None."""
    grown_on = None if consent.given_by is Basis.SELF else facts.surely_adult_on
    if consent.withdrawn_on is None:
        return grown_on
    return consent.withdrawn_on if grown_on is None else min(consent.withdrawn_on, grown_on)


def _report_reference(requirement: Requirement, facts: CaseFacts, _: date) -> Finding:
    return HOLDS if facts.reports & set(requirement.offices) else Finding(("report_reference",))


def _supported_location(requirement: Requirement, facts: CaseFacts, today: date) -> Finding:
    here = sightings_of_latest_place(facts, requirement)
    if not here:
        return Finding(("credible_sighting",))
    official = [each for each in here if each.source_kind is SourceKind.OFFICIAL]
    lasts = timedelta(days=requirement.within_days)
    until = max(
        _carried_until(official, requirement.official, lasts), _carried_until(here, requirement.independent, lasts)
    )
    if until == date.min:
        return Finding(("official_or_two_independent_sources",))
    return Finding(until=until) if until >= today else Finding(("location_stale",))


def _carried_until(sightings: list[SightingFact], wanted: int, lasts: timedelta) -> date:
    """Return the last day on which so many different dated sources carry the place; `date.min` if they never do."""
    newest: dict[int, date] = {}
    for each in sightings:
        if each.seen_on:
            newest[each.source_no] = max(each.seen_on, newest.get(each.source_no, date.min))
    if not wanted or len(newest) < wanted:
        return date.min
    return sorted(newest.values(), reverse=True)[wanted - 1] + lasts


def _request_taken(requirement: Requirement, facts: CaseFacts, _: date) -> Finding:
    taken = any(
        letter.taken_on is not None
        and letter.body in requirement.bodies
        and letter.purpose is (requirement.purpose or Purpose.RETURN)
        for letter in facts.letters
    )
    return HOLDS if taken else Finding(("request_not_taken",))


def _body_agrees(requirement: Requirement, facts: CaseFacts, _: date) -> Finding:
    asked = {letter.id for letter in facts.letters if letter.body in requirement.bodies}
    agreed = any(
        reply.letter in asked and (reply.acknowledges_child or reply.agrees_to_verification) for reply in facts.replies
    )
    return HOLDS if agreed else Finding(("no_acknowledgement_of_child",))


def _checklist(requirement: Requirement, facts: CaseFacts, today: date) -> Finding:
    """Check the items, the newest of each; with `within_days` one established longer ago counts no more."""
    established = dict(sorted(facts.checklist, key=lambda pair: pair[1]))
    missing = tuple(item.value for item in requirement.items if item not in established)
    if missing or not requirement.within_days:
        return Finding(missing)
    lasts = {item: established[item] + timedelta(days=requirement.within_days) for item in requirement.items}
    stale = tuple(f"{item}_stale" for item, until in lasts.items() if until < today)
    return Finding(stale) if stale else Finding(until=min(lasts.values()))


def _sign_offs(requirement: Requirement, facts: CaseFacts, _: date) -> Finding:
    people = {sign_off.person_no for sign_off in facts.sign_offs}
    return HOLDS if len(people) >= requirement.people else Finding(("sign_off_of_two_people",))


def _arrival(requirement: Requirement, facts: CaseFacts, _: date) -> Finding:
    if facts.arrival is None:
        return Finding(("arrival",))
    if facts.arrival.territory not in requirement.territories:
        return Finding(("arrival_on_free_territory",))
    return HOLDS if facts.arrival.received_by in requirement.bases else Finding(("arrival_with_family_or_guardian",))


_RULES: Mapping[RequirementKind, Callable[[Requirement, CaseFacts, date], Finding]] = {
    RequirementKind.MINIMUM_IDENTITY: _minimum_identity,
    RequirementKind.REQUESTER_STANDING: _requester_standing,
    RequirementKind.CONSENT: _consent,
    RequirementKind.REPORT_REFERENCE: _report_reference,
    RequirementKind.SUPPORTED_LOCATION: _supported_location,
    RequirementKind.REQUEST_TAKEN: _request_taken,
    RequirementKind.BODY_AGREES: _body_agrees,
    RequirementKind.CHECKLIST: _checklist,
    RequirementKind.SIGN_OFFS: _sign_offs,
    RequirementKind.ARRIVAL: _arrival,
}
