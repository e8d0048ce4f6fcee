"""A changed policy is heeded by every case at once: what it says may fall due long before the case's next look."""

from datetime import datetime

from sqlalchemy import or_, select, update

from casework.journal import ENGINE, journal_office
from casework.office import Office
from models.records import Case, OfficeRecord
from models.statuses import CaseStatus


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
        session.execute(
            update(Case)
            .where(Case.status.in_((CaseStatus.OPEN, CaseStatus.SUSPENDED)))
            .where(or_(Case.next_look_at.is_(None), Case.next_look_at > now))
            .values(next_look_at=now)
            .execution_options(synchronize_session=False)
        )
        journal_office(session, now, "policy_changed", ENGINE, {"from": before, "to": version})
    return True


def _known_version(office: Office) -> str | None:
    with office.store.reading() as session:
        return session.scalars(select(OfficeRecord.policy_version)).one_or_none()
