"""A case goes home by commands alone."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from integrations.mail_sink import MailSink


@pytest.fixture
def sink(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailSink]:
    with MailSink(tmp_path / "sink") as sink:
        for name, value in {"HOST": "127.0.0.1", "PORT": str(sink.port), "SECURITY": "plain"}.items():
            monkeypatch.setenv(f"DODOMU_SMTP_{name}", value)
        yield sink


def test_a_case_goes_from_the_intake_to_returned_by_commands(desk: Any, sink: MailSink, tmp_path: Path) -> None:
    template = tmp_path / "cases.csv"
    desk.do("intake", "--template", "csv", str(template))
    assert "Cases opened: 1" in desk.do("intake", str(template))
    (line,) = desk.read("case", "list")
    case = line["reference"]
    desk.do("case", "assign", case, "c-01")
    for purpose in ("search", "return", "information"):
        desk.do("consent", "give", case, "--body", "*", "--purpose", purpose, "--given-by", "parent")
    assert f"{case}: moved to Identified." in desk.do("standing", "confirm", case)

    sighting = (
        *("sighting", "add", case, "--country", "KP", "--territory", "dprk", "--source-kind", "official"),
        *("--source-grade", "B", "--information-grade", "2", "--seen-on", "2026-02-20"),
    )
    assert f"{case}: moved to Located." in desk.do(*sighting, answer="Вигаданий табір\nВигадане свідчення\n")

    desk.do("letter", "draft", case, "--kind", "ombudsman_ua.request", "--purpose", "return")
    number = desk.read("letter", "list", case)[0]["number"]
    previewed = desk.do("letter", "preview", number)
    sha256 = previewed.split()[-1]
    assert (tmp_path / f"{number}.pdf").read_bytes().startswith(b"%PDF-")
    assert desk.refuse("letter", "approve", number).endswith("[own_draft]")
    assert "approved" in desk.do("letter", "approve", number, "--seen", sha256, "--as", "c-02")
    desk.do("letter", "release", number)
    assert "moved: 1" in desk.do("mail", "deliver")
    (taken,) = sink.mails
    assert taken.parse()["To"] == "ombudsman-ua@bodies.example"
    assert desk.read("disclosures", case)[0]["letter"] == number

    agreed = ("--kind", "answer", "--acknowledges-child", "--agrees-to-verification", "--text", "Вигадана відповідь")
    desk.do("reply", "record", number, *agreed, "--at", "2026-03-20T10:00")
    for item in ("identity", "relationship", "childs_views", "best_interests", "location_reconfirmed", "return_plan"):
        desk.do("checklist", "establish", case, item)
    desk.do("sign-off", case)
    assert f"{case}: moved to Verified." in desk.do("sign-off", case, "--as", "s-01")
    arrival = ("--received-by", "parent", "--territory", "government_controlled")
    assert f"{case}: moved to Returned." in desk.do("arrival", "record", case, *arrival, "--at", "2026-04-10")
    desk.do("visit", "record", case, "72h", "--at", "2026-04-12")

    card = desk.do("case", "show", case)
    assert "● Returned 2026-04-10" in card
    assert "Next: we wait; the nearest deadline is 2026-04-24" in card
    desk.do("case", "close", case, "returned", "--reason", "Вигадано: вдома.", "--yes")
    desk.do("journal", "seal")
    assert desk.do("journal", "verify").endswith("The journal holds.\n")
    assert desk.read("case", "list", "--status", "closed")[0]["reference"] == case


def test_an_erased_case_cannot_be_read_and_the_journal_holds(desk: Any, case: str) -> None:
    desk.refuse("case", "erase", case, "--as", "s-01", answer="n\n")
    desk.do("case", "erase", case, "--as", "s-01", "--yes")
    assert desk.refuse("case", "show", case, "--open").endswith("[case_is_erased]")
    assert "nothing: the case is erased" in desk.do("case", "show", case)
    assert desk.read("journal", "verify")["holds"] is True


def test_a_case_rests_goes_on_and_comes_back(desk: Any, case: str) -> None:
    reason = ("--reason", "Вигадана причина")
    desk.do("standing", "confirm", case)
    desk.do("case", "suspend", case, *reason)
    assert f"dodomu case resume {case}" in desk.do("case", "show", case)
    desk.do("case", "resume", case, *reason)
    assert "stands at Reported" in desk.do("case", "step-back", case, "--to", "reported", *reason, "--as", "s-01")
    assert "moved to Identified" in desk.do("case", "release-hold", case, *reason, "--as", "s-01")
    override = ("--stage", "located", "--requirement", "supported_location")
    assert "moved to Located" in desk.do("case", "override", case, *override, *reason, "--as", "s-01")
    desk.do("case", "close", case, "not_a_case", *reason, "--as", "s-01", answer="y\n")
    assert "the case is closed" in desk.do("case", "show", case)
    assert "stands at Located" in desk.do("case", "reopen", case, *reason, "--as", "s-01")


def test_what_was_recorded_is_withdrawn_by_the_beginning_of_its_id(desk: Any, case: str) -> None:
    desk.do("alias", "add", case, "--name", "Вигаданова Марія", "--birth-on", "2014-06", "--citizenship", "RU")
    desk.do(
        *("sighting", "add", case, "--country", "RU", "--territory", "russia", "--source-kind", "media"),
        *("--source-grade", "C", "--information-grade", "3", "--place", "м. Вигадане", "--source", "Вигадана газета"),
    )
    desk.do("report", "add", case, "--office", "ombudsman", "--number", "О-0")
    desk.do("relative", "add", case, "--basis", "grandparent", "--name", "Вигаданенко Ганна")
    paper = Path("paper.txt")
    paper.write_text("вигадано", encoding="utf-8")
    desk.do("evidence", "add", case, str(paper), "--kind", "document", "--title", "Вигадано", "--kept-at", "сейф")
    record = desk.read("case", "show", case)["on_record"]
    reason = ("--reason", "Вигадана помилка")
    desk.do("evidence", "hand", case, record["evidence"][0]["id"][:6], "--to", "юрист", "--why", "перевірка")
    desk.do("sighting", "withdraw", case, record["sightings"][0]["id"][:8].upper(), *reason)
    desk.do("consent", "withdraw", case, record["consents"][0]["id"][:8])
    opened = desk.do("case", "show", case, "--open")
    for value in ("Вигаданенко Марічка", "Вигаданова Марія", "Вигаданенко Ганна", "м. Вигадане (Вигадана газета)"):
        assert value in opened
    desk.do("alias", "withdraw", case, record["aliases"][0], *reason)
    assert desk.refuse("alias", "withdraw", case, record["aliases"][0], *reason).endswith("[alias_not_found]")
    assert desk.refuse("consent", "withdraw", case, "ab").endswith("[id_too_short]")
    after = desk.read("case", "show", case)["on_record"]
    assert after["sightings"][0]["withdrawn"] is True
    assert after["aliases"] == []


def test_letters_are_rejected_revised_and_handed_over(desk: Any, case: str) -> None:
    desk.do("standing", "confirm", case)
    draft = ("letter", "draft", case, "--kind", "ombudsman_ua.request", "--purpose", "search")
    desk.do(*draft)
    desk.do("letter", "reject", "2026-000001", "--reason", "Вигадано: не той лист.")
    assert [letter["state"] for letter in desk.read("letter", "list", "--state", "rejected")] == ["rejected"]
    desk.do(*draft)
    desk.do("letter", "approve", "2026-000002", "--as", "c-02")
    desk.do("letter", "revise", "2026-000002")
    desk.do("letter", "approve", "2026-000002", "--as", "c-02")
    assert "sent" in desk.do("letter", "hand-over", "2026-000002", "--on", "2026-03-02")
    assert "2026-000002" in desk.do("disclosures", case)


def test_a_letter_to_geneva_says_whose_approval_it_lacks(desk: Any, case: str) -> None:
    desk.do("standing", "confirm", case)
    desk.do("sighting", "add", case, "--country", "RU", "--territory", "russia", "--source-kind", "official",
            "--source-grade", "B", "--information-grade", "2", "--seen-on", "2026-02-20",
            "--place", "м. Вигадане", "--source", "Вигадана установа")  # fmt: skip
    desk.do("letter", "draft", case, "--kind", "wgeid.request", "--purpose", "search", "--procedure", "standard")
    told = desk.do("letter", "approve", "2026-000001", "--as", "c-02")
    assert "approvals lacking: 1" in told
    assert "a legal officer among them" in told
    assert "1 + lawyer" in desk.do("letter", "list")


def test_without_a_relay_mail_waits_and_the_exit_code_is_ours(desk: Any, case: str) -> None:
    desk.do("standing", "confirm", case)
    desk.do("letter", "draft", case, "--kind", "ombudsman_ua.request", "--purpose", "search")
    desk.do("letter", "approve", "2026-000001", "--as", "c-02")
    assert "`dodomu mail deliver` sends it" in desk.do("letter", "release", "2026-000001")
    result = desk.type("mail", "deliver")
    assert result.exit_code == 1
    assert "Nothing is lost" in result.stderr
    assert desk.read("letter", "list")[0]["state"] == "queued"


def test_a_day_later_the_digest_and_the_watch_have_something_to_say(desk: Any, case: str) -> None:
    assert "Cases looked at: 1" in desk.do("watch", "--at", "2026-03-18")
    assert "Digests written: " in desk.do("digest")
    (overdue,) = desk.read("clock", "list", "--state", "overdue")
    assert overdue["days_left"] == -1
    assert overdue["rule"] == "stage.reported"
    assert "From the report to the identity" in desk.do("clock", "list", case, "--within-days", "3")
    assert desk.read("clock", "list", case, "--within-days", "3") == [overdue]


def test_an_office_comes_back_from_its_backup(desk: Any, case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Keep them apart" in desk.do("backup", "copy")
    assert desk.refuse("restore", "copy").endswith("[home_not_empty]")
    shutil.rmtree(desk.home)
    desk.do("restore", "copy")
    assert "Вигаданенко" in desk.do("case", "show", case, "--open")
