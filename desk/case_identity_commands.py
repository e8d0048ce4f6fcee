"""`dodomu case complete`, `correct` and `disappeared`: what an application left open, or had wrong."""

from collections.abc import Iterable, Iterator
from typing import Annotated, Any

import typer

from casework import facts
from desk.looking import follow
from desk.options import ReasonOption, ReferenceArgument
from desk.sitting import Sitting, sitting
from integrations.intake_templates import COLUMNS
from models.errors import InvalidInput
from models.rules.partial_dates import PartialDate, parse_partial_date

_SEPARATION = ("on", "place", "country", "circumstances", "last_contact")
_CHILD = (
    "family_name",
    "given_name",
    "patronymic",
    "birth_on",
    "birth_place",
    "sex",
    "citizenship",
    "registered_address",
    "languages",
    "distinguishing_marks",
    "identity_document",
    "health",
)
ColumnsArgument = Annotated[
    list[str],
    typer.Argument(metavar="COLUMN[=VALUE]...", help="As in the intake template; a value you leave out is asked for."),
]


def complete(reference: ReferenceArgument, columns: ColumnsArgument) -> None:
    """Fill in what is not known yet of who the child is, child.birth_on for one. What is known never changes."""
    with sitting() as at:
        values = dict(_told(at, "child", _CHILD, columns))
        facts.complete_identity(at.office, reference, now=at.now, actor=at.actor, **values)
        follow(at, reference)


def correct(reference: ReferenceArgument, columns: ColumnsArgument, reason: ReasonOption) -> None:
    """Correct when, where and how the child was parted, separation.on for one; clocks are planned anew."""
    with sitting() as at:
        values = dict(_told(at, "separation", _SEPARATION, columns))
        facts.correct_separation(at.office, reference, reason=reason, now=at.now, actor=at.actor, **values)
        follow(at, reference)


def disappeared(
    reference: ReferenceArgument,
    on: Annotated[
        PartialDate,
        typer.Argument(parser=parse_partial_date, metavar="DATE", help="As far as it is known: 2026-03-02, 2026-03."),
    ],
    reason: Annotated[str | None, typer.Option(help="Why, if one is on record already; kept sealed.")] = None,
) -> None:
    """Record since when nobody has heard of the child, if that is not since the separation."""
    with sitting() as at:
        facts.record_disappearance(at.office, reference, on, reason=reason, now=at.now, actor=at.actor)
        follow(at, reference)


def _told(at: Sitting, section: str, names: Iterable[str], columns: Iterable[str]) -> Iterator[tuple[str, Any]]:
    """Yield each column's name within its section, with its value; those without one are asked for."""
    possible = {f"{section}.{name}": name for name in names}
    for column in columns:
        title, has_value, value = column.partition("=")
        if title not in possible:
            raise InvalidInput("column_unknown", f"one of: {', '.join(possible)}")
        if not has_value:
            ukrainian, english, _ = COLUMNS[title]
            value = typer.prompt(english if at.language == "en" else ukrainian)
        yield possible[title], _parsed(possible[title], value.strip())


def _parsed(name: str, value: str) -> Any:
    match name:
        case "on" | "birth_on":
            return parse_partial_date(value)
        case "languages":
            return tuple(value.split())
        case "citizenship":
            return value.upper()
        case _:
            return value
