"""`dodomu journal`: verify it, seal it, export a chain."""

from pathlib import Path
from typing import Annotated

import typer

from casework.sealing_journal import seal_journal
from casework.verifying import Broken, export_journal, verify_journal
from desk.new_file import write_new_file
from desk.options import JsonOption
from desk.printing import print_json, say
from desk.sitting import Sitting, sitting

journal_app = typer.Typer(no_args_is_help=True)


@journal_app.command()
def verify(as_json: JsonOption = False) -> None:
    """Recompute every chain and compare it with its end, the checkpoints and the witness. Exit code 1 if one breaks."""
    with sitting() as at:
        report = verify_journal(at.office)
        if as_json:
            print_json({"holds": report.holds, "report": report})
        else:
            say(at.say("verified", entries=report.entries, chains=report.chains, checkpoints=report.checkpoints))
            if report.unwitnessed:
                say(at.say("unwitnessed", count=report.unwitnessed))
            for broken in report.breaks:
                say(_broken(at, broken))
            say(at.say("holds" if report.holds else "broken"))
    if not report.holds:
        raise typer.Exit(1)


@journal_app.command()
def seal(as_json: JsonOption = False) -> None:
    """Sign a checkpoint over everything written since the last, and hand it to the witness."""
    with sitting() as at:
        report = seal_journal(at.office, at.now)
        if as_json:
            print_json(report)
        elif report.number is None:
            say(at.say("nothing_to_seal"))
        else:
            say(at.say("sealed", number=report.number, chains=report.chains, entries=report.entries))


@journal_app.command()
def export(
    chain: Annotated[str, typer.Argument(metavar="REFERENCE", help="A case, or `office` for the office's own chain.")],
    to: Annotated[Path | None, typer.Option("--to", metavar="FILE", help="A new file; else standard output.")] = None,
) -> None:
    """Write a chain as JSON lines: each entry as it was hashed, what is sealed as a hash."""
    with sitting() as at:
        lines = export_journal(at.office, chain)
        if to is None:
            for line in lines:
                say(line)
        else:
            write_new_file(to, (f"{line}\n".encode() for line in lines))
            say(at.say("written", path=to))


def _broken(at: Sitting, broken: Broken) -> str:
    if broken.chain is None:
        return at.say("broken_checkpoint", number=broken.checkpoint, what=broken.what)
    return at.say("broken_entry", chain=broken.chain, seq=broken.seq, what=broken.what)
