"""What the front of a command line said: who acts, and what time a rehearsal's clock shall show."""

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Asked:
    """`--as` and `--at` as they were typed; None where they were not."""

    staff: str | None = None
    at: str | None = None


NOTHING = Asked()
asked: ContextVar[Asked] = ContextVar("asked", default=NOTHING)
