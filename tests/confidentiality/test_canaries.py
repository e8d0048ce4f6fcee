"""The search itself: it finds a planted canary in every spelling, wherever it stands, and none in innocent text."""

import base64
import json
import quopri
import sqlite3
from collections.abc import Callable
from email.header import Header
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote

import pytest

from models.rules.romanise import romanise
from tests.confidentiality.canaries import find_in, latin, mail, name, phone, search, search_text, spellings

ENCODINGS: dict[str, Callable[[str], bytes]] = {
    "utf-8": str.encode,
    "utf-16": lambda word: word.encode("utf-16-le"),
    "cp1251": lambda word: word.encode("cp1251"),
    "base64": lambda word: base64.b64encode(word.encode()),
    "base64, one byte before": lambda word: base64.b64encode(b"<" + word.encode()),
    "base64, two bytes before": lambda word: base64.b64encode(b"<<" + word.encode()),
    "base64, for addresses": lambda word: base64.urlsafe_b64encode(word.encode()),
    "hex": lambda word: word.encode().hex().encode(),
    "percent": lambda word: quote(word, safe="").encode(),
    "json": lambda word: json.dumps({"advice": word}).encode(),
    "quoted-printable": lambda word: quopri.encodestring(word.encode()),
    "header, B": lambda word: Header(f"Лист: {word}", "utf-8").encode().encode(),
    "header, Q": lambda word: f"=?utf-8?q?{quopri.encodestring(word.encode(), header=True).decode()}?=".encode(),
    "repr": lambda word: repr(("parameters", word)).encode(),
}
CANARIES = [name("вська"), name("вська").upper(), romanise(name("вська")), latin(" Anna"), mail("home"), phone(7)]


@pytest.mark.parametrize("canary", CANARIES)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_canary_is_found_in_every_encoding_amid_other_bytes(encoding: str, canary: str) -> None:
    planted = ENCODINGS[encoding](canary)
    assert find_in(b"\x00\xffnoise " + planted + b" noise")
    assert find_in(b"noise " + planted)


@pytest.mark.parametrize("canary", CANARIES)
@pytest.mark.parametrize("split_at", [30, 61, 76])
def test_folding_hides_nothing(canary: str, split_at: int) -> None:
    text = base64.b64encode(f"{'а' * 20}{canary}{'б' * 20}".encode())
    folded = b"\r\n".join(text[start : start + split_at] for start in range(0, len(text), split_at))
    assert find_in(b"Content-Type: text/plain\r\n\r\n" + folded)


@pytest.mark.parametrize("transfer", ["base64", "quoted-printable", "8bit"])
def test_a_mails_text_is_read_in_every_transfer_encoding(transfer: str) -> None:
    message = EmailMessage()
    message.set_content(f"Шановна {name('вська')}, доброго дня. " * 3, charset="utf-8", cte=transfer)
    assert find_in(message.as_bytes())


@pytest.mark.parametrize("spelt", ["+38 044 739 15 27", "044 739-15-27", "+380 (44) 739 15 27", "(044) 739-15-27"])
def test_a_telephone_number_is_found_however_it_is_grouped(spelt: str) -> None:
    assert search_text(spelt)


def test_files_folders_databases_and_file_names_are_searched(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "store.db") as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE t (x TEXT)")
        connection.execute("INSERT INTO t VALUES (?)", [name("вська")])
        connection.commit()
        in_wal = {hit.path.name for hit in search(tmp_path)}
    connection.close()
    (tmp_path / "deep" / "deeper").mkdir(parents=True)
    (tmp_path / "deep" / "deeper" / f"{latin('.pdf')}").touch()
    (tmp_path / "innocent.txt").write_text("Сподіваюся на вашу відповідь.", encoding="utf-8")
    assert "store.db-wal" in in_wal
    assert {hit.path.name for hit in search(tmp_path)} == {"store.db", latin(".pdf")}


def test_innocent_text_is_not_found(tmp_path: Path) -> None:
    innocent = Path(__file__).parents[2]
    found = [hit for folder in ("models", "casework", "policy", "templates") for hit in search(innocent / folder)]
    assert found == []


def test_a_place_that_is_not_there_is_a_mistake_and_not_a_clean_result(tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        search(tmp_path / "nowhere")


def test_there_are_eight_encodings() -> None:
    encodings = {encoding for encoding, _ in spellings()}
    assert encodings == {"utf-8", "utf-16", "cp1251", "base64", "hex", "percent", "json", "quoted-printable"}
