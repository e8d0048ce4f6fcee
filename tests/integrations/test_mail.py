"""The mailer against a real relay on this machine, well-mannered and otherwise."""

import asyncio
import socket
import ssl
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from integrations import mail as mail_module
from integrations.clock import FixedClock, SystemClock
from integrations.mail import Mailer, Receipt, Refusal, Relay
from integrations.mail_certificate import LoopbackCertificate, make_loopback_certificate
from integrations.mail_faults import RELAY_FAULTS
from integrations.mail_sink import Entrance, MailSink, Misbehaviour
from integrations.mime import Heading, build_letter_mail
from integrations.settings import SmtpSecurity, load_settings
from models.errors import ConfigurationError, DodomuError, InvalidInput, PermanentFailure, TransientFailure

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
BODY = "hotline@ombudsman.test"
OTHER = "desk@icrc.test"
Play = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, None]]


def make_mail(number: int = 17, *, to: str = BODY) -> EmailMessage:
    heading = Heading(
        sender="office@dodomu.test",
        sender_name="Офіс повернення дітей",
        recipients=(to,),
        subject=f"Звернення, вих. № 2026/{number:06}",
        idempotency_key=f"letter:{number}",
        written_at=NOON,
        language="uk",
    )
    letter = b"%PDF-1.7\n" + bytes(range(256)) * 8
    return build_letter_mail(heading, text="Доброго дня!\n.\n", letter=letter, outgoing_number=f"2026/{number:06}")


def relay_at(port: int, **changes: Any) -> Relay:
    plain = Relay(host="127.0.0.1", port=port, security=SmtpSecurity.PLAIN, sender="office@dodomu.test", timeout_s=2.0)
    return replace(plain, **changes)


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[MailSink]:
    with MailSink(tmp_path / "mail") as started:
        yield started


@pytest.fixture
async def mailer(sink: MailSink) -> AsyncIterator[Mailer]:
    async with Mailer(relay_at(sink.port), FixedClock(NOON)) as opened:
        yield opened


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> LoopbackCertificate:
    return make_loopback_certificate(tmp_path_factory.mktemp("tls"), SystemClock().now())


async def fault_of(mailer: Mailer, *recipients: str) -> DodomuError:
    with pytest.raises(DodomuError) as caught:
        await mailer.send(make_mail(), recipients or (BODY,))
    error = caught.value
    assert "@" not in f"{error} {error!r} {error.references}"
    assert error.__cause__ is None
    assert error.__suppress_context__ or error.__context__ is None
    return error


async def send_once(relay: Relay) -> Receipt:
    async with Mailer(relay, FixedClock(NOON)) as mailer:
        return await mailer.send(make_mail(), [BODY])


async def fault_once(relay: Relay) -> DodomuError:
    async with Mailer(relay, FixedClock(NOON)) as mailer:
        return await fault_of(mailer)


@asynccontextmanager
async def playing(play: Play) -> AsyncIterator[int]:
    """A relay that follows a script, at a port; at the end every line to it is down."""
    lines: list[asyncio.Task[None]] = []

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # Whoever gives up may close a line or reset it.
        with suppress(ConnectionError):
            await play(reader, writer)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    server = await asyncio.start_server(
        lambda reader, writer: lines.append(asyncio.create_task(take(reader, writer))), "127.0.0.1", 0
    )
    async with server:
        yield server.sockets[0].getsockname()[1]
        await asyncio.wait_for(asyncio.gather(*lines), 10)


async def test_the_relay_s_receipt_is_returned_and_the_mail_arrives_byte_for_byte(
    mailer: Mailer, sink: MailSink
) -> None:
    receipt = await mailer.send(make_mail(), [BODY])
    assert receipt == Receipt(relay_reply_code=250, taken_at=NOON, refused=())
    (taken,) = sink.mails
    assert (taken.sender, taken.recipients) == ("office@dodomu.test", (BODY,))
    assert taken.path.read_bytes() == make_mail().as_bytes()
    assert taken.parse()["Subject"] == "Звернення, вих. № 2026/000017"


async def test_many_mails_go_over_one_session(mailer: Mailer, sink: MailSink) -> None:
    for number in range(20):
        await mailer.send(make_mail(number), [BODY])
    assert sink.connections == 1
    assert len(list(sink.folder.iterdir())) == 20


async def test_mails_at_once_use_no_more_sessions_than_allowed(sink: MailSink) -> None:
    sink.misbehave(Misbehaviour(delay_s=0.02))
    async with Mailer(relay_at(sink.port, connections=3), FixedClock(NOON)) as mailer:
        await asyncio.gather(*(mailer.send(make_mail(number), [BODY]) for number in range(12)))
    assert len(sink.mails) == 12
    assert sink.connections == 3


async def test_a_mailer_may_be_used_again_after_closing(mailer: Mailer, sink: MailSink) -> None:
    await mailer.send(make_mail(1), [BODY])
    await mailer.close()
    await mailer.send(make_mail(2), [BODY])
    assert sink.connections == 2


async def test_a_greylisted_mail_is_for_later_and_goes_through_then(mailer: Mailer, sink: MailSink) -> None:
    sink.misbehave(Misbehaviour(defer_first=1))
    fault = await fault_of(mailer)
    assert isinstance(fault, TransientFailure)
    assert (fault.code, fault.references) == ("mail_deferred", {"smtp_status": 451, "step": "recipient"})
    assert sink.mails == []
    await mailer.send(make_mail(), [BODY])
    assert sink.connections == 1


async def test_an_unknown_recipient_is_for_a_person(mailer: Mailer, sink: MailSink) -> None:
    sink.misbehave(Misbehaviour(refuse_matching="ombudsman"))
    fault = await fault_of(mailer)
    assert isinstance(fault, PermanentFailure)
    assert (fault.code, fault.references) == ("mail_refused", {"smtp_status": 550, "step": "recipient"})
    assert (await mailer.send(make_mail(18), [OTHER])).refused == ()
    assert sink.connections == 1


async def test_when_some_recipients_are_refused_the_receipt_names_them_by_position(
    mailer: Mailer, sink: MailSink
) -> None:
    sink.misbehave(Misbehaviour(refuse_matching="icrc"))
    receipt = await mailer.send(make_mail(), [BODY, OTHER])
    assert receipt.refused == (Refusal(position=1, smtp_status=550),)
    assert receipt.refused[0].is_permanent
    assert sink.mails[0].recipients == (BODY,)


async def test_a_recipient_put_off_is_no_permanent_refusal(mailer: Mailer, sink: MailSink) -> None:
    sink.misbehave(Misbehaviour(defer_first=1))
    receipt = await mailer.send(make_mail(), [BODY, OTHER])
    assert [(one.position, one.is_permanent) for one in receipt.refused] == [(0, False)]


@pytest.mark.parametrize("recipients", [(BODY, OTHER), (OTHER, BODY)])
async def test_when_all_are_refused_one_that_may_be_taken_later_decides(
    mailer: Mailer, sink: MailSink, recipients: tuple[str, ...]
) -> None:
    sink.misbehave(Misbehaviour(refuse_matching="icrc", defer_first=1))
    assert (await fault_of(mailer, *recipients)).code == "mail_deferred"


async def test_content_the_relay_will_not_have_is_for_a_person(mailer: Mailer, sink: MailSink) -> None:
    sink.misbehave(Misbehaviour(refuse_content=True))
    fault = await fault_of(mailer)
    assert isinstance(fault, PermanentFailure)
    assert fault.references == {"smtp_status": 554, "step": "content"}


@pytest.mark.parametrize(
    ("misbehaviour", "kept"), [(Misbehaviour(drop_first=1), 0), (Misbehaviour(lose_answer_first=1), 1)]
)
async def test_when_the_line_breaks_over_the_content_nobody_knows_and_the_next_try_is_the_same_mail(
    mailer: Mailer, sink: MailSink, misbehaviour: Misbehaviour, kept: int
) -> None:
    sink.misbehave(misbehaviour)
    fault = await fault_of(mailer)
    assert isinstance(fault, TransientFailure)
    assert fault.code == "mail_outcome_unknown"
    assert len(sink.mails) == kept
    await mailer.send(make_mail(), [BODY])
    assert len(sink.mails) == kept + 1
    assert len(list(sink.folder.iterdir())) == 1


async def test_a_relay_that_does_not_answer_in_time_leaves_the_outcome_unknown(sink: MailSink) -> None:
    sink.misbehave(Misbehaviour(delay_s=5.0))
    started = time.monotonic()
    fault = await fault_once(relay_at(sink.port, timeout_s=0.2))
    assert isinstance(fault, TransientFailure)
    assert fault.code == "mail_outcome_unknown"
    assert time.monotonic() - started < 2.0


async def test_a_relay_that_never_greets_is_a_timeout_without_a_second_try() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        started = time.monotonic()
        fault = await fault_once(relay_at(silent.getsockname()[1], timeout_s=1.0))
    assert isinstance(fault, TransientFailure)
    assert fault.code == "mail_relay_timeout"
    assert time.monotonic() - started < 2.0


async def test_a_session_that_fell_silent_is_given_up_at_once_and_not_asked_again() -> None:
    heard: list[bytes] = []

    async def play(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hello\r\n")
        await reader.readline()
        writer.write(b"250 hello\r\n")
        while line := await reader.readline():
            heard.append(line.rstrip())

    async with playing(play) as port:
        fault = await fault_once(relay_at(port, timeout_s=0.5))
    assert (type(fault), fault.code) == (TransientFailure, "mail_connection_lost")
    assert heard == [b"MAIL FROM:<office@dodomu.test>"]


async def test_where_no_relay_listens_it_is_tried_for_a_moment_and_then_left_for_later(tmp_path: Path) -> None:
    with MailSink(tmp_path) as gone:
        port = gone.port
    fault = await fault_once(relay_at(port))
    assert isinstance(fault, TransientFailure)
    assert fault.code == "mail_relay_unreachable"
    assert fault.code in RELAY_FAULTS


async def test_a_relay_that_restarts_is_found_again_within_the_moment(tmp_path: Path) -> None:
    with MailSink(tmp_path) as before:
        port = before.port
    sending = asyncio.create_task(send_once(relay_at(port)))
    await asyncio.sleep(0.05)
    with MailSink(tmp_path, port=port):
        assert (await sending).relay_reply_code == 250


async def test_a_session_the_relay_has_dropped_meanwhile_is_replaced_unnoticed(
    mailer: Mailer, sink: MailSink, tmp_path: Path
) -> None:
    await mailer.send(make_mail(1), [BODY])
    port = sink.port
    sink.stop()
    with MailSink(tmp_path / "again", port=port) as again:
        await asyncio.sleep(0.05)
        await mailer.send(make_mail(2), [BODY])
        assert len(again.mails) == 1


async def test_a_session_long_idle_is_asked_before_it_is_used(
    mailer: Mailer, sink: MailSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_module, "_TRUSTED_IDLE_S", 0.0)
    await mailer.send(make_mail(1), [BODY])
    await mailer.send(make_mail(2), [BODY])
    assert (len(sink.mails), sink.connections) == (2, 1)


async def test_a_session_that_says_goodbye_when_asked_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_module, "_TRUSTED_IDLE_S", 0.0)
    ended: list[str] = []

    async def play(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers = {"DATA": "354 go on", "NOOP": "421 4.4.2 too long idle", "QUIT": "221 bye"}
        writer.write(b"220 hello\r\n")
        verb = ""
        while verb not in {"NOOP", "QUIT"}:
            verb = (await reader.readline()).decode()[:4]
            writer.write(f"{answers.get(verb, '250 ok')}\r\n".encode())
            if verb == "DATA":
                await reader.readuntil(b"\r\n.\r\n")
                writer.write(b"250 taken\r\n")
        ended.append(verb)

    async with playing(play) as port, Mailer(relay_at(port), FixedClock(NOON)) as mailer:
        await mailer.send(make_mail(1), [BODY])
        assert (await mailer.send(make_mail(2), [BODY])).relay_reply_code == 250
    assert ended == ["NOOP", "QUIT"]


async def test_a_cancelled_mail_leaves_no_half_used_session_behind(mailer: Mailer, sink: MailSink) -> None:
    sink.misbehave(Misbehaviour(delay_s=0.5))
    sending = asyncio.create_task(mailer.send(make_mail(1), [BODY]))
    await asyncio.sleep(0.1)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    sink.misbehave(Misbehaviour())
    await mailer.send(make_mail(2), [BODY])
    assert sink.connections == 2


SCRIPTS = [
    (["421 4.3.2 too busy for office@dodomu.test"], TransientFailure, "mail_relay_busy"),
    (["554 5.7.1 nobody from here"], ConfigurationError, "mail_relay_refuses"),
    (["220 hello", "250 hello", "421 4.3.2 closing"], TransientFailure, "mail_deferred"),
    (["220 hello", "250 hello", "530 5.7.0 log in first"], ConfigurationError, "mail_login_refused"),
    (["220 hello", "250 hello", "553 5.1.8 not as office@dodomu.test"], PermanentFailure, "mail_refused"),
    (["220 hello", "250 hello", "gibberish"], TransientFailure, "mail_deferred"),
    (["220 hello", "250 hello"], TransientFailure, "mail_connection_lost"),
    (["220 hello", "250 hello", "250 ok", "250 ok", "452 4.3.1 disk full"], TransientFailure, "mail_deferred"),
    (["220 hello", "250 hello", "250 ok", "550 no", "500 no reset"], PermanentFailure, "mail_refused"),
    (["220 hello", "250 hello", "250 ok", "550 no"], PermanentFailure, "mail_refused"),
]


@pytest.mark.parametrize(("answers", "kind", "code"), SCRIPTS)
async def test_each_answer_has_its_meaning(answers: list[str], kind: type[DodomuError], code: str) -> None:
    async def play(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for number, answer in enumerate(answers):
            if number:
                await reader.readline()
            writer.write(f"{answer}\r\n".encode())
            await writer.drain()
        await reader.readline()

    async with playing(play) as port:
        fault = await fault_once(relay_at(port))
    assert (type(fault), fault.code) == (kind, code)


async def test_a_local_part_outside_ascii_goes_where_the_relay_can(mailer: Mailer, sink: MailSink) -> None:
    await mailer.send(make_mail(to="дім@пошта.укр"), ["дім@пошта.укр"])
    assert sink.mails[0].recipients == ("дім@xn--80a1acn3a.xn--j1amh",)


async def test_a_local_part_outside_ascii_is_refused_where_it_cannot(tmp_path: Path) -> None:
    with MailSink(tmp_path, entrance=Entrance(smtputf8=False)) as old:
        async with Mailer(relay_at(old.port), FixedClock(NOON)) as mailer:
            with pytest.raises(PermanentFailure, match="mail_smtputf8_missing"):
                await mailer.send(make_mail(to="дім@пошта.укр"), ["дім@пошта.укр"])
            receipt = await mailer.send(make_mail(to="office@пошта.укр"), ["office@пошта.укр"])
    assert receipt.relay_reply_code == 250


async def test_a_mail_to_nobody_or_to_no_address_is_refused(mailer: Mailer, sink: MailSink) -> None:
    with pytest.raises(InvalidInput, match="recipient_missing"):
        await mailer.send(make_mail(), [])
    with pytest.raises(InvalidInput, match="address_unusable"):
        await mailer.send(make_mail(), ["x@example.org>\r\nRCPT TO:<y@example.org"])
    assert sink.connections == 0


async def test_starttls_with_the_office_s_own_authority(tmp_path: Path, certificate: LoopbackCertificate) -> None:
    with MailSink(tmp_path, entrance=Entrance(tls=certificate.server_context())) as sink:
        relay = relay_at(sink.port, security=SmtpSecurity.STARTTLS, ca_file=certificate.ca_file)
        assert (await send_once(relay)).relay_reply_code == 250
        assert (await send_once(replace(relay, host="localhost"))).relay_reply_code == 250
        # The sink insists: what came in plain it would not have taken.
        assert (await fault_once(relay_at(sink.port))).references["smtp_status"] == 530


async def test_tls_from_the_first_byte(tmp_path: Path, certificate: LoopbackCertificate) -> None:
    with MailSink(tmp_path, entrance=Entrance(tls=certificate.server_context(), implicit_tls=True)) as sink:
        relay = relay_at(sink.port, security=SmtpSecurity.TLS, ca_file=certificate.ca_file)
        assert (await send_once(relay)).relay_reply_code == 250


@pytest.mark.parametrize("security", [SmtpSecurity.STARTTLS, SmtpSecurity.TLS])
async def test_a_certificate_nobody_vouches_for_gets_no_mail(
    tmp_path: Path, certificate: LoopbackCertificate, security: SmtpSecurity
) -> None:
    entrance = Entrance(tls=certificate.server_context(), implicit_tls=security is SmtpSecurity.TLS)
    with MailSink(tmp_path, entrance=entrance) as sink:
        fault = await fault_once(relay_at(sink.port, security=security))
        assert isinstance(fault, ConfigurationError)
        assert fault.code == "mail_certificate_unverified"
        assert sink.mails == []


@pytest.mark.parametrize("security", [SmtpSecurity.STARTTLS, SmtpSecurity.TLS])
async def test_a_certificate_for_another_host_gets_no_mail(
    tmp_path: Path, certificate: LoopbackCertificate, security: SmtpSecurity
) -> None:
    entrance = Entrance(tls=certificate.server_context(), implicit_tls=security is SmtpSecurity.TLS)
    with MailSink(tmp_path, entrance=entrance) as sink:
        # The same machine, under a name the certificate does not carry.
        relay = relay_at(sink.port, host="127.1", security=security, ca_file=certificate.ca_file)
        assert (await fault_once(relay)).code == "mail_certificate_unverified"


async def test_a_relay_without_starttls_gets_no_mail_in_plain(sink: MailSink) -> None:
    fault = await fault_once(relay_at(sink.port, security=SmtpSecurity.STARTTLS))
    assert isinstance(fault, ConfigurationError)
    assert fault.code == "mail_relay_unsuitable"
    assert sink.mails == []


async def test_tls_against_a_plain_port_says_which_settings_to_check(sink: MailSink) -> None:
    fault = await fault_once(relay_at(sink.port, security=SmtpSecurity.TLS))
    assert (type(fault), fault.code) == (ConfigurationError, "mail_tls_failed")


async def test_a_login_lets_in_and_a_wrong_one_is_the_settings_fault(
    tmp_path: Path, certificate: LoopbackCertificate
) -> None:
    entrance = Entrance(tls=certificate.server_context(), login=("office", "right"))
    with MailSink(tmp_path, entrance=entrance) as sink:
        relay = relay_at(
            sink.port,
            security=SmtpSecurity.STARTTLS,
            ca_file=certificate.ca_file,
            user="office",
            password="right",
        )
        assert (await send_once(relay)).relay_reply_code == 250
        fault = await fault_once(replace(relay, password="wrong"))
        assert (type(fault), fault.code) == (ConfigurationError, "mail_login_refused")
        assert fault.references == {"smtp_status": 535}


@pytest.mark.parametrize("host", ["relay.test", "192.0.2.1"])
def test_plaintext_to_another_machine_is_refused_before_anything_is_opened(host: str) -> None:
    with pytest.raises(ConfigurationError, match="mail_plaintext_refused"):
        relay_at(25, host=host)


def test_the_relay_is_the_one_of_the_settings(tmp_path: Path) -> None:
    settings = load_settings(
        smtp_host="relay.test",
        smtp_user="office",
        smtp_password="right",
        mail_from="lead@office.example",
        smtp_connections=4,
    )
    relay = Relay.from_settings(settings)
    assert (relay.host, relay.port, relay.security) == ("relay.test", 587, SmtpSecurity.STARTTLS)
    assert (relay.sender, relay.password, relay.connections) == ("lead@office.example", "right", 4)
    assert "right" not in repr(relay)
    with pytest.raises(ConfigurationError, match="mail_host_missing"):
        Relay.from_settings(load_settings())


def test_an_authority_s_file_that_is_none_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate", encoding="utf-8")
    for path in (tmp_path / "ca.pem", tmp_path / "missing.pem"):
        with pytest.raises(ConfigurationError, match="mail_ca_file_unreadable"):
            Mailer(relay_at(25, security=SmtpSecurity.TLS, ca_file=path), FixedClock(NOON))


def test_tls_older_than_1_2_is_not_spoken() -> None:
    mailer = Mailer(relay_at(25, security=SmtpSecurity.TLS), FixedClock(NOON))
    assert mailer._tls is not None
    assert mailer._tls.minimum_version >= ssl.TLSVersion.TLSv1_2
    assert mailer._tls.verify_mode is ssl.CERT_REQUIRED
    assert mailer._tls.check_hostname
