"""What makes every case due for a look at once: a changed policy, and a clock that had run ahead and was put right."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casework.journal import ENGINE, journal_office
from casework.office import Office
from models.records import AT_ONCE, Case, OfficeRecord
from models.statuses import CaseStatus

SMALL_STEP = timedelta(hours=1)
"""How far the machine's clock may be put back without a word: a postponed look is no longer away than that."""


def heed_policy(office: Office, now: datetime) -> bool:
    """Make every case that is worked on due for a look if the policy has changed since the last watch.

    Return whether it has. The first watch of an office only notes which policy is in force.
    """
    version = office.policy.version
    if _known_version(office) == version:
        return False
    with office.store.writing() as session:
        record = session.scalars(select(OfficeRecord).with_for_update()).one()
        before, record.policy_version = record.policy_version, version
        if before in {None, version}:
            return False
        _make_all_due(session)
        journal_office(session, now, "policy_changed", ENGINE, {"from": before, "to": version})
    return True


def heed_clock(office: Office, now: datetime) -> bool:
    """Make every case that is worked on due for a look if the machine's clock was put back since the last watch.

    A look under a clock that ran ahead may have left cases alone until a day far off. Return whether it was put back.
    """
    if not _ran_ahead(office, _watched_at(office)):
        return False
    with office.store.writing() as session:
        record = session.scalars(select(OfficeRecord).with_for_update()).one()
        before = record.watched_at
        if before is None or not _ran_ahead(office, before):
            return False
        record.watched_at = None
        _make_all_due(session)
        told = {"from": before.isoformat(), "to": office.clock.now().isoformat()}
        journal_office(session, now, "clock_moved_back", ENGINE, told)
    return True


def in_force(session: Session, office: Office) -> bool:
    """Whether the policy this process has read is the one that the last watch found in force."""
    return session.scalars(select(OfficeRecord.policy_version)).one_or_none() == office.policy.version


def _make_all_due(session: Session) -> None:
    # Those that are due already are written too: another watch may hold one, and be about to put it off.
    session.execute(
        update(Case)
        .where(Case.status.in_((CaseStatus.OPEN, CaseStatus.SUSPENDED)))
        .values(next_look_at=AT_ONCE)
        .execution_options(synchronize_session=False)
    )


def _known_version(office: Office) -> str | None:
    with office.store.reading() as session:
        return session.scalars(select(OfficeRecord.policy_version)).one_or_none()


def _watched_at(office: Office) -> datetime | None:
    with office.store.reading() as session:
        return session.scalars(select(OfficeRecord.watched_at)).one_or_none()


def _ran_ahead(office: Office, watched_at: datetime | None) -> bool:
    """Whether the last watch finished at a moment that, by the clock on the wall, is yet to come."""
    return watched_at is not None and watched_at > office.clock.now() + SMALL_STEP
