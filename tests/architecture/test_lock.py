"""requirements.lock: everything pinned and hashed, from no particular address."""

import re
import tomllib

from tests.architecture.the_house import ROOT

_ENTRY = re.compile(r"^([a-z0-9][a-z0-9.-]*)(?:\[[a-z0-9,-]+\])?==(\S+)")
_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*")


def entries() -> list[str]:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8").replace("\\\n", " ")
    return [line for line in text.splitlines() if line.strip()]


def test_every_entry_is_pinned_and_has_a_hash() -> None:
    assert len(entries()) > 50
    for entry in entries():
        assert _ENTRY.match(entry), entry[:60]
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", entry), entry[:60]


def test_no_index_address_stands_in_it() -> None:
    for name in ("requirements.lock", "pyproject.toml", "Makefile"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert not re.search(r"index-url|find-links|trusted-host|://", text), name


def test_everything_that_the_project_asks_for_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    locked = {found[1] for entry in entries() if (found := _ENTRY.match(entry))}
    names = {re.sub(r"[._-]+", "-", found[0].lower()) for each in wanted if (found := _NAME.match(each))}
    assert names <= locked
