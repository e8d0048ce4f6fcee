"""What is known of the search, as far as one letter may say it: sightings, reports, letters already sent."""

from collections.abc import Iterator
from datetime import date

from casework.case_file import CaseFile
from casework.letter_material import LetterMaterial
from casework.letter_recipients import FAMILY
from models.records import LetterRecord, SightingRecord
from models.rules.disclosure import Field
from models.rules.letter_policy import Body, Tone
from models.rules.partial_dates import PartialDate
from models.rules.policy import Policy
from models.schemas.letters import ReportReference, SearchStep, Sighting, SightingGrade
from models.schemas.sealed import ReportNumber, SightingDetails
from models.statuses import Precision

_WHERE = frozenset({Field.SIGHTING_COUNTRY, Field.SIGHTING_PLACE})


def list_sightings(file: CaseFile, material: LetterMaterial, disclosed: frozenset[Field]) -> Iterator[Sighting]:
    """Yield the sightings that stand, the newest first; none where neither country nor place may be told."""
    if not disclosed & _WHERE:
        return
    for record in sorted(material.sightings, key=_newness, reverse=True):
        yield _sighting(file, record, disclosed)


def list_reports(file: CaseFile, material: LetterMaterial, disclosed: frozenset[Field]) -> Iterator[ReportReference]:
    """Yield where the disappearance is on record."""
    if Field.REPORT_REFERENCES not in disclosed:
        return
    for record in material.reports:
        number = file.open("reports", "sealed_number", record.id, ReportNumber, record.sealed_number)
        yield ReportReference(office=record.office, number=number.number, reported_on=number.reported_on)


def list_search_steps(
    file: CaseFile, material: LetterMaterial, disclosed: frozenset[Field], letter: LetterRecord, language: str
) -> Iterator[SearchStep]:
    """Yield the letters that other bodies have taken, the oldest first; those to the family are no search.

    A request to a body of a category that letters of this tone keep silent about is left out.
    """
    if Field.SEARCH_STEPS not in disclosed:
        return
    policy = file.office.policy
    tone = policy.get_kind(letter.kind).tone
    for sent in material.taken:
        body = policy.get_body(sent.body)
        if sent.taken_on is None or body.id == letter.body or not _is_told_of(policy, body, tone):
            continue
        name = body.name.get(language, body.name["uk"])
        yield SearchStep(taken_on=sent.taken_on, body_name=name, outcome=sent.state)


def _is_told_of(policy: Policy, body: Body, tone: Tone) -> bool:
    category = policy.find_category(body.category)
    return body.category != FAMILY and (category is None or tone not in category.unmentioned_in)


def _newness(record: SightingRecord) -> tuple[date, date, str]:
    return record.seen_on or record.stated_on, record.stated_on, record.id


def _sighting(file: CaseFile, record: SightingRecord, disclosed: frozenset[Field]) -> Sighting:
    place = None
    if Field.SIGHTING_PLACE in disclosed:
        place = file.open("sightings", "sealed_details", record.id, SightingDetails, record.sealed_details).place
    return Sighting(
        country=record.country if Field.SIGHTING_COUNTRY in disclosed else None,
        territory=record.territory if Field.SIGHTING_TERRITORY in disclosed else None,
        place=place,
        seen_on=_seen_on(record) if Field.SIGHTING_SEEN_ON in disclosed else None,
        source=record.source_kind if Field.SIGHTING_SOURCE in disclosed else None,
        grade=_grade(record) if Field.SIGHTING_GRADE in disclosed else None,
    )


def _seen_on(record: SightingRecord) -> PartialDate | None:
    if record.seen_on is None:
        return None
    return PartialDate(record.seen_on, record.seen_precision or Precision.DAY)


def _grade(record: SightingRecord) -> SightingGrade:
    return SightingGrade(source=record.source_grade, information=record.information_grade)
