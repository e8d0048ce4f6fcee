"""The journal of one case as a hash chain: what an entry is, how it is hashed, where a chain is broken."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from models.errors import InvalidInput
from models.rules.canonical import Json, canonical_json

_ENTRY_LABEL = b"dodomu journal entry v1\x00"
_GENESIS_LABEL = b"dodomu journal genesis v1\x00"
_LOOK_BEYOND = 1024
_WORDS_KEPT = 1024
_NO_OFFSET = timedelta(0)


@dataclass(frozen=True, slots=True)
class Entry:
    """One journal entry. `body` is in clear: references, statuses, ids, ISO dates and counts, nothing of a person.

    `chain` is the case reference, `seq` counts from 1, `actor` is a staff id or `engine`, `sealed` holds personal
    details already sealed, `prev_hash` is the hash of the entry before (of the first: `genesis_hash`).
    """

    chain: str
    seq: int
    at: datetime
    kind: str
    actor: str
    body: Mapping[str, Json]
    sealed: bytes | None
    prev_hash: bytes


@dataclass(frozen=True, slots=True)
class Occurrence:
    """What is to be journalled, before it has its place in a chain. Fields as in `Entry`."""

    at: datetime
    kind: str
    actor: str
    body: Mapping[str, Json]
    sealed: bytes | None = None


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """An entry with the hash that was stored beside it."""

    entry: Entry
    hash: bytes


class Head(NamedTuple):
    """How far a chain has come: its last entry's number (0 before the first) and hash."""

    chain: str
    seq: int
    hash: bytes


class BreakKind(StrEnum):
    """What happened to the first entry that is not as it was written."""

    EDITED = "edited"
    MISSING = "missing"
    REORDERED = "reordered"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class Break:
    """The first place at which a chain does not hold."""

    seq: int
    what: BreakKind


def genesis_hash(chain: str) -> bytes:
    """Return what a chain's first entry refers back to. It depends on the name, so no chain can be renamed."""
    return sha256(_GENESIS_LABEL + chain.encode()).digest()


def genesis_head(chain: str) -> Head:
    """Return the head of a chain that has no entry yet."""
    return Head(chain, 0, genesis_hash(chain))


def entry_hash(entry: Entry) -> bytes:
    """Hash an entry: SHA-256 over its canonical JSON, in which its sealed part stands as a hash.

    Destroying the sealed part's key leaves the chain verifiable, so long as the sealed bytes stay.
    Raises InvalidInput `not_canonical_json` or `entry_time_not_utc`.
    """
    return _spelled_hash(entry, entry.seq, entry.prev_hash)


def follow(head: Head, occurrence: Occurrence) -> StoredEntry:
    """Make the entry that comes after `head`. Raises as `entry_hash`."""
    entry = Entry(
        chain=head.chain,
        seq=head.seq + 1,
        at=occurrence.at,
        kind=occurrence.kind,
        actor=occurrence.actor,
        body=occurrence.body,
        sealed=occurrence.sealed,
        prev_hash=head.hash,
    )
    return StoredEntry(entry, entry_hash(entry))


def head_of(stored: StoredEntry) -> Head:
    """Return the head of a chain whose last entry this is."""
    return Head(stored.entry.chain, stored.entry.seq, stored.hash)


def find_break(entries: Sequence[StoredEntry], *, chain: str | None = None) -> Break | None:
    """Find the first broken entry of one chain, in its stored order; None if every entry holds.

    `chain` is the name the entries were looked up under (by default the first entry's). An entry changed and hashed
    anew is named by the entry after it. A chain recomputed to its end, or cut at its end, holds in itself: that
    takes a witness, see `models.rules.checkpoints`.
    """
    if not entries:
        return None
    head = genesis_head(entries[0].entry.chain if chain is None else chain)
    for position, stored in enumerate(entries):
        if not _holds(stored, head):
            return _break_at(entries, position, head)
        head = Head(head.chain, stored.entry.seq, stored.hash)
    return None


def _holds(stored: StoredEntry, head: Head) -> bool:
    entry = stored.entry
    return (
        entry.chain == head.chain
        and entry.seq == head.seq + 1
        and entry.prev_hash == head.hash
        and _find_hash(entry, entry.seq, entry.prev_hash) == stored.hash
    )


def _break_at(entries: Sequence[StoredEntry], position: int, head: Head) -> Break:
    stored, seq = entries[position], head.seq + 1
    if stored.entry.chain != head.chain:
        return Break(seq, BreakKind.FOREIGN)
    if stored.entry.seq != seq:
        return _misnumbered(entries, stored.entry.seq, seq)
    if _find_hash(stored.entry, seq, stored.entry.prev_hash) == stored.hash:
        return _unlinked(entries, position, seq)
    if _find_hash(stored.entry, seq, head.hash) == stored.hash:
        return Break(seq, BreakKind.EDITED)
    return _renumbered(entries, stored, head)


def _misnumbered(entries: Sequence[StoredEntry], found: int, seq: int) -> Break:
    """The row's number is not the next one."""
    if found < seq:
        return Break(found, BreakKind.FOREIGN)
    elsewhere = any(stored.entry.seq == seq for stored in entries)
    return Break(seq, BreakKind.REORDERED if elsewhere else BreakKind.MISSING)


def _unlinked(entries: Sequence[StoredEntry], position: int, seq: int) -> Break:
    """The entry is whole but refers back to another one than stands before it."""
    stored, following = entries[position], entries[position + 1 : position + 2]
    if any(other.hash == stored.entry.prev_hash for other in entries):
        return Break(seq, BreakKind.REORDERED)
    if seq == 1:
        return Break(seq, BreakKind.FOREIGN)
    # Of two entries that do not fit together, the one that the next entry vouches for is the genuine one.
    vouched_for = all(other.entry.prev_hash == stored.hash for other in following)
    return Break(seq - 1 if vouched_for else seq, BreakKind.EDITED)


def _renumbered(entries: Sequence[StoredEntry], stored: StoredEntry, head: Head) -> Break:
    """The hash does not fit the entry under this number; under which number did it?"""
    entry, seq = stored.entry, head.seq + 1
    original = _find_original_seq(stored, range(1, len(entries) + _LOOK_BEYOND))
    if original is None:
        belongs = entry.prev_hash == head.hash or any(other.hash == entry.prev_hash for other in entries)
        return Break(seq, BreakKind.EDITED if belongs else BreakKind.FOREIGN)
    if original < seq:
        # Everything before held, so what now stands under its old number was put in.
        return Break(original, BreakKind.FOREIGN)
    predecessor_is_here = any(other.hash == entry.prev_hash for other in entries)
    return Break(seq, BreakKind.REORDERED if predecessor_is_here else BreakKind.MISSING)


def _find_original_seq(stored: StoredEntry, candidates: Iterable[int]) -> int | None:
    entry = stored.entry
    return next(
        (seq for seq in candidates if _find_hash(entry, seq, entry.prev_hash) == stored.hash),
        None,
    )


def _find_hash(entry: Entry, seq: int, prev_hash: bytes) -> bytes | None:
    try:
        return _spelled_hash(entry, seq, prev_hash)
    except InvalidInput:
        return None


def _spelled_hash(entry: Entry, seq: int, prev_hash: bytes) -> bytes:
    if entry.at.utcoffset() != _NO_OFFSET:
        raise InvalidInput("entry_time_not_utc", chain=entry.chain, seq=entry.seq)
    # Canonical JSON, written out: its keys in their order, each value canonical by itself.
    sealed = b"null" if entry.sealed is None else b'"%b"' % sha256(entry.sealed).hexdigest().encode()
    spelled = b'{"actor":%b,"at":"%b","body":%b,"chain":%b,"kind":%b,"prev":"%b","sealed":%b,"seq":%d}' % (
        _spelled_word(entry.actor),
        entry.at.isoformat(timespec="microseconds").encode(),
        canonical_json(dict(entry.body)),
        _spelled_word(entry.chain),
        _spelled_word(entry.kind),
        prev_hash.hex().encode(),
        sealed,
        seq,
    )
    return sha256(_ENTRY_LABEL + spelled).digest()


@lru_cache(_WORDS_KEPT)
def _spelled_word(word: str) -> bytes:
    """Spell who wrote, what, in which chain: the same few in one entry after another."""
    return canonical_json(word)
