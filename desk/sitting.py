"""One person at the desk for the length of one command: the office open, who acts, and what time it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from casework.office import Office, open_office
from casework.reconcile import Look
from desk.asked import asked
from desk.words import words
from integrations.settings import load_settings
from models.errors import InvalidInput

_MORNING = time(9)


@dataclass(frozen=True)
class Sitting:
    """An open office with a person before it."""

    office: Office
    now: datetime
    looks: dict[str, Look] = field(default_factory=dict)
    """The looks that were made with what this command has recorded, the last of each case, by its reference."""

    @property
    def actor(self) -> str:
        """The staff id on whose word things are done. Raises InvalidInput `nobody_acts`."""
        staff = asked.get().staff or self.office.settings.staff
        if not staff:
            raise InvalidInput("nobody_acts", "say who acts: `--as c-01`, or set DODOMU_STAFF=c-01")
        return staff

    @property
    def language(self) -> str:
        """The office's language."""
        return self.office.settings.language

    @property
    def today(self) -> date:
        """The office's calendar day."""
        return self.office.book.today(self.now)

    def say(self, key: str, **values: object) -> str:
        """Return a sentence in the office's language."""
        return words(key, self.language, **values)


@contextmanager
def sitting() -> Iterator[Sitting]:
    """Open the office for one command. Raises what `open_office` and `Office.move_clock` raise."""
    with open_office(load_settings()) as office:
        typed = asked.get().at
        if typed is not None:
            office.move_clock(parse_moment(typed, office.settings.zone))
        here = Sitting(office, office.now())
        office.on_look = lambda look: here.looks.update({look.reference: look})
        yield here


def parse_moment(typed: str, zone: ZoneInfo) -> datetime:
    """Return a moment, in UTC, from ISO text. Without a zone it is the office's; a day alone is nine in the morning.

    Raises InvalidInput `moment_unreadable`.
    """
    try:
        moment = datetime.fromisoformat(typed)
        if len(typed) == len("2026-03-02"):
            moment = datetime.combine(moment.date(), _MORNING)
    except ValueError:
        raise InvalidInput("moment_unreadable", "write it like 2026-03-02T09:00 or 2026-03-02") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
