"""Copies of an office on SQLite: the store in one folder, the keys in another, taken while others work.

The store is copied before the keys: a case opened in between leaves a key without a case, one erased in between leaves
sealed values without a key. Both are as they should be.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url

from integrations.settings import Settings
from models.errors import ConfigurationError, IntegrityError, InvalidInput, PermanentFailure, RuleViolation

STORE_FOLDER = "store"
KEYS_FOLDER = "keys"
_STORE_FILE = "store.db"
_KEYSTORE_FILE = "keys.db"
_OFFICE_KEY_FILE = "office.key"
_SIGNING_KEY_FILE = "signing.key"


@dataclass(frozen=True, slots=True)
class Backup:
    """Where the two halves of a backup lie; `office_key_inside` is False where the key comes from the environment."""

    store_folder: Path
    keys_folder: Path
    office_key_inside: bool


def make_backup(settings: Settings, folder: Path) -> Backup:
    """Copy store and keys into two folders below `folder`, which must be new or empty.

    Raises InvalidInput `backup_folder_not_empty`, ConfigurationError `store_not_sqlite` or `store_missing`,
    PermanentFailure `backup_unwritable`.
    """
    store, keystore = _sqlite_file(settings.store_url), _sqlite_file(settings.keystore_url)
    if not store.is_file() or not keystore.is_file():
        raise ConfigurationError("store_missing", "make it with `dodomu init`")
    with _file_errors():
        _require_empty(folder)
        halves = Backup(folder / STORE_FOLDER, folder / KEYS_FOLDER, settings.office_key is None)
        for half in (folder, halves.store_folder, halves.keys_folder):
            half.mkdir(mode=0o700, parents=True, exist_ok=True)
        _copy_database(store, halves.store_folder / _STORE_FILE)
        _copy_database(keystore, halves.keys_folder / _KEYSTORE_FILE)
        if halves.office_key_inside:
            _copy_secret(settings.office_key_file, halves.keys_folder / _OFFICE_KEY_FILE)
        if settings.signing_key_file.is_file():
            _copy_secret(settings.signing_key_file, halves.keys_folder / _SIGNING_KEY_FILE)
    return halves


def restore_backup(settings: Settings, folder: Path) -> None:
    """Make an office from a backup where there is none yet; nothing that is there is overwritten.

    Raises InvalidInput `backup_not_found`, RuleViolation `home_not_empty`, ConfigurationError `store_not_sqlite`,
    IntegrityError `backup_damaged`, PermanentFailure `backup_unwritable`.
    """
    copies = {
        folder / STORE_FOLDER / _STORE_FILE: _sqlite_file(settings.store_url),
        folder / KEYS_FOLDER / _KEYSTORE_FILE: _sqlite_file(settings.keystore_url),
    }
    secrets = {
        folder / KEYS_FOLDER / _OFFICE_KEY_FILE: settings.office_key_file,
        folder / KEYS_FOLDER / _SIGNING_KEY_FILE: settings.signing_key_file,
    }
    if not all(copy.is_file() for copy in copies):
        raise InvalidInput("backup_not_found", "give the folder that holds both `store` and `keys` of a backup")
    for copy in copies:
        _check(copy)
    with _file_errors():
        if any(place.exists() for place in (*copies.values(), *secrets.values())) or _holds_anything(settings.home):
            raise RuleViolation("home_not_empty", "set DODOMU_HOME to a new or empty folder; nothing was changed")
        for place in (*copies.values(), *secrets.values()):
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for copy, place in copies.items():
            _copy_database(copy, place)
        for copy, place in secrets.items():
            if copy.is_file():
                _copy_secret(copy, place)


def _sqlite_file(url: str) -> Path:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        raise ConfigurationError(
            "store_not_sqlite", "copy a PostgreSQL store with pg_dump, and its keystore schema into a file of its own"
        )
    return Path(parsed.database)


def _require_empty(folder: Path) -> None:
    if _holds_anything(folder):
        raise InvalidInput("backup_folder_not_empty", "give a new or empty folder")


def _holds_anything(folder: Path) -> bool:
    return folder.exists() and (not folder.is_dir() or any(folder.iterdir()))


def _copy_database(source: Path, target: Path) -> None:
    """Copy by SQLite's own means, so that a copy taken in the midst of writing is whole."""
    _new_private_file(target)
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as here,
        closing(sqlite3.connect(target)) as there,
    ):
        here.backup(there)
        # One file, which opens from a read-only disk too; the store turns its log on again by itself.
        there.execute("PRAGMA journal_mode=DELETE")


def _copy_secret(source: Path, target: Path) -> None:
    _new_private_file(target)
    with source.open("rb") as here, target.open("wb") as there:
        shutil.copyfileobj(here, there)


def _new_private_file(path: Path) -> None:
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _check(copy: Path) -> None:
    try:
        with closing(sqlite3.connect(f"file:{copy}?mode=ro", uri=True)) as connection:
            (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error:
        found = None
    if found != "ok":
        raise IntegrityError("backup_damaged", "take an older backup; nothing was changed")


@contextmanager
def _file_errors() -> Iterator[None]:
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise PermanentFailure(
            "backup_unwritable", "look at the folder's rights and the room on its disk", cause=type(error).__name__
        ) from None
