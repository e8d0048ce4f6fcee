"""What clocks count from beside stages and the taking of letters, and what a lag and an uncertain day do: tables."""

from dataclasses import replace
from typing import Any

import pytest

from models.rules.assess import assess
from models.rules.clocks import plan_clocks
from models.rules.facts import CaseFacts
from models.rules.policy import Anchor, ClockRule, MetBy
from models.rules.terms import Term
from models.statuses import ClockState, LetterState, Precision, Purpose, ReplyKind, Stage
from tests.models.rules.rule_book import (
    BOOK,
    DAYS,
    EIGHTEEN,
    HOURS,
    WGEID_URGENT,
    WORKING,
    book_of,
    rule,
)
from tests.models.rules.rule_facts import KYIV, at, case, consented, letter, on, pause, reply, way
from tests.models.rules.rule_looks import clock_rows, planned
from tests.models.rules.wide_book import CONSENT_USED, HANDED_ON, IN_HOURS, REGISTERED_REPLY, SIXTEEN

RUNNING, PAUSED, OVERDUE, MET, LAPSED, DROPPED = ClockState
SENT = letter("L1", "icrc", "Mon 2026-06-01")
ACKNOWLEDGED = reply("L1", ReplyKind.ACKNOWLEDGEMENT, "Wed 2026-06-10")


def one_clock(one: ClockRule, facts: CaseFacts, now: str = "Mon 2026-06-15 12:00") -> Any:
    (clock,) = planned(one, now, facts)
    return clock


@pytest.mark.parametrize(
    ("lag", "replies", "counted_from", "lagged_from", "due"),
    [
        # Taken on a Monday, supposed to be registered on Thursday: thirty days on is Saturday, so Monday.
        (Term(3, DAYS), (), "Thu 2026-06-04", "Mon 2026-06-01", "Mon 2026-07-06"),
        (Term(3, WORKING), (), "Thu 2026-06-04", "Mon 2026-06-01", "Mon 2026-07-06"),
        (Term(5, WORKING), (), "Mon 2026-06-08", "Mon 2026-06-01", "Wed 2026-07-08"),
        # The day is on record: nothing is added, and it counts however early or late it is.
        (Term(3, DAYS), ("Tue 2026-06-02",), "Tue 2026-06-02", None, "Thu 2026-07-02"),
        (Term(3, DAYS), ("Fri 2026-06-12",), "Fri 2026-06-12", None, "Mon 2026-07-13"),
        (Term(3, DAYS), ("Fri 2026-06-12", "Tue 2026-06-09"), "Tue 2026-06-09", None, "Thu 2026-07-09"),
        (None, ("Tue 2026-06-02",), "Tue 2026-06-02", None, "Thu 2026-07-02"),
    ],
)
def test_thirty_days_count_from_registration_or_from_when_it_should_have_been(
    lag: Term | None, replies: tuple[str, ...], counted_from: str, lagged_from: str | None, due: str
) -> None:
    told = tuple(replace(ACKNOWLEDGED, registered_on=on(day)) for day in replies)
    clock = one_clock(replace(REGISTERED_REPLY, lag=lag), case(letters=(SENT,), replies=(ACKNOWLEDGED, *told)))
    assert (clock.anchor, clock.letter) == ("L1", "L1")
    assert clock.anchor_on == on(counted_from)
    assert clock.lagged_from == (on(lagged_from) if lagged_from else None)
    assert clock.due_on == on(due)


def test_without_a_lag_a_clock_waits_until_the_day_is_on_record() -> None:
    of_another = replace(ACKNOWLEDGED, letter="L2", registered_on=on("Tue 2026-06-02"))
    facts = case(letters=(SENT,), replies=(ACKNOWLEDGED, of_another))
    assert planned(replace(REGISTERED_REPLY, lag=None), "Mon 2026-06-15 12:00", facts) == ()


def test_a_registration_that_is_told_later_moves_the_clock_and_keeps_its_key() -> None:
    supposed = one_clock(REGISTERED_REPLY, case(letters=(SENT,)))
    told = replace(ACKNOWLEDGED, registered_on=on("Tue 2026-06-09"))
    known = one_clock(REGISTERED_REPLY, case(letters=(SENT,), replies=(told,)))
    assert supposed.key == known.key
    assert (supposed.due_on, known.due_on) == (on("Mon 2026-07-06"), on("Thu 2026-07-09"))


@pytest.mark.parametrize(
    ("delivered", "lag", "due"),
    [
        ("Wed 2026-06-03", None, "Fri 2026-07-03"),
        ("Wed 2026-06-03", Term(0, DAYS), "Fri 2026-07-03"),
        (None, Term(0, DAYS), "Wed 2026-07-01"),
        (None, None, None),
    ],
)
def test_a_term_from_receipt_counts_from_the_day_of_delivery(
    delivered: str | None, lag: Term | None, due: str | None
) -> None:
    one = rule("receipt", Anchor.LETTER_DELIVERED, 30, DAYS, MetBy.REPLY, body="icrc", lag=lag)
    sent = replace(SENT, delivered_on=on(delivered) if delivered else None)
    clocks = planned(one, "Mon 2026-06-15 12:00", case(letters=(sent,)))
    assert [clock.due_on for clock in clocks] == ([on(due)] if due else [])


@pytest.mark.parametrize("anchor", [Anchor.LETTER_TAKEN, Anchor.LETTER_DELIVERED, Anchor.LETTER_REGISTERED])
def test_a_letter_that_was_not_taken_or_awaits_no_answer_starts_no_clock(anchor: Anchor) -> None:
    one = rule("reply", anchor, 30, DAYS, MetBy.REPLY, body="icrc")
    quiet = replace(BOOK.policy, kinds=tuple(replace(kind, awaits_reply=False) for kind in BOOK.policy.kinds))
    facts = case(letters=(replace(SENT, delivered_on=on("Wed 2026-06-03")), letter("L2", "icrc")))
    book = book_of(replace(one, lag=Term(3, DAYS)), base=quiet)
    assert plan_clocks(facts, book, at("Mon 2026-06-15 12:00")) == ()


def test_a_clock_may_count_from_the_first_acknowledgement() -> None:
    one = rule("news", Anchor.LETTER_ACKNOWLEDGED, 30, DAYS, MetBy.REPLY, body="icrc")
    later = reply("L1", ReplyKind.ACKNOWLEDGEMENT, "Mon 2026-06-15")
    assert clock_rows(one, "Mon 2026-06-15 12:00", case(letters=(SENT,), replies=(later, ACKNOWLEDGED))) == [
        ("L1", "Fri 2026-07-10", RUNNING, None)
    ]
    assert clock_rows(one, "Mon 2026-06-15 12:00", case(letters=(SENT,))) == []


GOVERNMENT = replace(reply("W1", ReplyKind.ANSWER, "Mon 2026-06-08"), id="r1")
TO_WGEID = letter("W1", "wgeid", "Mon 2026-06-01", state=LetterState.ANSWERED)


@pytest.mark.parametrize(
    ("more", "now", "state", "closed"),
    [
        ((), "Tue 2026-12-08 23:59", RUNNING, None),
        ((), "Wed 2026-12-09 00:00", LAPSED, "Tue 2026-12-08"),
        ((letter("W2", "wgeid", "Tue 2026-06-09"),), "Wed 2026-06-10 12:00", MET, "Tue 2026-06-09"),
        # What went before the answer came answers nothing; nor does a letter of another kind, or to another body.
        ((letter("W2", "wgeid", "Fri 2026-06-05"),), "Wed 2026-06-10 12:00", RUNNING, None),
        ((letter("W2", "wgeid", "Tue 2026-06-09", kind="thanks"),), "Wed 2026-06-10 12:00", RUNNING, None),
        ((letter("W2", "icrc", "Tue 2026-06-09", kind="wgeid_request"),), "Wed 2026-06-10 12:00", RUNNING, None),
    ],
)
def test_what_a_body_passes_on_is_to_be_answered_within_six_months(
    more: tuple[Any, ...], now: str, state: ClockState, closed: str | None
) -> None:
    facts = case(letters=(TO_WGEID, *more), replies=(GOVERNMENT,))
    assert clock_rows(HANDED_ON, now, facts) == [("r1", "Tue 2026-12-08", state, closed)]


def test_each_answer_and_refusal_is_owed_a_letter_of_its_own_and_an_acknowledgement_none() -> None:
    replies = (
        replace(reply("W1", ReplyKind.ACKNOWLEDGEMENT, "Tue 2026-06-02"), id="r0"),
        GOVERNMENT,
        replace(reply("W1", ReplyKind.REFUSAL, "Wed 2026-06-10"), id="r2"),
        replace(reply("W1", ReplyKind.REQUEST_FOR_INFORMATION, "Wed 2026-06-10"), id="r3"),
        replace(reply("L1", ReplyKind.ANSWER, "Wed 2026-06-10"), id="r4"),
    )
    facts = case(letters=(TO_WGEID, SENT), replies=replies)
    clocks = planned(HANDED_ON, "Mon 2026-06-15 12:00", facts)
    assert [(clock.anchor, clock.letter, clock.due_on) for clock in clocks] == [
        ("r1", "W1", on("Tue 2026-12-08")),
        ("r2", "W1", on("Thu 2026-12-10")),
    ]


def test_a_cut_off_is_of_no_use_to_a_child_who_is_home() -> None:
    facts = case(Stage.RETURNED, letters=(TO_WGEID,), replies=(GOVERNMENT,), adult_on=on("Fri 2028-09-01"))
    assert planned(HANDED_ON, "Mon 2026-06-15 12:00", facts) == ()
    assert planned(SIXTEEN, "Mon 2026-06-15 12:00", facts) == ()


@pytest.mark.parametrize(
    ("separated", "disappeared", "due", "counted_from"),
    [
        (("Wed 2026-04-01", Precision.DAY), None, "Wed 2026-07-01", Precision.DAY),
        (("Wed 2026-04-01", Precision.MONTH), None, "Wed 2026-07-01", Precision.MONTH),
        (("Wed 2026-04-01", Precision.DAY), ("Wed 2026-04-15", Precision.DAY), "Wed 2026-07-15", Precision.DAY),
        (None, ("Fri 2026-05-01", Precision.MONTH), "Sat 2026-08-01", Precision.MONTH),
        (("Wed 2026-04-01", Precision.YEAR), ("Wed 2026-04-15", Precision.DAY), "Wed 2026-07-15", Precision.DAY),
    ],
)
def test_a_disappearance_is_the_separation_until_its_own_day_is_on_record(
    separated: tuple[str, Precision] | None,
    disappeared: tuple[str, Precision] | None,
    due: str,
    counted_from: Precision,
) -> None:
    days: dict[str, Any] = {}
    if separated is not None:
        days |= {"separation_on": on(separated[0]), "separation_precision": separated[1]}
    if disappeared is not None:
        days |= {"disappeared_on": on(disappeared[0]), "disappeared_precision": disappeared[1]}
    clock = one_clock(replace(WGEID_URGENT, anchor=Anchor.DISAPPEARANCE), case(**days))
    assert (clock.anchor, clock.due_on, clock.counted_from) == ("separation", on(due), counted_from)


def test_a_separation_says_how_exactly_it_is_known_and_keeps_to_its_own_day() -> None:
    days = {"separation_on": on("Wed 2026-04-01"), "disappeared_on": on("Wed 2026-04-15")}
    clock = one_clock(WGEID_URGENT, case(**days, separation_precision=Precision.MONTH))
    assert (clock.due_on, clock.counted_from) == (on("Wed 2026-07-01"), Precision.MONTH)


def test_nobody_knows_when_the_child_disappeared() -> None:
    assert planned(replace(WGEID_URGENT, anchor=Anchor.DISAPPEARANCE), "Mon 2026-06-15 12:00", case()) == ()


@pytest.mark.parametrize(
    ("anchor", "adult", "birthday"),
    [
        (Anchor.TENTH_BIRTHDAY, "Wed 2034-09-06", "Sun 2026-09-06"),
        (Anchor.FOURTEENTH_BIRTHDAY, "Fri 2030-09-06", "Sun 2026-09-06"),
        (Anchor.SIXTEENTH_BIRTHDAY, "Wed 2028-09-06", "Sun 2026-09-06"),
        (Anchor.EIGHTEENTH_BIRTHDAY, "Sun 2026-09-06", "Sun 2026-09-06"),
        (Anchor.SIXTEENTH_BIRTHDAY, "Wed 2028-05-31", None),  # over before the case was opened
        (Anchor.SIXTEENTH_BIRTHDAY, None, None),
    ],
)
def test_birthdays_count_back_from_the_day_on_which_the_child_is_grown(
    anchor: Anchor, adult: str | None, birthday: str | None
) -> None:
    one = replace(EIGHTEEN, anchor=anchor)
    facts = case(adult_on=on(adult) if adult else None)
    clocks = planned(one, "Mon 2026-06-15 12:00", facts)
    assert [(clock.anchor, clock.due_on) for clock in clocks] == ([(anchor.value, on(birthday))] if birthday else [])


@pytest.mark.parametrize(
    ("one", "adult", "known_to", "birthday"),
    [
        (SIXTEEN, "Fri 2028-09-01", Precision.MONTH, "Tue 2026-09-01"),
        (SIXTEEN, "Mon 2029-01-01", Precision.YEAR, "Fri 2027-01-01"),
        (EIGHTEEN, "Tue 2026-09-01", Precision.MONTH, "Tue 2026-09-01"),
        # The case was opened on 1 June: the day may have passed, but nobody knows.
        (EIGHTEEN, "Thu 2026-01-01", Precision.YEAR, "Thu 2026-01-01"),
        (EIGHTEEN, "Fri 2026-05-01", Precision.MONTH, None),
        # What a cut-off may have closed off before is nothing to warn of.
        (SIXTEEN, "Sat 2028-01-01", Precision.YEAR, None),
    ],
)
def test_a_birthday_known_only_to_the_month_or_year_counts_from_its_first_day_and_says_so(
    one: ClockRule, adult: str, known_to: Precision, birthday: str | None
) -> None:
    facts = case(adult_on=on(adult), adult_precision=known_to)
    clocks = planned(one, "Mon 2026-06-15 12:00", facts)
    expected = [(on(birthday), known_to)] if birthday else []
    assert [(clock.due_on, clock.counted_from) for clock in clocks] == expected


def test_a_birthday_that_closes_a_way_off_lapses_with_its_day() -> None:
    facts = case(adult_on=on("Wed 2028-09-06"))
    assert clock_rows(SIXTEEN, "Sun 2026-09-06 12:00", facts) == [
        ("sixteenth_birthday", "Sun 2026-09-06", RUNNING, None)
    ]
    assert clock_rows(SIXTEEN, "Mon 2026-09-07 00:00", facts) == [
        ("sixteenth_birthday", "Sun 2026-09-06", LAPSED, "Sun 2026-09-06")
    ]


def test_a_birthday_is_planned_a_year_ahead_and_looked_for_from_the_first() -> None:
    facts, book = case(adult_on=on("Thu 2031-06-05")), book_of(SIXTEEN)  # sixteen on Tue 2029-06-05
    first = assess(facts, book, at("Mon 2026-06-01 12:00"))
    assert (first.clocks, first.next_look_at) == ((), at("Sun 2028-06-04 00:00"))
    then = assess(facts, book, at("Sun 2028-06-04 00:00"))
    assert [clock.due_on for clock in then.clocks] == [on("Tue 2029-06-05")]
    assert then.next_look_at == at("Sun 2029-05-06 07:00")


@pytest.mark.parametrize(
    ("consent", "purpose", "clocks"),
    [
        (consented("Tue 2026-06-02"), None, ["Tue 2026-06-16"]),
        (consented("Tue 2026-06-02", body="icrc"), Purpose.SEARCH, ["Tue 2026-06-16"]),
        (consented("Tue 2026-06-02", body="wgeid"), None, []),
        (consented("Tue 2026-06-02"), Purpose.RETURN, []),
        (consented("Tue 2026-06-02", withdrawn="Fri 2026-06-05"), None, []),
    ],
)
def test_a_consent_is_to_be_used_within_its_term(consent: Any, purpose: Purpose | None, clocks: list[str]) -> None:
    facts = case(consents=(consent,))
    found = planned(replace(CONSENT_USED, purpose=purpose), "Mon 2026-06-15 12:00", facts)
    assert [f"{clock.due_on:%a %Y-%m-%d}" for clock in found] == clocks
    assert {clock.anchor for clock in found} <= {consent.id}


def test_any_consent_starts_a_clock_that_names_no_body_and_a_letter_before_it_does_not_stop_it() -> None:
    facts = case(consents=(consented("Tue 2026-06-02", body="wgeid"),), letters=(SENT,))
    any_body = replace(CONSENT_USED, body=None, met_by=MetBy.NOTHING)
    assert len(planned(any_body, "Mon 2026-06-15 12:00", facts)) == 1
    asked = case(consents=(consented("Tue 2026-06-02"),), letters=(SENT,))
    assert one_clock(CONSENT_USED, asked).state is RUNNING
    used = replace(asked, letters=(SENT, letter("L2", "icrc", "Thu 2026-06-04")))
    assert one_clock(CONSENT_USED, used).closed_on == on("Thu 2026-06-04")


@pytest.mark.parametrize(
    ("entered", "rolls", "due_at", "due_on"),
    [
        ("Mon 2026-06-01 13:30", True, "Wed 2026-06-03 13:30", "Wed 2026-06-03"),
        ("Thu 2026-06-04 13:30", False, "Sat 2026-06-06 13:30", "Sat 2026-06-06"),
        ("Thu 2026-06-04 13:30", True, "Mon 2026-06-08 13:30", "Mon 2026-06-08"),
        # Over with Friday, in time until its end.
        ("Thu 2026-06-04 00:00", True, "Sat 2026-06-06 00:00", "Fri 2026-06-05"),
    ],
)
def test_hours_count_from_the_moment_of_the_event(entered: str, due_at: str, due_on: str, *, rolls: bool) -> None:
    one = replace(IN_HOURS, stage=Stage.REPORTED, rolls=rolls)
    entry = replace(case().entries[0], entered_at=at(entered))
    clock = one_clock(one, case(entries=(entry,)), entered)
    assert (clock.due_at, clock.due_on, clock.state) == (at(due_at), on(due_on), RUNNING)


def test_a_term_in_hours_is_over_to_the_minute_and_waits_while_the_case_rests() -> None:
    one = replace(IN_HOURS, stage=Stage.REPORTED)
    entry = replace(case().entries[0], entered_at=at("Mon 2026-06-01 13:30"))
    assert one_clock(one, case(entries=(entry,)), "Wed 2026-06-03 13:29").state is RUNNING
    assert one_clock(one, case(entries=(entry,)), "Wed 2026-06-03 13:30").state is OVERDUE
    rested = case(entries=(entry,), pauses=(pause("Tue 2026-06-02", "Wed 2026-06-03"),))
    clock = one_clock(one, rested, "Wed 2026-06-03 13:30")
    assert (clock.state, clock.due_at.astimezone(KYIV).isoformat()) == (RUNNING, "2026-06-04T13:30:00+03:00")
    assert (clock.ends_on, clock.due_on) == (on("Wed 2026-06-03"), on("Thu 2026-06-04"))


@pytest.mark.parametrize(
    ("taken_at", "due_at"),
    [
        ("Mon 2026-06-01 15:00", "Wed 2026-06-03 15:00"),
        # Handed over on Monday and recorded on Tuesday, or recorded without an hour: from Monday's beginning.
        ("Tue 2026-06-02 09:00", "Wed 2026-06-03 00:00"),
        (None, "Wed 2026-06-03 00:00"),
    ],
)
def test_where_only_the_day_is_known_hours_count_from_its_beginning(taken_at: str | None, due_at: str) -> None:
    one = rule("hours", Anchor.LETTER_TAKEN, 48, HOURS, MetBy.REPLY, body="icrc")
    sent = replace(SENT, taken_at=at(taken_at) if taken_at else None)
    clock = one_clock(one, case(letters=(sent,)), "Tue 2026-06-02 12:00")
    assert clock.due_at == at(due_at)


def test_a_cut_off_in_hours_is_asked_about_by_its_day() -> None:
    """No policy may hold one, but a letter's plan asks every cut-off for its last day."""
    assert BOOK.last_day_of(on("Mon 2026-06-01"), 48, HOURS, "office") == on("Tue 2026-06-02")
    assert BOOK.last_day_of(on("Mon 2026-06-01"), 49, HOURS, "office") == on("Wed 2026-06-03")


def test_what_was_planned_names_its_event() -> None:
    facts = case(entries=way((Stage.REPORTED, "Mon 2026-06-01")), letters=(SENT,))
    clock = one_clock(replace(REGISTERED_REPLY, anchor=Anchor.LETTER_TAKEN), facts)
    assert (clock.key, clock.ends_on, clock.snoozed) == (("registered_reply", "L1"), on("Wed 2026-07-01"), ())
