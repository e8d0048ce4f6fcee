"""`dodomu letter`: letters until they leave the house."""

from hashlib import sha256
from pathlib import Path
from typing import Annotated

import typer

from casework.letter_delivery import record_delivery
from casework.letter_drafting import list_siblings
from casework.letter_release import hand_over_letter, release_letter
from casework.letters import (
    LetterLine,
    approve_letter,
    draft_letter,
    list_letters,
    preview_letter,
    reject_letter,
    revise_letter,
)
from desk.letter_annex_commands import annex, annexes, detach
from desk.letter_batch_commands import prepare
from desk.letter_gallery_commands import gallery
from desk.letter_plan_commands import decide, plan
from desk.looking import follow, follow_letter
from desk.new_file import write_new_file
from desk.options import DayOption, JsonOption, NumberArgument, ReasonOption, ReferenceArgument
from desk.printing import print_json, print_table, say
from desk.sitting import Sitting, sitting
from integrations.prefect_api import ask_for_delivery
from models.rules.reference import parse_reference
from models.rules.wording import letter_state_words
from models.statuses import LetterState, Purpose

_COLUMNS = ("number", "case", "kind", "purpose", "state", "dated", "taken", "approved_by", "lacking")

letter_app = typer.Typer(no_args_is_help=True)
letter_app.command()(plan)
letter_app.command()(decide)
letter_app.command()(prepare)
letter_app.command()(gallery)
letter_app.command()(annex)
letter_app.command()(annexes)
letter_app.command()(detach)


@letter_app.command()
def draft(
    reference: ReferenceArgument,
    *,
    kind: Annotated[str, typer.Option(help="Which letter: see `dodomu policy show kinds`.")],
    purpose: Annotated[Purpose, typer.Option(help="What it asks for.")],
    body: Annotated[str | None, typer.Option(help="Where such a letter goes to several bodies: which one.")] = None,
    language: Annotated[str | None, typer.Option(help="If not the body's first language.")] = None,
    procedure: Annotated[str | None, typer.Option(help="Where the body has several: urgent or standard.")] = None,
    beside: Annotated[
        list[str] | None,
        typer.Option(metavar="REFERENCE", help="Another child on the same letter; repeat it."),
    ] = None,
    list_file: Annotated[
        Path | None,
        typer.Option("--list", metavar="FILE", exists=True, dir_okay=False, help="More children: a reference a line."),
    ] = None,
    siblings: Annotated[bool, typer.Option("--siblings", help="With the siblings of the same group.")] = False,
    after: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="For a follow-up: our letter it follows, if not the latest.")
    ] = None,
) -> None:
    """Draft a letter to a body, about one child or several."""
    with sitting() as at:
        others = [*(beside or ()), *(list_file.read_text(encoding="utf-8").split() if list_file else ())]
        number = draft_letter(
            at.office,
            reference,
            kind=kind,
            purpose=purpose,
            body=body,
            language=language,
            procedure=procedure,
            beside=[*others, *(list_siblings(at.office, reference) if siblings else ())],
            after=after,
            now=at.now,
            actor=at.actor,
        )
        say(at.say("letter_drafted", number=number))
        follow(at, reference)


@letter_app.command("list")
def list_command(
    reference: Annotated[str | None, typer.Argument(metavar="REFERENCE", help="Of one case only.")] = None,
    state: Annotated[LetterState | None, typer.Option(help="In one state only.")] = None,
    body: Annotated[str | None, typer.Option(help="To one body only.")] = None,
    as_json: JsonOption = False,
) -> None:
    """List letters by number."""
    with sitting() as at:
        of_case = parse_reference(reference) if reference is not None else None
        letters = list_letters(at.office, reference=of_case, state=state, body=body)
        if as_json:
            print_json(letters)
        elif letters:
            print_table(
                [at.say(word) for word in _COLUMNS],
                [_row(at, letter) for letter in letters],
            )
        else:
            say(at.say("no_letters"))


@letter_app.command()
def preview(
    number: NumberArgument,
    to: Annotated[Path | None, typer.Option("--to", metavar="FILE", help="If not NUMBER.pdf in this folder.")] = None,
    language: Annotated[
        str | None, typer.Option(help="If not the letter's own: a reading copy, which is never sent.")
    ] = None,
) -> None:
    """Write the letter's PDF as it stands: the approved one, or what approving it today would make."""
    with sitting() as at:
        pdf = preview_letter(at.office, number, language=language, now=at.now, actor=at.actor)
        path = to or Path(f"{number}.{language}.pdf" if language else f"{number}.pdf")
        write_new_file(path, [pdf])
        say(at.say("previewed", path=path, sha256=sha256(pdf).hexdigest()))


@letter_app.command()
def approve(
    number: NumberArgument,
    seen: Annotated[
        str | None, typer.Option(metavar="SHA256", help="Of the preview that was read: other bytes are not approved.")
    ] = None,
    seen_annex: Annotated[
        list[str] | None,
        typer.Option(metavar="SHA256", help="Of an annex that was read; repeat it for each, in order."),
    ] = None,
) -> None:
    """Approve a letter that somebody else has drafted."""
    with sitting() as at:
        approved = approve_letter(
            at.office, number, now=at.now, actor=at.actor, seen_sha256=seen, seen_annexes=seen_annex or None
        )
        _say_state(at, number, approved.state)
        if approved.people_lacking:
            say(at.say("approvals_lacking", count=approved.people_lacking))
        if approved.legal_officer_lacking:
            say(at.say("legal_officer_lacking"))


@letter_app.command()
def reject(number: NumberArgument, reason: ReasonOption) -> None:
    """Reject a letter for good."""
    with sitting() as at:
        reject_letter(at.office, number, reason, now=at.now, actor=at.actor)
        _say_state(at, number, LetterState.REJECTED)
        follow_letter(at, number)


@letter_app.command()
def revise(number: NumberArgument) -> None:
    """Take a letter back to a draft; its approvals lapse."""
    with sitting() as at:
        revise_letter(at.office, number, now=at.now, actor=at.actor)
        _say_state(at, number, LetterState.DRAFT)


@letter_app.command()
def release(number: NumberArgument) -> None:
    """Put an approved letter into the outbox; it leaves with the next delivery."""
    with sitting() as at:
        release_letter(at.office, number, now=at.now, actor=at.actor)
        _say_state(at, number, LetterState.QUEUED)
        if not ask_for_delivery(at.office.settings.prefect_api_url):
            say(at.say("deliver_yourself"))


@letter_app.command("hand-over")
def hand_over(number: NumberArgument, on: DayOption = None) -> None:
    """Record that an approved letter was handed over; the clock of its answer runs from that day."""
    with sitting() as at:
        hand_over_letter(at.office, number, on or at.today, now=at.now, actor=at.actor)
        _say_state(at, number, LetterState.SENT)
        follow_letter(at, number)


@letter_app.command()
def delivered(number: NumberArgument, on: DayOption = None) -> None:
    """Record the day on which a letter reached its body, as a receipt says; terms from receipt count from there."""
    with sitting() as at:
        record_delivery(at.office, number, on or at.today, now=at.now, actor=at.actor)
        follow_letter(at, number)


def _row(at: Sitting, letter: LetterLine) -> list[object]:
    state = letter_state_words(letter.state, at.language)
    lawyer = f" + {at.say('lawyer')}" if letter.legal_officer_lacking else ""
    return [
        letter.number,
        letter.reference,
        letter.kind,
        letter.purpose,
        state if letter.fault is None else f"{state}: {letter.fault}",
        letter.dated_on,
        letter.taken_on,
        letter.approved_by,
        f"{letter.people_lacking}{lawyer}" if letter.people_lacking else "",
    ]


def _say_state(at: Sitting, number: str, state: LetterState) -> None:
    say(at.say("letter_is", number=number, state=letter_state_words(state, at.language)))
