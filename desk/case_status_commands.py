"""`dodomu case suspend` and its like: what a person does to a case as a whole."""

from typing import Annotated

import typer

from casework import status
from casework.erasing import erase as erase_case
from desk.looking import follow
from desk.options import ReasonOption, ReferenceArgument, YesOption
from desk.printing import say
from desk.sitting import sitting
from models.rules.policy import RequirementKind
from models.rules.reference import parse_reference
from models.statuses import ClosingReason, Stage


def suspend(reference: ReferenceArgument, reason: ReasonOption) -> None:
    """Let a case rest; its clocks pause, all but hard cut-offs."""
    with sitting() as at:
        status.suspend(at.office, reference, reason=reason, now=at.now, actor=at.actor)
        follow(at, reference)


def resume(reference: ReferenceArgument, reason: ReasonOption) -> None:
    """Take up a suspended case again; its clocks are longer by the pause."""
    with sitting() as at:
        status.resume(at.office, reference, reason=reason, now=at.now, actor=at.actor)
        follow(at, reference)


def step_back(
    reference: ReferenceArgument,
    to: Annotated[Stage, typer.Option("--to", help="The earlier stage.")],
    reason: ReasonOption,
) -> None:
    """Put a case back to an earlier stage; it is held there until something new is on record."""
    with sitting() as at:
        status.step_back(at.office, reference, to_stage=to, reason=reason, now=at.now, actor=at.actor)
        follow(at, reference)


def release_hold(reference: ReferenceArgument, reason: ReasonOption) -> None:
    """Let a case that was stepped back by mistake go on."""
    with sitting() as at:
        status.release_hold(at.office, reference, reason=reason, now=at.now, actor=at.actor)
        follow(at, reference)


def clear_duplicate(reference: ReferenceArgument, reason: ReasonOption) -> None:
    """Put on record that a case flagged as a second application is another child's."""
    with sitting() as at:
        status.clear_duplicate(at.office, reference, reason=reason, now=at.now, actor=at.actor)
        follow(at, reference)


def override(
    reference: ReferenceArgument,
    stage: Annotated[Stage, typer.Option(help="The stage whose gate asks for it.")],
    requirement: Annotated[RequirementKind, typer.Option(help="What is set aside.")],
    reason: ReasonOption,
) -> None:
    """Set a requirement aside for this case, on your own responsibility."""
    with sitting() as at:
        status.override(
            at.office, reference, stage=stage, requirement=requirement, reason=reason, now=at.now, actor=at.actor
        )
        follow(at, reference)


def close(
    reference: ReferenceArgument,
    closed_as: Annotated[ClosingReason, typer.Argument(help="How it ends. Turning eighteen is no reason.")],
    reason: ReasonOption,
    yes: YesOption = False,
) -> None:
    """Close a case."""
    with sitting() as at:
        _ask(yes, at.say("ask_close", reference=parse_reference(reference), how=closed_as))
        status.close(at.office, reference, closed_as=closed_as, reason=reason, now=at.now, actor=at.actor)
        follow(at, reference)


def reopen(reference: ReferenceArgument, reason: ReasonOption) -> None:
    """Open a closed case again, at the stage where it stood."""
    with sitting() as at:
        status.reopen(at.office, reference, reason=reason, now=at.now, actor=at.actor)
        follow(at, reference)


def assign(
    reference: ReferenceArgument, coordinator: Annotated[str, typer.Argument(metavar="STAFF", help="Whose it is now.")]
) -> None:
    """Give a case to a coordinator."""
    with sitting() as at:
        status.assign(at.office, reference, coordinator=coordinator, now=at.now, actor=at.actor)
        say(at.say("assigned", reference=parse_reference(reference), staff=coordinator))


def siblings(
    references: Annotated[list[str], typer.Argument(metavar="REFERENCE...", help="Two cases or more.")],
) -> None:
    """Link cases as siblings'."""
    with sitting() as at:
        status.link_siblings(at.office, references, now=at.now, actor=at.actor)
        say(at.say("linked", references=", ".join(sorted({parse_reference(each) for each in references}))))


def erase(reference: ReferenceArgument, yes: YesOption = False) -> None:
    """Destroy a case's key: nothing about the child can be read again, here or in any copy."""
    with sitting() as at:
        actor = at.actor
        _ask(yes, at.say("ask_erase", reference=parse_reference(reference)))
        erase_case(at.office, reference, at.now, actor)
        say(at.say("erased", reference=parse_reference(reference)))


def _ask(already_sure: bool, question: str) -> None:
    if not already_sure:
        typer.confirm(question, abort=True, err=True)
