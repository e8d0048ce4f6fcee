"""`dodomu clock list` and `watch`: deadlines, and the look at what is due."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

import typer

from casework.clock_calendar import write_feeds
from casework.overdue import OverdueBy, OverdueLine, count_overdue
from casework.reports import ClockLine, list_clocks
from casework.watch import WatchReport, look_at_due
from desk.clock_calendar_commands import ics
from desk.clock_explain_commands import explain
from desk.clock_simulate_commands import simulate_policy
from desk.clock_snooze_commands import snooze
from desk.options import JsonOption
from desk.printing import print_json, print_table, say
from desk.sitting import Sitting, sitting
from desk.wording import body_words, clock_standing_words, clock_words
from models.errors import InvalidInput
from models.statuses import ClockState

clock_app = typer.Typer(no_args_is_help=True)
clock_app.command()(explain)
clock_app.command()(snooze)
clock_app.command("simulate")(simulate_policy)
clock_app.command()(ics)


@clock_app.command("list")
def list_command(
    reference: Annotated[str | None, typer.Argument(metavar="REFERENCE", help="Of one case only.")] = None,
    *,
    state: Annotated[ClockState | None, typer.Option(help="In one state; else all that have not ended.")] = None,
    within_days: Annotated[int | None, typer.Option(min=0, help="Due within so many days, or overdue.")] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="Overdue ones only.")] = False,
    by: Annotated[OverdueBy | None, typer.Option(help="Count the office's overdue ones by this.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 200,
    as_json: JsonOption = False,
) -> None:
    """List deadlines, the nearest first, or count the overdue ones."""
    state = ClockState.OVERDUE if overdue else state
    with sitting() as at:
        if by is not None:
            if reference is not None or within_days is not None or state not in {None, ClockState.OVERDUE}:
                raise InvalidInput("by_counts_the_office", "with --by give nothing else but --overdue and --json")
            lines = count_overdue(at.office, at.now, by=by)
            print_json(lines) if as_json else _print_overdue(at, by, lines)
            return
        before = at.today + timedelta(days=within_days + 1) if within_days is not None else None
        clocks = list_clocks(at.office, at.now, reference=reference, state=state, due_before=before, limit=limit)
        print_json(clocks) if as_json else _print_clocks(at, clocks)


def _print_clocks(at: Sitting, clocks: Sequence[ClockLine]) -> None:
    if not clocks:
        say(at.say("no_clocks"))
        return
    print_table(
        [at.say(word) for word in ("case", "clock", "due", "days_left", "state")],
        [
            [
                clock.reference,
                clock_words(at.office, clock.rule),
                clock.due_on,
                clock.days_left,
                clock_standing_words(at.office, clock),
            ]
            for clock in clocks
        ],
    )


def _print_overdue(at: Sitting, by: OverdueBy, lines: Sequence[OverdueLine]) -> None:
    if not lines:
        say(at.say("nothing_overdue"))
        return
    print_table(
        [at.say(word) for word in (by.value, "count", "oldest", "away")],
        [
            [
                body_words(at.office, line.who) if by is OverdueBy.BODY else line.who or at.say("nobodys"),
                line.count,
                line.oldest_on,
                line.absence and [line.absence.until_on, line.absence.deputy],
            ]
            for line in lines
        ],
    )


def watch(as_json: JsonOption = False) -> None:
    """Look at every case that is due, now."""
    with sitting() as at:
        report = look_at_due(at.office, at.now)
        write_feeds(at.office, at.now)
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
