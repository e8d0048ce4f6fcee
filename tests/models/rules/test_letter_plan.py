"""The plan of letters: for each body what is on record, and whether it is written to now, later or not, and why."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from models.rules.disclosure import Field
from models.rules.facts import CaseFacts, ClockFact
from models.rules.letter_conditions import Verdict
from models.rules.letter_plan import Advice, plan_letters, standing
from models.rules.letter_policy import ConditionKind, LetterCondition, LetterKind
from models.rules.rulebook import Rulebook
from models.rules.terms import Term
from models.statuses import CaseStatus, ClockState, LetterState, Precision, Purpose, Stage
from tests.models.rules.rule_book import BOOK, MONTHS, NAME, POLICY, YEARS
from tests.models.rules.rule_cases import Moment, moments
from tests.models.rules.rule_facts import KYIV, case, consented, letter, on, seen

TODAY = "Mon 2026-06-15"
NOW, LATER, UNDER_WAY, NOT_NOW, OVER = Verdict
SEARCH, RETURN = Purpose.SEARCH, Purpose.RETURN
ANSWERED, NO_REPLY, SENT, DRAFT = LetterState.ANSWERED, LetterState.NO_REPLY, LetterState.SENT, LetterState.DRAFT
TAKEN = (SENT, LetterState.ACKNOWLEDGED, ANSWERED, NO_REPLY)


def when(condition: ConditionKind, *, waivable: bool = False, **parameters: Any) -> LetterCondition:
    return LetterCondition(condition, "made for tests", waivable=waivable, **parameters)


def kind(kind_id: str, *bodies: str, **more: Any) -> LetterKind:
    plain = LetterKind(kind_id, bodies, NAME, (SEARCH, RETURN), NAME)
    return replace(plain, **more)


CED = kind(
    "ced_request", "ombudsman_ua", when=(when(ConditionKind.NOT_PENDING_WITH, bodies=("wgeid",), waivable=True),)
)
WGEID = kind("wgeid_request", "wgeid", urgent_within=Term(3, MONTHS))
ICRC = kind("icrc_request", "icrc", when=(when(ConditionKind.STAGES, stages=(Stage.IDENTIFIED, Stage.LOCATED)),))
HAGUE = kind(
    "hague",
    "icrc",
    when=(
        when(ConditionKind.UNDER_AGE, years=16),
        when(ConditionKind.SEPARATED_WITHIN, term=Term(1, YEARS), waivable=True),
    ),
)
PUBLIC = kind("public", "icrc", when=(when(ConditionKind.CONSENT_FOR, purpose=Purpose.PUBLICITY, waivable=True),))
DECIDED = kind("decided", "icrc", when=(when(ConditionKind.DECISION),))
SECOND = kind("second_notice", "icrc", "wgeid", follows=(NO_REPLY,))
SUPPLEMENT = kind("supplement", "icrc", follows=TAKEN, awaits_reply=False, when=(when(ConditionKind.NEW_SIGHTING),))
THANKS = kind("thanks", "icrc", follows=TAKEN, awaits_reply=False)
WITHDRAWAL = kind("withdrawal", "icrc", follows=TAKEN, awaits_reply=False, when=(when(ConditionKind.CONSENT_ENDED),))
FILING = kind("filing", "icrc", purposes=(Purpose.ACCOUNTABILITY,), awaits_reply=False)
NEWS = kind("family_request", "family", purposes=(Purpose.INFORMATION,), awaits_reply=False)
KINDS = (CED, WGEID, ICRC, HAGUE, PUBLIC, DECIDED, SECOND, SUPPLEMENT, THANKS, WITHDRAWAL, FILING, NEWS)
RULES = Rulebook(replace(POLICY, kinds=KINDS), BOOK.calendars)
BOTH = (consented(), consented(purpose=RETURN))


def advise(one: LetterKind, facts: CaseFacts, today: str = TODAY, *, after: str | None = None) -> Advice:
    return standing(one, RULES.policy.get_body(one.bodies[0]), facts, RULES, on(today), after=after)


def why(one: LetterKind, stage: Stage = Stage.LOCATED, **facts: Any) -> tuple[Verdict, list[str]]:
    """The verdict on a letter, and the reasons' codes with what they are about."""
    advice = advise(one, case(stage, **({"consents": BOTH} | facts)))
    return advice.verdict, [f"{each.code} {each.about}".strip() for each in advice.reasons]


@pytest.mark.parametrize(
    ("facts", "verdict", "reasons"),
    [
        ({}, NOW, []),
        ({"stage": Stage.REPORTED}, LATER, ["stage_not_reached identified"]),
        ({"stage": Stage.VERIFIED}, OVER, ["stage_passed verified"]),
        ({"status": CaseStatus.SUSPENDED}, NOT_NOW, ["case_is_suspended"]),
        ({"status": CaseStatus.CLOSED}, NOT_NOW, ["case_is_closed"]),
        ({"consents": ()}, NOT_NOW, ["consent_missing search", "consent_missing return"]),
        # One purpose is enough to write; the other is told apart.
        ({"consents": (consented(),)}, NOW, []),
        ({"letters": (letter("L1", "icrc", state=DRAFT),)}, UNDER_WAY, ["being_written L1"]),
        ({"letters": (letter("L1", "icrc", state=LetterState.QUEUED),)}, UNDER_WAY, ["being_written L1"]),
        ({"letters": (letter("L1", "icrc", "Mon 2026-06-01"),)}, UNDER_WAY, ["sent L1"]),
        # A letter on its way is told first, and still what speaks against another.
        (
            {"letters": (letter("L1", "icrc", "Mon 2026-06-01"),), "stage": Stage.VERIFIED},
            UNDER_WAY,
            ["sent L1", "stage_passed verified"],
        ),
        ({"letters": (letter("L1", "icrc", state=LetterState.REJECTED),)}, NOW, []),
        ({"letters": (letter("L1", "icrc", "Mon 2026-06-01", state=NO_REPLY),)}, NOW, []),
        # The search was answered, the return has not been asked for.
        ({"letters": (letter("L1", "icrc", "Mon 2026-06-01", state=ANSWERED),)}, NOW, []),
        (
            {"letters": (letter("L1", "icrc", "Mon 2026-06-01", state=ANSWERED),), "consents": (consented(),)},
            OVER,
            ["answered L1"],
        ),
        # Letters to other bodies and of other kinds do not count.
        ({"letters": (letter("L1", "wgeid", state=DRAFT), letter("L2", "icrc", kind="hague"))}, NOW, []),
    ],
)
def test_a_first_letter(facts: dict[str, Any], verdict: Verdict, reasons: list[str]) -> None:
    assert why(ICRC, **facts) == (verdict, reasons)


@pytest.mark.parametrize(
    ("one", "facts", "verdict", "reasons"),
    [
        (CED, {}, NOW, []),
        (CED, {"letters": (letter("L1", "wgeid", "Mon 2026-06-01"),)}, NOT_NOW, ["pending_with wgeid"]),
        (DECIDED, {}, NOT_NOW, ["decision_missing"]),
        (DECIDED, {"decisions": {("decided", "icrc")}}, NOW, []),
        (PUBLIC, {}, NOT_NOW, ["consent_missing publicity"]),
        # No decision stands in for a consent.
        (PUBLIC, {"decisions": {("public", "icrc")}}, NOT_NOW, ["consent_missing publicity"]),
        (PUBLIC, {"consents": (*BOTH, consented(purpose=Purpose.PUBLICITY))}, NOW, []),
        (HAGUE, {}, NOT_NOW, ["age_not_known 16", "separation_day_not_known"]),
        # What time has decided weighs more than what is lacking.
        (HAGUE, {"separation_on": on("Sun 2025-06-01")}, OVER, ["age_not_known 16", "term_over 2026-06-01"]),
        (NEWS, {"consents": ()}, NOW, []),
        (
            NEWS,
            {"letters": (letter("L1", "family", "Mon 2026-06-01", purpose=Purpose.INFORMATION),)},
            OVER,
            ["written L1"],
        ),
    ],
)
def test_conditions_and_consents(one: LetterKind, facts: dict[str, Any], verdict: Verdict, reasons: list[str]) -> None:
    assert why(one, **facts) == (verdict, reasons)


def test_a_decision_lets_a_waivable_condition_give_way_and_no_other() -> None:
    pending = (letter("L1", "wgeid", "Mon 2026-06-01"),)
    facts = case(Stage.LOCATED, consents=BOTH, letters=pending)
    before, after = (
        advise(CED, facts),
        advise(CED, replace(facts, decisions=frozenset({("ced_request", "ombudsman_ua")}))),
    )
    assert (before.stands, before.reasons[0].waivable, before.waits_for_a_person) == (False, True, True)
    assert (after.stands, after.verdict, [each.code for each in after.reasons]) == (True, NOW, ["decided"])
    late = replace(facts, decisions=frozenset({("icrc_request", "icrc")}), entries=case(Stage.VERIFIED).entries)
    assert (advise(ICRC, late).stands, advise(ICRC, late).waits_for_a_person) == (False, False)


FIRST = letter("L1", "icrc", "Mon 2026-06-01", state=NO_REPLY)
ANSWERED_FIRST = letter("L1", "icrc", "Mon 2026-06-01", state=ANSWERED)
SENT_FIRST = letter("L1", "icrc", "Mon 2026-06-01")


def follow_up(letter_id: str, one: LetterKind, state: LetterState = SENT, *, after: str = "L1") -> Any:
    taken = None if state is DRAFT or state is LetterState.REJECTED else "Mon 2026-06-08"
    return replace(letter(letter_id, "icrc", taken, kind=one.id, state=state), follows=after)


@pytest.mark.parametrize(
    ("one", "letters", "verdict", "reasons", "follows"),
    [
        (SECOND, (), NOT_NOW, ["nothing_to_follow"], None),
        (SECOND, (letter("L1", "icrc", state=DRAFT),), NOT_NOW, ["nothing_to_follow"], None),
        (SECOND, (letter("L1", "wgeid", "Mon 2026-06-01", state=NO_REPLY),), NOT_NOW, ["nothing_to_follow"], None),
        (SECOND, (SENT_FIRST,), LATER, ["awaits_reply L1"], None),
        (SECOND, (ANSWERED_FIRST,), NOT_NOW, ["nothing_to_follow"], None),
        (SECOND, (FIRST,), NOW, [], "L1"),
        # The latest of two that stayed without an answer; once that is followed, the one before.
        (SECOND, (FIRST, letter("L2", "icrc", "Tue 2026-06-02", state=NO_REPLY)), NOW, [], "L2"),
        (
            SECOND,
            (FIRST, letter("L2", "icrc", "Tue 2026-06-02", state=NO_REPLY), follow_up("L3", SECOND, after="L2")),
            NOW,
            [],
            "L1",
        ),
        (SECOND, (FIRST, follow_up("L2", SECOND, DRAFT)), UNDER_WAY, ["being_written L2"], None),
        (SECOND, (FIRST, follow_up("L2", SECOND)), UNDER_WAY, ["sent L2"], None),
        (SECOND, (FIRST, follow_up("L2", SECOND, LetterState.REJECTED)), NOW, [], "L1"),
        # Silence after the second notice too: the first letter, not the notice, is what a third would come after.
        (SECOND, (FIRST, follow_up("L2", SECOND, NO_REPLY)), NOW, [], "L1"),
        # Thanks await no answer, so nothing comes after them.
        (SECOND, (ANSWERED_FIRST, follow_up("L2", THANKS)), NOT_NOW, ["nothing_to_follow"], None),
        (THANKS, (SENT_FIRST,), NOW, [], "L1"),
        (
            THANKS,
            (SENT_FIRST, follow_up("L2", THANKS, DRAFT)),
            UNDER_WAY,
            ["being_written L2"],
            None,
        ),
        (THANKS, (SENT_FIRST, follow_up("L2", THANKS)), OVER, ["written L2"], None),
        (
            THANKS,
            (FIRST, follow_up("L2", SECOND), follow_up("L3", THANKS, after="L2")),
            OVER,
            ["written L3"],
            None,
        ),
        # A request after the thanks can be thanked for in its turn.
        (
            THANKS,
            (SENT_FIRST, follow_up("L2", THANKS), letter("L3", "icrc", "Tue 2026-06-09")),
            NOW,
            [],
            "L3",
        ),
        (SUPPLEMENT, (SENT_FIRST,), NOW, [], "L1"),
        (SUPPLEMENT, (SENT_FIRST, follow_up("L2", SUPPLEMENT)), NOW, [], "L1"),
        (
            SUPPLEMENT,
            (SENT_FIRST, follow_up("L2", SUPPLEMENT, DRAFT)),
            UNDER_WAY,
            ["being_written L2"],
            None,
        ),
        (SUPPLEMENT, (letter("L1", "icrc", "Mon 2026-06-15"),), NOT_NOW, ["no_new_sighting"], "L1"),
    ],
)
def test_a_letter_that_comes_after_another(
    one: LetterKind, letters: tuple[Any, ...], verdict: Verdict, reasons: list[str], follows: str | None
) -> None:
    facts = case(Stage.LOCATED, consents=BOTH, letters=letters, sightings=(seen("Wed 2026-06-10"),))
    advice = advise(one, facts)
    told = [f"{each.code} {each.about}".strip() for each in advice.reasons]
    assert (advice.verdict, told, advice.follows) == (verdict, reasons, follows)


def test_an_answer_can_be_answered_as_often_as_one_comes() -> None:
    answer = kind("answer", "icrc", follows=(ANSWERED,))
    facts = case(consents=BOTH, letters=(ANSWERED_FIRST, follow_up("L2", answer, ANSWERED)))
    assert (advise(answer, facts).verdict, advise(answer, facts).follows) == (NOW, "L2")


def test_the_letter_to_be_followed_can_be_named() -> None:
    facts = case(consents=BOTH, letters=(FIRST, letter("L2", "icrc", "Tue 2026-06-02", state=NO_REPLY)))
    assert advise(SECOND, facts, after="L1").follows == "L1"
    assert advise(SECOND, facts, after="L9").stands is False


def test_a_follow_up_needs_consent_for_what_the_letter_before_it_was_for() -> None:
    asked = replace(FIRST, purpose=RETURN)
    held = advise(SECOND, case(letters=(asked,), consents=BOTH))
    lacking = advise(SECOND, case(letters=(asked,), consents=(consented(),)))
    assert (held.consents_held, held.consents_missing) == ((RETURN,), ())
    assert (lacking.verdict, lacking.stands, lacking.consents_missing) == (NOT_NOW, True, (RETURN,))


def test_a_follow_up_rests_on_every_consent_on_which_the_letters_before_it_rested() -> None:
    published = (letter("L1", "icrc", "Mon 2026-06-01", kind="public", state=NO_REPLY),)
    publicity = consented(purpose=Purpose.PUBLICITY)
    assert why(SECOND, letters=published, consents=(*BOTH, publicity)) == (NOW, [])
    assert why(SECOND, letters=published) == (NOT_NOW, ["consent_missing publicity"])
    # Neither a letter that never came there nor one to another body counts.
    unsent = replace(published[0], taken_on=None)
    assert why(SECOND, letters=(unsent, FIRST)) == (NOW, [])
    assert why(SECOND, letters=(replace(published[0], body="wgeid"), FIRST)) == (NOW, [])


def test_a_letter_is_taken_back_when_the_consent_to_its_publication_is() -> None:
    published = (letter("L1", "icrc", "Mon 2026-06-01", kind="public"),)
    taken_back = consented(purpose=Purpose.PUBLICITY, withdrawn=TODAY)
    assert why(WITHDRAWAL, letters=published, consents=(*BOTH, taken_back)) == (NOW, [])
    assert why(WITHDRAWAL, letters=published, consents=(*BOTH, consented(purpose=Purpose.PUBLICITY)))[0] is NOT_NOW
    # Where nothing rested on the consent to publication, nothing is to be taken back.
    assert why(WITHDRAWAL, letters=(SENT_FIRST,), consents=(*BOTH, taken_back))[0] is NOT_NOW


def test_only_a_letter_that_waits_for_an_answer_says_from_which_day_on() -> None:
    clock = ClockFact("icrc_reply", "L1", on("Mon 2026-06-01"), on("Wed 2026-07-01"), ClockState.RUNNING)
    home = replace(THANKS, when=(when(ConditionKind.STAGES, stages=(Stage.RETURNED,)),))
    advice = advise(home, case(consents=BOTH, letters=(SENT_FIRST,), clocks=(clock,)))
    assert (advice.verdict, advice.opens_on) == (LATER, None)


def test_a_second_notice_opens_on_the_morning_after_the_answer_was_due() -> None:
    clock = ClockFact("icrc_reply", "L1", on("Mon 2026-06-01"), on("Wed 2026-07-01"), ClockState.RUNNING)
    paused = replace(clock, rule="other", due_on=on("Tue 2026-06-30"), state=ClockState.PAUSED)
    facts = case(consents=BOTH, letters=(SENT_FIRST,), clocks=(paused, clock))
    assert advise(SECOND, facts).opens_on == on("Thu 2026-07-02")
    assert advise(SECOND, replace(facts, clocks=())).opens_on is None
    assert advise(ICRC, replace(case(), clocks=(clock,))).opens_on is None


@pytest.mark.parametrize(
    ("consents", "status", "verdict"),
    [
        (BOTH, CaseStatus.OPEN, NOT_NOW),
        ((consented(withdrawn=TODAY),), CaseStatus.OPEN, NOW),
        ((consented(withdrawn=TODAY),), CaseStatus.SUSPENDED, NOT_NOW),
        (BOTH, CaseStatus.CLOSED, NOW),
        (BOTH, CaseStatus.ERASED, NOT_NOW),
    ],
)
def test_a_letter_is_taken_back_without_a_consent(
    consents: tuple[Any, ...], status: CaseStatus, verdict: Verdict
) -> None:
    facts = case(consents=consents, status=status, letters=(SENT_FIRST,))
    assert advise(WITHDRAWAL, facts).verdict is verdict
    assert advise(WITHDRAWAL, facts).consents_held == (SEARCH,)


@pytest.mark.parametrize(
    ("one", "facts", "latest"),
    [
        # The hard clock on the body: three months from the separation.
        (WGEID, {"separation_on": on("Fri 2026-05-01")}, "Sat 2026-08-01"),
        (WGEID, {"separation_on": on("Sun 2026-03-15")}, "Mon 2026-06-15"),
        (WGEID, {"separation_on": on("Sat 2026-03-14")}, None),
        (WGEID, {}, None),
        (
            WGEID,
            {"separation_on": on("Fri 2026-05-01"), "letters": (letter("L1", "wgeid", state=DRAFT),)},
            "Sat 2026-08-01",
        ),
        # Once the body has been written to, the clock is met.
        (WGEID, {"separation_on": on("Fri 2026-05-01"), "letters": (letter("L1", "wgeid", "Mon 2026-06-01"),)}, None),
        (ICRC, {"separation_on": on("Fri 2026-05-01")}, None),
        # Of several last days the first.
        (HAGUE, {"separation_on": on("Fri 2025-08-01"), "adult_on": on("Sat 2028-07-15")}, "Tue 2026-07-14"),
        (HAGUE, {"separation_on": on("Fri 2025-08-01"), "adult_on": on("Sun 2029-07-15")}, "Sat 2026-08-01"),
        (HAGUE, {"separation_on": on("Fri 2025-08-01"), "adult_on": on("Mon 2028-05-15")}, None),
    ],
)
def test_by_when_at_the_latest(one: LetterKind, facts: dict[str, Any], latest: str | None) -> None:
    assert advise(one, case(Stage.LOCATED, **({"consents": BOTH} | facts))).latest_on == (
        on(latest) if latest else None
    )


@pytest.mark.parametrize(
    ("parted", "precision", "procedure"),
    [
        ("Fri 2026-05-01", Precision.DAY, "urgent"),
        ("Fri 2026-05-01", Precision.MONTH, "standard"),
        ("Sun 2026-03-01", Precision.DAY, "standard"),
    ],
)
def test_which_procedure_is_open(parted: str, precision: Precision, procedure: str) -> None:
    facts = case(separation_on=on(parted), separation_precision=precision)
    assert advise(WGEID, facts).procedure == procedure
    assert advise(ICRC, facts).procedure is None


def test_a_plan_has_each_kind_for_each_of_its_bodies_in_the_policys_order() -> None:
    planned = [(advice.kind, advice.body) for advice in plan_letters(case(), RULES, on(TODAY))]
    assert planned == [(one.id, body) for one in KINDS for body in one.bodies]


def test_a_letter_about_the_caseload_is_in_no_cases_plan() -> None:
    bodies = tuple(replace(body, allow=(Field.CASELOAD,)) if body.id == "icrc" else body for body in POLICY.bodies)
    book = Rulebook(replace(RULES.policy, bodies=bodies), RULES.calendars)
    assert {advice.body for advice in plan_letters(case(), book, on(TODAY))} == {"ombudsman_ua", "wgeid", "family"}


@given(moments())
def test_whatever_is_on_record_the_plan_says_why_a_letter_does_not_stand(moment: Moment) -> None:
    today = moment.now.astimezone(KYIV).date()
    for advice in plan_letters(moment.facts, RULES, today):
        assert advice.verdict is NOW or advice.reasons
        assert advice.verdict is not NOW or (advice.stands and advice.consents_held)
        assert set(advice.consents_held).isdisjoint(advice.consents_missing)
        assert advice.latest_on is None or advice.latest_on >= today
        assert advice.opens_on is None or advice.verdict is LATER


@given(moments())
def test_ced_and_wgeid_never_both_without_a_decision(moment: Moment) -> None:
    written = [each for each in moment.facts.letters if each.body == "wgeid" and each.taken_on is not None]
    refused = {LetterState.REFUSED}
    advice = advise(CED, moment.facts, f"{moment.now.astimezone(KYIV):%a %Y-%m-%d}")
    assert not advice.stands or all(each.state in refused for each in written)
