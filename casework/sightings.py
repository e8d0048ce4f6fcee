"""Where the child has been seen, and under which claimed identities."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import func, select

from casework.case_file import CaseFile, open_case
from casework.office import Office
from casework.recording import (
    check_country,
    check_past,
    get_own,
    learn,
    require_worked_on,
    unlearn,
    whole,
)
from casework.typed_words import check_reason, make_sealed
from integrations.prepared import AmongIds, PreparedRecords
from models.errors import InvalidInput, RuleViolation
from models.records import AliasRecord, Case, SightingRecord
from models.records.base import new_id
from models.rules.disclosure import Field
from models.rules.partial_dates import PartialDate
from models.schemas.sealed import AliasDetails, SightingDetails
from models.statuses import InformationGrade, SourceGrade, SourceKind, Territory

_TERRITORIES = {
    "UA": frozenset({Territory.GOVERNMENT_CONTROLLED, Territory.OCCUPIED}),
    "RU": frozenset({Territory.RUSSIA}),
    "BY": frozenset({Territory.BELARUS}),
    "KP": frozenset({Territory.DPRK}),
}
_ELSEWHERE = frozenset({Territory.SAFE_THIRD_COUNTRY, Territory.OTHER})
_SIGHTING_FIELDS = (
    Field.SIGHTING_COUNTRY,
    Field.SIGHTING_TERRITORY,
    Field.SIGHTING_PLACE,
    Field.SIGHTING_SOURCE,
    Field.SIGHTING_GRADE,
    Field.SIGHTING_SEEN_ON,
)
_OF_CASE = PreparedRecords(SightingRecord, lambda sightings: sightings.where(AmongIds(SightingRecord.case_id)))
_NOT_WORDS = re.compile(r"[\W_]+")


def record_sighting(  # noqa: PLR0913 - a claim is worth as much as what is known of it, each thing named
    office: Office,
    reference: str,
    *,
    stated_on: date,
    place: str,
    source: str,
    country: str,
    territory: Territory,
    source_kind: SourceKind,
    source_grade: SourceGrade,
    information_grade: InformationGrade,
    seen_on: date | PartialDate | None = None,
    note: str | None = None,
    now: datetime,
    actor: str,
) -> str:
    """Record that a source stated on a day that the child was at a place; return the sighting's id.

    `seen_on` is None when the source does not say when; a month or a year counts from its first day.
    Raises InvalidInput `date_in_future`, `seen_after_stated`, `country_unknown`, `territory_contradicts_country`.
    """
    seen = whole(seen_on)
    code = check_country(country)
    check_territory(code, territory)
    details = make_sealed(SightingDetails, place=place, source=source, note=note)
    with open_case(office, reference, now, actor) as file:
        _check_sighting(file, seen, stated_on)
        earlier = _sightings(file)
        source_no, place_no = _numbers(file, earlier, details)
        row = new_id()
        sighting = SightingRecord(
            id=row,
            case_id=file.case.id,
            seen_on=seen.earliest if seen else None,
            seen_precision=seen.precision if seen else None,
            stated_on=stated_on,
            country=code,
            territory=territory,
            source_kind=source_kind,
            source_grade=source_grade,
            information_grade=information_grade,
            source_no=source_no,
            place_no=place_no,
            recorded_at=now,
            recorded_by=actor,
            sealed_details=file.seal("sightings", "sealed_details", row, details),
        )
        file.session.add(sighting)
        _keep_known(file.case, [sighting, *(each for each in earlier if not each.withdrawn)])
        file.journal("sighting_recorded", {"sighting": row})
    return row


def withdraw_sighting(  # noqa: PLR0913 - case, sighting, reason, moment and name
    office: Office, reference: str, sighting_id: str, *, reason: str, now: datetime, actor: str
) -> None:
    """Take back a sighting that was mistyped or has proved wrong; it stays on record as withdrawn.

    Raises NotFound `sighting_not_found`, RuleViolation `sighting_already_withdrawn`.
    """
    with open_case(office, reference, now, actor) as file:
        require_worked_on(file)
        sighting = get_own(file, SightingRecord, sighting_id, "sighting")
        if sighting.withdrawn:
            raise RuleViolation("sighting_already_withdrawn", sighting=sighting_id)
        sighting.withdrawn = True
        _keep_known(file.case, [each for each in _sightings(file) if not each.withdrawn])
        file.journal("sighting_withdrawn", {"sighting": sighting_id}, words=check_reason(reason))


def record_alias(  # noqa: PLR0913 - as for a sighting
    office: Office,
    reference: str,
    *,
    full_name: str,
    birth_on: date | PartialDate | None = None,
    citizenship: str | None = None,
    note: str | None = None,
    now: datetime,
    actor: str,
) -> str:
    """Record an identity that somebody gave the child; return its id. The original identity is not touched.

    Raises InvalidInput `date_in_future`, `country_unknown`.
    """
    born = whole(birth_on)
    country = check_country(citizenship) if citizenship else None
    details = make_sealed(AliasDetails, full_name=full_name, birth_on=born, citizenship=country, note=note)
    with open_case(office, reference, now, actor) as file:
        require_worked_on(file)
        if born is not None:
            check_past(born.earliest, file.today, "birth_on")
        row = new_id()
        sealed = file.seal("aliases", "sealed_details", row, details)
        file.session.add(AliasRecord(id=row, case_id=file.case.id, recorded_at=now, sealed_details=sealed))
        learn(file.case, Field.ALIASES)
        file.journal("alias_recorded", {"alias": row})
    return row


def withdraw_alias(  # noqa: PLR0913 - case, alias, reason, moment and name
    office: Office, reference: str, alias_id: str, *, reason: str, now: datetime, actor: str
) -> None:
    """Delete an alias that was mistyped. Raises NotFound `alias_not_found`."""
    with open_case(office, reference, now, actor) as file:
        require_worked_on(file)
        file.session.delete(get_own(file, AliasRecord, alias_id, "alias"))
        if not file.session.scalar(select(func.count()).where(AliasRecord.case_id == file.case.id)):
            unlearn(file.case, Field.ALIASES)
        file.journal("alias_withdrawn", {"alias": alias_id}, words=check_reason(reason))


def check_territory(country: str, territory: Territory) -> None:
    """Refuse a territory that does not lie in the country. Raises InvalidInput `territory_contradicts_country`."""
    possible = _TERRITORIES.get(country, _ELSEWHERE)
    if territory not in possible:
        advice = f"in {country} it is one of: {', '.join(sorted(possible))}"
        raise InvalidInput("territory_contradicts_country", advice, country=country, territory=territory.value)


def _check_sighting(file: CaseFile, seen: PartialDate | None, stated_on: date) -> None:
    require_worked_on(file)
    check_past(stated_on, file.today, "stated_on")
    if seen is not None and seen.earliest > stated_on:
        raise InvalidInput("seen_after_stated", "nobody states what has yet to happen; look at both dates")


def _sightings(file: CaseFile) -> Sequence[SightingRecord]:
    return _OF_CASE.list(file.session, ids=[file.case.id])


def _numbers(file: CaseFile, earlier: Sequence[SightingRecord], details: SightingDetails) -> tuple[int, int]:
    """Return the numbers of the source and the place: those of an earlier sighting that names the same, or the next."""
    opened = [
        (each, file.open("sightings", "sealed_details", each.id, SightingDetails, each.sealed_details))
        for each in earlier
    ]
    sources = {_spelling(said.source): each.source_no for each, said in opened}
    places = {_spelling(said.place): each.place_no for each, said in opened}
    return _number(sources, details.source), _number(places, details.place)


def _number(numbers: Mapping[str, int], text: str) -> int:
    return numbers.get(_spelling(text), max(numbers.values(), default=0) + 1)


def _spelling(text: str) -> str:
    """Return a text without what people type differently: capitals, punctuation, blanks."""
    return _NOT_WORDS.sub(" ", unicodedata.normalize("NFC", text).casefold()).strip()


def _keep_known(case: Case, standing: Sequence[SightingRecord]) -> None:
    """Note what the sightings that stand tell: a place and its source, and perhaps a day."""
    unlearn(case, *_SIGHTING_FIELDS)
    if standing:
        learn(case, *_SIGHTING_FIELDS)
    if all(each.seen_on is None for each in standing):
        unlearn(case, Field.SIGHTING_SEEN_ON)
