"""Verifying the journal: every chain recomputed and held against its stored end, the checkpoints and the witness."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.journal import OFFICE_CHAIN
from casework.journal_rows import list_entries, stream_chains
from casework.office import Office
from casework.sealing_journal import list_heads
from models.errors import IntegrityError, NotFound
from models.records import CheckpointRecord
from models.rules.canonical import canonical_json
from models.rules.chain import BreakKind, Head, StoredEntry, find_break
from models.rules.checkpoints import (
    Checkpoint,
    Contradiction,
    ContradictionKind,
    checkpoint_hash,
    compare_with_witness,
    parse_checkpoint,
)
from models.rules.reference import parse_reference

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Broken:
    """The first thing wrong with a chain, or with a checkpoint (then `chain` and `seq` are None)."""

    what: BreakKind | ContradictionKind
    chain: str | None = None
    seq: int | None = None
    checkpoint: int | None = None


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What verifying found. `unwitnessed` counts checkpoints that wait to be handed to the witness."""

    entries: int
    chains: int
    checkpoints: int
    unwitnessed: int
    breaks: tuple[Broken, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing was found wrong."""
        return not self.breaks


@dataclass(frozen=True, slots=True)
class _Kept:
    """A checkpoint as the store keeps it: its hash, empty where content or signature is not what was written."""

    hash: bytes
    witnessed: bool


def verify_journal(office: Office, progress: Progress | None = None) -> VerifyReport:
    """Recompute every chain and compare it with its stored end, the stored checkpoints and the witness's.

    Memory follows the number of chains, not of entries. `progress` is called with the entries read so far.
    Raises TransientFailure `witness_unreachable`.
    """
    with office.store.reading() as session:
        kept = _list_kept(office, session)
        heads = {head.chain: head for head in list_heads(session)}
        witness = office.witness.list_checkpoints()
        series = _known_by_now(office, witness.checkpoints, kept)
        wanted = _witnessed_seqs(series)
        walk = _Walk(wanted, progress)
        broken = [one for chain, entries in stream_chains(session) if (one := walk.check(chain, entries, heads))]
    broken += [Broken(ContradictionKind.DELETED, head.chain, 1) for head in heads.values()]
    told = {number: one.hash for number, one in kept.items() if one.witnessed or number in _numbers(series)}
    contradictions = compare_with_witness(walk.found, series, told)
    return VerifyReport(
        entries=walk.entries,
        chains=walk.chains,
        checkpoints=len(kept),
        unwitnessed=sum(not one.witnessed for one in kept.values()),
        breaks=_first_of_each(broken, contradictions, witness.damaged),
    )


def export_journal(office: Office, typed_reference: str) -> Iterator[str]:
    """Yield one chain as JSON lines, in order: each entry as it was hashed, its sealed part as a hash.

    `office` names the office's own chain. Raises NotFound `journal_empty`.
    """
    chain = OFFICE_CHAIN if typed_reference == OFFICE_CHAIN else parse_reference(typed_reference)
    with office.store.reading() as session:
        entries = list_entries(session, chain)
    if not entries:
        raise NotFound("journal_empty", reference=chain)
    return map(_exported, entries)


class _SparseHashes:
    """A chain's length, and only those of its hashes that a witness asks for."""

    def __init__(self, entries: list[StoredEntry], wanted: set[int]) -> None:
        self._length = len(entries)
        self._hashes = {seq - 1: entries[seq - 1].hash for seq in wanted if 1 <= seq <= self._length}

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, position: int, /) -> bytes:
        return self._hashes[position]


class _Walk:
    """What is gathered while all chains pass by: counts, and the recomputed hashes that a witness asks for."""

    def __init__(self, wanted: dict[str, set[int]], progress: Progress | None) -> None:
        self._wanted = wanted
        self._progress = progress
        self.found: dict[str, _SparseHashes] = {}
        self.entries = 0
        self.chains = 0

    def check(self, chain: str, entries: list[StoredEntry], heads: dict[str, Head]) -> Broken | None:
        """Check one chain in itself and against its stored end, which is taken out of `heads`."""
        self.entries += len(entries)
        self.chains += 1
        if self._progress is not None:
            self._progress(self.entries)
        if chain in self._wanted:
            self.found[chain] = _SparseHashes(entries, self._wanted[chain])
        head = heads.pop(chain, None)
        found = find_break(entries, chain=chain)
        if found is not None:
            return Broken(found.what, chain, found.seq)
        return _against_head(chain, entries, head)


def _against_head(chain: str, entries: list[StoredEntry], head: Head | None) -> Broken | None:
    if head is None:
        return Broken(BreakKind.FOREIGN, chain, 1)
    if len(entries) < head.seq:
        return Broken(ContradictionKind.CUT, chain, len(entries) + 1)
    if len(entries) > head.seq:
        return Broken(BreakKind.FOREIGN, chain, head.seq + 1)
    return None if entries[-1].hash == head.hash else Broken(ContradictionKind.REWRITTEN, chain, head.seq)


def _list_kept(office: Office, session: Session) -> dict[int, _Kept]:
    columns = (
        CheckpointRecord.number,
        CheckpointRecord.content,
        CheckpointRecord.signature,
        CheckpointRecord.witnessed_at,
    )
    rows = session.execute(select(*columns).order_by(CheckpointRecord.number))
    return {
        row.number: _Kept(_genuine_hash(office, row.number, row.content, row.signature), row.witnessed_at is not None)
        for row in rows
    }


def _genuine_hash(office: Office, number: int, content: bytes, signature: bytes) -> bytes:
    try:
        checkpoint = parse_checkpoint(content)
        office.signing_key.public.verify(checkpoint, signature)
    except IntegrityError:
        return b""
    return checkpoint_hash(checkpoint) if checkpoint.number == number else b""


def _known_by_now(office: Office, witnessed: tuple[Checkpoint, ...], kept: dict[int, _Kept]) -> list[Checkpoint]:
    """Leave out what was sealed after our look at the store began: it is in the store by now, and not in the look."""
    newer = [checkpoint.number for checkpoint in witnessed if checkpoint.number > max(kept, default=0)]
    if not newer:
        return list(witnessed)
    with office.store.reading() as session:
        since = set(session.scalars(select(CheckpointRecord.number).where(CheckpointRecord.number.in_(newer))))
    return [checkpoint for checkpoint in witnessed if checkpoint.number not in since]


def _numbers(series: Iterable[Checkpoint]) -> set[int]:
    return {checkpoint.number for checkpoint in series}


def _witnessed_seqs(series: Iterable[Checkpoint]) -> dict[str, set[int]]:
    wanted: dict[str, set[int]] = {}
    for checkpoint in series:
        for head in checkpoint.heads:
            wanted.setdefault(head.chain, set()).add(head.seq)
    return wanted


def _first_of_each(
    broken: list[Broken], contradictions: Iterable[Contradiction], damaged: Iterable[int]
) -> tuple[Broken, ...]:
    """Name each chain's first break once, in order of chains; then the checkpoints, in order of their numbers."""
    found = [*broken, *(Broken(ContradictionKind.CHECKPOINT_REPLACED, checkpoint=number) for number in damaged)]
    found += [Broken(each.what, each.chain, each.seq, each.checkpoint) for each in contradictions]
    first: dict[tuple[str, int], Broken] = {}
    for one in sorted(found, key=lambda one: (one.chain is None, one.chain or "", one.seq or 0, one.checkpoint or 0)):
        key = (one.chain, 0) if one.chain is not None else ("", one.checkpoint or 0)
        first.setdefault(key, one)
    return tuple(first.values())


def _exported(stored: StoredEntry) -> str:
    entry = stored.entry
    return canonical_json(
        {
            "actor": entry.actor,
            "at": entry.at.isoformat(timespec="microseconds"),
            "body": dict(entry.body),
            "chain": entry.chain,
            "hash": stored.hash.hex(),
            "kind": entry.kind,
            "prev": entry.prev_hash.hex(),
            "sealed": None if entry.sealed is None else sha256(entry.sealed).hexdigest(),
            "seq": entry.seq,
        }
    ).decode()
