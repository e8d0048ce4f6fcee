"""Speaking to Prefect over HTTP, with it there, gone, busy and strange."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from integrations.prefect_api import PrefectApi, ask_for_delivery, ask_for_journey
from integrations.prefect_server import PrefectServer, find_free_port
from models.errors import PermanentFailure, TransientFailure

_CASE = "2026-000001-9"


@contextmanager
def _server_that_answers(*answers: tuple[int, object]) -> Iterator[tuple[str, list[str]]]:
    """A server that gives these answers in turn, the last one for ever; yields its URL and the requests it saw."""
    waiting, seen = list(answers), []

    class Desk(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            seen.append(f"{self.command} {self.path.split('?')[0]}")
            status, body = waiting.pop(0) if len(waiting) > 1 else waiting[0]
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body if isinstance(body, bytes) else json.dumps(body).encode())

        do_GET = do_POST = do_DELETE = do_PATCH = _answer  # noqa: N815 - the standard library's names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/api", seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_objects_are_made_listed_changed_and_deleted(prefect_server: PrefectServer) -> None:
    with PrefectApi(prefect_server.api_url) as api:
        made = api.post("/work_pools/", {"name": "a-pool", "type": "process"})
        api.patch("/work_pools/a-pool", {"description": "for a test"})
        assert api.get("/work_pools/a-pool")["description"] == "for a test"
        assert made["id"] in {pool["id"] for pool in api.list_all("/work_pools/filter")}
        api.delete("/work_pools/a-pool")
        api.delete("/work_pools/a-pool")
        with pytest.raises(PermanentFailure, match=r"prefect_refused .*status=404"):
            api.get("/work_pools/a-pool")


def test_a_long_list_is_read_to_its_end() -> None:
    page = [{"id": number} for number in range(200)]
    with (
        _server_that_answers((200, {"token": "t"}), (200, page), (200, page[:3])) as (url, seen),
        PrefectApi(url) as api,
    ):
        assert len(api.list_all("/flows/filter")) == 203
    assert seen == ["GET /api/csrf-token", "POST /api/flows/filter", "POST /api/flows/filter"]


def test_a_server_without_tokens_is_spoken_to_all_the_same() -> None:
    with _server_that_answers((422, {}), (200, {"made": 1})) as (url, _), PrefectApi(url) as api:
        assert api.post("/things", {}) == {"made": 1}


def test_a_busy_server_is_asked_again() -> None:
    with _server_that_answers((503, {}), (200, {"well": 1})) as (url, seen), PrefectApi(url) as api:
        assert api.get("/health") == {"well": 1}
    assert len(seen) == 2


def test_a_server_that_stays_busy_is_a_transient_failure() -> None:
    with (
        _server_that_answers((503, {})) as (url, seen),
        PrefectApi(url, tries=2) as api,
        pytest.raises(TransientFailure, match="status=503"),
    ):
        api.get("/health")
    assert len(seen) == 2


def test_a_server_that_gives_no_token_is_a_permanent_failure() -> None:
    with (
        _server_that_answers((401, {})) as (url, _),
        PrefectApi(url) as api,
        pytest.raises(PermanentFailure, match="csrf-token, status=401"),
    ):
        api.post("/things", {})


def test_nobody_there_is_a_transient_failure() -> None:
    with (
        PrefectApi(f"http://127.0.0.1:{find_free_port()}/api") as api,
        pytest.raises(TransientFailure, match=r"prefect_not_answering .*ConnectError"),
    ):
        api.get("/health")


def test_asking_while_prefect_is_down_costs_next_to_nothing() -> None:
    url = f"http://127.0.0.1:{find_free_port()}/api"
    ask_for_journey(url, _CASE)
    costs_s = []
    for _ in range(5):
        began_s = time.perf_counter()
        assert not ask_for_journey(url, _CASE)
        costs_s.append(time.perf_counter() - began_s)
    assert min(costs_s) < 0.05


@pytest.mark.parametrize(
    ("status", "body"), [(500, {}), (404, {}), (200, "no object"), (200, ["no object"]), (200, {}), (200, b"<html>")]
)
def test_asking_something_strange_never_raises(status: int, body: object) -> None:
    with _server_that_answers((status, body)) as (url, _):
        assert not ask_for_journey(url, _CASE)
        assert not ask_for_delivery(url)


@pytest.mark.parametrize("url", ["", "nonsense", "http://[", "http://127.0.0.1:99999/api", "ftp://127.0.0.1"])
def test_asking_at_an_address_that_is_none_never_raises(url: str) -> None:
    assert not ask_for_journey(url, _CASE)


@pytest.mark.parametrize("words", ["", "Олена", "2026-000001", f"{_CASE} Olena", f"{_CASE}\n", "٢٠٢٦-000001-9"])
def test_nothing_but_a_case_reference_is_ever_sent(words: str) -> None:
    with _server_that_answers((200, {"id": "x", "token": "t"})) as (url, seen):
        assert not ask_for_journey(url, words)
    assert seen == []
