"""Taking a request back: written because no consent holds any more, naming nobody, also once the case is closed."""

import io
from collections.abc import Callable
from datetime import date

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from casework.consents import withdraw_consent
from casework.letters import approve_letter, draft_letter, hand_over_letter, preview_letter, release_letter
from casework.office import Office
from casework.outbox import claim
from casework.status import close
from models.errors import RuleViolation
from models.records import ConsentRecord
from models.statuses import ClosingReason, LetterState, Purpose
from tests.casework.letter_steps import approved, case_row, letter_of

OpenOne = Callable[..., str]


def today(office: Office) -> date:
    return office.book.today(office.now())


def asked(office: Office, reference: str, **choices: object) -> str:
    """Send an appeal to the Ombudsman by hand; return its number."""
    number = approved(office, reference, **choices)
    hand_over_letter(office, number, today(office), now=office.now(), actor="c-01")
    return number


def withdraw_all(office: Office, reference: str) -> None:
    case = case_row(office, reference)
    with office.store.reading() as session:
        ids = list(session.scalars(select(ConsentRecord.id).where(ConsentRecord.case_id == case.id)))
    for each in ids:
        withdraw_consent(office, reference, each, withdrawn_on=today(office), now=office.now(), actor="c-01")


def withdrawal(office: Office, reference: str) -> str:
    return draft_letter(
        office,
        reference,
        kind="follow_up.withdrawal",
        purpose=Purpose.SEARCH,
        body="ombudsman_ua",
        now=office.now(),
        actor="c-01",
    )


def test_a_request_is_taken_back_without_a_word_about_the_child(either_office: Office, open_one: OpenOne) -> None:
    office = either_office
    reference = open_one(office)
    first = asked(office, reference)
    withdraw_all(office, reference)
    number = withdrawal(office, reference)
    approve_letter(office, number, now=office.now(), actor="c-02")
    release_letter(office, number, now=office.now(), actor="c-01")
    letter = letter_of(office, number)
    assert (letter.state, letter.disclosed, letter.consent_id) == (LetterState.QUEUED, [], None)
    assert letter.follows == letter_of(office, first).id
    pdf = preview_letter(office, number, now=office.now())
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    assert first in text
    assert claim(office, office.now(), 10).stopped == 0


def test_a_closed_case_still_takes_its_requests_back_and_asks_for_nothing_new(
    office: Office, open_one: OpenOne
) -> None:
    reference = open_one(office)
    asked(office, reference)
    decided = {"closed_as": ClosingReason.OWN_DECISION, "reason": "так вирішила родина"}
    close(office, reference, **decided, now=office.now(), actor="s-01")
    number = withdrawal(office, reference)
    approve_letter(office, number, now=office.now(), actor="c-02")
    release_letter(office, number, now=office.now(), actor="c-01")
    assert letter_of(office, number).state is LetterState.QUEUED
    with pytest.raises(RuleViolation, match="case_is_closed"):
        approved(office, reference)


def test_nothing_is_taken_back_while_the_consent_holds(office: Office, open_one: OpenOne) -> None:
    reference = open_one(office)
    asked(office, reference)
    with pytest.raises(RuleViolation, match="letter_not_now"):
        withdrawal(office, reference)


def test_nothing_is_taken_back_that_was_never_asked(office: Office, open_one: OpenOne) -> None:
    reference = open_one(office)
    withdraw_all(office, reference)
    with pytest.raises(RuleViolation, match="letter_not_now"):
        withdrawal(office, reference)
