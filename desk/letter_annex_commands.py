"""`dodomu letter annex`, `annexes` and `detach`: documents that go out with a letter."""

from hashlib import sha256
from pathlib import Path
from typing import Annotated

import typer

from casework.letter_annexes import AnnexLine, attach_annex, detach_annex, list_annexes, read_annexes
from casework.letter_file import case_of_letter
from casework.on_record import list_on_record
from desk.new_file import write_new_file
from desk.options import JsonOption, NumberArgument
from desk.printing import print_json, print_table, say
from desk.recorded import full_id
from desk.sitting import Sitting, sitting

_COLUMNS = ("annex", "file", "title", "pages", "bytes", "evidence")
_SHORT = 8


def annex(
    number: NumberArgument,
    path: Annotated[Path, typer.Argument(metavar="FILE", help="A PDF, JPEG or PNG; its name goes nowhere.")],
    *,
    title: Annotated[
        str,
        typer.Option(
            prompt=True,
            help="As the letter lists it, without a name; kept sealed. Asked for if not given.",
        ),
    ],
    evidence: Annotated[
        str | None, typer.Option(metavar="ID", help="If it was taken in as evidence: its id, as `case show` lists it.")
    ] = None,
    pages: Annotated[int | None, typer.Option(min=1, help="How many pages or sheets the letter names.")] = None,
    as_it_is: Annotated[
        bool,
        typer.Option("--as-it-is", help="Send a picture's file unchanged, with place and time hidden in it."),
    ] = False,
) -> None:
    """Attach a document to a draft that nobody has approved yet. Of a picture only what one sees goes out."""
    with sitting() as at:
        known = [each.id for each in list_on_record(at.office, case_of_letter(at.office, number)).evidence]
        made = attach_annex(
            at.office,
            number,
            path,
            title=title,
            evidence_id=None if evidence is None else full_id(known, evidence),
            pages=pages,
            as_it_is=as_it_is,
            now=at.now,
            actor=at.actor,
        )
        say(at.say("annex_as_it_is" if as_it_is else "annex_attached", id=made[:_SHORT], number=number))


def annexes(
    number: NumberArgument,
    to: Annotated[
        Path | None,
        typer.Option(
            "--to",
            metavar="FOLDER",
            exists=True,
            file_okay=False,
            help="Write them there, to be read.",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List the documents that go with a letter."""
    with sitting() as at:
        lines = list_annexes(at.office, number, now=at.now)
        if as_json:
            print_json(lines)
        elif lines:
            print_table([at.say(word) for word in _COLUMNS], [_row(line) for line in lines])
        else:
            say(at.say("no_annexes"))
        if to is not None:
            _write_all(at, number, to, quiet=as_json)


def detach(
    number: NumberArgument,
    annex_id: Annotated[
        str, typer.Argument(metavar="ANNEX", help="Its id, or the beginning of it, as `letter annexes` lists it.")
    ],
) -> None:
    """Take a document off a draft that nobody has approved yet."""
    with sitting() as at:
        known = [each.id for each in list_annexes(at.office, number, now=at.now)]
        detach_annex(at.office, number, full_id(known, annex_id), now=at.now, actor=at.actor)
        say(at.say("annex_detached", number=number))


def _write_all(at: Sitting, number: str, folder: Path, *, quiet: bool) -> None:
    for opened in read_annexes(at.office, number, now=at.now):
        path = folder / opened.file
        write_new_file(path, [opened.content])
        if not quiet:
            say(at.say("previewed", path=path, sha256=sha256(opened.content).hexdigest()))


def _row(line: AnnexLine) -> list[object]:
    evidence = None if line.evidence is None else line.evidence[:_SHORT]
    return [line.id[:_SHORT], line.file, line.title, line.pages, line.size_bytes, evidence]
