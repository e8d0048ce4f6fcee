"""`dodomu mail deliver` and `digest`: what leaves the house, and what the staff are told each morning."""

import asyncio

import typer

from casework.clock_calendar import write_feeds
from casework.delivering import deliver as deliver_outbox
from casework.digest import write_digests
from casework.watch import look_at_due
from desk.clock_commands import tell_watch
from desk.options import JsonOption
from desk.printing import print_json, say
from desk.sitting import sitting

mail_app = typer.Typer(no_args_is_help=True)


@mail_app.command()
def deliver(as_json: JsonOption = False) -> None:
    """Send the outbox now, then look at the cases whose letters have left. Exit code 1 if the relay is at fault."""
    with sitting() as at:
        began_at = at.office.clock.now()
        report = asyncio.run(deliver_outbox(at.office, at.now))
        # The letters' cases became due while the mails went out, which is later than `at.now`.
        watched = look_at_due(at.office, at.now + (at.office.clock.now() - began_at))
        if as_json:
            print_json(report)
        else:
            say(
                at.say(
                    "delivered",
                    sent=report.sent,
                    deferred=report.deferred,
                    failed=report.failed,
                    stopped=report.stopped,
                )
            )
            if watched.looked:
                tell_watch(at, watched)
    if report.held_up_by is not None:
        advice = f": {report.advice}" if report.advice else ""
        typer.echo(f"Mail is held up{advice}. Nothing is lost; it waits. [{report.held_up_by}]", err=True)
        raise typer.Exit(1)


def digest(as_json: JsonOption = False) -> None:
    """Write everybody's mail of what is due and overdue; it leaves with the next delivery."""
    with sitting() as at:
        report = write_digests(at.office, at.now)
        write_feeds(at.office, at.now)
        if as_json:
            print_json(report)
        else:
            say(at.say("digested", written=report.written, empty=report.empty))
