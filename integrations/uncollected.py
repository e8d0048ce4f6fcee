"""Work on many rows without Python's search for cycles."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Make no search for cycles meanwhile: there are none in rows, and the search takes up to half of the time.

    For a part of a long work, not for all of it: what else runs in this process may make cycles.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
