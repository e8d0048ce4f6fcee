"""`dodomu letter annex`, `annexes`, `detach`: what goes along, seen before it is approved."""

from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.casework.annex_steps import a_picture

APPEAL = ("letter", "draft", "2026-000001-Z", "--kind", "icrc_cta.tracing", "--purpose", "search")
NUMBER = "2026-000001"
PDF = b"%PDF-1.7\n%%EOF\n"
PNG = a_picture("PNG")


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "Вигаданенко.pdf").write_bytes(PDF)
    (folder / "фото.png").write_bytes(PNG)
    return folder


def test_annexes_are_attached_listed_read_and_approved_as_seen(
    desk: Any, case: str, papers: Path, tmp_path: Path
) -> None:
    desk.do(*APPEAL)
    assert desk.do("letter", "annexes", NUMBER).startswith("No annexes. Add one with `dodomu letter annex")
    original = str(papers / "Вигаданенко.pdf")
    desk.do("evidence", "add", case, original, "--kind", "document", "--title", "Свідоцтво", "--kept-at", "сейф")
    (evidence,) = [each["id"] for each in desk.read("case", "show", case)["on_record"]["evidence"]]
    told = desk.do(
        "letter", "annex", NUMBER, original, "--title", "Birth record, copy", "--pages", "2", "--evidence", evidence[:8]
    )
    (first,) = desk.read("letter", "annexes", NUMBER)
    assert told == f"Annex {first['id'][:8]} goes with letter {NUMBER}.\n"
    assert {name: first[name] for name in ("file", "title", "pages", "size_bytes", "sha256", "evidence")} == {
        "file": "annex-1.pdf",
        "title": "Birth record, copy",
        "pages": 2,
        "size_bytes": len(PDF),
        "sha256": sha256(PDF).hexdigest(),
        "evidence": evidence,
    }
    desk.do("letter", "annex", NUMBER, str(papers / "фото.png"), answer="Photograph\n")
    shown = desk.do("letter", "annexes", NUMBER, "--to", str(tmp_path))
    assert all(word in shown for word in ("annex-2.png", "Photograph", f"SHA-256 {sha256(PNG).hexdigest()}"))
    assert (tmp_path / "annex-2.png").read_bytes() == PNG
    (papers / "again").mkdir()
    assert len(desk.read("letter", "annexes", NUMBER, "--to", str(papers / "again"))) == 2
    seen = [sha256(content).hexdigest() for content in (PDF, PNG)]
    approve = ("letter", "approve", NUMBER, "--as", "c-02")
    refused = desk.refuse(*approve, "--seen-annex", seen[1], "--seen-annex", seen[0])
    assert "annexes_differ" in refused
    desk.do(*approve, "--seen-annex", seen[0], "--seen-annex", seen[1])
    assert "annexes_are_approved" in desk.refuse("letter", "detach", NUMBER, first["id"])


def test_an_annex_is_taken_off_by_the_beginning_of_its_id(desk: Any, case: str, papers: Path) -> None:
    desk.do(*APPEAL)
    desk.do("letter", "annex", NUMBER, str(papers / "фото.png"), "--title", "Photograph")
    (only,) = desk.read("letter", "annexes", NUMBER)
    assert "annex_not_found" in desk.refuse("letter", "detach", NUMBER, "0" * 8)
    assert desk.do("letter", "detach", NUMBER, only["id"][:8]) == f"The annex is off letter {NUMBER}.\n"
    assert desk.read("letter", "annexes", NUMBER) == []


def test_a_file_that_cannot_go_is_refused_without_its_name(desk: Any, case: str, papers: Path) -> None:
    desk.do(*APPEAL)
    (papers / "Вигаданенко.gif").write_bytes(b"GIF89a")
    refused = desk.refuse("letter", "annex", NUMBER, str(papers / "Вигаданенко.gif"), "--title", "Photograph")
    assert "file_kind_unknown" in refused
    assert "Вигаданенко" not in refused
