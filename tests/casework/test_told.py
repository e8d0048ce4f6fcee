"""What staff are told: days, deadlines and the one next command, in both languages."""

from dataclasses import replace
from datetime import date

import pytest

from casework.office import Office
from casework.told import Deadline, Item, count_days, day_words, deadline_item, next_command, print_item, when_words
from casework.told_words import COUNTED_FROM
from models.rules.policy import Anchor
from models.statuses import ClockState, Precision

TODAY = date(2026, 3, 2)  # a Monday


@pytest.mark.parametrize(
    ("count", "uk", "en"),
    [
        (1, "1 день", "1 day"),
        (2, "2 дні", "2 days"),
        (5, "5 днів", "5 days"),
        (11, "11 днів", "11 days"),
        (21, "21 день", "21 days"),
        (24, "24 дні", "24 days"),
        (100, "100 днів", "100 days"),
    ],
)
def test_days_are_counted_as_people_count_them(count: int, uk: str, en: str) -> None:
    assert (count_days(count, "uk"), count_days(count, "en")) == (uk, en)


@pytest.mark.parametrize(
    ("due_on", "uk", "en"),
    [
        ("2026-03-02", "Строк спливає сьогодні, 2 березня 2026 р.", "Due today, 2 March 2026"),
        ("2026-03-03", "Строк спливає завтра, 3 березня 2026 р.", "Due tomorrow, 3 March 2026"),
        ("2026-03-05", "Строк: 5 березня 2026 р., лишилося 3 дні", "Due 5 March 2026, 3 days left"),
        ("2026-03-01", "Строк сплив 1 березня 2026 р., 1 день тому", "Was due 1 March 2026, 1 day ago"),
    ],
)
def test_a_deadline_is_said_as_seen_from_today(due_on: str, uk: str, en: str) -> None:
    on = date.fromisoformat(due_on)
    assert when_words(on, TODAY, "uk").removesuffix(".") == uk.removesuffix(".")
    assert when_words(on, TODAY, "en") == en


def test_a_language_nobody_writes_in_is_told_in_ukrainian() -> None:
    assert (day_words(TODAY, "fr"), count_days(3, "fr")) == ("2 березня 2026 р.", "3 дні")


def deadline(office: Office, rule: str, coordinator: str | None = "c-01", letter: str | None = None) -> Deadline:
    return Deadline("2026-000001-Z", coordinator, office.policy.get_clock(rule), "a", TODAY, ClockState.RUNNING, letter)


@pytest.mark.parametrize(
    ("rule", "command"),
    [
        ("stage.reported", "dodomu case show 2026-000001-Z"),
        ("cut_off.wgeid_answer", "dodomu letter draft 2026-000001-Z --kind wgeid.answer --purpose search"),
        ("reply.ombudsman_ua", "dodomu reply record 2026-000009 --kind …"),
        ("visit.72h", "dodomu visit record 2026-000001-Z"),
    ],
)
def test_the_next_command_is_the_one_that_stops_the_clock(office: Office, rule: str, command: str) -> None:
    assert next_command(deadline(office, rule, letter="2026-000009"), office.policy).startswith(command)


def test_every_clock_of_the_policy_has_a_next_command_and_says_whose_turn_it_is(office: Office) -> None:
    for rule in office.policy.clocks:
        for language in ("uk", "en"):
            item = deadline_item(deadline(office, rule.id), office.policy, "c-01", TODAY, language)
            assert item.command.startswith("dodomu ")
            assert "2026-000001-Z" in item.command or rule.met_by.value == "reply"
            assert "{" not in print_item(item, language)


def test_a_case_of_nobody_is_first_of_all_given_to_somebody(office: Office) -> None:
    nobodys = deadline(office, "stage.reported", coordinator=None)
    item = deadline_item(nobodys, office.policy, "s-01", TODAY, "en")
    assert item.command == "dodomu case assign 2026-000001-Z …"
    assert "Whose turn: nobody is assigned." in item.lines[0]


def test_another_coordinators_turn_is_said_by_their_handle(office: Office) -> None:
    item = deadline_item(deadline(office, "stage.reported"), office.policy, "s-01", TODAY, "uk")
    assert "Чия черга: координатор c-01." in item.lines[0]


def test_a_clock_for_a_letter_that_no_kind_writes_shows_the_case(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter_to = next(rule for rule in office.policy.clocks if rule.met_by.value == "letter_to")
    assert "letter draft" in next_command(deadline(office, letter_to.id), office.policy)
    monkeypatch.setitem(vars(office.policy), "kinds", ())
    assert next_command(deadline(office, letter_to.id), office.policy) == "dodomu case show 2026-000001-Z"


def test_a_command_is_never_parted() -> None:
    command = "dodomu letter draft 2026-000001-Z --kind ombudsman_ua.request --purpose search --language uk"
    assert print_item(Item("2026-000001-Z", "what", (), command), "en").splitlines()[-1] == f"  Next: {command}"


def lines_of(office: Office, told: Deadline, language: str) -> tuple[str, ...]:
    return deadline_item(told, office.policy, "c-01", TODAY, language).lines


@pytest.mark.parametrize(
    ("known", "uk", "en"),
    [
        (Precision.DAY, "1 травня 2022 р.", "1 May 2022."),
        (
            Precision.MONTH,
            "1 травня 2022 р. (відомий лише місяць, лічимо від першого дня).",
            "1 May 2022 (known only to the month, counted from its first day).",
        ),
        (
            Precision.YEAR,
            "1 травня 2022 р. (відомий лише рік, лічимо від першого дня).",
            "1 May 2022 (known only to the year, counted from its first day).",
        ),
    ],
)
def test_since_when_a_clock_counts_is_said_as_exactly_as_it_is_known(
    office: Office, known: Precision, uk: str, en: str
) -> None:
    cut_off = replace(deadline(office, "cut_off.ombudsman_one_year"), anchor_on=date(2022, 5, 1), counted_from=known)
    event = COUNTED_FROM[cut_off.rule.anchor]
    assert f"Лічимо від події «{event['uk']}»: {uk}" in lines_of(office, cut_off, "uk")
    assert f"Counted from {event['en']}: {en}" in lines_of(office, cut_off, "en")


def test_a_birthday_is_named_and_its_day_is_not_said(office: Office) -> None:
    birthday = replace(deadline(office, "eighteenth_birthday"), anchor_on=date(2026, 3, 1))
    assert "Counted from the eighteenth birthday." in lines_of(office, birthday, "en")
    in_part = replace(birthday, counted_from=Precision.YEAR)
    said = "Counted from the eighteenth birthday (known only to the year, counted from its first day)."
    assert said in lines_of(office, in_part, "en")


def test_every_anchor_has_its_words() -> None:
    assert set(COUNTED_FROM) == set(Anchor)


def test_what_a_cut_off_closes_off_is_said_before_and_after(office: Office) -> None:
    cut_off = deadline(office, "cut_off.ombudsman_one_year")
    closes_off = cut_off.rule.closes_off
    assert f"Що закриє цей строк: {closes_off['uk']}" in lines_of(office, cut_off, "uk")
    lapsed = replace(cut_off, state=ClockState.LAPSED)
    assert f"It has closed off: {closes_off['en']}" in lines_of(office, lapsed, "en")
    assert next_command(lapsed, office.policy) == f"dodomu letter plan {lapsed.reference}"


def test_a_snooze_is_said_until_its_day(office: Office) -> None:
    told = replace(deadline(office, "stage.reported"), snoozed_until=date(2026, 3, 3))
    said = "A reminder is snoozed until 3 March 2026; the deadline itself has not moved."
    assert said in lines_of(office, told, "en")
    assert said not in deadline_item(told, office.policy, "c-01", date(2026, 3, 3), "en").lines


def test_a_reply_to_no_letter_at_hand_shows_the_case(office: Office) -> None:
    assert next_command(deadline(office, "reply.ombudsman_ua"), office.policy) == "dodomu case show 2026-000001-Z"
