"""Files that hold one secret each: one labelled base64 line, mode 0600, made once and never overwritten."""

import base64
import binascii
import os
import stat
from pathlib import Path

from models.errors import ConfigurationError

SECRET_BYTES = 32
_OTHERS_MAY = stat.S_IRWXG | stat.S_IRWXO


def make_secret_file(path: Path, label: str, secret: bytes) -> None:
    """Write `secret` to a new file of mode 0600, flushed to the disk with its folder.

    Raises ConfigurationError `secret_file_exists` when something already stands there, `secret_file_not_made`
    when the place cannot be written.
    """
    line = secret_text(label, secret).encode("ascii") + b"\n"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    except FileExistsError:
        raise ConfigurationError(
            "secret_file_exists",
            "a secret is never overwritten; move the old file away first if you are certain",
            secret=label,
        ) from None
    except OSError as error:
        raise _not_made(label, error) from None
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
        sync_folder(path.parent)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise _not_made(label, error) from None


def load_secret_file(path: Path, label: str) -> bytes:
    """Read a secret back. Refuses a missing file, a wrong line, and a file that group or others may touch."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError as error:
        raise ConfigurationError(
            "secret_file_unreadable",
            "make it with `dodomu init`, or restore it from its safe copy",
            secret=label,
            cause=type(error).__name__,
        ) from None
    with os.fdopen(descriptor, "rb") as file:
        mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
        if mode & _OTHERS_MAY:
            raise ConfigurationError(
                "secret_file_open_to_others",
                "only its owner may read it: chmod 600",
                secret=label,
                mode=f"{mode:04o}",
            )
        line = file.read(4096)
    return parse_secret(line.decode("ascii", "replace"), label)


def secret_text(label: str, secret: bytes) -> str:
    """Spell a secret as the one line that `parse_secret` reads."""
    return f"{label}:{base64.b64encode(secret).decode('ascii')}"


def parse_secret(text: str, label: str) -> bytes:
    """Read `label:base64` of 32 bytes. The label keeps one key from being taken for another."""
    prefix, colon, encoded = text.strip().partition(":")
    try:
        secret = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if prefix != label or not colon or len(secret) != SECRET_BYTES:
        raise ConfigurationError(
            "secret_not_recognised",
            f"expected one line `{label}:` followed by 32 bytes in base64",
            secret=label,
        ) from None
    return secret


def sync_folder(folder: Path) -> None:
    """Flush a folder's entries to the disk, so that a new file's name survives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _not_made(label: str, error: OSError) -> ConfigurationError:
    return ConfigurationError(
        "secret_file_not_made",
        "check that the folder exists, is writable and has room",
        secret=label,
        cause=type(error).__name__,
    )
