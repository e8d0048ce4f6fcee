"""Letters of several children: each by its own case's consent, journalled in each, closed by any erasure."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import delete, select, update

from casework.case_card import case_card
from casework.consents import give_consent, withdraw_consent
from casework.disclosures import list_disclosures
from casework.erasing import erase
from casework.letters import (
    approve_letter,
    draft_letter,
    hand_over_letter,
    list_letters,
    preview_letter,
    reject_letter,
    release_letter,
    revise_letter,
)
from casework.loading import CASE_COLUMNS, load_facts
from casework.office import Office
from casework.outbox import claim
from casework.reconcile import reconcile_case
from casework.replies import record_reply
from casework.status import link_siblings, suspend
from models.errors import DodomuError, InvalidInput, NotFound, RuleViolation
from models.records import AT_ONCE, Case, CompanionRecord, ConsentRecord, LetterRecord
from models.rules.disclosure import Field
from models.statuses import Basis, LetterState, Purpose, ReplyKind
from tests.casework.letter_steps import case_row, journal_of, letter_of, parcels, released

OpenOne = Callable[..., str]


def today(office: Office) -> date:
    return office.book.today(office.now())


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages)


def of_two(office: Office, open_one: OpenOne, **choices: object) -> tuple[str, str, str]:
    """Draft an appeal about two children; return its number and both references."""
    first, second = open_one(office), open_one(office)
    choice = {"kind": "ombudsman_ua.request", "purpose": Purpose.SEARCH, "beside": [second], **choices}
    return draft_letter(office, first, now=office.now(), actor="c-01", **choice), first, second  # type: ignore[arg-type] # choices of a letter


def test_one_letter_carries_two_children_up_to_the_outbox_and_the_reply(
    either_office: Office, open_one: OpenOne
) -> None:
    office = either_office
    number, first, second = of_two(office, open_one)
    preview = preview_letter(office, number, now=office.now())
    assert {first, second} <= set(text_of(preview).replace("\n", " ").split())
    approve_letter(office, number, now=office.now(), actor="c-02")
    assert preview_letter(office, number, now=office.now()) == preview
    hand_over_letter(office, number, today(office), now=office.now(), actor="c-01")
    record_reply(
        office,
        number,
        kind=ReplyKind.ANSWER,
        received_on=today(office),
        acknowledges_child=True,
        about=["*"],
        now=office.now(),
        actor="c-01",
    )
    for reference in (first, second):
        kinds = [kind for kind, body in journal_of(office, reference) if body.get("letter") == number]
        assert kinds == ["letter_drafted", "letter_approved", "letter_handed_over", "reply_recorded"]
        (line,) = list_letters(office, reference=reference)
        assert (line.number, line.children, line.state) == (number, 2, LetterState.ANSWERED)
        (told,) = list_disclosures(office, reference)
        assert (told.letter, told.children) == (number, 2)
        assert "child.family_name" in told.fields
        assert case_row(office, reference).next_look_at == AT_ONCE
        assert [each.number for each in case_card(office, reference, office.now()).letters] == [number]


def test_each_child_is_told_of_by_the_consent_of_its_own_case(office: Office, open_one: OpenOne) -> None:
    first, second = open_one(office), open_one(office)
    give_consent(
        office,
        second,
        body="ombudsman_ua",
        purpose=Purpose.SEARCH,
        given_by=Basis.PARENT,
        given_on=today(office),
        withheld=[Field.CHILD_BIRTH_ON],
        now=office.now(),
        actor="c-01",
    )
    number = draft_letter(
        office,
        first,
        kind="ombudsman_ua.request",
        purpose=Purpose.SEARCH,
        beside=[second],
        now=office.now(),
        actor="c-01",
    )
    approve_letter(office, number, now=office.now(), actor="c-02")
    letter = letter_of(office, number)
    with office.store.reading() as session:
        companion = session.scalars(select(CompanionRecord)).one()
        consents = {each.id: each.case_id for each in session.scalars(select(ConsentRecord))}
    assert "child.birth_on" in (letter.disclosed or ())
    assert "child.birth_on" not in (companion.disclosed or ())
    assert consents[companion.consent_id or ""] == companion.case_id
    assert consents[letter.consent_id or ""] == letter.case_id


def test_a_child_without_consent_keeps_the_whole_letter_from_being_drafted(office: Office, open_one: OpenOne) -> None:
    first, second = open_one(office), open_one(office)
    for consent in _consents(office, second):
        withdraw_consent(office, second, consent, withdrawn_on=today(office), now=office.now(), actor="c-01")
    with pytest.raises(RuleViolation, match="consent_missing") as refused:
        draft_letter(
            office,
            first,
            kind="ombudsman_ua.request",
            purpose=Purpose.SEARCH,
            beside=[second],
            now=office.now(),
            actor="c-01",
        )
    assert refused.value.references["reference"] == second


def test_a_long_list_is_refused_with_every_child_that_keeps_it_from_being_drafted(
    office: Office, open_one: OpenOne
) -> None:
    first, second, third, fourth = (open_one(office) for _ in range(4))
    asked: dict[str, Any] = {
        "purpose": Purpose.SEARCH,
        "beside": [second, third, fourth],
        "now": office.now(),
        "actor": "c-01",
    }
    with pytest.raises(RuleViolation, match="letter_not_now") as too_early:
        draft_letter(office, first, kind="mediator.request", body="mediator_qatar", **asked)
    assert too_early.value.references["reference"] == first
    assert too_early.value.advice.endswith(f"; so in 3 more: {second}, {third}, {fourth}")
    for each in (second, fourth):
        for consent in _consents(office, each):
            withdraw_consent(office, each, consent, withdrawn_on=today(office), now=office.now(), actor="c-01")
    with pytest.raises(RuleViolation, match="consent_missing") as unasked:
        draft_letter(office, first, kind="ombudsman_ua.request", **asked)
    assert unasked.value.references["reference"] == second
    assert unasked.value.advice.endswith(f"; so in 1 more: {fourth}")


def test_a_consent_withdrawn_for_one_child_stops_the_release_for_all(office: Office, open_one: OpenOne) -> None:
    number, _, second = of_two(office, open_one)
    approve_letter(office, number, now=office.now(), actor="c-02")
    for consent in _consents(office, second):
        withdraw_consent(office, second, consent, withdrawn_on=today(office), now=office.now(), actor="c-01")
    with pytest.raises(RuleViolation, match="consent_missing") as refused:
        release_letter(office, number, now=office.now(), actor="c-01")
    assert refused.value.advice.endswith(f", or draft it without: {second}")


def test_a_suspended_sibling_stops_the_letter_that_is_waiting_to_leave(office: Office, open_one: OpenOne) -> None:
    first, second = open_one(office), open_one(office)
    number = released(office, first, beside=[second])
    suspend(office, second, reason="на прохання родини", now=office.now(), actor="s-01")
    assert claim(office, office.now(), 10).stopped == 1
    assert letter_of(office, number).fault == "case_is_suspended"
    for reference in (first, second):
        assert "letter_stopped" in [kind for kind, _ in journal_of(office, reference)]


def test_erasing_one_child_closes_the_letter_for_good(office: Office, open_one: OpenOne) -> None:
    number, first, second = of_two(office, open_one)
    approve_letter(office, number, now=office.now(), actor="c-02")
    hand_over_letter(office, number, today(office), now=office.now(), actor="c-01")
    erase(office, second, office.now(), "s-01")
    with pytest.raises(NotFound, match="key_not_found"):
        preview_letter(office, number, now=office.now())
    assert letter_of(office, number).state is LetterState.SENT
    record_reply(
        office,
        number,
        kind=ReplyKind.ACKNOWLEDGEMENT,
        received_on=today(office),
        now=office.now(),
        actor="c-01",
    )
    assert "reply_recorded" in [kind for kind, _ in journal_of(office, first)]
    assert "reply_recorded" not in [kind for kind, _ in journal_of(office, second)]


def test_erasing_one_child_stops_a_letter_that_has_not_left(office: Office, open_one: OpenOne) -> None:
    first, second = open_one(office), open_one(office)
    number = released(office, first, beside=[second])
    erase(office, second, office.now(), "s-01")
    assert (letter_of(office, number).state, letter_of(office, number).fault) == (LetterState.STOPPED, "case_erased")
    (parcel,) = parcels(office)
    assert (parcel.subject, parcel.text, parcel.fault) == (None, None, "case_erased")
    assert claim(office, office.now() + timedelta(hours=1), 10).claimed == ()


def test_a_revised_letter_forgets_the_shares_and_is_made_anew(office: Office, open_one: OpenOne) -> None:
    number, _, _ = of_two(office, open_one)
    approve_letter(office, number, now=office.now(), actor="c-02")
    revise_letter(office, number, now=office.now(), actor="c-01")
    with office.store.reading() as session:
        companion = session.scalars(select(CompanionRecord)).one()
        assert (companion.sealed_share, companion.disclosed, companion.consent_id) == (None, None, None)
    approve_letter(office, number, now=office.now(), actor="c-02")
    assert preview_letter(office, number, now=office.now()).startswith(b"%PDF")


def test_both_childrens_clocks_wait_for_the_one_answer(office: Office, open_one: OpenOne) -> None:
    number, first, second = of_two(office, open_one)
    approve_letter(office, number, now=office.now(), actor="c-02")
    hand_over_letter(office, number, today(office), now=office.now(), actor="c-01")
    for reference in (first, second):
        reconcile_case(office, reference, office.now())
        clocks = [clock.rule for clock in case_card(office, reference, office.now()).clocks]
        assert "reply.ombudsman_ua" in clocks


def test_a_letter_for_one_child_only_takes_no_second(office: Office, open_one: OpenOne) -> None:
    with pytest.raises(RuleViolation, match="letter_carries_one_child"):
        of_two(office, open_one, kind="wgeid.request")


def test_the_same_child_twice_and_a_stranger_are_told_apart(office: Office, open_one: OpenOne) -> None:
    first = open_one(office)
    number = draft_letter(
        office,
        first,
        kind="ombudsman_ua.request",
        purpose=Purpose.SEARCH,
        beside=[first, first],
        now=office.now(),
        actor="c-01",
    )
    assert letter_of(office, number).children == 1
    with pytest.raises((NotFound, InvalidInput)) as refused:
        of_two(office, open_one, beside=["2026-999999-0"])
    assert isinstance(refused.value, DodomuError)


def test_siblings_are_written_about_together(office: Office, open_one: OpenOne) -> None:
    from casework.letter_drafting import list_siblings  # noqa: PLC0415 - used here alone

    first, second, alone = open_one(office), open_one(office), open_one(office)
    link_siblings(office, [first, second], now=office.now(), actor="c-01")
    assert list_siblings(office, first) == [second]
    with pytest.raises(RuleViolation, match="no_open_siblings"):
        list_siblings(office, alone)


def _consents(office: Office, reference: str) -> list[str]:
    case = case_row(office, reference)
    with office.store.reading() as session:
        return list(session.scalars(select(ConsentRecord.id).where(ConsentRecord.case_id == case.id)))


def test_a_follow_up_keeps_the_purpose_and_the_children_of_the_letter_before_it(
    office: Office, open_one: OpenOne
) -> None:
    number, first, second = of_two(office, open_one)
    approve_letter(office, number, now=office.now(), actor="c-02")
    hand_over_letter(office, number, today(office), now=office.now(), actor="c-01")
    choice = {"kind": "follow_up.withdrawal", "body": "ombudsman_ua", "now": office.now(), "actor": "c-01"}
    for reference in (first, second):
        for consent in _consents(office, reference):
            withdraw_consent(office, reference, consent, withdrawn_on=today(office), now=office.now(), actor="c-01")
    with pytest.raises(RuleViolation, match="purpose_differs_from_earlier"):
        draft_letter(office, first, purpose=Purpose.RETURN, after=number, **choice)
    with pytest.raises(RuleViolation, match="earlier_letter_is_joint"):
        draft_letter(office, first, purpose=Purpose.SEARCH, **choice)
    follow_up = draft_letter(office, first, purpose=Purpose.SEARCH, after=number, **choice)
    assert letter_of(office, follow_up).children == 2


def test_an_approved_letter_about_an_erased_child_is_not_released(office: Office, open_one: OpenOne) -> None:
    number, _, _ = of_two(office, open_one)
    approve_letter(office, number, now=office.now(), actor="c-02")
    _forget_companions(office)
    with pytest.raises(RuleViolation, match="child_erased"):
        release_letter(office, number, now=office.now(), actor="c-01")
    assert parcels(office) == []


def test_a_draft_about_an_erased_child_is_not_shown(office: Office, open_one: OpenOne) -> None:
    number, _, _ = of_two(office, open_one)
    _forget_companions(office)
    with pytest.raises(RuleViolation, match="child_erased"):
        preview_letter(office, number, now=office.now())


def test_a_child_erased_before_the_draft_keeps_it_from_being_written(office: Office, open_one: OpenOne) -> None:
    first, second = open_one(office), open_one(office)
    erase(office, second, office.now(), "s-01")
    with pytest.raises(RuleViolation, match="child_erased"):
        released(office, first, beside=[second])
    assert list_letters(office) == []


def test_rejecting_a_letter_is_told_in_each_childs_journal(office: Office, open_one: OpenOne) -> None:
    number, first, second = of_two(office, open_one)
    reject_letter(office, number, "Вигадана причина", now=office.now(), actor="c-02")
    for reference in (first, second):
        assert journal_of(office, reference)[-1] == ("letter_rejected", {"letter": number})


def test_a_letter_whose_kind_has_come_to_carry_one_child_is_not_shown(office: Office, open_one: OpenOne) -> None:
    number, _, _ = of_two(office, open_one)
    with office.store.writing() as session:
        session.execute(update(LetterRecord).values(kind="wgeid.request", body="wgeid", language="en"))
    with pytest.raises(RuleViolation, match="letter_carries_one_child"):
        preview_letter(office, number, now=office.now())


def _forget_companions(office: Office) -> None:
    """Leave the letter alone, as an erasure would if it did not close the letter as well."""
    with office.store.writing() as session:
        session.execute(delete(CompanionRecord))


def test_a_body_that_knows_one_of_two_children_has_not_acknowledged_the_other(
    either_office: Office, open_one: OpenOne
) -> None:
    office = either_office
    number, first, second = of_two(office, open_one)
    approve_letter(office, number, now=office.now(), actor="c-02")
    hand_over_letter(office, number, today(office), now=office.now(), actor="c-01")
    choice = {"kind": ReplyKind.ANSWER, "received_on": today(office), "now": office.now(), "actor": "c-01"}
    with pytest.raises(InvalidInput, match="reply_names_no_child"):
        record_reply(office, number, acknowledges_child=True, **choice)
    with pytest.raises(InvalidInput, match="child_not_on_letter"):
        record_reply(office, number, acknowledges_child=True, about=[open_one(office)], **choice)
    record_reply(office, number, acknowledges_child=True, agrees=True, about=[second], **choice)
    with office.store.reading() as session:
        rows = session.execute(select(*CASE_COLUMNS).where(Case.reference.in_([first, second])).order_by(Case.id)).all()
        told = [facts.replies[0] for facts in load_facts(session, rows)]
    assert [(each.acknowledges_child, each.agrees_to_verification) for each in told] == [(False, False), (True, True)]
    assert [each.kind for each in told] == [ReplyKind.ANSWER, ReplyKind.ANSWER]
    entries = [journal_of(office, reference)[-1][1] for reference in (first, second)]
    assert [(each["acknowledges_child"], each["agrees"]) for each in entries] == [(False, False), (True, True)]
