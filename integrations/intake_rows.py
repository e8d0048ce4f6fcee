"""What CSV and JSON files of applications have in common: raw rows, the columns' names, the encoding."""

import codecs
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from models.schemas.intake import IntakeCase

_CHUNK_BYTES = 1 << 16
_BEGINNING_BYTES = 200


@dataclass(frozen=True, slots=True)
class RawFault:
    """What is wrong, by column and code; `limits` fill the advice's braces."""

    column: str
    code: str
    limits: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, repr=False)
class RawRow:
    """One row as nested plain values, or the faults for which it cannot be read."""

    number: int
    values: dict[str, Any] | None
    faults: tuple[RawFault, ...] = ()


@cache
def column_names() -> tuple[str, ...]:
    """Every column a file can have, in the template's order: dotted paths into `IntakeCase`."""
    return tuple(_paths(IntakeCase, ""))


def detect_encoding(path: Path) -> str | None:
    """`utf-8-sig` (which reads plain UTF-8 too), `cp1251`, or None if the file is text in neither.

    Reads the whole file once, piece by piece: only its last byte says that it is UTF-8.
    """
    for encoding in ("utf-8-sig", "cp1251"):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            with path.open("rb") as file:
                if _is_utf16(file.read(_BEGINNING_BYTES)):
                    return None
                file.seek(0)
                while chunk := file.read(_CHUNK_BYTES):
                    decoder.decode(chunk)
                decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    return None


def _is_utf16(beginning: bytes) -> bool:
    """Whether every other byte may be a high one: such a file would pass for Windows-1251."""
    return beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or beginning.count(0) * 3 > len(beginning)


def _paths(model: type[BaseModel], prefix: str) -> list[str]:
    found: list[str] = []
    for name, info in model.model_fields.items():
        inner = info.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            found += _paths(inner, f"{prefix}{name}.")
        else:
            found.append(f"{prefix}{name}")
    return found
