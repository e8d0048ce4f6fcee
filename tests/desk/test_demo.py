import os
import time
from pathlib import Path

import pytest
from rich.console import Console

from desk.demo import clear_demo_folder, office_of_its_own
from desk.demo_progress import DemoProgress, tell_day
from desk.demo_summary import print_summary
from models.errors import ConfigurationError

DAY = {"day": 19, "days": 20, "on": "2026-03-21", "stages": {"reported": 3, "returned": 1}, "mails": 12}
FIGURES = {
    "stages": {"reported": {"open": 3}, "returned": {"closed": 1, "open": 1}},
    "stages_reached": {"identified": 1234},
    "letters": {"wgeid": {"no_reply": 1, "draft": 2}},
    "kinds": {"wgeid.request": {"written": 3, "left": 1, "about_several": 1, "children": 7}},
    "decisions": {"ced.urgent_action": 1},
    "refused_steps": {"own_draft": 2},
    "notices": {"stage.reported/overdue": {"fired": 2, "overtaken": 0}},
    "mails": {"digest": {"sent": 12}},
    "side_exits": {"erased": 1},
    "flags": {"location_stale": 1},
    "public_record": [
        {
            "reference": "2026-000001-Z",
            "stage": "reported",
            "flags": ["moved_not_returned"],
            "missing": ["child.family_name", "requester"],
        }
    ],
    "journal": {"entries": 70, "chains": 5, "checkpoints": 2, "breaks": 0},
    "steps": 40,
    "pdfs": 2,
}


def test_a_new_folder_is_made_and_an_earlier_rehearsal_is_wiped(tmp_path: Path) -> None:
    home = tmp_path / "demo"
    clear_demo_folder(home)
    (home / "store.db").write_text("old")
    clear_demo_folder(home)
    assert [each.name for each in home.iterdir()] == [".dodomu-demo"]


def test_a_folder_that_is_no_rehearsal_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "store.db").write_text("real work")
    with pytest.raises(ConfigurationError, match="not_a_demo_folder"):
        clear_demo_folder(tmp_path)
    assert (tmp_path / "store.db").read_text() == "real work"


def test_a_file_is_no_folder_for_a_rehearsal(tmp_path: Path) -> None:
    (tmp_path / "demo").write_text("a letter")
    with pytest.raises(ConfigurationError, match="not_a_demo_folder"):
        clear_demo_folder(tmp_path / "demo")
    with pytest.raises(ConfigurationError, match="demo_folder_not_made"):
        clear_demo_folder(tmp_path / "demo" / "below")


def test_a_rehearsal_cannot_see_the_real_office_and_leaves_the_environment_as_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DODOMU_STORE_URL", "postgresql+psycopg://real/office")
    monkeypatch.setenv("DODOMU_LANGUAGE", "en")
    with office_of_its_own({"DODOMU_HOME": "/demo"}):
        inside = {name: value for name, value in os.environ.items() if name.startswith("DODOMU_")}
    assert inside == {"DODOMU_HOME": "/demo", "DODOMU_LANGUAGE": "en"}
    assert os.environ["DODOMU_STORE_URL"] == "postgresql+psycopg://real/office"
    assert "DODOMU_HOME" not in os.environ


def test_a_day_is_told_in_one_line_elsewhere_than_in_a_terminal(tmp_path: Path) -> None:
    with (tmp_path / "told.txt").open("w+") as file:
        with DemoProgress(Console(file=file, width=160), 20) as progress:
            progress.show({**DAY, "day": -7})
            progress.show({**DAY, "day": 3})
            progress.show(DAY)
        file.seek(0)
        lines = file.read().strip().splitlines()
    assert lines == ["Day 20 of 20, 2026-03-21: rep 3 ident 0 loc 0 dipl 0 ver 0 home 1 · 12 mails"]
    assert tell_day(DAY).endswith("12 mails")


def test_a_bar_is_drawn_in_a_terminal(tmp_path: Path) -> None:
    with (tmp_path / "told.txt").open("w+") as file:
        with DemoProgress(Console(file=file, width=160, force_terminal=True), 20) as progress:
            progress.show({**DAY, "day": -7})
            progress.show(DAY)
            time.sleep(0.2)
        file.seek(0)
        assert "Day 20 of 20, 2026-03-21" in file.read()


def test_the_summary_says_every_figure_and_what_was_not_shown(tmp_path: Path) -> None:
    with (tmp_path / "told.txt").open("w+") as file:
        print_summary(Console(file=file, width=160), FIGURES, ["side exit: duplicate was not taken"])
        file.seek(0)
        text = file.read()
    assert "Journal verified: 70 entries in 5 chains, 2 checkpoints." in text
    assert "1 234" in text
    assert "2026-000001-Z: reported; flags: moved_not_returned; missing: child.family_name, requester" in text
    assert "NOT SHOWN  side exit: duplicate was not taken" in text
    assert ["wgeid", "2", "1", "3"] in [line.split() for line in text.splitlines()]
    assert "none: no reply" in text
    assert "ced.urgent_action" in text


def test_a_broken_journal_is_said_loudly(tmp_path: Path) -> None:
    broken = {**FIGURES, "journal": {**FIGURES["journal"], "breaks": 2}}  # type: ignore[dict-item]  # figures are JSON
    with (tmp_path / "told.txt").open("w+") as file:
        print_summary(Console(file=file, width=160), broken, [])
        file.seek(0)
        assert "Journal 2 BREAKS" in file.read()
