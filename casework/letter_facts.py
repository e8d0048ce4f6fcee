"""What a letter may say: unseals only the fields that consent, allow-list and template leave over.

A sealed group is opened only when one of its fields is to be disclosed, and nothing else of it goes on from here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

from casework.case_file import CaseFile
from casework.letter_consents import consent_scope, standing_consents
from casework.letter_identity import list_aliases, list_siblings, open_identity
from casework.letter_material import LetterMaterial, load_material
from casework.letter_recipients import find_requester, open_relative, recipient_of
from casework.letter_search import list_reports, list_search_steps, list_sightings
from integrations.letter_words import LetterWords
from models.errors import RuleViolation
from models.records import ConsentRecord, LetterRecord
from models.rules.disclosure import Field, disclosed_fields, disclosed_without_consent
from models.rules.letterheads import letterhead_on
from models.rules.partial_dates import PartialDate
from models.rules.policy import Body as BodyRule
from models.rules.policy import LetterKind
from models.rules.terms import Term, TermUnit, last_day
from models.schemas.letters import Body, CaseProgress, LetterFacts, LetterHead, Office, Requester, Separation
from models.schemas.sealed import Circumstances, Recipient
from models.statuses import Basis, Precision, Purpose

Procedure = Literal["urgent", "standard"]
_URGENT_FOR = Term(3, TermUnit.MONTHS)
_CIRCUMSTANCES = frozenset(
    {
        Field.SEPARATION_ON,
        Field.SEPARATION_PLACE,
        Field.SEPARATION_CIRCUMSTANCES,
        Field.SEPARATION_LAST_CONTACT,
        Field.PERSONS_BELIEVED_RESPONSIBLE,
    }
)
_REQUESTER = frozenset(field for field in Field if field.value.startswith("requester."))


@dataclass(frozen=True, slots=True)
class Gathered:
    """A letter's facts with what they rest on; the recipient is as it stands today."""

    facts: LetterFacts
    recipient: Recipient
    consent: ConsentRecord | None


def gather_facts(file: CaseFile, letter: LetterRecord, material: LetterMaterial | None = None) -> Gathered:
    """Gather what a letter dated today says, from `material` or else from what is on record now.

    Raises RuleViolation `consent_missing`, `recipient_missing`, `urgent_procedure_over`.
    """
    policy = file.office.policy
    kind = policy.get_kind(letter.kind)
    body = policy.get_body(letter.body)
    material = material or load_material(file.session, [file.case])[file.case.id]
    consents = _consents(file, material, body, letter.purpose)
    consent = consents[0] if consents else None
    disclosed = _disclosed(file, letter, body, consents)
    recipient = recipient_of(file, letter, material.relatives)
    facts = LetterFacts(
        letter=_head(file, letter, kind, consent),
        body=_body(body, letter.language, recipient),
        office=office_lines(file, letter.language),
        disclosed=disclosed,
        sightings=tuple(list_sightings(file, material, disclosed)),
        search_steps=tuple(list_search_steps(file, material, disclosed, letter)),
        report_references=tuple(list_reports(file, material, disclosed)),
        aliases=tuple(list_aliases(file, material, disclosed)),
        siblings=tuple(list_siblings(file, material, disclosed, body, letter.purpose)),
        requester=_requester(file, material, disclosed),
        case=_progress(file, disclosed),
        **_identity_and_separation(file, disclosed, letter.language),
    )
    return Gathered(facts, recipient, consent)


def check_procedure(file: CaseFile, procedure: str | None, kind: str, language: str) -> None:
    """Refuse a procedure that a kind of letter does not have or whose time is over.

    Raises RuleViolation `procedure_not_for_this_letter`, `urgent_procedure_over`.
    """
    if procedure is None:
        return
    if "letter.procedure" not in file.office.templates.paths_named(kind, language):
        raise RuleViolation("procedure_not_for_this_letter", "leave the procedure out", kind=kind)
    if procedure == "urgent" and not _is_recent(file, file.today):
        raise RuleViolation(
            "urgent_procedure_over",
            "urgent is for a separation within three months whose day is known; choose the standard procedure",
            reference=file.reference,
        )


def letter_head(file: CaseFile, letter: LetterRecord, dated_on: date) -> LetterHead:
    """Return what an approved letter's cover mail says about it."""
    return LetterHead(
        outgoing_number=letter.number,
        dated_on=dated_on,
        our_reference=file.reference,
        kind=letter.kind,
        purpose=letter.purpose,
        language=letter.language,
    )


def office_lines(file: CaseFile, language: str) -> Office:
    """Return the office that writes, as today's letterhead has it, and if need be the address replies go to."""
    head, settings = letterhead_on(file.office.policy, file.today), file.office.settings
    return Office(
        name=head.name[language],
        letterhead_lines=head.lines[language],
        signatory_function=head.signatory_function[language],
        signatory_name=head.signatory_name.get(language),
        contact_phone=head.phone,
        contact_email=head.mail or settings.reply_mail or settings.mail_from,
        contact_hours=head.hours.get(language),
    )


def _head(file: CaseFile, letter: LetterRecord, kind: LetterKind, consent: ConsentRecord | None) -> LetterHead:
    check_procedure(file, letter.procedure, kind.id, letter.language)
    head = letter_head(file, letter, file.today)
    chosen = letter.procedure or ("urgent" if _is_recent(file, file.today) else "standard")
    takes_one = "letter.procedure" in file.office.templates.paths_named(kind.id, letter.language)
    procedure = cast("Procedure", chosen) if takes_one else None
    return head.model_copy(
        update={"procedure": procedure, "consent_given_on": None if consent is None else consent.given_on}
    )


def _is_recent(file: CaseFile, day: date) -> bool:
    case = file.case
    if case.separation_on is None or case.separation_precision is not Precision.DAY:
        return False
    return day <= last_day(case.separation_on, _URGENT_FOR)


def _consents(file: CaseFile, material: LetterMaterial, body: BodyRule, purpose: Purpose) -> Sequence[ConsentRecord]:
    if not body.consent_required:
        return ()
    return standing_consents(file.case, material.consents, body.id, purpose, file.today)


def _disclosed(
    file: CaseFile, letter: LetterRecord, body: BodyRule, consents: Sequence[ConsentRecord]
) -> frozenset[Field]:
    """Return what may be unsealed: allowed, known, consented to, and printed by the template at all."""
    known = frozenset(Field)  # what is not known is absent from what is opened, and so from the facts
    allow = frozenset(body.allow)
    if body.consent_required:
        scope = consent_scope(consents)
        fields = disclosed_fields(allow, known, scope, body=body.id, purpose=letter.purpose, on=file.today)
    else:
        fields = disclosed_without_consent(allow, known)
    return fields & file.office.templates.fields_named(letter.kind, letter.language)


def _body(body: BodyRule, language: str, recipient: Recipient) -> Body:
    return Body(
        name=body.name.get(language, body.name["uk"]),
        address_lines=recipient.lines,
        salutation=body.salutation.get(language),
    )


def _identity_and_separation(file: CaseFile, disclosed: frozenset[Field], language: str) -> dict[str, Any]:
    identity = open_identity(file, disclosed)
    circumstances = _open_circumstances(file, disclosed)
    told = circumstances.separation
    return {
        "child": identity.child,
        "parents": identity.parents,
        "separation": Separation(
            on=_separation_on(file, told) if Field.SEPARATION_ON in disclosed else None,
            place=told.place if Field.SEPARATION_PLACE in disclosed else None,
            circumstances=told.circumstances if Field.SEPARATION_CIRCUMSTANCES in disclosed else None,
            last_contact=_last_contact(file, circumstances, language)
            if Field.SEPARATION_LAST_CONTACT in disclosed
            else None,
        ),
        "persons_believed_responsible": (
            circumstances.persons_believed_responsible if Field.PERSONS_BELIEVED_RESPONSIBLE in disclosed else None
        ),
    }


def _open_circumstances(file: CaseFile, disclosed: frozenset[Field]) -> Circumstances:
    sealed = file.case.sealed_circumstances
    if sealed is None or not disclosed & _CIRCUMSTANCES:
        return Circumstances()
    return file.open("cases", "sealed_circumstances", file.reference, Circumstances, sealed)


def _separation_on(file: CaseFile, told: Separation) -> PartialDate | None:
    if file.case.separation_on is None:
        return told.on
    return PartialDate(file.case.separation_on, file.case.separation_precision or Precision.DAY)


def _last_contact(file: CaseFile, circumstances: Circumstances, language: str) -> str | None:
    """Return what was said of the last contact; where only its day is known, the day in the letter's language."""
    told, on = circumstances.separation.last_contact, circumstances.last_contact_on
    if told is not None or on is None:
        return told
    return _words(language, file.office.settings.templates_folder).day(on)


@cache
def _words(language: str, templates: Path) -> LetterWords:
    return LetterWords(language, templates / "letters" / "_words")


def _requester(file: CaseFile, material: LetterMaterial, disclosed: frozenset[Field]) -> Requester:
    record = find_requester(material.relatives) if disclosed & _REQUESTER else None
    if record is None:
        return Requester()
    details = open_relative(file, record)
    basis: Basis | None = file.case.requester_basis or record.basis
    told = {
        Field.REQUESTER_NAME: details.name,
        Field.REQUESTER_RELATION: basis,
        Field.REQUESTER_PHONE: details.phone,
        Field.REQUESTER_ADDRESS: details.address,
        Field.REQUESTER_EMAIL: details.email,
        Field.REQUESTER_IDENTITY_CONFIDENTIAL: details.identity_confidential or None,
    }
    return Requester.model_validate(dict(_only(told, disclosed)))


def _progress(file: CaseFile, disclosed: frozenset[Field]) -> CaseProgress:
    # No promise of a next letter: no clock of the policy stands behind one.
    return CaseProgress(stage=file.case.stage if Field.CASE_STAGE in disclosed else None)


def _only(told: dict[Field, Any], disclosed: frozenset[Field]) -> Iterator[tuple[str, Any]]:
    """Yield the disclosed values under their names within their group."""
    for field, value in told.items():
        if field in disclosed:
            yield field.value.partition(".")[2], value
