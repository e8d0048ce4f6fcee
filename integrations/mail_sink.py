"""A mail relay of our own on this machine, for tests and rehearsals: it takes every mail and keeps it as a file.

It can be told to misbehave, to rehearse what real relays do.
"""

import asyncio
import re
import ssl
import threading
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from models.errors import ConfigurationError

_HOST = "127.0.0.1"
_START_TIMEOUT_S = 10.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Misbehaviour:
    """How the sink departs from good manners. The first three count mails, from the moment it is told.

    `defer_first`: 451 to that many recipients. `drop_first`: hangs up once the mail is there, keeping
    nothing. `lose_answer_first`: keeps the mail, then hangs up without a word. `refuse_matching`: 550 to
    recipients in which this pattern is found. `refuse_content`: 554 once the mail is there. `delay_s`:
    waits before that answer.
    """

    defer_first: int = 0
    drop_first: int = 0
    lose_answer_first: int = 0
    refuse_matching: str | None = None
    refuse_content: bool = False
    delay_s: float = 0.0


@dataclass(frozen=True, slots=True)
class TakenMail:
    """One mail as it came: its envelope, and the file that holds its bytes."""

    sender: str = field(repr=False)
    recipients: tuple[str, ...] = field(repr=False)
    path: Path

    def parse(self) -> EmailMessage:
        """The mail, parsed anew from its file."""
        return message_from_bytes(self.path.read_bytes(), policy=policy.default)


@dataclass(frozen=True, kw_only=True, slots=True)
class Entrance:
    """How one gets in.

    `tls` is a server's context: STARTTLS is offered and insisted on, or TLS is spoken from the first byte if
    `implicit_tls`. With `login` (user, password) mail is taken only after that login.
    """

    tls: ssl.SSLContext | None = None
    implicit_tls: bool = False
    login: tuple[str, str] | None = field(default=None, repr=False)
    smtputf8: bool = True

    def as_options(self) -> dict[str, Any]:
        """The same in aiosmtpd's words."""
        starttls = self.tls is not None and not self.implicit_tls
        return {
            "enable_SMTPUTF8": self.smtputf8,
            "tls_context": self.tls if starttls else None,
            "require_starttls": starttls,
            "auth_required": self.login is not None,
            "auth_require_tls": starttls,
            "authenticator": _Doorkeeper(self.login) if self.login else None,
        }


class MailSink:
    """Takes mail on 127.0.0.1 and keeps each as `<folder>/<Message-ID>.eml`.

    `with MailSink(folder) as sink: … sink.port … sink.mails`. Runs in a thread of its own. A mail that
    comes twice with the same Message-ID replaces its file, and stands twice in `mails`.
    """

    def __init__(self, folder: Path, *, port: int = 0, entrance: Entrance | None = None) -> None:
        entrance = entrance or Entrance()
        self.folder = folder
        self.mails: list[TakenMail] = []
        self.connections = 0
        self._wanted_port = port
        self._socket_tls = entrance.tls if entrance.implicit_tls else None
        self._session_options = entrance.as_options()
        self._reception = _Reception(self)
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._open: set[Any] = set()
        self._port = 0

    @property
    def port(self) -> int:
        """The port it listens on; known once started."""
        return self._port

    def misbehave(self, misbehaviour: Misbehaviour) -> None:
        """Behave like this from now on; `Misbehaviour()` is good manners again."""
        self._reception.adopt(misbehaviour)

    def start(self) -> None:
        """Listens from here on. A taken port or an unwritable folder is a `ConfigurationError`."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            raise ConfigurationError("mail_sink_folder_unwritable", "choose a folder that can be made") from None
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), name="mail-sink", daemon=True)
        self._thread.start()
        if not ready.wait(_START_TIMEOUT_S) or not self._port:
            self.stop()
            raise ConfigurationError("mail_sink_port_taken", "choose another port", port=self._wanted_port)

    def stop(self) -> None:
        """Hangs up on everybody, and returns when nothing runs any more."""
        if self._loop is not None and self._stop is not None and self._port:
            self._loop.call_soon_threadsafe(self._stop.set)
        if self._thread is not None:
            self._thread.join()
        self._thread, self._port = None, 0

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _run(self, ready: threading.Event) -> None:
        try:
            asyncio.run(self._serve(ready))
        finally:
            ready.set()

    async def _serve(self, ready: threading.Event) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        try:
            server = await self._loop.create_server(self._make_session, _HOST, self._wanted_port, ssl=self._socket_tls)
        except OSError:
            return
        self._port = server.sockets[0].getsockname()[1]
        ready.set()
        await self._stop.wait()
        server.close()
        for session in self._open:
            if session.transport is not None:
                session.transport.abort()
        # The aborted transports report their end on the next turns of the loop.
        await asyncio.sleep(0.01)

    def _make_session(self) -> Any:
        self.connections += 1
        session = SMTP(
            self._reception,
            loop=self._loop,
            hostname="sink.dodomu.test",
            ident="Dodomu mail sink",
            **self._session_options,
        )
        self._open = {known for known in self._open if known.transport is not None} | {session}
        return session


class _Doorkeeper:
    """Lets in whoever knows the one login."""

    def __init__(self, login: tuple[str, str]) -> None:
        self._login = login

    def __call__(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> Any:
        known = isinstance(given, LoginPassword) and ((given.login.decode(), given.password.decode()) == self._login)
        return AuthResult(success=known, handled=False)


class _Reception:
    """Answers one recipient and one mail at a time, as the sink's manners have it."""

    def __init__(self, sink: MailSink) -> None:
        self._sink = sink
        self.adopt(Misbehaviour())

    def adopt(self, manners: Misbehaviour) -> None:
        self._manners = manners
        self._left = {name: getattr(manners, name) for name in ("defer_first", "drop_first", "lose_answer_first")}

    async def handle_RCPT(  # noqa: N802 - aiosmtpd finds its hooks by these names
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        pattern = self._manners.refuse_matching
        if pattern and re.search(pattern, address):
            return f"550 5.1.1 {address} unknown"
        if self._use_up("defer_first"):
            return f"451 4.7.1 {address}: greylisted, try later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - as above
        if self._manners.delay_s:
            await asyncio.sleep(self._manners.delay_s)
        if self._use_up("drop_first"):
            await self._hang_up(server)
        if self._manners.refuse_content:
            return f"554 5.6.0 No such letters for {envelope.rcpt_tos[0]}"
        self._keep(envelope)
        if self._use_up("lose_answer_first"):
            await self._hang_up(server)
        return "250 OK, taken"

    def _keep(self, envelope: Any) -> None:
        content: bytes = envelope.original_content
        path = self._sink.folder / f"{_name_file(content)}.eml"
        path.write_bytes(content)
        self._sink.mails.append(TakenMail(envelope.mail_from, tuple(envelope.rcpt_tos), path))

    def _use_up(self, name: str) -> bool:
        left = self._left[name]
        self._left[name] = max(0, left - 1)
        return bool(left)

    async def _hang_up(self, server: Any) -> None:
        server.transport.abort()
        # The end of the connection cancels the task this runs in; it never answers.
        await asyncio.Event().wait()


def _name_file(content: bytes) -> str:
    """The Message-ID as a file name, or the content's hash when there is none."""
    head = content.partition(b"\r\n\r\n")[0].decode("utf-8", "replace")
    found = re.search(r"^message-id:\s*<([^<>\r\n]+)>", head, re.IGNORECASE | re.MULTILINE)
    if not found:
        return sha256(content).hexdigest()[:32]
    return re.sub(r"[^A-Za-z0-9@._-]", "_", found.group(1)).lstrip(".")[:200] or "mail"
