"""Urgent notices: whom they tell, at once, in which words."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import update

from casework.absences import record_absence
from casework.deadlines import find_letter_numbers
from casework.notices import readers_of
from casework.office import Office
from casework.snoozing import snooze_rung
from casework.staff import deactivate_staff
from casework.watch import look_at_due
from integrations.clock import FixedClock
from models.records import Parcel, Staff
from models.statuses import ParcelKind
from tests.casework.letter_steps import parcels

OpenOne = Callable[..., str]


def test_an_urgent_rung_is_told_at_once_to_each_in_their_own_language(
    office: Office, open_one: OpenOne, clock: FixedClock
) -> None:
    reference = open_one(office, coordinator="c-02")
    look_at_due(office, office.now())
    clock.advance(timedelta(days=31))
    look_at_due(office, office.now())
    notices = {parcel.staff_id: parcel for parcel in parcels(office) if parcel.kind is ParcelKind.NOTICE}
    assert set(notices) == {"c-02", "s-01"}
    assert notices["c-02"].subject == f"{reference}: From the report to the identity"
    assert notices["c-02"].text == (
        f"{reference} · From the report to the identity\n"
        "  Check and approve the draft to the Ombudsman asking for help in\n"
        "  establishing the identity.\n"
        "  Was due 17 March 2026, 16 days ago. Whose turn: you.\n"
        "  Counted from the day the case came to this stage: 2 March 2026.\n"
        "  Basis: Project's proposal; rolling to the next working day: Civil Code of\n"
        "  Ukraine, Art. 254 part 5\n"
        f"  Next: dodomu case show {reference}\n"
    )
    assert "Чия черга: координатор c-02." in (notices["s-01"].text or "")


def test_with_nobody_left_to_tell_nothing_is_put_into_the_outbox(
    office: Office, open_one: OpenOne, clock: FixedClock
) -> None:
    open_one(office)
    look_at_due(office, office.now())
    with office.store.writing() as session:
        session.execute(update(Staff).values(active=False))
    clock.advance(timedelta(days=31))
    look_at_due(office, office.now())
    assert parcels(office) == []


def test_a_case_without_coordinator_tells_the_supervisors(office: Office) -> None:
    rung = office.policy.get_clock("stage.reported").rungs[0]
    with office.store.reading() as session:
        staff = session.query(Staff).order_by(Staff.id).all()
        assert [reader.id for reader in readers_of(rung, None, staff)] == ["s-01"]
        assert [reader.id for reader in readers_of(rung, "c-02", staff)] == ["c-02"]
        assert find_letter_numbers(session, ["separation", "reported#1"]) == {}


def noticed(office: Office) -> dict[str | None, Parcel]:
    """Read the notices in the outbox, by whom they are sent to."""
    return {parcel.staff_id: parcel for parcel in parcels(office) if parcel.kind is ParcelKind.NOTICE}


def look_on(office: Office, clock: FixedClock, moment: datetime) -> None:
    clock.advance(moment - office.now())
    look_at_due(office, office.now())


def go_away(office: Office, deputy: str, from_on: date, until_on: date) -> None:
    """Let c-01 be away."""
    record_absence(office, "c-01", from_on=from_on, until_on=until_on, deputy=deputy, now=office.now(), actor="c-01")


def test_an_urgent_rung_waits_for_its_reader_s_working_morning(
    either_office: Office, open_one: OpenOne, clock: FixedClock
) -> None:
    office = either_office
    open_one(office)
    look_at_due(office, office.now())
    look_on(office, clock, datetime(2026, 4, 4, 9, tzinfo=UTC))  # a Saturday
    monday_at_seven = datetime(2026, 4, 6, 4, tzinfo=UTC)
    assert {parcel.next_try_at for parcel in noticed(office).values()} == {monday_at_seven}
    # The days are counted from when it is read.
    assert "Строк сплив 17 березня 2026 р., 20 днів тому." in (noticed(office)["c-01"].text or "")


def test_a_cut_off_within_a_day_is_told_at_any_hour_and_says_what_it_closes_off(
    office: Office, open_one: OpenOne, clock: FixedClock
) -> None:
    reference = open_one(office, separation__on="2025-12-03", coordinator="c-02")
    look_on(office, clock, datetime(2026, 3, 2, 22, tzinfo=UTC))  # midnight: the three months end with this day
    told = noticed(office)
    assert {parcel.next_try_at for parcel in told.values()} == {office.now()}
    text = " ".join((told["c-02"].text or "").split())
    assert text.startswith(f"{reference} · Urgent procedure of the UN Working Group")
    assert "Due today, 3 March 2026." in text
    since = "Counted from the day of the disappearance (of the separation, until that is on record): 3 December 2025."
    assert since in text
    assert "What it will close off: The Working Group's urgent procedure" in text
    assert text.endswith(f"Next: dodomu letter draft {reference} --kind wgeid.request --purpose search")


def test_a_cut_off_that_leaves_more_than_a_day_waits_for_the_morning(
    office: Office, open_one: OpenOne, clock: FixedClock
) -> None:
    open_one(office, separation__on="2025-12-10")
    look_on(office, clock, datetime(2026, 3, 2, 22, tzinfo=UTC))
    assert {parcel.next_try_at for parcel in noticed(office).values()} == {datetime(2026, 3, 3, 5, tzinfo=UTC)}


def test_a_deputy_is_told_in_the_place_of_the_absent_and_for_whom(
    office: Office, open_one: OpenOne, clock: FixedClock
) -> None:
    reference = open_one(office)
    look_at_due(office, office.now())
    go_away(office, "c-02", date(2026, 4, 1), date(2026, 4, 10))
    look_on(office, clock, datetime(2026, 4, 2, 7, tzinfo=UTC))
    assert set(noticed(office)) == {"c-02", "s-01"}
    text = noticed(office)["c-02"].text or ""
    assert text.startswith(f"For c-01, who is away until the end of 10 April 2026; you stand in.\n\n{reference} · ")
    assert "Whose turn: coordinator c-01." in text
    assert "c-01, who" not in (noticed(office)["s-01"].text or "")


def test_a_deputy_who_is_told_anyway_is_told_once(office: Office, open_one: OpenOne, clock: FixedClock) -> None:
    open_one(office)
    look_at_due(office, office.now())
    go_away(office, "s-01", date(2026, 4, 1), date(2026, 4, 10))
    look_on(office, clock, datetime(2026, 4, 2, 7, tzinfo=UTC))
    assert [parcel.staff_id for parcel in parcels(office) if parcel.kind is ParcelKind.NOTICE] == ["s-01"]
    assert "Замість c-01: немає на роботі до 10 квітня 2026 р. включно" in (noticed(office)["s-01"].text or "")


def test_a_notice_that_waits_for_a_morning_goes_to_the_deputy_of_that_morning(
    office: Office, open_one: OpenOne, clock: FixedClock
) -> None:
    open_one(office)
    look_at_due(office, office.now())
    look_on(office, clock, datetime(2026, 4, 4, 9, tzinfo=UTC))  # it waits for Monday
    go_away(office, "c-02", date(2026, 4, 6), date(2026, 4, 6))
    assert set(noticed(office)) == {"c-02", "s-01"}
    handed_over = noticed(office)["c-02"]
    assert (handed_over.text or "").startswith("Замість c-01: немає на роботі до 6 квітня 2026 р. включно")


def test_a_snoozed_rung_is_told_on_its_new_day(office: Office, open_one: OpenOne, clock: FixedClock) -> None:
    reference = open_one(office, coordinator="c-02")
    look_at_due(office, office.now())
    which = (reference, "stage.reported", "ombudsman_help")
    snooze_rung(office, *which, until_on=date(2026, 4, 20), reason="Later.", now=office.now(), actor="c-02")
    look_on(office, clock, datetime(2026, 4, 10, 7, tzinfo=UTC))
    assert noticed(office) == {}
    look_on(office, clock, datetime(2026, 4, 20, 7, tzinfo=UTC))
    assert set(noticed(office)) == {"c-02", "s-01"}


def test_whose_account_has_ended_is_not_told_and_the_supervisors_are(
    office: Office, open_one: OpenOne, clock: FixedClock
) -> None:
    reference = open_one(office)
    look_at_due(office, office.now())
    deactivate_staff(office, "c-01", now=office.now(), actor="s-01")
    look_on(office, clock, datetime(2026, 4, 2, 7, tzinfo=UTC))
    assert set(noticed(office)) == {"s-01"}
    assert f"Далі: dodomu case assign {reference} …" in (noticed(office)["s-01"].text or "")
