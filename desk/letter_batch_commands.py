"""`dodomu letter prepare`: drafts made into letters in bulk, ready to be read and approved."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from desk.options import JsonOption
from desk.printing import print_json, print_table, say
from desk.sitting import Sitting, sitting

if TYPE_CHECKING:
    from casework.letter_batch import Prepared

_FAULTY = 2
_NAMED = 5


def prepare(
    kind: Annotated[str | None, typer.Option(help="Of one kind only: see `dodomu policy show kinds`.")] = None,
    processes: Annotated[int | None, typer.Option(min=1, help="If not as many as there are processors.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Make all drafts into letters at once, on every processor; nothing is approved by that.

    Whoever previews or approves one on the same day has it at once, unless something has happened in the case since.
    The exit code is 2 if a draft could not be made.
    """
    from casework.letter_batch import prepare_letters  # noqa: PLC0415 - no other letter command needs a typesetter

    with sitting() as at:
        with _progress(at, quiet=as_json) as progress:
            prepared = prepare_letters(
                at.office, kind=kind, now=at.now, actor=at.actor, processes=processes, progress=progress
            )
        if as_json:
            print_json(prepared)
        else:
            _tell(at, prepared)
    if prepared.faults:
        raise typer.Exit(_FAULTY)


def _tell(at: Sitting, prepared: "Prepared") -> None:
    say(at.say("letters_prepared", made=prepared.made, unchanged=prepared.unchanged))
    if prepared.left:
        say(at.say("letters_left", count=prepared.left))
    if prepared.faults:
        columns = [at.say("what_is_wrong"), at.say("letters"), at.say("number")]
        print_table(columns, [(code, len(of), _some(of)) for code, of in sorted(prepared.faults.items())])


def _some(numbers: Sequence[str]) -> str:
    told = ", ".join(numbers[:_NAMED])
    return told if len(numbers) <= _NAMED else f"{told} …"


@contextmanager
def _progress(at: Sitting, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr, for people only."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(
        *columns, console=Console(stderr=True), transient=True, disable=quiet or not sys.stderr.isatty()
    ) as bar:
        task = bar.add_task(at.say("preparing"), total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)
