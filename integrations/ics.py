"""Calendar entries as iCalendar (RFC 5545), for calendar programs: whole days, no alarms, updates by sequence."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from icalendar import Calendar, Event

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
    calendar = Calendar()
    calendar.add("prodid", _PRODUCER)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", zone)
    calendar.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    for entry in entries:
        calendar.add_component(_event(entry, now))
    return bytes(calendar.to_ical())


def _event(entry: CalendarEntry, now: datetime) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", now)
    event.add("last-modified", now)
    event.add("sequence", entry.sequence)
    event.add("dtstart", entry.on)
    event.add("dtend", entry.on + timedelta(days=1))
    event.add("summary", entry.summary)
    event.add("description", entry.description)
    event.add("status", entry.status.value)
    event.add("class", "CONFIDENTIAL")
    # A deadline takes up no time of anybody's day.
    event.add("transp", "TRANSPARENT")
    return event
