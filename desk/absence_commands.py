"""`dodomu staff absent` and its like: who is away, who reads for them, and when mails are read."""

from datetime import date, time
from typing import Annotated

import typer

from casework.absences import end_absence, list_absences, record_absence
from casework.staff import set_hours
from desk.options import JsonOption, parse_day, parse_time
from desk.printing import print_json, print_table, say
from desk.sitting import sitting

StaffArgument = Annotated[str, typer.Argument(metavar="STAFF", help="Whose; your own, or a supervisor does it.")]


def absent(
    staff_id: StaffArgument,
    from_on: Annotated[date, typer.Option("--from", parser=parse_day, metavar="DAY", help="The first day away.")],
    until_on: Annotated[date, typer.Option("--until", parser=parse_day, metavar="DAY", help="The last day away.")],
    deputy: Annotated[str, typer.Option(metavar="STAFF", help="Who reads the mails: of the same role or above.")],
) -> None:
    """Record an absence; digests and notices go to the deputy. Who may approve and release stays as it is."""
    with sitting() as at:
        absence = record_absence(
            at.office, staff_id, from_on=from_on, until_on=until_on, deputy=deputy, now=at.now, actor=at.actor
        )
        say(at.say("absent", staff=staff_id, from_on=absence.from_on, until_on=absence.until_on, deputy=deputy))


def absences(as_json: JsonOption = False) -> None:
    """List who is away, or will be, and who stands in."""
    with sitting() as at:
        found = list_absences(at.office, at.now)
        if as_json:
            print_json(found)
        elif found:
            columns = [at.say(word) for word in ("staff", "from_on", "until_on", "deputy")]
            print_table(columns, [[each.staff, each.from_on, each.until_on, each.deputy] for each in found])
        else:
            say(at.say("nobody_absent"))


def back(staff_id: StaffArgument) -> None:
    """End the present absence from today on, or cancel the nearest one to come."""
    with sitting() as at:
        end_absence(at.office, staff_id, now=at.now, actor=at.actor)
        say(at.say("back", staff=staff_id))


def hours(
    staff_id: StaffArgument,
    begins: Annotated[time, typer.Option("--from", parser=parse_time, metavar="TIME", help="When it begins: 09:00.")],
    ends: Annotated[time, typer.Option("--until", parser=parse_time, metavar="TIME", help="When it ends: 18:00.")],
) -> None:
    """Set the hours of a working day within which mails are sent."""
    with sitting() as at:
        set_hours(at.office, staff_id, works_from=begins, works_until=ends, now=at.now, actor=at.actor)
        say(at.say("hours_set", staff=staff_id, begins=begins.isoformat("minutes"), ends=ends.isoformat("minutes")))
