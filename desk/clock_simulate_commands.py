"""`dodomu clock simulate`: what a changed policy would change across the caseload, before it is adopted."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from casework.simulating import RuleChanges, Simulation, simulate
from desk.options import JsonOption
from desk.printing import plain, print_json, print_table, say
from desk.sitting import Sitting, sitting
from desk.wording import clock_words, stage_words
from integrations.policy_files import find_policy_mistakes
from models.rules.wording import missing_words
from models.statuses import Stage

_FAULTY = 2
_FAULTS_NAMED = 5
_COLUMNS = ("clock", "would_appear", "would_go", "would_move", "would_fire", "never_fires")


def simulate_policy(
    policy: Annotated[Path, typer.Option(help="The changed policy's folder: a copy of the office's own, edited.")],
    *,
    as_json: JsonOption = False,
) -> None:
    """Say what a changed policy would change across the caseload. Nothing is written; no rung that fired is repeated.

    A policy with mistakes is refused with all of them, and exit code 2.
    """
    with sitting() as at:
        mistakes = find_policy_mistakes(policy, at.office.settings.templates_folder)
        for mistake in mistakes:
            typer.echo(str(mistake), err=True)
        if mistakes:
            raise typer.Exit(_FAULTY)
        began_s = perf_counter()
        with _progress(at, quiet=as_json) as progress:
            found = simulate(at.office, policy, at.now, progress=progress)
        took_s = perf_counter() - began_s
        if as_json:
            print_json({**plain(found), "seconds": round(took_s, 3), "cases_per_second": round(found.cases / took_s)})
        else:
            _tell(at, found, took_s)


def _tell(at: Sitting, found: Simulation, took_s: float) -> None:
    rate = round(found.cases / took_s)
    say(at.say("simulated", cases=found.cases, changed=found.changed, seconds=f"{took_s:.1f}", rate=rate))
    if found.rules:
        columns = [at.say(word) for word in _COLUMNS]
        print_table(columns, [(clock_words(at.office, rule), *_counts(of)) for rule, of in found.rules.items()])
    for stage, count in found.stages.items():
        say(at.say("would_enter", stage=stage_words(at.office, Stage(stage)), count=count))
    for gate, count in found.gates.items():
        stage, what = gate.split(": ")
        lacks = missing_words(what, at.language)
        say(at.say("would_break", stage=stage_words(at.office, Stage(stage)), what=lacks, count=count))
    if found.drafts:
        say(at.say("would_draft", count=found.drafts))
    for case in found.most_affected:
        moves = "".join(f"; {move.rule} {move.from_on} → {move.to_on}" for move in case.moves)
        say(at.say("most_affected", reference=case.reference, count=case.changes, moves=moves))
    for code, references in found.faults.items():
        some = ", ".join(references[:_FAULTS_NAMED])
        say(at.say("would_fail", code=code, count=len(references), references=some))


def _counts(of: RuleChanges) -> tuple[Any, ...]:
    move = str(of.move)
    if of.moved_days is not None:
        least, most = of.moved_days
        move += f" ({least:+d})" if least == most else f" ({least:+d} … {most:+d})"
    return of.appear, of.go, move, of.fire, of.never


@contextmanager
def _progress(at: Sitting, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr, for people only."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    shown = not quiet and sys.stderr.isatty()
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not shown) as bar:
        task = bar.add_task(at.say("simulating"), total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)
