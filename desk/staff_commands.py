"""`dodomu staff`: who works here."""

from typing import Annotated, Literal

import typer

from casework.staff import add_staff, deactivate_staff, list_staff, open_contact
from desk.absence_commands import absences, absent, back, hours
from desk.options import JsonOption
from desk.printing import print_json, print_table, say
from desk.sitting import sitting
from models.statuses import Role

staff_app = typer.Typer(no_args_is_help=True)
for _command in (absent, absences, back, hours):
    staff_app.command()(_command)
_BEFORE_THE_FIRST = "setup"


@staff_app.command()
def add(
    staff_id: Annotated[str, typer.Argument(metavar="STAFF", help="An id such as c-01; never a name.")],
    *,
    person: Annotated[int, typer.Option(min=1, help="The person's number; two accounts of one person share it.")],
    role: Annotated[Role, typer.Option(help="What the account may do.")],
    name: Annotated[str, typer.Option(prompt=True, help="The person's name; kept sealed. Asked for if not given.")],
    mail: Annotated[str, typer.Option(prompt=True, help="The person's mail address; kept sealed.")],
    language: Annotated[Literal["uk", "en"], typer.Option(help="The language of their mails.")] = "uk",
) -> None:
    """Add an account. The first one needs nobody's word, every later one says who adds it."""
    with sitting() as at:
        actor = at.actor if list_staff(at.office) else _BEFORE_THE_FIRST
        add_staff(
            at.office,
            staff_id=staff_id,
            person_no=person,
            role=role,
            name=name,
            mail=mail,
            language=language,
            now=at.now,
            actor=actor,
        )
        say(at.say("staff_added", staff=staff_id, role=role))


@staff_app.command("list")
def list_command(
    with_names: Annotated[bool, typer.Option("--open", help="Show names and mail addresses too.")] = False,
    as_json: JsonOption = False,
) -> None:
    """List the accounts, ended ones too."""
    with sitting() as at:
        rows = []
        for staff in list_staff(at.office):
            row = {
                "staff": staff.id,
                "person": staff.person_no,
                "role": staff.role,
                "language": staff.language,
                "active": staff.active,
                "hours": [each.isoformat("minutes") for each in (staff.works_from, staff.works_until) if each],
            }
            if with_names:
                contact = open_contact(at.office, staff)
                row |= {"name": contact.name, "mail": contact.mail}
            rows.append(row)
        if as_json:
            print_json(rows)
        elif rows:
            print_table([at.say(word) for word in rows[0]], [list(row.values()) for row in rows])
        else:
            say(at.say("no_staff"))


@staff_app.command()
def deactivate(staff_id: Annotated[str, typer.Argument(metavar="STAFF", help="The account to end.")]) -> None:
    """End an account; what was done in its name stays on record."""
    with sitting() as at:
        deactivate_staff(at.office, staff_id, now=at.now, actor=at.actor)
        say(at.say("staff_ended", staff=staff_id))
