"""The plan of a case's letters, what the desk refuses because of it, and the legal officer's decisions."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from casework.case_file import read_case
from casework.consents import give_consent, withdraw_consent
from casework.facts import confirm_standing, record_sighting
from casework.letter_decisions import decide, withdraw_decision
from casework.letter_facts import gather_facts
from casework.letter_file import get_letter
from casework.letter_plan import PlannedLetter, list_plan
from casework.letters import (
    approve_letter,
    draft_letter,
    hand_over_letter,
    list_letters,
    preview_letter,
    reject_letter,
    release_letter,
)
from casework.office import Office
from casework.reconcile import reconcile_case
from casework.replies import record_reply
from casework.status import suspend
from models.errors import InvalidInput, NotFound, RuleViolation
from models.records import ConsentRecord, DecisionRecord, LetterRecord
from models.rules.letter_conditions import Verdict
from models.rules.reference import make_reference
from models.schemas.letters import ReceivedReply
from models.statuses import Basis, InformationGrade, Purpose, ReplyKind, SourceGrade, SourceKind, Territory
from tests.casework.letter_steps import approved, draft, journal_of, letter_of

CED = {"kind": "ced.urgent_action", "purpose": Purpose.SEARCH}
WGEID = {"kind": "wgeid.request", "purpose": Purpose.SEARCH}
# A separation two months before the day the test's office opens its doors.
RECENT = {"separation__on": "2026-01-10"}


@pytest.fixture
def case(office: Office, open_one: Callable[..., str]) -> str:
    """A case at its very beginning, with consents for search and return to anybody."""
    reference = open_one(office, **RECENT)
    confirm_standing(office, reference, now=office.now(), actor="c-01")
    reconcile_case(office, reference, office.now())
    return reference


def see(office: Office, reference: str, now: datetime) -> None:
    """Record what an office says about where the child is."""
    record_sighting(
        office,
        reference,
        seen_on=now.date(),
        stated_on=now.date(),
        place="м. Вигадане",
        source="Вигадана установа",
        country="RU",
        territory=Territory.RUSSIA,
        source_kind=SourceKind.OFFICIAL,
        source_grade=SourceGrade.B,
        information_grade=InformationGrade.PROBABLY_TRUE,
        now=now,
        actor="c-01",
    )


def planned(office: Office, reference: str, kind: str, body: str | None = None) -> PlannedLetter:
    lines = list_plan(office, reference, office.now(), "en")
    return next(line for line in lines if line.kind == kind and body in {None, line.body})


def test_a_plan_says_what_can_be_written_now_by_when_and_what_to_type(office: Office, case: str) -> None:
    line = planned(office, case, "wgeid.request")
    assert (line.verdict, line.reasons, line.procedure) == (Verdict.NOW, (), "urgent")
    assert str(line.latest_on) == "2026-04-10"
    assert line.command == f"dodomu letter draft {case} --kind wgeid.request --purpose search"
    assert line.body_name == "Working Group on Enforced or Involuntary Disappearances"


def test_a_plan_names_the_body_where_a_kind_goes_to_several(office: Office, case: str) -> None:
    line = planned(office, case, "follow_up.second_notice", "icrc_cta")
    assert [reason.words for reason in line.reasons] == ["there is no letter for it to come after"]
    assert (line.verdict, line.command) == (Verdict.NOT_NOW, None)


def test_a_letter_under_way_is_told_by_its_number(office: Office, case: str) -> None:
    number = draft(office, case, **WGEID)
    line = planned(office, case, "wgeid.request")
    assert (line.verdict, line.reasons[0].about) == (Verdict.UNDER_WAY, number)
    assert line.command == f"dodomu letter preview {number}"


def test_ced_and_wgeid_are_not_both_written_to_without_a_decision(office: Office, case: str) -> None:
    draft(office, case, **WGEID)
    with pytest.raises(RuleViolation, match="letter_not_now") as refused:
        draft(office, case, **CED)
    assert refused.value.references["reasons"] == "pending_with"
    assert "dodomu letter decide" in refused.value.advice
    line = planned(office, case, "ced.urgent_action")
    assert (line.verdict, line.reasons[0].about) == (Verdict.NOT_NOW, "wgeid")
    assert line.command == f"dodomu letter decide {case} ced.urgent_action --reason …"
    decide(office, case, kind="ced.urgent_action", reason="Вигадана підстава", now=office.now(), actor="l-01")
    assert planned(office, case, "ced.urgent_action").reasons[0].words == "by a legal officer's decision"
    draft(office, case, **CED)


def test_a_condition_that_no_decision_waives_is_refused_in_words(office: Office, case: str) -> None:
    with pytest.raises(RuleViolation, match="letter_not_now") as refused:
        draft(office, case, kind="follow_up.thanks", body="wgeid")
    assert refused.value.references["reasons"] == "nothing_to_follow stage_not_reached"
    assert refused.value.advice == "there is no letter for it to come after; only from the stage Returned on"


def test_publication_needs_a_consent_of_its_own(office: Office, case: str) -> None:
    with pytest.raises(RuleViolation, match="consent_missing") as refused:
        draft(office, case, kind="special_procedures.communication")
    assert refused.value.references["purpose"] == "publicity"
    line = planned(office, case, "special_procedures.communication")
    assert line.command == f"dodomu consent give {case} --body special_procedures --purpose publicity …"
    give_consent(
        office,
        case,
        body="special_procedures",
        purpose=Purpose.PUBLICITY,
        given_on=office.now().date(),
        given_by=Basis.PARENT,
        now=office.now(),
        actor="c-01",
    )
    draft(office, case, kind="special_procedures.communication")


def test_a_missing_consent_is_told_with_the_command_that_records_it(office: Office, case: str) -> None:
    with office.store.reading() as session:
        consents = list(session.scalars(select(ConsentRecord.id)))
    for consent in consents:
        withdraw_consent(office, case, consent, withdrawn_on=office.now().date(), now=office.now(), actor="c-01")
    line = planned(office, case, "wgeid.request")
    assert line.verdict is Verdict.NOT_NOW
    assert [reason.code for reason in line.reasons] == ["consent_missing", "consent_missing"]
    assert line.reasons[0].words == "missing: a consent in force for the search"
    assert line.command == f"dodomu consent give {case} --body wgeid --purpose search …"


def test_a_suspended_cases_plan_says_how_to_take_it_up_again(office: Office, case: str) -> None:
    suspend(office, case, reason="Вигадано", now=office.now(), actor="c-01")
    line = planned(office, case, "ombudsman_ua.request")
    assert (line.reasons[0].words, line.command) == ("the case is suspended", f"dodomu case resume {case}")


def test_a_mediator_is_asked_once_somebody_has_seen_the_child(office: Office, case: str) -> None:
    lines = [line for line in list_plan(office, case, office.now(), "uk") if line.kind == "mediator.request"]
    assert {line.body for line in lines} >= {"mediator_qatar", "mediator_holy_see"}
    assert all(line.verdict in {Verdict.NOT_NOW, Verdict.LATER} for line in lines)


def test_silence_has_the_ladder_draft_a_second_notice_that_names_the_first(office: Office, case: str) -> None:
    number = approved(office, case, purpose=Purpose.RETURN)
    hand_over_letter(office, number, office.now().date(), now=office.now(), actor="c-01")
    reconcile_case(office, case, office.now())
    overdue = office.now() + timedelta(days=32)
    assert reconcile_case(office, case, overdue).drafts > 0
    assert reconcile_case(office, case, overdue).drafts == 0
    (notice,) = [line for line in list_letters(office, reference=case) if line.kind == "follow_up.second_notice"]
    assert letter_of(office, notice.number).follows == letter_of(office, number).id
    assert (notice.body, notice.purpose, notice.drafted_by) == ("ombudsman_ua", Purpose.RETURN, None)
    plan = {(each.kind, each.body): each for each in list_plan(office, case, overdue, "en")}
    line = plan["follow_up.second_notice", "ombudsman_ua"]
    assert (line.verdict, line.reasons[0].about) == (Verdict.UNDER_WAY, notice.number)
    assert preview_letter(office, notice.number, now=overdue).startswith(b"%PDF")


def test_a_follow_up_comes_after_the_letter_that_is_named(office: Office, case: str) -> None:
    first, second = (approved(office, case) for _ in range(2))
    for number in (first, second):
        hand_over_letter(office, number, office.now().date(), now=office.now(), actor="c-01")
    supplement: dict[str, Any] = {"kind": "follow_up.supplement", "body": "ombudsman_ua"}
    with pytest.raises(RuleViolation, match="letter_not_now"):
        draft(office, case, after=first, **supplement)
    later = office.now() + timedelta(days=1)
    see(office, case, later)
    number = draft_letter(office, case, after=first, purpose=Purpose.SEARCH, now=later, actor="c-01", **supplement)
    assert letter_of(office, number).follows == letter_of(office, first).id
    with pytest.raises(NotFound, match="letter_not_found"):
        draft_letter(office, case, after="2026-999999", purpose=Purpose.SEARCH, now=later, actor="c-01", **supplement)


def test_no_case_has_no_plan(office: Office) -> None:
    with pytest.raises(NotFound, match="case_not_found"):
        list_plan(office, make_reference(2026, 9), office.now(), "en")


def decided(office: Office, reference: str, actor: str = "l-01", **choices: Any) -> str:
    choice = {"kind": "ced.urgent_action", "reason": "Вигадана підстава", **choices}
    return decide(office, reference, now=office.now(), actor=actor, **choice)


def test_a_decision_is_journalled_with_its_reason_sealed(office: Office, case: str) -> None:
    assert decided(office, case) == "ced"
    kind, body = journal_of(office, case)[-1]
    assert (kind, body) == ("letter_decided", {"kind": "ced.urgent_action", "body": "ced"})
    with office.store.reading() as session:
        decision = session.scalars(select(DecisionRecord)).one()
        assert (decision.kind, decision.body, decision.decided_by) == ("ced.urgent_action", "ced", "l-01")


def test_a_withdrawn_decision_holds_no_more_and_can_be_taken_again(office: Office, case: str) -> None:
    draft(office, case, **WGEID)
    decided(office, case)
    told: dict[str, Any] = {
        "kind": "ced.urgent_action",
        "body": "ced",
        "reason": "Вигадано",
        "now": office.now(),
        "actor": "l-01",
    }
    assert withdraw_decision(office, case, **told) == "ced"
    assert journal_of(office, case)[-1][0] == "letter_decision_withdrawn"
    assert planned(office, case, "ced.urgent_action").verdict is Verdict.NOT_NOW
    with pytest.raises(NotFound, match="decision_not_found"):
        withdraw_decision(office, case, **told)
    decided(office, case)
    assert planned(office, case, "ced.urgent_action").verdict is Verdict.NOW


@pytest.mark.parametrize(
    ("choices", "error", "code"),
    [
        ({"actor": "s-01"}, RuleViolation, "role_not_allowed"),
        ({"kind": "wgeid.gossip"}, NotFound, "letter_kind_not_found"),
        ({"body": "wgeid"}, InvalidInput, "body_not_for_this_letter"),
        ({"reason": "  "}, InvalidInput, "reason_missing"),
        # Every condition of thanks is a fact: nobody decides that the child is home.
        ({"kind": "follow_up.thanks"}, RuleViolation, "nothing_to_decide"),
    ],
)
def test_what_cannot_be_decided(
    office: Office, case: str, choices: dict[str, Any], error: type[Exception], code: str
) -> None:
    with pytest.raises(error, match=code):
        decided(office, case, **choices)


def test_what_has_been_decided_is_not_decided_again(office: Office, case: str) -> None:
    decided(office, case)
    with pytest.raises(RuleViolation, match="already_decided"):
        decided(office, case)


def test_a_consent_to_publication_withdrawn_after_the_approval_stops_the_release(office: Office, case: str) -> None:
    consent = give_consent(
        office,
        case,
        body="special_procedures",
        purpose=Purpose.PUBLICITY,
        given_on=office.now().date(),
        given_by=Basis.PARENT,
        now=office.now(),
        actor="c-01",
    )
    number = draft(office, case, kind="special_procedures.communication")
    for person in ("c-02", "l-01"):
        approve_letter(office, number, now=office.now(), actor=person)
    withdraw_consent(office, case, consent, withdrawn_on=office.now().date(), now=office.now(), actor="c-01")
    with pytest.raises(RuleViolation, match="consent_missing"):
        release_letter(office, number, now=office.now(), actor="c-01")


def test_no_more_is_told_where_it_may_be_published_once_the_consent_to_that_is_withdrawn(
    office: Office, case: str
) -> None:
    told: dict[str, Any] = {
        "given_on": office.now().date(),
        "given_by": Basis.PARENT,
        "now": office.now(),
        "actor": "c-01",
    }
    consent = give_consent(office, case, body="special_procedures", purpose=Purpose.PUBLICITY, **told)
    first = draft(office, case, kind="special_procedures.communication")
    for person in ("c-02", "l-01"):
        approve_letter(office, first, now=office.now(), actor=person)
    hand_over_letter(office, first, office.now().date(), now=office.now(), actor="c-01")
    tomorrow = office.now() + timedelta(days=1)
    see(office, case, tomorrow)
    supplement: dict[str, Any] = {
        "kind": "follow_up.supplement",
        "body": "special_procedures",
        "purpose": Purpose.SEARCH,
    }
    number = draft_letter(office, case, now=tomorrow, actor="c-01", **supplement)
    for person in ("c-02", "l-01"):
        approve_letter(office, number, now=tomorrow, actor=person)
    withdraw_consent(office, case, consent, withdrawn_on=tomorrow.date(), now=tomorrow, actor="c-01")
    with pytest.raises(RuleViolation, match="consent_missing"):
        release_letter(office, number, now=tomorrow, actor="c-01")
    reject_letter(office, number, reason="Згоду відкликано", now=tomorrow, actor="c-01")
    with pytest.raises(RuleViolation, match="consent_missing"):
        draft_letter(office, case, now=tomorrow, actor="c-01", **supplement)
    draft_letter(office, case, now=tomorrow, actor="c-01", **(supplement | {"kind": "follow_up.withdrawal"}))


def test_a_follow_up_whose_letter_turns_out_not_to_have_been_taken_is_not_shown(office: Office, case: str) -> None:
    number = approved(office, case, purpose=Purpose.RETURN)
    hand_over_letter(office, number, office.now().date(), now=office.now(), actor="c-01")
    reconcile_case(office, case, office.now())
    overdue = office.now() + timedelta(days=32)
    reconcile_case(office, case, overdue)
    (notice,) = [line for line in list_letters(office, reference=case) if line.kind == "follow_up.second_notice"]
    with office.store.writing() as session:
        session.execute(update(LetterRecord).where(LetterRecord.number == number).values(taken_on=None))
    with pytest.raises(RuleViolation, match="earlier_letter_missing"):
        preview_letter(office, notice.number, now=overdue)


def test_a_follow_up_is_of_a_letter_about_the_same_child(
    office: Office, case: str, open_one: Callable[..., str]
) -> None:
    number = approved(office, open_one(office, child__given_name="Ярина"))
    hand_over_letter(office, number, office.now().date(), now=office.now(), actor="c-01")
    with pytest.raises(NotFound, match="letter_not_found"):
        draft(office, case, kind="follow_up.supplement", body="ombudsman_ua", after=number)


def test_a_reply_of_which_nothing_but_the_day_is_known_is_named_by_its_day(office: Office, case: str) -> None:
    number = approved(office, case)
    today = office.now().date()
    hand_over_letter(office, number, today, now=office.now(), actor="c-01")
    record_reply(office, number, kind=ReplyKind.ACKNOWLEDGEMENT, received_on=today, now=office.now(), actor="c-01")
    later = office.now() + timedelta(days=1)
    see(office, case, later)
    choice = {"kind": "follow_up.supplement", "body": "ombudsman_ua", "after": number}
    supplement = draft_letter(office, case, purpose=Purpose.SEARCH, now=later, actor="c-01", **choice)
    with read_case(office, case, later) as file:
        reply = gather_facts(file, get_letter(file.session, supplement)).facts.letter.reply
    assert reply == ReceivedReply(received_on=today, their_reference=None)
