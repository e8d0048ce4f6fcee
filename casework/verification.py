"""What is established before a child counts as verified, who signs for it, and the child's arrival and follow-up."""

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import select

from casework.case_file import CaseFile, open_case
from casework.office import Office
from casework.recording import check_past, require_worked_on
from models.errors import InvalidInput, RuleViolation
from models.records import ChecklistRecord, OverrideRecord, SignOffRecord, Staff, VisitRecord
from models.rules.policy import RequirementKind
from models.statuses import Basis, ChecklistItem, Stage, Territory


def establish_item(  # noqa: PLR0913 - case, item, day, moment and name
    office: Office, reference: str, *, item: ChecklistItem, established_on: date, now: datetime, actor: str
) -> None:
    """Record that a checklist item was established on a day; again, when it is confirmed anew.

    Raises InvalidInput `date_in_future`.
    """
    with open_case(office, reference, now, actor) as file:
        require_worked_on(file)
        check_past(established_on, file.today, "established_on")
        file.session.add(ChecklistRecord(case_id=file.case.id, item=item, established_on=established_on, by=actor))
        file.journal("item_established", {"item": item.value})


def sign_off(office: Office, reference: str, *, now: datetime, actor: str) -> None:
    """Sign, in one's own name, that the child is verified; the whole checklist must have been established before.

    Raises RuleViolation `checklist_incomplete`, `already_signed`, or `same_person` for another account of a person who
    has signed.
    """
    with open_case(office, reference, now, actor) as file:
        staff = require_worked_on(file)
        _check_signature(file, staff)
        open_items = sorted(_open_items(file))
        if open_items:
            advice = f"establish first: {', '.join(open_items)}"
            raise RuleViolation("checklist_incomplete", advice, reference=file.reference)
        file.session.add(
            SignOffRecord(
                case_id=file.case.id, by=staff.id, person_no=staff.person_no, role=staff.role, signed_on=file.today
            )
        )
        file.journal("signed_off", {"role": staff.role.value})


def record_arrival(  # noqa: PLR0913 - who, where and when belong together
    office: Office,
    reference: str,
    *,
    arrived_on: date,
    received_by: Basis,
    territory: Territory,
    now: datetime,
    actor: str,
) -> None:
    """Record that the child has arrived, with whom and on which territory; the gate decides whether that is a return.

    A later arrival takes the place of an earlier one. Raises InvalidInput `date_in_future` or
    `arrival_before_separation`.
    """
    with open_case(office, reference, now, actor) as file:
        require_worked_on(file)
        check_past(arrived_on, file.today, "arrived_on")
        parted_on = file.case.separation_on
        if parted_on is not None and arrived_on < parted_on:
            raise InvalidInput("arrival_before_separation", "look at both dates", reference=file.reference)
        file.case.arrived_on = arrived_on
        file.case.received_by = received_by
        file.case.arrival_territory = territory
        file.journal("arrival_recorded", {"received_by": received_by.value, "territory": territory.value})


def record_visit(  # noqa: PLR0913 - case, visit, day, moment and name
    office: Office, reference: str, *, visit: str, made_on: date, now: datetime, actor: str
) -> None:
    """Record a follow-up visit, named as the policy's clocks name it; after a second return it takes the first's place.

    Raises InvalidInput `visit_unknown`, `date_in_future`, `visit_before_arrival`, RuleViolation `arrival_missing`.
    """
    with open_case(office, reference, now, actor) as file:
        require_worked_on(file)
        _check_visit(file, visit, made_on)
        of_case = select(VisitRecord).where(VisitRecord.case_id == file.case.id, VisitRecord.visit == visit)
        made = file.session.scalars(of_case).one_or_none()
        if made is None:
            file.session.add(VisitRecord(case_id=file.case.id, visit=visit, made_on=made_on))
        else:
            made.made_on = made_on
        file.journal("visit_recorded", {"visit": visit})


def _check_signature(file: CaseFile, staff: Staff) -> None:
    signed = select(SignOffRecord.by).where(
        SignOffRecord.case_id == file.case.id, SignOffRecord.person_no == staff.person_no
    )
    by = file.session.scalars(signed).one_or_none()
    if by is None:
        return
    if by == staff.id:
        raise RuleViolation("already_signed", "the second signature is another person's", reference=file.reference)
    raise RuleViolation("same_person", "two accounts of one person are one signature", reference=file.reference)


def _open_items(file: CaseFile) -> set[str]:
    """Return the items of the gate that nobody has established; none where a supervisor has set the checklist aside."""
    aside = select(OverrideRecord.id).where(
        OverrideRecord.case_id == file.case.id,
        OverrideRecord.stage == Stage.VERIFIED,
        OverrideRecord.requirement == RequirementKind.CHECKLIST.value,
    )
    if file.session.scalars(aside).first() is not None:
        return set()
    established = file.session.scalars(select(ChecklistRecord.item).where(ChecklistRecord.case_id == file.case.id))
    return set(_wanted_items(file)) - {item.value for item in established}


def _wanted_items(file: CaseFile) -> Iterator[str]:
    for requirement in file.office.policy.gate(Stage.VERIFIED):
        if requirement.requires is RequirementKind.CHECKLIST:
            yield from (item.value for item in requirement.items)


def _check_visit(file: CaseFile, visit: str, made_on: date) -> None:
    visits = [clock.visit for clock in file.office.policy.clocks if clock.visit is not None]
    if visit not in visits:
        raise InvalidInput("visit_unknown", f"one of: {', '.join(visits)}")
    check_past(made_on, file.today, "made_on")
    if file.case.arrived_on is None:
        raise RuleViolation("arrival_missing", "record the child's arrival first", reference=file.reference)
    if made_on < file.case.arrived_on:
        raise InvalidInput("visit_before_arrival", "look at both dates", reference=file.reference)
