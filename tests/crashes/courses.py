"""Fixtures of the killed workers: an office on either database, filled once and copied for every run."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, NullPool, create_engine, make_url, text

from casework.office import Office
from integrations.clock import FixedClock
from integrations.store import Store
from tests.crashes.crash_course import CASES, Course, fill, mornings
from tests.crashes.crash_worker import Job

DAYS = 38


@pytest.fixture
def caseload() -> int:
    """How many cases the office has; a module may have more."""
    return CASES


@pytest.fixture
def new_job(  # noqa: PLR0917 - pytest hands in what a course is made of
    either_office: Office,
    open_one: Callable[..., str],
    clock: FixedClock,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    caseload: int,
) -> Iterator[Callable[..., Job]]:
    """Make a job on a fresh copy of one and the same filled office."""
    fill(either_office, open_one, clock.now(), caseload)
    either_office.store.close()
    either_office.keystore.close()
    course = Course(either_office.settings.home, either_office.settings.store_url, mornings(clock.now(), DAYS))
    copies: list[str] = []

    def new_job(**more: Any) -> Job:
        name = f"t_{uuid.uuid4().hex}"
        if either_office.store.is_sqlite:
            return course.copy_to(tmp_path / name, **more)
        with _server(request) as connection:
            template = make_url(course.store_url).database
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
        copies.append(name)
        url = make_url(course.store_url).set(database=name).render_as_string(hide_password=False)
        return course.copy_to(tmp_path / name, url, **more)

    yield new_job
    if copies:
        with _server(request) as connection:
            for name in copies:
                connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def _server(request: pytest.FixtureRequest) -> "closing[Connection]":
    url = request.getfixturevalue("postgresql_server")
    return closing(create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect())


@pytest.fixture
def without_uniqueness() -> Callable[[Job], None]:
    """Take the unique constraints off a PostgreSQL store."""

    def drop(job: Job) -> None:
        store = Store.open(job.store_url)
        with store.engine.begin() as connection:
            found = connection.execute(
                text(
                    "SELECT conrelid::regclass, conname FROM pg_constraint"
                    " WHERE contype = 'u' AND connamespace = 'public'::regnamespace"
                )
            ).all()
            for table, constraint in found:
                connection.execute(text(f'ALTER TABLE {table} DROP CONSTRAINT "{constraint}"'))
        store.close()

    return drop
