"""Reconciling: single facts, each recorded and looked at on its own, beside the same writes by hand."""

import json
import os
from collections.abc import Sequence
from datetime import timedelta

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from casework.facts import record_sighting
from casework.office import Office
from desk.benches.by_hand import ByHand, chained, iso
from desk.benches.figures import Contest, Work
from desk.benches.workplace import COORDINATOR, MONDAY
from models.records.base import new_id
from models.statuses import InformationGrade, SourceGrade, SourceKind, Stage, Territory

MOST = 100

_FIND = "SELECT id, known, journal_seq, journal_head FROM cases WHERE reference = :reference"
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
_CASE = """
UPDATE cases SET stage = 'located', outcome = 'moved', known = :known, flags = '[]', missing = '[]', seals = seals + 1,
                 next_look_at = :now, looked_at = :now, journal_seq = :seq, journal_head = :head
WHERE id = :of_case
"""


def reconcile_contest(office: Office, by_hand: ByHand, references: Sequence[str], count: int) -> Contest:
    """Prepare recording a sighting of each case, `count` a turn, and reconciling it: the case is then `located`."""
    groups = (references[start : start + count] for start in range(0, len(references), count))

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
        query = _FIND if by_hand.is_sqlite else _FIND_AND_LOCK
        ((of_case, known, seq, head),) = by_hand.run(query, reference=reference)
        sealed = nonce + key.encrypt(nonce, details, reference.encode())
        by_hand.run(
            _SIGHTING, id=sighting, of_case=of_case, seen_on=seen_on, today=iso(today), now=now, no=False, sealed=sealed
        )
        by_hand.run(_ENTRY, of_case=of_case, now=now, policy=policy)
        by_hand.run(_END_CLOCK, of_case=of_case, today=iso(today))
        for rule, anchor, days in (("stage.located", "located#3", 14), ("location_stale", sighting, 90)):
            due_on = iso(today + timedelta(days=days))
            by_hand.run(_CLOCK, of_case=of_case, rule=rule, anchor=anchor, anchor_on=iso(today), due_on=due_on)
        seq, head = _journal_by_hand(by_hand, reference, seq, bytes(head), now)
        spelled = known if isinstance(known, str) else json.dumps(known)
        by_hand.run(_CASE, of_case=of_case, known=spelled, now=now, seq=seq, head=head)


def _journal_by_hand(by_hand: ByHand, reference: str, seq: int, head: bytes, now: str) -> tuple[int, bytes]:
    """Write the five entries that the engine writes: the sighting, the stage, and three clocks."""
    rows = []
    for kind in ("sighting_recorded", "stage_entered", "clock", "clock", "clock"):
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
