"""Sealing: personal details encrypted under their case's own key and bound to the place where they stand.

A sealed value, byte by byte:

    1   format (1)
    4   key epoch
    2   schema version
    32  salt, random
    32  commitment
    n   AES-256-GCM ciphertext of (4 bytes length, plaintext, zeros up to a padded size)
    16  tag

The place (scope, table, column, row) stands nowhere in it; together with the first seven bytes it is the
associated data, so a value moved to another case, table, column or row does not open.

Per message HKDF-SHA256(case key, salt, associated data) gives an AES key and the commitment. The salt's 256
random bits take the part of the nonce: each message has a key of its own, used once, so GCM's nonce is fixed
at zero, and of 2^32 messages under one case key two share a salt with a probability below 2^-190. GCM alone
does not commit to its key: one ciphertext can be made to open under two. The commitment is compared first, in
constant time, and commits to case key, salt and place at once.
"""

import hmac
import os
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import BaseModel, ValidationError

from integrations.key_wrapping import CaseKey
from models.errors import DodomuError, IntegrityError, InvalidInput, NotFound, RuleViolation

if TYPE_CHECKING:
    from integrations.keystore import Keystore

FORMAT = 1
SEALS_PER_KEY_LIMIT = 2**32
"""After so many seals a key is renewed (`Keystore.renew_key`). The salts would bear far more."""
LARGEST_BYTES = 64 * 1024 * 1024
SCHEMA_VERSION = 1
"""Of the models of `models.schemas.sealed`."""

_HEAD = struct.Struct(">BIH")
_LENGTH = struct.Struct(">I")
_SALT_BYTES = 32
_COMMITMENT_BYTES = 32
_OVERHEAD = _HEAD.size + _SALT_BYTES + _COMMITMENT_BYTES
_TAG_BYTES = 16
_ZERO_NONCE = bytes(12)
_SMALL_SIZES = (256, 1024, 4096, 16_384)
_STEP = 65_536
_LABEL = b"dodomu sealed value"
_SHA256 = SHA256()

ModelT = TypeVar("ModelT", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class SealedPlace:
    """Where a sealed value stands. `row` is the row's id, so it must be known before the row is stored."""

    table: str
    column: str
    row: str
    schema_version: int


def sealed_place(table: str, column: str, row: str) -> SealedPlace:
    """Say where a value of the store stands that is sealed today."""
    return SealedPlace(table, column, row, SCHEMA_VERSION)


class ToSeal(NamedTuple):
    """One value of a bulk sealing."""

    scope: str
    place: SealedPlace
    plaintext: bytes


class ToOpen(NamedTuple):
    """One value of a bulk opening."""

    scope: str
    place: SealedPlace
    sealed: bytes


class Sealer:
    """Seals and opens with one keystore's keys. Sealing reads the key anew; opening may use the cache."""

    def __init__(self, keystore: "Keystore") -> None:
        self._keystore = keystore

    def seal(self, scope: str, place: SealedPlace, plaintext: bytes) -> bytes:
        """Seal one value. Raises NotFound `key_not_found`, InvalidInput `value_too_large_to_seal`."""
        return seal_under(self._keystore.get_key(scope), place, plaintext)

    def seal_many(self, values: Sequence[ToSeal]) -> list[bytes]:
        """Seal in bulk, in order, with one look into the keystore. Raises as `seal` does."""
        keys = self._keystore.get_keys(value.scope for value in values)
        return [seal_under(keys[value.scope], value.place, value.plaintext) for value in values]

    def open(self, scope: str, place: SealedPlace, sealed: bytes) -> bytes:
        """Open one value.

        Raises IntegrityError `sealed_value_does_not_open` (wrong place, wrong epoch, cut or changed) and
        NotFound `key_not_found` (the case is erased).
        """
        key = self._keystore.find_key_to_open(scope, _epoch(place, sealed))
        if key is None:
            raise _does_not_open(place)
        return open_under(key, place, sealed)

    def open_many(self, values: Sequence[ToOpen]) -> list[bytes]:
        """Open in bulk, in order; raises for the first that does not open."""
        opened: list[bytes] = []
        for outcome in self.open_each(values):
            if isinstance(outcome, DodomuError):
                raise outcome
            opened.append(outcome)
        return opened

    def open_each(self, values: Sequence[ToOpen]) -> list[bytes | IntegrityError | NotFound]:
        """Open in bulk, in order; where a value does not open, its error stands in its place, not raised."""
        keys = self._keystore.list_epochs(value.scope for value in values)
        scopes = {scope for scope, _ in keys}
        return [_opened_or_why(value, keys, scopes) for value in values]

    def seal_model(self, scope: str, place: SealedPlace, model: BaseModel) -> bytes:
        """Seal a Pydantic model as its JSON."""
        return self.seal(scope, place, model.model_dump_json().encode())

    def open_model(self, scope: str, place: SealedPlace, cls: type[ModelT], sealed: bytes) -> ModelT:
        """Open what `seal_model` sealed. Raises as `open`; IntegrityError `sealed_value_not_understood`."""
        return read_model(place, cls, self.open(scope, place, sealed))


def seal_under(key: CaseKey, place: SealedPlace, plaintext: bytes) -> bytes:
    """Seal one value under a key already at hand, as `Keystore.create_keys` returns it."""
    if len(plaintext) > LARGEST_BYTES:
        raise InvalidInput("value_too_large_to_seal", table=place.table, column=place.column)
    head = _HEAD.pack(FORMAT, key.epoch, place.schema_version)
    salt = os.urandom(_SALT_BYTES)
    bound = _associated_data(head, key.scope, place)
    message_key, commitment = _derive(key.secret, salt, bound)
    ciphertext = AESGCM(message_key).encrypt(_ZERO_NONCE, _padded(plaintext), bound)
    return b"".join((head, salt, commitment, ciphertext))


def open_under(key: CaseKey, place: SealedPlace, sealed: bytes) -> bytes:
    """Open one value under a key already at hand. Raises IntegrityError `sealed_value_does_not_open`."""
    head = _HEAD.pack(FORMAT, key.epoch, place.schema_version)
    if sealed[: _HEAD.size] != head or len(sealed) < _OVERHEAD + _TAG_BYTES + _LENGTH.size:
        raise _does_not_open(place)
    salt = sealed[_HEAD.size : _HEAD.size + _SALT_BYTES]
    bound = _associated_data(head, key.scope, place)
    message_key, commitment = _derive(key.secret, salt, bound)
    if not hmac.compare_digest(commitment, sealed[_HEAD.size + _SALT_BYTES : _OVERHEAD]):
        raise _does_not_open(place)
    try:
        padded = AESGCM(message_key).decrypt(_ZERO_NONCE, sealed[_OVERHEAD:], bound)
    except InvalidTag:
        raise _does_not_open(place) from None
    (length,) = _LENGTH.unpack_from(padded)
    return padded[_LENGTH.size : _LENGTH.size + length]


def read_model(place: SealedPlace, cls: type[ModelT], plaintext: bytes) -> ModelT:
    """Read an opened value's JSON as a model. Raises IntegrityError `sealed_value_not_understood`."""
    try:
        return cls.model_validate_json(plaintext)
    except ValidationError:
        raise IntegrityError("sealed_value_not_understood", table=place.table, column=place.column) from None


def schema_version_of(sealed: bytes) -> int:
    """Tell the schema version a value says it was sealed with, for a migration; opening is what proves it."""
    if len(sealed) < _OVERHEAD:
        raise IntegrityError("sealed_value_cut")
    version: int = _HEAD.unpack_from(sealed)[2]
    return version


def check_seals(seals: int) -> None:
    """Refuse when a key has sealed its fill. Raises RuleViolation `key_sealed_too_often`."""
    if seals >= SEALS_PER_KEY_LIMIT:
        raise RuleViolation("key_sealed_too_often", "renew the case's key", limit=SEALS_PER_KEY_LIMIT)


def padded_size(plaintext_bytes: int) -> int:
    """Tell to how many bytes a plaintext of that length is padded, its length field included."""
    needed = plaintext_bytes + _LENGTH.size
    for size in _SMALL_SIZES:
        if needed <= size:
            return size
    return -(-needed // _STEP) * _STEP


def _padded(plaintext: bytes) -> bytes:
    return (_LENGTH.pack(len(plaintext)) + plaintext).ljust(padded_size(len(plaintext)), b"\x00")


def _derive(secret: bytes, salt: bytes, info: bytes) -> tuple[bytes, bytes]:
    """Derive the message key and the commitment."""
    derived = HKDF(_SHA256, 2 * _COMMITMENT_BYTES, salt, info).derive(secret)
    return derived[:_COMMITMENT_BYTES], derived[_COMMITMENT_BYTES:]


def _associated_data(head: bytes, scope: str, place: SealedPlace) -> bytes:
    """Every field with its length before it, so that no two places spell the same bytes."""
    parts = [_LABEL, head, scope.encode(), place.table.encode(), place.column.encode(), place.row.encode()]
    return struct.pack(">6H", *map(len, parts)) + b"".join(parts)


def _epoch(place: SealedPlace, sealed: bytes) -> int:
    if len(sealed) < _OVERHEAD:
        raise _does_not_open(place)
    epoch: int = _HEAD.unpack_from(sealed)[1]
    return epoch


def _opened_or_why(
    value: ToOpen, keys: dict[tuple[str, int], CaseKey], scopes: set[str]
) -> bytes | IntegrityError | NotFound:
    if value.scope not in scopes:
        return NotFound("key_not_found", scope=value.scope)
    try:
        key = keys.get((value.scope, _epoch(value.place, value.sealed)))
        return _does_not_open(value.place) if key is None else open_under(key, value.place, value.sealed)
    except IntegrityError as why:
        return why


def _does_not_open(place: SealedPlace) -> IntegrityError:
    return IntegrityError("sealed_value_does_not_open", table=place.table, column=place.column)
