"""Annexes on a draft: attached, listed, read, approved as read, and what is refused."""

from collections.abc import Callable
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from casework import letter_annexes
from casework.consents import withdraw_consent
from casework.letter_annexes import LARGEST_BYTES, detach_annex, list_annexes, read_annexes
from casework.letters import (
    approve_letter,
    hand_over_letter,
    reject_letter,
    release_letter,
    revise_letter,
)
from casework.office import Office
from casework.on_record import list_on_record
from casework.outbox import claim
from casework.status import suspend
from models.errors import InvalidInput, NotFound, PermanentFailure, RuleViolation
from models.statuses import LetterState, Purpose
from tests.casework.annex_steps import TITLE, a_pdf, a_picture, annex_rows, approve, attach, take_in, withhold_annexes
from tests.casework.letter_steps import approved, draft, journal_of, letter_of

OpenOne = Callable[..., str]


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    path = tmp_path / "вигадане свідоцтво.pdf"
    path.write_bytes(a_pdf(2))
    return path


def test_of_a_photograph_only_what_one_sees_goes_out_unless_its_file_is_wanted(
    office: Office, open_one: OpenOne, tmp_path: Path
) -> None:
    reference, photo = open_one(office), tmp_path / "фото.jpg"
    photo.write_bytes(a_picture("JPEG") + b"taken at home")
    evidence = take_in(office, reference, photo)
    number = draft(office, reference)
    for as_it_is in (False, True):
        attach(office, number, photo, evidence_id=evidence, as_it_is=as_it_is)
    bared, whole = (each.content for each in read_annexes(office, number, now=office.now()))
    assert (b"taken at home" in bared, whole) == (False, photo.read_bytes())
    told = [body.get("as_it_is") for kind, body in journal_of(office, reference) if kind == "annex_attached"]
    assert told == [None, True]


def test_a_picture_that_grows_too_large_by_being_written_anew_is_refused(
    office: Office, open_one: OpenOne, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = draft(office, open_one(office))
    monkeypatch.setattr("casework.letter_annexes.bare", lambda _: bytes(LARGEST_BYTES + 1))
    with pytest.raises(InvalidInput, match="annex_too_large"):
        attach(office, number, a_picture("JPEG"))
    assert list_annexes(office, number, now=office.now()) == []


def test_what_is_attached_is_listed_and_can_be_read_before_it_is_approved(
    either_office: Office, open_one: OpenOne, certificate: Path
) -> None:
    office, photo = either_office, a_picture("PNG")
    number = draft(office, open_one(office))
    first, second = attach(office, number, certificate), attach(office, number, photo, title="Фотографія", pages=None)
    lines = list_annexes(office, number, now=office.now())
    assert [(each.id, each.file, each.title, each.pages, each.evidence) for each in lines] == [
        (first, "annex-1.pdf", TITLE, 2, None),
        (second, "annex-2.png", "Фотографія", None, None),
    ]
    assert [(each.sha256, each.size_bytes) for each in lines] == [
        (sha256(content).hexdigest(), len(content)) for content in (certificate.read_bytes(), photo)
    ]
    opened = read_annexes(office, number, now=office.now())
    assert [(each.file, each.content) for each in opened] == [
        ("annex-1.pdf", certificate.read_bytes()),
        ("annex-2.png", photo),
    ]
    assert TITLE not in repr(lines)
    assert "PNG" not in repr(opened)


def test_a_detached_annex_is_gone_and_the_others_close_ranks(either_office: Office, open_one: OpenOne) -> None:
    office = either_office
    reference = open_one(office)
    number = draft(office, reference)
    first = attach(office, number, a_picture(), title="Фотографія")
    attach(office, number)
    fingerprint = annex_rows(office)[0].fingerprint
    detach_annex(office, number, first, now=office.now(), actor="c-01")
    assert journal_of(office, reference)[-1] == (
        "annex_detached",
        {"letter": number, "annex": first, "fingerprint": fingerprint},
    )
    third = attach(office, number, a_picture("PNG"), title="Фотографія 2")
    lines = list_annexes(office, number, now=office.now())
    assert [(each.file, each.title) for each in lines] == [
        ("annex-1.pdf", TITLE),
        ("annex-2.png", "Фотографія 2"),
    ]
    other = draft(office, reference)
    for of_letter, annex in ((number, first), (other, third)):
        with pytest.raises(NotFound, match="annex_not_found"):
            detach_annex(office, of_letter, annex, now=office.now(), actor="c-01")


def test_an_approved_letters_annexes_stay_until_it_is_taken_back(either_office: Office, open_one: OpenOne) -> None:
    office = either_office
    number = draft(office, open_one(office))
    first = attach(office, number)
    approve(office, number)
    with pytest.raises(RuleViolation, match="annexes_are_approved") as refused:
        attach(office, number, a_picture(), title="Фотографія")
    assert "letter revise" in str(refused.value)
    with pytest.raises(RuleViolation, match="annexes_are_approved"):
        detach_annex(office, number, first, now=office.now(), actor="c-01")
    revise_letter(office, number, now=office.now(), actor="c-01")
    detach_annex(office, number, first, now=office.now(), actor="c-01")
    attach(office, number, a_picture(), title="Фотографія")
    approve(office, number)
    release_letter(office, number, now=office.now(), actor="c-01")
    (claimed,) = claim(office, office.now(), 10).claimed
    assert [each.media_type for each in claimed.annexes] == ["image/jpeg"]
    with pytest.raises(RuleViolation, match="letter_is_queued"):
        attach(office, number)


def test_annexes_are_approved_as_they_were_read(office: Office, open_one: OpenOne) -> None:
    number = draft(office, open_one(office))
    attach(office, number, a_picture(), title="Фотографія")
    seen = [each.sha256 for each in list_annexes(office, number, now=office.now())]
    detach_annex(office, number, annex_rows(office)[0].id, now=office.now(), actor="c-01")
    attach(office, number, a_picture(shade=1), title="Фотографія")
    for told in (seen, []):
        with pytest.raises(RuleViolation, match="annexes_differ"):
            approve_letter(office, number, now=office.now(), actor="c-02", seen_annexes=told)
    seen = [each.sha256 for each in list_annexes(office, number, now=office.now())]
    approve_letter(office, number, now=office.now(), actor="c-02", seen_annexes=seen)
    assert letter_of(office, number).state is LetterState.APPROVED


def test_one_approval_of_two_freezes_the_annexes(office: Office, open_one: OpenOne) -> None:
    number = draft(office, open_one(office), kind="wgeid.request")
    attach(office, number, title="Birth certificate, copy")
    approve(office, number)
    assert letter_of(office, number).state is LetterState.DRAFT
    with pytest.raises(RuleViolation, match="annexes_are_approved"):
        attach(office, number, title="Photograph")


def test_a_rejected_letter_takes_no_annex_and_neither_does_a_resting_case(office: Office, open_one: OpenOne) -> None:
    reference = open_one(office)
    rejected, resting = draft(office, reference), draft(office, reference)
    reject_letter(office, rejected, "вигадано", now=office.now(), actor="c-02")
    with pytest.raises(RuleViolation, match="letter_is_rejected"):
        attach(office, rejected)
    suspend(office, reference, reason="на прохання родини", now=office.now(), actor="s-01")
    with pytest.raises(RuleViolation, match="case_is_suspended"):
        attach(office, resting)


def test_only_people_of_the_office_attach(office: Office, open_one: OpenOne) -> None:
    number = draft(office, open_one(office))
    with pytest.raises(RuleViolation, match="staff_unknown"):
        attach(office, number, actor="c-99")


def test_a_body_whose_allow_list_has_no_annexes_gets_none(office: Office, open_one: OpenOne) -> None:
    assert "annexes" not in office.policy.get_body("family").allow
    number = draft(office, open_one(office), kind="family.news", purpose=Purpose.INFORMATION)
    with pytest.raises(RuleViolation, match="annexes_not_allowed"):
        attach(office, number)


def test_a_letter_that_would_not_name_its_annexes_gets_none(office: Office, open_one: OpenOne) -> None:
    reference = open_one(office)
    request = approved(office, reference)
    hand_over_letter(office, request, date(2026, 3, 2), now=office.now(), actor="c-01")
    (consent,) = [each.id for each in list_on_record(office, reference).consents if each.purpose is Purpose.SEARCH]
    withdraw_consent(office, reference, consent, withdrawn_on=date(2026, 3, 2), now=office.now(), actor="c-01")
    number = draft(office, reference, kind="follow_up.withdrawal", body="ombudsman_ua")
    assert "annexes" in office.policy.get_body("ombudsman_ua").allow
    with pytest.raises(RuleViolation, match="annexes_not_allowed"):
        attach(office, number)


def test_a_consent_that_keeps_annexes_back_keeps_them_back(office: Office, open_one: OpenOne) -> None:
    reference = open_one(office)
    before = draft(office, reference)
    attach(office, before)
    leaving = draft(office, reference)
    attach(office, leaving)
    approve(office, leaving)
    withhold_annexes(office, reference)
    with pytest.raises(RuleViolation, match="annexes_not_allowed"):
        attach(office, draft(office, reference))
    with pytest.raises(RuleViolation, match="annexes_not_allowed"):
        approve(office, before)
    with pytest.raises(RuleViolation, match="consent_changed"):
        release_letter(office, leaving, now=office.now(), actor="c-01")
    (annex,) = list_annexes(office, before, now=office.now())
    detach_annex(office, before, annex.id, now=office.now(), actor="c-01")
    approve(office, before)


def test_only_the_very_file_that_was_taken_in_goes_as_that_evidence(
    office: Office, open_one: OpenOne, certificate: Path
) -> None:
    reference, other = open_one(office), open_one(office, child__given_name="Яна")
    evidence, elsewhere = take_in(office, reference, certificate), take_in(office, other, certificate)
    number = draft(office, reference)
    with pytest.raises(RuleViolation, match="evidence_differs") as refused:
        attach(office, number, a_pdf(3), evidence_id=evidence)
    assert "as it was taken in" in str(refused.value)
    with pytest.raises(NotFound, match="evidence_not_found"):
        attach(office, number, certificate, evidence_id=elsewhere)
    assert annex_rows(office) == []


@pytest.mark.parametrize(
    ("document", "choices", "code"),
    [
        (b"GIF89a, an old friend", {}, "file_kind_unknown"),
        (b"MZ\x90", {}, "file_kind_unknown"),
        (None, {"title": "   "}, "value_unusable"),
        (None, {"title": "Свідоцтво\x07"}, "control_characters"),
        (None, {"pages": 0}, "pages_unusable"),
        (None, {"pages": 10_000}, "pages_unusable"),
        (b"%PDF-1.7" + bytes(10 * 1024 * 1024), {}, "annex_too_large"),
    ],
)
def test_what_cannot_go_is_refused_in_words(
    office: Office, open_one: OpenOne, document: bytes | None, choices: dict[str, Any], code: str
) -> None:
    number = draft(office, open_one(office))
    with pytest.raises(InvalidInput, match=code) as refused:
        attach(office, number, document, **choices)
    assert refused.value.advice
    assert annex_rows(office) == []


def test_a_file_that_is_missing_too_large_or_unreadable_is_told_without_its_name(
    office: Office, open_one: OpenOne, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = draft(office, open_one(office))
    large = certificate.with_name("вигадане фото.jpg")
    with large.open("wb") as stream:
        stream.truncate(10 * 1024 * 1024 + 1)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    told = []
    for path, code in ((certificate.with_name("нема.pdf"), "annex_file_missing"), (large, "annex_too_large")):
        with pytest.raises(InvalidInput, match=code) as refused:
            attach(office, number, path)
        told.append(str(refused.value))
    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(PermanentFailure, match="annex_file_unreadable") as unreadable:
        attach(office, number, certificate)
    assert not any(word in line for line in (*told, str(unreadable.value)) for word in ("нема", "вигадане"))


def test_all_annexes_of_a_letter_together_are_limited(
    office: Office, open_one: OpenOne, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert letter_annexes.LARGEST_TOGETHER_BYTES == 20 * 1024 * 1024
    monkeypatch.setattr(letter_annexes, "LARGEST_TOGETHER_BYTES", len(a_pdf(2)) + len(a_picture()) - 1)
    number = draft(office, open_one(office))
    attach(office, number)
    with pytest.raises(InvalidInput, match="annexes_too_large"):
        attach(office, number, a_picture(), title="Фотографія")
    assert len(annex_rows(office)) == 1
