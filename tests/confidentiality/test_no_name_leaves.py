"""A case full of canaries is walked through flows, letters, mail and every error there is; then everything that was
written anywhere is searched.

Allowed, and nowhere else: a letter's PDF names the child to whom it is addressed, so the attachment of a letter's mail
does; and a mail's `To:` is the reader's address. Every other header, the subject, the cover text, the attachment's
name, and all of what stays in the house are searched.
"""

import json
import logging
import re
import shutil
import sqlite3
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from prefect.events.worker import EventsWorker
from sqlalchemy import text

from casework import facts
from casework.case_file import open_case
from casework.letter_annexes import attach_annex
from casework.office import Office
from casework.replies import record_reply
from desk.refusals import line_of
from integrations.backup import make_backup
from integrations.clock import FixedClock
from integrations.logs import close_logs, configure_logs, get_logger, quiet_foreign_loggers
from integrations.mail_sink import MailSink, Misbehaviour
from integrations.prefect_server import PrefectServer
from models.rules.reference import parse_reference
from models.schemas.intake import validate_intake
from models.statuses import ReplyKind
from tests.confidentiality.canaries import find_in, latin, mail, name, phone, search, search_text
from tests.confidentiality.faults import foreign_faults, own_faults
from tests.confidentiality.seeded_case import COORDINATOR, add_papers, application, give_reasons, seed, write_letters
from tests.workflows.conftest import prefect_settings
from workflows.case_journey import case_journey
from workflows.caseload_report import caseload_report
from workflows.daily_digest import daily_digest
from workflows.deliver_mail import deliver_mail
from workflows.register_cases import register_cases
from workflows.rooms import lend_office
from workflows.seal_journal import seal_journal
from workflows.watch_clocks import watch_clocks

__all__ = ["prefect_settings"]

_HEADER = "child.given_name,child.family_name,child.birth_on,requester.phone,separation.country"


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where anything temporary of this process lands."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return folder


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[MailSink]:
    with MailSink(tmp_path / "sink") as sink:
        yield sink


@pytest.fixture
def lent(office: Office, sink: MailSink) -> Iterator[Office]:
    """An office with a relay and a log, lent to the flows."""
    office.settings = office.settings.model_copy(
        update={"smtp_host": "127.0.0.1", "smtp_port": sink.port, "smtp_security": "plain", "staff": "s-01"}
    )
    root = logging.getLogger()
    before = root.handlers[:]
    configure_logs(office.settings.logs_folder, level="debug")
    quiet_foreign_loggers()
    with lend_office(office):
        yield office
    close_logs()
    root.handlers[:] = before


async def run_all(reference: str) -> None:
    """Run every flow that takes no file."""
    await case_journey(reference, return_state=True)
    for each in (watch_clocks, daily_digest, deliver_mail, caseload_report, seal_journal):
        await each(return_state=True)


async def take_in(office: Office) -> None:
    """Take in a batch with a good row and faulty ones, and take its file away again: it is the applicants' own."""
    inbox = office.settings.home / "inbox"
    inbox.mkdir()
    rows = [
        f"{name('ко')},{name('ченко')},2014-01-02,{phone(1)},UA",
        f"{name('ко')},{name('ченко')},2014-13-02,{phone(1)},UA",
        f"{name('ко')},{latin('а')},2014-01-02,{mail('z')},{name('ія')}",
        f"{name('ко')},{name('ченко')},{name('ко')},{phone(1)},UA,{latin(' more')}",
    ]
    (inbox / "monday.csv").write_text("\n".join([_HEADER, *rows]), encoding="utf-8")
    await register_cases("monday.csv", return_state=True)
    await register_cases("monday.csv", accept_valid=True, return_state=True)
    shutil.rmtree(inbox)


async def fire_in_flows(monkeypatch: pytest.MonkeyPatch, reference: str) -> int:
    """Let every exception there is break out inside a flow, with a canary as its cause; count them."""
    fired = 0
    for fault in (*own_faults(), *foreign_faults()):

        def break_out(*_: object, fault: Exception = fault) -> None:
            name_at_hand = name("вська")
            raise fault from KeyError(name_at_hand)

        with monkeypatch.context() as patch:
            patch.setattr("workflows.case_journey.reconcile_case", break_out)
            state = await case_journey(reference, return_state=True)
        assert state.is_failed()
        fired += 1
    return fired


def fire_in_use_cases(office: Office, reference: str) -> list[str]:
    """Do everything wrong that canaries can be typed into; return what was told of it."""
    do: dict[str, Any] = {"now": office.now(), "actor": COORDINATOR}
    today, canary = office.now().date(), name("вська")
    wrong = application(today)
    wrong["child"] |= {"birth_on": canary, "sex": canary, "citizenship": latin("a"), "languages": [canary]}

    def write_wrongly() -> None:
        with open_case(office, reference, **do) as file:
            file.session.execute(text("INSERT INTO nowhere VALUES (:name)"), {"name": canary})

    attempts: list[Callable[[], object]] = [
        lambda: parse_reference(canary),
        lambda: validate_intake(wrong, today=today),
        lambda: facts.record_alias(office, reference, full_name=f"{canary}\x07", **do),
        lambda: facts.record_alias(office, reference, full_name=canary, citizenship="??", **do),
        lambda: facts.record_relative(office, reference, basis="parent", name=f"{canary}\x00", **do),  # type: ignore[arg-type]  # what is typed
        lambda: facts.complete_identity(office, reference, family_name=canary, **do),
        lambda: facts.add_evidence(office, reference, Path(canary), kind="photo", title=canary, kept_at=canary, **do),
        lambda: attach_annex(office, "2026-000001", Path(canary), title=canary, **do),
        lambda: attach_annex(office, "2026-000001", canary.encode(), title=canary, **do),
        lambda: attach_annex(office, "2026-000001", b"%PDF-", title=f"{canary}\x07", **do),
        lambda: attach_annex(office, canary, b"%PDF-", title=canary, **do),
        lambda: facts.withdraw_alias(office, reference, "0" * 32, reason=canary, **do),
        write_wrongly,
    ]
    return [told for attempt in attempts for told in _told(attempt)]


def _told(attempt: Callable[[], object]) -> list[str]:
    """Do what must fail; return everything that anybody could write down of the failure."""
    with pytest.raises(Exception, check=lambda _: True) as caught:
        attempt()
    error = caught.value
    get_logger("canaries").error("attempt_failed", exc_info=error, advice=name("вська"), case=latin("a"))
    logging.getLogger("some.library").error("failed for %s", name("вська"), exc_info=error)
    whole = "".join(traceback.format_exception(error, chain=True))
    return [str(error), repr(error), line_of(error), whole]


def outside_of_letters(path: Path) -> bytes:
    """A mail without what may stand in it: the reader's address, and the bytes of a letter and its annexes."""
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    del message["To"]
    for part in message.walk():
        if part.get_content_type() in {"application/pdf", "image/jpeg"}:
            assert re.fullmatch(r"[0-9]{4}-[0-9]{6}\.pdf|annex-1\.jpg", part.get_filename() or "")
            part.set_payload("")
    return message.as_bytes() + "\n".join(str(value) for value in message.values()).encode()


async def test_no_name_leaves_a_case_but_in_the_letter_itself(  # noqa: PLR0917 - pytest gives fixtures by name
    lent: Office,
    sink: MailSink,
    clock: FixedClock,
    prefect_server: PrefectServer,
    temporary: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    reference = seed(lent)
    add_papers(lent, reference, tmp_path / "papers")
    give_reasons(lent, reference)
    to_office, _ = write_letters(lent, reference)
    await take_in(lent)
    sink.misbehave(Misbehaviour(refuse_matching="qvextrop.family"))
    await run_all(reference)
    sink.misbehave(Misbehaviour(defer_first=1))
    clock.advance(timedelta(days=42))  # to a Monday: on a Saturday nobody is sent mail
    await run_all(reference)
    reply = f"Знайдено {name('ву')} за адресою {name('ва, 3')}, {phone(9)}."
    when: dict[str, Any] = {"received_on": lent.now().date(), "now": lent.now(), "actor": COORDINATOR}
    record_reply(lent, to_office, kind=ReplyKind.ANSWER, text=reply, **when)
    assert await fire_in_flows(monkeypatch, reference) > 20
    told = fire_in_use_cases(lent, reference)
    await EventsWorker.drain_all()
    made = make_backup(lent.settings, tmp_path / "backup")

    assert search_text(*told) == []
    # That library shouts it out, and pytest hears it; our own log, searched below, has made a bare line of it.
    logged = [caplog.handler.format(record) for record in caplog.records if record.name != "some.library"]
    assert search_text(*capfd.readouterr(), *logged) == []
    assert search(lent.settings.home, made.store_folder, made.keys_folder, temporary) == []
    assert (lent.settings.logs_folder / "dodomu.jsonl").stat().st_size > 1000
    shutil.copytree(prefect_server.home, tmp_path / "prefect", ignore=shutil.ignore_patterns("ui"))
    assert search(tmp_path / "prefect") == []
    assert len(sink.mails) > 2
    for taken in sink.mails:
        assert find_in(outside_of_letters(taken.path)) == []
        assert find_in(taken.path.name.encode()) == []


def test_the_search_of_prefect_finds_what_is_let_through(prefect_server: PrefectServer, tmp_path: Path) -> None:
    shutil.copytree(prefect_server.home, tmp_path / "prefect", ignore=shutil.ignore_patterns("ui"))
    with closing(sqlite3.connect(tmp_path / "prefect" / "prefect" / "prefect.db")) as connection:
        connection.execute("CREATE TABLE leak (parameters JSON)")
        connection.execute("INSERT INTO leak VALUES (?)", [json.dumps({"child": name("вська")})])
        connection.commit()
    assert {hit.encoding for hit in search(tmp_path / "prefect")} == {"json"}
