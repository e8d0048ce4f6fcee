"""Checkpoints: what the journal's chains were at a moment, and how a witness's copies contradict the journal."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any, Protocol

from models.errors import IntegrityError, InvalidInput
from models.rules.canonical import canonical_json
from models.rules.chain import Head
from models.rules.merkle import merkle_root

FIRST_PREVIOUS = sha256(b"dodomu checkpoint genesis v1\x00").digest()
"""What checkpoint number 1 refers back to."""

_LABEL = b"dodomu checkpoint v1\x00"
_NO_OFFSET = timedelta(0)
_HASH_BYTES = 32
_PLAIN_NAME = re.compile(r"[A-Za-z0-9-]+")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The journal at a moment.

    `number` counts from 1; `chains` and `entries` are counts over the whole journal; `root` is the Merkle root over
    every chain's head in order of their names; `previous` is the hash of the checkpoint before; `heads` are the
    heads that changed since that one, in order of their chains, so a full series holds every head.
    """

    number: int
    at: datetime
    chains: int
    entries: int
    root: bytes
    previous: bytes
    heads: tuple[Head, ...]


class ChainHashes(Protocol):
    """A chain's recomputed hashes by position, from 0; at least those that a witness's heads ask for."""

    def __len__(self) -> int: ...

    def __getitem__(self, position: int, /) -> bytes: ...


class ContradictionKind(StrEnum):
    """How the journal or the store differs from what a witness holds."""

    CUT = "cut"
    DELETED = "deleted"
    REWRITTEN = "rewritten"
    CHECKPOINT_MISSING_AT_WITNESS = "checkpoint_missing_at_witness"
    CHECKPOINT_MISSING_IN_STORE = "checkpoint_missing_in_store"
    CHECKPOINT_REPLACED = "checkpoint_replaced"
    CHECKPOINT_INCONSISTENT = "checkpoint_inconsistent"


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One contradiction: which checkpoint tells, and of which entry, if it is about an entry."""

    what: ContradictionKind
    checkpoint: int
    chain: str | None = None
    seq: int | None = None


def leaf(head: Head) -> bytes:
    """Spell one head as a leaf of the Merkle tree: the canonical JSON of chain, seq and hash.

    There is a leaf for every chain, so a name that needs no escaping is spelled here, ten times as fast.
    """
    if _PLAIN_NAME.fullmatch(head.chain):
        return b'["%b",%d,"%b"]' % (head.chain.encode(), head.seq, head.hash.hex().encode())
    return canonical_json([head.chain, head.seq, head.hash.hex()])


def heads_root(heads: Iterable[Head]) -> bytes:
    """Return the Merkle root over heads, put in order of their chains' names (by code points)."""
    return merkle_root(map(leaf, sorted(heads)))


def next_checkpoint(
    previous: Checkpoint | None, heads: Sequence[Head], changed: Iterable[Head], *, at: datetime
) -> Checkpoint:
    """Make the checkpoint after `previous` over all `heads`, listing those that `changed` since."""
    return Checkpoint(
        number=previous.number + 1 if previous else 1,
        at=at,
        chains=len(heads),
        entries=sum(head.seq for head in heads),
        root=heads_root(heads),
        previous=checkpoint_hash(previous) if previous else FIRST_PREVIOUS,
        heads=tuple(sorted(changed)),
    )


def checkpoint_bytes(checkpoint: Checkpoint) -> bytes:
    """Spell a checkpoint as canonical JSON: what is signed, hashed and kept by the witness."""
    if checkpoint.at.utcoffset() != _NO_OFFSET:
        raise InvalidInput("checkpoint_time_not_utc", number=checkpoint.number)
    return canonical_json(
        {
            "at": checkpoint.at.isoformat(timespec="microseconds"),
            "chains": checkpoint.chains,
            "entries": checkpoint.entries,
            "heads": [(head.chain, head.seq, head.hash.hex()) for head in checkpoint.heads],
            "number": checkpoint.number,
            "previous": checkpoint.previous.hex(),
            "root": checkpoint.root.hex(),
        }
    )


def checkpoint_hash(checkpoint: Checkpoint) -> bytes:
    """Hash a checkpoint: what the next one refers back to."""
    return sha256(_LABEL + checkpoint_bytes(checkpoint)).digest()


def parse_checkpoint(spelled: bytes) -> Checkpoint:
    """Read `checkpoint_bytes` back. Raises IntegrityError `checkpoint_not_understood` for any other spelling."""
    try:
        checkpoint = _read_checkpoint(json.loads(spelled))
        respelled = checkpoint_bytes(checkpoint)
    except (ValueError, TypeError, KeyError, RecursionError, InvalidInput):
        raise IntegrityError("checkpoint_not_understood") from None
    if respelled != spelled:
        raise IntegrityError("checkpoint_not_understood")
    return checkpoint


def compare_with_witness(
    journal: Mapping[str, ChainHashes],
    witnessed: Iterable[Checkpoint],
    kept: Mapping[int, bytes] | None = None,
) -> tuple[Contradiction, ...]:
    """List what a witness's checkpoints contradict, the earliest first, one contradiction a chain.

    `journal` maps each chain to its entries' *recomputed* hashes in order of seq; each chain must have been found
    unbroken before. `witnessed` are the witness's checkpoints, their signatures verified. `kept` maps the numbers of
    the checkpoints on the house's own record to their hashes (None: that record is not compared). What was written
    after the last checkpoint cannot be contradicted.
    """
    # Two witnesses' copies of one checkpoint are one; two checkpoints under one number stay two.
    different = {checkpoint_hash(checkpoint): checkpoint for checkpoint in witnessed}
    series = sorted(different.values(), key=lambda checkpoint: checkpoint.number)
    found = [
        *_series_contradictions(series),
        *_record_contradictions(series, kept),
        *_journal_contradictions(journal, series),
    ]
    unique = dict.fromkeys(found)
    return tuple(sorted(unique, key=lambda contradiction: contradiction.checkpoint))


def _series_contradictions(series: Sequence[Checkpoint]) -> Iterator[Contradiction]:
    """A full series counts from 1, links each to the one before, and its counts and root follow from its heads."""
    whole = True
    number, previous = 0, FIRST_PREVIOUS
    for checkpoint in series:
        for broken in _unlinked(checkpoint, number, previous):
            whole = False
            yield broken
        number, previous = checkpoint.number, checkpoint_hash(checkpoint)
    if whole:
        yield from _count_contradictions(series)


def _unlinked(checkpoint: Checkpoint, number: int, previous: bytes) -> Iterator[Contradiction]:
    """Compare a checkpoint with the number and hash of the one found before it."""
    if checkpoint.number <= number:
        yield Contradiction(ContradictionKind.CHECKPOINT_REPLACED, number)
    elif checkpoint.number == number + 1 and checkpoint.previous != previous:
        yield Contradiction(ContradictionKind.CHECKPOINT_REPLACED, max(1, number))
    for missing in range(number + 1, checkpoint.number):
        yield Contradiction(ContradictionKind.CHECKPOINT_MISSING_AT_WITNESS, missing)


def _count_contradictions(series: Sequence[Checkpoint]) -> Iterator[Contradiction]:
    heads: dict[str, Head] = {}
    entries = 0
    for checkpoint in series:
        for head in checkpoint.heads:
            before = heads.get(head.chain)
            entries += head.seq - (before.seq if before else 0)
            heads[head.chain] = head
        if (checkpoint.chains, checkpoint.entries) != (len(heads), entries):
            yield Contradiction(ContradictionKind.CHECKPOINT_INCONSISTENT, checkpoint.number)
            return
    if series and series[-1].root != heads_root(heads.values()):
        yield Contradiction(ContradictionKind.CHECKPOINT_INCONSISTENT, series[-1].number)


def _record_contradictions(series: Sequence[Checkpoint], kept: Mapping[int, bytes] | None) -> Iterator[Contradiction]:
    if kept is None:
        return
    witnessed = {checkpoint.number: checkpoint_hash(checkpoint) for checkpoint in series}
    for number in sorted(witnessed.keys() | kept.keys()):
        if number not in witnessed:
            yield Contradiction(ContradictionKind.CHECKPOINT_MISSING_AT_WITNESS, number)
        elif number not in kept:
            yield Contradiction(ContradictionKind.CHECKPOINT_MISSING_IN_STORE, number)
        elif kept[number] != witnessed[number]:
            yield Contradiction(ContradictionKind.CHECKPOINT_REPLACED, number)


def _journal_contradictions(
    journal: Mapping[str, ChainHashes], series: Sequence[Checkpoint]
) -> Iterator[Contradiction]:
    contradicted: set[str] = set()
    for checkpoint in series:
        for head in checkpoint.heads:
            if head.chain in contradicted:
                continue
            contradiction = _head_contradiction(journal.get(head.chain, ()), head, checkpoint.number)
            if contradiction is not None:
                contradicted.add(head.chain)
                yield contradiction


def _head_contradiction(hashes: ChainHashes, head: Head, checkpoint: int) -> Contradiction | None:
    if not len(hashes):
        return Contradiction(ContradictionKind.DELETED, checkpoint, head.chain, 1)
    if len(hashes) < head.seq:
        return Contradiction(ContradictionKind.CUT, checkpoint, head.chain, len(hashes) + 1)
    if head.seq < 1 or hashes[head.seq - 1] != head.hash:
        return Contradiction(ContradictionKind.REWRITTEN, checkpoint, head.chain, head.seq)
    return None


def _read_checkpoint(fields: Any) -> Checkpoint:
    return Checkpoint(
        number=_read_count(fields["number"]),
        at=datetime.fromisoformat(fields["at"]),
        chains=_read_count(fields["chains"]),
        entries=_read_count(fields["entries"]),
        root=_read_hash(fields["root"]),
        previous=_read_hash(fields["previous"]),
        heads=tuple(_read_head(*head) for head in fields["heads"]),
    )


def _read_head(chain: str, seq: int, spelled: str) -> Head:
    return Head(chain, _read_count(seq), _read_hash(spelled))


def _read_count(number: Any) -> int:
    if type(number) is not int or number < 0:
        raise ValueError
    return number


def _read_hash(spelled: str) -> bytes:
    found = bytes.fromhex(spelled)
    if len(found) != _HASH_BYTES:
        raise ValueError
    return found
