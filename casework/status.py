"""What a person does to a case as a whole: suspend, close, step back, set a requirement aside, assign, link."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select

from casework.case_file import CaseFile, open_case
from casework.office import Office
from casework.recording import WORKED_ON, learn, require_worked_on
from casework.staff import get_staff, require_role
from casework.typed_words import check_reason
from models.errors import InvalidInput, NotFound, RuleViolation
from models.records import Case, OverrideRecord, PauseRecord, SignOffRecord, StageEntryRecord
from models.records.base import new_id
from models.rules.canonical import Json
from models.rules.disclosure import Field
from models.rules.policy import RequirementKind, SideExit, SideStepKind
from models.rules.reference import parse_reference
from models.statuses import CaseStatus, ClosingReason, Role, Stage


def suspend(office: Office, reference: str, *, reason: str, now: datetime, actor: str) -> None:
    """Let a case rest: its clocks pause, all but hard cut-offs.

    Raises RuleViolation `case_is_…`, `role_not_allowed`.
    """
    words = check_reason(reason)
    with open_case(office, reference, now, actor) as file:
        _require_step(file, SideStepKind.SUSPEND)
        file.require(CaseStatus.OPEN)
        file.case.status = CaseStatus.SUSPENDED
        _begin_pause(file)
        file.journal("suspended", words=words)


def resume(office: Office, reference: str, *, reason: str, now: datetime, actor: str) -> None:
    """Take up a suspended case again: its clocks are longer by the pause."""
    words = check_reason(reason)
    with open_case(office, reference, now, actor) as file:
        _require_step(file, SideStepKind.RESUME)
        file.require(CaseStatus.SUSPENDED)
        file.case.status = CaseStatus.OPEN
        _end_pause(file)
        file.journal("resumed", words=words)


def close(  # noqa: PLR0913 - case, as what, why, moment and name
    office: Office, reference: str, *, closed_as: ClosingReason, reason: str, now: datetime, actor: str
) -> None:
    """Close a case by one of the policy's side exits; its clocks stand as on this day.

    Raises RuleViolation `side_exit_unknown`, `role_not_allowed`, `stage_not_reached`, `case_is_…`.
    """
    words = check_reason(reason)
    with open_case(office, reference, now, actor) as file:
        side_exit = _side_exit(office, closed_as)
        require_role(get_staff(file.session, actor), *side_exit.by)
        file.require(*WORKED_ON)
        if side_exit.from_stage is not None and file.case.stage is not side_exit.from_stage:
            advice = f"a case is closed so from the stage {side_exit.from_stage}"
            raise RuleViolation("stage_not_reached", advice, reference=file.reference)
        if file.case.status is CaseStatus.SUSPENDED:
            _end_pause(file)
        file.case.status, file.case.closed_as = CaseStatus.CLOSED, closed_as
        _begin_pause(file)
        file.journal("closed", {"as": closed_as.value}, words=words)


def reopen(office: Office, reference: str, *, reason: str, now: datetime, actor: str) -> None:
    """Open a closed case again, at the stage where it stood; the time between counts as a pause."""
    words = check_reason(reason)
    with open_case(office, reference, now, actor) as file:
        _require_step(file, SideStepKind.REOPEN)
        file.require(CaseStatus.CLOSED)
        file.case.status, file.case.closed_as = CaseStatus.OPEN, None
        _end_pause(file)
        file.journal("reopened", words=words)


def step_back(  # noqa: PLR0913 - case, stage, why, moment and name
    office: Office, reference: str, *, to_stage: Stage, reason: str, now: datetime, actor: str
) -> None:
    """Put a case back to an earlier stage. It is held there until the next gate has been seen not to hold.

    What was signed and what arrived belongs to the way that is left behind: from below verified people sign anew, and
    from below returned the child arrives anew.
    Raises RuleViolation `not_a_step_back`, `role_not_allowed`, `case_is_…`.
    """
    words = check_reason(reason)
    with open_case(office, reference, now, actor) as file:
        _require_step(file, SideStepKind.STEP_BACK)
        file.require(CaseStatus.OPEN)
        before = file.case.stage
        if to_stage.order >= before.order:
            raise RuleViolation("not_a_step_back", f"the case stands at {before}", reference=file.reference)
        _enter(file, to_stage)
        file.case.held_stage = to_stage.following
        body: dict[str, Json] = {"from": before.value, "to": to_stage.value, "lapsed": _lapse(file, to_stage)}
        file.journal("stepped_back", body, words=words)


def release_hold(office: Office, reference: str, *, reason: str, now: datetime, actor: str) -> None:
    """Let a case that was stepped back by mistake go on at the next look. Raises RuleViolation `nothing_held`."""
    words = check_reason(reason)
    with open_case(office, reference, now, actor) as file:
        _require_step(file, SideStepKind.STEP_BACK)
        file.require(*WORKED_ON)
        held = file.case.held_stage
        if held is None:
            raise RuleViolation("nothing_held", "the case is not held back", reference=file.reference)
        file.case.held_stage = None
        file.journal("hold_released", {"stage": held.value}, words=words)


def override(  # noqa: PLR0913 - case, stage, requirement, why, moment and name
    office: Office,
    reference: str,
    *,
    stage: Stage,
    requirement: RequirementKind,
    reason: str,
    now: datetime,
    actor: str,
) -> None:
    """Set a requirement of a stage's gate aside for one case, on the actor's own responsibility.

    Raises InvalidInput `requirement_unknown`, RuleViolation `already_overridden`, `role_not_allowed`, `case_is_…`.
    """
    words = check_reason(reason)
    with open_case(office, reference, now, actor) as file:
        _require_step(file, SideStepKind.OVERRIDE)
        file.require(*WORKED_ON)
        _check_override(file, stage, requirement)
        file.session.add(
            OverrideRecord(case_id=file.case.id, stage=stage, requirement=requirement.value, by=actor, at=now)
        )
        file.journal("overridden", {"stage": stage.value, "requirement": requirement.value}, words=words)


def assign(office: Office, reference: str, *, coordinator: str, now: datetime, actor: str) -> None:
    """Give a case to a coordinator. Raises RuleViolation `staff_…`, `role_not_allowed`."""
    with open_case(office, reference, now, actor) as file:
        require_worked_on(file)
        require_role(get_staff(file.session, coordinator), Role.COORDINATOR, Role.SUPERVISOR)
        before = file.case.coordinator
        file.case.coordinator = coordinator
        file.journal("assigned", {"from": before, "to": coordinator})


def clear_duplicate(office: Office, reference: str, *, reason: str, now: datetime, actor: str) -> None:
    """Put on record that a case flagged as a second application is another child's.

    Raises RuleViolation `no_duplicate_suspected`, `role_not_allowed`.
    """
    words = check_reason(reason)
    with open_case(office, reference, now, actor) as file:
        require_role(require_worked_on(file), Role.COORDINATOR, Role.SUPERVISOR)
        suspected = file.case.possible_duplicate_of
        if suspected is None:
            raise RuleViolation("no_duplicate_suspected", "the case is not flagged as one", reference=file.reference)
        file.case.possible_duplicate_of = None
        file.journal("duplicate_cleared", {"of": suspected}, words=words)


def link_siblings(office: Office, references: Sequence[str], *, now: datetime, actor: str) -> str:
    """Put cases, and the groups they belong to already, into one group of siblings; return its id. Safe to repeat.

    Raises InvalidInput `siblings_too_few`, NotFound `case_not_found`, RuleViolation `case_is_erased`.
    """
    wanted = sorted({parse_reference(typed) for typed in references})
    if len(wanted) == 1 or not wanted:
        raise InvalidInput("siblings_too_few", "name at least two cases")
    group, members = _joined_group(office, wanted)
    for reference in members:
        with open_case(office, reference, now, actor) as file:
            get_staff(file.session, actor)
            learn(file.case, Field.SIBLINGS)
            if file.case.sibling_group != group:
                file.case.sibling_group = group
                file.journal("siblings_linked", {"group": group})
    return group


def _require_step(file: CaseFile, kind: SideStepKind) -> None:
    """Refuse unless the policy lets the actor take this step; a step it does not name is nobody's."""
    by = (role for step in file.office.policy.side_steps if step.step is kind for role in step.by)
    require_role(get_staff(file.session, file.actor), *by)


def _side_exit(office: Office, closed_as: ClosingReason) -> SideExit:
    for side_exit in office.policy.side_exits:
        if side_exit.reason is closed_as:
            return side_exit
    raise RuleViolation("side_exit_unknown", "the policy knows no such way to close a case", reason=closed_as.value)


def _begin_pause(file: CaseFile) -> None:
    file.session.add(PauseRecord(case_id=file.case.id, from_on=file.today))


def _end_pause(file: CaseFile) -> None:
    running = select(PauseRecord).where(PauseRecord.case_id == file.case.id, PauseRecord.until_on.is_(None))
    for pause in file.session.scalars(running):
        pause.until_on = file.today


def _enter(file: CaseFile, stage: Stage) -> None:
    entries = select(StageEntryRecord.number).where(StageEntryRecord.case_id == file.case.id)
    file.session.add(
        StageEntryRecord(
            case_id=file.case.id,
            number=max(file.session.scalars(entries)) + 1,
            stage=stage,
            entered_at=file.now,
            policy_version=file.office.policy.version,
        )
    )
    file.case.stage = stage


def _lapse(file: CaseFile, to_stage: Stage) -> list[Json]:
    """Let the facts lapse that carried the case beyond a stage and must come anew; say which there were."""
    case, lapsed = file.case, list[Json]()
    if to_stage.order < Stage.VERIFIED.order:
        signed = file.session.execute(delete(SignOffRecord).where(SignOffRecord.case_id == case.id))
        lapsed += ["sign_offs"] if cast("CursorResult[Any]", signed).rowcount else []
    if case.arrived_on is not None:
        case.arrived_on = case.received_by = case.arrival_territory = None
        lapsed += ["arrival"]
    return lapsed


def _check_override(file: CaseFile, stage: Stage, requirement: RequirementKind) -> None:
    asked = [each.requires.value for each in file.office.policy.gate(stage)]
    if requirement not in asked:
        raise InvalidInput("requirement_unknown", f"the gate asks for: {', '.join(dict.fromkeys(asked))}", stage=stage)
    there = select(OverrideRecord.id).where(
        OverrideRecord.case_id == file.case.id,
        OverrideRecord.stage == stage,
        OverrideRecord.requirement == requirement.value,
    )
    if file.session.scalars(there).first() is not None:
        raise RuleViolation("already_overridden", reference=file.reference, stage=stage)


def _joined_group(office: Office, references: Sequence[str]) -> tuple[str, list[str]]:
    """Return the group the cases are to share and every case that then belongs to it."""
    with office.store.reading() as session:
        found = session.execute(select(Case.reference, Case.sibling_group).where(Case.reference.in_(references))).all()
        if len(found) < len(references):
            missing = sorted(set(references) - {row.reference for row in found})
            raise NotFound("case_not_found", reference=missing[0])
        groups = sorted({row.sibling_group for row in found if row.sibling_group is not None})
        already = session.scalars(select(Case.reference).where(Case.sibling_group.in_(groups))).all()
    return (groups[0] if groups else new_id()), sorted({*references, *already})
