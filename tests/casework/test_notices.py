"""Urgent notices: whom they tell, at once, in which words."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import update

from casework.deadlines import find_letter_numbers
from casework.notices import readers_of
from casework.office import Office
from casework.watch import look_at_due
from integrations.clock import FixedClock
from models.records import Staff
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
