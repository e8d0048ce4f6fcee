"""A worker that can be killed: it looks at what is due, day after day, and goes on where the last one was killed.

It runs in a process forked from a server that has loaded everything already, so a kill costs milliseconds.
"""

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Self
from unittest.mock import patch

from sqlalchemy import Connection, Engine, event

from casework import outbox
from casework.delivering import deliver
from casework.office import Office, StoreKind
from casework.watch import look_at_due
from integrations import bulk_rows, on_driver, prepared, store
from integrations.calendars import load_calendars
from integrations.clock import FixedClock
from integrations.keystore import Keystore
from integrations.office_key import load_office_key
from integrations.on_driver import raw_connection
from integrations.policy_files import load_policy
from integrations.settings import Settings, load_settings
from integrations.store import Store
from models.errors import DodomuError
from models.rules.rulebook import Rulebook


@dataclass(frozen=True)
class Job:
    """What a worker does.

    `moments` in order, `batch` cases a transaction. It kills itself before its statement number `dies_at`, a commit
    counting as one. `guard_off` switches a guard off: `transaction` (every statement stands alone), `lock` or
    `lease` (a claim is over as it is made). `relay_port` is where mail goes, on this machine.
    """

    home: Path
    store_url: str
    moments: tuple[datetime, ...]
    batch: int = 2
    dies_at: int | None = None
    guard_off: str = ""
    relay_port: int = 0

    @property
    def settings(self) -> Settings:
        """The office's settings."""
        relay = {"smtp_host": "127.0.0.1", "smtp_port": self.relay_port, "smtp_security": "plain"}
        return load_settings(home=self.home, store_url=self.store_url, **(relay if self.relay_port else {}))


@cache
def shipped_book() -> Rulebook:
    """The shipped policy, read once."""
    settings = load_settings(home=Path("unused"))
    policy = load_policy(settings.policy_folder, settings.templates_folder)
    return Rulebook(policy, load_calendars(settings.policy_folder / "calendars.yaml"))


@contextmanager
def open_quickly(job: Job) -> Iterator[Office]:
    """Open an office without reading the policy anew."""
    store = Store.open(job.store_url)
    keystore = Keystore.open(job.settings.keystore_url, load_office_key(job.settings.office_key_file))
    try:
        yield Office(job.settings, store, keystore, shipped_book(), FixedClock(job.moments[0]), StoreKind.WORK)
    finally:
        keystore.close()
        store.close()


def watch(job: Job, ready: Any, barrier: Any = None) -> None:
    """Look at what is due at each moment that is not done yet; `ready` is set before the first look."""
    done = job.home / "moments-done"
    with open_quickly(job) as office, _armed(office.store.engine, job):
        ready.set()
        for number in range(int(done.read_text()) if done.exists() else 0, len(job.moments)):
            if barrier is not None:
                barrier.wait(30)
            try:
                while look_at_due(office, job.moments[number], limit=job.batch).looked:
                    pass
            except DodomuError:
                if barrier is not None:
                    # Whoever waits for this worker at the next moment would wait in vain.
                    barrier.abort()
                raise
            if barrier is None:
                _keep(done, number + 1)


def post(job: Job, ready: Any, barrier: Any = None) -> None:
    """Send what waits in the outbox, as at the job's first moment."""
    if job.guard_off == "lease":
        outbox.LEASE = timedelta(0)
    with open_quickly(job) as office:
        ready.set()
        if barrier is not None:
            barrier.wait(30)
        asyncio.run(deliver(office, job.moments[0]))


def _keep(done: Path, number: int) -> None:
    fresh = done.with_suffix(".new")
    fresh.write_text(str(number))
    fresh.replace(done)


@contextmanager
def _armed(engine: Engine, job: Job) -> Iterator[None]:
    """Let every statement pass by meanwhile, those by way of SQLAlchemy and those that the driver is given at once."""
    armed = _Armed(job)

    def before(_: object, __: object, statement: str, parameters: Any, *___: object) -> tuple[str, Any]:
        return armed.before(statement), parameters

    def after(connection: Connection, *_: object) -> None:
        armed.after(raw_connection(connection))

    def watched(connection: Connection) -> Any:
        return _Watched(raw_connection(connection), armed)

    event.listen(engine, "before_cursor_execute", before, retval=True)
    event.listen(engine, "after_cursor_execute", after)
    event.listen(engine, "commit", armed.count)
    with ExitStack() as stack:
        for module in (on_driver, bulk_rows, prepared, store):
            stack.enter_context(patch.object(module, "raw_connection", watched))
        yield


class _Armed:
    """What happens to a worker at its statements: it dies before one, or a guard is off."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._counted = 0

    def count(self, *_: object) -> None:
        self._counted += 1
        if self._counted == self._job.dies_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def before(self, statement: str) -> str:
        self.count()
        return statement.partition(" FOR UPDATE")[0] if self._job.guard_off == "lock" else statement

    def after(self, raw: Any) -> None:
        if self._job.guard_off == "transaction":
            raw.commit()


class _Watched:
    """A driver's connection, or a cursor of it, whose statements pass by."""

    def __init__(self, watched: Any, armed: _Armed, raw: Any = None) -> None:
        self._watched, self._armed, self._raw = watched, armed, raw or watched

    def __getattr__(self, name: str) -> Any:
        return getattr(self._watched, name)

    def __enter__(self) -> Self:
        self._watched.__enter__()
        return self

    def __exit__(self, *error: object) -> Any:
        return self._watched.__exit__(*error)

    def cursor(self) -> "_Watched":
        return _Watched(self._watched.cursor(), self._armed, self._raw)

    def execute(self, statement: str, *given: Any) -> Any:
        made = self._watched.execute(self._armed.before(statement), *given)
        self._armed.after(self._raw)
        return made

    def executemany(self, statement: str, rows: Any) -> Any:
        made = self._watched.executemany(self._armed.before(statement), rows)
        self._armed.after(self._raw)
        return made

    def copy(self, statement: str) -> Any:
        return self._watched.copy(self._armed.before(statement))
