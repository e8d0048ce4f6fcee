"""Sealing the journal: signed checkpoints over the ends of all chains, kept here and handed to the witnesses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, literal, select, text, update
from sqlalchemy.orm import Session

from casework.journal import OFFICE_CHAIN
from casework.office import Office
from integrations.witness import SignedCheckpoint, checkpoint_mail
from models.records import Case, CheckpointRecord, JournalRecord, OfficeRecord, Parcel
from models.records.base import new_id
from models.rules.chain import Head
from models.rules.checkpoints import Checkpoint, checkpoint_bytes, next_checkpoint, parse_checkpoint
from models.statuses import ParcelKind, ParcelState


@dataclass(frozen=True, slots=True)
class SealReport:
    """What sealing came to.

    `number` is the new checkpoint's, or None where nothing was written since the last; `chains` and `entries` count
    what it sealed for the first time; `witnessed` counts the checkpoints handed to the witness, this one and earlier.
    """

    number: int | None
    chains: int = 0
    entries: int = 0
    witnessed: int = 0


def seal_journal(office: Office, now: datetime) -> SealReport:
    """Seal what was journalled since the last checkpoint and hand every checkpoint not yet witnessed to the witness.

    The checkpoint is stored before it is handed over, so a fault in between is made up for by the next sealing.
    Raises TransientFailure `witness_unreachable`, IntegrityError `witness_holds_another_checkpoint`.
    """
    number, chains, entries = None, 0, 0
    if _anything_unsealed(office):
        with office.store.writing() as session:
            _seal_alone(session)
            changed, entries = _list_unsealed(session)
            if changed:
                number, chains = _store_next(office, session, changed, now), len(changed)
    return SealReport(number, chains, entries, witnessed=_hand_over(office, now))


def list_heads(session: Session) -> list[Head]:
    """List the ends of all chains that have entries, the office's own among them."""
    cases = select(Case.reference, Case.journal_seq, Case.journal_head).where(Case.journal_seq > 0)
    own = select(literal(OFFICE_CHAIN), OfficeRecord.journal_seq, OfficeRecord.journal_head)
    rows = session.execute(cases.union_all(own.where(OfficeRecord.journal_seq > 0)))
    # A missing hash is somebody's doing: it fits no entry.
    return [Head(chain, seq, found or b"") for chain, seq, found in rows]


def _anything_unsealed(office: Office) -> bool:
    """Look without the write lock: most sealings of a quiet hour find nothing."""
    with office.store.reading() as session:
        return session.scalar(select(JournalRecord.id).where(JournalRecord.checkpoint.is_(None)).limit(1)) is not None


def _seal_alone(session: Session) -> None:
    """Keep other sealings out, and let everything after see the journal at one moment.

    SQLite's write lock does both. On PostgreSQL the snapshot must be taken after the lock, which LOCK TABLE sees to.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        session.execute(text("LOCK TABLE checkpoints IN SHARE ROW EXCLUSIVE MODE"))


def _list_unsealed(session: Session) -> tuple[set[str], int]:
    """Return the chains with entries that no checkpoint holds, and how many such entries there are."""
    query = (
        select(JournalRecord.chain, func.count())
        .where(JournalRecord.checkpoint.is_(None))
        .group_by(JournalRecord.chain)
    )
    rows = session.execute(query).all()
    return {row[0] for row in rows}, sum(row[1] for row in rows)


def _store_next(office: Office, session: Session, changed: set[str], now: datetime) -> int:
    heads = list_heads(session)
    fresh = [head for head in heads if head.chain in changed]
    checkpoint = next_checkpoint(_find_last(session), heads, fresh, at=now)
    signature = office.signing_key.sign(checkpoint)
    row = {
        "number": checkpoint.number,
        "at": now,
        "content": checkpoint_bytes(checkpoint),
        "signature": signature,
    }
    session.execute(insert(CheckpointRecord), [row])
    session.execute(
        update(JournalRecord)
        .where(JournalRecord.checkpoint.is_(None))
        .values(checkpoint=checkpoint.number)
        .execution_options(synchronize_session=False)
    )
    if office.settings.witness_mail is not None:
        session.add(_parcel(office, checkpoint, signature, now))
    return checkpoint.number


def _find_last(session: Session) -> Checkpoint | None:
    query = select(CheckpointRecord.content).order_by(CheckpointRecord.number.desc()).limit(1)
    content = session.scalar(query)
    return None if content is None else parse_checkpoint(content)


def _parcel(office: Office, checkpoint: Checkpoint, signature: bytes, now: datetime) -> Parcel:
    subject, body = checkpoint_mail(checkpoint, signature)
    return Parcel(
        id=new_id(),
        key=f"checkpoint/{checkpoint.number}",
        kind=ParcelKind.CHECKPOINT,
        state=ParcelState.WAITING,
        subject=subject,
        text=body,
        language=office.settings.language,
        created_at=now,
        next_try_at=now,
    )


def _hand_over(office: Office, now: datetime) -> int:
    """Give the witness every checkpoint that is not on record as witnessed; giving one twice is no error."""
    waiting = _list_unwitnessed(office)
    for number, content, signature in waiting:
        office.witness.keep(SignedCheckpoint(parse_checkpoint(content), signature))
        with office.store.writing() as session:
            session.execute(update(CheckpointRecord).where(CheckpointRecord.number == number).values(witnessed_at=now))
    return len(waiting)


def _list_unwitnessed(office: Office) -> Sequence[tuple[int, bytes, bytes]]:
    query = (
        select(CheckpointRecord.number, CheckpointRecord.content, CheckpointRecord.signature)
        .where(CheckpointRecord.witnessed_at.is_(None))
        .order_by(CheckpointRecord.number)
    )
    with office.store.reading() as session:
        return [(row.number, row.content, row.signature) for row in session.execute(query)]
