"""`dodomu clock list` and `watch`: deadlines, and the look at what is due."""

from datetime import timedelta
from typing import Annotated

import typer

from casework.reports import list_clocks
from casework.watch import WatchReport, look_at_due
from desk.clock_explain_commands import explain
from desk.options import JsonOption
from desk.printing import print_json, print_table, say
from desk.sitting import Sitting, sitting
from desk.wording import clock_words
from models.rules.wording import clock_state_words
from models.statuses import ClockState

clock_app = typer.Typer(no_args_is_help=True)
clock_app.command()(explain)


@clock_app.command("list")
def list_command(
    reference: Annotated[str | None, typer.Argument(metavar="REFERENCE", help="Of one case only.")] = None,
    *,
    state: Annotated[ClockState | None, typer.Option(help="In one state; else all that have not ended.")] = None,
    within_days: Annotated[int | None, typer.Option(min=0, help="Due within so many days, or overdue.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 200,
    as_json: JsonOption = False,
) -> None:
    """List deadlines, the nearest first."""
    with sitting() as at:
        before = at.today + timedelta(days=within_days + 1) if within_days is not None else None
        clocks = list_clocks(at.office, at.now, reference=reference, state=state, due_before=before, limit=limit)
        if as_json:
            print_json(clocks)
        elif clocks:
            print_table(
                [at.say(word) for word in ("case", "clock", "due", "days_left", "state")],
                [
                    [
                        clock.reference,
                        clock_words(at.office, clock.rule),
                        clock.due_on,
                        clock.days_left,
                        clock_state_words(clock.state, at.language),
                    ]
                    for clock in clocks
                ],
            )
        else:
            say(at.say("no_clocks"))


def watch(as_json: JsonOption = False) -> None:
    """Look at every case that is due, now."""
    with sitting() as at:
        report = look_at_due(at.office, at.now)
        if as_json:
            print_json(report)
        else:
            tell_watch(at, report)


def tell_watch(at: Sitting, report: WatchReport) -> None:
    """Say what a watch did."""
    say(
        at.say(
            "watched",
            looked=report.looked,
            moved=report.moved,
            flagged=report.flagged,
            notices=report.notices,
            drafts=report.drafts,
        )
    )
    if report.faults:
        say(at.say("watch_fault", references=", ".join(report.faults)))
