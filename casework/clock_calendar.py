"""Deadlines as calendar entries: for a file, and for the feeds that coordinators subscribe to. Nothing is unsealed.

An entry has the case's reference, the clock's public name, its basis and the next command. Of a birthday's clock it has
the name alone. Entries of clocks that have ended stay as cancelled for a month, so that every subscriber learns of it.
"""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from casework.case_card import STANDING
from casework.deadlines import TOLD_OF, deadlines_of
from casework.office import Office
from casework.staff import get_staff, require_own_or_supervisor
from casework.told import Deadline, in_language, next_command, say
from integrations.feed_files import FeedFiles
from integrations.ics import CalendarEntry, EntryStatus, calendar_bytes
from models.records import Case, ClockRecord, Staff
from models.rules.policy import BIRTHDAYS
from models.rules.wording import clock_state_words
from models.statuses import CaseStatus, ClockState

CANCELLED_FOR = timedelta(days=30)
_NAMES = {"uk": "Dodomu: строки", "en": "Dodomu: deadlines"}
_STATUS = {
    ClockState.PAUSED: EntryStatus.TENTATIVE,
    ClockState.MET: EntryStatus.CANCELLED,
    ClockState.DROPPED: EntryStatus.CANCELLED,
}


def clock_calendar(office: Office, now: datetime, *, coordinator: str | None = None) -> bytes:
    """Return the deadlines of a coordinator's cases, or of all, as an iCalendar file.

    In the coordinator's language, or the office's. Raises RuleViolation `staff_unknown`, `staff_inactive`.
    """
    with office.store.reading() as session:
        language = office.settings.language if coordinator is None else get_staff(session, coordinator).language
        entries = _entries(office, session, now, coordinator, language)
    return _file(office, entries, language, now)


def open_feed(office: Office, staff_id: str, *, now: datetime, actor: str, anew: bool = False) -> Path:
    """Return where an account's feed lies, and write it; on its own word or a supervisor's.

    With `anew` it gets another name, and the old file is gone. Raises RuleViolation `staff_…`, `role_not_allowed`.
    """
    with office.store.reading() as session:
        require_own_or_supervisor(session, staff_id, actor)
        get_staff(session, staff_id)
    feeds = FeedFiles(office.settings.home)
    feeds.make(staff_id, anew=anew)
    feeds.write(staff_id, clock_calendar(office, now, coordinator=staff_id))
    return feeds.path_of(staff_id)


def write_feeds(office: Office, now: datetime) -> int:
    """Bring every feed that somebody has asked for up to date, and drop those of ended accounts; count the written."""
    feeds = FeedFiles(office.settings.home)
    subscribers = feeds.list_subscribers()
    if not subscribers:
        return 0
    with office.store.reading() as session:
        here = set(session.scalars(select(Staff.id).where(Staff.active, Staff.id.in_(subscribers))))
    for staff_id in subscribers:
        if staff_id in here:
            feeds.write(staff_id, clock_calendar(office, now, coordinator=staff_id))
        else:
            feeds.drop(staff_id)
    return len(here)


def uid_of(reference: str, rule: str, anchor: str) -> str:
    """Return what a clock's entry is known by, for good; none of the three tells a day."""
    digest = hashlib.sha256(f"{reference}\x00{rule}\x00{anchor}".encode()).hexdigest()
    return f"{digest[:40]}@dodomu"


def _file(office: Office, entries: Sequence[CalendarEntry], language: str, now: datetime) -> bytes:
    return calendar_bytes(entries, name=in_language(_NAMES, language), zone=office.book.zone.key, now=now)


def _entries(
    office: Office, session: Session, now: datetime, coordinator: str | None, language: str
) -> list[CalendarEntry]:
    today = office.book.today(now)
    rows = session.execute(
        select(*TOLD_OF)
        .join(Case, Case.id == ClockRecord.case_id)
        .where(*_shown(today, coordinator))
        .order_by(ClockRecord.due_on, Case.reference, ClockRecord.rule, ClockRecord.anchor)
    ).all()
    known = {rule.id for rule in office.policy.clocks}
    told = [row for row in rows if row[0].rule in known]
    here = {row.coordinator for row in told if row.coordinator is not None}
    deadlines = {each.key: each for each in deadlines_of(office, session, told, here, today)}
    return [_entry(office, row, deadlines, language) for row in rows]


def _shown(today: date, coordinator: str | None) -> Iterator[ColumnElement[bool]]:
    ended_lately = ClockRecord.closed_on >= today - CANCELLED_FOR
    yield or_(ClockRecord.state.in_(STANDING), and_(ClockRecord.state.not_in(STANDING), ended_lately))
    yield Case.status != CaseStatus.ERASED
    if coordinator is not None:
        yield Case.coordinator == coordinator


def _entry(office: Office, row: Any, deadlines: dict[tuple[str, str, str], Deadline], language: str) -> CalendarEntry:
    clock: ClockRecord = row[0]
    deadline = deadlines.get((row.reference, clock.rule, clock.anchor))
    # A policy may have lost the rule since; what it began is known by its id until it is over.
    name = clock.rule if deadline is None else in_language(deadline.rule.name, language)
    return CalendarEntry(
        uid=uid_of(row.reference, clock.rule, clock.anchor),
        on=clock.due_on,
        summary=f"{row.reference} · {name}",
        description="\n".join(_description(office, row.reference, clock, deadline, language)),
        status=_STATUS.get(clock.state, EntryStatus.CONFIRMED),
        sequence=clock.changes,
    )


def _description(
    office: Office, reference: str, clock: ClockRecord, deadline: Deadline | None, language: str
) -> Iterator[str]:
    """Yield what an entry says. A birthday's clock says nothing of what it counts from or why."""
    show = f"dodomu case show {reference}"
    if deadline is None or clock.anchor in BIRTHDAYS:
        yield say("next", language, command=show)
        return
    yield clock_state_words(clock.state, language)
    yield say("basis", language, basis=deadline.rule.legal_basis)
    ended = clock.state not in STANDING
    yield say("next", language, command=show if ended else next_command(deadline, office.policy))
