"""Witnesses: what a folder or a mail kept can be read back, and nothing in it can be changed unnoticed."""

import errno
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.signing import new_signing_key
from integrations.witness import (
    FolderWitness,
    SignedCheckpoint,
    Witness,
    checkpoint_mail,
    parse_checkpoint_mail,
    parse_signed,
    signed_bytes,
)
from models.errors import IntegrityError, TransientFailure
from models.rules.chain import Head
from models.rules.checkpoints import Checkpoint, next_checkpoint

AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
KEY = new_signing_key()


def series(count: int) -> list[SignedCheckpoint]:
    made: list[SignedCheckpoint] = []
    previous: Checkpoint | None = None
    for number in range(1, count + 1):
        heads = [Head(f"2026-{chain:06d}-K", number, bytes([number]) * 32) for chain in range(3)]
        previous = next_checkpoint(previous, heads, heads, at=AT + timedelta(hours=number))
        made.append(SignedCheckpoint(previous, KEY.sign(previous)))
    return made


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    return FolderWitness(tmp_path, KEY.public)


def test_what_was_kept_is_listed_in_order_and_leaves_nothing_else_behind(witness: Witness, tmp_path: Path) -> None:
    kept = series(3)
    for signed in reversed(kept):
        witness.keep(signed)
    report = witness.list_checkpoints()
    assert report.checkpoints == tuple(signed.checkpoint for signed in kept)
    assert (report.missing, report.damaged) == ((), ())
    assert names_in(tmp_path) == [f"checkpoint-00000{number}.json" for number in (1, 2, 3)]


def test_keeping_the_same_checkpoint_again_changes_nothing(witness: Witness, tmp_path: Path) -> None:
    (signed,) = series(1)
    witness.keep(signed)
    before = (tmp_path / "checkpoint-000001.json").stat()
    witness.keep(signed)
    after = (tmp_path / "checkpoint-000001.json").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_another_checkpoint_under_a_taken_number_is_refused(witness: Witness) -> None:
    (signed,) = series(1)
    other = replace(signed.checkpoint, entries=99)
    witness.keep(signed)
    with pytest.raises(IntegrityError, match=r"witness_holds_another_checkpoint \(number=1\)"):
        witness.keep(SignedCheckpoint(other, KEY.sign(other)))
    assert witness.list_checkpoints().checkpoints == (signed.checkpoint,)


def test_a_checkpoint_whose_signature_does_not_hold_is_not_kept(witness: Witness, tmp_path: Path) -> None:
    (signed,) = series(1)
    with pytest.raises(IntegrityError, match="checkpoint_signature_does_not_match"):
        witness.keep(replace(signed, signature=bytes(64)))
    assert names_in(tmp_path) == []


def test_gaps_are_reported(witness: Witness, tmp_path: Path) -> None:
    for signed in series(5):
        witness.keep(signed)
    for number in (1, 3):
        (tmp_path / f"checkpoint-00000{number}.json").unlink()
    report = witness.list_checkpoints()
    assert report.missing == (1, 3)
    assert [checkpoint.number for checkpoint in report.checkpoints] == [2, 4, 5]


def test_a_changed_a_renamed_and_a_foreign_file_are_damaged_and_other_files_are_nobodys(
    witness: Witness, tmp_path: Path
) -> None:
    kept = series(4)
    for signed in kept:
        witness.keep(signed)
    stranger = new_signing_key()
    checkpoint = kept[1].checkpoint
    forged = SignedCheckpoint(checkpoint, stranger.sign(checkpoint))
    (tmp_path / "checkpoint-000002.json").write_bytes(signed_bytes(forged))
    (tmp_path / "checkpoint-000003.json").write_bytes(b"")
    (tmp_path / "checkpoint-000004.json").rename(tmp_path / "checkpoint-000005.json")
    (tmp_path / "notes.txt").write_text("kept by the notary")
    report = witness.list_checkpoints()
    assert report.checkpoints == (kept[0].checkpoint,)
    assert (report.damaged, report.missing) == ((2, 3, 5), (4,))


def test_a_part_left_by_a_crash_does_not_stand_in_the_way(witness: Witness, tmp_path: Path) -> None:
    (signed,) = series(1)
    (tmp_path / f".checkpoint-000001.json.{os.getpid()}.part").write_bytes(b"half a checkp")
    witness.keep(signed)
    assert witness.list_checkpoints().checkpoints == (signed.checkpoint,)


def test_storage_without_links_keeps_checkpoints_too(
    witness: Witness, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "hardlink_to", refuse_with(errno.EPERM))
    (signed,) = series(1)
    witness.keep(signed)
    assert witness.list_checkpoints().checkpoints == (signed.checkpoint,)
    assert names_in(tmp_path) == ["checkpoint-000001.json"]


def test_a_full_storage_is_told_and_leaves_nothing_half_written(
    witness: Witness, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "hardlink_to", refuse_with(errno.ENOSPC))
    with pytest.raises(TransientFailure, match="witness_unreachable"):
        witness.keep(series(1)[0])
    assert names_in(tmp_path) == []


def test_a_checkpoint_that_came_first_in_the_same_moment_is_not_overwritten(
    witness: Witness, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def somebody_was_faster(path: Path, _part: Path) -> NoReturn:
        path.write_bytes(b"theirs")
        raise FileExistsError

    monkeypatch.setattr(Path, "hardlink_to", somebody_was_faster)
    with pytest.raises(IntegrityError, match="witness_holds_another_checkpoint"):
        witness.keep(series(1)[0])
    assert (tmp_path / "checkpoint-000001.json").read_bytes() == b"theirs"


def test_a_folder_that_is_not_mounted_is_told(tmp_path: Path) -> None:
    witness = FolderWitness(tmp_path / "usb", KEY.public)
    with pytest.raises(TransientFailure, match=r"witness_unreachable .*mounted"):
        witness.keep(series(1)[0])
    with pytest.raises(TransientFailure, match="witness_unreachable"):
        witness.list_checkpoints()


@pytest.mark.parametrize("quoted", ["", "> ", ">> "])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_mailed_checkpoint_is_read_back_also_from_a_quotation(quoted: str, line_end: str) -> None:
    signed = series(2)[1]
    subject, body = checkpoint_mail(signed.checkpoint, signed.signature)
    arrived = line_end.join(["The notary wrote:", *(quoted + line for line in body.splitlines())])
    assert subject == "Dodomu journal checkpoint 2"
    assert parse_checkpoint_mail(arrived) == signed
    assert max(map(len, body.splitlines())) < 78


def test_a_mail_names_what_a_person_can_compare_by_eye() -> None:
    (signed,) = series(1)
    _, body = checkpoint_mail(signed.checkpoint, signed.signature)
    for shown in ("номер: 1", "2026-01-05 10:00:00", "ланцюгів: 3", "записів: 3", signed.checkpoint.root.hex()):
        assert shown in body


@pytest.mark.parametrize("body", ["", "hello", "-----BEGIN DODOMU CHECKPOINT-----"])
def test_a_mail_without_a_checkpoint_is_refused(body: str) -> None:
    with pytest.raises(IntegrityError, match="checkpoint_not_understood"):
        parse_checkpoint_mail(body)


@given(st.data())
def test_no_changed_character_of_a_mailed_block_passes(data: st.DataObject) -> None:
    (signed,) = series(1)
    _, body = checkpoint_mail(signed.checkpoint, signed.signature)
    start = body.index("KPOINT-----\n") + 12
    position = data.draw(st.integers(start, body.index("\n-----END") - 1))
    letter = data.draw(st.characters(codec="ascii", categories=["L", "N"]))
    changed = body[:position] + letter + body[position + 1 :]
    try:
        read = parse_checkpoint_mail(changed)
        KEY.public.verify(read.checkpoint, read.signature)
    except IntegrityError:
        return
    assert read == signed


@given(st.data())
def test_no_changed_byte_of_a_kept_file_passes(data: st.DataObject) -> None:
    (signed,) = series(1)
    content = bytearray(signed_bytes(signed))
    position = data.draw(st.integers(0, len(content) - 1))
    content[position] ^= data.draw(st.integers(1, 255))
    with pytest.raises(IntegrityError):
        verify(bytes(content))


@pytest.mark.parametrize("change", [b" ", b"\n", b"{}\n"])
def test_a_kept_file_has_one_spelling_only(change: bytes) -> None:
    with pytest.raises(IntegrityError, match="checkpoint_not_understood"):
        verify(signed_bytes(series(1)[0]) + change)
    with pytest.raises(IntegrityError, match="checkpoint_not_understood"):
        verify(signed_bytes(series(1)[0]).removesuffix(b"\n"))


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def verify(content: bytes) -> None:
    read = parse_signed(content)
    KEY.public.verify(read.checkpoint, read.signature)


def refuse_with(number: int) -> object:
    def refuse(_path: Path, _part: Path) -> NoReturn:
        raise OSError(number, os.strerror(number))

    return refuse
