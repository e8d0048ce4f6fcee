"""Secrets in files and strings: made once, read only by their owner, never mistaken for one another."""

import base64
import errno
import os
import stat
from pathlib import Path
from typing import NoReturn

import pytest

from integrations.office_key import (
    load_office_key,
    make_office_key,
    new_office_key,
    office_key_text,
    parse_office_key,
)
from integrations.signing import load_signing_key, make_signing_key
from models.errors import ConfigurationError


def test_an_office_key_is_made_for_its_owner_only_and_loads_again(tmp_path: Path) -> None:
    path = tmp_path / "office.key"
    key = make_office_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(path.read_text().splitlines()) == 1
    assert load_office_key(path) == key
    assert len(key.secret) == 32


def test_the_same_line_is_read_from_a_secret_string() -> None:
    key = new_office_key()
    assert parse_office_key(f" {office_key_text(key)}\n") == key


def test_two_office_keys_are_never_the_same() -> None:
    assert new_office_key() != new_office_key()


def test_no_repr_shows_a_key(tmp_path: Path) -> None:
    office_key, signing_key = make_office_key(tmp_path / "a"), make_signing_key(tmp_path / "b")
    for key, secret in ((office_key, office_key.secret), (signing_key, signing_key.seed)):
        shown = repr(key) + str(key) + f"{key}" + repr([key])
        assert repr(secret) not in shown
        assert secret.hex() not in shown
        assert base64.b64encode(secret).decode() not in shown
    assert office_key.fingerprint in repr(office_key)


def test_keys_for_two_purposes_share_nothing() -> None:
    key = new_office_key()
    assert len({key.secret, key.derive("one"), key.derive("two")}) == 3
    assert key.derive("one") == key.derive("one")


def test_a_secret_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "office.key"
    key = make_office_key(path)
    with pytest.raises(ConfigurationError, match="secret_file_exists"):
        make_office_key(path)
    assert load_office_key(path) == key


def test_a_link_laid_out_beforehand_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "office.key").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ConfigurationError, match="secret_file_exists"):
        make_office_key(tmp_path / "office.key")
    assert not (tmp_path / "elsewhere").exists()


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="secret_file_not_made"):
        make_office_key(tmp_path / "missing" / "office.key")


def test_a_full_disk_leaves_no_half_written_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> NoReturn:
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ConfigurationError, match=r"secret_file_not_made.*has room"):
        make_office_key(tmp_path / "office.key")
    assert list(tmp_path.iterdir()) == []


def test_a_missing_file_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="dodomu init"):
        load_office_key(tmp_path / "office.key")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o660, 0o644, 0o601])
def test_a_file_that_others_may_touch_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "office.key"
    make_office_key(path)
    path.chmod(mode)
    with pytest.raises(ConfigurationError, match=f"secret_file_open_to_others.*mode={mode:04o}.*chmod 600"):
        load_office_key(path)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "dodomu-office-key",
        "dodomu-office-key:",
        "dodomu-office-key:" + base64.b64encode(bytes(31)).decode(),
        "dodomu-office-key:" + base64.b64encode(bytes(33)).decode(),
        "dodomu-office-key:!!!!" + base64.b64encode(bytes(32)).decode(),
        "dodomu-office-key:" + base64.b64encode(bytes(32)).decode() + "\nmore",
        "dodomu-signing-key:" + base64.b64encode(bytes(32)).decode(),
        base64.b64encode(bytes(32)).decode(),
        "ключ",
    ],
)
def test_any_other_line_is_refused_and_not_repeated(tmp_path: Path, line: str) -> None:
    path = tmp_path / "office.key"
    path.write_text(line)
    path.chmod(0o600)
    with pytest.raises(ConfigurationError, match="secret_not_recognised") as from_file:
        load_office_key(path)
    with pytest.raises(ConfigurationError, match="secret_not_recognised") as from_string:
        parse_office_key(line)
    for refusal in (from_file.value, from_string.value):
        assert "AAAA" not in str(refusal)
        assert refusal.__cause__ is None


def test_one_key_is_not_taken_for_the_other(tmp_path: Path) -> None:
    make_office_key(tmp_path / "office.key")
    with pytest.raises(ConfigurationError, match="secret_not_recognised"):
        load_signing_key(tmp_path / "office.key")
