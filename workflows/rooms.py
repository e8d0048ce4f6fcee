"""What every flow stands in: an open office, and the boundary that no foreign exception crosses.

Prefect stores the message of an exception that leaves a flow or a task, in clear and for months. So nothing leaves but
an error of ours, made anew, with its code and such references as cannot be a person's words.
"""

import os
import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

from casework.office import Office, open_office
from models.errors import ConfigurationError, DodomuError

NOWHERE: Final = Path(os.devnull)
"""Where results are stored: nowhere, and Prefect does not ask the server for a default place at every run."""

P = ParamSpec("P")
T = TypeVar("T")

_lent: ContextVar[Office | None] = ContextVar("lent_office", default=None)
_REFERENCE = re.compile(r"[a-z][a-z0-9_.#-]{0,79}|(?=.*[0-9])[A-Za-z0-9][A-Za-z0-9_.:/+-]{0,79}", re.ASCII)
_TYPE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,79}", re.ASCII)
_NAMES_OF_TYPES = frozenset({"cause", "reason", "error_type"})


@contextmanager
def in_office() -> Iterator[Office]:
    """Open the office that the settings name, or use the one that was lent to the flows of this process."""
    lent = _lent.get()
    if lent is not None:
        yield lent
        return
    with open_office() as office:
        yield office


@contextmanager
def lend_office(office: Office) -> Iterator[None]:
    """Let every flow called from here use this office: a rehearsal calls hundreds, one after another."""
    token = _lent.set(office)
    try:
        yield
    finally:
        _lent.reset(token)


def get_actor(office: Office) -> str:
    """Return the staff id in whose name a flow opens cases. Raises ConfigurationError `staff_not_set`."""
    if office.settings.staff is None:
        raise ConfigurationError("staff_not_set", "set DODOMU_STAFF to the staff id that the worker acts for")
    return office.settings.staff


def behind_boundary(body: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """Let nothing out of a flow's or a task's body but an error that names no person.

    One of ours keeps its class, code and safe references; any other becomes `unexpected_fault` with its class's name.
    """

    @wraps(body)
    async def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return await body(*args, **kwargs)
        except DodomuError as error:
            fault = _without_words(error)
        except Exception as error:  # noqa: BLE001 - this is the boundary: whatever it is, it may quote a row
            fault = DodomuError("unexpected_fault", error_type=type(error).__name__)
        # Raised here and not above, so that the original is neither its cause nor its context.
        raise fault

    return guarded


def _without_words(error: DodomuError) -> DodomuError:
    safe = {name: value for name, value in error.references.items() if _is_safe(name, value)}
    return type(error)(error.code, "", **safe)


def _is_safe(name: str, value: object) -> bool:
    """Whether a reference is a number, a closed word or has a digit in it: a name in its usual dress does not fit."""
    if isinstance(value, bool | int | float) or value is None:
        return True
    pattern = _TYPE_NAME if name in _NAMES_OF_TYPES else _REFERENCE
    return pattern.fullmatch(str(value)) is not None
