"""Deliveries killed at any moment, and two at once: every letter leaves, and no letter leaves as two.

SMTP has no transaction over both ends: a letter that the relay has taken and that we were killed before marking is
sent once more, the same bytes under the same Message-ID, by which every mailbox knows the copy. Never another mail.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import func, select

from casework.office import Office
from integrations.clock import FixedClock
from integrations.mail_sink import MailSink, Misbehaviour
from integrations.store import Store
from models.records import JournalRecord, LetterRecord, Parcel
from models.statuses import LetterState, ParcelState
from tests.casework.letter_steps import released
from tests.crashes.crash_course import journal_holds, run_and_kill_at_random, run_at_once
from tests.crashes.crash_worker import Job, post

LETTERS = 6
KILLS = 3
CONNECTIONS = 2


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[MailSink]:
    with MailSink(tmp_path / "sink") as sink:
        sink.misbehave(Misbehaviour(delay_s=0.02))
        yield sink


@pytest.fixture
def job(either_office: Office, open_one: Callable[..., str], clock: FixedClock, sink: MailSink) -> Job:
    """A job on an office whose outbox is full of letters."""
    for _ in range(LETTERS):
        released(either_office, open_one(either_office))
    settings = either_office.settings
    return Job(settings.home, settings.store_url, (clock.now(),), relay_port=sink.port)


def later(job: Job, minutes: int) -> Job:
    """The same job, that many minutes on."""
    return replace(job, moments=(job.moments[0] + timedelta(minutes=minutes),))


def states(job: Job) -> tuple[set[LetterState], set[ParcelState], int]:
    """The states of all letters and parcels, and how often a letter was journalled as sent."""
    with closing(Store.open(job.store_url)) as store, store.reading() as session:
        sent = select(func.count()).select_from(JournalRecord).where(JournalRecord.kind == "letter_sent")
        letters = set(session.scalars(select(LetterRecord.state)))
        return letters, set(session.scalars(select(Parcel.state))), session.scalar(sent) or 0


def test_killed_at_random_moments_every_letter_leaves_and_none_as_two(job: Job, sink: MailSink) -> None:
    dice = Random(11)
    killed = sum(run_and_kill_at_random(later(job, 11 * each), 1, dice, 0.15, post) for each in range(KILLS))
    assert killed > 0
    assert run_at_once(later(job, 11 * (KILLS + 1)), 1, post) == [0]
    assert states(job) == ({LetterState.SENT}, {ParcelState.SENT}, LETTERS)
    assert len(list(sink.folder.iterdir())) == LETTERS
    assert LETTERS <= len(sink.mails) <= LETTERS + killed * CONNECTIONS
    assert journal_holds(later(job, 60))


def test_two_deliveries_at_once_send_each_letter_once(job: Job, sink: MailSink) -> None:
    assert run_at_once(job, 2, post) == [0, 0]
    assert states(job) == ({LetterState.SENT}, {ParcelState.SENT}, LETTERS)
    assert len(sink.mails) == LETTERS


@pytest.mark.parametrize("either_office", ["sqlite"], indirect=True)
def test_the_test_can_fail_without_the_lease(job: Job, sink: MailSink) -> None:
    sink.misbehave(Misbehaviour(delay_s=0.2))
    run_at_once(replace(job, guard_off="lease"), 2, post)
    assert len(sink.mails) > LETTERS
    assert len(list(sink.folder.iterdir())) == LETTERS
