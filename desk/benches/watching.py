"""The watch: cases that are due among many that are not, and a look that finds nothing due."""

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from casework.office import Office
from casework.watch import look_at_due
from desk.benches.by_hand import ByHand, iso
from desk.benches.caseload import DUE_AT, Caseload
from desk.benches.figures import Contest, Measured, Scale, Turn, Work
from desk.benches.flow_runs import find_flow_runs
from desk.benches.looping import loop_over_open_cases
from desk.benches.progress import Progress

_MOST_DUE = 2_000
_MOST_FLOWS = 50
_EMPTY_LOOKS = 200
_UNIT = "due cases"
_BESIDE_FLOWS = "watch-beside-flows"

_NOTICES = """
INSERT INTO notices (case_id, rule, anchor, rung, kind, state, urgent, due_at, fired_at)
SELECT k.case_id, k.rule, k.anchor, 'overdue', 'overdue', 'fired', :urgent, :now, :now
FROM clocks k JOIN cases c ON c.id = k.case_id
WHERE c.next_look_at <= :now AND k.state = 'running' AND k.due_on < :today
"""
_JOURNAL = """
INSERT INTO journal (chain, seq, at, kind, actor, body, prev_hash, hash)
SELECT c.reference, c.journal_seq + :step, :now, :kind, 'engine', :body,
       COALESCE(c.journal_head, :genesis), sha256(COALESCE(c.journal_head, :genesis))
FROM cases c WHERE c.next_look_at <= :now
"""
_CLOCKS = """
UPDATE clocks SET state = 'overdue'
WHERE state = 'running' AND due_on < :today AND case_id IN (SELECT id FROM cases WHERE next_look_at <= :now)
"""
_CASES = """
UPDATE cases SET outcome = 'waiting', flags = '[]', missing = missing, looked_at = :now, next_look_at = :later,
       journal_seq = journal_seq + 2, journal_head = sha256(COALESCE(journal_head, :genesis))
WHERE next_look_at <= :now
"""
_GENESIS = bytes(32)


def watch_contests(
    office: Office, by_hand: ByHand, caseload: Caseload, scale: Scale, *, folder: Path, progress: Progress
) -> Iterator[Contest]:
    """Prepare watches with some cases due, and one with none. Prefect gets a `folder` of its own."""
    due = scale.share(_MOST_DUE)
    groups = (caseload.ids[start : start + due] for start in range(0, len(caseload.ids), due))
    turn = partial(_on_due_cases, office, caseload, groups)
    ours = turn(lambda: _expect(look_at_due(office, DUE_AT).notices, due))
    by_sql, by_loop = turn(lambda: _look_by_hand(by_hand, office)), turn(lambda: _loop(office, due))
    described = "set-based SQL that assesses nothing, one transaction"
    yield Contest("watch", _UNIT, due, ours, by_sql, described)
    described = "a loop over all open cases through the ORM, one transaction"
    yield Contest("watch-beside-a-loop", _UNIT, due, ours, by_loop, described, rounds=1)
    runs = min(_MOST_FLOWS, due)
    spent = find_flow_runs(folder, runs, _BESIDE_FLOWS, progress)
    if spent is not None:
        yield _beside_flows(ours, due, runs, spent)
    yield _nothing_due(office, by_hand)


def _on_due_cases(office: Office, caseload: Caseload, groups: Iterator[range], work: Work) -> Turn:
    """Return a turn of this work that has a group of cases of its own due."""

    def turn() -> Work:
        with office.store.writing() as session:
            caseload.make_due(session, next(groups))
        return work

    return turn


def _beside_flows(ours: Turn, due: int, runs: int, spent: Measured) -> Contest:
    """Prepare a watch beside flow runs that have been made before it: an idle server is to take no time from ours."""
    described = "one Prefect flow run a case that does nothing, one after another"
    return Contest(_BESIDE_FLOWS, _UNIT, due, ours, lambda: lambda: spent, described, rounds=1, extrapolated_from=runs)


def _nothing_due(office: Office, by_hand: ByHand) -> Contest:
    now = by_hand.moment(DUE_AT)

    def ours() -> Work:
        return lambda: _expect(sum(look_at_due(office, DUE_AT).looked for _ in range(_EMPTY_LOOKS)), 0)

    def baseline() -> Work:
        return lambda: _expect(sum(len(_find_due(by_hand, now)) for _ in range(_EMPTY_LOOKS)), 0)

    return Contest("watch-nothing-due", "looks", _EMPTY_LOOKS, ours, baseline, "one SELECT by the index")


def _find_due(by_hand: ByHand, now: str) -> list[tuple[object, ...]]:
    return by_hand.run("SELECT id FROM cases WHERE next_look_at <= :now ORDER BY next_look_at LIMIT 1", now=now)


def _look_by_hand(by_hand: ByHand, office: Office) -> None:
    """Write what the engine writes for each due case: a notice, two journal entries, the clock, the case."""
    now = by_hand.moment(DUE_AT)
    today = iso(office.book.today(DUE_AT))
    clock = json.dumps({"anchor": "reported#1", "due_on": "2026-03-17", "rule": "stage.reported", "state": "overdue"})
    rung = json.dumps({"anchor": "reported#1", "rule": "stage.reported", "rung": "overdue"})
    with by_hand.transaction():
        by_hand.run(_NOTICES, now=now, today=today, urgent=False)
        by_hand.run(_JOURNAL, now=now, kind="clock", body=clock, step=1, genesis=_GENESIS)
        by_hand.run(_JOURNAL, now=now, kind="rung_fired", body=rung, step=2, genesis=_GENESIS)
        by_hand.run(_CLOCKS, now=now, today=today)
        by_hand.run(_CASES, now=now, later=by_hand.moment(DUE_AT.replace(day=23)), genesis=_GENESIS)


def _loop(office: Office, due: int) -> None:
    _expect(loop_over_open_cases(office, DUE_AT), due)


def _expect(found: int, expected: int) -> None:
    if found != expected:
        message = f"the bench measured something else: {found} instead of {expected}"
        raise AssertionError(message)
