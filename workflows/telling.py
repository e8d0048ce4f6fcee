"""How a process that may import Prefect tells the one that started it, which may not, how far it is: JSON lines."""

import json
import sys
from collections.abc import Mapping
from typing import Any


def tell(kind: str, content: Mapping[str, Any]) -> None:
    """Say something to whoever started us, as a line on stdout."""
    sys.stdout.write(json.dumps({"kind": kind, **content}, default=str, ensure_ascii=False) + "\n")
    sys.stdout.flush()
