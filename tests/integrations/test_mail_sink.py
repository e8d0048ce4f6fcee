"""The relay of our own: what it keeps, and how it starts and stops."""

import smtplib
import threading
from pathlib import Path

import pytest

from integrations.mail_sink import MailSink
from models.errors import ConfigurationError

MAIL = "From: a@dodomu.test\r\nMessage-ID: {id}\r\nSubject: x\r\n\r\nbody\r\n"


def send(port: int, message_id: str) -> None:
    with smtplib.SMTP("127.0.0.1", port, local_hostname="test") as client:
        client.sendmail("a@dodomu.test", ["b@dodomu.test"], MAIL.format(id=message_id))


@pytest.mark.parametrize(
    ("message_id", "name"),
    [
        ("<abc@dodomu.test>", "abc@dodomu.test.eml"),
        ("<../../etc/passwd@x>", "_.._etc_passwd@x.eml"),
        ("<a b;c@x>", "a_b_c@x.eml"),
        ("<...>", "mail.eml"),
        (f"<{'x' * 300}@y>", f"{'x' * 200}.eml"),
    ],
)
def test_a_mail_is_kept_under_its_tamed_message_id(tmp_path: Path, message_id: str, name: str) -> None:
    with MailSink(tmp_path) as sink:
        send(sink.port, message_id)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_bytes() == MAIL.format(id=message_id).encode()


def test_a_mail_without_message_id_is_kept_under_its_hash(tmp_path: Path) -> None:
    with MailSink(tmp_path) as sink:
        send(sink.port, "none")
    (path,) = tmp_path.iterdir()
    assert len(path.stem) == 32


def test_it_stops_while_somebody_is_still_connected(tmp_path: Path) -> None:
    with MailSink(tmp_path) as sink:
        client = smtplib.SMTP("127.0.0.1", sink.port, local_hostname="test")
        client.ehlo()
    assert not [thread for thread in threading.enumerate() if thread.name == "mail-sink"]
    with pytest.raises(smtplib.SMTPServerDisconnected):
        client.noop()
    client.close()


def test_it_may_be_started_again_and_stopped_twice(tmp_path: Path) -> None:
    sink = MailSink(tmp_path)
    for message_id in ("<a@x>", "<b@x>"):
        sink.start()
        send(sink.port, message_id)
        sink.stop()
    sink.stop()
    assert len(sink.mails) == 2


def test_a_taken_port_and_an_impossible_folder_are_clear_errors(tmp_path: Path) -> None:
    with MailSink(tmp_path) as sink, pytest.raises(ConfigurationError, match="mail_sink_port_taken"):
        MailSink(tmp_path, port=sink.port).start()
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="mail_sink_folder_unwritable"):
        MailSink(tmp_path / "file").start()
