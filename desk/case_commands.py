"""`dodomu case`: open one, show one, list them, find one; and what is done to a case as a whole."""

from typing import Annotated, Any

import typer

from casework.case_card import case_card
from casework.on_record import list_on_record
from casework.opened_identity import open_identity, search_cases
from casework.opening import open_cases
from casework.reports import list_cases
from casework.staff import list_staff
from desk import case_identity_commands as identity
from desk import case_status_commands as steps
from desk.case_card import print_card, print_next_step
from desk.looking import follow
from desk.options import CoordinatorOption, JsonOption, ReferenceArgument
from desk.printing import plain, print_json, print_table, say
from desk.recorded import opened_plainly, print_on_record, print_opened
from desk.sitting import Sitting, sitting
from desk.wording import flag_words, stage_words
from integrations.intake_files import read_application
from integrations.intake_templates import COLUMNS
from models.errors import InvalidInput
from models.statuses import CaseStatus, Role, Stage

case_app = typer.Typer(no_args_is_help=True)

_ASKED_FOR = (
    "child.family_name",
    "child.given_name",
    "child.patronymic",
    "child.birth_on",
    "child.sex",
    "separation.on",
    "separation.place",
    "reports.national_police",
    "requester.name",
    "requester.basis",
    "requester.phone",
    "requester.email",
)


@case_app.command("open")
def open_command(
    columns: Annotated[
        list[str] | None,
        typer.Argument(metavar="COLUMN=VALUE...", help="As in the intake template; without any, you are asked."),
    ] = None,
    coordinator: CoordinatorOption = None,
) -> None:
    """Open one case. Without columns you are asked for the main ones, and nothing stays in the shell's history."""
    with sitting() as at:
        actor = at.actor
        typed = _typed(columns) if columns else _asked(at)
        row = read_application(typed, today=at.today, bodies=frozenset(body.id for body in at.office.policy.bodies))
        if row.case is None:
            for fault in row.faults:
                typer.echo(f"{fault.column}: {fault.what_would_be_right[at.language]} [{fault.code}]", err=True)
            raise InvalidInput("application_faulty", "put this right; nothing was opened", faults=len(row.faults))
        (opened,) = open_cases(
            at.office, [row.case], now=at.now, actor=actor, coordinator=coordinator or _own(at, actor)
        )
        say(at.say("already_known" if opened.already_known else "opened", reference=opened.reference))
        if opened.possible_duplicate_of:
            say(at.say("duplicate_of", reference=opened.possible_duplicate_of))
        follow(at, opened.reference)


@case_app.command()
def show(
    reference: ReferenceArgument,
    with_names: Annotated[
        bool, typer.Option("--open", help="Show names, contacts and places too; the journal keeps that you did.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Show where a case stands, what is on record, and the one next thing to do."""
    with sitting() as at:
        opened = open_identity(at.office, reference, now=at.now, actor=at.actor) if with_names else None
        card = case_card(at.office, reference, at.now)
        record = list_on_record(at.office, reference)
        if as_json:
            names = {} if opened is None else {"opened": opened_plainly(opened)}
            print_json({**plain(card), "on_record": record, **names})
            return
        print_card(at, card)
        print_on_record(at, record)
        if opened is not None:
            print_opened(at, opened)
        print_next_step(at, card)


@case_app.command()
def find(
    words: Annotated[str, typer.Argument(metavar="NAME", help="Parts of a name, however spelt; quote several words.")],
    as_json: JsonOption = False,
) -> None:
    """Find cases by the child's name or a claimed one; the office's journal keeps that you searched, not for whom."""
    with sitting() as at:
        found = search_cases(at.office, words, now=at.now, actor=at.actor)
        if as_json:
            print_json(found)
        elif found:
            for reference in found:
                say(reference)
        else:
            say(at.say("none_found"))


@case_app.command("list")
def list_command(
    *,
    stage: Annotated[Stage | None, typer.Option(help="At one stage only.")] = None,
    status: Annotated[CaseStatus | None, typer.Option(help="Of one status only.")] = None,
    coordinator: CoordinatorOption = None,
    flagged: Annotated[bool, typer.Option("--flagged", help="Only what a person must look at.")] = False,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only where a deadline has passed.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 200,
    as_json: JsonOption = False,
) -> None:
    """List cases by reference."""
    with sitting() as at:
        cases = list_cases(
            at.office,
            stage=stage,
            status=status,
            coordinator=coordinator,
            flagged=flagged,
            overdue=overdue,
            limit=limit,
        )
        if as_json:
            print_json(cases)
        elif cases:
            print_table(
                [at.say(word) for word in ("case", "status", "stage", "coordinator", "opened_on", "due", "flags")],
                [
                    [
                        case.reference,
                        at.say(f"is_{case.status}"),
                        stage_words(at.office, case.stage),
                        case.coordinator,
                        case.opened_on,
                        case.next_due_on,
                        [flag_words(at.office, flag) for flag in case.flags],
                    ]
                    for case in cases
                ],
            )
        else:
            say(at.say("no_cases"))


for _step in (
    identity.complete,
    identity.correct,
    identity.disappeared,
    steps.suspend,
    steps.resume,
    steps.step_back,
    steps.release_hold,
    steps.clear_duplicate,
    steps.override,
    steps.close,
    steps.reopen,
    steps.assign,
    steps.siblings,
    steps.erase,
):
    case_app.command()(_step)


def _typed(columns: list[str]) -> dict[str, Any]:
    """Return an application from `child.family_name=…` and the like."""
    application: dict[str, Any] = {}
    for column in columns:
        name, told, value = column.partition("=")
        if not told or name not in COLUMNS:
            raise InvalidInput("column_unknown", "write COLUMN=VALUE with a column of `dodomu intake --template csv`")
        _put(application, name, value)
    return application


def _asked(at: Sitting) -> dict[str, Any]:
    """Ask for the main columns, each with what it means; an empty answer leaves it out."""
    application: dict[str, Any] = {}
    for name in _ASKED_FOR:
        ukrainian, english, _ = COLUMNS[name]
        value = typer.prompt(english if at.language == "en" else ukrainian, default="", show_default=False)
        if value.strip():
            _put(application, name, value)
    return application


def _put(application: dict[str, Any], column: str, value: str) -> None:
    *sections, name = column.split(".")
    place = application
    for section in sections:
        place = place.setdefault(section, {})
    place[name] = value


def _own(at: Sitting, actor: str) -> str | None:
    """A coordinator who opens a case has it, unless they say whose it is."""
    roles = {staff.id: staff.role for staff in list_staff(at.office)}
    return actor if roles.get(actor) is Role.COORDINATOR else None
