"""Letters from draft to release on a real store: consent, the four eyes, frozen bytes."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import update

from casework.consents import give_consent, withdraw_consent
from casework.letters import (
    Approved,
    approve_letter,
    draft_letter,
    hand_over_letter,
    list_letters,
    preview_letter,
    reject_letter,
    release_letter,
    revise_letter,
)
from casework.office import Office
from casework.staff import add_staff
from integrations.clock import FixedClock
from models.errors import InvalidInput, NotFound, RuleViolation
from models.records import AT_ONCE, ApprovalRecord, Case, ConsentRecord, LetterRecord
from models.rules.disclosure import Field
from models.rules.letter_policy import Approval
from models.statuses import Basis, CaseStatus, Channel, LetterState, ParcelKind, ParcelState, Precision, Purpose, Role
from tests.casework.letter_steps import approved, case_row, draft, journal_of, letter_of, parcels, released

OpenOne = Callable[..., str]


def refused(code: str) -> Any:
    """Expect a RuleViolation with this code."""
    return pytest.raises(RuleViolation, match=rf"^{code}\b")


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages)


def consent_of(office: Office, purpose: Purpose) -> ConsentRecord:
    with office.store.reading() as session:
        return session.query(ConsentRecord).filter_by(purpose=purpose).one()


def test_a_letter_goes_from_draft_to_the_outbox(either_office: Office, open_one: OpenOne) -> None:
    office = either_office
    reference, now = open_one(office), office.now()
    number = draft(office, reference)
    assert number == "2026-000001"
    preview = preview_letter(office, number, now=now)
    done = approve_letter(office, number, now=now, actor="c-02")
    assert done == Approved(number, LetterState.APPROVED, sha256(preview).hexdigest(), 0, legal_officer_lacking=False)
    assert preview_letter(office, number, now=now) == preview
    assert letter_of(office, number).fingerprint not in {None, done.sha256}, "a plain hash would confirm a guess"
    release_letter(office, number, now=now, actor="c-01")
    (line,) = list_letters(office, reference=reference)
    assert (line.state, line.approved_by, line.dated_on) == (LetterState.QUEUED, ("c-02",), date(2026, 3, 2))
    (parcel,) = parcels(office)
    assert (parcel.key, parcel.kind, parcel.state) == (f"letter/{number}", ParcelKind.LETTER, ParcelState.WAITING)
    assert [kind for kind, _ in journal_of(office, reference)][-3:] == [
        "letter_drafted",
        "letter_approved",
        "letter_released",
    ]


def test_the_first_approval_freezes_what_the_letter_rests_on(office: Office, open_one: OpenOne) -> None:
    reference = open_one(office)
    number = approved(office, reference)
    letter = letter_of(office, number)
    consent = consent_of(office, Purpose.SEARCH)
    assert (letter.consent_id, letter.consent_version) == (consent.id, 1)
    assert letter.policy_version == office.policy.version
    assert letter.template_hash == office.templates.template_hash("ombudsman_ua.request", "uk")
    assert {"child.family_name", "requester.address", "separation.place"} <= set(letter.disclosed or [])
    kind, body = journal_of(office, reference)[-1]
    assert kind == "letter_approved"
    assert (body["letter"], body["fingerprint"], body["consent"]) == (number, letter.fingerprint, consent.id)
    assert body["disclosed"] == letter.disclosed


def test_what_is_recorded_after_the_approval_does_not_change_the_letter(office: Office, open_one: OpenOne) -> None:
    number = approved(office, open_one(office))
    before = preview_letter(office, number, now=office.now())
    with office.store.writing() as session:
        session.execute(update(Case).values(separation_on=date(2024, 1, 1), separation_precision=Precision.DAY))
    assert preview_letter(office, number, now=office.now()) == before


def test_the_drafter_does_not_approve_and_two_accounts_are_one_person(office: Office, open_one: OpenOne) -> None:
    number = draft(office, open_one(office))
    add_staff(
        office,
        staff_id="s-09",
        person_no=1,
        role=Role.SUPERVISOR,
        name="Вигадана Особа 1",
        mail="s-09@office.example",
        now=office.now(),
        actor="engine",
    )
    for account in ("c-01", "s-09"):
        with refused("own_draft"):
            approve_letter(office, number, now=office.now(), actor=account)


def test_a_letter_to_the_un_takes_two_people_and_one_is_a_lawyer(office: Office, open_one: OpenOne) -> None:
    number = draft(office, open_one(office), kind="wgeid.request")
    now = office.now()
    first = approve_letter(office, number, now=now, actor="c-02")
    assert (first.state, first.people_lacking, first.legal_officer_lacking) == (LetterState.DRAFT, 1, True)
    with refused("approved_already"):
        approve_letter(office, number, now=now, actor="c-02")
    second = approve_letter(office, number, now=now, actor="s-01")
    assert (second.state, second.people_lacking, second.legal_officer_lacking) == (LetterState.DRAFT, 1, True)
    with refused("letter_is_draft"):
        release_letter(office, number, now=now, actor="c-01")
    third = approve_letter(office, number, now=now, actor="l-01", seen_sha256=first.sha256)
    assert (third.state, third.sha256) == (LetterState.APPROVED, first.sha256)


def test_the_second_approval_is_of_the_same_bytes_even_on_a_later_day(
    office: Office, open_one: OpenOne, clock: FixedClock
) -> None:
    number = draft(office, open_one(office), kind="wgeid.request")
    first = approve_letter(office, number, now=office.now(), actor="c-02")
    clock.advance(timedelta(days=3))
    second = approve_letter(office, number, now=office.now(), actor="l-01")
    assert (second.sha256, second.state) == (first.sha256, LetterState.APPROVED)
    assert letter_of(office, number).dated_on == date(2026, 3, 2)


def test_other_bytes_than_those_that_were_read_are_not_approved(office: Office, open_one: OpenOne) -> None:
    number = draft(office, open_one(office))
    with refused("letter_differs_from_preview"):
        approve_letter(office, number, now=office.now(), actor="c-02", seen_sha256="0" * 64)
    assert letter_of(office, number).fingerprint is None


def test_an_approval_of_other_bytes_does_not_count_at_the_release(office: Office, open_one: OpenOne) -> None:
    number = approved(office, open_one(office), kind="icrc_cta.tracing")
    with office.store.writing() as session:
        session.execute(update(ApprovalRecord).values(fingerprint="0" * 64))
    with refused("approval_missing"):
        release_letter(office, number, now=office.now(), actor="c-01")


def test_a_policy_that_has_come_to_ask_for_a_lawyer_holds_an_approved_letter_back(
    office: Office, open_one: OpenOne, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = approved(office, open_one(office))
    body = office.policy.get_body("ombudsman_ua")
    monkeypatch.setattr(type(office.policy), "get_body", lambda *_: _with(body, approval=_with_lawyer()))
    with pytest.raises(RuleViolation, match="approval_missing") as held:
        release_letter(office, number, now=office.now(), actor="c-01")
    assert "legal officer" in held.value.advice


def _with(body: Any, **changes: Any) -> Any:
    return replace(body, **changes)


def _with_lawyer() -> Any:
    return Approval(people=1, legal_officer=True)


def test_without_consent_the_letter_does_not_exist(office: Office, open_one: OpenOne) -> None:
    reference = open_one(office, consents=None)
    with refused("consent_missing"):
        draft(office, reference)
    assert list_letters(office) == []


def test_from_the_eighteenth_birthday_only_the_persons_own_consent_counts(office: Office, open_one: OpenOne) -> None:
    reference = open_one(office, child__birth_on="2008-03-01")
    with refused("consent_missing"):
        draft(office, reference)
    give_consent(
        office,
        reference,
        body="ombudsman_ua",
        purpose=Purpose.SEARCH,
        given_on=date(2026, 3, 2),
        given_by=Basis.SELF,
        now=office.now(),
        actor="c-01",
    )
    assert draft(office, reference)


def test_a_withdrawn_consent_stops_drafting_approving_and_releasing(office: Office, open_one: OpenOne) -> None:
    reference = open_one(office)
    drafted, ready = draft(office, reference), approved(office, reference)
    consent = consent_of(office, Purpose.SEARCH)
    withdraw_consent(office, reference, consent.id, withdrawn_on=date(2026, 3, 2), now=office.now(), actor="c-01")
    with refused("consent_missing"):
        draft(office, reference)
    with refused("consent_missing"):
        approve_letter(office, drafted, now=office.now(), actor="c-02")
    with refused("consent_missing"):
        release_letter(office, ready, now=office.now(), actor="c-01")
    assert parcels(office) == []


def test_what_a_later_consent_withholds_stops_a_letter_that_carries_it(office: Office, open_one: OpenOne) -> None:
    reference = open_one(office)
    number = approved(office, reference)
    give_consent(
        office,
        reference,
        body="ombudsman_ua",
        purpose=Purpose.SEARCH,
        given_on=date(2026, 3, 2),
        given_by=Basis.PARENT,
        withheld=[Field.REQUESTER_PHONE],
        now=office.now(),
        actor="c-01",
    )
    with refused("consent_changed"):
        release_letter(office, number, now=office.now(), actor="c-01")
    revise_letter(office, number, now=office.now(), actor="c-01")
    approve_letter(office, number, now=office.now(), actor="c-02")
    assert "requester.phone" not in (letter_of(office, number).disclosed or [])
    assert "101" not in text_of(preview_letter(office, number, now=office.now()))
    release_letter(office, number, now=office.now(), actor="c-01")


@pytest.mark.parametrize(
    ("choices", "code"),
    [
        ({"kind": "family.news"}, "purpose_not_for_this_letter"),
        ({"language": "en"}, "language_not_for_this_body"),
        ({"procedure": "urgent"}, "procedure_not_for_this_letter"),
        ({"kind": "wgeid.request", "procedure": "urgent"}, "urgent_procedure_over"),
        ({"body": "wgeid"}, "body_not_for_this_letter"),
        ({"actor": "c-99"}, "staff_unknown"),
    ],
)
def test_a_letter_that_cannot_be_is_not_drafted(
    office: Office, open_one: OpenOne, choices: dict[str, Any], code: str
) -> None:
    reference = open_one(office)
    with refused(code):
        draft(office, reference, **choices)
    assert list_letters(office) == []


def test_a_kind_or_letter_nobody_knows_is_not_found(office: Office, open_one: OpenOne) -> None:
    with pytest.raises(NotFound, match="letter_kind_not_found"):
        draft(office, open_one(office), kind="nobody.request")
    with pytest.raises(NotFound, match="letter_not_found"):
        preview_letter(office, "2026-000009", now=office.now())


@pytest.mark.parametrize("status", [CaseStatus.SUSPENDED, CaseStatus.CLOSED])
def test_no_letter_about_a_case_that_rests(office: Office, open_one: OpenOne, status: CaseStatus) -> None:
    reference = open_one(office)
    number, ready = draft(office, reference), approved(office, reference)
    with office.store.writing() as session:
        session.execute(update(Case).values(status=status))
    for step in (
        lambda: draft(office, reference),
        lambda: approve_letter(office, number, now=office.now(), actor="c-02"),
        lambda: release_letter(office, ready, now=office.now(), actor="c-01"),
    ):
        with refused(f"case_is_{status}"):
            step()


@pytest.mark.parametrize(
    ("separation_on", "procedure"),
    [("2025-12-02", "Urgent"), ("2025-12-01", "Standard"), ("2026-02", "Standard"), (None, None)],
)
def test_the_un_procedure_is_urgent_for_three_months_from_a_day_that_is_known(
    office: Office, open_one: OpenOne, separation_on: str | None, procedure: str | None
) -> None:
    number = draft(office, open_one(office, separation__on=separation_on), kind="wgeid.request")
    if procedure is None:
        with pytest.raises(RuleViolation, match="letter_fact_missing") as lacking:
            preview_letter(office, number, now=office.now())
        assert lacking.value.references["fields"] == "separation.on"
    else:
        assert f"{procedure} procedure:" in text_of(preview_letter(office, number, now=office.now()))


def test_urgent_chosen_in_time_is_refused_once_its_time_is_over(
    office: Office, open_one: OpenOne, clock: FixedClock
) -> None:
    reference = open_one(office, separation__on="2025-12-02")
    number = draft(office, reference, kind="wgeid.request", procedure="urgent")
    clock.advance(timedelta(days=1))
    with refused("urgent_procedure_over"):
        approve_letter(office, number, now=office.now(), actor="c-02")


def test_a_rejected_letter_stays_rejected_and_its_reason_is_sealed(office: Office, open_one: OpenOne) -> None:
    reference = open_one(office)
    number = approved(office, reference)
    reject_letter(office, number, "Вигадана причина", now=office.now(), actor="c-02")
    assert letter_of(office, number).state is LetterState.REJECTED
    assert journal_of(office, reference)[-1] == ("letter_rejected", {"letter": number})
    with refused("letter_is_rejected"):
        revise_letter(office, number, now=office.now(), actor="c-01")


def test_a_revised_letter_is_a_draft_again_and_nobodys_approval_is_left(office: Office, open_one: OpenOne) -> None:
    number = approved(office, open_one(office))
    revise_letter(office, number, now=office.now(), actor="c-01")
    (line,) = list_letters(office, state=LetterState.DRAFT, body="ombudsman_ua")
    assert (line.approved_by, line.people_lacking, line.dated_on) == ((), 1, None)
    approve_letter(office, number, now=office.now(), actor="c-02")
    assert letter_of(office, number).state is LetterState.APPROVED


def test_a_letter_is_released_once(office: Office, open_one: OpenOne) -> None:
    number = released(office, open_one(office))
    with refused("letter_is_queued"):
        release_letter(office, number, now=office.now(), actor="c-01")
    assert len(parcels(office)) == 1


def test_a_letter_to_a_body_that_takes_none_by_mail_is_handed_over(
    office: Office, open_one: OpenOne, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = open_one(office)
    number = approved(office, reference)
    body = office.policy.get_body("ombudsman_ua")
    monkeypatch.setattr(type(office.policy), "get_body", lambda *_: _with(body, channel=Channel.BY_HAND))
    with refused("letter_goes_by_hand"):
        release_letter(office, number, now=office.now(), actor="c-01")
    for day, code in ((date(2026, 3, 3), "date_in_future"), (date(2026, 3, 1), "handed_over_before_dated")):
        with pytest.raises(InvalidInput, match=code):
            hand_over_letter(office, number, day, now=office.now(), actor="c-01")
    hand_over_letter(office, number, date(2026, 3, 2), now=office.now(), actor="c-01")
    letter = letter_of(office, number)
    assert (letter.state, letter.taken_on) == (LetterState.SENT, date(2026, 3, 2))
    assert journal_of(office, reference)[-1][0] == "letter_handed_over"
    assert case_row(office, reference).next_look_at == AT_ONCE


def test_a_family_without_a_mail_address_is_given_its_letter_by_hand(office: Office, open_one: OpenOne) -> None:
    reference = open_one(office, requester__email=None)
    number = approved(office, reference, kind="family.news", purpose=Purpose.INFORMATION)
    with refused("mail_address_missing"):
        release_letter(office, number, now=office.now(), actor="c-01")
    hand_over_letter(office, number, office.book.today(office.now()), now=office.now(), actor="c-01")
    assert letter_of(office, number).state is LetterState.SENT


def test_an_erased_cases_letters_are_not_worked_on(office: Office, open_one: OpenOne) -> None:
    number = draft(office, open_one(office))
    with office.store.writing() as session:
        session.execute(update(Case).values(status=CaseStatus.ERASED))
    with refused("case_is_erased"):
        approve_letter(office, number, now=office.now(), actor="c-02")


def test_what_the_engine_drafted_one_person_may_approve_alone(office: Office, open_one: OpenOne) -> None:
    number = draft(office, open_one(office))
    with office.store.writing() as session:
        session.execute(update(LetterRecord).values(drafted_by=None))
    assert approve_letter(office, number, now=office.now(), actor="c-01").state is LetterState.APPROVED


def test_nothing_of_a_letter_stands_in_clear(office: Office, open_one: OpenOne) -> None:
    number = released(office, open_one(office))
    letter = letter_of(office, number)
    with office.store.reading() as session:
        stored = session.get_one(LetterRecord, letter.id)
        assert b"%PDF" not in (stored.sealed_pdf or b"")
        assert b"bodies.example" not in (stored.sealed_recipient or b"")
    (parcel,) = parcels(office)
    assert "Вигаданенко" not in f"{parcel.subject} {parcel.text}"


def test_a_draft_names_the_letter_in_the_journal_and_no_person(office: Office, open_one: OpenOne) -> None:
    reference = open_one(office)
    number = draft_letter(
        office,
        reference,
        kind="icrc_cta.tracing",
        purpose=Purpose.RETURN,
        language="en",
        now=office.now(),
        actor="c-01",
    )
    assert journal_of(office, reference)[-1] == (
        "letter_drafted",
        {"letter": number, "kind": "icrc_cta.tracing", "purpose": "return"},
    )


def test_a_follow_up_of_a_letter_nobody_knows_is_not_drafted(office: Office, open_one: OpenOne) -> None:
    with pytest.raises(NotFound, match="letter_not_found"):
        draft(office, open_one(office), kind="follow_up.thanks", after="2026-000009")


def test_a_reading_copy_is_to_be_had_in_the_languages_the_letter_is_written_in(
    office: Office, open_one: OpenOne
) -> None:
    number = draft(office, open_one(office))
    with pytest.raises(InvalidInput, match="no_reading_copy") as refused_copy:
        preview_letter(office, number, now=office.now(), language="fr")
    assert refused_copy.value.advice == "one of: en, uk"
