"""The daily digest: at most one mail a person a working day, within their hours, and none with nothing in it."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from casework.digest_sections import Digest, write_digest
from casework.digest_sources import read_sources
from casework.office import Office
from casework.readers import CALENDAR
from models.records import OfficeRecord, Parcel, Staff
from models.records.base import new_id
from models.statuses import ParcelKind, ParcelState


@dataclass(frozen=True, slots=True)
class DigestReport:
    """How many digests were put into the outbox, and for how many people there was nothing to say."""

    written: int = 0
    empty: int = 0


def write_digests(office: Office, now: datetime) -> DigestReport:
    """Write today's digests into the outbox; safe to repeat, and on a day of rest nothing is written.

    Each leaves when its reader's working day begins; whose day is over is told tomorrow. Whoever is away is told by
    their deputy's digest.
    Raises CalendarNotCovered where nobody has said yet whether the day is a working day.
    """
    today = office.book.today(now)
    if not office.book.calendars[CALENDAR](today):
        return DigestReport()
    written = empty = 0
    with office.store.writing() as session:
        # One at a time: two digests at once would both find that none has been written.
        session.execute(select(OfficeRecord.id).with_for_update())
        keys = f"digest/%/{today.isoformat()}"
        done = set(session.scalars(select(Parcel.staff_id).where(Parcel.key.like(keys))))
        sources = read_sources(office, session, now)
        for reader in sources.readers.staff:
            leaves_at = sources.readers.moment_at_work(reader, now)
            if reader.id in done or office.book.today(leaves_at) != today:
                continue
            digest = write_digest(sources, reader, office.policy)
            if digest is None:
                empty += 1
            else:
                session.add(_parcel(reader, digest, today, now, leaves_at))
                written += 1
    return DigestReport(written, empty)


def _parcel(reader: Staff, digest: Digest, today: date, now: datetime, leaves_at: datetime) -> Parcel:
    return Parcel(
        id=new_id(),
        key=f"digest/{reader.id}/{today.isoformat()}",
        kind=ParcelKind.DIGEST,
        state=ParcelState.WAITING,
        staff_id=reader.id,
        subject=digest.subject,
        text=digest.text,
        language=reader.language,
        created_at=now,
        next_try_at=leaves_at,
    )
