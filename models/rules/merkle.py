"""The Merkle tree hash of RFC 6962, section 2.1, over SHA-256."""

from collections.abc import Iterable
from hashlib import sha256


def merkle_root(leaves: Iterable[bytes]) -> bytes:
    """Return the 32-byte root over the leaves in their order; of no leaves, the hash of nothing.

    A leaf and a node are hashed with different first bytes, so no node can be passed off as a leaf.
    """
    level = [sha256(b"\x00" + leaf).digest() for leaf in leaves]
    if not level:
        return sha256().digest()
    while len(level) > 1:
        # RFC 6962 splits at the largest power of two below n; from the leaves up that is: pair neighbours, and an
        # odd last one goes up as it is.
        nodes = [sha256(b"\x01" + left + right).digest() for left, right in _pairs(level)]
        level = [*nodes, level[-1]] if len(level) % 2 else nodes
    return level[0]


def _pairs(level: list[bytes]) -> Iterable[tuple[bytes, bytes]]:
    return zip(level[::2], level[1::2], strict=False)
