"""Whatever is done to the journal behind the house's back, `verify_journal` names the first entry it was done to."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from casework.case_file import open_case
from casework.journal import journal_office
from casework.office import Office
from casework.sealing_journal import seal_journal
from casework.verifying import Broken, export_journal, verify_journal
from models.errors import NotFound
from models.records import Case
from models.rules.chain import BreakKind, Occurrence, entry_hash, follow, genesis_head, head_of
from models.rules.checkpoints import ContradictionKind, checkpoint_bytes, parse_checkpoint
from models.rules.reference import make_reference
from models.statuses import CaseStatus, Stage

FIRST, SECOND = make_reference(2026, 1), make_reference(2026, 2)


@pytest.fixture
def kept(office: Office) -> Office:
    return keep_journal(office)


@pytest.fixture
def kept_on_either(either_office: Office) -> Office:
    return keep_journal(either_office)


def keep_journal(office: Office) -> Office:
    """Two cases with four entries each, and two checkpoints: the first after two entries, the second after four."""
    write_cases(office, FIRST, SECOND)
    write_entries(office, FIRST, SECOND)
    seal_journal(office, office.now())
    write_entries(office, FIRST, SECOND)
    seal_journal(office, office.now() + timedelta(hours=1))
    return office


def write_cases(office: Office, *references: str) -> None:
    now = office.now()
    office.keystore.create_keys(list(references), now=now)
    with office.store.writing() as session:
        session.add_all(
            Case(
                reference=reference,
                status=CaseStatus.OPEN,
                stage=Stage.REPORTED,
                opened_on=now.date(),
                opened_at=now,
            )
            for reference in references
        )


def write_entries(office: Office, *references: str) -> None:
    for reference in references:
        with open_case(office, reference, office.now(), "c-01") as file:
            file.journal("sighting_recorded", {"sighting": "s-1", "country": "KP"}, words="Вигаданий табір")
            file.journal("report_recorded", {"office": "ombudsman"})


def tamper(office: Office, statement: str, **values: object) -> None:
    with office.store.engine.begin() as connection:
        connection.execute(text(statement), values)


def test_an_untouched_journal_holds(kept_on_either: Office) -> None:
    report = verify_journal(kept_on_either)

    assert report.holds
    assert (report.chains, report.checkpoints, report.unwitnessed) == (3, 2, 0)
    assert report.entries == 8 + count_entries(kept_on_either, "office")


def test_an_empty_store_holds(office: Office) -> None:
    assert verify_journal(office).holds


def count_entries(office: Office, chain: str) -> int:
    with office.store.engine.connect() as connection:
        found = connection.execute(text("SELECT count(*) FROM journal WHERE chain = :chain"), {"chain": chain})
        return int(found.scalar_one())


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        pytest.param(
            'UPDATE journal SET body = \'{"sighting": "s-1", "country": "UA"}\' WHERE chain = :first AND seq = 3',
            Broken(BreakKind.EDITED, FIRST, 3),
            id="a body is edited",
        ),
        pytest.param(
            "UPDATE journal SET at = '2026-03-01 07:00:00' WHERE chain = :first AND seq = 1",
            Broken(BreakKind.EDITED, FIRST, 1),
            id="a moment is edited",
        ),
        pytest.param(
            "UPDATE journal SET actor = 'c-02' WHERE chain = :first AND seq = 4",
            Broken(BreakKind.EDITED, FIRST, 4),
            id="an actor is edited",
        ),
        pytest.param(
            "UPDATE journal SET sealed = prev_hash WHERE chain = :first AND seq = 3",
            Broken(BreakKind.EDITED, FIRST, 3),
            id="sealed words are exchanged",
        ),
        pytest.param(
            "UPDATE journal SET body = '[]' WHERE chain = :first AND seq = 2",
            Broken(BreakKind.EDITED, FIRST, 2),
            id="a body is no object any more",
        ),
        pytest.param(
            "DELETE FROM journal WHERE chain = :first AND seq = 2",
            Broken(BreakKind.MISSING, FIRST, 2),
            id="an entry is deleted",
        ),
        pytest.param(
            "DELETE FROM journal WHERE chain = :first AND seq = 4",
            Broken(ContradictionKind.CUT, FIRST, 4),
            id="the tail is cut",
        ),
        pytest.param(
            "DELETE FROM journal WHERE chain = :first",
            Broken(ContradictionKind.DELETED, FIRST, 1),
            id="a chain is removed",
        ),
        pytest.param(
            "UPDATE journal SET chain = 'office', seq = seq + 100 WHERE chain = :first AND seq = 4",
            Broken(ContradictionKind.CUT, FIRST, 4),
            id="an entry is moved to another chain",
        ),
    ],
)
def test_the_first_broken_entry_is_named(kept: Office, statement: str, broken: Broken) -> None:
    values = {"first": FIRST} if ":first" in statement else {}
    tamper(kept, statement, **values)

    assert broken in without_checkpoint(kept)


def without_checkpoint(office: Office) -> list[Broken]:
    return [Broken(one.what, one.chain, one.seq) for one in verify_journal(office).breaks if one.chain is not None]


def test_two_entries_that_changed_places_are_named_by_the_first(kept_on_either: Office) -> None:
    tamper(kept_on_either, "UPDATE journal SET seq = 99 WHERE chain = :first AND seq = 2", first=FIRST)
    tamper(kept_on_either, "UPDATE journal SET seq = 2 WHERE chain = :first AND seq = 3", first=FIRST)
    tamper(kept_on_either, "UPDATE journal SET seq = 3 WHERE chain = :first AND seq = 99", first=FIRST)

    assert without_checkpoint(kept_on_either) == [Broken(BreakKind.REORDERED, FIRST, 2)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET body = :rubbish WHERE chain = :first AND seq = 2",
        "UPDATE journal SET at = :rubbish WHERE chain = :first AND seq = 2",
    ],
)
@pytest.mark.parametrize("rubbish", ["", "rubbish", "{", "null"])
def test_a_value_that_cannot_even_be_read_is_named(kept: Office, statement: str, rubbish: str) -> None:
    tamper(kept, statement, rubbish=rubbish, first=FIRST)

    assert without_checkpoint(kept) == [Broken(BreakKind.EDITED, FIRST, 2)]


def test_a_tail_cut_together_with_the_cases_own_record_contradicts_the_witness(kept: Office) -> None:
    cut_and_cover_up(kept, 3)

    assert verify_journal(kept).breaks == (Broken(ContradictionKind.CUT, FIRST, 4, checkpoint=2),)


def cut_and_cover_up(office: Office, last: int) -> None:
    tamper(office, "DELETE FROM journal WHERE chain = :first AND seq > :last", first=FIRST, last=last)
    tamper(
        office,
        "UPDATE cases SET journal_seq = :last, journal_head ="
        " (SELECT hash FROM journal WHERE chain = :first AND seq = :last) WHERE reference = :first",
        first=FIRST,
        last=last,
    )


def test_a_chain_recomputed_from_its_beginning_is_named_at_its_first_checkpoint(
    kept_on_either: Office,
) -> None:
    recompute(kept_on_either, FIRST, actor="c-02")

    assert verify_journal(kept_on_either).breaks == (Broken(ContradictionKind.REWRITTEN, FIRST, 2, checkpoint=1),)


def recompute(office: Office, chain: str, actor: str) -> None:
    """Write the whole chain anew, every hash right, and the case's record with it."""
    head = genesis_head(chain)
    for line in map(json.loads, list(export_journal(office, chain))):
        # The first two entries' sealed words stay: a forger cannot write new ones, and need not.
        sealed = sealed_of(office, chain, line["seq"])
        at = office.now()
        stored = follow(head, Occurrence(at, line["kind"], actor, line["body"], sealed))
        assert entry_hash(stored.entry) == stored.hash
        tamper(
            office,
            "UPDATE journal SET actor = :actor, prev_hash = :prev, hash = :hash WHERE chain = :chain AND seq = :seq",
            actor=actor,
            prev=head.hash,
            hash=stored.hash,
            chain=chain,
            seq=line["seq"],
        )
        head = head_of(stored)
    tamper(
        office,
        "UPDATE cases SET journal_head = :head WHERE reference = :chain",
        head=head.hash,
        chain=chain,
    )


def sealed_of(office: Office, chain: str, seq: int) -> bytes | None:
    with office.store.engine.connect() as connection:
        found = connection.execute(
            text("SELECT sealed FROM journal WHERE chain = :chain AND seq = :seq"), {"chain": chain, "seq": seq}
        ).scalar_one()
    return None if found is None else bytes(found)


def test_a_recomputed_chain_whose_record_was_forgotten_is_named_where_the_witness_first_says_so(kept: Office) -> None:
    with kept.store.engine.connect() as connection:
        honest = connection.execute(
            text("SELECT journal_head FROM cases WHERE reference = :first"), {"first": FIRST}
        ).scalar_one()
    recompute(kept, FIRST, actor="c-02")
    tamper(kept, "UPDATE cases SET journal_head = :head WHERE reference = :first", head=honest, first=FIRST)

    assert without_checkpoint(kept) == [Broken(ContradictionKind.REWRITTEN, FIRST, 2)]


def test_a_case_removed_with_its_chain_contradicts_the_witness(kept: Office) -> None:
    tamper(kept, "DELETE FROM journal WHERE chain = :first", first=FIRST)
    tamper(kept, "DELETE FROM cases WHERE reference = :first", first=FIRST)

    assert verify_journal(kept).breaks == (Broken(ContradictionKind.DELETED, FIRST, 1, checkpoint=1),)


def test_a_chain_whose_case_is_gone_is_named(kept: Office) -> None:
    tamper(kept, "DELETE FROM cases WHERE reference = :first", first=FIRST)

    assert verify_journal(kept).breaks == (Broken(BreakKind.FOREIGN, FIRST, 1),)


def test_entries_beyond_the_cases_own_record_are_named(kept: Office) -> None:
    tamper(
        kept,
        "UPDATE cases SET journal_seq = 2, journal_head ="
        " (SELECT hash FROM journal WHERE chain = :first AND seq = 2) WHERE reference = :first",
        first=FIRST,
    )

    assert verify_journal(kept).breaks == (Broken(BreakKind.FOREIGN, FIRST, 3),)


def test_a_checkpoint_removed_from_the_store_is_named(kept: Office) -> None:
    tamper(kept, "DELETE FROM checkpoints WHERE number = 2")

    assert verify_journal(kept).breaks == (Broken(ContradictionKind.CHECKPOINT_MISSING_IN_STORE, checkpoint=2),)


def test_a_checkpoint_removed_from_the_witness_is_named(kept: Office) -> None:
    (kept.settings.witness_folder / "checkpoint-000002.json").unlink()

    assert verify_journal(kept).breaks == (Broken(ContradictionKind.CHECKPOINT_MISSING_AT_WITNESS, checkpoint=2),)


def test_a_checkpoint_replaced_in_the_store_is_named(kept: Office) -> None:
    with kept.store.engine.connect() as connection:
        content = bytes(connection.execute(text("SELECT content FROM checkpoints WHERE number = 1")).scalar_one())
    forged = checkpoint_bytes(parse_checkpoint(content)).replace(b'"chains":3', b'"chains":2')
    tamper(kept, "UPDATE checkpoints SET content = :content WHERE number = 1", content=forged)

    assert verify_journal(kept).breaks == (Broken(ContradictionKind.CHECKPOINT_REPLACED, checkpoint=1),)


def test_a_checkpoint_moved_under_another_number_is_named(kept: Office) -> None:
    tamper(kept, "UPDATE checkpoints SET number = 3 WHERE number = 2")

    assert {one.checkpoint for one in verify_journal(kept).breaks} == {2, 3}


def test_a_checkpoint_damaged_at_the_witness_is_named(kept: Office) -> None:
    path = kept.settings.witness_folder / "checkpoint-000002.json"
    path.write_bytes(path.read_bytes().replace(b'"number":2', b'"number":7'))

    assert Broken(ContradictionKind.CHECKPOINT_REPLACED, checkpoint=2) in verify_journal(kept).breaks


def test_a_checkpoint_that_waits_for_its_witness_is_counted_and_no_break(kept: Office) -> None:
    tamper(kept, "UPDATE checkpoints SET witnessed_at = NULL WHERE number = 2")
    (kept.settings.witness_folder / "checkpoint-000002.json").unlink()

    report = verify_journal(kept)

    assert (report.holds, report.unwitnessed) == (True, 1)


def test_an_erased_case_still_verifies(kept: Office) -> None:
    kept.keystore.destroy(FIRST)
    tamper(kept, "UPDATE cases SET status = 'erased', sealed_identity = NULL WHERE reference = :first", first=FIRST)

    assert verify_journal(kept).holds


def test_two_broken_chains_are_both_named_each_once(kept: Office) -> None:
    tamper(kept, "UPDATE journal SET actor = 'c-02' WHERE seq > 1 AND chain <> 'office'")

    assert verify_journal(kept).breaks == (
        Broken(BreakKind.EDITED, FIRST, 2),
        Broken(BreakKind.EDITED, SECOND, 2),
    )


def test_progress_counts_the_entries_read(kept: Office) -> None:
    told: list[int] = []

    report = verify_journal(kept, told.append)

    assert told[-1] == report.entries
    assert told == sorted(told)


def test_a_checkpoint_sealed_while_verifying_is_no_break(kept: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The witness is asked after our look at the store began; meanwhile another process seals."""
    heads = list_and_then(kept, lambda: seal_more(kept))
    monkeypatch.setattr("casework.verifying.list_heads", heads)

    assert verify_journal(kept).holds
    assert len(list(kept.settings.witness_folder.glob("checkpoint-*"))) == 3


def seal_more(office: Office) -> None:
    write_entries(office, FIRST)
    seal_journal(office, office.now() + timedelta(hours=2))


def list_and_then(office: Office, then: Callable[[], None]) -> Callable[[Any], Any]:
    from casework.sealing_journal import list_heads  # noqa: PLC0415 - the very function that is stood in for

    def listed(session: Any) -> Any:
        heads = list_heads(session)
        then()
        return heads

    return listed


def test_an_exported_chain_shows_sealed_words_as_hashes_and_hashes_again(kept: Office) -> None:
    lines: Iterator[str] = export_journal(kept, FIRST.lower())
    entries = [json.loads(line) for line in lines]

    assert [entry["seq"] for entry in entries] == [1, 2, 3, 4]
    assert entries[0]["body"] == {"sighting": "s-1", "country": "KP"}
    assert len(entries[0]["sealed"]) == 64
    assert entries[1]["sealed"] is None
    assert entries[1]["prev"] == entries[0]["hash"]


def test_the_offices_own_chain_can_be_exported(kept: Office) -> None:
    with kept.store.writing() as session:
        journal_office(session, kept.now(), "policy_changed", "engine", {"version": "v2"})

    assert "policy_changed" in list(export_journal(kept, "office"))[-1]


def test_a_case_that_has_no_journal_cannot_be_exported(office: Office) -> None:
    with pytest.raises(NotFound, match="journal_empty"):
        export_journal(office, FIRST)
