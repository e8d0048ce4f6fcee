"""`dodomu sighting`, `alias`, `consent`, `report`: what is known of the child, and who may be told."""

from datetime import date
from typing import Annotated

import typer

from casework.facts import (
    give_consent,
    record_alias,
    record_report,
    record_sighting,
    withdraw_alias,
    withdraw_consent,
    withdraw_sighting,
)
from casework.on_record import list_on_record
from desk.looking import follow
from desk.options import DayOption, PartialDate, ReasonOption, ReferenceArgument, known_date, parse_day
from desk.printing import say
from desk.recorded import full_id
from desk.sitting import sitting
from models.rules.disclosure import Field
from models.statuses import (
    Basis,
    InformationGrade,
    Purpose,
    ReportOffice,
    SourceGrade,
    SourceKind,
    Territory,
)

sighting_app = typer.Typer(no_args_is_help=True)
alias_app = typer.Typer(no_args_is_help=True)
consent_app = typer.Typer(no_args_is_help=True)
report_app = typer.Typer(no_args_is_help=True)

StatedOption = Annotated[
    date | None, typer.Option("--stated-on", parser=parse_day, metavar="DAY", help="When the source said so; today.")
]
NoteOption = Annotated[str | None, typer.Option(help="What else there is to say; kept sealed.")]


@sighting_app.command("add")
def add_sighting(
    reference: ReferenceArgument,
    *,
    country: Annotated[str, typer.Option(help="Two letters: UA, RU, BY, KP …")],
    territory: Annotated[Territory, typer.Option(help="Who controls the place.")],
    source_kind: Annotated[SourceKind, typer.Option(help="What kind of source.")],
    source_grade: Annotated[SourceGrade, typer.Option(help="A completely reliable … E unreliable, F unknown.")],
    information_grade: Annotated[InformationGrade, typer.Option(help="1 confirmed … 5 improbable, 6 unknown.")],
    place: Annotated[str, typer.Option(prompt=True, help="Where; kept sealed. Asked for if not given.")],
    source: Annotated[str, typer.Option(prompt=True, help="Who says so; kept sealed. Asked for if not given.")],
    seen_on: Annotated[PartialDate | None, known_date("When the child was there, if the source says.")] = None,
    stated_on: StatedOption = None,
    note: NoteOption = None,
) -> None:
    """Record where the child was, according to whom."""
    with sitting() as at:
        sighting = record_sighting(
            at.office,
            reference,
            stated_on=stated_on or at.today,
            place=place,
            source=source,
            country=country,
            territory=territory,
            source_kind=source_kind,
            source_grade=source_grade,
            information_grade=information_grade,
            seen_on=seen_on,
            note=note,
            now=at.now,
            actor=at.actor,
        )
        say(at.say("recorded_as", id=sighting))
        follow(at, reference)


@sighting_app.command("withdraw")
def take_sighting_back(
    reference: ReferenceArgument,
    sighting: Annotated[str, typer.Argument(help="Its id, or the beginning of it, as `case show` lists it.")],
    reason: ReasonOption,
) -> None:
    """Take back a sighting that was mistyped or has proved wrong; it stays on record as withdrawn."""
    with sitting() as at:
        known = [each.id for each in list_on_record(at.office, reference).sightings]
        withdraw_sighting(at.office, reference, full_id(known, sighting), reason=reason, now=at.now, actor=at.actor)
        follow(at, reference)


@alias_app.command("add")
def add_alias(
    reference: ReferenceArgument,
    name: Annotated[str, typer.Option(prompt=True, help="The claimed full name; kept sealed. Asked for if not given.")],
    birth_on: Annotated[PartialDate | None, known_date("The claimed birth date.")] = None,
    citizenship: Annotated[str | None, typer.Option(help="The claimed citizenship: two letters.")] = None,
    note: NoteOption = None,
) -> None:
    """Record an identity that somebody gave the child; the original one is not touched."""
    with sitting() as at:
        alias = record_alias(
            at.office,
            reference,
            full_name=name,
            birth_on=birth_on,
            citizenship=citizenship,
            note=note,
            now=at.now,
            actor=at.actor,
        )
        say(at.say("recorded_as", id=alias))
        follow(at, reference)


@alias_app.command("withdraw")
def take_alias_back(
    reference: ReferenceArgument,
    alias: Annotated[str, typer.Argument(help="Its id, or the beginning of it, as `case show` lists it.")],
    reason: ReasonOption,
) -> None:
    """Take back an alias that was mistyped."""
    with sitting() as at:
        known = list_on_record(at.office, reference).aliases
        withdraw_alias(at.office, reference, full_id(known, alias), reason=reason, now=at.now, actor=at.actor)
        follow(at, reference)


@consent_app.command("give")
def give(
    reference: ReferenceArgument,
    *,
    body: Annotated[str, typer.Option(help="Who may be told, as in `dodomu policy show bodies`; * for any.")],
    purpose: Annotated[Purpose, typer.Option(help="For what.")],
    given_by: Annotated[Basis, typer.Option(help="Who consents.")],
    on: DayOption = None,
    withheld: Annotated[list[Field] | None, typer.Option(help="A field that this body is not told; repeat.")] = None,
) -> None:
    """Record a consent for one body and one purpose."""
    with sitting() as at:
        consent = give_consent(
            at.office,
            reference,
            body=body,
            purpose=purpose,
            given_on=on or at.today,
            given_by=given_by,
            withheld=withheld or (),
            now=at.now,
            actor=at.actor,
        )
        say(at.say("recorded_as", id=consent))
        follow(at, reference)


@consent_app.command("withdraw")
def take_consent_back(
    reference: ReferenceArgument,
    consent: Annotated[str, typer.Argument(help="Its id, or the beginning of it, as `case show` lists it.")],
    on: DayOption = None,
) -> None:
    """Record that a consent holds no more; letters that rest on it do not leave."""
    with sitting() as at:
        known = [each.id for each in list_on_record(at.office, reference).consents]
        withdraw_consent(
            at.office,
            reference,
            full_id(known, consent),
            withdrawn_on=on or at.today,
            now=at.now,
            actor=at.actor,
        )
        follow(at, reference)


@report_app.command("add")
def add_report(
    reference: ReferenceArgument,
    office: Annotated[ReportOffice, typer.Option(help="Where the disappearance is on record.")],
    number: Annotated[str, typer.Option(prompt=True, help="Its number there; kept sealed. Asked for if not given.")],
    on: DayOption = None,
) -> None:
    """Record the number under which an office has the disappearance on record."""
    with sitting() as at:
        record_report(
            at.office, reference, report_office=office, number=number, reported_on=on, now=at.now, actor=at.actor
        )
        follow(at, reference)
