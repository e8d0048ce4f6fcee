"""Pictures go out as one sees them, with nothing hidden in the file."""

import io
from typing import Any

import pytest
from PIL import ExifTags, Image, PngImagePlugin

from integrations.pictures import bare
from models.errors import InvalidInput

SECRET = "Вигадана адреса родини"
RED, BLUE = (200, 30, 30), (30, 30, 200)


def saved(picture: Image.Image, kind: str, **more: Any) -> bytes:
    written = io.BytesIO()
    picture.save(written, kind, **more)
    return written.getvalue()


def two_halves() -> Image.Image:
    """Red on the left, blue on the right, so that one sees which way is up."""
    picture = Image.new("RGB", (64, 32), RED)
    picture.paste(BLUE, (32, 0, 64, 32))
    return picture


def taken_at_home(orientation: int = 1) -> bytes:
    hidden = Image.Exif()
    hidden[ExifTags.Base.Orientation] = orientation
    hidden[ExifTags.Base.ImageDescription] = SECRET
    hidden.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (46.0, 38.0, 8.0)
    return saved(two_halves(), "JPEG", exif=hidden, comment=SECRET.encode())


def test_a_photograph_no_longer_tells_where_it_was_taken() -> None:
    before = taken_at_home()
    assert SECRET.encode() in before
    after = bare(before)
    assert SECRET.encode() not in after
    with Image.open(io.BytesIO(after)) as picture:
        assert (picture.format, picture.size, dict(picture.getexif())) == ("JPEG", (64, 32), {})
        assert "comment" not in picture.info


def test_a_photograph_taken_on_its_side_stands_upright() -> None:
    with Image.open(io.BytesIO(bare(taken_at_home(orientation=6)))) as picture:
        assert picture.size == (32, 64)
        top, bottom = picture.getpixel((16, 5)), picture.getpixel((16, 60))
    assert all(abs(seen - meant) < 20 for seen, meant in zip((*top, *bottom), (*RED, *BLUE), strict=True))  # type: ignore[misc] # three colours a pixel


def test_a_png_keeps_its_see_through_parts_and_loses_its_words() -> None:
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", SECRET)
    palette = two_halves().quantize(4)
    after = bare(saved(palette, "PNG", pnginfo=words, transparency=1))
    with Image.open(io.BytesIO(after)) as picture:
        picture.load()
        assert (picture.format, picture.info) == ("PNG", {"transparency": 1})


def test_a_phones_second_picture_in_the_same_file_stays_behind() -> None:
    several = saved(two_halves(), "MPO", save_all=True, append_images=[Image.new("RGB", (8, 8), BLUE)])
    with Image.open(io.BytesIO(bare(several))) as picture:
        assert (picture.format, getattr(picture, "n_frames", 1)) == ("JPEG", 1)


def test_what_follows_the_picture_in_the_file_stays_behind() -> None:
    assert SECRET.encode() not in bare(taken_at_home() + SECRET.encode())


@pytest.mark.parametrize("broken", [b"\xff\xd8\xff" + b"x" * 40, b"\x89PNG\r\n\x1a\n", b"%PDF-1.7"])
def test_what_is_no_picture_is_refused_without_a_word_of_it(broken: bytes) -> None:
    with pytest.raises(InvalidInput, match="picture_unreadable") as refused:
        bare(broken)
    assert (refused.value.references, refused.value.__cause__) == ({}, None)
