"""The staff register, the journal and the queue of what to do, from the command line."""

import sqlite3
from contextlib import closing
from typing import Any


def test_an_account_that_has_ended_does_nothing_more(desk: Any, case: str) -> None:
    assert "c-02" in desk.do("staff", "list")
    desk.do("staff", "deactivate", "c-02", "--as", "s-01")
    assert [row["staff"] for row in desk.read("staff", "list") if not row["active"]] == ["c-02"]
    assert desk.refuse("standing", "confirm", case, "--as", "c-02").endswith("[staff_inactive]")


def test_an_office_without_staff_says_how_to_begin(empty_desk: Any) -> None:
    empty_desk.do("init", "--demo")
    assert empty_desk.do("staff", "list").startswith("Nobody yet. Start with `dodomu staff add c-01")


def test_init_learns_what_an_older_version_did_not_count(desk: Any, case: str) -> None:
    with closing(sqlite3.connect(desk.home / "store.db")) as store:
        (grown,) = store.execute("SELECT adult_on FROM cases").fetchone()
        store.execute("UPDATE cases SET adult_on = NULL, adult_precision = NULL")
        store.commit()
        desk.do("init", "--demo")
        assert store.execute("SELECT reference, adult_on FROM cases").fetchone() == (case, grown)


def test_names_of_staff_are_asked_for_and_shown_on_demand(desk: Any) -> None:
    account = ("staff", "add", "c-03", "--person", "9", "--role", "coordinator")
    desk.do(*account, answer="Вигадана Надія\nc-03@office.example\n")
    assert "Вигадана Надія" not in desk.do("staff", "list")
    assert "Вигадана Надія" in desk.do("staff", "list", "--open")


def test_a_changed_entry_is_named_and_the_exit_code_is_not_nought(desk: Any, case: str) -> None:
    assert "Checkpoint 1" in desk.do("journal", "seal")
    assert desk.do("journal", "seal") == "Nothing new since the last checkpoint.\n"
    with closing(sqlite3.connect(desk.home / "store.db")) as store:
        store.execute("UPDATE journal SET actor = 'c-02' WHERE chain = ? AND seq = 1", (case,))
        store.commit()
    result = desk.type("journal", "verify")
    assert result.exit_code == 1
    assert f"{case}, entry 1" in result.stdout
    assert "The journal is broken" in result.stdout
    assert desk.type("journal", "verify", "--json").exit_code == 1


def test_the_next_step_is_ours_before_it_is_others(desk: Any, case: str) -> None:
    def next_step() -> str:
        return str(desk.do("case", "show", case).splitlines()[-1])

    assert next_step() == "Next: to be obtained: a document that shows the applicant's ground"
    desk.do("standing", "confirm", case)
    desk.do("letter", "draft", case, "--kind", "ombudsman_ua.request", "--purpose", "search")
    assert "`dodomu letter approve 2026-000001`" in next_step()
    desk.do("letter", "approve", "2026-000001", "--as", "c-02")
    assert next_step() == "Next: release it: `dodomu letter release 2026-000001`"
    desk.do("consent", "withdraw", case, desk.read("case", "show", case)["on_record"]["consents"][0]["id"])
    desk.do("consent", "withdraw", case, desk.read("case", "show", case)["on_record"]["consents"][1]["id"])
    assert next_step().startswith("Next: look at this: No longer there: a consent in force")
    assert desk.refuse("letter", "release", "2026-000001").endswith("[consent_missing]")


def test_a_case_without_a_coordinator_says_so(desk: Any) -> None:
    desk.do("case", "open", "child.given_name=Марічка", "--as", "s-01")
    assert "no coordinator" in desk.do("case", "show", "2026-000001-Z")
