"""Steps that many tests of letters take: an office with a relay of its own, a letter up to its release."""

from typing import Any

from sqlalchemy import select

from casework.letters import approve_letter, draft_letter, release_letter
from casework.office import Office
from integrations.mail_sink import MailSink
from models.records import Case, JournalRecord, LetterRecord, Parcel
from models.statuses import Purpose


def use_relay(office: Office, sink: MailSink, **more: Any) -> None:
    """Let the office send its mail to the sink."""
    relay = {"smtp_host": "127.0.0.1", "smtp_port": sink.port, "smtp_security": "plain", **more}
    office.settings = office.settings.model_copy(update=relay)


def draft(office: Office, reference: str, **choices: Any) -> str:
    """Draft an appeal to the Ombudsman, or what is chosen."""
    choice = {"kind": "ombudsman_ua.request", "purpose": Purpose.SEARCH, "actor": "c-01", **choices}
    return draft_letter(office, reference, now=office.now(), **choice)


def approved(office: Office, reference: str, **choices: Any) -> str:
    """Draft a letter and let another coordinator approve it."""
    number = draft(office, reference, **choices)
    approve_letter(office, number, now=office.now(), actor="c-02")
    return number


def released(office: Office, reference: str, **choices: Any) -> str:
    """Bring a letter into the outbox."""
    number = approved(office, reference, **choices)
    release_letter(office, number, now=office.now(), actor="c-01")
    return number


def letter_of(office: Office, number: str) -> LetterRecord:
    """Read a letter's row."""
    with office.store.reading() as session:
        return session.scalars(select(LetterRecord).where(LetterRecord.number == number)).one()


def parcels(office: Office) -> list[Parcel]:
    """Read the outbox in the order of its keys."""
    with office.store.reading() as session:
        return list(session.scalars(select(Parcel).order_by(Parcel.key)))


def case_row(office: Office, reference: str) -> Case:
    """Read a case's row."""
    with office.store.reading() as session:
        return session.scalars(select(Case).where(Case.reference == reference)).one()


def journal_of(office: Office, reference: str) -> list[tuple[str, dict[str, Any]]]:
    """Read what was journalled about a case: kinds and clear bodies."""
    with office.store.reading() as session:
        query = select(JournalRecord).where(JournalRecord.chain == reference).order_by(JournalRecord.seq)
        return [(entry.kind, entry.body) for entry in session.scalars(query)]
