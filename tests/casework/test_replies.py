"""Replies and disclosures on a real store."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from casework.case_file import read_case
from casework.consents import withdraw_consent
from casework.disclosures import list_disclosures
from casework.letter_delivery import record_delivery
from casework.letters import hand_over_letter
from casework.office import Office
from casework.reconcile import reconcile_case
from casework.replies import record_reply
from casework.watch import count_due, look_at_due
from integrations.clock import FixedClock
from models.errors import InvalidInput, NotFound, RuleViolation
from models.records import Case, ClockRecord, ConsentRecord, LetterRecord, ReplyRecord
from models.rules.reference import make_reference
from models.schemas.sealed import ReplyWords
from models.statuses import LetterState, Purpose, ReplyKind
from tests.casework.letter_steps import approved, draft, journal_of, letter_of

OpenOne = Callable[..., str]


@pytest.fixture
def sent(office: Office, open_one: OpenOne, clock: FixedClock) -> str:
    """A letter that a body took on 2 March 2026; it is the 20th now."""
    number = approved(office, open_one(office))
    hand_over_letter(office, number, date(2026, 3, 2), now=office.now(), actor="c-01")
    clock.advance(timedelta(days=18))
    return number


def reply(office: Office, number: str, kind: ReplyKind, on: date, **more: object) -> str:
    return record_reply(office, number, kind=kind, received_on=on, now=office.now(), actor="c-01", **more)


def test_a_reply_is_recorded_with_its_words_sealed(office: Office, sent: str) -> None:
    words = "Повідомляємо про вигадану дитину."
    made = reply(office, sent, ReplyKind.ANSWER, date(2026, 3, 16), text=words, acknowledges_child=True, agrees=True)
    letter = letter_of(office, sent)
    assert letter.state is LetterState.ANSWERED
    with read_case(office, case_reference(office), office.now()) as file:
        record = file.session.scalars(select(ReplyRecord)).one()
        assert (record.id, record.acknowledges_child, record.agrees_to_verification) == (made, True, True)
        assert words.encode() not in (record.sealed_text or b"")
        assert file.open("replies", "sealed_text", made, ReplyWords, record.sealed_text or b"").text == words
    kind, body = journal_of(office, case_reference(office))[-1]
    assert kind == "reply_recorded"
    assert (body["letter"], body["kind"], body["received_on"]) == (sent, "answer", "2026-03-16")
    assert count_due(office, office.now()) == 1


def case_reference(office: Office) -> str:
    with office.store.reading() as session:
        return session.scalars(select(Case.reference)).one()


def test_the_state_follows_from_all_replies_in_the_order_they_came(office: Office, sent: str) -> None:
    reply(office, sent, ReplyKind.ANSWER, date(2026, 3, 16))
    reply(office, sent, ReplyKind.REFUSAL, date(2026, 3, 10))
    assert letter_of(office, sent).state is LetterState.ANSWERED
    reply(office, sent, ReplyKind.REFUSAL, date(2026, 3, 18))
    assert letter_of(office, sent).state is LetterState.REFUSED


def test_a_late_answer_ends_the_silence_and_a_late_acknowledgement_does_not(
    office: Office, sent: str, clock: FixedClock
) -> None:
    clock.advance(timedelta(days=20))
    look_at_due(office, office.now())
    assert letter_of(office, sent).state is LetterState.NO_REPLY
    reply(office, sent, ReplyKind.ACKNOWLEDGEMENT, date(2026, 4, 7))
    look_at_due(office, office.now())
    assert letter_of(office, sent).state is LetterState.NO_REPLY
    reply(office, sent, ReplyKind.ANSWER, date(2026, 4, 8))
    look_at_due(office, office.now())
    assert letter_of(office, sent).state is LetterState.ANSWERED


@pytest.mark.parametrize(
    ("on", "code"), [(date(2026, 3, 21), "date_in_future"), (date(2026, 3, 1), "reply_before_letter")]
)
def test_a_reply_on_an_impossible_day_is_refused(office: Office, sent: str, on: date, code: str) -> None:
    with pytest.raises(InvalidInput, match=code):
        reply(office, sent, ReplyKind.ANSWER, on)
    assert letter_of(office, sent).state is LetterState.SENT


def test_nobody_replies_to_a_draft(office: Office, open_one: OpenOne) -> None:
    number = draft(office, open_one(office))
    with pytest.raises(RuleViolation, match="letter_not_sent"):
        reply(office, number, ReplyKind.ANSWER, date(2026, 3, 2))


def test_a_letter_taken_on_a_day_nobody_knows_may_be_answered_any_day(office: Office, sent: str) -> None:
    with office.store.writing() as session:
        session.execute(update(LetterRecord).values(taken_on=None))
    assert reply(office, sent, ReplyKind.REFUSAL, date(2026, 2, 1))


def test_disclosures_say_what_went_to_whom_when_and_on_which_consent(office: Office, sent: str) -> None:
    reference = case_reference(office)
    draft(office, reference)
    with office.store.reading() as session:
        consent = session.scalars(select(ConsentRecord).where(ConsentRecord.purpose == Purpose.SEARCH)).one()
    withdraw_consent(office, reference, consent.id, withdrawn_on=date(2026, 3, 20), now=office.now(), actor="c-01")
    (told,) = list_disclosures(office, reference)
    letter = letter_of(office, sent)
    assert (told.letter, told.body, told.taken_on, told.fingerprint) == (
        sent,
        "ombudsman_ua",
        date(2026, 3, 2),
        letter.fingerprint,
    )
    assert told.fields == tuple(letter.disclosed or ())
    assert (told.consent, told.consent_given_on) == (consent.id, date(2026, 3, 1))
    assert told.consent_withdrawn_on == date(2026, 3, 20)


def test_what_the_family_was_told_rests_on_no_consent(office: Office, open_one: OpenOne) -> None:
    reference = open_one(office)
    number = approved(office, reference, kind="family.news", purpose=Purpose.INFORMATION)
    hand_over_letter(office, number, date(2026, 3, 2), now=office.now(), actor="c-01")
    (told,) = list_disclosures(office, reference)
    assert (told.body, told.consent, told.consent_given_on) == ("family", None, None)
    assert told.fields == ("case.stage", "child.family_name", "child.given_name", "child.patronymic")


def test_disclosures_of_no_case_are_not_found(office: Office) -> None:
    with pytest.raises(NotFound, match="case_not_found"):
        list_disclosures(office, make_reference(2026, 77))


def clock_of(office: Office, number: str) -> tuple[date, date]:
    """The anchor's day and the last day of the clock on a letter's answer, after a look."""
    reconcile_case(office, case_reference(office), office.now())
    with office.store.reading() as session:
        clock = session.scalars(select(ClockRecord).where(ClockRecord.anchor == letter_of(office, number).id)).one()
        return clock.anchor_on, clock.due_on


def test_the_ombudsmans_month_counts_from_the_day_of_delivery_once_it_is_on_record(office: Office, sent: str) -> None:
    assert clock_of(office, sent) == (date(2026, 3, 2), date(2026, 4, 2))
    record_delivery(office, sent, date(2026, 3, 5), now=office.now(), actor="c-01")
    assert clock_of(office, sent) == (date(2026, 3, 5), date(2026, 4, 6))  # 5 April is a Sunday
    kinds = [kind for kind, _ in journal_of(office, case_reference(office))]
    assert "letter_delivered" in kinds


@pytest.mark.parametrize(
    ("on", "code"), [(date(2026, 3, 1), "delivered_before_taken"), (date(2026, 3, 21), "date_in_future")]
)
def test_no_letter_arrives_before_it_left_or_tomorrow(office: Office, sent: str, on: date, code: str) -> None:
    with pytest.raises(InvalidInput, match=code):
        record_delivery(office, sent, on, now=office.now(), actor="c-01")


def test_a_letter_that_never_left_is_not_received(office: Office, open_one: OpenOne) -> None:
    number = draft(office, open_one(office))
    with pytest.raises(RuleViolation, match="letter_not_sent"):
        record_delivery(office, number, date(2026, 3, 2), now=office.now(), actor="c-01")


def test_a_body_says_when_it_registered_the_letter(office: Office, sent: str) -> None:
    received = date(2026, 3, 16)
    reply(office, sent, ReplyKind.ACKNOWLEDGEMENT, received, registered_on=date(2026, 3, 4))
    with office.store.reading() as session:
        assert session.scalars(select(ReplyRecord.registered_on)).one() == date(2026, 3, 4)
    _, body = journal_of(office, case_reference(office))[-1]
    assert body["registered_on"] == "2026-03-04"


@pytest.mark.parametrize(
    ("registered", "code"),
    [(date(2026, 3, 1), "registered_before_letter"), (date(2026, 3, 17), "registered_after_reply")],
)
def test_a_letter_is_registered_between_its_taking_and_the_reply(
    office: Office, sent: str, registered: date, code: str
) -> None:
    with pytest.raises(InvalidInput, match=code):
        reply(office, sent, ReplyKind.ACKNOWLEDGEMENT, date(2026, 3, 16), registered_on=registered)
