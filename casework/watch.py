"""The watch: reconciles every case that is due, in batches, at a cost that follows what is due."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from casework.loading import CASE_COLUMNS
from casework.office import Office
from casework.policy_in_force import heed_clock, heed_policy, in_force
from casework.reconcile import Look, reconcile_locked
from casework.watch_mark import mark_watched
from integrations.uncollected import uncollected
from models.records import Case
from models.statuses import Outcome, Stage

BATCH = 500
MOVED_NAMED = 50


@dataclass(frozen=True, slots=True)
class WatchReport:
    """What a watch did, in counts; `faults` are the references of cases that could not be assessed.

    `moved_cases` are the first `MOVED_NAMED` of those that moved, each with its stage.
    """

    looked: int = 0
    moved: int = 0
    flagged: int = 0
    notices: int = 0
    drafts: int = 0
    faults: tuple[str, ...] = ()
    moved_cases: tuple[tuple[str, Stage], ...] = ()


def look_at_due(office: Office, now: datetime, *, limit: int | None = None) -> WatchReport:
    """Reconcile every case that is due at `now`, or the `limit` that have been due longest.

    Each batch is one transaction. Watches at the same time share the work: a case that another has locked is passed by.
    A policy that has changed since the last watch makes every case due, and so does a clock that was put back. When
    another process brings a policy into force meanwhile, this watch ends: what is left is for one that has read it.
    """
    heed_policy(office, now)
    heed_clock(office, now)
    report = WatchReport()
    while limit is None or report.looked < limit:
        wanted = BATCH if limit is None else min(BATCH, limit - report.looked)
        with uncollected():
            looks = _look_at_batch(office, now, wanted)
        if looks is None:
            break
        report = _with(report, looks)
        if len(looks) < wanted:
            mark_watched(office)
            break
    return report


def count_due(office: Office, now: datetime) -> int:
    """Count the cases that wait for a look."""
    with office.store.reading() as session:
        return session.scalar(select(func.count()).select_from(Case).where(Case.next_look_at <= now)) or 0


def _look_at_batch(office: Office, now: datetime, size: int) -> list[Look] | None:
    """Reconcile what has been due longest; None, and nothing done, under a policy that is no longer in force."""
    due = (
        select(*CASE_COLUMNS)
        .where(Case.next_look_at <= now)
        .order_by(Case.next_look_at, Case.id)
        .limit(size)
        .with_for_update(skip_locked=True)
    )
    if not _anything_due(office, now):
        return []
    with office.store.writing() as session:
        cases = session.execute(due).all()
        # Asked once the cases are locked: whoever changes it now waits for them, and makes them due again.
        return reconcile_locked(office, session, cases, now) if in_force(session, office) else None


def _anything_due(office: Office, now: datetime) -> bool:
    """Look without the write lock, so that a watch that finds nothing holds up nobody."""
    # In order, or PostgreSQL's prepared plan expects a third of all cases to be due and reads through the whole table.
    earliest = select(Case.id).where(Case.next_look_at <= now).order_by(Case.next_look_at).limit(1)
    with office.store.reading() as session:
        return session.scalar(earliest) is not None


def _with(report: WatchReport, looks: list[Look]) -> WatchReport:
    """Return a report with a batch added to it; the looks themselves are not kept, however many are due."""
    moved = tuple((look.reference, look.stage) for look in looks if look.outcome is Outcome.MOVED)
    return WatchReport(
        looked=report.looked + len(looks),
        moved=report.moved + len(moved),
        flagged=report.flagged + sum(look.outcome is Outcome.FLAGGED for look in looks),
        notices=report.notices + sum(look.notices for look in looks),
        drafts=report.drafts + sum(look.drafts for look in looks),
        faults=(*report.faults, *(look.reference for look in looks if look.fault is not None)),
        moved_cases=(*report.moved_cases, *moved)[:MOVED_NAMED],
    )
