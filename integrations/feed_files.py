"""Feed files that calendar programs subscribe to, and the tokens they go by: one of each an account, mode 0600.

A feed's name is its only protection once a server hands it out, so it is drawn at random and can be drawn anew. The
tokens lie apart from the feeds: whoever is given the feeds' folder to serve learns of no account.
"""

import os
import secrets
import tempfile
from collections.abc import Sequence
from pathlib import Path

from models.errors import PermanentFailure

_OWNER_ONLY_FOLDER = 0o700
_TOKEN_BYTES = 32


class FeedFiles:
    """The feeds of one office, below its home. Every method raises PermanentFailure `feed_unwritable`."""

    def __init__(self, home: Path) -> None:
        self._feeds = home / "feeds"
        self._tokens = home / "feed-tokens"

    def list_subscribers(self) -> Sequence[str]:
        """List the accounts (staff ids) that have asked for a feed."""
        if not self._tokens.is_dir():
            return ()
        return sorted(path.name for path in self._tokens.iterdir() if not path.name.startswith("."))

    def make(self, staff_id: str, *, anew: bool = False) -> None:
        """Draw a token for an account that has none; `anew` also for one that has, whose old feed goes."""
        if anew:
            self.drop(staff_id)
        if not (self._tokens / staff_id).exists():
            self._write(self._tokens / staff_id, secrets.token_hex(_TOKEN_BYTES).encode("ascii"))

    def path_of(self, staff_id: str) -> Path:
        """Return where an account's feed lies."""
        try:
            token = (self._tokens / staff_id).read_text(encoding="ascii")
        except OSError as error:
            raise _unwritable(error) from None
        return self._feeds / f"{token}.ics"

    def write(self, staff_id: str, content: bytes) -> None:
        """Write an account's feed; who reads meanwhile reads the old one or the new one, whole."""
        self._write(self.path_of(staff_id), content)

    def drop(self, staff_id: str) -> None:
        """Take an account's feed and token away; safe to repeat."""
        if (self._tokens / staff_id).exists():
            self.path_of(staff_id).unlink(missing_ok=True)
            (self._tokens / staff_id).unlink(missing_ok=True)

    @staticmethod
    def _write(path: Path, content: bytes) -> None:
        try:
            path.parent.mkdir(mode=_OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
            # `mkstemp` makes a file of mode 0600.
            descriptor, half = tempfile.mkstemp(prefix=".", dir=path.parent)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
            Path(half).replace(path)
        except OSError as error:
            raise _unwritable(error) from None


def _unwritable(error: OSError) -> PermanentFailure:
    return PermanentFailure("feed_unwritable", "check DODOMU_HOME and who may write there", cause=type(error).__name__)
