"""`dodomu`: the command line's root. Importing it loads none of the commands; `list_commands` loads them all."""

from collections.abc import Mapping
from importlib.metadata import version as installed_version
from typing import Annotated, Any

import typer

from desk.asked import Asked, asked
from desk.lazy_group import Entry, LazyGroup, load_entry

ENTRIES: Mapping[str, Entry] = {
    "init": Entry("desk.office_commands", "init", "Make what an office needs: keys, keystore, store."),
    "up": Entry("desk.office_commands", "up", "Run the engine: Prefect's server, worker and schedules, until Ctrl-C."),
    "health": Entry("desk.office_commands", "health", "Say whether everything an office needs is in order."),
    "intake": Entry("desk.intake_commands", "intake", "Open cases from a file of applications (CSV or JSON)."),
    "case": Entry("desk.case_commands", "case_app", "Cases: open, show, list, suspend, close, erase and the like."),
    "sighting": Entry("desk.fact_commands", "sighting_app", "Where the child was, according to whom."),
    "alias": Entry("desk.fact_commands", "alias_app", "Identities that somebody claims the child has."),
    "consent": Entry("desk.fact_commands", "consent_app", "Who may be told, and for what."),
    "report": Entry("desk.fact_commands", "report_app", "Numbers under which the disappearance is on record."),
    "relative": Entry("desk.people_commands", "relative_app", "Relatives of the child."),
    "standing": Entry("desk.people_commands", "standing_app", "The requester's ground to speak for the child."),
    "evidence": Entry("desk.evidence_commands", "evidence_app", "Evidence and whose hands it is in."),
    "checklist": Entry("desk.verification_commands", "checklist_app", "What must be established before verification."),
    "sign-off": Entry("desk.verification_commands", "sign_off", "Sign the verification of a case."),
    "arrival": Entry("desk.verification_commands", "arrival_app", "The child's arrival."),
    "visit": Entry("desk.verification_commands", "visit_app", "Follow-up visits after arrival."),
    "letter": Entry("desk.letter_commands", "letter_app", "Letters: plan, draft, preview, approve, release."),
    "reply": Entry("desk.reply_commands", "reply_app", "What the bodies answered."),
    "disclosures": Entry("desk.reply_commands", "disclosures", "What of a case was told to whom, and when."),
    "clock": Entry("desk.clock_commands", "clock_app", "Deadlines."),
    "watch": Entry("desk.clock_commands", "watch", "Look at every case that is due, now."),
    "mail": Entry("desk.mail_commands", "mail_app", "The outbox."),
    "digest": Entry(
        "desk.mail_commands",
        "digest",
        "Write everybody's mail of what is due and overdue; it leaves with the next delivery.",
    ),
    "journal": Entry("desk.journal_commands", "journal_app", "The journal: verify, seal, export."),
    "policy": Entry("desk.policy_commands", "policy_app", "What the lawyer edits: stages, clocks, bodies, letters."),
    "staff": Entry("desk.staff_commands", "staff_app", "The staff register."),
    "backup": Entry("desk.backup_commands", "backup", "Copy store and keys into a new folder, each into its own."),
    "restore": Entry("desk.backup_commands", "restore", "Make an empty home from a backup."),
    "demo": Entry("desk.rehearsal_commands", "demo", "Play half a year of cases through the real flows."),
    "bench": Entry("desk.bench_commands", "bench", "Measure the engine beside raw baselines."),
}


class Desk(LazyGroup):
    """All commands of `dodomu`."""

    entries = ENTRIES


app = typer.Typer(cls=Desk, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"dodomu {installed_version('dodomu')}")
        raise typer.Exit


@app.callback()
def root(
    staff: Annotated[
        str | None, typer.Option("--as", metavar="STAFF", help="Who acts; else DODOMU_STAFF. May stand anywhere.")
    ] = None,
    at: Annotated[
        str | None, typer.Option("--at", metavar="ISO", help="Move a rehearsal's clock there. May stand anywhere.")
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    """Dodomu brings deported children home, and never misses a date."""
    del version
    asked.set(Asked(staff, at))


def list_commands() -> dict[str, Any]:
    """Every command by the words that call it, `case show` for one; loads them all."""
    found: dict[str, Any] = {}
    for name, entry in ENTRIES.items():
        command = load_entry(name, entry)
        parts = getattr(command, "commands", None)
        found.update({name: command} if parts is None else {f"{name} {part}": each for part, each in parts.items()})
    return found


def run() -> None:
    """Run the console script `dodomu`."""
    app()
