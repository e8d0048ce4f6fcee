"""`dodomu clock ics`: deadlines for calendar programs, as a file or as a feed."""

from pathlib import Path
from typing import Annotated

import typer

from casework.clock_calendar import clock_calendar, open_feed
from desk.new_file import write_new_file
from desk.options import CoordinatorOption
from desk.printing import say
from desk.sitting import sitting
from models.errors import InvalidInput


def ics(
    *,
    coordinator: CoordinatorOption = None,
    to: Annotated[Path | None, typer.Option(metavar="FILE", help="A new file; else it is printed.")] = None,
    feed: Annotated[
        bool, typer.Option("--feed", help="Say where the feed lies that a calendar program subscribes to; yours.")
    ] = False,
    anew: Annotated[bool, typer.Option("--anew", help="Give the feed another name; the old one is gone.")] = False,
) -> None:
    """Give deadlines to a calendar program (iCalendar): references, clocks and commands, nobody's name."""
    if feed and to is not None:
        raise InvalidInput("feed_has_its_place", "leave out `--to`: a feed lies where it always lies")
    if anew and not feed:
        raise InvalidInput("only_feeds_are_renewed", "write `--feed --anew`")
    with sitting() as at:
        if feed:
            path = open_feed(at.office, coordinator or at.actor, now=at.now, actor=at.actor, anew=anew)
            say(at.say("feed", path=path))
            return
        content = clock_calendar(at.office, at.now, coordinator=coordinator)
        if to is not None:
            write_new_file(to, [content])
            say(at.say("written", path=to))
        else:
            typer.echo(content, nl=False)
