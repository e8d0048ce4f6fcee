"""How the command line prints: tables for people, one JSON document for programs. Nothing stored is read as markup."""

import json
import shutil
import sys
from collections.abc import Iterable, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time
from typing import Any

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

_WIDTH_OF_A_PIPE = 160


def print_json(value: Any) -> None:
    """Print one JSON document: dataclasses as objects, dates and moments in ISO form."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=plain))


def plain(value: Any) -> Any:
    """Return in JSON's terms what JSON does not know itself. Raises TypeError for what has none, bytes for one."""
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, set | frozenset):
        return sorted(value, key=str)
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: getattr(value, each.name) for each in fields(value)}
    raise TypeError(type(value).__name__)


def print_table(columns: Sequence[str], rows: Iterable[Sequence[Any]], *, title: str | None = None) -> None:
    """Print rows under columns; an empty cell for None, a day as ISO."""
    table = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left", show_edge=False, pad_edge=False)
    table.show_header = any(columns)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell(value)) for value in row))
    console().print(table)


def cell(value: Any) -> str:
    """Return what stands in one cell."""
    match value:
        case None:
            return ""
        case datetime():
            return value.isoformat(sep=" ", timespec="minutes")
        case list() | tuple():
            return ", ".join(cell(each) for each in value)
        case _:
            return str(value)


def say(line: str = "") -> None:
    """Print one line for people."""
    typer.echo(line)


def console() -> Console:
    """Return a console as wide as the terminal; into a pipe or a file lines are not folded at eighty."""
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else _WIDTH_OF_A_PIPE
    return Console(file=sys.stdout, width=width, highlight=False, soft_wrap=False)
