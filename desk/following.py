"""What a child process that may import Prefect tells us: JSON lines between those of its log."""

import json
import time
from collections.abc import Iterator
from typing import Any

from integrations.tethered import TetheredCommand

_POLL_EVERY_S = 0.2


def follow(command: TetheredCommand) -> Iterator[dict[str, Any]]:
    """Yield what a command tells, line by line, until its process has ended; other lines are its log."""
    with command.log_file.open(encoding="utf-8", errors="replace") as log:
        rest = ""
        while True:
            ended = not command.is_running
            rest += log.read()
            *lines, rest = rest.split("\n")
            yield from (told for line in lines if (told := _told(line)) is not None)
            if ended:
                return
            time.sleep(_POLL_EVERY_S)


def _told(line: str) -> dict[str, Any] | None:
    if not line.startswith('{"kind"'):
        return None
    told: dict[str, Any] = json.loads(line)
    return told
