"""The daily digest: who is told what, in which words, and that nobody is told nothing or told twice."""

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select, update

from casework import digest_sections
from casework.absences import record_absence
from casework.digest import DigestReport, write_digests
from casework.letters import approve_letter
from casework.office import Office
from casework.snoozing import snooze_rung
from casework.staff import add_staff, deactivate_staff, set_hours
from casework.status import suspend
from casework.told import WIDTH
from casework.watch import look_at_due
from integrations.clock import FixedClock
from models.records import Case, ClockRecord, LetterRecord, NoticeRecord, Parcel
from models.rules.policy import After
from models.statuses import CaseStatus, ClockState, LetterState, NoticeState, ParcelKind, Role
from tests.casework.letter_steps import approved, draft, parcels, released

OpenOne = Callable[..., str]


def digest_of(office: Office, staff: str) -> Parcel | None:
    """Read today's digest of one person."""
    key = f"digest/{staff}/{office.book.today(office.now()).isoformat()}"
    return next((parcel for parcel in parcels(office) if parcel.key == key), None)


def text_for(office: Office, staff: str) -> str:
    parcel = digest_of(office, staff)
    assert parcel is not None
    return parcel.text or ""


def pass_days(office: Office, clock: FixedClock, days: int) -> None:
    clock.advance(timedelta(days=days))
    look_at_due(office, office.now())


def test_a_coordinator_reads_a_reminder_of_an_own_case_whole(
    office: Office, open_one: OpenOne, clock: FixedClock
) -> None:
    open_one(office)
    look_at_due(office, office.now())
    pass_days(office, clock, 8)
    assert write_digests(office, office.now()) == DigestReport(written=1, empty=4)
    parcel = digest_of(office, "c-01")
    assert parcel is not None
    assert (parcel.kind, parcel.staff_id, parcel.language) == (ParcelKind.DIGEST, "c-01", "uk")
    assert parcel.subject == "Зведення · вівторок, 10 березня: нові нагадування — 1"
    assert parcel.text == (
        "Добрий день! Сьогодні вівторок, 10 березня; це ваше зведення.\n"
        "\n"
        "НОВІ НАГАДУВАННЯ (1)\n"
        "\n"
        "2026-000001-Z · Від повідомлення до встановлення особи\n"
        "  Зателефонуйте заявникові та запишіть, чого бракує: імʼя, дату народження,\n"
        "  згоду, номер заяви до поліції.\n"
        "  Строк: 17 березня 2026 р., лишилося 7 днів. Чия черга: ви.\n"
        "  Лічимо від події «справа перейшла на цей етап»: 2 березня 2026 р.\n"
        "  Підстава (мовою джерела): Project's proposal; rolling to the next working\n"
        "  day: Civil Code of Ukraine, Art. 254 part 5\n"
        "  Далі: dodomu case show 2026-000001-Z\n"
        "\n"
        "Лист складено автоматично, відповідати на нього не треба. У ньому лише\n"
        "номери справ.\n"
    )


def test_the_same_in_english_and_once_told_it_is_due_and_then_overdue(
    office: Office, open_one: OpenOne, clock: FixedClock
) -> None:
    open_one(office, coordinator="c-02")
    look_at_due(office, office.now())
    pass_days(office, clock, 8)
    write_digests(office, office.now())
    assert "NEW REMINDERS (1)" in text_for(office, "c-02")
    pass_days(office, clock, 1)
    write_digests(office, office.now())
    parcel = digest_of(office, "c-02")
    assert parcel is not None
    assert parcel.subject == "Digest for Wednesday, 11 March: 1 due within a week"
    assert "DUE WITHIN A WEEK (1)" in (parcel.text or "")
    assert "Due 17 March 2026, 6 days left. Whose turn: you." in (parcel.text or "")
    pass_days(office, clock, 9)
    write_digests(office, office.now())
    assert "Was due 17 March 2026, 3 days ago. Whose turn: you." in text_for(office, "c-02")


def test_a_digest_is_written_once_a_day_and_by_two_at_once_once_too(
    either_office: Office, open_one: OpenOne, clock: FixedClock
) -> None:
    office = either_office
    open_one(office)
    look_at_due(office, office.now())
    pass_days(office, clock, 8)

    async def twice() -> list[DigestReport]:
        at_once = (asyncio.to_thread(write_digests, office, office.now()) for _ in range(2))
        return list(await asyncio.gather(*at_once))

    reports = asyncio.run(twice())
    assert sorted(report.written for report in reports) == [0, 1]
    assert write_digests(office, office.now()).written == 0


@pytest.mark.parametrize("day", [date(2026, 3, 14), date(2026, 3, 15)])
def test_on_a_saturday_or_sunday_nothing_is_written(
    office: Office, open_one: OpenOne, clock: FixedClock, day: date
) -> None:
    open_one(office)
    look_at_due(office, office.now())
    pass_days(office, clock, (day - date(2026, 3, 2)).days)
    assert write_digests(office, office.now()) == DigestReport()


def test_with_nothing_to_tell_nobody_gets_a_mail(office: Office, open_one: OpenOne) -> None:
    open_one(office)
    look_at_due(office, office.now())
    assert write_digests(office, office.now()) == DigestReport(empty=5)
    assert parcels(office) == []


def test_a_supervisor_sees_who_is_behind_and_which_body_owes_an_answer(
    office: Office, open_one: OpenOne, clock: FixedClock
) -> None:
    references = [open_one(office), open_one(office, coordinator="c-02"), open_one(office, coordinator=None)]
    released(office, references[0])
    with office.store.writing() as session:
        session.execute(update(LetterRecord).values(state=LetterState.SENT, taken_on=date(2026, 3, 2)))
    look_at_due(office, office.now())
    pass_days(office, clock, 35)
    write_digests(office, office.now())
    pass_days(office, clock, 1)
    write_digests(office, office.now())
    text = text_for(office, "s-01")
    assert (
        "ПРОСТРОЧЕНО (4)\n\n"
        "За координаторами:\n"
        "  c-01: 2, найдавніший строк 17 березня 2026 р., 21 день тому\n"
        "  c-02: 1, найдавніший строк 17 березня 2026 р., 21 день тому\n"
        "  без координатора: 1, найдавніший строк 17 березня 2026 р., 21 день тому\n\n"
        "За органами, від яких чекаємо відповіді:\n"
        "  Уповноважений Верховної Ради України з прав людини: 1, найдавніший строк 2\n"
        "    квітня 2026 р., 5 днів тому\n"
    ) in text
    assert "Чия черга: координатор c-02." in text
    assert f"Далі: dodomu case assign {references[2]} …" in text
    assert "Чия черга: Уповноважений\n  Верховної Ради України з прав людини." in text
    assert "Далі: dodomu reply record 2026-000001 --kind …" in text


def test_an_escalation_reaches_those_whom_it_tells_and_is_not_listed_twice(
    office: Office, open_one: OpenOne, clock: FixedClock
) -> None:
    reference = open_one(office)
    look_at_due(office, office.now())
    pass_days(office, clock, 22)
    write_digests(office, office.now())
    text = text_for(office, "s-01")
    assert "Перегляньте справу з координатором" in text
    assert "ПРОСТРОЧЕНО (1)" in text
    assert text.count(f"{reference} ·") == 1


def test_letters_wait_for_those_who_may_approve_them(office: Office, open_one: OpenOne) -> None:
    reference = open_one(office)
    draft(office, reference, kind="wgeid.request")
    by_engine = draft(office, reference, kind="icrc_cta.tracing")
    ready = approved(office, reference)
    with office.store.writing() as session:
        session.execute(update(LetterRecord).where(LetterRecord.number == by_engine).values(drafted_by=None))
    assert write_digests(office, office.now()) == DigestReport(written=3, empty=2)
    mine, lawyers, supervisors = (text_for(office, staff) for staff in ("c-01", "l-01", "s-01"))
    assert "ЛИСТИ ЧЕКАЮТЬ ВАШОГО ПОГОДЖЕННЯ (1)" in mine
    assert "лист № 2026-000002: Запит на розшук" in mine
    assert "ЛИСТИ МОЖНА НАДСИЛАТИ (1)" in mine
    assert f"Усі погодження є.\n  Далі: dodomu letter release {ready}" in mine
    assert "лист № 2026-000001" in lawyers
    assert "2026-000002:" not in lawyers
    assert "Бракує погоджень: 2, серед них юриста.\n  Далі: dodomu letter preview 2026-000001" in lawyers
    assert "лист № 2026-000001" in supervisors
    assert "2026-000002:" not in supervisors


def test_whoever_has_approved_is_not_asked_again(office: Office, open_one: OpenOne) -> None:
    number = draft(office, open_one(office), kind="wgeid.request")
    approve_letter(office, number, now=office.now(), actor="s-01")
    write_digests(office, office.now())
    assert digest_of(office, "s-01") is None
    assert "Бракує погоджень: 1, серед них юриста." in text_for(office, "l-01")


def test_a_flag_is_said_in_words_with_the_letter_it_is_about(office: Office, open_one: OpenOne) -> None:
    reference = open_one(office, coordinator="c-02")
    number = released(office, reference)
    with office.store.writing() as session:
        session.execute(update(LetterRecord).values(state=LetterState.UNDELIVERABLE, fault="mail_refused"))
    look_at_due(office, office.now())
    with office.store.writing() as session:
        flags = session.query(Case.flags).one()[0]
        session.execute(update(Case).values(flags=[*flags, ["consent_missing", "wgeid"]]))
    write_digests(office, office.now())
    text = text_for(office, "c-02")
    assert f"A letter could not be delivered\n  Letter {number}.\n  Next: dodomu case show {reference}" in text
    assert (
        "A letter to “Working Group on Enforced or Involuntary\n"
        "  Disappearances” is called for, and no consent allows it\n"
    ) in text


def test_a_long_list_ends_with_the_command_that_shows_the_rest(
    office: Office, open_one: OpenOne, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digest_sections, "LINES", 2)
    for _ in range(3):
        open_one(office)
    look_at_due(office, office.now())
    pass_days(office, clock, 8)
    write_digests(office, office.now())
    assert "… і ще 1. Усі: dodomu clock list --within-days 0" in text_for(office, "c-01")


def test_a_case_that_rests_or_a_rule_the_policy_has_lost_is_told_to_nobody(
    office: Office, open_one: OpenOne, clock: FixedClock
) -> None:
    open_one(office)
    look_at_due(office, office.now())
    pass_days(office, clock, 17)
    with office.store.writing() as session:
        session.execute(update(ClockRecord).where(ClockRecord.rule == "stage.reported").values(rule="stage.nowhere"))
        session.execute(update(NoticeRecord).values(rule="stage.nowhere"))
    assert write_digests(office, office.now()) == DigestReport(empty=5)
    with office.store.writing() as session:
        session.execute(update(ClockRecord).where(ClockRecord.rule == "stage.nowhere").values(rule="stage.reported"))
        session.execute(update(NoticeRecord).values(rule="stage.reported"))
        session.execute(update(Case).values(status=CaseStatus.CLOSED))
    assert "НОВІ" not in text_of_all(office)


def text_of_all(office: Office) -> str:
    write_digests(office, office.now())
    return "".join(parcel.text or "" for parcel in parcels(office))


def test_no_line_but_a_command_is_longer_than_a_mail_shows_and_no_child_is_named(
    office: Office, open_one: OpenOne, clock: FixedClock
) -> None:
    for coordinator in ("c-01", "c-02", None):
        reference = open_one(office, coordinator=coordinator)
        draft(office, reference, kind="wgeid.request")
    look_at_due(office, office.now())
    pass_days(office, clock, 35)
    text = text_of_all(office)
    assert "Вигадан" not in text
    assert all(len(line) <= WIDTH or "dodomu " in line for line in text.splitlines())


def go_away(office: Office, staff: str, deputy: str, days: int) -> None:
    """Let somebody be away from today."""
    today = office.book.today(office.now())
    until_on = today + timedelta(days=days)
    record_absence(office, staff, from_on=today, until_on=until_on, deputy=deputy, now=office.now(), actor=staff)


def test_a_deputy_s_one_digest_tells_what_the_absent_would_read_and_only_once_as_new(
    office: Office, open_one: OpenOne, clock: FixedClock
) -> None:
    reference = open_one(office)
    look_at_due(office, office.now())
    pass_days(office, clock, 8)
    go_away(office, "c-01", "c-02", 10)
    assert write_digests(office, office.now()) == DigestReport(written=1, empty=4)
    parcel = digest_of(office, "c-02")
    assert parcel is not None
    assert parcel.subject == "Digest for Tuesday, 10 March: 1 new"
    assert (
        f"{'=' * WIDTH}\nFor c-01, who is away until the end of 20 March 2026; you stand in.\n\n"
        f"NEW REMINDERS (1)\n\n{reference} · "
    ) in (parcel.text or "")
    assert "Whose turn: coordinator c-01." in (parcel.text or "")
    pass_days(office, clock, 1)
    write_digests(office, office.now())
    assert "NEW REMINDERS" not in text_for(office, "c-02")
    assert "DUE WITHIN A WEEK (1)" in text_for(office, "c-02")


def test_whoever_is_back_reads_what_was_new_meanwhile(office: Office, open_one: OpenOne, clock: FixedClock) -> None:
    open_one(office)
    look_at_due(office, office.now())
    pass_days(office, clock, 1)
    write_digests(office, office.now())
    go_away(office, "c-01", "c-02", 9)
    pass_days(office, clock, 8)
    write_digests(office, office.now())
    pass_days(office, clock, 2)
    write_digests(office, office.now())
    assert "НОВІ НАГАДУВАННЯ (1)" in text_for(office, "c-01")
    assert digest_of(office, "c-02") is None


def test_what_tells_the_deputy_too_is_told_once(office: Office, open_one: OpenOne, clock: FixedClock) -> None:
    open_one(office)
    look_at_due(office, office.now())
    pass_days(office, clock, 22)
    draft(office, open_one(office, coordinator="c-02"), kind="wgeid.request", actor="c-02")
    go_away(office, "c-01", "s-01", 2)
    go_away(office, "l-01", "h-01", 2)
    write_digests(office, office.now())
    text = text_for(office, "s-01")
    assert text.count("Перегляньте справу з координатором") == 1
    assert "Сьогодні немає на роботі:\n  c-01 (немає до 26 березня 2026 р., заступає s-01)\n" in text
    assert "c-01 (немає до 26 березня 2026 р., заступає s-01): 1, найдавніший строк" in " ".join(text.split())
    heads = text_for(office, "h-01")
    assert "Замість l-01: немає на роботі до 26 березня 2026 р. включно, заступаєте ви." in heads
    assert "ЛИСТИ ЧЕКАЮТЬ ВАШОГО ПОГОДЖЕННЯ (1)" in heads
    assert "Сьогодні немає на роботі:" in heads
    assert digest_of(office, "l-01") is None


def test_a_deputy_is_not_shown_twice_a_letter_both_may_approve(office: Office, open_one: OpenOne) -> None:
    account = {"name": "Вигадана Особа", "mail": "l-02@office.example", "actor": "s-01"}
    add_staff(office, staff_id="l-02", person_no=9, role=Role.LEGAL_OFFICER, now=office.now(), **account)
    draft(office, open_one(office), kind="wgeid.request")
    go_away(office, "l-01", "l-02", 1)
    write_digests(office, office.now())
    assert text_for(office, "l-02").count("лист № 2026-000001") == 1


def test_a_digest_leaves_when_its_reader_s_day_begins_and_not_after_it_has_ended(
    office: Office, open_one: OpenOne, clock: FixedClock
) -> None:
    open_one(office)
    open_one(office, coordinator="c-02")
    look_at_due(office, office.now())
    pass_days(office, clock, 8)
    set_hours(office, "c-01", works_from=time(10), works_until=time(18), now=office.now(), actor="c-01")
    set_hours(office, "c-02", works_from=time(6), works_until=time(9), now=office.now(), actor="c-02")
    assert write_digests(office, office.now()).written == 1
    mine = digest_of(office, "c-01")
    assert mine is not None
    assert mine.next_try_at == datetime(2026, 3, 10, 8, tzinfo=UTC)
    assert digest_of(office, "c-02") is None


def test_a_snoozed_deadline_says_so(office: Office, open_one: OpenOne, clock: FixedClock) -> None:
    reference = open_one(office, coordinator="c-02")
    look_at_due(office, office.now())
    pass_days(office, clock, 14)
    which = (reference, "stage.reported", "overdue")
    snooze_rung(office, *which, until_on=date(2026, 3, 20), reason="Later.", now=office.now(), actor="c-02")
    write_digests(office, office.now())
    said = " ".join(text_for(office, "c-02").split())
    assert "A reminder is snoozed until 20 March 2026; the deadline itself has not moved." in said


def test_a_refusal_s_rung_is_told_though_the_clock_has_stopped(
    office: Office, open_one: OpenOne, clock: FixedClock
) -> None:
    rule = next(each for each in office.policy.clocks if any(rung.after is After.REFUSAL for rung in each.rungs))
    *_, rung = (each for each in rule.rungs if each.after is After.REFUSAL)
    reference = open_one(office, coordinator="c-02")
    look_at_due(office, office.now())
    with office.store.writing() as session:
        case_id = session.scalars(select(Case.id)).one()
        known = {"case_id": case_id, "rule": rule.id, "anchor": "a"}
        days = {"anchor_on": date(2026, 3, 2), "due_on": date(2026, 4, 2)}
        session.add(ClockRecord(**known, **days, state=ClockState.MET, closed_on=date(2026, 3, 2)))
        for other in rule.rungs:
            fired = {"kind": other.kind, "state": NoticeState.FIRED, "due_at": office.now(), "fired_at": office.now()}
            session.add(NoticeRecord(**known, **fired, rung=other.id))
    clock.advance(timedelta(hours=1))
    write_digests(office, office.now())
    text = "".join(" ".join((parcel.text or "").split()) for parcel in parcels(office) if parcel.language == "en")
    assert rung.says["en"] in text
    assert "The body has answered and the clock has stopped. Whose turn: you." in text
    assert f"Next: dodomu case show {reference}" in text
    assert text.count(f"{reference} ·") == 1


def test_the_case_of_an_ended_account_is_the_supervisors(office: Office, open_one: OpenOne, clock: FixedClock) -> None:
    reference = open_one(office, coordinator="c-02")
    look_at_due(office, office.now())
    deactivate_staff(office, "c-02", now=office.now(), actor="s-01")
    pass_days(office, clock, 14)
    write_digests(office, office.now())
    assert f"Далі: dodomu case assign {reference} …" in text_for(office, "s-01")


def test_a_hard_cut_off_is_told_of_a_case_that_rests_too(office: Office, open_one: OpenOne, clock: FixedClock) -> None:
    reference = open_one(office, coordinator="c-02", separation__on="2025-04-20")
    look_at_due(office, office.now())
    suspend(office, reference, reason="The family asked us to wait.", now=office.now(), actor="c-02")
    pass_days(office, clock, 21)
    write_digests(office, office.now())
    text = " ".join(text_for(office, "c-02").split())
    assert "NEW REMINDERS (1)" in text
    assert "Due 20 April 2026, 28 days left. Whose turn: you." in text
    assert "What it will close off: An appeal to the Ombudsman without reasons" in text


def test_a_cut_off_that_has_passed_is_told_once_with_what_it_has_closed_off(
    office: Office, open_one: OpenOne, clock: FixedClock
) -> None:
    reference = open_one(office, separation__on="2024-03-17", coordinator="c-02")
    look_at_due(office, office.now())
    pass_days(office, clock, 15)  # Tuesday 17 March: the two years end with this day
    write_digests(office, office.now())
    assert "LAPSED FOR GOOD" not in text_for(office, "c-02")
    pass_days(office, clock, 1)
    write_digests(office, office.now())
    parcel = digest_of(office, "c-02")
    assert parcel is not None
    assert "1 lapsed for good" in (parcel.subject or "")
    lapsed = text_for(office, "c-02").split("LAPSED FOR GOOD (1)\n\n")[1].split("\n\n")[0]
    assert lapsed.startswith(f"{reference} · Two years to appeal to the Ombudsman, the outer limit\n  Was due 17 March")
    assert "It has closed off: An appeal to the Ombudsman" in " ".join(lapsed.split())
    assert lapsed.endswith(f"Next: dodomu letter plan {reference}")
    # Whom its ladder tells, and nobody else.
    assert "ОСТАТОЧНО СПЛИВЛО (1)" in text_for(office, "s-01")
    assert "ОСТАТОЧНО СПЛИВЛО (1)" in text_for(office, "l-01")
    assert digest_of(office, "h-01") is digest_of(office, "c-01") is None
    pass_days(office, clock, 1)
    write_digests(office, office.now())
    assert "LAPSED FOR GOOD" not in text_for(office, "c-02")


def test_a_deputy_who_is_told_of_a_lapse_anyway_reads_it_once(
    office: Office, open_one: OpenOne, clock: FixedClock
) -> None:
    open_one(office, separation__on="2024-03-17", coordinator="c-01")
    look_at_due(office, office.now())
    pass_days(office, clock, 16)
    go_away(office, "c-01", "s-01", 3)
    write_digests(office, office.now())
    assert text_for(office, "s-01").count("ОСТАТОЧНО СПЛИВЛО") == 1


def test_a_cut_off_that_only_the_lawyer_is_told_of_is_only_the_lawyers(
    office: Office, open_one: OpenOne, clock: FixedClock
) -> None:
    open_one(office, separation__on="2025-03-17")
    look_at_due(office, office.now())
    pass_days(office, clock, 9)
    write_digests(office, office.now())
    assert "Рік за Гаазькою конвенцією" in text_for(office, "l-01")
    assert "Рік за Гаазькою конвенцією" not in text_for(office, "c-01")
    assert "Рік на звернення до Уповноваженого" in text_for(office, "c-01")
