"""`dodomu letter gallery`: every kind of letter as pictures on one page. Needs no office and no case."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from casework.letter_gallery import make_gallery
from desk.new_file import write_new_file
from desk.options import JsonOption
from desk.printing import print_json, say
from desk.words import words
from integrations.settings import load_settings


def gallery(
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help="Where to write the page.")] = Path("letters.html"),
    kind: Annotated[
        list[str] | None, typer.Option(metavar="KIND", help="This kind of letter only; repeat it for several.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show every kind of letter, with invented people, as pictures on one HTML page."""
    settings = load_settings()
    with _progress(words("picturing", settings.language), quiet=as_json) as progress:
        made = make_gallery(settings, kinds=kind or (), progress=progress)
    write_new_file(to, [made.html.encode()])
    if as_json:
        print_json({"file": str(to), "kinds": made.kinds, "letters": made.letters, "pages": made.pages})
    else:
        say(words("pictured", settings.language, path=to, kinds=made.kinds, letters=made.letters, pages=made.pages))


@contextmanager
def _progress(told: str, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr, for people only."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(
        *columns, console=Console(stderr=True), transient=True, disable=quiet or not sys.stderr.isatty()
    ) as bar:
        task = bar.add_task(told, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
