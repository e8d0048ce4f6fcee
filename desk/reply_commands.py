"""`dodomu reply record` and `disclosures`: what the bodies answered, and what they have been told."""

from datetime import date
from typing import Annotated

import typer

from casework.disclosures import list_disclosures
from casework.replies import record_reply
from desk.looking import follow_letter
from desk.options import DayOption, JsonOption, ReferenceArgument, parse_day
from desk.printing import print_json, print_table, say
from desk.sitting import sitting
from models.statuses import ReplyKind

reply_app = typer.Typer(no_args_is_help=True)


@reply_app.command()
def record(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="The letter's outgoing number, like 2026-000001.")],
    *,
    kind: Annotated[ReplyKind, typer.Option(help="What the reply is. Silence is none, and not recorded.")],
    on: DayOption = None,
    text: Annotated[str | None, typer.Option(help="Its words; kept sealed.")] = None,
    their_reference: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="The number the body gave its reply or the case; kept sealed.")
    ] = None,
    registered_on: Annotated[
        date | None,
        typer.Option(parser=parse_day, metavar="DAY", help="When it registered the letter, if it says so: 2026-03-05."),
    ] = None,
    acknowledges_child: Annotated[
        bool, typer.Option("--acknowledges-child", help="The body says that it knows of the child.")
    ] = False,
    agrees: Annotated[
        bool, typer.Option("--agrees-to-verification", help="It agrees to verify, or to let somebody verify.")
    ] = False,
    children: Annotated[
        list[str] | None,
        typer.Option(
            "--child", metavar="REFERENCE", help='Of several on the letter, one of whom it says that; "*" for all.'
        ),
    ] = None,
) -> None:
    """Record a body's reply to a letter."""
    with sitting() as at:
        record_reply(
            at.office,
            number,
            kind=kind,
            received_on=on or at.today,
            text=text,
            their_reference=their_reference,
            registered_on=registered_on,
            acknowledges_child=acknowledges_child,
            agrees=agrees,
            about=children or (),
            now=at.now,
            actor=at.actor,
        )
        follow_letter(at, number)


def disclosures(reference: ReferenceArgument, as_json: JsonOption = False) -> None:
    """What of a case was told to whom, and when."""
    with sitting() as at:
        told = list_disclosures(at.office, reference)
        if as_json:
            print_json(told)
        elif told:
            print_table(
                [at.say(word) for word in ("taken", "letter", "body", "purpose", "consent", "fields")],
                [
                    [each.taken_on, each.letter, each.body, each.purpose, each.consent_given_on, each.fields]
                    for each in told
                ],
            )
        else:
            say(at.say("nothing_disclosed"))
