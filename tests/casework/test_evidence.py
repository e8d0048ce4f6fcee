from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import select

from casework.case_file import read_case
from casework.facts import add_evidence, hand_evidence
from casework.journal_rows import list_entries
from casework.office import Office
from models.errors import DodomuError, PermanentFailure
from models.records import EvidenceRecord
from models.schemas.sealed import EvidenceDetails, FreeText

Opener = Callable[..., str]


@pytest.fixture
def original(tmp_path: Path) -> Path:
    path = tmp_path / "вигадане фото.jpg"
    path.write_bytes(b"\xff\xd8" + b"x" * 100_000)
    return path


def add(office: Office, reference: str, path: Path, kind: str = "photo") -> str:
    return add_evidence(
        office,
        reference,
        path,
        kind=kind,
        title="Вигадане фото",
        kept_at="сейф № 1",
        now=office.now(),
        actor="c-01",
    )


def test_a_files_fingerprint_and_place_are_sealed_and_the_file_is_left_alone(
    office: Office, open_one: Opener, original: Path
) -> None:
    reference = open_one(office)
    evidence = add(office, reference, original)
    with read_case(office, reference, office.now()) as file:
        row = file.session.scalars(select(EvidenceRecord)).one()
        details = file.open("evidence", "sealed_details", evidence, EvidenceDetails, row.sealed_details)
        last = list_entries(file.session, reference)[-1].entry
    assert (row.kind, row.added_by, row.added_at) == ("photo", "c-01", office.now())
    assert details.sha256 == sha256(original.read_bytes()).hexdigest()
    assert (details.size_bytes, details.title, details.kept_at) == (100_002, "Вигадане фото", "сейф № 1")
    assert (last.kind, dict(last.body)) == ("evidence_added", {"evidence": evidence, "kind": "photo"})


def test_the_custody_log_says_to_whom_and_why_and_keeps_it_sealed(
    office: Office, open_one: Opener, original: Path
) -> None:
    reference = open_one(office)
    evidence = add(office, reference, original)
    hand_evidence(office, reference, evidence, to="Експертка", why="для порівняння", now=office.now(), actor="c-02")
    with read_case(office, reference, office.now()) as file:
        last = list_entries(file.session, reference)[-1].entry
        words = file.open("journal", "sealed", f"{reference}/{last.seq}", FreeText, last.sealed or b"")
    assert (last.kind, last.actor, dict(last.body)) == ("evidence_handed", "c-02", {"evidence": evidence})
    assert words.text == "Експертка\nдля порівняння"


def test_evidence_is_handed_from_its_own_case_and_for_a_reason(
    office: Office, open_one: Opener, original: Path
) -> None:
    reference, other = open_one(office), open_one(office, child__given_name="Яна")
    evidence = add(office, reference, original)
    for case, why, code in ((other, "так", "evidence_not_found"), (reference, "  ", "reason_missing")):
        with pytest.raises(DodomuError, match=code):
            hand_evidence(office, case, evidence, to="Експертка", why=why, now=office.now(), actor="c-01")


@pytest.mark.parametrize(
    ("kind", "name", "code"),
    [("rumour", "вигадане фото.jpg", "evidence_kind_unknown"), ("photo", "нема.jpg", "evidence_file_missing")],
)
def test_evidence_is_of_a_known_kind_and_there(  # noqa: PLR0917 - fixtures and a row of the table
    office: Office, open_one: Opener, original: Path, kind: str, name: str, code: str
) -> None:
    with pytest.raises(DodomuError, match=code) as refused:
        add(office, open_one(office), original.with_name(name), kind)
    assert "jpg" not in str(refused.value)


def test_a_file_that_cannot_be_read_is_told_without_its_name(
    office: Office, open_one: Opener, original: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    reference = open_one(office)
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(PermanentFailure, match="evidence_file_unreadable") as refused:
        add(office, reference, original)
    assert "фото" not in str(refused.value)
