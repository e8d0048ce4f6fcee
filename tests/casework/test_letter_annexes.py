"""Annexes: named in the letter, frozen with it, sent as they are, noted in the custody log, closed with the case."""

import io
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from sqlalchemy import delete, select, update

from casework import letter_annexes, outbox
from casework.case_file import CaseFile, open_case
from casework.consents import give_consent, withdraw_consent
from casework.delivering import DeliveryReport, deliver
from casework.disclosures import list_disclosures
from casework.erasing import erase
from casework.facts import add_evidence
from casework.letter_annexes import attach_annex, detach_annex, list_annexes, read_annexes
from casework.letter_batch import prepare_letters
from casework.letters import (
    approve_letter,
    hand_over_letter,
    preview_letter,
    reject_letter,
    release_letter,
    revise_letter,
)
from casework.office import Office, open_office
from casework.on_record import list_on_record
from casework.outbox import claim
from casework.status import suspend
from casework.verifying import verify_journal
from integrations.backup import make_backup, restore_backup
from integrations.clock import FixedClock
from integrations.mail_sink import MailSink, Misbehaviour
from integrations.settings import load_settings
from models.errors import DodomuError, InvalidInput, NotFound, PermanentFailure, RuleViolation
from models.records import AnnexRecord
from models.records.base import new_id
from models.rules.disclosure import Field
from models.statuses import Basis, LetterState, Purpose
from tests.casework.letter_steps import approved, draft, journal_of, letter_of, parcels, released, use_relay

OpenOne = Callable[..., str]
TITLE = "Свідоцтво про народження, копія"


def a_pdf(pages: int = 1) -> bytes:
    writer, written = PdfWriter(), io.BytesIO()
    for _ in range(pages):
        writer.add_blank_page(width=72, height=72)
    writer.write(written)
    return written.getvalue()


def a_picture(kind: str = "JPEG", shade: int = 9) -> bytes:
    written = io.BytesIO()
    Image.new("L", (8, 8), shade).save(written, kind)
    return written.getvalue()


def attach(office: Office, number: str, document: Path | bytes | None = None, **choices: Any) -> str:
    """Attach a two-page certificate, or what is chosen."""
    choice = {"title": TITLE, "pages": 2, "actor": "c-01", **choices}
    return attach_annex(office, number, document or a_pdf(2), now=office.now(), **choice)


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages)


def annex_rows(office: Office) -> list[AnnexRecord]:
    with office.store.reading() as session:
        return list(session.scalars(select(AnnexRecord).order_by(AnnexRecord.position)))


def approve(office: Office, number: str) -> None:
    approve_letter(office, number, now=office.now(), actor="c-02")


def take_in(office: Office, reference: str, path: Path) -> str:
    """Take a file in as evidence."""
    told = {"kind": "document", "title": TITLE, "kept_at": "сейф № 1", "actor": "c-01"}
    return add_evidence(office, reference, path, now=office.now(), **told)


def withhold_annexes(office: Office, reference: str) -> None:
    give_consent(
        office,
        reference,
        body="ombudsman_ua",
        purpose=Purpose.SEARCH,
        given_by=Basis.PARENT,
        given_on=office.book.today(office.now()),
        withheld=[Field.ANNEXES],
        now=office.now(),
        actor="c-01",
    )


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[MailSink]:
    with MailSink(tmp_path / "sink") as sink:
        yield sink


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    path = tmp_path / "вигадане свідоцтво.pdf"
    path.write_bytes(a_pdf(2))
    return path


async def test_annexes_are_named_in_the_letter_approved_with_it_and_sent_behind_it(
    either_office: Office, open_one: OpenOne, sink: MailSink, certificate: Path
) -> None:
    office = either_office
    use_relay(office, sink)
    reference = open_one(office)
    number = draft(office, reference)
    photo = a_picture()
    attach(office, number, certificate)
    attach(office, number, photo, title="Фотографія", pages=None)
    preview = preview_letter(office, number, now=office.now())
    assert f"Додатки: 1. {TITLE}, кількість аркушів: 2 2. Фотографія" in text_of(preview)
    approve(office, number)
    kind, body = journal_of(office, reference)[-1]
    assert (kind, body["annexes"]) == ("letter_approved", [row.fingerprint for row in annex_rows(office)])
    assert "annexes" in body["disclosed"]
    release_letter(office, number, now=office.now(), actor="c-01")
    assert await deliver(office, office.now()) == DeliveryReport(sent=1)
    (mail,) = sink.mails
    sent = [
        (part.get_filename(), part.get_content_type(), part.get_content()) for part in mail.parse().iter_attachments()
    ]
    assert sent == [
        (f"{number}.pdf", "application/pdf", preview),
        ("annex-1.pdf", "application/pdf", a_pdf(2)),
        ("annex-2.jpg", "image/jpeg", photo),
    ]
    (told,) = list_disclosures(office, reference)
    assert "annexes" in told.fields
    assert verify_journal(office).breaks == ()


async def test_every_try_sends_the_same_bytes(
    office: Office, open_one: OpenOne, sink: MailSink, clock: FixedClock
) -> None:
    use_relay(office, sink)
    number = draft(office, open_one(office))
    attach(office, number)
    attach(office, number, a_picture("PNG"), title="Фотографія")
    approve(office, number)
    release_letter(office, number, now=office.now(), actor="c-01")
    sink.misbehave(Misbehaviour(lose_answer_first=1))
    assert (await deliver(office, office.now())).deferred == 1
    first = sink.mails[0].path.read_bytes()
    clock.advance(timedelta(hours=1))
    assert (await deliver(office, office.now())).sent == 1
    assert [mail.path.read_bytes() == first for mail in sink.mails] == [True, True]


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


def removed(file: CaseFile, rows: list[AnnexRecord]) -> None:
    file.session.execute(delete(AnnexRecord).where(AnnexRecord.id == rows[0].id))


def swapped(file: CaseFile, rows: list[AnnexRecord]) -> None:
    file.session.execute(update(AnnexRecord).where(AnnexRecord.id == rows[0].id).values(position=9))


def added(file: CaseFile, rows: list[AnnexRecord]) -> None:
    values = {name: getattr(rows[0], name) for name in AnnexRecord.__table__.columns.keys()}  # noqa: SIM118 - columns
    file.session.add(AnnexRecord(**{**values, "id": new_id(), "position": 3}))


def exchanged(file: CaseFile, rows: list[AnnexRecord]) -> None:
    """Put the other's sealed bytes in its place."""
    one, other = rows
    file.session.execute(update(AnnexRecord).where(AnnexRecord.id == one.id).values(sealed_bytes=other.sealed_bytes))


def sealed_anew(file: CaseFile, rows: list[AnnexRecord]) -> None:
    """Put other bytes in its place, properly sealed."""
    sealed = file.seal_bytes("letter_annexes", "sealed_bytes", rows[0].id, a_picture(shade=1))
    file.session.execute(update(AnnexRecord).where(AnnexRecord.id == rows[0].id).values(sealed_bytes=sealed))


def with_its_fingerprint(file: CaseFile, rows: list[AnnexRecord]) -> None:
    """Put other bytes in its place, properly sealed, with the fingerprint that is theirs."""
    sealed_anew(file, rows)
    values = {"fingerprint": file.fingerprint(a_picture(shade=1))}
    file.session.execute(update(AnnexRecord).where(AnnexRecord.id == rows[0].id).values(**values))


@pytest.mark.parametrize("meddle", [removed, swapped, added, exchanged, sealed_anew, with_its_fingerprint])
def test_annexes_that_are_not_those_approved_neither_leave_nor_are_approved_again(
    office: Office, open_one: OpenOne, meddle: Callable[[CaseFile, list[AnnexRecord]], None]
) -> None:
    reference = open_one(office)
    waiting, ready = draft(office, reference), draft(office, reference)
    for number in (waiting, ready):
        attach(office, number)
        attach(office, number, a_picture(), title="Фотографія")
        approve(office, number)
    release_letter(office, waiting, now=office.now(), actor="c-01")
    with open_case(office, reference, office.now(), "c-01") as file:
        for number in (waiting, ready):
            of_letter = select(AnnexRecord).where(AnnexRecord.letter_id == letter_of(office, number).id)
            meddle(file, list(file.session.scalars(of_letter.order_by(AnnexRecord.position))))
    with pytest.raises(RuleViolation, match="annexes_changed") as refused:
        release_letter(office, ready, now=office.now(), actor="c-01")
    assert "letter revise" in str(refused.value)
    assert claim(office, office.now(), 10).stopped == 1
    assert (letter_of(office, waiting).state, letter_of(office, waiting).fault) == (
        LetterState.STOPPED,
        "annexes_changed",
    )


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


async def test_evidence_that_left_with_a_letter_stands_in_its_custody_log(
    either_office: Office, open_one: OpenOne, sink: MailSink, certificate: Path
) -> None:
    office = either_office
    use_relay(office, sink)
    reference = open_one(office)
    evidence = take_in(office, reference, certificate)
    number = draft(office, reference)
    attach(office, number, certificate, evidence_id=evidence)
    kind, body = journal_of(office, reference)[-1]
    assert (kind, body["evidence"]) == ("annex_attached", evidence)
    attach(office, number, a_picture(), title="Фотографія")
    approve(office, number)
    release_letter(office, number, now=office.now(), actor="c-02")
    assert "evidence_handed" not in [kind for kind, _ in journal_of(office, reference)]
    await deliver(office, office.now())
    assert journal_of(office, reference)[-1] == (
        "evidence_handed",
        {"evidence": evidence, "letter": number, "body": "ombudsman_ua", "released_by": "c-02"},
    )


def test_evidence_handed_over_with_a_letter_stands_in_its_custody_log(
    office: Office, open_one: OpenOne, certificate: Path
) -> None:
    reference = open_one(office)
    evidence = take_in(office, reference, certificate)
    number = draft(office, reference, kind="icrc_cta.tracing")
    attach(office, number, certificate, evidence_id=evidence)
    approve(office, number)
    hand_over_letter(office, number, date(2026, 3, 2), now=office.now(), actor="c-01")
    assert [kind for kind, _ in journal_of(office, reference)][-2:] == ["letter_handed_over", "evidence_handed"]
    assert journal_of(office, reference)[-1][1]["body"] == "icrc_cta"


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


def test_a_claim_does_not_open_a_whole_batch_of_large_annexes_at_once(
    office: Office, open_one: OpenOne, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = open_one(office)
    numbers = [released(office, reference) for _ in range(3)]
    monkeypatch.setattr(outbox, "_OPEN_AT_ONCE_BYTES", 2 * claim(office, office.now(), 1).claimed[0].size_bytes - 999)
    assert [each.letter_number for each in claim(office, office.now(), 10).claimed] == numbers[1:]
    assert len(parcels(office)) == 3


def test_a_letter_of_several_children_has_its_annexes_from_the_case_it_is_filed_under(
    either_office: Office, open_one: OpenOne
) -> None:
    office = either_office
    first, second = open_one(office), open_one(office, child__given_name="Яна")
    number = draft(office, first, beside=[second])
    attach(office, number)
    assert "annex_attached" not in [kind for kind, _ in journal_of(office, second)]
    approve(office, number)
    release_letter(office, number, now=office.now(), actor="c-01")
    (claimed,) = claim(office, office.now(), 10).claimed
    assert [each.content for each in claimed.annexes] == [a_pdf(2)]


def test_a_reading_copy_names_the_annexes_too(office: Office, open_one: OpenOne) -> None:
    number = draft(office, open_one(office))
    attach(office, number)
    assert f"Annex: {TITLE}, 2 pages" in text_of(preview_letter(office, number, language="en", now=office.now()))


def test_a_letter_made_ahead_is_made_anew_when_its_annexes_change(either_office: Office, open_one: OpenOne) -> None:
    office = either_office
    number = draft(office, open_one(office))

    def prepare() -> int:
        return prepare_letters(office, now=office.now(), actor="c-01", processes=1).made

    assert prepare() == 1
    bare = preview_letter(office, number, now=office.now())
    first = attach(office, number)
    assert TITLE in text_of(preview_letter(office, number, now=office.now()))
    assert prepare() == 1
    with_annex = preview_letter(office, number, now=office.now())
    detach_annex(office, number, first, now=office.now(), actor="c-01")
    assert preview_letter(office, number, now=office.now()) == bare
    attach(office, number)
    assert (prepare(), prepare()) == (1, 0)
    approve(office, number)
    assert preview_letter(office, number, now=office.now()) == with_annex
    release_letter(office, number, now=office.now(), actor="c-01")
    (claimed,) = claim(office, office.now(), 10).claimed
    assert len(claimed.annexes) == 1


def test_erasing_the_case_closes_its_annexes(either_office: Office, open_one: OpenOne) -> None:
    office = either_office
    reference = open_one(office)
    number = approved(office, reference)
    revise_letter(office, number, now=office.now(), actor="c-01")
    attach(office, number)
    erase(office, reference, office.now(), "s-01")
    for look in (list_annexes, read_annexes):
        with pytest.raises(NotFound, match="key_not_found"):
            look(office, number, now=office.now())
    with pytest.raises(DodomuError, match="case_is_erased"):
        attach(office, number)


def test_neither_title_nor_bytes_nor_hash_stand_in_clear(either_office: Office, open_one: OpenOne) -> None:
    office = either_office
    photo = a_picture()
    number = draft(office, open_one(office))
    attach(office, number, photo, title="Фотографія")
    (row,) = annex_rows(office)
    with office.store.reading() as session:
        content = session.scalars(select(AnnexRecord.sealed_bytes)).one()
    stored = content + row.sealed_details
    assert photo[:16] not in stored
    assert "Фотографія".encode() not in stored
    assert row.fingerprint != sha256(photo).hexdigest(), "a plain hash would confirm whoever has the document"


def test_a_backup_holds_the_annexes(office: Office, open_one: OpenOne, tmp_path: Path) -> None:
    number = draft(office, open_one(office))
    attach(office, number)
    make_backup(office.settings, tmp_path / "copy")
    elsewhere = load_settings(home=tmp_path / "elsewhere")
    restore_backup(elsewhere, tmp_path / "copy")
    with open_office(elsewhere) as again:
        (opened,) = read_annexes(again, number, now=again.now())
    assert opened.content == a_pdf(2)
