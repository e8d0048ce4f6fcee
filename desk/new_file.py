"""Writing a file that a command was asked for: never over another, readable to its owner alone."""

import os
from collections.abc import Iterable
from pathlib import Path

from models.errors import InvalidInput, PermanentFailure

_OWNER_ONLY = 0o600


def write_new_file(path: Path, parts: Iterable[bytes]) -> None:
    """Write a new file of mode 0600. Raises InvalidInput `file_exists`, PermanentFailure `file_unwritable`."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(parts)
    except FileExistsError:
        raise InvalidInput("file_exists", "there is a file of that name; choose another") from None
    except OSError as error:
        raise PermanentFailure("file_unwritable", "no file can be written there", cause=type(error).__name__) from None
