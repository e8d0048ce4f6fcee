"""What is set aside for a while comes back as it was, and tells nothing to who finds the file."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from integrations.spool import Spool
from models.errors import PermanentFailure

CONTENTS = ["Вигаданенко".encode() * 40, b"", b"\x00" * 3_000, "Вигаданенко".encode()]


def test_it_comes_back_in_order_from_memory_and_from_a_file(tmp_path: Path) -> None:
    for most_in_memory_bytes in (1_000_000, 1):
        with Spool(tmp_path, most_in_memory_bytes) as spool:
            for content in CONTENTS:
                spool.put(content)
            assert list(spool) == CONTENTS


def test_its_file_has_no_name_and_nothing_to_read_in_it(tmp_path: Path) -> None:
    with Spool(tmp_path, 1) as spool:
        for content in CONTENTS * 20:
            spool.put(content)
        assert list(tmp_path.iterdir()) == []
        written = b"".join(_open_files_below(tmp_path))
    assert len(written) > 10 * sum(map(len, CONTENTS))
    assert CONTENTS[-1] not in written
    assert bytes(100) not in written


def _open_files_below(folder: Path) -> Iterator[bytes]:
    for entry in Path("/proc/self/fd").iterdir():
        try:
            target = entry.readlink()
        except OSError:
            continue
        if target.is_relative_to(folder):
            yield entry.read_bytes()


def test_a_full_disk_is_told_and_nothing_of_what_was_to_be_written() -> None:
    with (
        Spool(Path("/dev/full"), 1) as spool,
        pytest.raises(PermanentFailure, match="nothing_can_be_set_aside") as told,
    ):
        spool.put(CONTENTS[0])
    assert "Вигаданенко" not in str(told.value)
