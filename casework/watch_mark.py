"""When the watch last finished, and whether it is silent for too long. Needs the store alone: no policy, no key."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from casework.office import Office
from integrations.store import Store
from models.errors import ConfigurationError
from models.records import OfficeRecord

SILENT_AFTER = timedelta(hours=2)
"""Project's proposal: eight watches of a quarter of an hour."""


@dataclass(frozen=True, slots=True)
class Silence:
    """The watch has not finished for too long; `since` is when it last did (aware, UTC), None if it never has."""

    since: datetime | None


def mark_watched(office: Office) -> None:
    """Record that a watch has finished, by the clock on the wall: a rehearsal's moved clock tells nothing of it."""
    with office.store.writing() as session:
        session.execute(update(OfficeRecord).values(watched_at=office.clock.now()))


def find_silence(store: Store, now: datetime, *, on_duty_since: datetime | None = None) -> Silence | None:
    """Find out whether the watch has been silent for too long at `now`, by the clock on the wall.

    Whoever has begun to look only at `on_duty_since` gives it that long to finish for the first time. Raises
    ConfigurationError `store_missing`, TransientFailure when the store cannot be read.
    """
    with store.reading() as session:
        row = session.execute(select(OfficeRecord.watched_at, OfficeRecord.made_at)).one_or_none()
    if row is None:
        raise ConfigurationError("store_missing", "make it with `dodomu init`")
    heard_at = max(moment for moment in (row.watched_at, row.made_at, on_duty_since) if moment is not None)
    return Silence(row.watched_at) if now - heard_at > SILENT_AFTER else None
