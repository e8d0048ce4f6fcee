"""Ladders after silence, acknowledgement and refusal, rungs placed from the end, and rungs that were put off."""

from dataclasses import replace

import pytest

from models.rules.assess import assess
from models.rules.clocks import due_rungs, open_rungs, plan_clocks, rung_moment
from models.rules.facts import CaseFacts, ReplyFact
from models.rules.policy import Anchor, ClockRule, DraftOrder, MetBy, Rung
from models.statuses import CaseStatus, ClockState, LetterState, Purpose, ReplyKind, Role, RungKind, Stage
from tests.models.rules.rule_book import (
    BOOK,
    DAYS,
    ICRC_REPLY,
    MONTHS,
    NAME,
    REPORTED,
    WGEID_URGENT,
    book_of,
    rule,
)
from tests.models.rules.rule_facts import KYIV, at, case, consented, letter, on, pause, reply
from tests.models.rules.wide_book import IN_HOURS, LAST_DAYS, OFFICE_REPLY

SENT = letter("L1", "icrc", "Mon 2026-06-01")
ACKNOWLEDGED = reply("L1", ReplyKind.ACKNOWLEDGEMENT, "Fri 2026-06-05")
REFUSED = reply("L1", ReplyKind.REFUSAL, "Wed 2026-06-10")
ANSWERED = reply("L1", ReplyKind.ANSWER, "Fri 2026-06-12")
ASKED = reply("L1", ReplyKind.REQUEST_FOR_INFORMATION, "Fri 2026-06-12")


def ladder(one: ClockRule, facts: CaseFacts, now: str) -> dict[str, str]:
    """The rungs that can fire as things stand, each with its moment on the office's wall."""
    (clock,) = plan_clocks(facts, book_of(one), at(now))
    return {
        rung.id: f"{rung_moment(clock, rung, BOOK).astimezone(KYIV):%a %Y-%m-%d %H:%M}" for rung in open_rungs(clock)
    }


def heard_of(*replies: ReplyFact, **more: object) -> CaseFacts:
    return case(letters=(SENT,), replies=replies, **more)


@pytest.mark.parametrize(
    ("replies", "rungs"),
    [
        (
            (),
            {
                "silence_20": "Sun 2026-06-21 07:00",
                "silence_30": "Thu 2026-07-02 07:00",
                "None_45": "Fri 2026-07-17 07:00",
            },
        ),
        (
            (ACKNOWLEDGED,),
            {
                "None_45": "Fri 2026-07-17 07:00",
                "acknowledgement_10": "Mon 2026-06-15 07:00",
                "acknowledgement_30": "Sun 2026-07-05 07:00",
            },
        ),
        # The first acknowledgement counts.
        (
            (reply("L1", ReplyKind.ACKNOWLEDGEMENT, "Mon 2026-06-08"), ACKNOWLEDGED),
            {
                "None_45": "Fri 2026-07-17 07:00",
                "acknowledgement_10": "Mon 2026-06-15 07:00",
                "acknowledgement_30": "Sun 2026-07-05 07:00",
            },
        ),
        ((ACKNOWLEDGED, REFUSED), {"refusal_1": "Thu 2026-06-11 07:00", "refusal_14": "Wed 2026-06-24 07:00"}),
        # Who answers after all, or asks, refuses no more; who refuses after all does.
        ((REFUSED, ANSWERED), {}),
        ((REFUSED, ASKED), {}),
        ((ANSWERED,), {}),
        (
            (ANSWERED, replace(REFUSED, received_on=on("Mon 2026-06-15"))),
            {"refusal_1": "Tue 2026-06-16 07:00", "refusal_14": "Mon 2026-06-29 07:00"},
        ),
        # Of two replies on one day the one recorded last counts.
        ((REFUSED, replace(ANSWERED, received_on=REFUSED.received_on)), {}),
        (
            (replace(ANSWERED, received_on=REFUSED.received_on), REFUSED),
            {"refusal_1": "Thu 2026-06-11 07:00", "refusal_14": "Wed 2026-06-24 07:00"},
        ),
    ],
)
def test_silence_acknowledgement_and_refusal_lead_to_different_rungs(
    replies: tuple[ReplyFact, ...], rungs: dict[str, str]
) -> None:
    assert ladder(OFFICE_REPLY, heard_of(*replies), "Tue 2026-06-16 12:00") == rungs


@pytest.mark.parametrize(
    "more",
    [
        {"entries": case(Stage.RETURNED).entries},
        {"status": CaseStatus.SUSPENDED, "pauses": (pause("Mon 2026-06-15"),)},
        {"status": CaseStatus.CLOSED, "pauses": (pause("Mon 2026-06-15"),)},
    ],
)
def test_a_refusal_leads_nowhere_while_nobody_works_on_the_case(more: dict[str, object]) -> None:
    assert ladder(OFFICE_REPLY, heard_of(REFUSED, **more), "Tue 2026-06-16 12:00") == {}


def test_a_rest_after_a_refusal_moves_its_rungs() -> None:
    facts = heard_of(
        REFUSED, pauses=(pause("Fri 2026-06-05", "Mon 2026-06-08"), pause("Thu 2026-06-11", "Sat 2026-06-13"))
    )
    assert ladder(OFFICE_REPLY, facts, "Tue 2026-06-16 12:00") == {
        "refusal_1": "Sat 2026-06-13 07:00",
        "refusal_14": "Fri 2026-06-26 07:00",
    }


def test_a_refusals_rungs_fire_and_are_looked_for_although_the_clock_has_stopped() -> None:
    book = book_of(OFFICE_REPLY)
    first = assess(heard_of(REFUSED), book, at("Wed 2026-06-10 12:00"))
    assert [clock.state for clock in first.clocks] == [ClockState.MET]
    assert (first.rungs, first.next_look_at) == ((), at("Thu 2026-06-11 07:00"))
    second = assess(heard_of(REFUSED), book, at("Thu 2026-06-11 07:00"))
    assert [due.rung.id for due in second.rungs] == ["refusal_1"]
    assert second.next_look_at == at("Wed 2026-06-24 07:00")
    told = heard_of(
        REFUSED, rungs=frozenset({("office_reply", "L1", "refusal_1"), ("office_reply", "L1", "refusal_14")})
    )
    assert assess(told, book, at("Wed 2026-06-24 07:00")).next_look_at is None


def test_a_refusal_recorded_late_tells_only_its_highest_rung() -> None:
    (clock,) = plan_clocks(heard_of(REFUSED), book_of(OFFICE_REPLY), at("Mon 2026-06-29 12:00"))
    due = due_rungs(clock, frozenset(), BOOK, at("Mon 2026-06-29 12:00"))
    assert [(each.rung.id, each.overtaken) for each in due] == [("refusal_1", True), ("refusal_14", False)]


def test_what_silence_has_told_is_not_told_again_after_an_acknowledgement() -> None:
    fired = frozenset({("office_reply", "L1", "silence_20"), ("office_reply", "L1", "silence_30")})
    late = reply("L1", ReplyKind.ACKNOWLEDGEMENT, "Fri 2026-07-03")
    (clock,) = plan_clocks(heard_of(late), book_of(OFFICE_REPLY), at("Mon 2026-07-13 12:00"))
    due = due_rungs(clock, fired, BOOK, at("Mon 2026-07-13 12:00"))
    assert [each.rung.id for each in due] == ["acknowledgement_10"]


def test_a_refused_letter_leads_to_a_draft_for_another_channel() -> None:
    order = DraftOrder("wgeid_request", Purpose.SEARCH)
    rungs = (replace(OFFICE_REPLY.rungs[-1], drafts=(order,)),)
    book = book_of(replace(OFFICE_REPLY, rungs=rungs))
    refused = replace(SENT, state=LetterState.REFUSED)
    facts = replace(heard_of(REFUSED, consents=(consented(),)), letters=(refused,))
    assert [draft.order for draft in assess(facts, book, at("Wed 2026-06-24 07:00")).drafts] == [order]
    assert assess(facts, book, at("Tue 2026-06-23 07:00")).drafts == ()


def test_a_rung_whose_refusal_has_not_come_is_shown_as_from_the_anchor() -> None:
    (clock,) = plan_clocks(heard_of(), book_of(OFFICE_REPLY), at("Tue 2026-06-16 12:00"))
    assert rung_moment(clock, OFFICE_REPLY.rungs[-1], BOOK) == at("Mon 2026-06-15 07:00")


def test_a_clock_that_no_reply_stops_hears_nothing() -> None:
    alarm = rule("alarm", Anchor.LETTER_TAKEN, 30, DAYS, MetBy.NOTHING, body="icrc", rungs=OFFICE_REPLY.rungs)
    (clock,) = plan_clocks(heard_of(ACKNOWLEDGED), book_of(alarm), at("Tue 2026-06-16 12:00"))
    assert clock.heard is None


@pytest.mark.parametrize(
    ("taken", "moments"),
    [
        # A month of 28 days that ends on a Saturday, one of 30, one of 31: always the morning after the last day.
        ("Sat 2026-01-31", ["Sat 2026-01-31", "Mon 2026-02-23", "Tue 2026-03-03", "Tue 2026-03-17"]),
        ("Wed 2026-04-15", ["Wed 2026-04-15", "Fri 2026-05-08", "Sat 2026-05-16", "Sat 2026-05-30"]),
        ("Fri 2026-05-15", ["Sat 2026-05-16", "Mon 2026-06-08", "Tue 2026-06-16", "Tue 2026-06-30"]),
    ],
)
def test_rungs_placed_from_the_end_keep_to_it_in_short_months_too(taken: str, moments: list[str]) -> None:
    one = rule("month", Anchor.LETTER_TAKEN, 1, MONTHS, MetBy.REPLY, body="icrc", rungs=LAST_DAYS)
    facts = case(letters=(letter("L1", "icrc", taken),), opened_on=on(taken))
    assert list(ladder(one, facts, f"{taken} 12:00").values()) == [f"{moment} 07:00" for moment in moments]


def test_in_hours_the_rung_at_the_end_fires_at_that_very_moment() -> None:
    entry = replace(case().entries[0], entered_at=at("Mon 2026-06-01 13:30"))
    one = replace(IN_HOURS, stage=Stage.REPORTED)
    assert ladder(one, case(entries=(entry,)), "Mon 2026-06-01 14:00") == {
        "end_0": "Wed 2026-06-03 13:30",
        "end_14": "Thu 2026-06-18 07:00",
    }
    found = assess(case(entries=(entry,)), book_of(one), at("Mon 2026-06-01 14:00"))
    assert found.next_look_at == at("Wed 2026-06-03 13:30")


@pytest.mark.parametrize(
    ("rung", "place"),
    [
        ({"at_day": 12}, "12"),
        ({"at_day": -30}, "-30"),
        ({"at_day": 0}, "0"),
        ({"from_end": 0}, "end"),
        ({"from_end": 14}, "end+14"),
        ({"from_end": -30}, "end-30"),
        ({"at_day": 7, "after": "refusal"}, "refusal+7"),
        ({"at_day": 0, "after": "acknowledgement"}, "acknowledgement"),
        ({"at_day": 7, "after": "silence"}, "7"),
    ],
)
def test_a_rungs_place_is_a_word(rung: dict[str, object], place: str) -> None:
    made = Rung("one", RungKind.REMINDER, (Role.COORDINATOR,), NAME, **rung)  # type: ignore[arg-type]  # Rung's own
    assert made.place == place


@pytest.mark.parametrize("placed", [{}, {"at_day": 1, "from_end": 1}])
def test_a_rung_stands_in_exactly_one_place(placed: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="either `at_day` or `from_end`"):
        Rung("one", RungKind.REMINDER, (Role.COORDINATOR,), NAME, **placed)


def put_off(rung: str, until: str, one: str = "stage_reported", anchor: str = "reported#1") -> CaseFacts:
    return case(snoozes=frozenset({(one, anchor, rung, on(until))}))


def test_a_rung_that_was_put_off_fires_on_the_morning_of_its_new_day() -> None:
    facts = put_off("day_12", "Mon 2026-06-15")
    assert ladder(REPORTED, facts, "Mon 2026-06-01 12:00")["day_12"] == "Mon 2026-06-15 07:00"
    book = book_of(REPORTED)
    told = replace(facts, rungs=frozenset({("stage_reported", "reported#1", "day_7")}))
    assert assess(told, book, at("Sat 2026-06-13 07:00")).rungs == ()
    assert assess(told, book, at("Sat 2026-06-13 07:00")).next_look_at == at("Mon 2026-06-15 07:00")
    assert [due.rung.id for due in assess(told, book, at("Mon 2026-06-15 07:00")).rungs] == ["day_12"]


def test_a_rung_is_never_brought_forward_by_being_put_off() -> None:
    facts = put_off("day_12", "Wed 2026-06-03")
    assert ladder(REPORTED, facts, "Mon 2026-06-01 12:00")["day_12"] == "Sat 2026-06-13 07:00"


def test_a_rung_put_off_beyond_the_next_one_fires_after_it() -> None:
    facts = put_off("day_12", "Mon 2026-06-29")
    (clock,) = plan_clocks(facts, book_of(REPORTED), at("Wed 2026-06-17 07:00"))
    fired = frozenset({("stage_reported", "reported#1", "day_7")})
    assert [each.rung.id for each in due_rungs(clock, fired, BOOK, at("Wed 2026-06-17 07:00"))] == ["day_15"]
    told = fired | {("stage_reported", "reported#1", each) for each in ("day_15", "day_20")}
    due = due_rungs(clock, told, BOOK, at("Mon 2026-06-29 07:00"))
    assert [(each.rung.id, each.overtaken) for each in due] == [("day_12", False)]


def test_only_the_rung_that_was_put_off_moves_and_of_its_own_clock_only() -> None:
    plain = ladder(REPORTED, case(), "Mon 2026-06-01 12:00")
    assert ladder(REPORTED, put_off("day_99", "Mon 2026-06-29"), "Mon 2026-06-01 12:00") == plain
    assert ladder(REPORTED, put_off("day_12", "Mon 2026-06-29", anchor="reported#2"), "Mon 2026-06-01 12:00") == plain
    assert ladder(REPORTED, put_off("day_12", "Mon 2026-06-29", "other"), "Mon 2026-06-01 12:00") == plain


def test_no_cut_off_can_be_put_off() -> None:
    plain = case(separation_on=on("Wed 2026-04-01"))
    tried = replace(plain, snoozes=frozenset({("wgeid_urgent", "separation", "day_60", on("Mon 2026-06-29"))}))
    now = "Mon 2026-06-01 12:00"
    assert ladder(WGEID_URGENT, tried, now) == ladder(WGEID_URGENT, plain, now)


def test_a_second_notice_takes_the_purpose_of_the_letter_it_follows() -> None:
    policy = BOOK.policy
    notice = replace(
        policy.get_kind("icrc_request"),
        id="second_notice",
        purposes=(Purpose.SEARCH, Purpose.RETURN),
        follows=(LetterState.NO_REPLY,),
    )
    order = DraftOrder("second_notice", Purpose.SEARCH)
    overdue = replace(LAST_DAYS[2], drafts=(order,))
    base = replace(policy, kinds=(*policy.kinds, notice))
    book = book_of(replace(ICRC_REPLY, rungs=(overdue,)), base=base)
    asked = replace(SENT, purpose=Purpose.RETURN)
    facts = case(letters=(asked,), consents=(consented(purpose=Purpose.RETURN),))
    (draft,) = assess(facts, book, at("Thu 2026-07-02 07:00")).drafts
    assert (draft.order.purpose, draft.follows) == (Purpose.RETURN, "L1")
