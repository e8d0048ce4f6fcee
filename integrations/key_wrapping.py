"""Case keys in memory: how the office key wraps one, and how long an opened one is remembered."""

import os
import struct
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from integrations.office_key import OfficeKey

KEY_BYTES = 32

_NONCE_BYTES = 12
_CHECK_TEXT = b"dodomu keystore key check"
_CHECK_PLACE = b"dodomu key check v1"


@dataclass(frozen=True, slots=True)
class CaseKey:
    """One epoch of a scope's key, unwrapped. The repr never shows the key."""

    scope: str
    epoch: int
    secret: bytes = field(repr=False)


def new_case_key(scope: str, epoch: int = 1) -> CaseKey:
    """Draw a key from the system's random source."""
    return CaseKey(scope, epoch, os.urandom(KEY_BYTES))


class Wrapping:
    """Wraps and unwraps under one office key, by AES-256-GCM-SIV.

    The nonce is random; should one ever repeat, GCM-SIV gives away no more than whether two wrapped keys are
    equal. The associated data binds each wrapped key to its scope and epoch, so rows cannot be exchanged.
    """

    def __init__(self, office_key: OfficeKey) -> None:
        self._cipher = AESGCMSIV(office_key.derive("wrap case keys"))

    def wrap(self, key: CaseKey) -> bytes:
        """Wrap one key: 12 bytes of nonce, 32 of key, 16 of tag."""
        return self._seal(key.secret, _place(key.scope, key.epoch))

    def find_key(self, scope: str, epoch: int, wrapped: bytes) -> CaseKey | None:
        """Unwrap, or None when it was not wrapped by this office key for this scope and epoch."""
        secret = self._find_text(wrapped, _place(scope, epoch))
        return None if secret is None else CaseKey(scope, epoch, secret)

    def wrap_check(self) -> bytes:
        """Make the value by which `fits` recognises this office key later."""
        return self._seal(_CHECK_TEXT, _CHECK_PLACE)

    def fits(self, check: bytes) -> bool:
        """Tell whether a check value was made by this office key."""
        return self._find_text(check, _CHECK_PLACE) == _CHECK_TEXT

    def _seal(self, text: bytes, place: bytes) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, text, place)

    def _find_text(self, sealed: bytes, place: bytes) -> bytes | None:
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place)
        except (InvalidTag, ValueError):
            return None


class KeyCache:
    """The opened keys last used, for opening only: `capacity` at most, each for `lifetime_s` from reading."""

    def __init__(self, capacity: int, lifetime_s: float, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._capacity = capacity
        self._lifetime_s = lifetime_s
        self._clock_s = clock_s
        self._kept: OrderedDict[tuple[str, int], tuple[float, CaseKey]] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, scope: str, epoch: int) -> CaseKey | None:
        """Find a key that is kept and not too old."""
        with self._lock:
            read_at_s, key = self._kept.get((scope, epoch), (0.0, None))
            if key is None:
                return None
            if self._clock_s() - read_at_s > self._lifetime_s:
                del self._kept[scope, epoch]
                return None
            self._kept.move_to_end((scope, epoch))
            return key

    def keep(self, keys: Iterable[CaseKey]) -> None:
        """Keep keys just read; the longest unused make room."""
        with self._lock:
            for key in keys:
                self._kept[key.scope, key.epoch] = (self._clock_s(), key)
            while len(self._kept) > self._capacity:
                self._kept.popitem(last=False)

    def drop(self, scopes: Iterable[str]) -> None:
        """Forget every epoch of these scopes."""
        unwanted = set(scopes)
        with self._lock:
            for place in [place for place in self._kept if place[0] in unwanted]:
                del self._kept[place]

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()


def _place(scope: str, epoch: int) -> bytes:
    return b"dodomu case key v1\x00" + struct.pack(">I", epoch) + scope.encode()
