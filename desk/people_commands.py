"""`dodomu relative` and `standing`: the people around the child, and who may speak for it."""

from typing import Annotated

import typer

from casework.facts import confirm_standing, record_relative
from desk.looking import follow
from desk.options import DayOption, ReferenceArgument
from desk.printing import say
from desk.sitting import sitting
from models.statuses import Basis

relative_app = typer.Typer(no_args_is_help=True)
standing_app = typer.Typer(no_args_is_help=True)


@relative_app.command("add")
def add(
    reference: ReferenceArgument,
    *,
    basis: Annotated[Basis, typer.Option(help="What they are to the child.")],
    name: Annotated[str, typer.Option(prompt=True, help="Their name; kept sealed. Asked for if not given.")],
    phone: Annotated[str | None, typer.Option(help="Their telephone; kept sealed.")] = None,
    address: Annotated[str | None, typer.Option(help="Their address; kept sealed.")] = None,
    email: Annotated[str | None, typer.Option(help="Their mail address; kept sealed.")] = None,
    confidential: Annotated[bool, typer.Option("--confidential", help="Never named to a State.")] = False,
    requester: Annotated[bool, typer.Option("--requester", help="From now on it is they who ask.")] = False,
) -> None:
    """Record a relative, or a new requester."""
    with sitting() as at:
        relative = record_relative(
            at.office,
            reference,
            basis=basis,
            name=name,
            phone=phone,
            address=address,
            email=email,
            identity_confidential=confidential,
            is_requester=requester,
            now=at.now,
            actor=at.actor,
        )
        say(at.say("recorded_as", id=relative))
        follow(at, reference)


@standing_app.command("confirm")
def confirm(reference: ReferenceArgument, on: DayOption = None) -> None:
    """Record that you have seen the paper that shows the requester's ground to ask."""
    with sitting() as at:
        confirm_standing(at.office, reference, confirmed_on=on, now=at.now, actor=at.actor)
        follow(at, reference)
