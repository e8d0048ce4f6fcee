"""The root of the command line: knows every command by name and loads it only when it is called."""

import importlib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command, get_group

from desk.refusals import OURS, STOPPED, USERS, code_of, line_of

_UNANSWERED = "Stopped, nothing was done: a question was not answered with yes; give the option it asks for, or --yes"
_EVERYWHERE = ("--as", "--at")


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a command lives: a `typer.Typer` is a group, a function a single command."""

    module: str
    name: str
    help: str


def load_entry(name: str, entry: Entry) -> Any:
    """Import what stands behind a name and return it as a command."""
    thing = getattr(importlib.import_module(entry.module), entry.name)
    if isinstance(thing, typer.Typer):
        group = get_group(thing)
        group.name, group.help = name, entry.help
        return group
    alone = typer.Typer(add_completion=False)
    alone.command(name)(thing)
    return get_command(alone)


class LazyGroup(TyperGroup):
    """A group whose help costs no import, and whose errors are one line each.

    Options that say who acts and when may stand anywhere in the line.
    """

    entries: Mapping[str, Entry] = {}

    def list_commands(self, ctx: Any) -> list[str]:
        """Names in the order of the house."""
        del ctx
        return list(self.entries)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return what help needs of a command: its name and one sentence."""
        del ctx
        entry = self.entries.get(cmd_name)
        return TyperCommand(cmd_name, help=entry.help) if entry else None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Load the command that the line calls."""
        name, command, rest = super().resolve_command(ctx, args)
        if name is None or command is None:
            return name, command, rest
        return name, load_entry(name, self.entries[name]), rest

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Bring who acts and when to the front, wherever they were typed."""
        return super().parse_args(ctx, brought_forward(args))

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run one line; whatever goes wrong ends as one line on stderr and an exit code."""
        extra["standalone_mode"] = False
        try:
            code = super().main(*args, **extra)
        except typer.Abort:
            code = STOPPED if sys.stdin.isatty() else USERS
            _tell("Stopped." if code == STOPPED else _UNANSWERED)
        except BrokenPipeError:
            code = OURS
        except Exception as error:  # noqa: BLE001 - the outermost edge: no traceback with values reaches the screen
            code = code_of(error)
            _tell(line_of(error))
        sys.exit(code if isinstance(code, int) else 0)


def brought_forward(args: Sequence[str]) -> list[str]:
    """Return the words of a line with `--as` and `--at`, and what they say, in front."""
    front: list[str] = []
    rest: list[str] = []
    words = iter(args)
    for word in words:
        if word == "--":
            rest += [word, *words]
        elif word in _EVERYWHERE:
            front += [word, *([following] if (following := next(words, None)) is not None else [])]
        elif word.startswith(tuple(f"{option}=" for option in _EVERYWHERE)):
            front.append(word)
        else:
            rest.append(word)
    return front + rest


def _tell(line: str) -> None:
    if line:
        typer.echo(line, err=True)
