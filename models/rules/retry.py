"""When a parcel that could not be handed to the relay is tried again, and when we stop trying."""

from datetime import datetime, timedelta

# Quick at first, for a relay that restarts or greylists; then every four hours until about two days have
# passed (49 h 21 min), which outlives a weekend's outage of a mail host but not a coordinator's patience.
_DELAYS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, *(240,) * 12))


def next_try_at(tries: int, now: datetime) -> datetime | None:
    """The moment of the next try after `tries` failed ones (at least 1), the last at `now`; None: give up.

    `now` is aware; the answer is in its time zone. Fewer than one try is a `ValueError`.
    """
    if tries < 1:
        message = "a first try needs no plan"
        raise ValueError(message)
    return now + _DELAYS[tries - 1] if tries <= len(_DELAYS) else None
