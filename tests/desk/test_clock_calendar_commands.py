"""What the desk gives to calendar programs."""

from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar


def test_deadlines_are_printed_or_written_to_a_new_file(desk: Any, case: str, tmp_path: Path) -> None:
    desk.do("watch")
    printed = Calendar.from_ical(desk.do("clock", "ics", "--coordinator", "c-01"))
    summaries = [str(event["SUMMARY"]) for event in printed.walk("VEVENT")]
    assert any(each.startswith(f"{case} · ") for each in summaries)
    file = tmp_path / "deadlines.ics"
    desk.do("clock", "ics", "--to", str(file))
    assert file.read_bytes().startswith(b"BEGIN:VCALENDAR")
    assert "file_exists" in desk.refuse("clock", "ics", "--to", str(file))


@pytest.mark.parametrize("command", ["digest", "watch"])
def test_a_feed_is_named_renewed_and_rewritten_with_each_watch_and_digest(desk: Any, case: str, command: str) -> None:
    path = Path(desk.do("clock", "ics", "--feed").splitlines()[0])
    assert case.encode() in path.read_bytes()
    path.write_bytes(b"stale")
    desk.do(command)
    assert case.encode() in path.read_bytes()
    other = Path(desk.do("clock", "ics", "--feed", "--anew").splitlines()[0])
    assert (path.exists(), other.exists()) == (False, True)


def test_options_that_go_together_with_nothing_are_refused(desk: Any, case: str) -> None:
    assert case
    assert "feed_has_its_place" in desk.refuse("clock", "ics", "--feed", "--to", "feed.ics")
    assert "only_feeds_are_renewed" in desk.refuse("clock", "ics", "--anew")
