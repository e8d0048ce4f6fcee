"""Mails as bytes: headers, body and attachments. The same input always makes the same bytes.

Names of files and subjects carry references only; what is personal stands inside the PDF. Addresses'
domains are written in their ASCII form; an address whose local part is not ASCII makes the mail need an
SMTPUTF8 relay.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, formataddr
from hashlib import sha256

from integrations.addresses import ascii_domain, normalise_address
from models.errors import InvalidInput

_UNSAFE = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")
_UNSAFE_IN_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9./-]{0,39}")
_LANGUAGE = re.compile(r"[a-z]{2}(-[A-Z]{2})?")
# What a file of a kind begins with, and how its name ends.
_KINDS = {
    "application/pdf": (b"%PDF-", "pdf"),
    "image/jpeg": (b"\xff\xd8\xff", "jpg"),
    "image/png": (b"\x89PNG\r\n\x1a\n", "png"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Heading:
    """What stands above a mail's text. Addresses are not shown in its repr.

    `written_at` is aware; `idempotency_key` is the parcel's own, and the Message-ID follows from it.
    """

    sender: str = field(repr=False)
    sender_name: str
    recipients: tuple[str, ...] = field(repr=False)
    subject: str
    idempotency_key: str
    written_at: datetime
    language: str
    reply_to: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a letter. Its media type is one that `media_type_of` knows; its repr shows no content."""

    media_type: str
    content: bytes = field(repr=False)


def media_type_of(content: bytes) -> str:
    """Tell by its first bytes what a file is. Raises InvalidInput `file_kind_unknown` for no PDF, JPEG or PNG."""
    for media_type, (beginning, _) in _KINDS.items():
        if content.startswith(beginning):
            return media_type
    raise InvalidInput("file_kind_unknown", "a PDF, a JPEG or a PNG; save it as one of these")


def annex_name(number: int, media_type: str) -> str:
    """Return the file name of a letter's first, second … annex, which says nothing but that."""
    return f"annex-{number}.{_KINDS[media_type][1]}"


def build_letter_mail(
    heading: Heading, *, text: str, letter: bytes, outgoing_number: str, annexes: Sequence[Attachment] = ()
) -> EmailMessage:
    """A cover text with the letter's PDF attached as `<outgoing number>.pdf`, and after it `annex-1.pdf` and so on.

    With `heading.reply_to` set, answers go to that mailbox with the number as a plus-tag
    (`replies+2026-000017@…`). Unusable addresses, line breaks in a header or a number that is not one are
    `InvalidInput`.
    """
    if not _NUMBER.fullmatch(outgoing_number):
        raise InvalidInput("outgoing_number_unusable", "up to 40 Latin letters, digits, full stops, - and /")
    tag = re.sub(r"[./]", "-", outgoing_number)
    message = _start(heading, text, tag=tag)
    message.add_attachment(letter, maintype="application", subtype="pdf", filename=f"{tag}.pdf")
    for count, annex in enumerate(annexes, 1):
        maintype, _, subtype = annex.media_type.partition("/")
        name = annex_name(count, annex.media_type)
        message.add_attachment(annex.content, maintype=maintype, subtype=subtype, filename=name)
    message["Content-Language"] = _language(heading.language)
    # The library would choose a random boundary. One that follows from the content is stable, and cannot
    # occur in it but by a collision.
    seed = sha256(heading.idempotency_key.encode() + b"\0" + text.encode() + b"\0" + letter)
    for annex in annexes:
        seed.update(sha256(annex.content).digest())
    message.set_boundary(f"=_{seed.hexdigest()[:40]}")
    return message


def build_text_mail(heading: Heading, *, text: str, automatic: bool = True) -> EmailMessage:
    """A plain text mail. `automatic` marks it as one that no machine should answer (RFC 3834)."""
    message = _start(heading, text)
    message["Content-Language"] = _language(heading.language)
    if automatic:
        message["Auto-Submitted"] = "auto-generated"
    return message


def make_message_id(idempotency_key: str, sender: str) -> str:
    """The Message-ID of the mail under this key: `<32 hex digits@sender's domain>`, the same at every try."""
    digest = sha256(b"dodomu message-id\0" + idempotency_key.encode()).hexdigest()
    return f"<{digest[:32]}@{ascii_domain(normalise_address(sender))}>"


def envelope_address(address: str) -> str:
    """The address as the relay gets it: domain in ASCII, local part as it is."""
    return f"{address.rpartition('@')[0]}@{ascii_domain(address)}"


def _start(heading: Heading, text: str, tag: str = "") -> EmailMessage:
    mailboxes = [normalise_address(one) for one in (heading.sender, *heading.recipients)]
    if len(mailboxes) == 1:
        raise InvalidInput("recipient_missing", "name at least one address")
    reply_to = normalise_address(heading.reply_to) if heading.reply_to else None
    needs_utf8 = not all(one.rpartition("@")[0].isascii() for one in (*mailboxes, reply_to or ""))
    message = EmailMessage(policy=SMTPUTF8 if needs_utf8 else SMTP)
    message.set_raw("From", _named(heading.sender_name, mailboxes[0]))
    message["To"] = [_mailbox(one) for one in mailboxes[1:]]
    if reply_to:
        message["Reply-To"] = _mailbox(normalise_address(_tagged(reply_to, tag)))
    message.set_raw("Subject", _encode("Subject", _checked("subject", heading.subject)))
    message["Date"] = _moment(heading.written_at)
    message["Message-ID"] = make_message_id(heading.idempotency_key, heading.sender)
    _set_text(message, text)
    return message


def _set_text(message: EmailMessage, text: str) -> None:
    if _UNSAFE_IN_TEXT.search(text.replace("\r\n", "\n")):
        raise InvalidInput("text_unusable", "remove control characters from the mail's text")
    # Never raw 8-bit, which an old relay may break; base64 only where it is needed, so that English stays
    # readable.
    encoding = "quoted-printable" if text.isascii() else "base64"
    message.set_content(text, charset="utf-8", cte=encoding)


def _checked(name: str, value: str) -> str:
    if _UNSAFE.search(value):
        raise InvalidInput("header_unusable", "one line without control characters", field=name)
    return value


def _language(value: str) -> str:
    if not _LANGUAGE.fullmatch(value):
        raise InvalidInput("language_unusable", "give a language tag such as uk or en")
    return value


def _moment(value: datetime) -> str:
    if value.tzinfo is None:
        raise InvalidInput("moment_without_zone", "give the moment with its time zone")
    return format_datetime(value)


def _tagged(address: str, tag: str) -> str:
    local, _, domain = address.rpartition("@")
    return f"{local}+{tag}@{domain}" if tag else address


def _mailbox(address: str) -> Address:
    local, _, domain = envelope_address(address).rpartition("@")
    return Address(username=local, domain=domain)


def _named(name: str, address: str) -> str:
    name = _checked("sender_name", name)
    if _is_plain(name):
        return formataddr((name, envelope_address(address)))
    return f"{_encode('From', name)}\n <{envelope_address(address)}>"


def _is_plain(value: str) -> bool:
    """Whether it can stand as it is: what only looks like an encoded word would be shown as something else."""
    return value.isascii() and "=?" not in value


def _encode(header: str, value: str) -> str:
    """The value in lines as they will stand in the mail (RFC 2047).

    The library's newer way loses or adds blanks where it folds between encoded words, so the older one is used.
    """
    charset = "us-ascii" if _is_plain(value) else "utf-8"
    return Header(value, charset, header_name=header).encode()
