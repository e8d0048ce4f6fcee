"""A small policy for the tests of the rules: the domain's five gates, and a clock of every sort. Weekdays work."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from models.rules.letter_policy import Body, LetterKind
from models.rules.policy import (
    Anchor,
    ClockRule,
    DraftOrder,
    MetBy,
    OfficeDay,
    Policy,
    Requirement,
    RequirementKind,
    Rung,
    StageRule,
)
from models.rules.rulebook import Rulebook
from models.rules.terms import Term, TermUnit
from models.statuses import (
    Basis,
    Channel,
    ChecklistItem,
    InformationGrade,
    Purpose,
    ReportOffice,
    Role,
    RungKind,
    SourceGrade,
    Stage,
    Territory,
)
from tests.models.rules.rule_facts import IDENTITY

NAME = {"en": "A test's own"}
DAYS, WORKING, WEEKS, MONTHS, YEARS, HOURS = TermUnit
FAMILY = (Basis.PARENT, Basis.GUARDIAN, Basis.GRANDPARENT)
ICRC = DraftOrder("icrc_request", Purpose.SEARCH)
WGEID = DraftOrder("wgeid_request", Purpose.SEARCH)
MORE_ITEMS = tuple(item for item in ChecklistItem if item is not ChecklistItem.LOCATION_RECONFIRMED)


def weekdays(day: date) -> bool:
    return day.isoweekday() <= 5


def wants(kind: RequirementKind) -> Requirement:
    """The test policy's requirement of a kind; the first, where there are two."""
    return next(each for rule in STAGES for each in rule.gate if each.requires is kind)


def rungs(*days: int, order: DraftOrder | None = None) -> tuple[Rung, ...]:
    """A ladder whose rungs are named by their days; its last asks for the draft, if any."""
    ordered = {days[-1]: (order,)} if order else {}
    return tuple(
        Rung(f"day_{day}", RungKind.REMINDER, (Role.COORDINATOR,), NAME, at_day=day, drafts=ordered.get(day, ()))
        for day in days
    )


def rule(rule_id: str, anchor: Anchor, count: int, unit: TermUnit, met_by: MetBy, **more: object) -> ClockRule:
    plain = ClockRule(rule_id, NAME, anchor, Term(count, unit), "office", met_by, legal_basis="made for tests")
    return replace(plain, **more)  # type: ignore[arg-type]  # the keywords are ClockRule's own


def stage_rule(stage: Stage, count: int, ladder: tuple[Rung, ...]) -> ClockRule:
    return rule(f"stage_{stage}", Anchor.STAGE_ENTERED, count, DAYS, MetBy.NEXT_STAGE, stage=stage, rungs=ladder)


def book_of(*clocks: ClockRule, base: Policy | None = None) -> Rulebook:
    """The test policy's rulebook with these clocks only."""
    return Rulebook(replace(base or POLICY, clocks=clocks), {"office": weekdays})


def _gate(*requirements: tuple[RequirementKind, dict[str, object]]) -> tuple[Requirement, ...]:
    plain = (Requirement(kind, legal_basis="made for tests") for kind, _ in requirements)
    return tuple(
        replace(each, **more)  # type: ignore[arg-type]  # the keywords are Requirement's own
        for each, (_, more) in zip(plain, requirements, strict=True)
    )


GATES: dict[Stage, tuple[Requirement, ...]] = {
    Stage.REPORTED: (),
    Stage.IDENTIFIED: _gate(
        (RequirementKind.MINIMUM_IDENTITY, {"fields": tuple(sorted(IDENTITY))}),
        (RequirementKind.REQUESTER_STANDING, {"bases": FAMILY}),
        (RequirementKind.CONSENT, {"purpose": Purpose.SEARCH}),
        (RequirementKind.REPORT_REFERENCE, {"offices": tuple(ReportOffice)}),
    ),
    Stage.LOCATED: _gate(
        (
            RequirementKind.SUPPORTED_LOCATION,
            {
                "official": 1,
                "independent": 2,
                "within_days": 90,
                "worst_source": SourceGrade.C,
                "worst_information": InformationGrade.POSSIBLY_TRUE,
            },
        )
    ),
    Stage.DIPLOMATIC_REQUEST: _gate((RequirementKind.REQUEST_TAKEN, {"bodies": ("ombudsman_ua", "icrc")})),
    Stage.VERIFIED: _gate(
        (RequirementKind.BODY_AGREES, {"bodies": ("ombudsman_ua", "icrc")}),
        (RequirementKind.CHECKLIST, {"items": MORE_ITEMS}),
        (RequirementKind.CHECKLIST, {"items": (ChecklistItem.LOCATION_RECONFIRMED,), "within_days": 14}),
        (RequirementKind.SIGN_OFFS, {"people": 2}),
    ),
    Stage.RETURNED: _gate(
        (
            RequirementKind.ARRIVAL,
            {
                "bases": FAMILY,
                "territories": (Territory.GOVERNMENT_CONTROLLED, Territory.SAFE_THIRD_COUNTRY),
            },
        )
    ),
}
STAGES = tuple(StageRule(stage, NAME, gate) for stage, gate in GATES.items())

REPORTED = stage_rule(Stage.REPORTED, 15, rungs(7, 12, 15, 20, 30))
IDENTIFIED = stage_rule(Stage.IDENTIFIED, 90, rungs(30, order=ICRC) + rungs(60, order=WGEID) + rungs(90))
LOCATED = stage_rule(Stage.LOCATED, 14, rungs(7, 10, 14, 21))
REQUESTED = stage_rule(Stage.DIPLOMATIC_REQUEST, 60, rungs(33, 45) + rungs(60, order=ICRC) + rungs(90))
VERIFIED = stage_rule(Stage.VERIFIED, 30, rungs(14, 21, 30, 45))
OMBUDSMAN_REPLY = rule(
    "ombudsman_reply", Anchor.LETTER_TAKEN, 1, MONTHS, MetBy.REPLY, body="ombudsman_ua", rungs=rungs(15, 31, 45)
)
ICRC_REPLY = rule(
    "icrc_reply",
    Anchor.LETTER_TAKEN,
    30,
    DAYS,
    MetBy.REPLY,
    body="icrc",
    rungs=rungs(20) + rungs(30, order=ICRC) + rungs(40, order=WGEID),
)
WGEID_URGENT = rule(
    "wgeid_urgent",
    Anchor.SEPARATION,
    3,
    MONTHS,
    MetBy.LETTER_TO,
    body="wgeid",
    rolls=False,
    hard=True,
    rungs=rungs(60, order=WGEID) + rungs(80),
)
LOCATION_STALE = rule("location_stale", Anchor.LAST_SIGHTING, 90, DAYS, MetBy.NOTHING, rolls=False, rungs=rungs(76, 90))
EIGHTEEN = rule(
    "eighteen", Anchor.EIGHTEENTH_BIRTHDAY, 0, DAYS, MetBy.OWN_CONSENT, rolls=False, rungs=rungs(-90, 0, 30)
)
VISIT_72H = rule("visit_72h", Anchor.ARRIVAL, 3, DAYS, MetBy.VISIT, visit="72h", rungs=rungs(1, 6))
FOLLOW_UP = rule("follow_up", Anchor.ARRIVAL, 365, DAYS, MetBy.NOTHING, rungs=rungs(360))
CLOCKS = (
    *(REPORTED, IDENTIFIED, LOCATED, REQUESTED, VERIFIED),
    *(OMBUDSMAN_REPLY, ICRC_REPLY, WGEID_URGENT, LOCATION_STALE, EIGHTEEN, VISIT_72H, FOLLOW_UP),
)


def body_of(body_id: str, *, consent_required: bool = True) -> Body:
    return Body(
        body_id,
        NAME,
        NAME,
        Channel.MAIL,
        ("uk",),
        (),
        legal_basis="made for tests",
        consent_required=consent_required,
    )


def _kinds(bodies: Iterable[str]) -> tuple[LetterKind, ...]:
    return tuple(LetterKind(f"{body}_request", (body,), NAME, (Purpose.SEARCH,), NAME) for body in bodies)


POLICY = Policy(
    version="tests",
    office_day=OfficeDay(),
    stages=STAGES,
    clocks=CLOCKS,
    bodies=(body_of("ombudsman_ua"), body_of("icrc"), body_of("wgeid"), body_of("family", consent_required=False)),
    kinds=_kinds(("ombudsman_ua", "icrc", "wgeid", "family")),
)
BOOK = Rulebook(POLICY, {"office": weekdays})
