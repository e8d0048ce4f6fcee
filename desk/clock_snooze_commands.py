"""`dodomu clock snooze`: a rung put off once, with a reason."""

from datetime import date
from typing import Annotated

import typer

from casework.snoozing import snooze_rung
from desk.looking import follow
from desk.options import ReasonOption, ReferenceArgument, parse_day
from desk.printing import say
from desk.sitting import sitting


def snooze(
    reference: ReferenceArgument,
    rule: Annotated[str, typer.Argument(metavar="RULE", help="The clock, as `clock list --json` names its rule.")],
    rung: Annotated[str, typer.Argument(metavar="RUNG", help="The rung, as policy/clocks.yaml names it.")],
    *,
    until: Annotated[date, typer.Option("--until", parser=parse_day, metavar="DAY", help="When it fires instead.")],
    reason: ReasonOption,
    anchor: Annotated[
        str | None,
        typer.Option(help="Which of several clocks: a letter's number, or `anchor` in `clock list --json`."),
    ] = None,
) -> None:
    """Put one rung off, once and with a reason; never a hard cut-off's, and never past the next rung."""
    with sitting() as at:
        put_off = snooze_rung(
            at.office, reference, rule, rung, anchor=anchor, until_on=until, reason=reason, now=at.now, actor=at.actor
        )
        say(at.say("snoozed", reference=put_off.reference, rung=put_off.rung, on=put_off.until_on))
        follow(at, reference)
