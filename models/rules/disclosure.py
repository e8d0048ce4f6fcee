"""What one body may be told about a child: the allow-list, met with what is known and consented to."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from models.errors import RuleViolation
from models.statuses import Purpose


class Field(StrEnum):
    """Every fact about a case that a letter can carry; allow-lists and consents name these values."""

    CHILD_FAMILY_NAME = "child.family_name"
    CHILD_GIVEN_NAME = "child.given_name"
    CHILD_PATRONYMIC = "child.patronymic"
    CHILD_BIRTH_ON = "child.birth_on"
    CHILD_BIRTH_PLACE = "child.birth_place"
    CHILD_SEX = "child.sex"
    CHILD_CITIZENSHIP = "child.citizenship"
    CHILD_REGISTERED_ADDRESS = "child.registered_address"
    CHILD_LANGUAGES = "child.languages"
    CHILD_DISTINGUISHING_MARKS = "child.distinguishing_marks"
    CHILD_IDENTITY_DOCUMENT = "child.identity_document"
    CHILD_HEALTH = "child.health"
    CHILD_PHOTO_REFERENCE = "child.photo_reference"
    ALIASES = "aliases"
    PARENTS_MOTHER = "parents.mother"
    PARENTS_FATHER = "parents.father"
    SIBLINGS = "siblings"
    SEPARATION_ON = "separation.on"
    SEPARATION_PLACE = "separation.place"
    SEPARATION_CIRCUMSTANCES = "separation.circumstances"
    SEPARATION_LAST_CONTACT = "separation.last_contact"
    PERSONS_BELIEVED_RESPONSIBLE = "persons_believed_responsible"
    SEARCH_STEPS = "search_steps"
    REPORT_REFERENCES = "report_references"
    SIGHTING_COUNTRY = "sighting.country"
    SIGHTING_TERRITORY = "sighting.territory"
    SIGHTING_PLACE = "sighting.place"
    SIGHTING_SEEN_ON = "sighting.seen_on"
    SIGHTING_SOURCE = "sighting.source"
    SIGHTING_GRADE = "sighting.grade"
    REQUESTER_NAME = "requester.name"
    REQUESTER_RELATION = "requester.relation"
    REQUESTER_PHONE = "requester.phone"
    REQUESTER_ADDRESS = "requester.address"
    REQUESTER_EMAIL = "requester.email"
    REQUESTER_IDENTITY_CONFIDENTIAL = "requester.identity_confidential"
    CASE_STAGE = "case.stage"
    CASE_NEXT_ON = "case.next_on"
    ANNEXES = "annexes"
    CARD = "card"
    CASELOAD = "caseload"


_EVERY_BODY = "*"


@dataclass(frozen=True, slots=True)
class ConsentScope:
    """One consent: this body (`*` is every body), for this purpose, without the `withheld` fields, while it is valid.

    `withheld` is what the family keeps back from this body, for instance what must not reach a government to
    which the body transmits its letters. Both dates are inclusive of their first day: a consent withdrawn
    today no longer holds today, one that expires today no longer holds today.
    """

    body: str
    purpose: Purpose
    given_on: date
    withheld: frozenset[Field] = frozenset()
    withdrawn_on: date | None = None
    expires_on: date | None = None

    def covers(self, body: str, purpose: Purpose, on: date) -> bool:
        """Whether this consent lets `body` be written to for `purpose` on that day."""
        ends = [end for end in (self.withdrawn_on, self.expires_on) if end is not None]
        return (
            self.body in {body, _EVERY_BODY}
            and self.purpose is purpose
            and self.given_on <= on
            and all(on < end for end in ends)
        )


def disclosed_fields(  # noqa: PLR0913 - each argument is one fence, and none may have a default
    allow_list: frozenset[Field],
    known: frozenset[Field],
    consent: ConsentScope | None,
    *,
    body: str,
    purpose: Purpose,
    on: date,
) -> frozenset[Field]:
    """What may be unsealed for a letter to `body`: allowed, known, and not withheld by the consent.

    Raises RuleViolation `consent_missing` when no consent is given, or when the one given is for another body
    or purpose, is not yet or no longer valid. An empty allow-list discloses nothing.
    """
    if consent is None or not consent.covers(body, purpose, on):
        raise RuleViolation(
            "consent_missing",
            "record a consent for this body and purpose before a letter is drafted",
            body=body,
            purpose=purpose.value,
        )
    return (allow_list & known) - consent.withheld


def disclosed_without_consent(allow_list: frozenset[Field], known: frozenset[Field]) -> frozenset[Field]:
    """What may be unsealed for a letter to those whose own facts these are: the family that asked.

    Only for a body whose policy says that no consent is required.
    """
    return allow_list & known
