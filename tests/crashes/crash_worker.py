"""A worker that can be killed: it looks at what is due, day after day, and goes on where the last one was killed.

It runs in a process forked from a server that has loaded everything already, so a kill costs milliseconds.
"""

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from casework import outbox
from casework.delivering import deliver
from casework.office import Office, StoreKind
from casework.watch import look_at_due
from integrations.calendars import load_calendars
from integrations.clock import FixedClock
from integrations.keystore import Keystore
from integrations.office_key import load_office_key
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
    with open_quickly(job) as office:
        _arm(office.store.engine, job)
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


def _arm(engine: Engine, job: Job) -> None:
    if job.dies_at is not None:
        _die_at(engine, job.dies_at)
    if job.guard_off == "transaction":
        event.listen(engine, "after_cursor_execute", _commit_at_once)
    if job.guard_off == "lock":
        event.listen(engine, "before_cursor_execute", _without_lock, retval=True)


def _die_at(engine: Engine, number: int) -> None:
    counted = 0

    def count(*_: object) -> None:
        nonlocal counted
        counted += 1
        if counted == number:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine, "before_cursor_execute", count)
    event.listen(engine, "commit", count)


def _commit_at_once(connection: Any, *_: object) -> None:
    connection.connection.dbapi_connection.commit()


def _without_lock(_: object, __: object, statement: str, parameters: Any, *___: object) -> tuple[str, Any]:
    return statement.partition(" FOR UPDATE")[0], parameters
