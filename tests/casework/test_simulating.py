"""A changed policy tried on over a real caseload: what it would change, and that nothing is written."""

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from casework.case_file import open_case
from casework.office import Office
from casework.reconcile import reconcile_case
from casework.simulating import MOST_AFFECTED, simulate
from casework.watch import look_at_due
from integrations.calendars import load_calendars
from integrations.clock import FixedClock
from integrations.policy_files import load_policy
from models.errors import ConfigurationError
from models.records import Case, ClockRecord, JournalRecord, NoticeRecord
from models.rules.rulebook import Rulebook
from models.statuses import CaseStatus

OpenOne = Callable[..., str]
SHIPPED = Path("policy").absolute()


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The office's policy, to be edited."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "changed"))


def edit(folder: Path, rule: str, pattern: str, instead: str) -> None:
    """Change one line of one clock's entry."""
    path = folder / "clocks.yaml"
    text = path.read_text(encoding="utf-8")
    start = text.index(f"- id: {rule}\n")
    end = text.find("\n  - id: ", start)
    entry, count = re.subn(pattern, instead, text[start:end], count=1)
    assert count == 1
    path.write_text(text[:start] + entry + text[end:], encoding="utf-8")


def written(office: Office) -> list[int]:
    with office.store.reading() as session:
        return [
            session.scalar(select(func.count()).select_from(record)) or 0
            for record in (ClockRecord, JournalRecord, NoticeRecord)
        ]


def test_the_policy_in_force_changes_nothing_and_nothing_is_written(
    either_office: Office, open_one: OpenOne, copied: Path
) -> None:
    references = [open_one(either_office) for _ in range(3)]
    look_at_due(either_office, either_office.now())
    before = written(either_office)
    seen: list[tuple[int, int]] = []
    found = simulate(either_office, copied, either_office.now(), progress=lambda done, of: seen.append((done, of)))
    assert (found.cases, found.changed, found.rules) == (len(references), 0, {})
    assert found.from_version == found.to_version
    assert seen == [(3, 3)]
    assert written(either_office) == before


def test_a_shorter_term_is_counted_by_rule_and_by_case(
    either_office: Office, open_one: OpenOne, copied: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casework.simulating.CHUNK", 2)
    references = sorted(open_one(either_office) for _ in range(5))
    with open_case(either_office, references[0], either_office.now(), "c-01") as file:
        file.case.status = CaseStatus.CLOSED
    look_at_due(either_office, either_office.now())
    clock.advance(timedelta(days=4))
    edit(copied, "stage.reported", "count: 15", "count: 10")
    edit(copied, "stage.reported", "at_day: 7", "at_day: 3")
    found = simulate(either_office, copied, either_office.now())
    assert (found.cases, found.changed) == (4, 4)
    rule = found.rules["stage.reported"]
    assert (rule.appear, rule.go, rule.move, rule.fire, rule.moved_days) == (0, 0, 4, 4, (-5, -5))
    assert [case.reference for case in found.most_affected] == references[1:]
    (move,) = found.most_affected[0].moves
    assert (f"{move.from_on}", f"{move.to_on}") == ("2026-03-17", "2026-03-12")
    assert len(found.most_affected) <= MOST_AFFECTED


def test_a_birthdays_move_is_counted_and_its_day_is_not_told(office: Office, open_one: OpenOne, copied: Path) -> None:
    open_one(office)
    reconcile_case(office, open_one(office), office.now())
    edit(copied, "eighteenth_birthday", "count: 0", "count: 7")
    edit(copied, "eighteenth_birthday", "at_day: 0", "at_day: 7")
    found = simulate(office, copied, office.now())
    assert found.rules["eighteenth_birthday"].moved_days == (7, 7)
    assert [case.moves for case in found.most_affected] == [(), ()]


def test_a_rule_that_is_gone_and_one_that_is_new_are_told(office: Office, open_one: OpenOne, copied: Path) -> None:
    open_one(office)
    edit(copied, "stage.reported", "id: stage.reported", "id: stage.first")
    found = simulate(office, copied, office.now())
    assert (found.rules["stage.first"].appear, found.rules["stage.reported"].go) == (1, 1)
    assert found.rules["stage.reported"].never > 0


def test_stages_that_would_be_entered_and_letters_that_would_be_drafted_are_counted(
    office: Office, open_one: OpenOne, copied: Path
) -> None:
    reference = open_one(office)
    stages = copied / "stages.yaml"
    text = stages.read_text(encoding="utf-8")
    asked, following = text.index("      - requires: requester_standing"), text.index("      - requires: consent")
    stages.write_text(text[:asked] + text[following:], encoding="utf-8")
    found = simulate(office, copied, office.now())
    assert found.stages == {"identified": 1}
    assert found.most_affected[0].reference == reference


def test_a_gate_that_would_break_is_told_with_what_it_lacks(office: Office, open_one: OpenOne, copied: Path) -> None:
    reference = open_one(office)
    with open_case(office, reference, office.now(), "c-01") as file:
        file.case.standing_confirmed_on = file.today
    reconcile_case(office, reference, office.now())
    stages = copied / "stages.yaml"
    text = stages.read_text(encoding="utf-8")
    stages.write_text(text.replace("national_police, ", "", 1), encoding="utf-8")
    found = simulate(office, copied, office.now())
    assert found.gates == {"identified: report_reference": 1}


def test_a_case_that_the_changed_policy_cannot_carry_is_named(office: Office, open_one: OpenOne, copied: Path) -> None:
    reference = open_one(office)
    calendars = copied / "calendars.yaml"
    text = calendars.read_text(encoding="utf-8")
    calendars.write_text(re.sub(r"covers_until: \S+", "covers_until: 2026-03-05", text, count=1), encoding="utf-8")
    found = simulate(office, copied, office.now())
    assert found.faults == {"calendar_not_covered": [reference]}
    assert found.changed == 0


def test_a_policy_with_mistakes_is_refused(office: Office, copied: Path) -> None:
    edit(copied, "stage.reported", "calendar: ukraine", "calendar: atlantis")
    with pytest.raises(ConfigurationError, match="policy_has_mistakes"):
        simulate(office, copied, office.now())


def test_what_was_foretold_is_what_adopting_brings(
    office: Office, open_one: OpenOne, copied: Path, clock: FixedClock
) -> None:
    for _ in range(3):
        open_one(office)
    look_at_due(office, office.now())
    clock.advance(timedelta(days=8))
    look_at_due(office, office.now())
    fired_before = rungs_on_record(office)
    assert fired_before
    edit(copied, "stage.reported", "at_day: 12", "at_day: 8")
    edit(copied, "stage.reported", "at_day: 7", "at_day: 6")
    clock.advance(timedelta(hours=1))
    foretold = simulate(office, copied, office.now())
    calendars = load_calendars(copied / "calendars.yaml")
    adopted = replace(office, book=Rulebook(load_policy(copied, office.settings.templates_folder), calendars))
    with office.store.writing() as session:
        session.execute(update(Case).values(next_look_at=office.now()))
    report = look_at_due(adopted, office.now())
    assert report.notices == foretold.rules["stage.reported"].fire == 3
    assert rungs_on_record(office)[: len(fired_before)] == fired_before


def rungs_on_record(office: Office) -> list[tuple[object, ...]]:
    with office.store.reading() as session:
        query = select(
            NoticeRecord.case_id, NoticeRecord.rule, NoticeRecord.anchor, NoticeRecord.rung, NoticeRecord.fired_at
        )
        return [tuple(row) for row in session.execute(query.order_by(NoticeRecord.id))]
