"""`dodomu checklist`, `sign-off`, `arrival`, `visit`: the last steps of the way home."""

from typing import Annotated

import typer

from casework import facts
from desk.looking import follow
from desk.options import DayOption, ReferenceArgument
from desk.sitting import sitting
from models.statuses import Basis, ChecklistItem, Territory

checklist_app = typer.Typer(no_args_is_help=True)
arrival_app = typer.Typer(no_args_is_help=True)
visit_app = typer.Typer(no_args_is_help=True)


@checklist_app.command("establish")
def establish(
    reference: ReferenceArgument,
    item: Annotated[ChecklistItem, typer.Argument(help="What has been established.")],
    on: DayOption = None,
) -> None:
    """Record that an item of the checklist has been established; again, when it is confirmed anew."""
    with sitting() as at:
        facts.establish_item(at.office, reference, item=item, established_on=on or at.today, now=at.now, actor=at.actor)
        follow(at, reference)


def sign_off(reference: ReferenceArgument) -> None:
    """Sign the verification of a case."""
    with sitting() as at:
        facts.sign_off(at.office, reference, now=at.now, actor=at.actor)
        follow(at, reference)


@arrival_app.command("record")
def record_arrival(
    reference: ReferenceArgument,
    received_by: Annotated[Basis, typer.Option(help="Who received the child.")],
    territory: Annotated[Territory, typer.Option(help="Where. Occupied territory is not a return.")],
    on: DayOption = None,
) -> None:
    """Record that the child has arrived."""
    with sitting() as at:
        facts.record_arrival(
            at.office,
            reference,
            arrived_on=on or at.today,
            received_by=received_by,
            territory=territory,
            now=at.now,
            actor=at.actor,
        )
        follow(at, reference)


@visit_app.command("record")
def record_visit(
    reference: ReferenceArgument,
    visit: Annotated[str, typer.Argument(help="Which one, as the policy's clocks name it.")],
    on: DayOption = None,
) -> None:
    """Record a follow-up visit."""
    with sitting() as at:
        facts.record_visit(at.office, reference, visit=visit, made_on=on or at.today, now=at.now, actor=at.actor)
        follow(at, reference)
