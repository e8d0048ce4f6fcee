"""Where the present moment comes from. Nothing else in the house asks the machine for the time."""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the present moment."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until it is moved: for tests and rehearsals."""

    def __init__(self, moment: datetime) -> None:
        self._moment = _in_utc(moment)

    def now(self) -> datetime:
        """The moment it was set to, aware, in UTC."""
        return self._moment

    def advance(self, by: timedelta) -> datetime:
        """Moves forward by `by` and tells the new moment; going backwards is refused with `ValueError`."""
        if by < timedelta(0):
            message = "a clock does not go backwards"
            raise ValueError(message)
        self._moment += by
        return self._moment

    def move_to(self, moment: datetime) -> datetime:
        """Moves forward to `moment` and tells it in UTC; an earlier moment is refused with `ValueError`."""
        return self.advance(_in_utc(moment) - self._moment)


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        message = "a moment needs its time zone"
        raise ValueError(message)
    return moment.astimezone(UTC)
