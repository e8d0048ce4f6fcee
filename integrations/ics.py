"""Calendar entries as iCalendar (RFC 5545), for calendar programs: whole days, no alarms, updates by sequence."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

_REFRESH = timedelta(hours=12)
_PRODUCER = "-//Dodomu//Deadlines//EN"


class EntryStatus(StrEnum):
    """What a calendar program makes of an entry: shows it, shows it as unsure, or takes it away."""

    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One whole day in a calendar. `uid` stays the same for good; of two entries the higher `sequence` counts."""

    uid: str
    on: date
    summary: str
    description: str
    status: EntryStatus
    sequence: int


def calendar_bytes(entries: Iterable[CalendarEntry], *, name: str, zone: str, now: datetime) -> bytes:
    """Return a calendar as a file's bytes; the library folds and escapes. `zone` is an IANA name, `now` aware."""
    from icalendar import Calendar, Event  # noqa: PLC0415 - takes a tenth of a second, and few commands need it

    calendar = Calendar()
    calendar.add("prodid", _PRODUCER)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", zone)
    calendar.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    for entry in entries:
        event = Event()
        for name_of, value in _properties(entry, now).items():
            event.add(name_of, value)
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _properties(entry: CalendarEntry, now: datetime) -> Mapping[str, str | int | date]:
    return {
        "uid": entry.uid,
        "dtstamp": now,
        "last-modified": now,
        "sequence": entry.sequence,
        "dtstart": entry.on,
        "dtend": entry.on + timedelta(days=1),
        "summary": entry.summary,
        "description": entry.description,
        "status": entry.status.value,
        "class": "CONFIDENTIAL",
        # A deadline takes up no time of anybody's day.
        "transp": "TRANSPARENT",
    }
