"""Founding and opening an office, the moved clock of a rehearsal, and one case at a time opened for work."""

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from casework.case_file import CaseFile, open_case, read_case
from casework.journal import ChainWriter, journal_office
from casework.numbers import take_numbers, take_outgoing_numbers
from casework.office import Office, StoreKind, found_office, open_office
from casework.watch import look_at_due
from integrations.clock import FixedClock
from integrations.office_key import new_office_key, office_key_text
from integrations.sealing import sealed_place
from integrations.settings import Settings, load_settings
from integrations.store import Store
from models.errors import ConfigurationError, NotFound, RuleViolation
from models.records import AT_ONCE, Case, JournalRecord, OfficeRecord
from models.rules.reference import make_reference
from models.schemas.sealed import FreeText
from models.statuses import CaseStatus

OpenOne = Callable[..., str]


def test_founding_says_what_it_made_and_a_second_time_makes_nothing(settings: Settings, clock: FixedClock) -> None:
    assert found_office(settings, clock=clock) == ["home", "witness", "office_key", "signing_key", "keystore", "store"]
    assert found_office(settings, clock=clock) == []
    assert settings.office_key_file.stat().st_mode & 0o077 == 0


def test_an_office_key_from_the_environment_needs_no_file(tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path / "home", office_key=SecretStr(office_key_text(new_office_key())))
    assert "office_key" not in found_office(settings)
    assert not settings.office_key_file.exists()
    with open_office(settings) as office:
        assert office.kind is StoreKind.WORK


def test_a_home_that_cannot_be_made_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="home_not_made"):
        found_office(load_settings(home=tmp_path / "file" / "home"))


def test_opening_what_was_never_founded_says_how_to(settings: Settings) -> None:
    settings.home.mkdir()
    with pytest.raises(ConfigurationError, match=r"store_missing.*dodomu init"), open_office(settings):
        pass


def test_a_store_without_its_own_row_is_missing(settings: Settings) -> None:
    found_office(settings)
    store = Store.open(settings.store_url)
    with store.writing() as session:
        session.delete(session.get_one(OfficeRecord, 1))
    store.close()
    with pytest.raises(ConfigurationError, match="store_missing"), open_office(settings):
        pass


def test_another_offices_key_opens_nothing(settings: Settings) -> None:
    found_office(settings)
    settings.office_key_file.write_text(office_key_text(new_office_key()))
    with pytest.raises(ConfigurationError, match="office_key_does_not_match"), open_office(settings):
        pass
    with pytest.raises(ConfigurationError, match="office_key_does_not_match"):
        found_office(settings)


def test_no_new_key_is_made_beside_a_store(settings: Settings) -> None:
    found_office(settings)
    settings.signing_key_file.unlink()
    assert found_office(settings) == []
    assert not settings.signing_key_file.exists()
    settings.office_key_file.unlink()
    with pytest.raises(ConfigurationError) as refused:
        found_office(settings)
    assert refused.value.code == "office_key_missing"
    assert not settings.office_key_file.exists()


def test_only_a_rehearsals_clock_can_be_moved(tmp_path: Path, clock: FixedClock) -> None:
    settings = load_settings(home=tmp_path / "demo")
    found_office(settings, StoreKind.DEMO, clock)
    later = clock.now() + timedelta(days=3)
    with open_office(settings, clock) as office:
        assert office.now() == clock.now()
        office.move_clock(later)
        assert office.now() == later
    with open_office(settings, clock) as again:
        assert again.now() == later


def test_the_clock_of_real_work_stays(office: Office) -> None:
    with pytest.raises(RuleViolation, match="clock_is_real"):
        office.move_clock(office.now())


def test_the_office_lends_its_parts_when_asked(office: Office) -> None:
    assert office.templates.list_kinds()
    assert office.typesetter is office.typesetter
    assert office.witness.list_checkpoints().checkpoints == ()


def test_what_is_done_to_a_case_is_journalled_and_makes_it_due(office: Office, open_one: OpenOne) -> None:
    reference = open_one(office)
    look_at_due(office, office.now())
    later = office.now() + timedelta(hours=1)
    with open_case(office, reference.lower(), later, "c-01") as file:
        file.journal("note_taken", {"about": "standing"}, words="Розмова з родиною")
    with read_case(office, reference, later) as file:
        assert file.case.next_look_at == AT_ONCE
        entry = file.session.scalars(select(JournalRecord).order_by(JournalRecord.id.desc())).first()
        assert entry is not None
        assert (entry.kind, entry.actor, entry.body) == ("note_taken", "c-01", {"about": "standing"})
        assert entry.sealed is not None
        words = file.open("journal", "sealed", f"{reference}/{entry.seq}", FreeText, entry.sealed)
        assert words.text == "Розмова з родиною"


def test_bytes_are_sealed_to_their_place(office: Office, open_one: OpenOne) -> None:
    reference = open_one(office)
    with open_case(office, reference, office.now(), "c-01") as file:
        before = file.case.seals
        sealed = file.seal_bytes("letters", "sealed_pdf", "x", b"%PDF")
        assert file.open_bytes("letters", "sealed_pdf", "x", sealed) == b"%PDF"
        assert file.case.seals == before + 1
    assert sealed_place("letters", "sealed_pdf", "x").row == "x"


def test_a_fingerprint_is_the_cases_own_and_ends_with_its_key(office: Office, open_one: OpenOne) -> None:
    one, other = open_one(office), open_one(office, child__given_name="Остап")
    with open_case(office, one, office.now(), "c-01") as file:
        first = file.fingerprint(b"%PDF")
        assert first == file.fingerprint(b"%PDF")
        office.keystore.renew_key(one, now=office.now())
        assert first == file.fingerprint(b"%PDF"), "a renewed key must not disown what was approved under the old one"
    with open_case(office, other, office.now(), "c-01") as file:
        assert first != file.fingerprint(b"%PDF")
        office.keystore.destroy(other)
        with pytest.raises(NotFound, match="key_not_found"):
            file.fingerprint(b"%PDF")


def test_a_case_that_fails_half_way_keeps_nothing(either_office: Office, open_one: OpenOne) -> None:
    reference = open_one(either_office)

    def fail(file: CaseFile) -> None:
        file.case.status = CaseStatus.SUSPENDED
        file.journal("suspended")
        raise RuleViolation("not_today")

    with (
        pytest.raises(RuleViolation, match="not_today"),
        open_case(either_office, reference, either_office.now(), "c-01") as file,
    ):
        fail(file)
    with read_case(either_office, reference, either_office.now()) as file:
        assert file.case.status is CaseStatus.OPEN
        assert file.session.scalars(select(JournalRecord).where(JournalRecord.kind == "suspended")).all() == []


def test_who_must_be_open_is_refused_by_name_of_status(office: Office, open_one: OpenOne) -> None:
    reference = open_one(office)
    with open_case(office, reference, office.now(), "c-01") as file:
        file.require(CaseStatus.OPEN)
        file.case.status = CaseStatus.SUSPENDED
        with pytest.raises(RuleViolation, match=r"case_is_suspended.*open"):
            file.require(CaseStatus.OPEN)


def test_unknown_and_erased_cases_cannot_be_opened(office: Office, open_one: OpenOne) -> None:
    unknown = make_reference(2026, 999)
    with pytest.raises(NotFound, match="case_not_found"), open_case(office, unknown, office.now(), "c-01"):
        pass
    with pytest.raises(NotFound, match="case_not_found"), read_case(office, unknown, office.now()):
        pass
    reference = open_one(office)
    with office.store.writing() as session:
        session.scalars(select(Case).where(Case.reference == reference)).one().status = CaseStatus.ERASED
    with pytest.raises(RuleViolation, match="case_is_erased"), open_case(office, reference, office.now(), "c-01"):
        pass


def test_numbers_run_on_and_are_never_given_twice(either_office: Office) -> None:
    taken: list[str] = []

    def take() -> None:
        for _ in range(5):
            with either_office.store.writing() as session:
                taken.extend(take_outgoing_numbers(session, 2026, 2))

    threads = [threading.Thread(target=take) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [f"2026-{serial:06d}" for serial in range(1, 31)]


def test_a_failed_transaction_leaves_no_gap(either_office: Office) -> None:
    def take_and_fail() -> None:
        with either_office.store.writing() as session:
            take_numbers(session, "gapless", 3)
            raise RuleViolation("changed_my_mind")

    with pytest.raises(RuleViolation, match="changed_my_mind"):
        take_and_fail()
    with either_office.store.writing() as session:
        assert list(take_numbers(session, "gapless", 2)) == [1, 2]


def test_the_offices_own_chain_needs_an_office(office: Office) -> None:
    with office.store.writing() as session:
        session.delete(session.get_one(OfficeRecord, 1))
        session.flush()
        with pytest.raises(ConfigurationError, match="store_missing"):
            journal_office(session, office.now(), "x", "engine", {})


def test_a_chain_writer_with_nothing_to_write_writes_nothing(office: Office) -> None:
    with office.store.writing() as session:
        before = len(session.scalars(select(JournalRecord)).all())
        ChainWriter().flush(session)
        assert len(session.scalars(select(JournalRecord)).all()) == before
