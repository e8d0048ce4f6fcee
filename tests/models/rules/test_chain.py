"""The journal's chain: every kind of tampering with one chain is found and the first broken entry named."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from models.errors import InvalidInput
from models.rules.chain import (
    Break,
    BreakKind,
    Entry,
    Occurrence,
    StoredEntry,
    entry_hash,
    find_break,
    follow,
    genesis_hash,
    genesis_head,
    head_of,
)

CASE = "2026-004821-K"
OTHER_CASE = "2026-004822-5"
AT = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)


def chain(length: int, name: str = CASE) -> list[StoredEntry]:
    head, entries = genesis_head(name), []
    for number in range(length):
        occurrence = Occurrence(
            at=AT + timedelta(hours=number),
            kind="sighting_recorded",
            actor="coordinator-2",
            body={"sighting": f"s-{number}", "grade": "B", "sources": number},
            sealed=None if number % 2 else bytes([number]) * 40,
        )
        entries.append(follow(head, occurrence))
        head = head_of(entries[-1])
    return entries


def edited(stored: StoredEntry, **changes: Any) -> StoredEntry:
    """The row changed by hand, its stored hash left as it was."""
    return replace(stored, entry=replace(stored.entry, **changes))


def rehashed(stored: StoredEntry, **changes: Any) -> StoredEntry:
    """The row changed by hand and its own hash recomputed."""
    entry = replace(stored.entry, **changes)
    return StoredEntry(entry, entry_hash(entry))


def renumbered(entries: Sequence[StoredEntry]) -> list[StoredEntry]:
    """The rows' numbers written over, so that they count from 1 in the order given."""
    return [edited(stored, seq=seq) for seq, stored in enumerate(entries, start=1)]


def test_an_untouched_chain_holds() -> None:
    assert find_break([]) is None
    assert find_break(chain(1)) is None
    assert find_break(chain(30), chain=CASE) is None


def test_the_hash_of_an_entry_never_changes_between_releases() -> None:
    entry = Entry(CASE, 1, AT, "stage_entered", "engine", {"stage": "located"}, b"sealed", genesis_hash(CASE))
    assert entry_hash(entry).hex() == "7af9101672ac332e858e0e126e5f50e40ccda387b81c0c935f58044bf341991f"


def test_the_sealed_part_counts_and_no_sealed_part_is_not_an_empty_one() -> None:
    entry = chain(1)[0].entry
    hashes = {entry_hash(replace(entry, sealed=sealed)) for sealed in (None, b"", b"\x00", entry.sealed)}
    assert len(hashes) == 4


def test_each_field_counts() -> None:
    entry = chain(1)[0].entry
    changes: list[dict[str, Any]] = [
        {"chain": OTHER_CASE},
        {"seq": 2},
        {"at": AT + timedelta(microseconds=1)},
        {"kind": "sighting_withdrawn"},
        {"actor": "coordinator-3"},
        {"body": {**entry.body, "grade": "A"}},
        {"sealed": b"other"},
        {"prev_hash": bytes(32)},
    ]
    assert len({entry_hash(replace(entry, **change)) for change in changes} | {entry_hash(entry)}) == 9


@pytest.mark.parametrize("at", [datetime(2026, 1, 5), AT.astimezone(timezone(timedelta(hours=2)))])  # noqa: DTZ001 - the naive moment is what is refused
def test_a_moment_that_is_not_utc_is_refused(at: datetime) -> None:
    with pytest.raises(InvalidInput, match="entry_time_not_utc"):
        follow(genesis_head(CASE), Occurrence(at, "note", "engine", {}))


@pytest.mark.parametrize("seq", [1, 3, 5])
@pytest.mark.parametrize(
    "change",
    [
        {"body": {"sighting": "s-9", "grade": "A", "sources": 7}},
        {"body": {"fraction": float("nan")}},
        {"at": AT - timedelta(days=1)},
        {"at": datetime(2026, 1, 5)},  # noqa: DTZ001 - a column's zone may be cut off by hand
        {"actor": "supervisor-1"},
        {"kind": "consent_given"},
        {"sealed": b"another sealed value"},
        {"prev_hash": b"\xff" * 32},
    ],
    ids="-".join,
)
def test_an_edited_entry_is_named(seq: int, change: dict[str, Any]) -> None:
    entries = chain(5)
    entries[seq - 1] = edited(entries[seq - 1], **change)
    found = find_break(entries)
    assert found is not None
    assert found.seq == seq
    assert found.what is BreakKind.EDITED


def test_a_changed_stored_hash_is_named() -> None:
    entries = chain(5)
    entries[2] = replace(entries[2], hash=bytes(32))
    assert find_break(entries) == Break(3, BreakKind.EDITED)


def test_an_entry_edited_and_hashed_anew_is_named_by_the_one_after_it() -> None:
    entries = chain(5)
    entries[2] = rehashed(entries[2], actor="supervisor-1")
    assert find_break(entries) == Break(3, BreakKind.EDITED)


@pytest.mark.parametrize("seq", [1, 2, 4])
def test_a_missing_entry_is_named_also_when_the_rest_were_renumbered(seq: int) -> None:
    entries = chain(5)
    del entries[seq - 1]
    assert find_break(entries) == Break(seq, BreakKind.MISSING)
    assert find_break(renumbered(entries)) == Break(seq, BreakKind.MISSING)


def test_exchanged_entries_are_named_whether_or_not_their_numbers_were_exchanged_too() -> None:
    entries = chain(5)
    entries[1], entries[3] = entries[3], entries[1]
    assert find_break(entries) == Break(2, BreakKind.REORDERED)
    assert find_break(renumbered(entries)) == Break(2, BreakKind.REORDERED)


def test_an_entry_renumbered_and_hashed_anew_out_of_its_order_is_named() -> None:
    entries = chain(5)
    entries[1], entries[2] = rehashed(entries[2], seq=2), rehashed(entries[1], seq=3)
    assert find_break(entries) == Break(2, BreakKind.EDITED)


def test_an_entry_made_to_refer_to_a_far_one_and_hashed_anew_is_named() -> None:
    entries = chain(5)
    entries[3] = rehashed(entries[3], prev_hash=entries[0].hash)
    assert find_break(entries) == Break(4, BreakKind.REORDERED)


def test_an_entry_of_another_case_is_named() -> None:
    entries, others = chain(5), chain(5, OTHER_CASE)
    entries[2] = others[2]
    assert find_break(entries) == Break(3, BreakKind.FOREIGN)
    entries[2] = edited(others[2], chain=CASE)
    assert find_break(entries) == Break(3, BreakKind.FOREIGN)


def test_a_whole_chain_under_another_cases_name_is_named() -> None:
    others = chain(3, OTHER_CASE)
    assert find_break(others, chain=CASE) == Break(1, BreakKind.FOREIGN)
    relabelled = [edited(stored, chain=CASE) for stored in others]
    assert find_break(relabelled) == Break(1, BreakKind.FOREIGN)
    assert find_break([rehashed(relabelled[0]), *relabelled[1:]]) == Break(1, BreakKind.FOREIGN)


def test_an_entry_put_in_is_named_and_not_the_ones_it_pushed_down() -> None:
    entries = chain(5)
    forged = follow(head_of(entries[1]), Occurrence(AT, "consent_given", "engine", {}))
    assert find_break(renumbered([*entries[:2], forged, *entries[2:]])) == Break(3, BreakKind.FOREIGN)


def test_a_number_taken_twice_is_named() -> None:
    entries = chain(5)
    assert find_break([*entries[:3], entries[2], *entries[3:]]) == Break(3, BreakKind.FOREIGN)


@given(st.integers(1, 12), st.integers(0, 11), st.integers(0, 255), st.integers(0, 39))
def test_no_changed_byte_of_a_sealed_part_passes(length: int, index: int, byte: int, position: int) -> None:
    entries = chain(length)
    index = index % length // 2 * 2
    sealed = bytearray(entries[index].entry.sealed or b"")
    sealed[position] ^= byte
    entries[index] = edited(entries[index], sealed=bytes(sealed))
    assert find_break(entries) == (Break(index + 1, BreakKind.EDITED) if byte else None)


@given(st.permutations(range(8)), st.booleans())
def test_no_other_order_passes(order: Sequence[int], numbers_too: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
    entries = chain(8)
    shuffled = [entries[index] for index in order]
    found = find_break(renumbered(shuffled) if numbers_too else shuffled)
    first = next((seq for seq, index in enumerate(order, start=1) if index != seq - 1), None)
    assert found == (None if first is None else Break(first, BreakKind.REORDERED))


@given(st.sets(st.integers(1, 10), min_size=1, max_size=9), st.booleans())
def test_no_gap_passes(gone: set[int], numbers_too: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
    left = [stored for stored in chain(10) if stored.entry.seq not in gone]
    found = find_break(renumbered(left) if numbers_too else left)
    first = min(gone)
    # A tail that is cut off leaves a chain that holds; only a witness can tell.
    assert found == (None if first > len(left) else Break(first, BreakKind.MISSING))


@given(
    words=st.tuples(st.text(), st.text(), st.text(), st.text()),
    seq=st.integers(1, 2**53 - 1),
    sealed=st.none() | st.binary(),
)
def test_an_entrys_hash_is_taken_over_the_canonical_json_of_all_of_it(
    words: tuple[str, str, str, str], seq: int, sealed: bytes | None
) -> None:
    name, kind, actor, word = words
    entry = Entry(name, seq, AT, kind, actor, {"b": word, "a": [1, None]}, sealed, b"\x01" * 32)
    whole = {
        "actor": actor,
        "at": "2026-01-05T09:30:00.000000+00:00",
        "body": {"a": [1, None], "b": word},
        "chain": name,
        "kind": kind,
        "prev": "01" * 32,
        "sealed": None if sealed is None else sha256(sealed).hexdigest(),
        "seq": seq,
    }
    assert entry_hash(entry) == sha256(b"dodomu journal entry v1\x00" + rfc8785.dumps(whole)).digest()
