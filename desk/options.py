"""Options and arguments that many commands share, and how days are typed."""

from datetime import date, time
from typing import Annotated

import typer

from models.errors import InvalidInput
from models.rules.partial_dates import PartialDate, parse_partial_date
from models.statuses import Precision


def parse_day(typed: str) -> date:
    """Return a whole day from `2026-03-02` or `02.03.2026`. Raises InvalidInput `date_…`."""
    known = parse_partial_date(typed)
    if known.precision is not Precision.DAY:
        raise InvalidInput("date_not_whole", "give the day, like 2026-03-02")
    return known.earliest


def parse_time(typed: str) -> time:
    """Return a time on the wall from `09:00`. Raises InvalidInput `time_unreadable`."""
    try:
        return time.fromisoformat(typed).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        raise InvalidInput("time_unreadable", "write it like 09:00") from None


ReferenceArgument = Annotated[
    str, typer.Argument(metavar="REFERENCE", help="The case, like 2026-000001-Z; dashes and small letters as you like.")
]
NumberArgument = Annotated[
    str, typer.Argument(metavar="NUMBER", help="The letter's outgoing number, like 2026-000001.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="For programs: one JSON document.")]
YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
ReasonOption = Annotated[str, typer.Option("--reason", prompt=True, help="Why; kept sealed. Asked for if not given.")]
DayOption = Annotated[
    date | None, typer.Option("--on", parser=parse_day, metavar="DAY", help="The day, if not today: 2026-03-02.")
]
CoordinatorOption = Annotated[str | None, typer.Option("--coordinator", metavar="STAFF", help="Whose case it is.")]


def known_date(help_text: str, *names: str) -> typer.models.OptionInfo:
    """Return an option for a date as far as it is known: a day, a month or a year."""
    option: typer.models.OptionInfo = typer.Option(*names, parser=parse_partial_date, metavar="DATE", help=help_text)
    return option


__all__ = [
    "CoordinatorOption",
    "DayOption",
    "JsonOption",
    "NumberArgument",
    "PartialDate",
    "ReasonOption",
    "ReferenceArgument",
    "YesOption",
    "known_date",
    "parse_day",
    "parse_time",
]
