"""Letters leaving through a real relay: sent once, tried again, given up, stopped, and never lost."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from email.policy import compat32
from email.utils import parseaddr
from pathlib import Path

import pytest
from sqlalchemy import select, update

from casework import delivering
from casework.delivering import DeliveryReport, deliver
from casework.office import Office
from casework.outbox import LEASE, claim, mark_deferred, mark_failed, mark_sent, put_back
from casework.watch import look_at_due
from integrations.clock import FixedClock
from integrations.mail_sink import MailSink, Misbehaviour
from models.errors import TransientFailure
from models.records import AT_ONCE, Case, ClockRecord, ConsentRecord, LetterRecord, Parcel, Staff
from models.records.base import new_id
from models.statuses import CaseStatus, ClockState, LetterState, ParcelKind, ParcelState
from tests.casework.letter_steps import (
    case_row,
    journal_of,
    letter_of,
    parcels,
    released,
    use_relay,
)

OpenOne = Callable[..., str]


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[MailSink]:
    with MailSink(tmp_path / "sink") as sink:
        yield sink


def post(office: Office, kind: ParcelKind = ParcelKind.NOTICE, staff: str | None = "c-01") -> None:
    """Put a message that is no letter into the outbox."""
    now = office.now()
    with office.store.writing() as session:
        number = new_id()
        session.add(
            Parcel(
                id=number,
                key=f"test/{number}",
                kind=kind,
                state=ParcelState.WAITING,
                staff_id=staff,
                subject="2026-000001-Z",
                text="Текст повідомлення.",
                created_at=now,
                next_try_at=now,
            )
        )


async def test_a_letter_is_sent_and_the_clock_of_its_answer_runs_from_there(
    either_office: Office, open_one: OpenOne, sink: MailSink
) -> None:
    office = either_office
    use_relay(office, sink, reply_mail="replies@office.example")
    reference = open_one(office)
    number = released(office, reference)
    assert letter_of(office, number).taken_on is None
    assert await deliver(office, office.now()) == DeliveryReport(sent=1)
    (mail,) = sink.mails
    message = mail.parse()
    assert mail.recipients == ("ombudsman-ua@bodies.example",)
    assert message["Subject"] == "Звернення щодо захисту прав дитини № 2026-000001"
    assert message["Reply-To"] == "replies+2026-000001@office.example"
    (attachment,) = message.iter_attachments()
    assert attachment.get_filename() == "2026-000001.pdf"
    assert attachment.get_content().startswith(b"%PDF-")
    letter = letter_of(office, number)
    assert (letter.state, letter.taken_at) == (LetterState.SENT, office.now())
    assert letter.taken_on == office.book.today(office.now())
    kind, body = journal_of(office, reference)[-1]
    assert (kind, body) == ("letter_sent", {"letter": number, "fingerprint": letter.fingerprint})
    assert case_row(office, reference).next_look_at == AT_ONCE
    assert await deliver(office, office.now()) == DeliveryReport()


async def test_a_body_reads_who_writes_as_in_the_letterhead_and_the_offices_people_as_in_the_settings(
    office: Office, open_one: OpenOne, sink: MailSink
) -> None:
    use_relay(office, sink, office_name="Dodomu (Kyiv)")
    released(office, open_one(office))
    post(office)
    await deliver(office, office.now())
    # The newer parser puts a blank between two encoded words (RFC 2047, 6.2), so the older one reads here.
    raw = {mail.recipients[0]: message_from_bytes(mail.path.read_bytes(), policy=compat32) for mail in sink.mails}
    senders = {to: parseaddr(str(make_header(decode_header(mail["From"]))))[0] for to, mail in raw.items()}
    assert senders.pop("ombudsman-ua@bodies.example") == "Координаційний центр з повернення дітей"
    assert list(senders.values()) == ["Dodomu (Kyiv)"]


async def test_a_checkpoint_stands_outside_before_a_letter_leaves(
    office: Office, open_one: OpenOne, sink: MailSink
) -> None:
    use_relay(office, sink)
    released(office, open_one(office))
    before = len(list(office.settings.witness_folder.iterdir()))
    await deliver(office, office.now())
    assert len(list(office.settings.witness_folder.iterdir())) > before


async def test_without_a_checkpoint_no_letter_leaves_and_none_is_lost(
    office: Office, open_one: OpenOne, sink: MailSink
) -> None:
    use_relay(office, sink)
    number = released(office, open_one(office))
    office.settings.signing_key_file.unlink()
    del office.signing_key
    report = await deliver(office, office.now())
    assert report.held_up_by == "secret_file_unreadable"
    assert sink.mails == []
    assert letter_of(office, number).state is LetterState.QUEUED
    assert [(parcel.state, parcel.tries) for parcel in parcels(office)] == [(ParcelState.WAITING, 0)]


async def test_without_a_relay_everything_waits_and_the_report_says_why(office: Office, open_one: OpenOne) -> None:
    assert await deliver(office, office.now()) == DeliveryReport()
    released(office, open_one(office))
    report = await deliver(office, office.now())
    assert (report.held_up_by, report.sent) == ("mail_host_missing", 0)
    assert "DODOMU_SMTP_HOST" in report.advice
    assert [(parcel.state, parcel.tries) for parcel in parcels(office)] == [(ParcelState.WAITING, 0)]


async def test_a_relay_that_is_down_costs_no_letter_a_try(office: Office, open_one: OpenOne, sink: MailSink) -> None:
    use_relay(office, sink)
    reference = open_one(office)
    for _ in range(3):
        released(office, reference)
    sink.stop()
    report = await deliver(office, office.now())
    assert report == DeliveryReport(held_up_by="mail_relay_unreachable", advice=report.advice)
    assert [(parcel.state, parcel.tries) for parcel in parcels(office)] == [(ParcelState.WAITING, 0)] * 3


async def test_a_deferred_letter_is_tried_again_by_the_plan_and_is_not_sent_meanwhile(
    office: Office, open_one: OpenOne, sink: MailSink, clock: FixedClock
) -> None:
    use_relay(office, sink)
    number = released(office, open_one(office))
    sink.misbehave(Misbehaviour(defer_first=1))
    assert await deliver(office, office.now()) == DeliveryReport(deferred=1)
    (parcel,) = parcels(office)
    assert (parcel.state, parcel.tries, parcel.fault) == (ParcelState.WAITING, 1, "mail_deferred")
    assert parcel.next_try_at == office.now() + timedelta(minutes=1)
    assert letter_of(office, number).state is LetterState.QUEUED
    assert await deliver(office, office.now()) == DeliveryReport()
    clock.advance(timedelta(minutes=1))
    assert await deliver(office, office.now()) == DeliveryReport(sent=1)
    assert letter_of(office, number).taken_at == office.now()


async def test_a_letter_that_is_deferred_for_two_days_is_undeliverable(
    office: Office, open_one: OpenOne, sink: MailSink, clock: FixedClock
) -> None:
    use_relay(office, sink)
    reference = open_one(office)
    number = released(office, reference)
    sink.misbehave(Misbehaviour(defer_first=1000))
    reports = []
    for _ in range(17):
        clock.advance(timedelta(hours=4))
        reports.append(await deliver(office, office.now()))
    assert reports == [DeliveryReport(deferred=1)] * 16 + [DeliveryReport(failed=1)]
    letter = letter_of(office, number)
    assert (letter.state, letter.fault, letter.taken_on) == (LetterState.UNDELIVERABLE, "mail_deferred", None)


async def test_a_refused_letter_is_undeliverable_never_counted_as_sent_and_seen_by_a_person(
    either_office: Office, open_one: OpenOne, sink: MailSink
) -> None:
    office = either_office
    use_relay(office, sink)
    reference = open_one(office)
    number = released(office, reference)
    sink.misbehave(Misbehaviour(refuse_matching="ombudsman"))
    assert await deliver(office, office.now()) == DeliveryReport(failed=1)
    letter = letter_of(office, number)
    assert (letter.state, letter.fault, letter.taken_on) == (LetterState.UNDELIVERABLE, "mail_refused", None)
    assert journal_of(office, reference)[-1] == (
        "letter_undeliverable",
        {"letter": number, "because": "mail_refused"},
    )
    assert case_row(office, reference).next_look_at == AT_ONCE
    assert [parcel.state for parcel in parcels(office)] == [ParcelState.FAILED]


async def test_a_lost_answer_leads_to_the_same_bytes_under_the_same_message_id(
    office: Office, open_one: OpenOne, sink: MailSink, clock: FixedClock
) -> None:
    use_relay(office, sink)
    released(office, open_one(office))
    sink.misbehave(Misbehaviour(lose_answer_first=1))
    assert await deliver(office, office.now()) == DeliveryReport(deferred=1)
    first = sink.mails[0].path.read_bytes()
    clock.advance(timedelta(minutes=1))
    assert await deliver(office, office.now()) == DeliveryReport(sent=1)
    assert sink.mails[1].path == sink.mails[0].path
    assert sink.mails[1].path.read_bytes() == first


async def test_two_deliverers_at_once_send_every_letter_once(
    either_office: Office, open_one: OpenOne, sink: MailSink
) -> None:
    office = either_office
    use_relay(office, sink, smtp_connections=4)
    reference = open_one(office)
    numbers = [released(office, reference) for _ in range(6)]
    sink.misbehave(Misbehaviour(delay_s=0.02))

    def deliver_alone() -> DeliveryReport:
        return asyncio.run(deliver(office, office.now()))

    reports = await asyncio.gather(*(asyncio.to_thread(deliver_alone) for _ in range(2)))
    assert sum(report.sent for report in reports) == 6
    assert len(sink.mails) == len({mail.path for mail in sink.mails}) == 6
    assert {letter_of(office, number).state for number in numbers} == {LetterState.SENT}


async def test_what_a_killed_deliverer_had_claimed_is_sent_when_its_lease_runs_out(
    office: Office, open_one: OpenOne, sink: MailSink, clock: FixedClock
) -> None:
    use_relay(office, sink)
    released(office, open_one(office))
    report = claim(office, office.now(), 20)
    assert len(report.claimed) == 1
    assert await deliver(office, office.now()) == DeliveryReport()
    clock.advance(LEASE)
    assert await deliver(office, office.now()) == DeliveryReport(sent=1)


async def test_a_mail_that_left_before_the_crash_goes_again_byte_by_byte_the_same(
    office: Office, open_one: OpenOne, sink: MailSink, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_relay(office, sink)
    number = released(office, open_one(office))

    def lose_power(*_: object) -> None:
        raise TransientFailure("store_busy")

    with monkeypatch.context() as crash:
        crash.setattr(delivering, "mark_sent", lose_power)
        assert await deliver(office, office.now()) == DeliveryReport(faults=("store_busy",))
    assert letter_of(office, number).state is LetterState.QUEUED
    first = sink.mails[0].path.read_bytes()
    clock.advance(LEASE)
    assert await deliver(office, office.now()) == DeliveryReport(sent=1)
    assert (sink.mails[1].path, sink.mails[1].path.read_bytes()) == (sink.mails[0].path, first)


async def test_a_claim_that_ran_out_marks_nothing_but_what_was_sent(
    office: Office, open_one: OpenOne, clock: FixedClock
) -> None:
    number = released(office, open_one(office))
    (late,) = claim(office, office.now(), 20).claimed
    clock.advance(LEASE)
    (other,) = claim(office, office.now(), 20).claimed
    now = office.now()
    put_back(office, [late])
    mark_failed(office, late, "mail_refused", now)
    assert mark_deferred(office, late, "mail_deferred", now)
    assert [(parcel.state, parcel.tries) for parcel in parcels(office)] == [(ParcelState.SENDING, 0)]
    mark_sent(office, late, now, now)
    mark_sent(office, other, now + timedelta(hours=1), now)
    assert letter_of(office, number).taken_at == now


@pytest.mark.parametrize(
    ("change", "because"),
    [
        (update(ConsentRecord).values(withdrawn_on=None, version=2), "consent_changed"),
        (update(Case).values(status=CaseStatus.CLOSED), "case_is_closed"),
        (update(Case).values(status=CaseStatus.SUSPENDED), "case_is_suspended"),
        (update(LetterRecord).values(fingerprint="0" * 64), "letter_bytes_changed"),
        (update(LetterRecord).values(sealed_pdf=b"changed"), "sealed_value_does_not_open"),
        (update(LetterRecord).values(sealed_recipient=b"changed"), "sealed_value_does_not_open"),
        (update(LetterRecord).values(consent_id="another"), "consent_missing"),
        (update(ConsentRecord).values(withheld=["child.birth_on"]), "consent_changed"),
        (update(LetterRecord).values(body="family"), "recipient_changed"),
        (update(LetterRecord).values(body="nobody"), "body_not_found"),
    ],
)
async def test_a_letter_whose_ground_is_gone_is_stopped_at_the_last_moment(
    office: Office, open_one: OpenOne, sink: MailSink, change: object, because: str
) -> None:
    use_relay(office, sink)
    reference = open_one(office)
    number = released(office, reference)
    with office.store.writing() as session:
        session.execute(change)
    assert await deliver(office, office.now()) == DeliveryReport(stopped=1)
    assert sink.mails == []
    letter = letter_of(office, number)
    assert (letter.state, letter.fault) == (LetterState.STOPPED, because)
    assert [parcel.state for parcel in parcels(office)] == [ParcelState.STOPPED]
    assert journal_of(office, reference)[-1] == ("letter_stopped", {"letter": number, "because": because})
    assert case_row(office, reference).next_look_at == AT_ONCE


async def test_messages_go_to_the_staff_and_to_the_witness_and_not_to_who_has_left(
    office: Office, sink: MailSink
) -> None:
    use_relay(office, sink, witness_mail="witness@example.org")
    post(office)
    post(office, staff="c-02")
    post(office, ParcelKind.CHECKPOINT, staff=None)
    with office.store.writing() as session:
        session.execute(update(Staff).where(Staff.id == "c-02").values(active=False))
    assert await deliver(office, office.now()) == DeliveryReport(sent=2, stopped=1)
    assert {mail.recipients for mail in sink.mails} == {("c-01@office.example",), ("witness@example.org",)}
    assert sink.mails[0].parse()["Auto-Submitted"] == "auto-generated"
    assert {parcel.fault for parcel in parcels(office)} == {None, "recipient_missing"}


async def test_an_account_that_cannot_be_opened_holds_up_nobody_else(office: Office, sink: MailSink) -> None:
    use_relay(office, sink)
    post(office)
    post(office, staff="c-02")
    with office.store.writing() as session:
        session.execute(update(Staff).where(Staff.id == "c-02").values(sealed_contact=b"changed"))
    assert await deliver(office, office.now()) == DeliveryReport(sent=1, stopped=1)
    assert {parcel.fault for parcel in parcels(office)} == {None, "sealed_value_does_not_open"}


async def test_a_message_to_staff_that_is_refused_has_failed(office: Office, sink: MailSink) -> None:
    use_relay(office, sink)
    post(office)
    sink.misbehave(Misbehaviour(refuse_content=True))
    assert await deliver(office, office.now()) == DeliveryReport(failed=1)
    assert [parcel.state for parcel in parcels(office)] == [ParcelState.FAILED]


async def test_a_subject_that_no_mail_can_carry_fails_that_parcel_alone(office: Office, sink: MailSink) -> None:
    use_relay(office, sink)
    post(office)
    with office.store.writing() as session:
        session.execute(update(Parcel).values(subject="a\nBcc: x@example.org"))
    post(office)
    assert await deliver(office, office.now()) == DeliveryReport(sent=1, failed=1)


async def test_a_limit_is_kept_and_the_rest_waits(office: Office, sink: MailSink) -> None:
    use_relay(office, sink)
    for _ in range(3):
        post(office)
    assert await deliver(office, office.now(), limit=2) == DeliveryReport(sent=2)
    assert await deliver(office, office.now()) == DeliveryReport(sent=1)


async def test_a_mail_is_not_begun_when_the_lease_is_half_over(
    office: Office, sink: MailSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_relay(office, sink)
    post(office)
    monkeypatch.setattr(delivering, "START_WITHIN_S", 0.0)
    assert await deliver(office, office.now(), limit=1) == DeliveryReport()
    assert [(parcel.state, parcel.tries) for parcel in parcels(office)] == [(ParcelState.WAITING, 0)]


def test_a_letter_whose_case_is_not_there_is_left_alone(office: Office, open_one: OpenOne) -> None:
    released(office, open_one(office))
    with office.store.writing() as session:
        session.execute(update(Parcel).values(case_id=None))
    assert claim(office, office.now(), 20).claimed == ()


def test_a_letter_whose_case_somebody_works_on_is_left_for_the_next_claim(
    either_office: Office, open_one: OpenOne
) -> None:
    office = either_office
    if office.store.is_sqlite:
        pytest.skip("SQLite lets one writer in at a time, so that nobody works on a case during a claim")
    released(office, open_one(office))
    with office.store.writing() as session:
        session.execute(select(Case.id).with_for_update())
        assert claim(office, office.now(), 20).claimed == ()
    assert len(claim(office, office.now(), 20).claimed) == 1


def test_nothing_of_a_parcel_shows_in_its_repr(office: Office, open_one: OpenOne) -> None:
    released(office, open_one(office))
    (parcel,) = claim(office, office.now(), 20).claimed
    assert "bodies.example" not in repr(parcel)
    assert "PDF" not in repr(parcel)


async def waited(office: Office, sink: MailSink, rung: str, state: ClockState) -> DeliveryReport:
    """Deliver an urgent notice of the Ombudsman's clock, which has come to a state while it waited."""
    use_relay(office, sink)
    look_at_due(office, office.now())
    post(office)
    with office.store.writing() as session:
        case_id = session.scalars(select(Case.id)).one()
        of_stage = ClockRecord.rule == "stage.reported"
        session.execute(update(ClockRecord).where(of_stage).values(rule="reply.ombudsman_ua", anchor="L1", state=state))
        key = f"notice/2026-000001-Z/reply.ombudsman_ua/L1/{rung}/c-01"
        session.execute(update(Parcel).values(case_id=case_id, key=key))
    return await deliver(office, office.now())


@pytest.mark.parametrize(
    ("rung", "state", "withdrawn"),
    [
        ("extension_over", ClockState.OVERDUE, False),
        ("extension_over", ClockState.PAUSED, False),
        ("extension_over", ClockState.MET, True),
        ("extension_over", ClockState.DROPPED, True),
        # A refusal stops the clock, and its own rungs ask for something then.
        ("refused", ClockState.MET, False),
        ("refused", ClockState.DROPPED, True),
        # The policy may know the rung no more.
        ("gone", ClockState.MET, True),
    ],
)
async def test_an_urgent_notice_that_waited_is_withdrawn_if_what_it_asks_for_was_done_meanwhile(
    office: Office, open_one: OpenOne, sink: MailSink, rung: str, state: ClockState, *, withdrawn: bool
) -> None:
    open_one(office)
    expected = DeliveryReport(stopped=1) if withdrawn else DeliveryReport(sent=1)
    assert await waited(office, sink, rung, state) == expected
    assert [parcel.fault for parcel in parcels(office)] == (["done_meanwhile"] if withdrawn else [None])
