"""Stages and their gates: all six in order, each gate with the parameters its requirements use and no others."""

from collections.abc import Iterator, Mapping

from models.rules.policy import Requirement, RequirementKind, SideStepKind, StageRule
from models.rules.policy_checks.draft import PolicyDraft, Slip, SlipPath
from models.rules.policy_checks.names import check_basis, check_body_ids
from models.rules.policy_checks.parameters import Parameters, check_parameters
from models.statuses import ClosingReason, Stage, Territory

_NO_RETURN = frozenset({Territory.OCCUPIED, Territory.RUSSIA, Territory.BELARUS, Territory.DPRK})
_COUNTS = ("official", "independent", "within_days", "people")


_PARAMETERS: Mapping[RequirementKind, Parameters] = {
    RequirementKind.MINIMUM_IDENTITY: Parameters(("fields",)),
    RequirementKind.REQUESTER_STANDING: Parameters(("bases",)),
    RequirementKind.CONSENT: Parameters(("purpose",)),
    RequirementKind.REPORT_REFERENCE: Parameters(("offices",)),
    RequirementKind.SUPPORTED_LOCATION: Parameters(
        ("within_days",), ("official", "independent"), ("worst_source", "worst_information")
    ),
    RequirementKind.REQUEST_TAKEN: Parameters(("bodies", "purpose")),
    RequirementKind.BODY_AGREES: Parameters(("bodies",)),
    RequirementKind.CHECKLIST: Parameters(("items",), optional=("within_days",)),
    RequirementKind.SIGN_OFFS: Parameters(("people",)),
    RequirementKind.ARRIVAL: Parameters(("bases", "territories")),
}


def check_stages(draft: PolicyDraft) -> Iterator[Slip]:
    """All six stages, in order, each but the first with a gate that can hold."""
    names = draft.named.get("stages", {})
    wanted = [stage.value for stage in Stage]
    missing = [name for name in wanted if name not in names.values()]
    yield from (Slip(("stages",), "stage_missing", f"add the stage `{name}`") for name in missing)
    in_order = sorted((name for name in names.values() if name in wanted), key=wanted.index)
    if [name for name in names.values() if name in wanted] != in_order:
        yield Slip(("stages",), "stages_out_of_order", f"put the stages in this order: {', '.join(wanted)}")
    for place, rule in draft.stages.items():
        yield from _check_gate(rule, ("stages", place), draft)


def check_side_ways(draft: PolicyDraft) -> Iterator[Slip]:
    """Every way to close a case and every step aside is there, and somebody may take it."""
    yield from _missing_words(draft, "side_exits", [each.value for each in ClosingReason])
    yield from _missing_words(draft, "side_steps", [each.value for each in SideStepKind])
    for section, entries in (("side_exits", draft.side_exits), ("side_steps", draft.side_steps)):
        for place, entry in entries.items():
            if not entry.by:
                yield Slip((section, place, "by"), "nobody_named", "name at least one role that may do this")
    for place, way in draft.side_exits.items():
        if way.reason is ClosingReason.RETURNED and way.from_stage is not Stage.RETURNED:
            advice = "write `from_stage: returned`: only a child who has arrived has returned"
            yield Slip(("side_exits", place), "from_stage_wrong", advice)


def _missing_words(draft: PolicyDraft, section: str, wanted: list[str]) -> Iterator[Slip]:
    known = draft.known(section)
    yield from (Slip((section,), "entry_missing", f"add an entry for `{each}`") for each in wanted if each not in known)


def _check_gate(rule: StageRule, path: SlipPath, draft: PolicyDraft) -> Iterator[Slip]:
    if rule.stage is Stage.REPORTED and rule.gate:
        yield Slip((*path, "gate"), "gate_before_the_first", "delete this gate: every case begins at `reported`")
    if rule.stage is not Stage.REPORTED and not rule.gate:
        yield Slip(path, "gate_missing", "add `gate:` with what must be on record before this stage is reached")
    for place, requirement in enumerate(rule.gate):
        here = (*path, "gate", place)
        yield from check_basis(requirement.legal_basis, here)
        yield from check_parameters(requirement.requires, requirement, _PARAMETERS[requirement.requires], here)
        yield from _check_values(requirement, here, draft)


def _check_values(requirement: Requirement, path: SlipPath, draft: PolicyDraft) -> Iterator[Slip]:
    for name in _COUNTS:
        if getattr(requirement, name) < 0:
            yield Slip((*path, name), "number_beyond_sense", "write a number of 1 or more")
    yield from check_body_ids(requirement.bodies, (*path, "bodies"), draft)
    for place, body in enumerate(requirement.bodies):
        known, asked = body in draft.known("bodies"), requirement.requires is RequirementKind.REQUEST_TAKEN
        if known and asked and not _can_ask(body, requirement, draft):
            advice = f"give `{body}` a letter kind with the purpose `{requirement.purpose}`, or delete it"
            yield Slip((*path, "bodies", place), "body_without_letter", advice)
    for place, territory in enumerate(requirement.territories):
        if territory in _NO_RETURN:
            advice = f"delete `{territory}`: being moved there is not a return"
            yield Slip((*path, "territories", place), "territory_is_no_return", advice)


def _can_ask(body: str, requirement: Requirement, draft: PolicyDraft) -> bool:
    if requirement.purpose is None or len(draft.kinds) < len(draft.named.get("kinds", {})):
        return True  # the purpose's absence, or the broken kind, is a slip of its own
    first = [kind for kind in draft.kinds.values() if not kind.follows]
    return any(body in kind.bodies and requirement.purpose in kind.purposes for kind in first)
