"""Reconciling: single facts, each recorded and looked at on its own, or looked at alone, beside the same by hand."""

import json
import os
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from casework.facts import record_sighting
from casework.office import Office
from casework.reconcile import reconcile_case
from desk.benches.by_hand import ByHand, chained, iso
from desk.benches.figures import Contest, Work
from desk.benches.workplace import COORDINATOR, MONDAY
from models.records.base import new_id
from models.rules.chain import Head
from models.statuses import InformationGrade, SourceGrade, SourceKind, Stage, Territory

MOST = 100

_FIND = "SELECT id, reference, known, journal_seq, journal_head FROM cases WHERE reference = :reference"
_FIND_AND_LOCK = f"{_FIND} FOR UPDATE"
_SIGHTING = """
INSERT INTO sightings (id, case_id, seen_on, seen_precision, stated_on, country, territory, source_kind, source_grade,
                       information_grade, source_no, place_no, recorded_at, recorded_by, withdrawn, sealed_details)
VALUES (:id, :of_case, :seen_on, 'day', :today, 'RU', 'russia', 'official', 'B', '2', 1, 1, :now, 'c-01', :no, :sealed)
"""
_ENTRY = """
INSERT INTO stage_entries (case_id, number, stage, entered_at, policy_version)
VALUES (:of_case, 3, 'located', :now, :policy)
"""
_END_CLOCK = """
UPDATE clocks SET state = 'met', closed_on = :today WHERE case_id = :of_case AND rule = 'stage.identified'
"""
_CLOCK = """
INSERT INTO clocks (case_id, rule, anchor, anchor_on, due_on, state)
VALUES (:of_case, :rule, :anchor, :anchor_on, :due_on, 'running')
"""
_JOURNAL = """
INSERT INTO journal (chain, seq, at, kind, actor, body, prev_hash, hash)
VALUES (:chain, :seq, :now, :kind, :actor, :body, :prev_hash, :hash)
"""
_SEALED = "sighting_recorded"
_FOLLOWING = ("stage_entered", "clock", "clock", "clock")
"""The entries that the engine writes of what follows from a sighting: the stage, and three clocks."""

_CASE = """
UPDATE cases SET stage = 'located', outcome = 'moved', known = :known, flags = '[]', missing = '[]',
                 seals = seals + :seals, next_look_at = :now, looked_at = :now, journal_seq = :seq, journal_head = :head
WHERE id = :of_case
"""


def reconcile_contest(office: Office, by_hand: ByHand, references: Sequence[str], count: int) -> Contest:
    """Prepare recording a sighting of each case, `count` a turn, and reconciling it: the case is then `located`."""
    groups = _groups(references, count)

    def ours() -> Work:
        group = next(groups)
        return lambda: _record(office, group)

    def baseline() -> Work:
        group = next(groups)
        return lambda: _record_by_hand(office, by_hand, group)

    return Contest(
        bench="reconcile",
        unit="facts",
        count=count,
        ours=ours,
        baseline=baseline,
        described="the same rows by hand-written SQL, sealed with AES-GCM, one transaction a fact",
        note="as at the desk: the fact and what follows from it in one transaction",
    )


def reconcile_alone_contest(office: Office, by_hand: ByHand, references: Sequence[str], count: int) -> Contest:
    """Prepare reconciling cases, `count` a turn, of each of which a sighting has been recorded and not looked at."""
    groups = _groups(references, count)

    def ours() -> Work:
        group = _recorded(office, next(groups))
        return lambda: _reconcile(office, group)

    def baseline() -> Work:
        group = _recorded(office, next(groups))
        return lambda: _reconcile_by_hand(office, by_hand, group)

    return Contest(
        bench="reconcile-alone",
        unit="cases",
        count=count,
        ours=ours,
        baseline=baseline,
        described="the same rows by hand-written SQL, nothing assessed, one transaction a case",
        note="the fact was recorded before, outside the time; each case in a transaction of its own",
    )


def _groups(references: Sequence[str], count: int) -> Iterator[Sequence[str]]:
    return (references[start : start + count] for start in range(0, len(references), count))


def _recorded(office: Office, references: Sequence[str]) -> Sequence[str]:
    """Record a sighting of each case without looking at it."""
    office.on_look = None
    for reference in references:
        _record_one(office, reference)
    return references


def _reconcile(office: Office, references: Sequence[str]) -> None:
    if any(reconcile_case(office, reference, MONDAY).stage is not Stage.LOCATED for reference in references):
        raise AssertionError


def _record(office: Office, references: Sequence[str]) -> None:
    stages: list[Stage] = []
    office.on_look = lambda look: stages.append(look.stage)
    for reference in references:
        _record_one(office, reference)
    office.on_look = None
    if stages != [Stage.LOCATED] * len(references):
        raise AssertionError


def _record_one(office: Office, reference: str) -> None:
    today = MONDAY.date()
    record_sighting(
        office,
        reference,
        stated_on=today,
        seen_on=today - timedelta(days=1),
        place="табір «Вигадане»",
        source="вигадане відомство",
        country="RU",
        territory=Territory.RUSSIA,
        source_kind=SourceKind.OFFICIAL,
        source_grade=SourceGrade.B,
        information_grade=InformationGrade.PROBABLY_TRUE,
        now=MONDAY,
        actor=COORDINATOR,
    )


def _record_by_hand(office: Office, by_hand: ByHand, references: Sequence[str]) -> None:
    key, policy = AESGCM(AESGCM.generate_key(256)), office.policy.version
    for reference in references:
        _record_one_by_hand(by_hand, key, policy, reference)


def _record_one_by_hand(by_hand: ByHand, key: AESGCM, policy: str, reference: str) -> None:
    now, today = by_hand.moment(MONDAY), MONDAY.date()
    nonce, sighting = os.urandom(12), new_id()
    details = json.dumps({"place": "табір «Вигадане»", "source": "вигадане відомство"}).encode().ljust(256)
    seen_on = iso(today - timedelta(days=1))
    with by_hand.transaction():
        found = _find_by_hand(by_hand, reference)
        sealed = nonce + key.encrypt(nonce, details, reference.encode())
        by_hand.run(
            _SIGHTING,
            id=sighting,
            of_case=found[0],
            seen_on=seen_on,
            today=iso(today),
            now=now,
            no=False,
            sealed=sealed,
        )
        _follow_by_hand(by_hand, policy, found, sighting, (_SEALED, *_FOLLOWING))


def _reconcile_by_hand(office: Office, by_hand: ByHand, references: Sequence[str]) -> None:
    policy = office.policy.version
    for reference in references:
        with by_hand.transaction():
            _follow_by_hand(by_hand, policy, _find_by_hand(by_hand, reference), new_id(), _FOLLOWING)


def _find_by_hand(by_hand: ByHand, reference: str) -> tuple[Any, ...]:
    """Find a case and lock it: its id, its reference, what is known, and where its journal ends."""
    query = _FIND if by_hand.is_sqlite else _FIND_AND_LOCK
    (found,) = by_hand.run(query, reference=reference)
    return found


def _follow_by_hand(by_hand: ByHand, policy: str, found: tuple[Any, ...], sighting: str, kinds: Sequence[str]) -> None:
    """Write what follows from a sighting: the stage, its clocks, the entries of these kinds, and the case."""
    now, today = by_hand.moment(MONDAY), MONDAY.date()
    of_case, reference, known, seq, head = found
    by_hand.run(_ENTRY, of_case=of_case, now=now, policy=policy)
    by_hand.run(_END_CLOCK, of_case=of_case, today=iso(today))
    for rule, anchor, days in (("stage.located", "located#3", 14), ("location_stale", sighting, 90)):
        due_on = iso(today + timedelta(days=days))
        by_hand.run(_CLOCK, of_case=of_case, rule=rule, anchor=anchor, anchor_on=iso(today), due_on=due_on)
    seq, head = _journal_by_hand(by_hand, Head(reference, seq, bytes(head)), kinds, now)
    spelled = known if isinstance(known, str) else json.dumps(known)
    by_hand.run(_CASE, of_case=of_case, known=spelled, now=now, seq=seq, head=head, seals=kinds.count(_SEALED))


def _journal_by_hand(by_hand: ByHand, end: Head, kinds: Sequence[str], now: str) -> tuple[int, bytes]:
    """Write an entry of each kind at a chain's end; return its new end."""
    rows = []
    reference, seq, head = end
    for kind in kinds:
        body = json.dumps({"rule": "stage.located", "anchor": "located#3", "state": "running", "due_on": "2026-03-16"})
        seq, prev_hash, head = seq + 1, head, chained(head, reference, kind, now, body)
        rows.append(
            {
                "chain": reference,
                "seq": seq,
                "now": now,
                "kind": kind,
                "actor": "engine",
                "body": body,
                "prev_hash": prev_hash,
                "hash": head,
            }
        )
    by_hand.run_many(_JOURNAL, rows)
    return seq, head
