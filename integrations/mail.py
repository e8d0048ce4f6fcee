"""Mail leaving the process: sessions with the office's relay, and its faults in our own words.

Whose fault decides the class (docs/decisions/0004-mail.md): a fault of the relay's set-up (certificate,
login, STARTTLS) is a `ConfigurationError`, which must stop the batch and not count against a letter; what
may pass is a `TransientFailure`; what the relay refuses for good about this one mail is a
`PermanentFailure`. Errors carry the SMTP status, never the relay's text, which may quote the address.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from types import TracebackType
from typing import Self

import aiosmtplib
import stamina

from integrations.addresses import ascii_domain, is_loopback, normalise_address
from integrations.clock import Clock
from integrations.logs import get_logger
from integrations.mail_faults import (
    translate_content_fault,
    translate_envelope_fault,
    translate_set_up_fault,
)
from integrations.mime import envelope_address
from integrations.settings import Settings, SmtpSecurity
from models.errors import (
    ConfigurationError,
    IntegrationError,
    InvalidInput,
    PermanentFailure,
    TransientFailure,
)

_log = get_logger("mail")
# A relay may hang up on an idle session at any moment; after this long we ask before we use it again.
_TRUSTED_IDLE_S = 5.0
# Relays scan the content before they answer, and hanging up meanwhile makes a second copy (RFC 5321, 4.5.3.2.6).
_CONTENT_PATIENCE = 5
_FIRST_PERMANENT = 500
_LAST_PERMANENT = 599


@dataclass(frozen=True, kw_only=True, slots=True)
class Relay:
    """The office's mail relay and how to reach it. Plaintext is for this machine only."""

    host: str
    port: int
    security: SmtpSecurity
    sender: str = field(repr=False)
    user: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    timeout_s: float = 30.0
    connections: int = 2
    ca_file: Path | None = None

    def __post_init__(self) -> None:
        if self.security is SmtpSecurity.PLAIN and not is_loopback(self.host):
            raise ConfigurationError("mail_plaintext_refused", "set DODOMU_SMTP_SECURITY to starttls or tls")

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """The relay the settings name; `ConfigurationError` when they name none."""
        if settings.smtp_host is None:
            raise ConfigurationError("mail_host_missing", "set DODOMU_SMTP_HOST to the office's mail relay")
        return cls(
            host=settings.smtp_host,
            port=settings.smtp_port,
            security=settings.smtp_security,
            sender=settings.mail_from,
            user=settings.smtp_user,
            password=settings.smtp_password.get_secret_value() if settings.smtp_password else None,
            timeout_s=settings.smtp_timeout_s,
            connections=settings.smtp_connections,
            ca_file=settings.smtp_ca_file,
        )


@dataclass(frozen=True, slots=True)
class Refusal:
    """One of several recipients the relay did not take: its position in the list, and the SMTP status."""

    position: int
    smtp_status: int

    @property
    def is_permanent(self) -> bool:
        """Whether trying this recipient again is pointless."""
        return _FIRST_PERMANENT <= self.smtp_status <= _LAST_PERMANENT


@dataclass(frozen=True, slots=True)
class Receipt:
    """The relay has taken the mail, at `taken_at` by our clock, for every recipient but those refused."""

    relay_reply_code: int
    taken_at: datetime
    refused: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class _Envelope:
    sender: str
    recipients: tuple[str, ...]
    content: bytes
    needs_smtputf8: bool


class Mailer:
    """Sends mails over up to `relay.connections` sessions, which are kept open between mails.

    `async with Mailer(relay, clock) as mailer: await mailer.send(message, ["office@example.org"])`. Several
    `send` may run at once; each waits for a free session. Nothing is opened before the first mail.
    """

    def __init__(self, relay: Relay, clock: Clock) -> None:
        self._relay = relay
        self._clock = clock
        self._slots = asyncio.Semaphore(relay.connections)
        self._idle: list[tuple[aiosmtplib.SMTP, float]] = []
        self._tls = None if relay.security is SmtpSecurity.PLAIN else _make_tls_context(relay.ca_file)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Says goodbye on every session. The mailer may be used again."""
        while self._idle:
            session, _ = self._idle.pop()
            with suppress(aiosmtplib.SMTPException, OSError):
                await session.quit(timeout=min(2.0, self._relay.timeout_s))
            session.close()
        # One turn of the loop lets the transports go before somebody closes the loop itself.
        await asyncio.sleep(0)

    async def send(self, message: EmailMessage, recipients: Sequence[str]) -> Receipt:
        """Hands the mail to the relay for all `recipients` and returns its receipt.

        When the relay takes it for some only, the receipt names the others by position: send to those
        again, not to all. `TransientFailure`: nothing was taken, except with code `mail_outcome_unknown`,
        where the answer got lost (the Message-ID is the same at the next try). `PermanentFailure`: the
        relay will never take this mail. `ConfigurationError`: the relay cannot be used by anybody until a
        person mends the settings.
        """
        envelope = _seal_envelope(message, recipients, self._relay.sender)
        async with self._borrow_session() as session:
            _check_utf8(session, envelope)
            refused = await _announce(session, envelope)
            try:
                reply = await session.data(envelope.content, timeout=self._relay.timeout_s * _CONTENT_PATIENCE)
            except (aiosmtplib.SMTPException, OSError) as error:
                raise translate_content_fault(error) from None
            return Receipt(reply.code, self._clock.now(), tuple(refused))

    @asynccontextmanager
    async def _borrow_session(self) -> AsyncIterator[aiosmtplib.SMTP]:
        async with self._slots:
            session = await self._find_idle() or await self._connect()
            reusable = False
            try:
                yield session
                reusable = True
            except IntegrationError:
                reusable = await _reset(session)
                raise
            finally:
                if reusable and session.is_connected:
                    self._idle.append((session, asyncio.get_running_loop().time()))
                else:
                    session.close()

    async def _find_idle(self) -> aiosmtplib.SMTP | None:
        while self._idle:
            session, since = self._idle.pop()
            if not session.is_connected:
                continue
            if asyncio.get_running_loop().time() - since < _TRUSTED_IDLE_S:
                return session
            try:
                await session.noop()
            except (aiosmtplib.SMTPException, OSError):
                session.close()
            else:
                return session
        return None

    async def _connect(self) -> aiosmtplib.SMTP:
        # Only for the moment in which a relay restarts; whatever lasts longer is the outbox's to try again.
        attempts = stamina.retry_context(
            on=_is_worth_a_moment, attempts=3, wait_initial=0.1, wait_max=1.0, wait_jitter=0.1
        )
        async for attempt in attempts:
            with attempt:
                return await self._connect_once()
        raise AssertionError  # the last attempt returns or raises

    async def _connect_once(self) -> aiosmtplib.SMTP:
        relay = self._relay
        session = aiosmtplib.SMTP(
            hostname=relay.host,
            port=relay.port,
            username=relay.user,
            password=relay.password,
            # Not this machine's own name, which is nobody's business and costs a look-up.
            local_hostname=ascii_domain(relay.sender),
            timeout=relay.timeout_s,
            use_tls=relay.security is SmtpSecurity.TLS,
            start_tls=relay.security is SmtpSecurity.STARTTLS,
            tls_context=self._tls,
        )
        try:
            await session.connect()
            await session.ehlo()
        except (aiosmtplib.SMTPException, OSError) as error:
            session.close()
            fault = translate_set_up_fault(error)
            _log.warning("relay_unavailable", exc_info=fault)
            raise fault from None
        return session


def _make_tls_context(ca_file: Path | None) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=ca_file)
    except (OSError, ssl.SSLError):
        raise ConfigurationError("mail_ca_file_unreadable", "DODOMU_SMTP_CA_FILE: give a PEM file") from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _seal_envelope(message: EmailMessage, recipients: Sequence[str], sender: str) -> _Envelope:
    if not recipients:
        raise InvalidInput("recipient_missing", "name at least one address")
    addresses = tuple(envelope_address(normalise_address(one)) for one in recipients)
    from_address = envelope_address(normalise_address(sender))
    content = message.as_bytes()
    # Bodies are always encoded, so that only an address outside ASCII makes the mail itself other than ASCII.
    needs_smtputf8 = not (content.isascii() and all(one.isascii() for one in (from_address, *addresses)))
    return _Envelope(from_address, addresses, content, needs_smtputf8)


def _check_utf8(session: aiosmtplib.SMTP, envelope: _Envelope) -> None:
    if envelope.needs_smtputf8 and not session.supports_extension("smtputf8"):
        raise PermanentFailure("mail_smtputf8_missing", "the relay takes ASCII addresses only; use another address")


async def _announce(session: aiosmtplib.SMTP, envelope: _Envelope) -> list[Refusal]:
    """Names the sender and the recipients; the refused ones come back, unless that is all of them."""
    options = [f"SIZE={len(envelope.content)}"] if session.supports_extension("size") else []
    if envelope.needs_smtputf8:
        options += ["SMTPUTF8", "BODY=8BITMIME"]
    encoding = "utf-8" if envelope.needs_smtputf8 else "ascii"
    refused, last = [], None
    try:
        await session.mail(envelope.sender, options=options, encoding=encoding)
        for position, recipient in enumerate(envelope.recipients):
            try:
                await session.rcpt(recipient, encoding=encoding)
            except aiosmtplib.SMTPRecipientRefused as error:
                refused.append(Refusal(position, error.code))
                # One that may be taken later outweighs those that never will: the mail is worth another try.
                last = error if last is None or error.code < _FIRST_PERMANENT else last
    except (aiosmtplib.SMTPException, OSError) as error:
        raise translate_envelope_fault(error) from None
    if last is not None and len(refused) == len(envelope.recipients):
        raise translate_envelope_fault(last) from None
    return refused


async def _reset(session: aiosmtplib.SMTP) -> bool:
    """Whether the session is clean for the next mail after this one failed.

    After a 421, a timeout or a lost line the library has closed it, and RSET fails at once.
    """
    try:
        await session.rset()
    except (aiosmtplib.SMTPException, OSError):
        return False
    return True


def _is_worth_a_moment(error: Exception) -> bool:
    return isinstance(error, TransientFailure) and error.code == "mail_relay_unreachable"
