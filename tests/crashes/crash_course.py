"""The course that workers run and are killed on: a small caseload, its copies, and what a run leaves behind."""

import multiprocessing
import shutil
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import select

from casework.facts import confirm_standing, record_sighting
from casework.letters import approve_letter, draft_letter, hand_over_letter
from casework.office import Office
from casework.replies import record_reply
from casework.sealing_journal import seal_journal
from casework.snoozing import snooze_rung
from casework.verifying import verify_journal
from models.records import Case, ClockRecord, JournalRecord, LetterRecord, NoticeRecord, Parcel, StageEntryRecord
from models.statuses import InformationGrade, Purpose, ReplyKind, SourceGrade, SourceKind, Territory
from tests.crashes.crash_worker import Job, open_quickly, watch

CASES = 12
_WAIT_S = 60.0
Work = Callable[..., None]
Footprint = dict[str, list[tuple[Any, ...]]]

_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["tests.crashes.crash_preload"])


def fill(office: Office, open_one: Callable[..., str], now: datetime, cases: int = CASES) -> None:
    """Open cases that are old and young, a third of them identified, a third located; a few with letters on their way.

    Of the letters one is about two children, one is acknowledged and one refused; a rung of two ladders is put off.
    """
    references = []
    for number in range(cases):
        reference = open_one(office, child__birth_on=f"{2008 + number % 9}-04-{1 + number % 28:02}")
        references.append(reference)
        if number % 3:
            confirm_standing(office, reference, now=now, actor="c-01")
        if number % 3 == 2:
            record_sighting(
                office,
                reference,
                stated_on=now.date() - timedelta(days=number),
                place="Вигадане",
                source="Вигадана установа",
                country="RU",
                territory=Territory.RUSSIA,
                source_kind=SourceKind.OFFICIAL,
                source_grade=SourceGrade.A,
                information_grade=InformationGrade.CONFIRMED,
                now=now,
                actor="c-01",
            )
    _write_letters(office, references, now)
    _put_off(office, references[0], "stage.reported", "first_reminder", now + timedelta(days=9))
    _put_off(office, references[1], "reply.ombudsman_ua", "overdue", now + timedelta(days=35))


def _write_letters(office: Office, references: list[str], now: datetime) -> None:
    numbers = [
        _hand_over(office, references[1], now),
        _hand_over(office, references[2], now, beside=[references[5]]),
        _hand_over(office, references[4], now),
        _hand_over(office, references[7], now),
    ]
    heard = (ReplyKind.ACKNOWLEDGEMENT, ReplyKind.REFUSAL)
    for number, kind in zip(numbers[2:], heard, strict=True):
        record_reply(office, number, kind=kind, received_on=now.date(), now=now, actor="c-01")


def _hand_over(office: Office, reference: str, now: datetime, **choices: Any) -> str:
    choice = {"kind": "ombudsman_ua.request", "purpose": Purpose.SEARCH, **choices}
    number = draft_letter(office, reference, now=now, actor="c-01", **choice)
    approve_letter(office, number, now=now, actor="c-02")
    hand_over_letter(office, number, now.date(), now=now, actor="c-01")
    return number


def _put_off(office: Office, reference: str, rule: str, rung: str, until: datetime) -> None:
    words = {"until_on": until.date(), "reason": "вигадано", "now": office.now(), "actor": "s-01"}
    snooze_rung(office, reference, rule, rung, **words)


def run_undisturbed(job: Job) -> None:
    """Run a job in this process."""
    watch(job, threading.Event())


def run_and_kill_at_random(job: Job, kills: int, dice: Random, longest_s: float, work: Work = watch) -> int:
    """Run a job in processes of which the first `kills` are killed, each a moment after it began; count the kills."""
    killed = 0
    while killed < kills:
        process = _start(job, work)
        process.join(dice.uniform(0, longest_s))
        process.kill()
        process.join(_WAIT_S)
        if process.exitcode == 0:
            break
        killed += 1
    return killed


def run_and_kill_before_statements(job: Job, numbers: Iterable[int]) -> int:
    """Run a job in processes, each of which dies before its statement of one of these numbers; count the dead."""
    dead = 0
    for number in numbers:
        process = _start(replace(job, dies_at=number), watch)
        process.join(_WAIT_S)
        if process.exitcode == 0:
            break
        assert process.exitcode == -9, process.exitcode
        dead += 1
    return dead


def run_at_once(job: Job, workers: int, work: Work = watch) -> list[int | None]:
    """Run a job in several processes that take every moment together; return their exit codes."""
    barrier = _processes.Barrier(workers)
    processes = [_start(job, work, barrier) for _ in range(workers)]
    for process in processes:
        process.join(_WAIT_S)
    return [process.exitcode for process in processes]


def _start(job: Job, work: Work, *more: Any) -> Any:
    ready = _processes.Event()
    process = _processes.Process(target=work, args=(job, ready, *more), daemon=True)
    process.start()
    # Until then the process has yet to find the event that it was given.
    assert ready.wait(_WAIT_S) or process.exitcode is not None
    return process


def footprint(job: Job, *, in_order: bool = True) -> Footprint:
    """Read what a run has left. `in_order` includes what depends on which case was looked at first."""
    with open_quickly(job) as office, office.store.reading() as session:
        names = {row.id: row.reference for row in session.execute(select(Case.id, Case.reference))}
        found = {
            "cases": _rows(session, names, Case, "reference stage outcome flags missing next_look_at journal_seq"),
            "entries": _rows(session, names, StageEntryRecord, "case_id number stage entered_at"),
            "clocks": _rows(session, names, ClockRecord, "case_id rule anchor anchor_on due_on state closed_on"),
            "notices": _rows(session, names, NoticeRecord, "case_id rule anchor rung state urgent due_at fired_at"),
            "letters": _rows(session, names, LetterRecord, "case_id kind purpose state drafted_at because"),
            "outbox": _rows(session, names, Parcel, "key kind state subject text created_at"),
            "journal": _rows(session, names, JournalRecord, "chain seq at kind"),
        }
        if in_order:
            found["hashes"] = _rows(session, names, JournalRecord, "chain seq hash")
            found["numbers"] = _rows(session, names, LetterRecord, "case_id number")
        return found


def _rows(session: Any, names: dict[int, str], record: Any, columns: str) -> list[tuple[Any, ...]]:
    rows = session.execute(select(*(getattr(record, column) for column in columns.split())))
    named = columns.split(maxsplit=1)[0] == "case_id"
    return sorted(
        (tuple(map(str, (names[row[0]], *row[1:]) if named else row)) for row in rows),
    )


def journal_holds(job: Job) -> bool:
    """Seal the journal and verify every chain."""
    with open_quickly(job) as office:
        seal_journal(office, job.moments[-1] + timedelta(hours=1))
        return verify_journal(office).holds


@dataclass(frozen=True)
class Course:
    """An office that is filled and closed, to be copied for each run."""

    home: Path
    store_url: str
    moments: tuple[datetime, ...]

    def copy_to(self, home: Path, store_url: str | None = None, **more: Any) -> Job:
        """Copy the office's home and return a job on the copy; a PostgreSQL store was copied to `store_url`."""
        shutil.copytree(self.home, home)
        return Job(home, store_url or f"sqlite:///{home / 'store.db'}", self.moments, **more)


def mornings(first: datetime, days: int, step: int = 1) -> tuple[datetime, ...]:
    """The same hour on every `step`-th day."""
    return tuple(first + timedelta(days=day) for day in range(0, days, step))
