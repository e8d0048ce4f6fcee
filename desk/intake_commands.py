"""`dodomu intake`: cases from a file of applications."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from casework.intake import IntakeReport, check_intake, register_batch
from casework.watch import look_at_due
from desk.clock_commands import tell_watch
from desk.options import JsonOption
from desk.printing import print_json, say
from desk.sitting import Sitting, sitting
from desk.words import words
from integrations.intake_templates import write_template
from integrations.settings import load_settings
from models.errors import InvalidInput

_FAULTY = 2
_Tell = Callable[[str, int], None]


class TemplateFormat(StrEnum):
    """In which format a template is written."""

    CSV = "csv"
    JSON = "json"


def intake(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV or JSON; with --template, where to write one.")],
    *,
    check: Annotated[bool, typer.Option("--check", help="Only say what is wrong; open nothing.")] = False,
    accept_valid: Annotated[
        bool, typer.Option("--accept-valid", help="Open the good rows even if others are faulty.")
    ] = False,
    template: Annotated[TemplateFormat | None, typer.Option(help="Write a template to FILE instead.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Open cases from a file of applications (CSV or JSON).

    One faulty row keeps all of them out, unless --accept-valid; the exit code is then 2.
    """
    if template is not None:
        _write_template(file, template, check=check or accept_valid)
        return
    with sitting() as at:
        with _progress(at, quiet=as_json) as tell:
            report = _take_in(at, file, tell, check=check, accept_valid=accept_valid)
        if as_json:
            print_json(report)
        else:
            _tell(at, report, checked_only=check)
        if report.opened:
            watched = look_at_due(at.office, at.now)
            if not as_json:
                tell_watch(at, watched)
    if report.faulty and not accept_valid:
        raise typer.Exit(_FAULTY)


def _take_in(at: Sitting, file: Path, tell: _Tell, *, check: bool, accept_valid: bool) -> IntakeReport:
    checking, taking_in = partial(tell, "checking_rows"), partial(tell, "taking_in")
    if check:
        return check_intake(at.office, file, at.now, progress=checking)
    return register_batch(
        at.office,
        file,
        accept_valid=accept_valid,
        now=at.now,
        actor=at.actor,
        checking=checking,
        progress=taking_in,
    )


def _write_template(file: Path, template: TemplateFormat, *, check: bool) -> None:
    if check:
        raise InvalidInput("template_takes_no_check", "a template is written, or a file is read; not both")
    write_template(file, template.value)
    say(words("template_written", load_settings().language, path=file))


def _tell(at: Sitting, report: IntakeReport, *, checked_only: bool) -> None:
    for fault in report.faults:
        where = f"{fault.column}: " if fault.column else ""
        told = fault.what_would_be_right[at.language]
        say(at.say("row_fault", row=fault.row_number, where=where, told=told, code=fault.code))
    say(at.say("rows_checked", valid=report.valid, faulty=report.faulty, known=report.already_known))
    if checked_only:
        return
    if report.faulty and not report.opened:
        say(at.say("nothing_opened"))
    else:
        say(at.say("cases_opened", opened=report.opened, duplicates=report.duplicates))


@contextmanager
def _progress(at: Sitting, *, quiet: bool) -> Iterator[_Tell]:
    """A line on stderr that counts what is done, by the word for it, for people only."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(
        *columns, console=Console(stderr=True), transient=True, disable=quiet or not sys.stderr.isatty()
    ) as bar:
        task = bar.add_task(at.say("checking_rows", done=0), total=None)
        yield lambda word, done: bar.update(task, description=at.say(word, done=done))
