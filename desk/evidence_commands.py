"""`dodomu evidence`: what it is, and whose hands it is in."""

from pathlib import Path
from typing import Annotated

import typer

from casework.facts import add_evidence, hand_evidence
from casework.on_record import list_on_record
from desk.looking import follow
from desk.options import ReferenceArgument
from desk.printing import say
from desk.recorded import full_id
from desk.sitting import sitting

evidence_app = typer.Typer(no_args_is_help=True)


@evidence_app.command("add")
def add(
    reference: ReferenceArgument,
    path: Annotated[Path, typer.Argument(metavar="FILE", help="Read once for its SHA-256; not copied.")],
    kind: Annotated[str, typer.Option(help="photo, video, audio, document, screenshot, testimony or other.")],
    title: Annotated[str, typer.Option(prompt=True, help="What it is; kept sealed. Asked for if not given.")],
    kept_at: Annotated[str, typer.Option(prompt=True, help="Where the original is kept; kept sealed.")],
) -> None:
    """Record a piece of evidence with its SHA-256."""
    with sitting() as at:
        evidence = add_evidence(
            at.office, reference, path, kind=kind, title=title, kept_at=kept_at, now=at.now, actor=at.actor
        )
        say(at.say("recorded_as", id=evidence))
        follow(at, reference)


@evidence_app.command("hand")
def hand(
    reference: ReferenceArgument,
    evidence: Annotated[str, typer.Argument(help="Its id, or the beginning of it, as `case show` lists it.")],
    to: Annotated[str, typer.Option(prompt=True, help="To whom; kept sealed.")],
    why: Annotated[str, typer.Option(prompt=True, help="Why; kept sealed.")],
) -> None:
    """Enter into the custody log that a piece of evidence changed hands."""
    with sitting() as at:
        known = [each.id for each in list_on_record(at.office, reference).evidence]
        hand_evidence(at.office, reference, full_id(known, evidence), to=to, why=why, now=at.now, actor=at.actor)
        say(at.say("recorded"))
