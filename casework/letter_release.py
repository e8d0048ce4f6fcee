"""Letting a letter go: into the outbox for the mail, or by hand. A checkpoint of the journal is sealed before."""

from datetime import date, datetime

from casework.case_file import CaseFile
from casework.letter_annex_rows import note_custody
from casework.letter_bytes import approved_recipient
from casework.letter_consents import require_written_while
from casework.letter_facts import letter_head, office_lines
from casework.letter_file import open_letter, require_all_approvals, require_no_obstacle
from casework.office import Office
from casework.recording import check_past
from casework.sealing_journal import seal_journal
from casework.staff import get_staff
from integrations.letter_words import numbered
from models.errors import InvalidInput, RuleViolation
from models.records import LetterRecord, Parcel
from models.records.base import new_id
from models.rules.letter_states import LetterStep, require_step
from models.statuses import Channel, LetterState, ParcelKind, ParcelState


def release_letter(office: Office, number: str, *, now: datetime, actor: str) -> None:
    """Put an approved letter into the outbox; it leaves with the next delivery.

    Raises RuleViolation `letter_goes_by_hand`, `mail_address_missing`, `approval_missing`, `letter_is_…`, `case_is_…`
    and whatever no longer holds of what was approved: `consent_missing`, `consent_changed`, `recipient_changed`,
    `letter_bytes_changed`, `annexes_changed`. Raises ConfigurationError where the journal cannot be sealed: then
    nothing is released.
    """
    seal_journal(office, now)
    with open_letter(office, number, now, actor) as (file, letter):
        _require_releasable(file, letter, LetterStep.RELEASE)
        if office.policy.get_body(letter.body).channel is Channel.BY_HAND:
            raise RuleViolation("letter_goes_by_hand", "record it with `letter hand-over`", letter=number)
        if approved_recipient(file, letter).mail is None:
            raise RuleViolation(
                "mail_address_missing", "hand it over, or record an address and revise it", letter=number
            )
        file.session.add(_parcel(file, letter))
        letter.state = LetterState.QUEUED
        letter.released_at, letter.released_by = now, actor
        file.journal_each("letter_released", {"letter": number, "fingerprint": letter.fingerprint})


def hand_over_letter(office: Office, number: str, on: date, *, now: datetime, actor: str) -> None:
    """Record that an approved letter was handed over on a day; the clock of its answer runs from there.

    Raises as `release_letter`, and InvalidInput `date_in_future`, `handed_over_before_dated`.
    """
    seal_journal(office, now)
    with open_letter(office, number, now, actor) as (file, letter):
        _require_releasable(file, letter, LetterStep.HAND_OVER)
        check_past(on, file.today, "hand_over")
        if letter.dated_on is not None and on < letter.dated_on:
            raise InvalidInput(
                "handed_over_before_dated", "a letter is handed over on its date or later", letter=number
            )
        letter.state = LetterState.SENT
        letter.released_at, letter.released_by = now, actor
        letter.taken_at, letter.taken_on = now, on
        file.journal_each(
            "letter_handed_over", {"letter": number, "fingerprint": letter.fingerprint, "on": on.isoformat()}
        )
        note_custody(file, letter)


def _require_releasable(file: CaseFile, letter: LetterRecord, step: LetterStep) -> None:
    require_written_while(file, file.office.policy.get_kind(letter.kind))
    get_staff(file.session, file.actor)
    require_step(step, letter.state)
    require_all_approvals(file, letter)
    require_no_obstacle(file, letter)


def _parcel(file: CaseFile, letter: LetterRecord) -> Parcel:
    """Return the parcel with subject and cover text as they will stand in the mail, at every try the same."""
    office = file.office
    subject = office.policy.get_kind(letter.kind).subject[letter.language]
    head = letter_head(file, letter, letter.dated_on or file.today)
    return Parcel(
        id=new_id(),
        key=f"letter/{letter.number}",
        kind=ParcelKind.LETTER,
        state=ParcelState.WAITING,
        case_id=file.case.id,
        letter_id=letter.id,
        subject=numbered(subject, letter.number, letter.language),
        text=office.templates.cover_text(head, office_lines(file, letter.language)),
        language=letter.language,
        created_at=file.now,
        next_try_at=file.now,
    )
