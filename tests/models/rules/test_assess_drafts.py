"""What a ladder asks to be written: a draft once, if consent allows it, and a flag for as long as it does not."""

from dataclasses import replace
from typing import Any

import pytest

from models.rules.assess import assess
from models.rules.facts import CaseFacts
from models.rules.letter_policy import ConditionKind, LetterCondition, LetterKind
from models.rules.ordered_letters import consent_missing
from models.rules.policy import Anchor, DraftOrder, MetBy
from models.rules.rulebook import Rulebook
from models.rules.terms import Term
from models.statuses import Basis, LetterState, Purpose, Stage
from tests.models.rules.rule_book import (
    BOOK,
    DAYS,
    ICRC,
    NAME,
    OMBUDSMAN_REPLY,
    POLICY,
    book_of,
    rule,
    rungs,
)
from tests.models.rules.rule_facts import at, case, consented, letter, on, way
from tests.models.rules.rule_looks import look

FAMILY = DraftOrder("family_request", Purpose.INFORMATION)
# Day 7 asks for a letter to the ICRC, day 14 tells somebody, day 21 asks for one to the family.
LADDER = rule(
    "ladder",
    Anchor.STAGE_ENTERED,
    30,
    DAYS,
    MetBy.NEXT_STAGE,
    stage=Stage.REPORTED,
    rungs=rungs(7, order=ICRC) + rungs(14) + rungs(21, order=FAMILY),
)
BOOK_OF_ONE = book_of(LADDER)
DAY_7, DAY_14, DAY_21 = "Mon 2026-06-08 07:00", "Mon 2026-06-15 07:00", "Mon 2026-06-22 07:00"
CONSENTED = (consented(body="icrc"),)


def drafts(facts: CaseFacts, now: str, book: Rulebook = BOOK_OF_ONE) -> list[str]:
    return [draft.order.kind for draft in assess(facts, book, at(now)).drafts]


def flags(facts: CaseFacts, now: str, book: Rulebook = BOOK_OF_ONE) -> list[tuple[str, str]]:
    return [(flag.code, flag.about) for flag in assess(facts, book, at(now)).flags]


@pytest.mark.parametrize(
    ("now", "written"),
    [
        ("Mon 2026-06-08 06:59", []),
        (DAY_7, ["icrc_request"]),
        # After downtime the rung that asked for it was overtaken, and writes nothing.
        (DAY_14, []),
        (DAY_21, ["family_request"]),
    ],
)
def test_a_rung_that_fires_asks_for_its_draft_and_one_overtaken_does_not(now: str, written: list[str]) -> None:
    assert drafts(case(consents=CONSENTED), now) == written


def test_a_draft_says_which_rung_asked_for_it() -> None:
    (draft,) = assess(case(consents=CONSENTED), BOOK_OF_ONE, at(DAY_7)).drafts
    assert (draft.order, draft.because.rung.id, draft.because.clock.anchor) == (ICRC, "day_7", "reported#1")


@pytest.mark.parametrize(
    ("state", "written"),
    [
        (LetterState.DRAFT, []),
        (LetterState.APPROVED, []),
        (LetterState.QUEUED, []),
        (LetterState.SENT, []),
        (LetterState.ACKNOWLEDGED, []),
        (LetterState.ANSWERED, []),
        (LetterState.UNDELIVERABLE, []),
        (LetterState.REJECTED, ["icrc_request"]),
        (LetterState.STOPPED, ["icrc_request"]),
        (LetterState.REFUSED, ["icrc_request"]),
        (LetterState.NO_REPLY, ["icrc_request"]),
    ],
)
def test_a_ladder_does_not_write_a_letter_that_is_under_way(state: LetterState, written: list[str]) -> None:
    assert drafts(case(consents=CONSENTED, letters=(letter("L1", "icrc", state=state),)), DAY_7) == written


def test_a_letter_of_another_kind_or_purpose_stands_in_no_ones_way() -> None:
    others = (
        letter("L1", "icrc", state=LetterState.DRAFT, purpose=Purpose.RETURN),
        letter("L2", "wgeid", state=LetterState.DRAFT),
    )
    assert drafts(case(consents=CONSENTED, letters=others), DAY_7) == ["icrc_request"]


def test_two_ladders_that_ask_for_the_same_letter_in_one_look_get_one() -> None:
    other = replace(LADDER, id="other")
    assert drafts(case(consents=CONSENTED), DAY_7, book_of(LADDER, other)) == ["icrc_request"]
    (draft,) = assess(case(consents=CONSENTED), book_of(LADDER, other), at(DAY_7)).drafts
    assert draft.because.clock.rule.id == "ladder"


@pytest.mark.parametrize(
    ("consents", "written", "flagged"),
    [
        ((), [], [("consent_missing", "icrc")]),
        ((consented(body="icrc"),), ["icrc_request"], []),
        ((consented(body="*"),), ["icrc_request"], []),
        ((consented(body="wgeid"),), [], [("consent_missing", "icrc")]),
        ((consented(body="icrc", purpose=Purpose.RETURN),), [], [("consent_missing", "icrc")]),
        ((consented(body="icrc", withdrawn="Mon 2026-06-08"),), [], [("consent_missing", "icrc")]),
        ((consented("Tue 2026-06-09", body="icrc"),), [], [("consent_missing", "icrc")]),
    ],
)
def test_without_consent_there_is_no_draft_but_a_flag(
    consents: tuple[Any, ...], written: list[str], flagged: list[tuple[str, str]]
) -> None:
    facts = case(consents=consents)
    assert drafts(facts, DAY_7) == written
    assert flags(facts, DAY_7) == flagged


def test_after_the_eighteenth_birthday_the_parents_consent_writes_nothing() -> None:
    grown = case(consents=CONSENTED, adult_on=on("Mon 2026-06-08"))
    assert flags(grown, DAY_7) == [("consent_missing", "icrc")]
    own = replace(grown, consents=(consented(by=Basis.SELF),))
    assert drafts(own, DAY_7) == ["icrc_request"]


def test_the_flag_stays_until_there_is_consent_or_the_clock_has_ended() -> None:
    after, first = look(case(), BOOK_OF_ONE, at(DAY_7))
    assert [rung.rung.id for rung in first.rungs] == ["day_7"]
    assert flags(after, "Mon 2026-06-08 12:00") == [("consent_missing", "icrc")]
    assert flags(after, "Fri 2026-06-12 12:00") == [("consent_missing", "icrc")]
    assert flags(replace(after, consents=CONSENTED), "Fri 2026-06-12 12:00") == []
    written = replace(after, letters=(letter("L1", "icrc", state=LetterState.DRAFT),))
    assert flags(written, "Fri 2026-06-12 12:00") == []
    left = replace(after, entries=way((Stage.REPORTED, "Mon 2026-06-01"), (Stage.IDENTIFIED, "Thu 2026-06-11")))
    assert ("consent_missing", "icrc") not in flags(left, "Fri 2026-06-12 12:00")


def test_an_overtaken_rung_is_flagged_like_one_that_fired() -> None:
    after, first = look(case(), BOOK_OF_ONE, at(DAY_14))
    assert [(flag.code, flag.about) for flag in first.flags] == [("consent_missing", "icrc")]
    assert flags(after, DAY_14) == [("consent_missing", "icrc")]


def test_the_family_may_be_written_to_without_a_consent() -> None:
    today = on("Mon 2026-06-08")
    assert not consent_missing(case(), BOOK, "family", Purpose.INFORMATION, today)
    assert consent_missing(case(), BOOK, "icrc", Purpose.SEARCH, today)


def test_a_letter_with_two_overdue_reply_clocks_is_silent_once() -> None:
    shorter = rule("shorter", Anchor.LETTER_TAKEN, 15, DAYS, MetBy.REPLY, body="ombudsman_ua")
    facts = case(letters=(letter("L1", "ombudsman_ua", "Mon 2026-06-01"),))
    found = assess(facts, book_of(OMBUDSMAN_REPLY, shorter), at("Mon 2026-07-06 12:00"))
    assert found.silent_letters == ("L1",)


def test_a_clock_of_ours_that_counts_from_a_letter_says_nothing_about_its_answer() -> None:
    alarm = rule("alarm", Anchor.LETTER_TAKEN, 15, DAYS, MetBy.NOTHING, body="icrc")
    facts = case(letters=(letter("L1", "icrc", "Mon 2026-06-01"),))
    assert assess(facts, book_of(alarm), at("Mon 2026-07-06 12:00")).silent_letters == ()


def test_a_statutory_term_that_never_pauses_ends_in_silence_too() -> None:
    statutory = replace(OMBUDSMAN_REPLY, hard=True)
    facts = case(letters=(letter("L1", "ombudsman_ua", "Mon 2026-06-01"),))
    assert assess(facts, book_of(statutory), at("Mon 2026-07-06 12:00")).silent_letters == ("L1",)


def test_the_look_that_finds_a_letter_silent_may_ask_for_it_anew() -> None:
    """Whoever looks when both are due writes what looks at midnight and at seven would have written."""
    facts = case(consents=CONSENTED, letters=(letter("L1", "icrc", "Fri 2026-05-08"),))
    book = book_of(LADDER, rule("reply", Anchor.LETTER_TAKEN, 30, DAYS, MetBy.REPLY, body="icrc"))
    found = assess(facts, book, at("Tue 2026-06-09 07:00"))
    assert found.silent_letters == ("L1",)
    assert [draft.order for draft in found.drafts] == [ICRC]


def test_the_look_that_asks_for_a_letter_anew_takes_the_flag_off_the_one_before() -> None:
    refused = letter("L1", "icrc", "Mon 2026-06-01", state=LetterState.REFUSED)
    facts = case(consents=CONSENTED, letters=(refused,))
    assert flags(facts, "Mon 2026-06-08 06:59") == [("letter_refused", "L1")]
    assert flags(facts, DAY_7) == []


# ---------------------------------------------------------------- conditions, and letters that follow others
SECOND = DraftOrder("second_notice", Purpose.SEARCH, "icrc")
FOLLOW_UP = LetterKind(
    "second_notice", ("wgeid", "icrc"), NAME, (Purpose.SEARCH, Purpose.RETURN), NAME, follows=(LetterState.NO_REPLY,)
)
REPLY = rule("reply", Anchor.LETTER_TAKEN, 30, DAYS, MetBy.REPLY, body="icrc", rungs=rungs(30, order=SECOND))
OVERDUE = "Thu 2026-07-02 12:00"
ASKED = letter("L1", "icrc", "Mon 2026-06-01")


def book_with(*conditions: LetterCondition, bodies: dict[str, Any] | None = None) -> Rulebook:
    """The ladder's book, where a letter to the ICRC has these conditions and can be followed by a second notice."""
    first = replace(POLICY.get_kind("icrc_request"), when=conditions)
    others = (kind for kind in POLICY.kinds if kind.id != first.id)
    changed = tuple(replace(body, **(bodies or {})) if body.id == "icrc" else body for body in POLICY.bodies)
    return book_of(LADDER, REPLY, base=replace(POLICY, kinds=(first, FOLLOW_UP, *others), bodies=changed))


def condition(kind: ConditionKind, **parameters: Any) -> LetterCondition:
    return LetterCondition(kind, "made for tests", **parameters)


NOT_BESIDE_WGEID = condition(ConditionKind.NOT_PENDING_WITH, bodies=("wgeid",), waivable=True)
AT_WGEID = (letter("L9", "wgeid", state=LetterState.DRAFT),)


@pytest.mark.parametrize(
    ("conditions", "facts", "written", "flagged"),
    [
        ((NOT_BESIDE_WGEID,), {}, ["icrc_request"], []),
        ((NOT_BESIDE_WGEID,), {"letters": AT_WGEID}, [], [("letter_not_now", "icrc")]),
        (
            (NOT_BESIDE_WGEID,),
            {"letters": AT_WGEID, "decisions": frozenset({("icrc_request", "icrc")})},
            ["icrc_request"],
            [],
        ),
        ((NOT_BESIDE_WGEID,), {"letters": AT_WGEID, "consents": ()}, [], ["consent_missing", "letter_not_now"]),
        # The consent to publication is a consent like any other.
        (
            (condition(ConditionKind.CONSENT_FOR, purpose=Purpose.PUBLICITY),),
            {},
            [],
            [("consent_missing", "icrc")],
        ),
        # What is not for this stage is nobody's to decide, and nothing to tell anybody of.
        ((condition(ConditionKind.STAGES, stages=(Stage.LOCATED,)),), {}, [], []),
        ((condition(ConditionKind.STAGES, stages=(Stage.LOCATED,)),), {"consents": ()}, [], []),
        ((condition(ConditionKind.UNDER_AGE, years=18),), {}, [], [("letter_not_now", "icrc")]),
        ((condition(ConditionKind.UNDER_AGE, years=18),), {"adult_on": on("Mon 2026-06-01")}, [], []),
    ],
)
def test_a_ladder_writes_what_stands_and_flags_what_a_person_can_help(
    conditions: tuple[LetterCondition, ...], facts: dict[str, Any], written: list[str], flagged: list[Any]
) -> None:
    book = book_with(*conditions)
    found = case(**({"consents": CONSENTED} | facts))
    assert drafts(found, DAY_7, book) == written
    told = [pair for pair in flags(found, DAY_7, book) if pair[0] in {"consent_missing", "letter_not_now"}]
    assert told == [pair if isinstance(pair, tuple) else (pair, "icrc") for pair in flagged]


def test_a_case_is_looked_at_again_when_a_flagged_letter_is_too_late() -> None:
    """The day of separation is known, the age is not: the term's end takes the flag away."""
    within = condition(ConditionKind.SEPARATED_WITHIN, term=Term(10, DAYS))
    book = book_with(within, condition(ConditionKind.UNDER_AGE, years=18))
    found = case(consents=CONSENTED, separation_on=on("Mon 2026-06-01"))
    looked = assess(found, book, at(DAY_7))
    assert [(flag.code, flag.about) for flag in looked.flags] == [("letter_not_now", "icrc")]
    assert looked.next_look_at == at("Fri 2026-06-12 00:00")
    assert flags(found, "Fri 2026-06-12 00:00", book) == []


def test_to_some_bodies_no_ladder_writes_and_none_is_flagged() -> None:
    book = book_with(bodies={"by_person_only": True})
    assert drafts(case(consents=CONSENTED), DAY_7, book) == []
    assert flags(case(), DAY_7, book) == []


def test_an_answer_that_fails_to_come_is_asked_for_by_a_letter_that_names_the_first() -> None:
    asked = replace(ASKED, purpose=Purpose.RETURN)
    found = case(Stage.IDENTIFIED, consents=(consented(purpose=Purpose.RETURN),), letters=(asked,))
    (draft,) = assess(found, book_with(), at(OVERDUE)).drafts
    assert (draft.order.kind, draft.body, draft.follows) == ("second_notice", "icrc", "L1")
    assert draft.order.purpose is Purpose.RETURN
    assert draft.because.clock.anchor == "L1"


def test_two_letters_to_one_body_without_an_answer_are_each_asked_about_once() -> None:
    other = letter("L2", "icrc", "Tue 2026-06-02", kind="icrc_other")
    found = case(Stage.IDENTIFIED, consents=CONSENTED, letters=(ASKED, other))
    after, first = look(found, book_with(), at("Fri 2026-07-03 12:00"))
    assert [draft.follows for draft in first.drafts] == ["L1", "L2"]
    assert drafts(after, "Fri 2026-07-03 13:00", book_with()) == []


def test_a_second_notice_that_a_person_has_begun_is_not_written_once_more() -> None:
    begun = replace(letter("L2", "icrc", kind="second_notice", state=LetterState.DRAFT), follows="L1")
    found = case(Stage.IDENTIFIED, consents=CONSENTED, letters=(ASKED, begun))
    assert drafts(found, OVERDUE, book_with()) == []


def test_silence_after_the_second_notice_writes_no_third() -> None:
    silent = replace(ASKED, state=LetterState.NO_REPLY)
    notice = replace(letter("L2", "icrc", "Mon 2026-06-01", kind="second_notice"), follows="L1")
    found = case(Stage.IDENTIFIED, consents=CONSENTED, letters=(silent, notice))
    found = replace(found, rungs=frozenset({("reply", "L1", "day_30")}))
    looked = assess(found, book_with(), at(OVERDUE))
    assert (looked.silent_letters, looked.drafts) == (("L2",), ())


def test_no_clock_waits_for_an_answer_to_a_letter_that_awaits_none() -> None:
    thanks = LetterKind("thanks", ("icrc",), NAME, (Purpose.SEARCH,), NAME, awaits_reply=False)
    alarm = rule("alarm", Anchor.LETTER_TAKEN, 15, DAYS, MetBy.NOTHING, body="icrc")
    book = book_of(REPLY, alarm, base=replace(POLICY, kinds=(*POLICY.kinds, thanks)))
    found = case(letters=(letter("L1", "icrc", "Mon 2026-06-01", kind="thanks"),))
    assert [clock.rule.id for clock in assess(found, book, at(OVERDUE)).clocks] == ["alarm"]


def test_what_a_stages_ladder_asks_for_is_for_what_the_letter_before_it_was_for() -> None:
    closing = replace(FOLLOW_UP, id="thanks", follows=(LetterState.SENT,), awaits_reply=False)
    order = DraftOrder("thanks", Purpose.RETURN, "icrc")
    ladder = replace(LADDER, rungs=rungs(7, order=order))
    book = book_of(ladder, base=replace(POLICY, kinds=(*POLICY.kinds, closing)))
    (draft,) = assess(case(consents=CONSENTED, letters=(ASKED,)), book, at(DAY_7)).drafts
    assert (draft.order.purpose, draft.follows) == (Purpose.SEARCH, "L1")
    # Where there is no letter to come after, there is nothing to write and nothing to flag.
    assert (drafts(case(), DAY_7, book), flags(case(), DAY_7, book)) == ([], [])


def test_a_letter_about_several_children_is_followed_up_by_a_person() -> None:
    found = case(Stage.IDENTIFIED, consents=CONSENTED, letters=(replace(ASKED, children=2),))
    assert drafts(found, OVERDUE, book_with()) == []
    assert ("joint_letter", "icrc") in flags(found, OVERDUE, book_with())


def test_of_two_letters_that_exclude_each_other_one_look_writes_the_first() -> None:
    wgeid = DraftOrder("wgeid_request", Purpose.SEARCH)
    both = replace(LADDER, rungs=(replace(LADDER.rungs[0], drafts=(wgeid, ICRC)),))
    book = book_of(both, base=book_with(NOT_BESIDE_WGEID).policy)
    after, first = look(case(consents=(consented(),)), book, at(DAY_7))
    assert [draft.order.kind for draft in first.drafts] == ["wgeid_request"]
    assert [(flag.code, flag.about) for flag in first.flags] == [("letter_not_now", "icrc")]
    assert (drafts(after, DAY_7, book), flags(after, DAY_7, book)) == ([], [("letter_not_now", "icrc")])
