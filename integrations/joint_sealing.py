"""Bytes that several children share: they open only with every child's share of the key.

The key is split by exclusive or into as many shares as there are children (n of n: fewer than all tell nothing). Each
share is sealed under its own case's key, so destroying one case's key closes the bytes for good, in old backups too.
"""

import os
from collections.abc import Sequence

from integrations.key_wrapping import CaseKey
from integrations.sealing import SealedPlace, open_under, seal_under

SHARE_BYTES = 32
_EPOCH = 1


def seal_jointly(place: SealedPlace, plaintext: bytes, children: int) -> tuple[bytes, list[bytes]]:
    """Seal bytes under a fresh key; return them with one share of the key (32 bytes) for each child.

    Raises InvalidInput `value_too_large_to_seal`.
    """
    shares = [os.urandom(SHARE_BYTES) for _ in range(children)]
    return seal_under(_key(place, shares), place, plaintext), shares


def open_jointly(place: SealedPlace, sealed: bytes, shares: Sequence[bytes]) -> bytes:
    """Open what `seal_jointly` sealed, with all the shares. Raises IntegrityError `sealed_value_does_not_open`."""
    return open_under(_key(place, shares), place, sealed)


def _key(place: SealedPlace, shares: Sequence[bytes]) -> CaseKey:
    together = 0
    for share in shares:
        together ^= int.from_bytes(share)
    # The scope is the row itself: no case alone holds this key.
    return CaseKey(place.row, _EPOCH, together.to_bytes(SHARE_BYTES))
