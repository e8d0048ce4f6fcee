"""What a letter may say: unseals only the fields that consent, allow-list and template leave over.

A sealed group is opened only when one of its fields is to be disclosed, and nothing else of it goes on from here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, cast

from casework.case_file import CaseFile
from casework.letter_aggregates import count_caseload
from casework.letter_annex_rows import fingerprints_of, tell_annexes
from casework.letter_card import card_of
from casework.letter_children import list_child
from casework.letter_circumstances import open_circumstances, separation_told
from casework.letter_consents import consent_scope, standing_consents
from casework.letter_earlier import earlier_and_reply
from casework.letter_identity import list_aliases, list_siblings, open_identity
from casework.letter_material import LetterMaterial, load_material
from casework.letter_recipients import find_requester, open_relative, recipient_of
from casework.letter_search import list_reports, list_search_steps, list_sightings
from models.errors import RuleViolation
from models.records import ConsentRecord, LetterRecord
from models.rules.disclosure import Field, disclosed_fields, disclosed_without_consent
from models.rules.letter_conditions import is_urgent, needs_consent
from models.rules.letter_policy import Body as BodyRule
from models.rules.letter_policy import LetterKind
from models.rules.letterheads import letterhead_on
from models.schemas.letter_fields import fields_listed, lists_children
from models.schemas.letters import Body, CaseProgress, LetterFacts, LetterHead, ListedChild, Office, Requester
from models.schemas.sealed import Recipient

Procedure = Literal["urgent", "standard"]
_REQUESTER = frozenset(field for field in Field if field.value.startswith("requester."))


@dataclass(frozen=True, slots=True)
class ChildOnLetter:
    """What of one child a letter carries, and the consent of the child's own case that it rests on."""

    file: CaseFile
    carried: frozenset[Field]
    consent: ConsentRecord | None


@dataclass(frozen=True, slots=True)
class Gathered:
    """A letter's facts with what they rest on; the recipient is as it stands today.

    `children` has one entry a child, the case the letter is filed under first.
    """

    facts: LetterFacts
    recipient: Recipient
    children: tuple[ChildOnLetter, ...]

    @property
    def consent(self) -> ConsentRecord | None:
        """The consent of the case the letter is filed under."""
        return self.children[0].consent


@dataclass(frozen=True, slots=True)
class _Writing:
    """A letter as it is to be written: its kind and body, in the language it goes out in or in a reading copy's."""

    letter: LetterRecord
    kind: LetterKind
    body: BodyRule
    language: str
    paths: frozenset[str]
    fields: frozenset[Field]


def gather_facts(
    file: CaseFile, letter: LetterRecord, material: LetterMaterial | None = None, *, copy_in: str | None = None
) -> Gathered:
    """Gather what a letter dated today says, from `material` or else from what is on record now.

    With `copy_in` a reading copy in that language. Raises RuleViolation `consent_missing`, `recipient_missing`,
    `urgent_procedure_over`, `child_erased`, `letter_carries_one_child`, `annexes_not_allowed`.
    """
    writing = _writing(file, letter, copy_in)
    materials = _materials(file, letter, material)
    own = materials[file.case.id]
    consents = {each.case.id: _consents(each, materials[each.case.id], writing) for each in file.everybody}
    disclosed = {each.case.id: _disclosed(each, writing, consents[each.case.id]) for each in file.everybody}
    listed = _listed(file, writing, materials, disclosed) if letter.children > 1 else ()
    annexes = [each for each in own.annexes if each.letter_id == letter.id]
    recipient = recipient_of(file, letter, own.relatives)
    facts = LetterFacts(
        letter=_head(file, writing, own, consents[file.case.id]),
        body=_body(writing, recipient),
        office=office_lines(file, writing.language),
        disclosed=disclosed[file.case.id],
        children=listed,
        annexes=tell_annexes(file, annexes, disclosed[file.case.id]),
        **_about_the_case(file, writing, own, disclosed[file.case.id]),
    )
    # What the letter says outside its list, it says of the case it is filed under.
    carried = [facts.fields_present(), *(each.fields_present() for each in listed[1:])]
    children = (
        ChildOnLetter(each, fields, next(iter(consents[each.case.id]), None))
        for each, fields in zip(file.everybody, carried, strict=True)
    )
    return Gathered(facts, recipient.model_copy(update={"annexes": fingerprints_of(annexes)}), tuple(children))


def list_disclosed(file: CaseFile, letter: LetterRecord) -> frozenset[Field]:
    """List the fields that a letter may tell of the case it is filed under, whether they are known or not."""
    writing = _writing(file, letter, None)
    material = load_material(file.session, [file.case])[file.case.id]
    return _disclosed(file, writing, _consents(file, material, writing))


def _writing(file: CaseFile, letter: LetterRecord, copy_in: str | None) -> _Writing:
    policy, templates = file.office.policy, file.office.templates
    language = copy_in or letter.language
    return _Writing(
        letter=letter,
        kind=policy.get_kind(letter.kind),
        body=policy.get_body(letter.body),
        language=language,
        paths=templates.paths_named(letter.kind, language),
        fields=templates.fields_named(letter.kind, language),
    )


def _materials(file: CaseFile, letter: LetterRecord, material: LetterMaterial | None) -> dict[int, LetterMaterial]:
    if len(file.everybody) < letter.children:
        raise RuleViolation("child_erased", "draft a new letter without that child", letter=letter.number)
    if material is not None and letter.children == 1:
        return {file.case.id: material}
    return load_material(file.session, [each.case for each in file.everybody])


def _listed(
    file: CaseFile,
    writing: _Writing,
    materials: Mapping[int, LetterMaterial],
    disclosed: Mapping[int, frozenset[Field]],
) -> tuple[ListedChild, ...]:
    fields = fields_listed(writing.paths)
    if not lists_children(writing.paths):
        raise RuleViolation("letter_carries_one_child", "write one letter a child", kind=writing.kind.id)
    return tuple(
        list_child(each, materials[each.case.id], disclosed[each.case.id] & fields, writing.language)
        for each in file.everybody
    )


def _about_the_case(
    file: CaseFile, writing: _Writing, material: LetterMaterial, disclosed: frozenset[Field]
) -> dict[str, Any]:
    letter = writing.letter
    known = frozenset(Field(name) for name in file.case.known)
    return {
        "sightings": tuple(list_sightings(file, material, disclosed)),
        "search_steps": tuple(list_search_steps(file, material, disclosed, letter, writing.language)),
        "report_references": tuple(list_reports(file, material, disclosed)),
        "aliases": tuple(list_aliases(file, material, disclosed)),
        "siblings": tuple(list_siblings(file, material, disclosed, writing.body, letter.purpose)),
        "requester": _requester(file, material, disclosed),
        "case": _progress(file, disclosed),
        "card": card_of(known, disclosed) if Field.CARD in disclosed else None,
        "caseload": count_caseload(file.session, file.today) if Field.CASELOAD in disclosed else None,
        **_identity_and_separation(file, disclosed, writing.language),
    }


def check_procedure(file: CaseFile, procedure: str | None, kind: str, language: str) -> None:
    """Refuse a procedure that a kind of letter does not have or whose time is over.

    Raises RuleViolation `procedure_not_for_this_letter`, `urgent_procedure_over`.
    """
    if procedure is None:
        return
    if "letter.procedure" not in file.office.templates.paths_named(kind, language):
        raise RuleViolation("procedure_not_for_this_letter", "leave the procedure out", kind=kind)
    rule = file.office.policy.get_kind(kind)
    if procedure == "urgent" and rule.urgent_within is not None and not _is_urgent(file, rule):
        raise RuleViolation(
            "urgent_procedure_over",
            "the separation is too long ago, or its day not known; choose the standard procedure",
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


def _head(file: CaseFile, writing: _Writing, material: LetterMaterial, consents: Sequence[ConsentRecord]) -> LetterHead:
    letter, kind = writing.letter, writing.kind
    check_procedure(file, letter.procedure, kind.id, writing.language)
    chosen = letter.procedure or ("urgent" if _is_urgent(file, kind) else "standard")
    told = {
        "procedure": cast("Procedure", chosen) if "letter.procedure" in writing.paths else None,
        "consent_given_on": consents[0].given_on if consents else None,
        "sent_in": None if writing.language == letter.language else letter.language,
        "language": writing.language,
        **earlier_and_reply(file, letter, material, writing.language),
    }
    if Field.CASELOAD in writing.fields:
        # About no single child: the case that made somebody write is nobody's business outside.
        told["our_reference"] = None
    return letter_head(file, letter, file.today).model_copy(update=told)


def _is_urgent(file: CaseFile, kind: LetterKind) -> bool:
    case = file.case
    parted = (case.separation_on, case.separation_precision)
    known = parted if case.disappeared_on is None else (case.disappeared_on, case.disappeared_precision)
    return is_urgent(kind, *known, file.today)


def _consents(file: CaseFile, material: LetterMaterial, writing: _Writing) -> Sequence[ConsentRecord]:
    if not needs_consent(writing.kind, writing.body):
        return ()
    return standing_consents(file.case, material.consents, writing.body, writing.letter.purpose, file.today)


def _disclosed(file: CaseFile, writing: _Writing, consents: Sequence[ConsentRecord]) -> frozenset[Field]:
    """Return what may be unsealed: allowed, known, consented to, and printed by the template at all."""
    known = frozenset(Field)  # what is not known is absent from what is opened, and so from the facts
    body = writing.body
    allow = frozenset(body.allow)
    if needs_consent(writing.kind, body):
        scope = consent_scope(consents)
        fields = disclosed_fields(allow, known, scope, body=body.id, purpose=writing.letter.purpose, on=file.today)
    else:
        fields = disclosed_without_consent(allow, known)
    return fields & writing.fields


def _body(writing: _Writing, recipient: Recipient) -> Body:
    body, language = writing.body, writing.language
    return Body(
        name=body.name.get(language, body.name["uk"]),
        address_lines=recipient.lines,
        salutation=body.salutation.get(language),
        through=body.through.get(language),
    )


def _identity_and_separation(file: CaseFile, disclosed: frozenset[Field], language: str) -> dict[str, Any]:
    identity = open_identity(file, disclosed)
    circumstances = open_circumstances(file, disclosed)
    return {
        "child": identity.child,
        "parents": identity.parents,
        "separation": separation_told(file, circumstances, disclosed, language),
        "persons_believed_responsible": (
            circumstances.persons_believed_responsible if Field.PERSONS_BELIEVED_RESPONSIBLE in disclosed else None
        ),
    }


def _requester(file: CaseFile, material: LetterMaterial, disclosed: frozenset[Field]) -> Requester:
    record = find_requester(material.relatives) if disclosed & _REQUESTER else None
    if record is None:
        return Requester()
    details = open_relative(file, record)
    basis = file.case.requester_basis or record.basis
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
