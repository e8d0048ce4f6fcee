"""The office key: 32 random bytes from which the key that wraps every case key is derived."""

import hashlib
import hmac
import os
from dataclasses import dataclass, field
from pathlib import Path

from integrations.secret_file import (
    SECRET_BYTES,
    load_secret_file,
    make_secret_file,
    parse_secret,
    secret_text,
)

LABEL = "dodomu-office-key"


@dataclass(frozen=True, slots=True)
class OfficeKey:
    """The office key in memory. Its repr and str show a fingerprint, never the key."""

    secret: bytes = field(repr=False)

    @property
    def fingerprint(self) -> str:
        """Eight hex digits that tell two office keys apart; 256 random bits cannot be guessed from them."""
        return self.derive("fingerprint")[:4].hex()

    def derive(self, purpose: str) -> bytes:
        """Derive a 32-byte key for one purpose, so that no two uses ever share key bytes."""
        return hmac.digest(self.secret, b"dodomu office key v1\x00" + purpose.encode(), hashlib.sha256)

    def __repr__(self) -> str:
        return f"OfficeKey({self.fingerprint})"


def new_office_key() -> OfficeKey:
    """Draw a new office key from the system's random source."""
    return OfficeKey(os.urandom(SECRET_BYTES))


def make_office_key(path: Path) -> OfficeKey:
    """Draw a new office key into a new file of mode 0600. Raises ConfigurationError if one is there."""
    key = new_office_key()
    make_secret_file(path, LABEL, key.secret)
    return key


def load_office_key(path: Path) -> OfficeKey:
    """Load the office key from its file. Raises ConfigurationError: missing, wrong line, open to others."""
    return OfficeKey(load_secret_file(path, LABEL))


def parse_office_key(text: str) -> OfficeKey:
    """Read the office key from a secret string, `dodomu-office-key:<base64>`, as an environment gives it."""
    return OfficeKey(parse_secret(text, LABEL))


def office_key_text(key: OfficeKey) -> str:
    """Spell the key for its safe copy on paper or in a vault. The result is the secret itself."""
    return secret_text(LABEL, key.secret)
