"""The gallery of letters as one HTML page that needs nothing beside it: styles and pictures stand in it."""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError

from models.errors import ConfigurationError

_WIDTH_PX = 520


@dataclass(frozen=True, slots=True)
class PicturedLetter:
    """A sample letter with its pages as PNG pictures. `name` tells it from every other."""

    name: str
    title: str
    pictures: Sequence[bytes]

    @property
    def pages(self) -> list[str]:
        """The pictures as Base64, for `data:` addresses."""
        return [b64encode(picture).decode("ascii") for picture in self.pictures]


@dataclass(frozen=True, slots=True)
class PicturedKind:
    """A kind of letter: its name by language, the names of the bodies it goes to, its samples."""

    id: str
    name: dict[str, str]
    to: Sequence[str]
    letters: Sequence[PicturedLetter]


def gallery_page(folder: Path, kinds: Iterable[PicturedKind]) -> str:
    """Return the page, from the template in `gallery/` of a template folder. Raises ConfigurationError."""
    environment = Environment(
        loader=FileSystemLoader(folder / "gallery"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    try:
        return environment.get_template("gallery.html.j2").render(kinds=list(kinds), width=_WIDTH_PX)
    except TemplateError as error:
        raise ConfigurationError("gallery_template_wrong", error=type(error).__name__) from None
