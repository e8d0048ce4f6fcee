"""What a letter's list says of each of its children: no less than a letter about that child alone, and no more."""

import io
from collections.abc import Callable

from pypdf import PdfReader

from casework.letters import preview_letter
from casework.office import Office
from tests.casework.letter_steps import draft

OpenOne = Callable[..., str]


def text_about_two(office: Office, open_one: OpenOne, kind: str) -> str:
    first = open_one(office, separation__circumstances="Вигадано: забрали зі школи.")
    second = open_one(
        office, separation__circumstances="Вигадано: не пустили додому.", separation__last_contact_on="2023-02-01"
    )
    number = draft(office, first, kind=kind, beside=[second])
    pages = PdfReader(io.BytesIO(preview_letter(office, number, now=office.now()))).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


def test_each_child_is_told_of_with_the_circumstances_of_its_own(office: Office, open_one: OpenOne) -> None:
    text = text_about_two(office, open_one, "nib_ua.request")
    first, second = text.split("2. Вигаданенко")
    assert "Вигадано: забрали зі школи." in first
    assert "Вигадано: не пустили додому." in second
    assert "Останній звʼязок 1 лютого 2023 р." in second.replace("\u00a0", " ")
    assert "Останній звʼязок" not in first


def test_a_list_that_does_not_print_the_circumstances_is_not_told_them(office: Office, open_one: OpenOne) -> None:
    assert "Вигадано:" not in text_about_two(office, open_one, "icrc_cta.tracing")
