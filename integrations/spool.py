"""Bytes set aside until it is known what becomes of them: in memory while they are few, else in a nameless file.

They are encrypted under a key that this process draws and nobody keeps, so what a file leaves on a disk tells nothing.
"""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from models.errors import PermanentFailure

_MOST_IN_MEMORY_BYTES = 32 * 1024 * 1024
_NONCE_BYTES = _LENGTH_BYTES = 12


class Spool:
    """First in, first out. A file lies in `folder` and has no name there; it goes with this process."""

    def __init__(self, folder: Path, most_in_memory_bytes: int = _MOST_IN_MEMORY_BYTES) -> None:
        self._cipher = AESGCM(AESGCM.generate_key(256))
        self._count = 0
        self._file = tempfile.SpooledTemporaryFile(  # noqa: SIM115 - closed by __exit__
            most_in_memory_bytes, dir=str(folder)
        )

    def __enter__(self) -> Self:
        """Do nothing yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """Throw away what was set aside."""
        self._file.close()

    def put(self, content: bytes) -> None:
        """Set aside. Raises PermanentFailure `nothing_can_be_set_aside`."""
        sealed = self._cipher.encrypt(self._nonce(self._count), content, None)
        self._count += 1
        try:
            self._file.write(len(sealed).to_bytes(_LENGTH_BYTES) + sealed)
        except OSError:
            raise PermanentFailure("nothing_can_be_set_aside", "make room on the disk") from None

    def __iter__(self) -> Iterator[bytes]:
        """Yield what was set aside, from the beginning. Nothing more is put in after that."""
        self._file.seek(0, os.SEEK_SET)
        for number in range(self._count):
            length = int.from_bytes(self._file.read(_LENGTH_BYTES))
            yield self._cipher.decrypt(self._nonce(number), self._file.read(length), None)

    @staticmethod
    def _nonce(number: int) -> bytes:
        """Return a nonce that occurs once: each number is used for one content, under a key of this spool alone."""
        return number.to_bytes(_NONCE_BYTES)
