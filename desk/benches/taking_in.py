"""Intake: a file of applications into cases, beside a pipeline by hand that checks, seals, chains and stores it too."""

import csv
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from casework.intake import register_batch
from casework.office import Office
from desk.benches.by_hand import ByHand, chained, iso, open_by_hand
from desk.benches.figures import Contest, Figure, Scale, Work, measure
from desk.benches.progress import Progress
from desk.benches.workplace import COORDINATOR, MONDAY, Workplace
from integrations.synthetic_applications import synthetic_applications
from models.records.base import new_id

_MOST = 20_000
_SEED = 2022

_CASE = """
INSERT INTO cases (id, reference, source_number, status, stage, opened_on, opened_at, separation_on,
                   separation_precision, known, requester_basis, flags, missing, next_look_at, seals, journal_seq,
                   journal_head, sealed_identity, sealed_circumstances)
VALUES (:id, :reference, :source_number, 'open', 'reported', :today, :now, :separation_on,
        'day', :known, :basis, '[]', '[]', :now, 2, 1, :hash, :identity, :circumstances)
"""
_ENTRY = """
INSERT INTO stage_entries (case_id, number, stage, entered_at, policy_version)
VALUES (:id, 1, 'reported', :now, 'by hand')
"""
_RELATIVE = """
INSERT INTO relatives (id, case_id, basis, is_requester, sealed_details) VALUES (:row, :id, :basis, :yes, :requester)
"""
_REPORT = """
INSERT INTO reports (id, case_id, office, sealed_number) VALUES (:row, :id, 'national_police', :report)
"""
_JOURNAL = """
INSERT INTO journal (chain, seq, at, kind, actor, body, prev_hash, hash)
VALUES (:reference, 1, :now, 'case_opened', 'c-01', :body, :prev_hash, :hash)
"""
_KEYS = "CREATE TABLE keys_by_hand (reference VARCHAR(16) PRIMARY KEY, wrapped {bytes} NOT NULL)"
_KEY = "INSERT INTO keys_by_hand (reference, wrapped) VALUES (:reference, :wrapped)"


def bench_intake(place: Workplace, scale: Scale, progress: Progress) -> Iterator[Figure]:
    """Measure the intake of one file into a new office, at most `_MOST` applications of it."""
    count = min(scale.cases, _MOST)
    path = place.folder / "applications.csv"
    _write(path, count, progress)
    with ExitStack() as offices:
        contest = Contest(
            bench="intake",
            unit="applications",
            count=count,
            ours=lambda: _ours(_next_office(place, offices), path, count),
            baseline=lambda: _by_hand(_next_office(place, offices), offices, path),
            described="csv, minimal checks, AES-GCM, one SHA-256 chain, executemany in one transaction",
            note=f"capped at {_MOST:,} applications" if scale.cases > _MOST else "",
        )
        yield measure(contest, replace(scale, cases=count), place.database, progress)
    path.unlink()


def _next_office(place: Workplace, offices: ExitStack) -> Office:
    """Every turn begins with an empty store; the one before is thrown away."""
    offices.close()
    return offices.enter_context(place.office())


def _write(path: Path, count: int, progress: Progress) -> None:
    rows = synthetic_applications(count, seed=_SEED, today=MONDAY.date())
    columns: dict[str, None] = {}
    written = []
    for number, row in enumerate(rows, start=1):
        columns |= dict.fromkeys(row)
        written.append(row)
        progress.count("intake: writing applications", number, count)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(columns))
        table.writeheader()
        table.writerows(written)


def _ours(office: Office, path: Path, count: int) -> Work:
    def work() -> None:
        report = register_batch(office, path, now=MONDAY, actor=COORDINATOR)
        if report.opened != count:
            message = f"{report.opened} of {count} applications were opened, {report.faulty} are faulty"
            raise AssertionError(message)

    return work


def _by_hand(office: Office, offices: ExitStack, path: Path) -> Work:
    by_hand = offices.enter_context(open_by_hand(office))
    by_hand.run(_KEYS.format(bytes="BLOB" if by_hand.is_sqlite else "BYTEA"))
    return lambda: _take_in(by_hand, path)


def _take_in(by_hand: ByHand, path: Path) -> None:
    office_key = AESGCM(AESGCM.generate_key(256))
    head = bytes(32)
    rows = []
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=1):
            _check(row, MONDAY.date())
            rows.append(_prepared(number, row, head, office_key, by_hand.moment(MONDAY)))
            head = rows[-1]["hash"]
    asked = [row for row in rows if row["basis"]]
    with by_hand.transaction():
        for statement, wanted in ((_KEY, rows), (_CASE, rows), (_ENTRY, rows), (_RELATIVE, asked), (_REPORT, asked)):
            by_hand.run_many(statement, wanted)
        by_hand.run_many(_JOURNAL, rows)


def _check(row: Mapping[str, str], today: date) -> None:
    born, parted = _first_day(row["child.birth_on"]), _first_day(row["separation.on"])
    if not (row["child.family_name"].strip() or row["child.given_name"].strip()) or not born <= parted <= today:
        raise AssertionError


def _first_day(known: str) -> date:
    """Return the first day of what may be a year or a month only."""
    return date.fromisoformat(f"{known}-01-01"[: len("2022-03-01")])


def _prepared(number: int, row: Mapping[str, str], head: bytes, office_key: AESGCM, now: str) -> dict[str, Any]:
    reference = f"{MONDAY.year}-{number:06d}-0"
    secret = AESGCM.generate_key(256)
    seal = _sealer(AESGCM(secret), reference)
    body = json.dumps({"policy": "by hand", "stage": "reported"})
    nonce = os.urandom(12)
    return {
        "id": number,
        "reference": reference,
        "source_number": row["external_number"],
        "today": iso(MONDAY.date()),
        "now": now,
        "separation_on": iso(_first_day(row["separation.on"])),
        "known": json.dumps(sorted(name for name, value in row.items() if value)),
        "basis": row["requester.basis"] or None,
        "identity": seal(_group(row, "child.", "parents.")),
        "circumstances": seal(_group(row, "separation.")),
        "requester": seal(_group(row, "requester.")),
        "report": seal(_group(row, "reports.")),
        "row": new_id(),
        "yes": True,
        "wrapped": nonce + office_key.encrypt(nonce, secret, reference.encode()),
        "body": body,
        "prev_hash": head,
        "hash": chained(head, reference, now, body),
    }


def _group(row: Mapping[str, str], *beginnings: str) -> bytes:
    values = {name: value for name, value in row.items() if name.startswith(beginnings)}
    return json.dumps(values, ensure_ascii=False).encode().ljust(1024)


def _sealer(key: AESGCM, reference: str) -> Callable[[bytes], bytes]:
    def seal(plaintext: bytes) -> bytes:
        nonce = os.urandom(12)
        return nonce + key.encrypt(nonce, plaintext, reference.encode())

    return seal
