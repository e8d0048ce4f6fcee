"""Flows of the tests run here, in this process, against the session's server."""

from collections.abc import Iterator

import pytest

from integrations.prefect_server import PrefectServer, prefect_environment


@pytest.fixture(scope="session", autouse=True)
def prefect_settings(prefect_server: PrefectServer) -> Iterator[None]:
    """Point the Prefect of this process to the server, under exactly the settings that production has.

    Prefect is imported here and not above: it takes a second, and only this folder's tests need it.
    """
    from prefect.context import SettingsContext, get_settings_context  # noqa: PLC0415 - as the docstring says
    from prefect.events.worker import EventsWorker  # noqa: PLC0415 - as above
    from prefect.settings import Settings  # noqa: PLC0415 - as above

    with pytest.MonkeyPatch.context() as environment:
        for name, value in prefect_environment(prefect_server.home, prefect_server.port).items():
            environment.setenv(name, value)
        settings = Settings()
    with SettingsContext(profile=get_settings_context().profile, settings=settings):
        yield
        # What has been told must be sent while the server is there; afterwards Prefect would try in vain.
        EventsWorker.drain_all()
