"""The dead-man's switch: who is told when the watch falls silent, by a path that needs neither watch nor Prefect."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from casework.office import Office
from casework.watch import look_at_due
from casework.watch_mark import SILENT_AFTER, Silence, find_silence
from desk.watch_guard import TELL_AGAIN_AFTER, Tell, WatchGuard, what_to_tell
from integrations.clock import FixedClock
from integrations.mail_sink import MailSink
from integrations.settings import Settings
from integrations.store import Store
from models.errors import ConfigurationError
from models.records import OfficeRecord
from tests.conftest import MONDAY

A_MINUTE = timedelta(minutes=1)


def reachable(settings: Settings, sink: MailSink, language: str = "en") -> Settings:
    relay = {"smtp_host": "127.0.0.1", "smtp_port": sink.port, "smtp_security": "plain"}
    return settings.model_copy(update={**relay, "operator_mail": "operators@office.example", "language": language})


@pytest.mark.parametrize(
    ("reason", "told", "tell"),
    [
        (None, None, None),
        ("silent", None, Tell.SILENT),
        ("silent", MONDAY - TELL_AGAIN_AFTER + A_MINUTE, None),
        ("silent", MONDAY - TELL_AGAIN_AFTER, Tell.SILENT),
        (None, MONDAY - A_MINUTE, Tell.BACK),
    ],
)
def test_silence_is_told_once_a_day_and_its_end_once(
    reason: str | None, told: datetime | None, tell: Tell | None
) -> None:
    assert what_to_tell(reason, told, MONDAY) is tell


def test_a_watch_that_finishes_is_heard_of_for_two_hours(either_office: Office) -> None:
    office = either_office
    look_at_due(office, office.now())
    assert find_silence(office.store, MONDAY + SILENT_AFTER) is None
    assert find_silence(office.store, MONDAY + SILENT_AFTER + A_MINUTE) == Silence(MONDAY)


def test_a_watch_that_was_cut_short_is_not_heard_of(office: Office) -> None:
    look_at_due(office, office.now(), limit=0)
    assert find_silence(office.store, MONDAY + SILENT_AFTER + A_MINUTE) == Silence(None)


def test_whoever_comes_on_duty_gives_the_first_watch_its_time(office: Office) -> None:
    came = MONDAY + timedelta(days=7)
    assert find_silence(office.store, came + A_MINUTE) == Silence(None)
    assert find_silence(office.store, came + A_MINUTE, on_duty_since=came) is None
    assert find_silence(office.store, came + SILENT_AFTER + A_MINUTE, on_duty_since=came) == Silence(None)


def test_a_store_without_an_office_is_no_silence(settings: Settings) -> None:
    settings.home.mkdir(parents=True)
    store = Store.open(settings.store_url)
    store.migrate()
    with pytest.raises(ConfigurationError, match="store_missing"):
        find_silence(store, MONDAY)
    store.close()


@pytest.mark.parametrize(
    ("language", "silent", "back"),
    [
        ("en", "The watch over the cases has never finished.", "The watch finishes again."),
        ("uk", "Обхід справ ще жодного разу не завершився.", "Обхід справ знову завершується."),
    ],
)
def test_the_operators_get_a_mail_when_it_falls_silent_and_one_when_it_is_back(
    office: Office, clock: FixedClock, tmp_path: Path, *, language: str, silent: str, back: str
) -> None:
    said: list[str] = []
    with MailSink(tmp_path / "sink") as sink:
        guard = WatchGuard(reachable(office.settings, sink, language), said.append, clock)
        assert guard.look() is None
        clock.move_to(MONDAY + SILENT_AFTER + A_MINUTE)
        assert guard.look() is Tell.SILENT
        assert guard.look() is None
        look_at_due(office, office.now())
        assert guard.look() is Tell.BACK
        assert guard.look() is None
        first, second = (mail.parse() for mail in sink.mails)
    assert first["To"] == "operators@office.example"
    assert silent in first.get_content()
    assert "dodomu health" in first.get_content()
    assert back in second.get_content()
    assert len(said) == 2


def test_what_could_not_be_told_is_tried_again(office: Office, clock: FixedClock) -> None:
    said: list[str] = []
    settings = office.settings.model_copy(update={"operator_mail": "operators@office.example", "language": "en"})
    guard = WatchGuard(settings, said.append, clock)
    clock.move_to(MONDAY + SILENT_AFTER + A_MINUTE)
    assert [guard.look(), guard.look()] == [Tell.SILENT, Tell.SILENT]
    assert any("did not leave" in line for line in said)


def test_without_operators_the_console_is_told(office: Office, clock: FixedClock) -> None:
    said: list[str] = []
    guard = WatchGuard(office.settings.model_copy(update={"language": "en"}), said.append, clock)
    clock.move_to(MONDAY + SILENT_AFTER + A_MINUTE)
    assert [guard.look(), guard.look()] == [Tell.SILENT, None]
    assert said == [
        "Dodomu: the watch is silent. The watch over the cases has never finished.",
        "There is nobody to write to: set DODOMU_OPERATOR_MAIL.",
    ]


def test_a_store_that_cannot_be_read_is_told_like_silence(settings: Settings, clock: FixedClock) -> None:
    said: list[str] = []
    assert WatchGuard(settings.model_copy(update={"language": "en"}), said.append, clock).look() is Tell.SILENT
    assert "The case store cannot be read [store_missing]." in said[0]


def test_on_duty_it_looks_by_itself_and_stops_with_its_block(office: Office, clock: FixedClock) -> None:
    heard = threading.Event()
    guard = WatchGuard(office.settings, lambda _: heard.set(), clock)
    clock.move_to(MONDAY + SILENT_AFTER + A_MINUTE)
    with guard.on_duty(every_s=0.01):
        assert heard.wait(10)
    assert not any(thread.name == "watch guard" for thread in threading.enumerate())


def test_health_answers_an_outside_monitor_that_the_watch_is_silent(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    from desk.health import check_health  # noqa: PLC0415 - opens an office of its own

    monkeypatch.setenv("DODOMU_HOME", str(office.settings.home))
    with office.store.writing() as session:
        session.execute(update(OfficeRecord).values(watched_at=datetime(2020, 1, 1, tzinfo=UTC)))
    (watch,) = (finding for finding in check_health() if finding.what == "watch")
    assert not watch.good
    assert "2020-01-01" in watch.told
