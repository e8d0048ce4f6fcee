"""Pictures: of pages, made small; of people and papers, with nothing hidden in them."""

from io import BytesIO

from PIL import Image, ImageOps

from models.errors import InvalidInput

_GREYS = 8
_FINE = 92
_SEEN = frozenset({"transparency", "icc_profile"})
"""What of a picture's own notes bears on how it looks."""


def lighten(picture: bytes) -> bytes:
    """Return a PNG picture in a few greys, about a quarter of its size."""
    page = Image.open(BytesIO(picture)).convert("L").quantize(_GREYS)
    small = BytesIO()
    page.save(small, "PNG", compress_level=6)
    return small.getvalue()


def bare(picture: bytes) -> bytes:
    """Return a JPEG or PNG picture upright, as one sees it, without what is hidden in the file.

    That is where, when and with what it was taken, by whom, previews, comments and further pictures. Raises
    InvalidInput `picture_unreadable`, which quotes nothing of it.
    """
    try:
        with Image.open(BytesIO(picture), formats=("JPEG", "PNG")) as opened:
            kind = "PNG" if opened.format == "PNG" else "JPEG"
            upright = ImageOps.exif_transpose(opened)
        upright.info = {name: value for name, value in upright.info.items() if name in _SEEN}
        plain = BytesIO()
        upright.save(plain, kind, quality=_FINE, icc_profile=upright.info.get("icc_profile"))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise InvalidInput("picture_unreadable", "open it in a picture viewer and save it anew") from None
    return plain.getvalue()
