"""What the whole suite shares: one Prefect server a session, for every test that asks for it."""

from collections.abc import Iterator

import pytest

from integrations.prefect_server import PrefectServer


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Send every test that needs the server to the same xdist worker, so that there is one server."""
    for item in items:
        if "prefect_server" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.flows)
            item.add_marker(pytest.mark.xdist_group("flows"))


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrefectServer]:
    with PrefectServer(tmp_path_factory.mktemp("prefect")) as server:
        yield server
