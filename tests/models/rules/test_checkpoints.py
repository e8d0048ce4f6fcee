"""Checkpoints: what a witness's copies show that a chain by itself cannot."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import IntegrityError, InvalidInput
from models.rules.canonical import canonical_json
from models.rules.chain import Head, Occurrence, StoredEntry, find_break, follow, genesis_head, head_of
from models.rules.checkpoints import (
    FIRST_PREVIOUS,
    Checkpoint,
    Contradiction,
    ContradictionKind,
    checkpoint_bytes,
    checkpoint_hash,
    compare_with_witness,
    heads_root,
    leaf,
    next_checkpoint,
    parse_checkpoint,
)

AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
KYIV, LVIV, ODESA = "2026-000001-1", "2026-000002-2", "2026-000003-3"


@dataclass
class Office:
    """A journal of several chains and the checkpoints made over it, the house's record of them and the witness's."""

    chains: dict[str, list[StoredEntry]] = field(default_factory=dict)
    witnessed: list[Checkpoint] = field(default_factory=list)
    kept: dict[int, bytes] = field(default_factory=dict)

    def write(self, chain: str, count: int = 1, *, actor: str = "engine") -> None:
        entries = self.chains.setdefault(chain, [])
        for _ in range(count):
            head = head_of(entries[-1]) if entries else genesis_head(chain)
            entries.append(follow(head, Occurrence(AT, "note_added", actor, {"number": head.seq})))

    def checkpoint(self) -> None:
        heads = [head_of(entries[-1]) for entries in self.chains.values() if entries]
        before = {head.chain: head for checkpoint in self.witnessed for head in checkpoint.heads}
        changed = [head for head in heads if before.get(head.chain) != head]
        previous = self.witnessed[-1] if self.witnessed else None
        made = next_checkpoint(previous, heads, changed, at=AT + timedelta(hours=len(self.witnessed)))
        self.witnessed.append(made)
        self.kept[made.number] = checkpoint_hash(made)

    def contradictions(self) -> list[tuple[Any, ...]]:
        journal = {name: [stored.hash for stored in entries] for name, entries in self.chains.items() if entries}
        found = compare_with_witness(journal, self.witnessed, self.kept)
        return [(one.what.value, one.checkpoint, one.chain, one.seq) for one in found]


@pytest.fixture
def office() -> Office:
    """Checkpoint 1: Kyiv 3, Lviv 2. Checkpoint 2: Kyiv 5, Odesa 1. Checkpoint 3: nothing new. Then Lviv goes on."""
    office = Office()
    office.write(KYIV, 3)
    office.write(LVIV, 2)
    office.checkpoint()
    office.write(KYIV, 2)
    office.write(ODESA)
    office.checkpoint()
    office.checkpoint()
    office.write(LVIV, 4)
    return office


def test_a_checkpoint_counts_the_whole_journal_and_lists_what_changed(office: Office) -> None:
    first, second, third = office.witnessed
    assert [(one.number, one.chains, one.entries) for one in office.witnessed] == [(1, 2, 5), (2, 3, 8), (3, 3, 8)]
    assert [[(head.chain, head.seq) for head in one.heads] for one in office.witnessed] == [
        [(KYIV, 3), (LVIV, 2)],
        [(KYIV, 5), (ODESA, 1)],
        [],
    ]
    assert first.previous == FIRST_PREVIOUS
    assert (second.previous, third.previous) == (checkpoint_hash(first), checkpoint_hash(second))
    assert third.root == second.root == heads_root([*second.heads, first.heads[1]])


def test_a_journal_that_went_on_honestly_is_not_contradicted(office: Office) -> None:
    assert office.contradictions() == []
    assert compare_with_witness({}, []) == ()


def test_copies_from_two_witnesses_in_any_order_count_once(office: Office) -> None:
    office.witnessed = [*reversed(office.witnessed), *office.witnessed]
    assert office.contradictions() == []


def test_an_edit_recomputed_to_the_chains_end_is_named(office: Office) -> None:
    office.chains[KYIV] = []
    office.write(KYIV, 5, actor="coordinator-2")
    assert find_break(office.chains[KYIV]) is None
    assert office.contradictions() == [("rewritten", 1, KYIV, 3)]


def test_a_tail_written_anew_is_named_at_the_first_witnessed_entry_that_differs(office: Office) -> None:
    del office.chains[KYIV][3:]
    office.write(KYIV, 2, actor="coordinator-2")
    assert office.contradictions() == [("rewritten", 2, KYIV, 5)]


def test_a_cut_tail_is_named_at_the_first_entry_gone(office: Office) -> None:
    del office.chains[KYIV][3:]
    assert office.contradictions() == [("cut", 2, KYIV, 4)]


def test_a_deleted_chain_is_named(office: Office) -> None:
    del office.chains[LVIV]
    assert office.contradictions() == [("deleted", 1, LVIV, 1)]


def test_everything_deleted_names_every_chain_once(office: Office) -> None:
    office.chains.clear()
    assert office.contradictions() == [
        ("deleted", 1, KYIV, 1),
        ("deleted", 1, LVIV, 1),
        ("deleted", 2, ODESA, 1),
    ]


def test_a_deletion_that_the_next_checkpoint_did_not_notice_is_named_all_the_same(office: Office) -> None:
    del office.chains[ODESA]
    office.write(KYIV)
    office.checkpoint()
    assert office.contradictions() == [
        ("deleted", 2, ODESA, 1),
        ("checkpoint_inconsistent", 4, None, None),
    ]


@pytest.mark.parametrize("number", [1, 2])
def test_a_checkpoint_removed_at_the_witness_is_named(office: Office, number: int) -> None:
    del office.witnessed[number - 1]
    assert office.contradictions() == [("checkpoint_missing_at_witness", number, None, None)]
    office.kept.clear()
    assert ("checkpoint_missing_at_witness", number, None, None) in office.contradictions()


def test_the_last_checkpoint_removed_at_the_witness_is_named_by_the_houses_record(office: Office) -> None:
    del office.witnessed[-1]
    assert office.contradictions() == [("checkpoint_missing_at_witness", 3, None, None)]


def test_a_checkpoint_removed_from_the_houses_record_is_named(office: Office) -> None:
    del office.kept[3]
    assert office.contradictions() == [("checkpoint_missing_in_store", 3, None, None)]


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_checkpoint_replaced_at_the_witness_is_named(office: Office, number: int) -> None:
    forged = replace(office.witnessed[number - 1], at=AT - timedelta(days=1))
    office.witnessed[number - 1] = forged
    assert office.contradictions()[0] == ("checkpoint_replaced", number, None, None)


def test_a_checkpoint_replaced_on_both_sides_is_named_by_the_one_after_it(office: Office) -> None:
    forged = replace(office.witnessed[1], at=AT - timedelta(days=1))
    office.witnessed[1], office.kept[2] = forged, checkpoint_hash(forged)
    assert office.contradictions() == [("checkpoint_replaced", 2, None, None)]


def test_a_series_that_does_not_begin_at_the_beginning_is_named(office: Office) -> None:
    forged = replace(office.witnessed[0], previous=bytes(32))
    assert compare_with_witness({}, [forged], {1: checkpoint_hash(forged)})[0] == Contradiction(
        ContradictionKind.CHECKPOINT_REPLACED, 1
    )


def test_two_checkpoints_under_one_number_are_named(office: Office) -> None:
    office.witnessed.append(replace(office.witnessed[2], entries=7))
    assert ("checkpoint_replaced", 3, None, None) in office.contradictions()


@pytest.mark.parametrize("change", [{"root": bytes(32)}, {"entries": 9}, {"chains": 2}], ids="-".join)
def test_a_checkpoint_whose_counts_or_root_do_not_follow_from_its_heads_is_named(
    office: Office, change: dict[str, Any]
) -> None:
    forged = replace(office.witnessed[2], **change)
    office.witnessed[2], office.kept[3] = forged, checkpoint_hash(forged)
    assert office.contradictions() == [("checkpoint_inconsistent", 3, None, None)]


def test_a_head_numbered_nought_contradicts(office: Office) -> None:
    forged = next_checkpoint(None, [], [Head(KYIV, 0, bytes(32))], at=AT)
    found = compare_with_witness({KYIV: [bytes(32)]}, [forged])
    assert Contradiction(ContradictionKind.REWRITTEN, 1, KYIV, 0) in found


def test_the_houses_record_is_compared_only_when_given(office: Office) -> None:
    journal = {name: [stored.hash for stored in entries] for name, entries in office.chains.items()}
    assert compare_with_witness(journal, office.witnessed) == ()
    assert len(compare_with_witness(journal, office.witnessed, {})) == 3


@given(st.data())
def test_no_tampering_with_what_a_checkpoint_covered_passes(data: st.DataObject) -> None:
    office = Office()
    names = [KYIV, LVIV, ODESA]
    for rounds in data.draw(st.lists(st.lists(st.sampled_from(names), max_size=4), min_size=1, max_size=5)):
        for name in rounds:
            office.write(name)
        office.checkpoint()
    covered = {head.chain: head.seq for one in office.witnessed for head in one.heads}
    assert office.contradictions() == []
    if not covered:
        return
    victim = data.draw(st.sampled_from(sorted(covered)))
    entries = office.chains[victim]
    kept = data.draw(st.integers(0, covered[victim] - 1))
    del entries[kept:]
    if data.draw(st.booleans(), label="recompute"):
        office.write(victim, covered[victim] - kept, actor="adversary")
    assert find_break(entries) is None
    (what, _, chain, seq), *others = office.contradictions()
    assert (chain, others) == (victim, [])
    assert seq > kept
    assert what in {"cut", "deleted", "rewritten"}


@given(st.lists(st.tuples(st.text(max_size=14), st.integers(0, 2**53 - 1), st.binary(min_size=32, max_size=32))))
def test_a_checkpoint_reads_back_as_it_was_spelled(heads: Sequence[tuple[str, int, bytes]]) -> None:
    made = next_checkpoint(None, [], [Head(*head) for head in heads], at=AT)
    assert parse_checkpoint(checkpoint_bytes(made)) == made


def test_the_order_in_which_heads_come_makes_no_difference(office: Office) -> None:
    heads = [head_of(entries[-1]) for entries in office.chains.values()]
    assert next_checkpoint(None, heads, heads, at=AT) == next_checkpoint(None, heads[::-1], heads[::-1], at=AT)


def test_a_moment_that_is_not_utc_is_refused(office: Office) -> None:
    with pytest.raises(InvalidInput, match="checkpoint_time_not_utc"):
        checkpoint_bytes(replace(office.witnessed[0], at=AT.replace(tzinfo=None)))


@pytest.mark.parametrize(
    "change",
    [
        {"number": True},
        {"number": -1},
        {"number": "1"},
        {"at": "2026-01-05T09:00:00+02:00"},
        {"at": "2026-01-05T09:00:00"},
        {"at": 7},
        {"root": "00"},
        {"previous": "zz"},
        {"heads": [[KYIV, 1]]},
        {"heads": [[KYIV, 1, "00"]]},
        {"heads": 5},
        {"extra": "field"},
    ],
    ids=str,
)
def test_anything_but_a_checkpoints_own_spelling_is_refused(office: Office, change: dict[str, Any]) -> None:
    fields = json.loads(checkpoint_bytes(office.witnessed[0]))
    spelled = json.dumps({**fields, **change}, separators=(",", ":"), sort_keys=True).encode()
    with pytest.raises(IntegrityError, match="checkpoint_not_understood"):
        parse_checkpoint(spelled)


@pytest.mark.parametrize("spelled", [b"", b"[]", b"{}", b"\xff", b"[" * 100_000])
def test_what_is_no_checkpoint_at_all_is_refused(spelled: bytes) -> None:
    with pytest.raises(IntegrityError, match="checkpoint_not_understood"):
        parse_checkpoint(spelled)


@given(
    st.sampled_from(["office", "2026-000001-Z", "a_b", "с-кирилицею", 'with "quotes"', "new\nline", ""]),
    st.integers(0, 2**40),
    st.binary(min_size=32, max_size=32),
)
def test_a_leaf_is_the_canonical_json_of_its_head_whatever_the_chain_is_called(
    chain: str, seq: int, digest: bytes
) -> None:
    assert leaf(Head(chain, seq, digest)) == canonical_json([chain, seq, digest.hex()])
