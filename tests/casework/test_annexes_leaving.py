"""Annexes that leave: frozen with the letter, sent as they are, in the custody log, closed with the case."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from casework import outbox
from casework.case_file import CaseFile, open_case
from casework.delivering import DeliveryReport, deliver
from casework.disclosures import list_disclosures
from casework.erasing import erase
from casework.letter_annexes import detach_annex, list_annexes, read_annexes
from casework.letter_batch import prepare_letters
from casework.letters import (
    hand_over_letter,
    preview_letter,
    release_letter,
    revise_letter,
)
from casework.office import Office, open_office
from casework.outbox import claim
from casework.verifying import verify_journal
from integrations.backup import make_backup, restore_backup
from integrations.clock import FixedClock
from integrations.mail_sink import MailSink, Misbehaviour
from integrations.pictures import bare
from integrations.settings import load_settings
from models.errors import DodomuError, NotFound, RuleViolation
from models.records import AnnexRecord
from models.records.base import new_id
from models.statuses import LetterState
from tests.casework.annex_steps import TITLE, a_pdf, a_picture, annex_rows, approve, attach, take_in, text_of
from tests.casework.letter_steps import approved, draft, journal_of, letter_of, parcels, released, use_relay

OpenOne = Callable[..., str]


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
        ("annex-2.jpg", "image/jpeg", bare(photo)),
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
