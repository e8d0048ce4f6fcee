"""Typst source into PDF/A-3a and PDF/UA-1: same source and moment, same bytes, on every machine."""

import os
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, cast

import typst

from integrations.letter_templates import TEMPLATE_FOLDER
from models.errors import ConfigurationError, PermanentFailure

if TYPE_CHECKING:
    from typst import PDFStandards  # only its stub has the name

_STANDARDS: "PDFStandards" = ["a-3a", "ua-1"]
# Typst would fetch a package from the network; a value cannot hold this sign, the renderer escapes it.
_PACKAGE_IMPORT = b'"@'
_NO_PACKAGES = Path(os.devnull) / "packages"


class _ForkWatch:
    """Typst's threads do not survive a fork: a child of a process that used Typst would wait for them forever."""

    def __init__(self) -> None:
        self._used = False
        self._forked_after_use = False
        os.register_at_fork(after_in_child=self._in_child)

    def use(self) -> None:
        if self._forked_after_use:
            raise ConfigurationError("typesetter_in_forked_process", "start worker processes with the spawn method")
        self._used = True

    def _in_child(self) -> None:
        self._forked_after_use = self._forked_after_use or self._used


_fork_watch = _ForkWatch()


class Typesetter:
    """One reused compiler over a template folder; its root is `letters`, its fonts are those in `fonts`, no others.

    Safe to share between threads: one letter is set at a time. Raises ConfigurationError
    `template_wants_package` when a layout file imports a Typst package, `typesetter_in_forked_process` in a
    child that was forked after its parent had used Typst.
    """

    def __init__(self, folder: Path = TEMPLATE_FOLDER) -> None:
        root = folder / "letters"
        for path in root.rglob("*.typ"):
            _refuse_packages(path.read_bytes())
        _fork_watch.use()
        self._lock = Lock()
        self._compiler = typst.Compiler(
            root=root,
            font_paths=typst.Fonts(
                include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder / "fonts"]
            ),
            ignore_system_fonts=True,
            package_path=_NO_PACKAGES,
            package_cache_path=_NO_PACKAGES,
        )

    def typeset(self, source: bytes, at: datetime) -> bytes:
        """The PDF of a Typst source; `at` (aware) becomes its creation date, to the second.

        Raises PermanentFailure `letter_not_typeset` with the line of the source; nothing of its text.
        """
        if at.tzinfo is None:
            raise ConfigurationError("moment_without_time_zone")
        pdf = self._compiled(source, pdf_standards=_STANDARDS, timestamp=int(at.timestamp()))
        return cast("bytes", pdf)  # one PDF in memory, as neither an output nor another format was asked

    def pictures(self, source: bytes, pixels_per_inch: float) -> list[bytes]:
        """The pages of a Typst source as PNG pictures. Raises as `typeset` does."""
        pages = self._compiled(source, format="png", ppi=pixels_per_inch)
        return pages if isinstance(pages, list) else [cast("bytes", pages)]

    def _compiled(self, source: bytes, **how: Any) -> object:
        _fork_watch.use()
        _refuse_packages(source)
        with self._lock:
            try:
                return self._compiler.compile(source, **how)
            except typst.TypstError as error:
                # Typst quotes the source in its message, and with it the child's name.
                line = _line_of(error.diagnostic)
        raise PermanentFailure("letter_not_typeset", "correct the template", line=line)


def _refuse_packages(source: bytes) -> None:
    if _PACKAGE_IMPORT in source:
        raise ConfigurationError("template_wants_package", "letters are set without Typst packages")


def _line_of(diagnostic: str) -> int:
    """The line that Typst's diagnostic points to, 0 when it points to none."""
    _, _, place = diagnostic.partition(".typ:")
    line, _, _ = place.partition(":")
    return int(line) if line.isdigit() else 0
