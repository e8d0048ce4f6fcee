"""Deadlines in calendar programs: read back with the library, updated and cancelled across exports, naming nobody."""

import stat
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import insert, select, update

from casework.case_file import open_case
from casework.clock_calendar import clock_calendar, open_feed, uid_of, write_feeds
from casework.erasing import erase
from casework.office import Office
from casework.reconcile import reconcile_case
from casework.staff import deactivate_staff
from casework.watch import look_at_due
from integrations.clock import FixedClock
from models.errors import PermanentFailure, RuleViolation
from models.records import Case, ClockRecord, PauseRecord
from models.statuses import CaseStatus, ClockState

OpenOne = Callable[..., str]
BIRTH_ON = "2009-05-09"
EIGHTEEN_ON = date(2027, 5, 9)


def events(content: bytes) -> dict[str, Any]:
    """The entries of a file by their UIDs, as a calendar program reads them."""
    read = Calendar.from_ical(content)
    found = read.walk("VEVENT")
    by_uid = {str(event["UID"]): event for event in found}
    assert len(by_uid) == len(found)
    return by_uid


def entry(office: Office, reference: str, rule: str, anchor: str = "reported#1", **of: Any) -> Any:
    return events(clock_calendar(office, office.now(), **of)).get(uid_of(reference, rule, anchor))


def test_a_deadline_is_a_whole_day_with_reference_name_basis_and_next_command(
    either_office: Office, open_one: OpenOne
) -> None:
    reference = open_one(either_office)
    look_at_due(either_office, either_office.now())
    found = entry(either_office, reference, "stage.reported", coordinator="c-01")
    assert (found["DTSTART"].dt, found["DTEND"].dt) == (date(2026, 3, 17), date(2026, 3, 18))
    assert str(found["SUMMARY"]) == f"{reference} · Від повідомлення до встановлення особи"
    assert found["DTSTAMP"].dt == found["LAST-MODIFIED"].dt == datetime(2026, 3, 2, 7, tzinfo=UTC)
    assert (int(found["SEQUENCE"]), str(found["STATUS"]), str(found["TRANSP"])) == (0, "CONFIRMED", "TRANSPARENT")
    assert str(found["CLASS"]) == "CONFIDENTIAL"
    state, basis, command = str(found["DESCRIPTION"]).splitlines()
    assert state == "триває"
    assert basis.startswith("Підстава")
    assert "Project's proposal; rolling to the next working day" in basis
    assert command == f"Далі: dodomu case show {reference}"
    assert not found.walk("VALARM")


def test_everybody_reads_their_own_cases_in_their_own_language(office: Office, open_one: OpenOne) -> None:
    mine, theirs = open_one(office), open_one(office, "c-02")
    look_at_due(office, office.now())
    assert entry(office, theirs, "stage.reported", coordinator="c-01") is None
    found = entry(office, theirs, "stage.reported", coordinator="c-02")
    assert str(found["SUMMARY"]) == f"{theirs} · From the report to the identity"
    for reference in (mine, theirs):
        assert entry(office, reference, "stage.reported") is not None
    with pytest.raises(RuleViolation, match="staff_unknown"):
        clock_calendar(office, office.now(), coordinator="c-77")


def test_the_file_is_one_that_calendar_programs_take(office: Office, open_one: OpenOne) -> None:
    open_one(office)
    look_at_due(office, office.now())
    content = clock_calendar(office, office.now())
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert b"\n" not in content.replace(b"\r\n", b"")
    read = Calendar.from_ical(content)
    assert str(read["X-WR-TIMEZONE"]) == "Europe/Kyiv"
    assert str(read["VERSION"]) == "2.0"
    assert "PRODID" in read


def test_a_day_that_moves_updates_the_entry_under_the_same_uid(
    either_office: Office, open_one: OpenOne, clock: FixedClock
) -> None:
    reference = open_one(either_office)
    look_at_due(either_office, either_office.now())
    before = entry(either_office, reference, "stage.reported")
    clock.advance(timedelta(days=1))
    with open_case(either_office, reference, either_office.now(), "c-01") as file:
        file.session.add(PauseRecord(case_id=file.case.id, from_on=date(2026, 2, 27), until_on=date(2026, 3, 3)))
    reconcile_case(either_office, reference, either_office.now())
    after = entry(either_office, reference, "stage.reported")
    assert (before["UID"], int(before["SEQUENCE"])) == (after["UID"], int(after["SEQUENCE"]) - 1)
    assert (before["DTSTART"].dt, after["DTSTART"].dt) == (date(2026, 3, 17), date(2026, 3, 18))
    assert after["LAST-MODIFIED"].dt > before["LAST-MODIFIED"].dt
    # A look that changes nothing of day and state changes nothing of the sequence.
    reconcile_case(either_office, reference, either_office.now())
    assert int(entry(either_office, reference, "stage.reported")["SEQUENCE"]) == int(after["SEQUENCE"])


def test_a_met_deadline_is_cancelled_for_a_month_and_then_gone(
    either_office: Office, open_one: OpenOne, clock: FixedClock
) -> None:
    reference = open_one(either_office)
    look_at_due(either_office, either_office.now())
    with open_case(either_office, reference, either_office.now(), "c-01") as file:
        file.case.standing_confirmed_on = file.today
    reconcile_case(either_office, reference, either_office.now())
    met = entry(either_office, reference, "stage.reported")
    assert (str(met["STATUS"]), int(met["SEQUENCE"])) == ("CANCELLED", 1)
    assert str(met["DESCRIPTION"]).endswith(f"dodomu case show {reference}")
    clock.advance(timedelta(days=30))
    assert str(entry(either_office, reference, "stage.reported")["STATUS"]) == "CANCELLED"
    clock.advance(timedelta(days=1))
    assert entry(either_office, reference, "stage.reported") is None


def test_a_resting_case_is_shown_as_unsure_and_what_is_overdue_stays(
    office: Office, open_one: OpenOne, clock: FixedClock
) -> None:
    reference = open_one(office)
    look_at_due(office, office.now())
    clock.advance(timedelta(days=20))
    look_at_due(office, office.now())
    assert str(entry(office, reference, "stage.reported")["STATUS"]) == "CONFIRMED"
    with open_case(office, reference, office.now(), "c-01") as file:
        file.case.status = CaseStatus.SUSPENDED
        file.session.add(PauseRecord(case_id=file.case.id, from_on=file.today))
    reconcile_case(office, reference, office.now())
    assert str(entry(office, reference, "stage.reported")["STATUS"]) == "TENTATIVE"


def test_a_birthdays_clock_has_its_public_name_and_nothing_else(office: Office, open_one: OpenOne) -> None:
    reference = open_one(office, child__birth_on=BIRTH_ON)
    look_at_due(office, office.now())
    found = entry(office, reference, "eighteenth_birthday", "eighteenth_birthday")
    assert str(found["SUMMARY"]) == f"{reference} · Вісімнадцятиріччя: власна згода"
    assert str(found["DESCRIPTION"]) == f"Далі: dodomu case show {reference}"
    assert "COMMENT" not in found


def test_nothing_of_a_person_is_in_the_file(office: Office, open_one: OpenOne) -> None:
    open_one(office, child__birth_on=BIRTH_ON)
    look_at_due(office, office.now())
    text = Calendar.from_ical(clock_calendar(office, office.now())).to_ical().replace(b"\r\n ", b"").decode()
    for personal in ("Вигаданенко", "Марічка", "Петрівна", "Вигадане", "380440000101", "family@", BIRTH_ON, "20090509"):
        assert personal not in text


def test_no_uid_tells_a_day_and_none_is_that_of_another(office: Office, open_one: OpenOne) -> None:
    first, second = open_one(office, child__birth_on=BIRTH_ON), open_one(office, child__birth_on="2009-05-10")
    uids = [uid_of(reference, "eighteenth_birthday", "eighteenth_birthday") for reference in (first, second)]
    assert len(set(uids)) == 2
    look_at_due(office, office.now())
    before = set(events(clock_calendar(office, office.now())))
    with office.store.writing() as session:
        session.execute(update(ClockRecord).values(due_on=ClockRecord.due_on))
        session.execute(update(ClockRecord).where(ClockRecord.rule == "eighteenth_birthday").values(due_on=EIGHTEEN_ON))
    assert set(events(clock_calendar(office, office.now()))) == before


def test_an_erased_case_is_in_no_calendar_any_more(office: Office, open_one: OpenOne) -> None:
    reference = open_one(office)
    look_at_due(office, office.now())
    feed = feed_of(office, "c-01")
    assert events(feed.read_bytes()) != {}
    erase(office, reference, office.now(), "s-01")
    assert events(clock_calendar(office, office.now())) == {}
    assert events(feed.read_bytes()) == {}


def test_a_clock_whose_rule_the_policy_has_lost_goes_by_its_id(office: Office, open_one: OpenOne) -> None:
    reference = open_one(office)
    with office.store.writing() as session:
        lost = {"case_id": session.scalars(select(Case.id)).one(), "rule": "stage.lost", "anchor": "reported#1"}
        day = date(2026, 3, 2)
        session.execute(insert(ClockRecord), [{**lost, "anchor_on": day, "due_on": day, "state": ClockState.RUNNING}])
    assert str(entry(office, reference, "stage.lost")["SUMMARY"]) == f"{reference} · stage.lost"


def feed_of(office: Office, staff_id: str, actor: str | None = None, **more: Any) -> Path:
    return open_feed(office, staff_id, now=office.now(), actor=actor or staff_id, **more)


def test_a_feed_lies_under_a_name_nobody_guesses_and_only_its_owner_reads_it(office: Office, open_one: OpenOne) -> None:
    reference = open_one(office)
    look_at_due(office, office.now())
    path = feed_of(office, "c-01")
    assert path.parent == office.settings.home / "feeds"
    assert len(path.stem) == 64
    assert "c-01" not in path.name
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert uid_of(reference, "stage.reported", "reported#1") in events(path.read_bytes())
    assert feed_of(office, "c-01") == path
    assert feed_of(office, "c-02").name != path.name
    assert {each.name for each in path.parent.iterdir()} == {path.name, feed_of(office, "c-02").name}


def test_a_feed_is_ones_own_or_a_supervisors_business(office: Office) -> None:
    with pytest.raises(RuleViolation, match="role_not_allowed"):
        feed_of(office, "c-01", actor="c-02")
    assert feed_of(office, "c-01", actor="s-01") == feed_of(office, "c-01")


def test_a_feed_whose_name_got_about_is_given_another(office: Office) -> None:
    path = feed_of(office, "c-01")
    other = feed_of(office, "c-01", anew=True)
    assert (path.exists(), other.exists()) == (False, True)
    assert other != path
    assert feed_of(office, "c-02", anew=True).exists()


def test_feeds_are_brought_up_to_date_and_an_ended_accounts_is_dropped(
    office: Office, open_one: OpenOne, clock: FixedClock
) -> None:
    assert write_feeds(office, office.now()) == 0
    mine, theirs = feed_of(office, "c-01"), feed_of(office, "c-02")
    assert events(mine.read_bytes()) == {}
    open_one(office)
    look_at_due(office, office.now())
    deactivate_staff(office, "c-02", now=office.now(), actor="s-01")
    clock.advance(timedelta(hours=1))
    assert write_feeds(office, office.now()) == 1
    assert events(mine.read_bytes()) != {}
    assert stat.S_IMODE(mine.stat().st_mode) == 0o600
    assert not theirs.exists()
    with pytest.raises(RuleViolation, match="staff_inactive"):
        feed_of(office, "c-02", actor="s-01")


def test_a_home_that_cannot_be_written_is_said_to_be_so(office: Office) -> None:
    (office.settings.home / "feed-tokens").write_text("in the way")
    with pytest.raises(PermanentFailure, match="feed_unwritable"):
        feed_of(office, "c-01")
    (office.settings.home / "feed-tokens").unlink()
    (office.settings.home / "feed-tokens").mkdir()
    (office.settings.home / "feed-tokens" / "c-01").mkdir()
    with pytest.raises(PermanentFailure, match="feed_unwritable"):
        feed_of(office, "c-01")
