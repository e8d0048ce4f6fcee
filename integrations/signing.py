"""The key that signs checkpoints (Ed25519), and the public key that anybody verifies them with."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from integrations.secret_file import (
    SECRET_BYTES,
    load_secret_file,
    make_secret_file,
    parse_secret,
    secret_text,
)
from models.errors import IntegrityError
from models.rules.checkpoints import Checkpoint, checkpoint_bytes

LABEL = "dodomu-signing-key"
PUBLIC_LABEL = "dodomu-public-key"
SIGNATURE_BYTES = 64

_SIGNED = b"dodomu checkpoint signature v1\x00"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The 32 bytes a witness needs to verify; no secret."""

    raw: bytes

    def verify(self, checkpoint: Checkpoint, signature: bytes) -> None:
        """Verify a checkpoint's signature. Raises IntegrityError `checkpoint_signature_does_not_match`."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, _SIGNED + checkpoint_bytes(checkpoint))
        except InvalidSignature:
            raise IntegrityError("checkpoint_signature_does_not_match", number=checkpoint.number) from None

    @property
    def text(self) -> str:
        """The key as one line, to be given to the witness and kept outside the database's host."""
        return secret_text(PUBLIC_LABEL, self.raw)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The signing key in memory. Its repr shows the public half only."""

    seed: bytes = field(repr=False)

    @property
    def public(self) -> PublicKey:
        """The key that verifies what this one signs."""
        return PublicKey(Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw())

    def sign(self, checkpoint: Checkpoint) -> bytes:
        """Sign a checkpoint: 64 bytes."""
        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(_SIGNED + checkpoint_bytes(checkpoint))

    def __repr__(self) -> str:
        return f"SigningKey({self.public.raw[:4].hex()})"


def new_signing_key() -> SigningKey:
    """Draw a new signing key from the system's random source."""
    return SigningKey(os.urandom(SECRET_BYTES))


def make_signing_key(path: Path) -> SigningKey:
    """Draw a new signing key into a new file of mode 0600. Raises ConfigurationError if one is there."""
    key = new_signing_key()
    make_secret_file(path, LABEL, key.seed)
    return key


def load_signing_key(path: Path) -> SigningKey:
    """Load the signing key from its file. Raises ConfigurationError: missing, wrong line, open to others."""
    return SigningKey(load_secret_file(path, LABEL))


def parse_signing_key(text: str) -> SigningKey:
    """Read the signing key from a secret string, `dodomu-signing-key:<base64>`. Raises ConfigurationError."""
    return SigningKey(parse_secret(text, LABEL))


def parse_public_key(text: str) -> PublicKey:
    """Read a public key from its one line, `dodomu-public-key:<base64>`. Raises ConfigurationError."""
    return PublicKey(parse_secret(text, PUBLIC_LABEL))
