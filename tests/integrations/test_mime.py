"""Mails as bytes."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.mime import (
    Attachment,
    Heading,
    build_letter_mail,
    build_text_mail,
    make_message_id,
    media_type_of,
)
from models.errors import InvalidInput

LETTER = b"%PDF-1.7\n" + bytes(range(256)) * 40 + b"\r\n.\r\nFrom the start\n%%EOF\n"
HEADING = Heading(
    sender="office@dodomu.test",
    sender_name="Офіс повернення дітей",
    recipients=("hotline@ombudsman.test",),
    subject="Звернення, вих. № 2026/000017, справа 2026-004821-K",
    idempotency_key="letter:2026/000017",
    written_at=datetime(2026, 3, 2, 7, 30, tzinfo=UTC),
    language="uk",
    reply_to="replies@dodomu.test",
)
TEXT = "Доброго дня!\n\nЗвернення додано до цього листа.\n.\nFrom us.\n"
WRITABLE = st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"])


def letter_mail(heading: Heading = HEADING, text: str = TEXT, number: str = "2026/000017") -> EmailMessage:
    return build_letter_mail(heading, text=text, letter=LETTER, outgoing_number=number)


def read_back(message: EmailMessage) -> EmailMessage:
    return message_from_bytes(message.as_bytes(), policy=policy.default)


def decode(header: str) -> str:
    """As RFC 2047 has it; the newer parser of this Python sets blanks between encoded words."""
    return str(make_header(decode_header(header)))


def test_a_letter_mail_reads_back_as_it_was_written() -> None:
    mail = read_back(letter_mail())
    assert mail["Subject"] == HEADING.subject
    assert str(mail["From"]) == "Офіс повернення дітей <office@dodomu.test>"
    assert mail["To"] == "hotline@ombudsman.test"
    assert mail["Reply-To"] == "replies+2026-000017@dodomu.test"
    assert mail["Date"].datetime == HEADING.written_at
    assert mail["Content-Language"] == "uk"
    assert mail["Auto-Submitted"] is None
    assert not mail.defects
    body = mail.get_body()
    assert body is not None
    assert body.get_content() == TEXT.replace("\n", "\r\n")
    (attachment,) = mail.iter_attachments()
    assert attachment.get_content_type() == "application/pdf"
    assert attachment.get_filename() == "2026-000017.pdf"
    assert attachment.get_content() == LETTER


def test_the_same_input_makes_the_same_bytes() -> None:
    assert letter_mail().as_bytes() == letter_mail().as_bytes()
    assert build_text_mail(HEADING, text=TEXT).as_bytes() == build_text_mail(HEADING, text=TEXT).as_bytes()


def test_annexes_stand_behind_the_letter_in_order_under_names_that_say_nothing() -> None:
    annexes = [Attachment("application/pdf", LETTER), Attachment("image/jpeg", b"\xff\xd8\xff" + LETTER)]

    def build(*chosen: Attachment) -> EmailMessage:
        return build_letter_mail(HEADING, text=TEXT, letter=LETTER, outgoing_number="2026/000017", annexes=chosen)

    parts = list(read_back(build(*annexes)).iter_attachments())
    assert [(part.get_filename(), part.get_content_type()) for part in parts] == [
        ("2026-000017.pdf", "application/pdf"),
        ("annex-1.pdf", "application/pdf"),
        ("annex-2.jpg", "image/jpeg"),
    ]
    assert [part.get_content() for part in parts[1:]] == [annex.content for annex in annexes]
    assert build(*annexes).as_bytes() == build(*annexes).as_bytes()
    assert build().as_bytes() == letter_mail().as_bytes()
    boundaries = {build(*chosen).get_boundary() for chosen in ([], annexes[:1], annexes, annexes[::-1])}
    assert len(boundaries) == 4
    assert "%PDF" not in repr(annexes)


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"%PDF-2.0\n", "application/pdf"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n\x00", "image/png"),
    ],
)
def test_a_file_is_told_by_its_first_bytes(content: bytes, media_type: str) -> None:
    assert media_type_of(content) == media_type


@pytest.mark.parametrize("content", [b"", b"%PDF", b" %PDF-1.7", b"\x89PNG\n", b"GIF89a", b"PK\x03\x04", b"<svg/>"])
def test_any_other_file_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidInput, match="file_kind_unknown"):
        media_type_of(content)


def test_lines_end_as_smtp_wants_them_and_stay_within_its_length_in_seven_bits() -> None:
    content = letter_mail().as_bytes()
    assert content.isascii()
    assert content.count(b"\n") == content.count(b"\r\n")
    assert max(map(len, content.split(b"\r\n"))) <= 78


def test_the_message_id_follows_from_the_key_and_the_sender_s_domain_alone() -> None:
    again = replace(HEADING, subject="anew", recipients=("other@body.test",), written_at=datetime.now(UTC))
    assert letter_mail()["Message-ID"] == letter_mail(again, text="x\n")["Message-ID"]
    assert letter_mail()["Message-ID"] == "<0599fafe52c1e1e1634e7b6bd23fefec@dodomu.test>"
    assert make_message_id("letter:18", "office@dodomu.test") != make_message_id("letter:17", "office@dodomu.test")
    assert make_message_id("letter:17", "x@дім.укр").endswith("@xn--d1aq1f.xn--j1amh>")


def test_a_digest_asks_machines_not_to_answer_and_a_personal_notice_does_not() -> None:
    assert build_text_mail(HEADING, text=TEXT)["Auto-Submitted"] == "auto-generated"
    assert build_text_mail(HEADING, text=TEXT, automatic=False)["Auto-Submitted"] is None
    assert build_text_mail(HEADING, text=TEXT)["Reply-To"] == "replies@dodomu.test"


def test_english_text_stays_readable_in_the_file() -> None:
    content = build_text_mail(replace(HEADING, language="en"), text="Three clocks are due.\n").as_bytes()
    assert b"Three clocks are due." in content


def test_without_a_reply_mailbox_there_is_no_reply_to() -> None:
    assert letter_mail(replace(HEADING, reply_to=None))["Reply-To"] is None


@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "\0", "\x85", "\u2028", "\x7f", "\ud800"])
def test_no_header_can_be_smuggled_in(break_: str) -> None:
    smuggled = f"x{break_}Bcc: everybody@example.org"
    for heading in (
        replace(HEADING, subject=smuggled),
        replace(HEADING, sender_name=smuggled),
        replace(HEADING, sender=smuggled),
        replace(HEADING, recipients=(smuggled,)),
        replace(HEADING, reply_to=smuggled),
        replace(HEADING, language=smuggled),
    ):
        with pytest.raises(InvalidInput) as caught:
            letter_mail(heading)
        assert "everybody" not in str(caught.value)
    with pytest.raises(InvalidInput):
        letter_mail(number=smuggled)


@pytest.mark.parametrize("number", ["", "/17", "17 18", "№17", "1" * 41, '17".exe', "../17"])
def test_a_file_name_carries_nothing_but_a_number(number: str) -> None:
    with pytest.raises(InvalidInput, match="outgoing_number_unusable"):
        letter_mail(number=number)


def test_control_characters_in_the_text_are_refused_and_tabs_are_not() -> None:
    with pytest.raises(InvalidInput, match="text_unusable"):
        letter_mail(text="one\x00two")
    body = read_back(letter_mail(text="a\tb\r\nc\n")).get_body()
    assert body is not None
    assert body.get_content() == "a\tb\r\nc\r\n"


def test_a_mail_to_nobody_and_a_moment_without_zone_are_refused() -> None:
    with pytest.raises(InvalidInput, match="recipient_missing"):
        letter_mail(replace(HEADING, recipients=()))
    with pytest.raises(InvalidInput, match="moment_without_zone"):
        letter_mail(replace(HEADING, written_at=datetime(2026, 1, 1)))  # noqa: DTZ001 - the point


def test_a_tag_too_long_for_the_reply_mailbox_is_refused() -> None:
    with pytest.raises(InvalidInput, match="address_unusable"):
        letter_mail(replace(HEADING, reply_to=f"{'r' * 30}@dodomu.test"), number="1" * 40)


def test_international_addresses_go_out_in_ascii_where_that_is_possible() -> None:
    content = letter_mail(replace(HEADING, recipients=("office@пошта.укр",))).as_bytes()
    assert b"To: office@xn--80a1acn3a.xn--j1amh\r\n" in content


def test_a_local_part_outside_ascii_makes_a_utf8_mail() -> None:
    content = letter_mail(replace(HEADING, recipients=("дім@пошта.укр",))).as_bytes()
    assert "To: дім@xn--80a1acn3a.xn--j1amh\r\n".encode() in content


def test_a_heading_shows_no_address() -> None:
    assert "@" not in repr(HEADING)


def test_a_subject_that_looks_encoded_is_shown_as_it_was_written() -> None:
    looks = "=?utf-8?q?=D0=94?="
    content = build_text_mail(replace(HEADING, subject=looks, sender_name=looks), text="x\n").as_bytes()
    raw = message_from_bytes(content, policy=policy.compat32)
    assert decode(raw["Subject"]) == looks
    assert decode(raw["From"]) == f"{looks} <office@dodomu.test>"


@given(subject=st.text(WRITABLE, max_size=150), name=st.text(WRITABLE, max_size=60))
def test_any_subject_and_office_name_come_back_as_they_were(subject: str, name: str) -> None:
    content = build_text_mail(replace(HEADING, subject=subject, sender_name=name), text="x\n").as_bytes()
    raw = message_from_bytes(content, policy=policy.compat32)
    shown, address = parseaddr(raw["From"])
    assert address == "office@dodomu.test"
    # Outer blanks are no part of a header's value (RFC 5322, 2.2).
    assert decode(raw["Subject"]).strip() == subject.strip()
    assert decode(shown).strip() == name.strip()
    assert max(map(len, content.split(b"\r\n"))) <= 998
