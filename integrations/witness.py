"""Witnesses of the journal: places outside the database's host that keep signed checkpoints."""

import base64
import binascii
import errno
import os
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from integrations.secret_file import sync_folder
from integrations.signing import PublicKey
from models.errors import IntegrityError, TransientFailure
from models.rules.checkpoints import Checkpoint, checkpoint_bytes, parse_checkpoint

_FILE_NAME = re.compile(r"checkpoint-(\d{6,12})\.json")
_BEGIN = "-----BEGIN DODOMU CHECKPOINT-----"
_END = "-----END DODOMU CHECKPOINT-----"
_LINE = 76
_LARGEST_BYTES = 256 * 1024 * 1024
_NO_LINKS_HERE = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS})


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint and its Ed25519 signature (64 bytes)."""

    checkpoint: Checkpoint
    signature: bytes


@dataclass(frozen=True, slots=True)
class WitnessReport:
    """What a witness holds.

    `checkpoints` are those whose signatures hold, in order; `missing` are the numbers absent below the highest one,
    `damaged` the numbers whose files do not verify.
    """

    checkpoints: tuple[Checkpoint, ...]
    missing: tuple[int, ...]
    damaged: tuple[int, ...]


class Witness(Protocol):
    """A place that takes signed checkpoints and can be asked for them."""

    def keep(self, signed: SignedCheckpoint) -> None:
        """Keep a checkpoint; keeping the same one again is no error."""

    def list_checkpoints(self) -> WitnessReport:
        """List what is kept."""


class FolderWitness:
    """A folder on other storage: one file a checkpoint, each written whole and never overwritten."""

    def __init__(self, folder: Path, public_key: PublicKey) -> None:
        self._folder = folder
        self._public_key = public_key

    def keep(self, signed: SignedCheckpoint) -> None:
        """Write one checkpoint to its file, flushed to the disk with its name.

        Raises IntegrityError `witness_holds_another_checkpoint` when a different one stands under that number, and
        TransientFailure `witness_unreachable` when the folder is not there or cannot be written.
        """
        self._public_key.verify(signed.checkpoint, signed.signature)
        path = self._folder / f"checkpoint-{signed.checkpoint.number:06d}.json"
        content = signed_bytes(signed)
        with _folder_errors():
            if not _stands(path, content, signed.checkpoint.number):
                _write_whole(path, content)
                _stands(path, content, signed.checkpoint.number)

    def list_checkpoints(self) -> WitnessReport:
        """Read every checkpoint's file and verify it. Raises TransientFailure `witness_unreachable`."""
        good: dict[int, Checkpoint] = {}
        damaged: list[int] = []
        with _folder_errors():
            for path in sorted(self._folder.iterdir()):
                named = _FILE_NAME.fullmatch(path.name)
                if named is None:
                    continue
                number = int(named[1])
                checkpoint = self._find_checkpoint(path.read_bytes(), number)
                if checkpoint is None:
                    damaged.append(number)
                else:
                    good[number] = checkpoint
        present = good.keys() | set(damaged)
        missing = tuple(number for number in range(1, max(present, default=0)) if number not in present)
        return WitnessReport(tuple(good[number] for number in sorted(good)), missing, tuple(sorted(damaged)))

    def _find_checkpoint(self, content: bytes, number: int) -> Checkpoint | None:
        try:
            signed = parse_signed(content)
            self._public_key.verify(signed.checkpoint, signed.signature)
        except IntegrityError:
            return None
        return signed.checkpoint if signed.checkpoint.number == number else None


def signed_bytes(signed: SignedCheckpoint) -> bytes:
    """Spell a signed checkpoint as one line of JSON, its checkpoint exactly as it was signed."""
    spelled = checkpoint_bytes(signed.checkpoint)
    signature = base64.b64encode(signed.signature)
    return b'{"checkpoint":' + spelled + b',"signature":"' + signature + b'"}\n'


def parse_signed(content: bytes) -> SignedCheckpoint:
    """Read `signed_bytes` back, without verifying. Raises IntegrityError `checkpoint_not_understood`."""
    before, _, after = content.removesuffix(b"\n").rpartition(b',"signature":"')
    try:
        signature = base64.b64decode(after.removesuffix(b'"}'), validate=True)
    except binascii.Error:
        raise IntegrityError("checkpoint_not_understood") from None
    signed = SignedCheckpoint(parse_checkpoint(before.removeprefix(b'{"checkpoint":')), signature)
    if signed_bytes(signed) != content:
        raise IntegrityError("checkpoint_not_understood")
    return signed


def checkpoint_mail(checkpoint: Checkpoint, signature: bytes) -> tuple[str, str]:
    """Write a checkpoint as a mail to a witness: its subject, and a body that `parse_checkpoint_mail` reads."""
    signed = signed_bytes(SignedCheckpoint(checkpoint, signature))
    packed = base64.b64encode(zlib.compress(signed)).decode("ascii")
    body = "\n".join(
        (
            "Please keep this message. It shows later whether the journal was changed.",
            "Збережіть, будь ласка, цей лист. Він покаже, чи не змінено журнал.",
            "",
            f"Number / номер: {checkpoint.number}",
            f"Time / час (UTC): {checkpoint.at:%Y-%m-%d %H:%M:%S}",
            f"Chains / ланцюгів: {checkpoint.chains}",
            f"Entries / записів: {checkpoint.entries}",
            "Root / корінь:",
            checkpoint.root.hex(),
            "",
            _BEGIN,
            *(packed[start : start + _LINE] for start in range(0, len(packed), _LINE)),
            _END,
            "",
        )
    )
    return f"Dodomu journal checkpoint {checkpoint.number}", body


def parse_checkpoint_mail(body: str) -> SignedCheckpoint:
    """Read a signed checkpoint out of a mail's body, also a quoted one (`> `), without verifying.

    Raises IntegrityError `checkpoint_not_understood`.
    """
    lines = [line.lstrip("> \t").rstrip() for line in body.splitlines()]
    try:
        block = "".join(lines[lines.index(_BEGIN) + 1 : lines.index(_END)])
        content = zlib.decompressobj().decompress(base64.b64decode(block, validate=True), _LARGEST_BYTES)
    except (ValueError, zlib.error):
        raise IntegrityError("checkpoint_not_understood") from None
    return parse_signed(content)


def _stands(path: Path, content: bytes, number: int) -> bool:
    """Tell whether this very checkpoint is already kept."""
    try:
        found = path.read_bytes()
    except FileNotFoundError:
        return False
    if found != content:
        raise IntegrityError("witness_holds_another_checkpoint", number=number)
    return True


def _write_whole(path: Path, content: bytes) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o640)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _publish(part, path)
    finally:
        part.unlink(missing_ok=True)
    sync_folder(path.parent)


def _publish(part: Path, path: Path) -> None:
    """Give the finished file its name. Unlike a rename, a link never takes the place of a file that is there."""
    try:
        path.hardlink_to(part)
    except FileExistsError:
        return
    except OSError as error:
        if error.errno not in _NO_LINKS_HERE:
            raise
        # FAT and some network folders know no links; whether the name was free has been checked just before.
        part.replace(path)


@contextmanager
def _folder_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise TransientFailure(
            "witness_unreachable",
            "check that the witness's folder is mounted, is writable and has room",
            cause=type(error).__name__,
        ) from None
