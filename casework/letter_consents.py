"""The consent a letter rests on, and whether a letter that was approved may still leave."""

from collections.abc import Iterator, Sequence
from datetime import date

from casework.case_file import CaseFile
from casework.letter_annex_rows import open_approved
from casework.letter_bytes import approved_bytes, approved_recipient, records_of
from casework.letter_material import list_consents, list_relatives
from casework.letter_recipients import recipient_of
from models.errors import IntegrityError, NotFound, RuleViolation
from models.records import Case, CompanionRecord, ConsentRecord, LetterRecord
from models.rules.disclosure import ConsentScope, Field
from models.rules.facts import ANY_BODY, CaseFacts, ConsentFact
from models.rules.gates import active_consents
from models.rules.letter_conditions import further_consents, needs_consent, written_while
from models.rules.letter_policy import Body, LetterKind
from models.statuses import Precision, Purpose


def standing_consents(
    case: Case, consents: Sequence[ConsentRecord], body: Body, purpose: Purpose, today: date
) -> Sequence[ConsentRecord]:
    """List those of a case's consents that are in force today, the one to rest on first.

    That is one for this very body before one for any, and the newest first.
    """
    records = {record.id: record for record in consents}
    facts = CaseFacts(
        reference=case.reference,
        status=case.status,
        opened_on=case.opened_on,
        entries=(),
        adult_on=case.adult_on,
        adult_precision=case.adult_precision or Precision.DAY,
        consents=tuple(_fact(record) for record in records.values()),
    )
    active = [records[each.id] for each in active_consents(facts, purpose, today, body)]
    return sorted(active, key=lambda each: (each.body != ANY_BODY, each.given_on), reverse=True)


def consent_scope(consents: Sequence[ConsentRecord]) -> ConsentScope | None:
    """Return the scope of the first consent, keeping back whatever any of them withholds; None without consent."""
    if not consents:
        return None
    first = consents[0]
    return ConsentScope(
        body=first.body,
        purpose=first.purpose,
        given_on=first.given_on,
        withheld=frozenset(Field(name) for each in consents for name in each.withheld),
        withdrawn_on=first.withdrawn_on,
    )


def require_consent(file: CaseFile, kind: LetterKind, body: Body, purpose: Purpose) -> None:
    """Refuse a letter that no consent allows. Raises RuleViolation `consent_missing`."""
    if not needs_consent(kind, body):
        return
    lacking = [each.reference for each in file.everybody if not _standing(each, body, purpose)]
    if lacking:
        raise RuleViolation(
            "consent_missing",
            f"record a consent for this body and purpose before a letter is drafted{also_in(lacking[1:])}",
            reference=lacking[0],
            body=body.id,
            purpose=purpose.value,
        )


def also_in(references: Sequence[str]) -> str:
    """Say which other cases of a letter's children a refusal is about, so that a long list is mended in one go."""
    return f"; so in {len(references)} more: {', '.join(references)}" if references else ""


def require_written_while(file: CaseFile, kind: LetterKind) -> None:
    """Refuse unless every child's case is in a status in which such a letter is written. Raises `case_is_…`."""
    for each in file.everybody:
        each.require(*written_while(kind))


def find_obstacle(file: CaseFile, letter: LetterRecord) -> str | None:
    """Return why an approved letter may not leave now, as a code; None if it may.

    Looks at everything anew: each child's case and consents with their version, the approved bytes,
    the recipient, the annexes.
    """
    if len(file.everybody) < letter.children:
        return "child_erased"
    try:
        kind = file.office.policy.get_kind(letter.kind)
        require_written_while(file, kind)
        approved_bytes(file, letter)
        approved = approved_recipient(file, letter)
        current = recipient_of(file, letter, list_relatives(file.session, file.case.id))
        if (approved.mail, approved.lines) != (current.mail, current.lines):
            return "recipient_changed"
        open_approved(file, letter, approved.annexes)
        return next((code for _, code in _consent_obstacles(file, letter, kind)), None)
    except (IntegrityError, NotFound, RuleViolation) as error:
        return error.code


def list_without_consent(file: CaseFile, letter: LetterRecord) -> list[str]:
    """List by reference the children of whose consent something no longer holds."""
    kind = file.office.policy.get_kind(letter.kind)
    return list(dict.fromkeys(reference for reference, _ in _consent_obstacles(file, letter, kind)))


def _consent_obstacles(file: CaseFile, letter: LetterRecord, kind: LetterKind) -> Iterator[tuple[str, str]]:
    """Yield whose consent no longer holds, and what of it; a consent to more than the letter itself among it."""
    body = file.office.policy.get_body(letter.body)
    if not needs_consent(kind, body):
        return
    further = {each.purpose for each in further_consents(_kinds_up_to(file, letter, kind))}
    for each, record in zip(file.everybody, records_of(file, letter), strict=True):
        obstacle = _consent_obstacle(each, letter, record)
        if obstacle is not None:
            yield each.reference, obstacle
        for purpose in further:
            if purpose is not None and not _standing(each, body, purpose):
                yield each.reference, "consent_missing"


def _kinds_up_to(file: CaseFile, letter: LetterRecord, kind: LetterKind) -> Iterator[LetterKind]:
    """Yield the letter's kind, and that of each letter it follows: a follow-up rests on what they rested on."""
    yield kind
    while letter.follows is not None:
        letter = file.session.get_one(LetterRecord, letter.follows)
        # A kind that the policy no longer has asks for nothing more.
        yield from (each for each in file.office.policy.kinds if each.id == letter.kind)


def _consent_obstacle(file: CaseFile, letter: LetterRecord, record: LetterRecord | CompanionRecord) -> str | None:
    standing = _standing(file, file.office.policy.get_body(letter.body), letter.purpose)
    consent = next((each for each in standing if each.id == record.consent_id), None)
    if consent is None:
        return "consent_missing"
    withheld = {name for each in standing for name in each.withheld}
    if consent.version != record.consent_version or withheld & set(record.disclosed or ()):
        return "consent_changed"
    return None


def _standing(file: CaseFile, body: Body, purpose: Purpose) -> Sequence[ConsentRecord]:
    consents = list_consents(file.session, [file.case.id]).get(file.case.id, ())
    return standing_consents(file.case, consents, body, purpose, file.today)


def _fact(record: ConsentRecord) -> ConsentFact:
    return ConsentFact(record.id, record.body, record.purpose, record.given_on, record.given_by, record.withdrawn_on)
