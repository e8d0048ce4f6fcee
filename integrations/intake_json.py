"""Applications as JSON: a list of objects, or one after the other (JSON lines), without loading the whole file."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from integrations.intake_rows import RawFault, RawRow

_CHUNK_CHARACTERS = 1 << 16
# Far longer than an application with every field at its limit.
_LONGEST_OBJECT_CHARACTERS = 1 << 18
_BETWEEN = " \t\r\n,[]"
README_KEY = "_readme"


def read_json_rows(path: Path, encoding: str) -> Iterator[RawRow]:
    """The objects of a file, numbered from 1. A `_readme` key is skipped, and an object with nothing else.

    What cannot be read is a fault; reading goes on at the next line that begins with an object.
    """
    with path.open(encoding=encoding) as file:
        number = 0
        for value in _Objects(file):
            if isinstance(value, dict) and README_KEY in value:
                del value[README_KEY]
                if not value:
                    continue
            number += 1
            if value is _UNREADABLE:
                yield RawRow(number, None, (RawFault("", "row_unreadable"),))
            elif isinstance(value, dict):
                yield RawRow(number, value)
            else:
                yield RawRow(number, None, (RawFault("", "wrong_type"),))


_UNREADABLE = object()


class _Objects:
    """The JSON values of a file, one after the other; `_UNREADABLE` stands for what is none."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._buffer = ""
        self._place = 0
        self._decoder = json.JSONDecoder()

    def __iter__(self) -> Iterator[Any]:
        while self._skip_between():
            try:
                value, self._place = self._decoder.raw_decode(self._buffer, self._place)
            except (json.JSONDecodeError, RecursionError):
                if len(self._buffer) - self._place < _LONGEST_OBJECT_CHARACTERS and self._read_on():
                    continue
                yield _UNREADABLE
                self._skip_to_next_line()
            else:
                yield value

    def _read_on(self) -> bool:
        """Adds a chunk to what has not been read yet; False at the end of the file."""
        chunk = self._file.read(_CHUNK_CHARACTERS)
        self._buffer, self._place = self._buffer[self._place :] + chunk, 0
        return bool(chunk)

    def _skip_between(self) -> bool:
        """Moves to the next value; False when there is none."""
        while True:
            while self._place < len(self._buffer) and self._buffer[self._place] in _BETWEEN:
                self._place += 1
            if self._place < len(self._buffer):
                return True
            if not self._read_on():
                return False

    def _skip_to_next_line(self) -> None:
        """Moves to the next line that begins with an object: an indented one may lie inside another."""
        while (found := self._buffer.find("\n{", self._place)) < 0:
            self._place = max(self._place, len(self._buffer) - 1)
            if not self._read_on():
                self._place = len(self._buffer)
                return
        self._place = found + 1
