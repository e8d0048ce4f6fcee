"""Log lines: JSON, with fields by allow-list, so that no name can slip into a file.

A line is an event (a closed snake_case word) and fields from `FIELDS`, whose values are numbers, moments,
enums or short references without spaces. Everything else is dropped and counted in `dropped`. An exception is
its type and, where it is our own, its code: a foreign message may quote a row, an address or a name.
"""

import json
import logging
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager, suppress
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Any

import stamina.instrumentation
import structlog

from integrations.clock import Clock, SystemClock
from models.errors import ConfigurationError, DodomuError

FIELDS = frozenset(
    {
        *("event", "level", "part", "code", "error_type", "smtp_status", "relay_reply_code", "exit_code"),
        *("case", "stage", "from_stage", "to_stage", "status", "outcome", "rule", "rung", "clock", "anchor"),
        *("body", "letter", "letter_kind", "letter_state", "outgoing_number", "reply_kind", "channel"),
        *("parcel", "parcel_kind", "parcel_state", "notice", "notice_kind", "checkpoint", "entry", "step"),
        *("flow", "flow_run", "task", "deployment", "batch", "policy_version", "schema_version", "language"),
        *("count", "cases", "letters", "notices", "parcels", "mails", "sent", "failed", "deferred", "moved"),
        *(
            "waiting",
            "flagged",
            "accepted",
            "rejected",
            "skipped",
            "tries",
            "row",
            "rows",
            "column",
            "recipient",
        ),
        *("due_on", "due_at", "next_try_at", "next_look_at", "taken_at"),
        *("duration_s", "duration_ms", "rate_per_s", "size_bytes"),
    }
)
# A closed word, or a reference, which has a digit in it. No space, no @, no letter beyond ASCII: a name in
# its usual dress does not fit.
_REFERENCE = re.compile(r"[a-z][a-z0-9_.-]{0,79}|(?=.*[0-9])[A-Za-z0-9][A-Za-z0-9_.:/+-]{0,79}")
_PATTERNS = {
    "event": re.compile(r"[a-z][a-z0-9_]{0,63}"),
    "error_type": re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,79}"),
    "case": re.compile(r"[0-9]{4}-[0-9]{6}-[0-9A-Z]"),
}
# Whom a mail goes to is told by position or count, never by address.
_NUMBERS_ONLY = frozenset({"recipient", "row", "count"})

Event = MutableMapping[str, Any]


class _Outlets:
    """Where lines go at present. Without configuration: nowhere, rather than to standard output in full."""

    def __init__(self) -> None:
        self.clock: Clock = SystemClock()
        self.descriptors: tuple[int, ...] = ()
        self.opened: int | None = None
        self.threshold = logging.INFO

    def write(self, line: bytes) -> None:
        for descriptor in self.descriptors:
            # A full disk or a closed terminal must not stop the work that the line is about.
            with suppress(OSError):
                os.write(descriptor, line)

    def close(self) -> None:
        self.descriptors = ()
        if self.opened is not None:
            os.close(self.opened)
            self.opened = None


_outlets = _Outlets()


class _LineLogger:
    """The end of structlog's chain: one written line for each event, whatever its level."""

    def msg(self, line: bytes) -> None:
        _outlets.write(line)

    debug = info = warning = error = critical = exception = msg


def configure_logs(
    folder: Path | None = None, *, to_stderr: bool = False, level: str = "info", clock: Clock | None = None
) -> None:
    """Sends lines of `level` and above to `folder`/dodomu.jsonl (mode 0600, appended) and/or standard error.

    Several processes may append to one file: each line is a single write. May be called again; `close_logs`
    ends it. A folder that cannot be written is a `ConfigurationError`.
    """
    close_logs()
    descriptors = []
    if folder is not None:
        _outlets.opened = _open_file(folder)
        descriptors.append(_outlets.opened)
    if to_stderr:
        descriptors.append(sys.__stderr__.fileno() if sys.__stderr__ else 2)
    _outlets.descriptors = tuple(descriptors)
    _outlets.threshold = logging.getLevelNamesMapping()[level.upper()]
    _outlets.clock = clock or SystemClock()


def _open_file(folder: Path) -> int:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return os.open(folder / "dodomu.jsonl", os.O_WRONLY | os.O_APPEND | os.O_CREAT, mode=0o600)
    except OSError as error:
        raise ConfigurationError(
            "log_folder_unwritable", "make the logs folder below DODOMU_HOME writable", errno=error.errno
        ) from None


def close_logs() -> None:
    """Closes the log file, if one is open, and sends later lines nowhere."""
    _outlets.close()


def get_logger(part: str) -> Any:
    """A logger for one part of the house (`mail`, `watch`): `.info("parcel_sent", parcel="…", tries=1)`."""
    bound = structlog.wrap_logger(
        _LineLogger(),
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            _drop_below_threshold,
            _reduce_exception,
            _keep_allowed,
            _stamp,
            _render,
        ],
        wrapper_class=structlog.BoundLogger,
    )
    return bound.bind(part=part)


@contextmanager
def log_context(**fields: object) -> Iterator[None]:
    """Adds fields (a case reference, a flow run) to every line written inside, in its tasks too."""
    with structlog.contextvars.bound_contextvars(**fields):
        yield


def quiet_foreign_loggers(names: Iterable[str] = ()) -> None:
    """Reduces what libraries log to name, level and exception type, and only from warnings upwards.

    Takes over the root logger, and the loggers in `names`, which have handlers of their own. Prefect's
    loggers are left alone unless named: it shows them in its UI.
    """
    for logger in (logging.getLogger(), *map(logging.getLogger, names)):
        for old in logger.handlers[:]:
            logger.removeHandler(old)
        logger.addHandler(_ForeignHandler(logging.WARNING))


class _ForeignHandler(logging.Handler):
    """Writes that a library had something to say, and never what it said."""

    def emit(self, record: logging.LogRecord) -> None:
        fields = {"code": record.name.lower()}
        if record.exc_info and record.exc_info[0]:
            fields["error_type"] = record.exc_info[0].__name__
        write = _foreign.error if record.levelno >= logging.ERROR else _foreign.warning
        write("foreign_log", **fields)


def _drop_below_threshold(_logger: Any, _name: str, event: Event) -> Event:
    level = logging.getLevelNamesMapping().get(str(event["level"]).upper(), logging.ERROR)
    if level < _outlets.threshold or not _outlets.descriptors:
        raise structlog.DropEvent
    return event


def _reduce_exception(_logger: Any, _name: str, event: Event) -> Event:
    """Replaces `exc_info` by `error_type`, and by the code and references of an error of our own."""
    given = event.pop("exc_info", None)
    if not given:
        return event
    error = given if isinstance(given, BaseException) else sys.exc_info()[1]
    if isinstance(error, DodomuError):
        for name, value in {"code": error.code, **error.references}.items():
            event.setdefault(name, value)
    event["error_type"] = type(error).__name__
    return event


def _keep_allowed(_logger: Any, _name: str, event: Event) -> Event:
    kept = {name: plain for name, value in event.items() if (plain := _find_plain(name, value)) is not None}
    dropped = len(event) - len(kept)
    kept.setdefault("event", "unnamed_event")
    return {**kept, "dropped": dropped} if dropped else kept


def _find_plain(name: str, value: object) -> object | None:
    """The value as it may be written, or None when the field or the value may not."""
    if name not in FIELDS:
        return None
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bool | int | float):
        return value
    pattern = _PATTERNS.get(name, _REFERENCE)
    fits = isinstance(value, str) and name not in _NUMBERS_ONLY and pattern.fullmatch(value)
    return value if fits else None


def _stamp(_logger: Any, _name: str, event: Event) -> Event:
    return {"at": _outlets.clock.now().isoformat(timespec="milliseconds"), **event}


def _render(_logger: Any, _name: str, event: Mapping[str, Any]) -> bytes:
    return json.dumps(event, separators=(",", ":")).encode() + b"\n"


_foreign = get_logger("foreign")
# stamina would print the failed call's arguments and the exception's text to standard output, in the midst
# of a command's JSON. Who retries says so in our own words.
stamina.instrumentation.set_on_retry_hooks([])
