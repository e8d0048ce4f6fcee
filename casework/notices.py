"""Notices to staff: who is told of a rung, and the message that an urgent one sends them or their deputy."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from casework.absences import Absence
from casework.deadlines import find_letter_numbers
from casework.loading import CaseRow
from casework.office import Office
from casework.readers import Readers, Route, read_readers
from casework.told import Deadline, deadline_item, in_language, print_item, stand_in_words, with_rung
from models.records import ClockRecord, Parcel, Staff
from models.records.base import new_id
from models.rules.clocks import DueRung, PlannedClock, end_moment
from models.rules.policy import After, Policy, Rung
from models.statuses import ClockState, ParcelKind, ParcelState, Role

_WAITS_FOR_NOBODY = timedelta(hours=24)
Urgent = tuple[CaseRow, DueRung]


def write_urgent_notices(office: Office, session: Session, urgent: Sequence[Urgent], now: datetime) -> None:
    """Put a message for everybody an urgent rung tells into the outbox, within the caller's transaction.

    It leaves at once while its reader is at work, else on the next working morning; of a hard cut-off that ends within
    a day it leaves at once at any hour.
    """
    if not urgent:
        return
    readers = read_readers(office, session, now)
    letters = find_letter_numbers(session, [_letter(due) for _, due in urgent])
    parcels = [
        _parcel(case, due, route, _text(office, deadline, due, route, absences, now), now)
        for case, due in urgent
        for deadline in [_deadline(office, readers, case, due, letters.get(_letter(due)), now)]
        for route, absences in _routes(readers, deadline, due, now)
    ]
    if parcels:
        session.execute(insert(Parcel), parcels)


def readers_of(rung: Rung, coordinator: str | None, staff: Sequence[Staff]) -> list[Staff]:
    """Return whom a rung tells: the case's own coordinator, and everybody in the other roles it names.

    A case without a coordinator tells the supervisors instead, so that no notice is told to nobody.
    """
    roles = set(rung.tell)
    if Role.COORDINATOR in roles and coordinator is None:
        roles.add(Role.SUPERVISOR)
    roles.discard(Role.COORDINATOR)
    return [
        reader
        for reader in staff
        if reader.role in roles or (Role.COORDINATOR in rung.tell and reader.id == coordinator)
    ]


def find_rung(policy: Policy, rule_id: str, rung_id: str) -> Rung | None:
    """Find a clock's rung; none where the policy knows it no more."""
    rungs = (rung for rule in policy.clocks if rule.id == rule_id for rung in rule.rungs)
    return next((rung for rung in rungs if rung.id == rung_id), None)


def asks_no_more(office: Office, session: Session, notice: Parcel) -> bool:
    """Whether what a notice asks for has been done, or is asked no more, since it was put into the outbox."""
    if notice.case_id is None:
        return False
    _, _, rule, anchor, rung_id, _ = notice.key.split("/")
    of_clock = ClockRecord.case_id == notice.case_id, ClockRecord.rule == rule, ClockRecord.anchor == anchor
    state = session.scalars(select(ClockRecord.state).where(*of_clock)).one_or_none()
    rung = find_rung(office.policy, rule, rung_id)
    # A refusal stops the clock, and what it asks for begins.
    after_refusal = rung is not None and rung.after is After.REFUSAL
    return state is ClockState.DROPPED or (state is ClockState.MET and not after_refusal)


def _letter(due: DueRung) -> str:
    return due.clock.letter or due.clock.anchor


def _deadline(  # noqa: PLR0913, PLR0917 - what a deadline is made of
    office: Office, readers: Readers, case: CaseRow, due: DueRung, letter: str | None, now: datetime
) -> Deadline:
    clock = due.clock
    today = office.book.today(now)
    return Deadline(
        reference=case.reference,
        # Whose account has ended looks after nothing: the supervisors are told instead.
        coordinator=case.coordinator if any(each.id == case.coordinator for each in readers.staff) else None,
        rule=clock.rule,
        anchor=clock.anchor,
        due_on=clock.due_on,
        state=clock.state,
        letter=letter,
        anchor_on=clock.anchor_on,
        counted_from=clock.counted_from,
        snoozed_until=max((day for _, day in clock.snoozed if day > today), default=None),
    )


def _routes(readers: Readers, deadline: Deadline, due: DueRung, now: datetime) -> Iterator[tuple[Route, list[Absence]]]:
    """Yield who gets the message, each once, with the absences for which they stand in."""
    find_route = readers.route_at_once if _cannot_wait(due.clock, readers, now) else readers.route
    ways: defaultdict[str, list[Route]] = defaultdict(list)
    for reader in readers_of(due.rung, deadline.coordinator, readers.staff):
        route = find_route(reader, now)
        ways[route.reader.id].append(route)
    for routes in ways.values():
        yield min(routes, key=lambda route: route.at), [route.absence for route in routes if route.absence]


def _cannot_wait(clock: PlannedClock, readers: Readers, now: datetime) -> bool:
    return clock.rule.hard and now <= end_moment(clock, readers.book) <= now + _WAITS_FOR_NOBODY


def _text(  # noqa: PLR0913, PLR0917 - what is told, to whom, for whom, and as of when
    office: Office, deadline: Deadline, due: DueRung, route: Route, absences: Sequence[Absence], now: datetime
) -> str:
    reader = route.reader
    # Whoever reads it on a later morning counts the days from there.
    today = office.book.today(max(now, route.at))
    item = deadline_item(deadline, office.policy, reader.id, today, reader.language)
    text = print_item(with_rung(item, due.rung, reader.language), reader.language)
    for_whom = [stand_in_words(each.staff, each.until_on, reader.language) for each in absences]
    return "\n\n".join([*for_whom, text]) + "\n"


def _parcel(case: CaseRow, due: DueRung, route: Route, text: str, now: datetime) -> Mapping[str, Any]:
    rule, reader = due.clock.rule, route.reader
    return {
        "id": new_id(),
        "key": f"notice/{case.reference}/{rule.id}/{due.clock.anchor}/{due.rung.id}/{reader.id}",
        "kind": ParcelKind.NOTICE,
        "state": ParcelState.WAITING,
        "case_id": case.id,
        "staff_id": reader.id,
        "subject": f"{case.reference}: {in_language(rule.name, reader.language)}",
        "text": text,
        "language": reader.language,
        "created_at": now,
        "next_try_at": route.at,
    }
