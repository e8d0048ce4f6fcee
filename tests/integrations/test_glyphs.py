import shutil
import struct
from pathlib import Path

import pytest

from integrations.glyphs import PrintableCharacters
from integrations.letter_templates import TEMPLATE_FOLDER
from models.errors import ConfigurationError, InvalidInput
from models.schemas.letters import Child
from tests.letters.printed import facts_of, get_sample

FONTS = TEMPLATE_FOLDER / "fonts"
printable = PrintableCharacters(FONTS)
SMALLEST = facts_of(get_sample("ombudsman_ua.request-uk-search-smallest"))


@pytest.mark.parametrize("character", [*"АяҐґЄєІіЇїʼ’'«»№–—ёЁъыэŁłẞşé", "\N{NO-BREAK SPACE}"])
def test_what_ukrainian_and_its_neighbours_write_with_can_be_printed(character: str) -> None:
    assert character in printable


def test_every_syllable_of_hangul_can_be_printed() -> None:
    assert all(chr(code) in printable for code in range(0xAC00, 0xD7A3 + 1))


def test_a_character_must_be_in_every_face_of_one_family_and_one_family_is_enough(tmp_path: Path) -> None:
    hangul, latin = FONTS / "nanum-myeongjo" / "NanumMyeongjo.ttf", FONTS / "charis-sil" / "CharisSIL-Regular.ttf"
    for family, faces in {"mixed": [hangul, latin], "apart": [hangul]}.items():
        (tmp_path / family).mkdir()
        for face in faces:
            shutil.copy(face, tmp_path / family)
    assert "원" in PrintableCharacters(tmp_path)
    assert "ї" not in PrintableCharacters(tmp_path)
    shutil.rmtree(tmp_path / "apart")
    assert "원" not in PrintableCharacters(tmp_path)
    assert "A" in PrintableCharacters(tmp_path)


def test_a_font_changed_under_the_same_name_is_read_again(tmp_path: Path) -> None:
    font = tmp_path / "some.ttf"
    shutil.copy(FONTS / "charis-sil" / "CharisSIL-Regular.ttf", font)
    assert "원" not in PrintableCharacters(tmp_path)
    shutil.copy(FONTS / "nanum-myeongjo" / "NanumMyeongjo.ttf", font)
    assert "원" in PrintableCharacters(tmp_path)


@pytest.mark.parametrize(
    "character", ["\0", "\x07", "\x1b", "\u202e", "\u200b", "\u00ad", "\ufeff", "\u2028", "\ue000", "汉", "😀"]
)
def test_what_a_reader_would_not_see_or_no_font_has_cannot(character: str) -> None:
    assert character not in printable


@pytest.mark.parametrize(
    ("child", "field", "code_point"),
    [
        (Child(family_name="Згурсь\u202eка"), "child.family_name", "U+202E"),
        (Child(health="Перше.\nДруге \0"), "child.health", "U+0000"),
        (Child(registered_address="汉"), "child.registered_address", "U+6C49"),
    ],
)
def test_a_refusal_names_the_field_and_the_code_point_and_not_the_value(
    child: Child, field: str, code_point: str
) -> None:
    facts = SMALLEST.model_copy(update={"child": child})
    with pytest.raises(InvalidInput) as caught:
        printable.require(facts)
    assert caught.value.code == "character_not_printable"
    assert caught.value.references == {"field": field, "code_point": code_point}
    assert "Згурсь" not in str(caught.value)


def test_a_paragraph_break_in_prose_is_no_character() -> None:
    facts = SMALLEST.model_copy(update={"child": Child(health="Раз.\nДва.")})
    printable.require(facts)


def test_a_folder_without_fonts_is_a_mistake_of_the_installation(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="fonts_missing"):
        PrintableCharacters(tmp_path)


@pytest.mark.parametrize(
    "font",
    [
        b"",
        struct.pack(">IHHHH", 0x10000, 0, 0, 0, 0),
        struct.pack(">IHHHH4sIII", 0x10000, 1, 0, 0, 0, b"cmap", 0, 28, 4) + struct.pack(">HH", 0, 0),
    ],
    ids=["empty", "without a character map", "whose map has no subtable"],
)
def test_a_broken_font_is_named(tmp_path: Path, font: bytes) -> None:
    (tmp_path / "broken.ttf").write_bytes(font)
    with pytest.raises(ConfigurationError, match="font_unreadable") as caught:
        assert "А" in PrintableCharacters(tmp_path)
    assert caught.value.references == {"font": "broken.ttf"}
