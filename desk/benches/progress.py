"""The one line on stderr that says how far a bench has come."""

import sys
from time import monotonic
from typing import TextIO

_SELDOM_S = 2.0
_CLEAR_LINE = "\r\x1b[2K"


class Progress:
    """Says where we are: over and over in one line on a terminal, now and then in a new line anywhere else."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stderr
        self._is_terminal = self._out.isatty()
        self._told_at = float("-inf")

    def tell(self, words: str) -> None:
        """Say it now."""
        print(_CLEAR_LINE + words if self._is_terminal else words, end=self._end, file=self._out, flush=True)
        self._told_at = monotonic()

    def count(self, words: str, done: int, of: int) -> None:
        """Say how many are done, unless something was said a moment ago."""
        if monotonic() - self._told_at >= _SELDOM_S or (self._is_terminal and done == of):
            self.tell(f"{words}: {done:,} of {of:,}")

    def note(self, words: str) -> None:
        """Say something that is to be read later too."""
        self.clear()
        print(words, file=self._out, flush=True)
        self._told_at = monotonic()

    def clear(self) -> None:
        """Leave a terminal's line as it was."""
        if self._is_terminal:
            print(_CLEAR_LINE, end="", file=self._out, flush=True)

    @property
    def _end(self) -> str:
        return "" if self._is_terminal else "\n"
