"""The gallery: one page with every kind of letter as pictures, about nobody real."""

import base64
import re
import shutil
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from casework.letter_gallery import make_gallery
from integrations.letter_templates import TEMPLATE_FOLDER
from integrations.policy_files import load_policy
from integrations.settings import load_settings
from models.errors import ConfigurationError, NotFound


def test_the_gallery_shows_a_kind_in_every_language_and_size(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    made = make_gallery(
        load_settings(home=tmp_path),
        kinds=["ombudsman_ru.request", "family.news"],
        progress=lambda done, total: told.append((done, total)),
    )
    pictures = re.findall(r"data:image/png;base64,([A-Za-z0-9+/=]+)", made.html)
    assert (made.kinds, made.pages) == (2, len(pictures))
    assert told[-1] == (made.letters, made.letters)
    for words in (
        "російською / in Russian",
        "примірник для ознайомлення / reading copy",
        "several children",
        "family.news",
    ):
        assert words in made.html
    page = Image.open(BytesIO(base64.b64decode(pictures[0])))
    assert page.height > page.width > 400
    darkest, lightest = page.convert("L").getextrema()
    assert (darkest < 60, lightest > 240) == (True, True), "there is no writing on the page"


def test_the_page_needs_nothing_from_outside(tmp_path: Path) -> None:
    html = make_gallery(load_settings(home=tmp_path), kinds=["coalition.summary"]).html
    assert not re.search(r'(src|href)="(?!data:|#)', html)
    assert "<script" not in html
    assert html.count("alt=") == html.count("<img")


def test_a_kind_that_nobody_knows_is_named_among_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="letter_kind_not_found"):
        make_gallery(load_settings(home=tmp_path), kinds=["nobody.request"])


def test_a_policy_without_letters_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load_settings(home=tmp_path)
    policy = replace(load_policy(settings.policy_folder, settings.templates_folder), kinds=())
    monkeypatch.setattr("casework.letter_gallery.load_policy", lambda *_: policy)
    with pytest.raises(NotFound, match="no_letter_kinds"):
        make_gallery(settings)


def test_what_cannot_be_set_is_told_with_its_template_and_the_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    templates = Path(shutil.copytree(TEMPLATE_FOLDER, tmp_path / "templates"))
    letter = templates / "letters" / "family.news" / "uk.typ.j2"
    letter.write_text(letter.read_text(encoding="utf-8") + "\n#nosuch[Вигадано]\n", encoding="utf-8")
    monkeypatch.setenv("DODOMU_TEMPLATES_FOLDER", str(templates))
    with pytest.raises(ConfigurationError, match="letter_not_typeset") as caught:
        make_gallery(load_settings(home=tmp_path), kinds=["family.news"])
    assert caught.value.advice == "mend templates/letters/family.news/uk.typ.j2 near: #nosuch[Вигадано]"
