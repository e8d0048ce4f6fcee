"""Signatures over checkpoints: whoever holds the public key can tell, and nobody else can sign."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.signing import (
    load_signing_key,
    make_signing_key,
    new_signing_key,
    parse_public_key,
    parse_signing_key,
)
from models.errors import ConfigurationError, IntegrityError
from models.rules.chain import Head
from models.rules.checkpoints import next_checkpoint

KEY = new_signing_key()
HEADS = [Head("2026-000001-1", 3, bytes(32))]
CHECKPOINT = next_checkpoint(None, HEADS, HEADS, at=datetime(2026, 1, 5, 9, 0, tzinfo=UTC))
SIGNATURE = KEY.sign(CHECKPOINT)


def test_a_signature_verifies_with_nothing_but_the_public_line() -> None:
    parse_public_key(KEY.public.text).verify(CHECKPOINT, SIGNATURE)
    assert len(SIGNATURE) == 64


def test_a_signing_key_loads_again_from_its_file_and_from_a_string(tmp_path: Path) -> None:
    made = make_signing_key(tmp_path / "signing.key")
    assert load_signing_key(tmp_path / "signing.key") == made
    assert parse_signing_key((tmp_path / "signing.key").read_text()) == made


def test_a_public_key_is_not_taken_for_the_signing_key() -> None:
    with pytest.raises(ConfigurationError, match="secret_not_recognised"):
        parse_signing_key(KEY.public.text)


@given(st.integers(0, 511))
def test_no_changed_bit_of_a_signature_passes(bit: int) -> None:
    changed = bytearray(SIGNATURE)
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(IntegrityError, match="checkpoint_signature_does_not_match"):
        KEY.public.verify(CHECKPOINT, bytes(changed))


def test_another_checkpoint_another_key_or_a_cut_signature_do_not_pass() -> None:
    for public, checkpoint, signature in (
        (KEY.public, replace(CHECKPOINT, entries=4), SIGNATURE),
        (new_signing_key().public, CHECKPOINT, SIGNATURE),
        (KEY.public, CHECKPOINT, SIGNATURE[:-1]),
        (KEY.public, CHECKPOINT, b""),
    ):
        with pytest.raises(IntegrityError, match=r"checkpoint_signature_does_not_match \(number=1\)"):
            public.verify(checkpoint, signature)
