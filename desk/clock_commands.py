"""`dodomu clock list` and `watch`: deadlines, and the look at what is due."""

import typer

from casework.watch import WatchReport, look_at_due
from desk.options import JsonOption
from desk.printing import print_json, say
from desk.sitting import Sitting, sitting

clock_app = typer.Typer(no_args_is_help=True)


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
