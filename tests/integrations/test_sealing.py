"""Sealing: a value opens only whole, unchanged, in its own place and under its own case's key."""

import hmac
import logging
import traceback
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from integrations.key_wrapping import CaseKey, new_case_key
from integrations.keystore import OFFICE_SCOPE, Keystore
from integrations.office_key import new_office_key
from integrations.sealing import (
    LARGEST_BYTES,
    SEALS_PER_KEY_LIMIT,
    SealedPlace,
    Sealer,
    ToOpen,
    ToSeal,
    check_seals,
    open_under,
    padded_size,
    read_model,
    schema_version_of,
    seal_under,
)
from models.errors import DodomuError, IntegrityError, InvalidInput, NotFound, RuleViolation

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
PLACE = SealedPlace(table="child", column="identity", row="child-7", schema_version=1)
KEY = new_case_key("case-1")
NAME = "Коваленко Соломія Тестівна".encode()
SEALED = seal_under(KEY, PLACE, NAME)
OVERHEAD = 1 + 4 + 2 + 32 + 32 + 16

WORDS = st.text(max_size=12)
PLACES = st.builds(SealedPlace, WORDS, WORDS, WORDS, st.integers(0, 2**16 - 1))


class ChildNames(BaseModel):
    surname: str
    given_name: str


@pytest.fixture
def keystore(tmp_path: Path) -> Iterator[Keystore]:
    keystore = Keystore.make(f"sqlite:///{tmp_path / 'keystore.db'}", new_office_key())
    keystore.create_keys(["case-1", "case-2", OFFICE_SCOPE], now=NOW)
    yield keystore
    keystore.close()


@pytest.fixture
def sealer(keystore: Keystore) -> Sealer:
    return Sealer(keystore)


@given(PLACES, st.binary(max_size=5000))
def test_what_was_sealed_opens_in_its_place(place: SealedPlace, plaintext: bytes) -> None:
    assert open_under(KEY, place, seal_under(KEY, place, plaintext)) == plaintext


@given(st.integers(0, len(SEALED) - 1), st.integers(1, 255))
def test_no_changed_byte_opens(position: int, change: int) -> None:
    changed = bytearray(SEALED)
    changed[position] ^= change
    assert_does_not_open(KEY, PLACE, bytes(changed))


@given(st.integers(0, len(SEALED) - 1))
def test_no_cut_value_opens(length: int) -> None:
    assert_does_not_open(KEY, PLACE, SEALED[:length])
    assert_does_not_open(KEY, PLACE, SEALED[length:][1:] + SEALED[:length])


@given(PLACES, PLACES)
def test_a_value_opens_in_no_other_place(place: SealedPlace, other: SealedPlace) -> None:
    sealed = seal_under(KEY, place, NAME)
    if place != other:
        assert_does_not_open(KEY, other, sealed)


@pytest.mark.parametrize(
    ("place", "other"),
    [
        (PLACE, replace(PLACE, table="relative")),
        (PLACE, replace(PLACE, column="address")),
        (PLACE, replace(PLACE, row="child-8")),
        (PLACE, replace(PLACE, schema_version=2)),
        (SealedPlace("child", "name", "1", 1), SealedPlace("chil", "dname", "1", 1)),
        (SealedPlace("child", "name", "1", 1), SealedPlace("child", "nam", "e1", 1)),
    ],
)
def test_a_value_copied_elsewhere_does_not_open(place: SealedPlace, other: SealedPlace) -> None:
    assert_does_not_open(KEY, other, seal_under(KEY, place, NAME))


@pytest.mark.parametrize(
    "other",
    [
        CaseKey("case-2", KEY.epoch, KEY.secret),
        CaseKey(KEY.scope, KEY.epoch + 1, KEY.secret),
        CaseKey(KEY.scope, KEY.epoch, bytes(32)),
    ],
    ids=["another case", "another epoch", "another key"],
)
def test_a_value_opens_under_no_other_key(other: CaseKey) -> None:
    assert_does_not_open(other, PLACE, SEALED)


def test_a_value_claimed_for_another_epoch_does_not_open_there() -> None:
    relabelled = SEALED[:1] + (2).to_bytes(4, "big") + SEALED[5:]
    assert_does_not_open(CaseKey(KEY.scope, 2, KEY.secret), PLACE, relabelled)


def test_a_value_with_a_genuine_ciphertext_but_another_commitment_does_not_open() -> None:
    assert_does_not_open(KEY, PLACE, SEALED[:39] + bytes(32) + SEALED[71:])


def test_the_key_derivation_is_hkdf_as_rfc_5869_defines_it() -> None:
    salt, commitment, ciphertext = SEALED[7:39], SEALED[39:71], SEALED[71:]
    parts = [b"dodomu sealed value", SEALED[:7], b"case-1", b"child", b"identity", b"child-7"]
    bound = b"".join(len(part).to_bytes(2, "big") for part in parts) + b"".join(parts)
    extracted = hmac.digest(salt, KEY.secret, "sha256")
    message_key = hmac.digest(extracted, bound + b"\x01", "sha256")
    assert hmac.digest(extracted, message_key + bound + b"\x02", "sha256") == commitment
    padded = AESGCM(message_key).decrypt(bytes(12), ciphertext, bound)
    assert padded == len(NAME).to_bytes(4, "big") + NAME + bytes(256 - 4 - len(NAME))


def test_no_two_seals_of_one_value_share_a_salt_or_anything_after_it() -> None:
    seals = [seal_under(KEY, PLACE, NAME) for _ in range(500)]
    for part in (slice(7, 39), slice(39, 71), slice(71, 87)):
        assert len({sealed[part] for sealed in seals}) == 500


def test_nothing_of_the_value_shows_in_what_is_stored() -> None:
    assert NAME not in SEALED
    assert b"case-1" not in SEALED
    assert b"child" not in SEALED


@pytest.mark.parametrize(
    ("plaintext_bytes", "padded_bytes"),
    [
        (0, 256),
        (252, 256),
        (253, 1024),
        (1020, 1024),
        (1021, 4096),
        (4092, 4096),
        (4093, 16_384),
        (16_380, 16_384),
        (16_381, 65_536),
        (65_532, 65_536),
        (65_533, 131_072),
        (300_000, 327_680),
    ],
)
def test_lengths_are_padded_to_few_sizes(plaintext_bytes: int, padded_bytes: int) -> None:
    assert padded_size(plaintext_bytes) == padded_bytes
    assert len(seal_under(KEY, PLACE, bytes(plaintext_bytes))) == padded_bytes + OVERHEAD


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_longer_value_is_never_padded_to_less(one: int, other: int) -> None:
    assert padded_size(one) >= one + 4
    assert (one <= other) <= (padded_size(one) <= padded_size(other))


def test_a_value_too_large_is_refused_before_it_is_sealed() -> None:
    with pytest.raises(InvalidInput, match="value_too_large_to_seal"):
        seal_under(KEY, PLACE, bytes(LARGEST_BYTES + 1))


def test_the_refusal_tells_the_table_and_the_column_and_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    spoilt = SEALED[:-1] + bytes([SEALED[-1] ^ 1])
    with caplog.at_level(logging.DEBUG), pytest.raises(IntegrityError) as refusal:
        open_under(KEY, PLACE, spoilt)
    told = "".join(traceback.format_exception(refusal.value)) + caplog.text + repr(vars(refusal.value))
    assert str(refusal.value) == "sealed_value_does_not_open (table=child, column=identity)"
    for unsaid in ("InvalidTag", "child-7", "case-1", "Соломія"):
        assert unsaid not in told


def test_a_value_tells_its_schema_version_to_a_migration() -> None:
    assert schema_version_of(seal_under(KEY, replace(PLACE, schema_version=300), b"")) == 300
    with pytest.raises(IntegrityError, match="sealed_value_cut"):
        schema_version_of(SEALED[:70])


def test_a_key_that_sealed_its_fill_is_refused() -> None:
    check_seals(SEALS_PER_KEY_LIMIT - 1)
    with pytest.raises(RuleViolation, match="key_sealed_too_often"):
        check_seals(SEALS_PER_KEY_LIMIT)


def test_the_sealer_seals_and_opens_with_the_cases_key(sealer: Sealer, keystore: Keystore) -> None:
    sealed = sealer.seal("case-1", PLACE, NAME)
    assert sealer.open("case-1", PLACE, sealed) == NAME
    assert open_under(keystore.get_key("case-1"), PLACE, sealed) == NAME
    for scope in ("case-2", OFFICE_SCOPE):
        with pytest.raises(IntegrityError, match="sealed_value_does_not_open"):
            sealer.open(scope, PLACE, sealed)


def test_older_epochs_open_after_a_renewal_and_new_seals_use_the_new_key(sealer: Sealer, keystore: Keystore) -> None:
    old = sealer.seal("case-1", PLACE, NAME)
    keystore.renew_key("case-1", now=NOW)
    new = sealer.seal("case-1", PLACE, NAME)
    assert (old[1:5], new[1:5]) == (b"\0\0\0\1", b"\0\0\0\2")
    assert sealer.open_many([ToOpen("case-1", PLACE, old), ToOpen("case-1", PLACE, new)]) == [NAME, NAME]
    assert sealer.open("case-1", PLACE, old) == NAME


def test_values_sealed_before_a_rotation_of_the_office_key_open_after_it(sealer: Sealer, keystore: Keystore) -> None:
    sealed = sealer.seal("case-1", PLACE, NAME)
    keystore.rotate_office_key(new_office_key())
    assert sealer.open("case-1", PLACE, sealed) == NAME


def test_nothing_opens_or_seals_once_the_key_is_destroyed(sealer: Sealer, keystore: Keystore) -> None:
    sealed = sealer.seal("case-1", PLACE, NAME)
    assert sealer.open("case-1", PLACE, sealed) == NAME
    keystore.destroy("case-1")
    with pytest.raises(NotFound, match="key_not_found"):
        sealer.open("case-1", PLACE, sealed)
    with pytest.raises(NotFound, match="key_not_found"):
        sealer.seal("case-1", PLACE, NAME)


@pytest.mark.parametrize("sealed", [b"", b"\x01", bytes(70), bytes(400), SEALED[:1] + b"\0\0\0\x09" + SEALED[5:]])
def test_the_sealer_refuses_what_is_no_sealed_value(sealer: Sealer, sealed: bytes) -> None:
    with pytest.raises(IntegrityError, match="sealed_value_does_not_open"):
        sealer.open("case-1", PLACE, sealed)
    (outcome,) = sealer.open_each([ToOpen("case-1", PLACE, sealed)])
    assert isinstance(outcome, IntegrityError)


def test_many_are_sealed_and_opened_in_their_order(sealer: Sealer) -> None:
    scopes = ["case-2", "case-1", OFFICE_SCOPE, "case-1"]
    places = [replace(PLACE, row=f"row-{number}") for number in range(4)]
    sealed = sealer.seal_many([ToSeal(scopes[n], places[n], b"%d" % n) for n in range(4)])
    assert sealer.open_many([ToOpen(scopes[n], places[n], sealed[n]) for n in range(4)]) == [b"0", b"1", b"2", b"3"]
    assert sealer.seal_many([]) == []
    assert sealer.open_many([]) == []


def test_one_bad_value_among_many_does_not_hide_the_others(sealer: Sealer, keystore: Keystore) -> None:
    good, bad, gone = (sealer.seal(scope, PLACE, NAME) for scope in ("case-1", "case-1", "case-2"))
    keystore.destroy("case-2")
    values = [
        ToOpen("case-1", PLACE, bad[:-1] + bytes([bad[-1] ^ 1])),
        ToOpen("case-2", PLACE, gone),
        ToOpen("case-1", PLACE, good),
    ]
    spoilt, erased, opened = sealer.open_each(values)
    assert isinstance(spoilt, IntegrityError)
    assert isinstance(erased, NotFound)
    assert opened == NAME
    with pytest.raises(DodomuError, match="sealed_value_does_not_open"):
        sealer.open_many(values)


def test_many_are_not_sealed_when_one_case_has_no_key(sealer: Sealer) -> None:
    with pytest.raises(NotFound, match="key_not_found"):
        sealer.seal_many([ToSeal("case-1", PLACE, NAME), ToSeal("case-9", PLACE, NAME)])


def test_a_model_opens_as_it_was_sealed(sealer: Sealer) -> None:
    names = ChildNames(surname="Коваленко", given_name="Соломія")
    sealed = sealer.seal_model("case-1", PLACE, names)
    assert sealer.open_model("case-1", PLACE, ChildNames, sealed) == names


def test_a_value_that_is_not_the_model_is_refused_without_its_content(sealer: Sealer) -> None:
    sealed = sealer.seal("case-1", PLACE, '{"surname": "Коваленко"}'.encode())
    with pytest.raises(IntegrityError, match="sealed_value_not_understood") as refusal:
        sealer.open_model("case-1", PLACE, ChildNames, sealed)
    assert refusal.value.__suppress_context__
    assert "Коваленко" not in "".join(traceback.format_exception(refusal.value))
    with pytest.raises(IntegrityError, match="sealed_value_not_understood"):
        read_model(PLACE, ChildNames, b"\xff")


def assert_does_not_open(key: CaseKey, place: SealedPlace, sealed: bytes) -> None:
    with pytest.raises(IntegrityError, match="sealed_value_does_not_open"):
        open_under(key, place, sealed)
