"""Steps that tests of annexes take: documents made on the spot, attached, taken in as evidence, read again."""

import io
from pathlib import Path
from typing import Any

from PIL import Image
from pypdf import PdfReader, PdfWriter
from sqlalchemy import select

from casework.consents import give_consent
from casework.facts import add_evidence
from casework.letter_annexes import attach_annex
from casework.letters import (
    approve_letter,
)
from casework.office import Office
from models.records import AnnexRecord
from models.rules.disclosure import Field
from models.statuses import Basis, Purpose

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
