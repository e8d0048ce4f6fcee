"""Prefect over HTTP, for those who must not import it: asking for a journey, and the client underneath."""

import re
import ssl
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import httpx

from models.errors import IntegrationError, PermanentFailure, TransientFailure

_CASE_REFERENCE = re.compile(r"[0-9]{4}-[0-9]{6}-[0-9A-Z]")
_ASK_TIMEOUT = httpx.Timeout(1.0, connect=0.25)
_PAGE = 200
_CSRF_OFF = 422
# The server says so when its SQLite file is locked by another of its own writers; a moment later it is free.
_BUSY = 503
_BUSY_WAIT_S = 0.2


class PrefectApi:
    """A small client of one Prefect server; a context manager. Sends the CSRF token that our server wants.

    A server that does not answer is a `TransientFailure`, one that refuses a `PermanentFailure`.
    """

    def __init__(self, api_url: str, timeout: httpx.Timeout | float = 10.0, tries: int = 8) -> None:
        self._name = f"dodomu-{uuid4()}"
        self._csrf: dict[str, str] | None = None
        self._tries = tries
        # Loading the certificates of all authorities takes longer than the whole conversation on loopback.
        verify = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if api_url.startswith("http://") else True
        self._client = httpx.Client(base_url=api_url, timeout=timeout, trust_env=False, verify=verify)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def get(self, path: str) -> Any:
        """The decoded answer to a GET."""
        return self._ask("GET", path)

    def post(self, path: str, body: Mapping[str, object]) -> Any:
        """The decoded answer to a POST."""
        return self._ask("POST", path, body)

    def patch(self, path: str, body: Mapping[str, object]) -> None:
        """Change what stands there."""
        self._ask("PATCH", path, body)

    def delete(self, path: str) -> None:
        """Delete what stands there; what is gone already counts as deleted."""
        self._ask("DELETE", path)

    def list_all(self, path: str) -> list[dict[str, Any]]:
        """Every object that a `…/filter` endpoint knows, page by page."""
        found: list[dict[str, Any]] = []
        while True:
            page = self.post(path, {"limit": _PAGE, "offset": len(found)})
            found += page
            if len(page) < _PAGE:
                return found

    def _ask(self, method: str, path: str, body: Mapping[str, object] | None = None) -> Any:
        response = self._send(method, path, {} if method == "GET" else self._token(), body)
        if method == "DELETE" and response.status_code == httpx.codes.NOT_FOUND:
            return None
        if response.is_error:
            kind = TransientFailure if response.is_server_error else PermanentFailure
            raise kind("prefect_refused", method=method, path=path, status=response.status_code)
        return response.json() if response.content else None

    def _send(
        self, method: str, path: str, headers: Mapping[str, str], body: Mapping[str, object] | None = None
    ) -> httpx.Response:
        """The answer; asked again, a little later each time, while the server is busy."""
        tried = 0
        while True:
            try:
                response = self._client.request(method, path, headers=headers, json=body)
            except httpx.HTTPError as error:
                raise TransientFailure("prefect_not_answering", reason=type(error).__name__) from None
            tried += 1
            if response.status_code != _BUSY or tried >= self._tries:
                return response
            time.sleep(_BUSY_WAIT_S * tried)

    def _token(self) -> dict[str, str]:
        if self._csrf is None:
            response = self._send("GET", f"/csrf-token?client={self._name}", {})
            if response.status_code == _CSRF_OFF:
                self._csrf = {}
            elif response.is_error:
                raise PermanentFailure("prefect_refused", path="/csrf-token", status=response.status_code)
            else:
                self._csrf = {
                    "Prefect-Csrf-Token": response.json()["token"],
                    "Prefect-Csrf-Client": self._name,
                }
        return self._csrf


def ask_for_journey(api_url: str, case_reference: str, *, after_entry: int | None = None) -> bool:
    """Ask Prefect to run one case's journey now; whether it took the wish. Never raises, never waits long.

    A wish that is lost costs nothing but time: the watch finds every case that is due. `after_entry` is the number
    of the journal entry that calls for the journey; the same wish said twice is one run.
    """
    if not _CASE_REFERENCE.fullmatch(case_reference):
        return False
    wish = uuid4() if after_entry is None else after_entry
    return _ask_for_run(
        api_url,
        "case-journey",
        {
            "name": case_reference,
            "parameters": {"case_reference": case_reference},
            "idempotency_key": f"{case_reference}/{wish}",
            "tags": ["dodomu", f"case:{case_reference}"],
        },
    )


def ask_for_delivery(api_url: str) -> bool:
    """Ask Prefect to send the outbox now; whether it took the wish. Lost wishes wait for the next round."""
    return _ask_for_run(api_url, "deliver-mail", {"tags": ["dodomu"]})


def _ask_for_run(api_url: str, name: str, run: Mapping[str, object]) -> bool:
    try:
        with PrefectApi(api_url, _ASK_TIMEOUT, tries=2) as api:
            deployment = api.get(f"/deployments/name/{name}/{name}")
            api.post(f"/deployments/{deployment['id']}/create_flow_run", run)
    except (IntegrationError, httpx.InvalidURL, ValueError, KeyError, TypeError):
        # Whatever answers there is not the server we know.
        return False
    return True
