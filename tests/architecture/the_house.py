"""The house's own files, as its tests read them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("models", "integrations", "casework", "workflows", "desk")
_MADE = {"var", "build", "__pycache__"}
_KEPT_HIDDEN = {".ci", ".gitignore"}


def list_files(*suffixes: str) -> list[Path]:
    """Every file that belongs to the project, by suffix if any is given; what tools make is left out."""
    return [path for path in _walk(ROOT) if not suffixes or path.suffix in suffixes]


def list_sources(*folders: str) -> list[Path]:
    """Every Python file below these folders, migrations apart: Alembic writes those."""
    return [
        path
        for path in list_files(".py")
        if path.relative_to(ROOT).parts[0] in folders and "migrations" not in path.parts
    ]


@cache
def tree_of(path: Path) -> ast.Module:
    """A file's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    """A file's place in the house, for messages."""
    return str(path.relative_to(ROOT))


def _walk(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        hidden = path.name.startswith(".") and path.name not in _KEPT_HIDDEN
        if hidden or path.name in _MADE or path.name.endswith(".egg-info"):
            continue
        if path.is_dir():
            yield from _walk(path)
        else:
            yield path
