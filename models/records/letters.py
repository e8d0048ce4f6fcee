"""Letters, who approved them, and the replies to them."""

from datetime import date, datetime

from sqlalchemy import JSON, Boolean, Date, ForeignKey, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.records.base import Code, Id, Moment, Record, one_of
from models.statuses import LetterState, Purpose, ReplyKind, Role


class LetterRecord(Record):
    """A letter to a body. Approving freezes its bytes, recipient, disclosed fields and the consent it rests on.

    `fingerprint` (hex) is keyed by the case: a plain hash would let whoever guesses a letter's words confirm the child.
    """

    __tablename__ = "letters"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    number: Mapped[str] = mapped_column(Code, unique=True)
    kind: Mapped[str] = mapped_column(Code)
    body: Mapped[str] = mapped_column(Code, index=True)
    purpose: Mapped[Purpose] = mapped_column(one_of(Purpose))
    language: Mapped[str] = mapped_column(String(8))
    procedure: Mapped[str | None] = mapped_column(Code)
    state: Mapped[LetterState] = mapped_column(one_of(LetterState), index=True)
    drafted_at: Mapped[datetime] = mapped_column(Moment)
    drafted_by: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    because: Mapped[list[str] | None] = mapped_column(JSON)
    dated_on: Mapped[date | None] = mapped_column(Date)
    template_hash: Mapped[str | None] = mapped_column(String(64))
    policy_version: Mapped[str | None] = mapped_column(String(64))
    disclosed: Mapped[list[str] | None] = mapped_column(JSON)
    consent_id: Mapped[str | None] = mapped_column(Id)
    consent_version: Mapped[int | None] = mapped_column(Integer)
    fingerprint: Mapped[str | None] = mapped_column(String(64))
    sealed_pdf: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    sealed_recipient: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    released_at: Mapped[datetime | None] = mapped_column(Moment)
    released_by: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    taken_at: Mapped[datetime | None] = mapped_column(Moment)
    taken_on: Mapped[date | None] = mapped_column(Date)
    delivered_on: Mapped[date | None] = mapped_column(Date)
    fault: Mapped[str | None] = mapped_column(Code)
    follows: Mapped[str | None] = mapped_column(Id)
    prepared_seq: Mapped[int | None] = mapped_column(Integer)
    children: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    sealed_share: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)


class CompanionRecord(Record):
    """Another child on a letter, beside the case it is filed under, with the consent of that child's own case.

    The bytes of a letter with several children open only with every child's share of their key: erasing one child
    makes the letter unreadable for good.
    """

    __tablename__ = "letter_companions"
    __table_args__ = (UniqueConstraint("letter_id", "case_id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    letter_id: Mapped[str] = mapped_column(ForeignKey("letters.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    disclosed: Mapped[list[str] | None] = mapped_column(JSON)
    consent_id: Mapped[str | None] = mapped_column(Id)
    consent_version: Mapped[int | None] = mapped_column(Integer)
    sealed_share: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)


class AnnexRecord(Record):
    """A document that goes out with a letter: its title and bytes are sealed, its pages stand in clear."""

    __tablename__ = "letter_annexes"
    __table_args__ = (UniqueConstraint("letter_id", "position"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    letter_id: Mapped[str] = mapped_column(ForeignKey("letters.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    evidence_id: Mapped[str | None] = mapped_column(ForeignKey("evidence.id"))
    position: Mapped[int] = mapped_column(Integer)
    pages: Mapped[int | None] = mapped_column(Integer)
    fingerprint: Mapped[str] = mapped_column(String(64))
    sealed_details: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_bytes: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class DecisionRecord(Record):
    """A legal officer's decision to write a kind of letter although a condition of the policy speaks against it."""

    __tablename__ = "letter_decisions"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str] = mapped_column(Code)
    body: Mapped[str] = mapped_column(Code)
    decided_by: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime] = mapped_column(Moment)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)


class ApprovalRecord(Record):
    """One person's approval of a letter's exact bytes."""

    __tablename__ = "approvals"
    __table_args__ = (UniqueConstraint("letter_id", "person_no"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    letter_id: Mapped[str] = mapped_column(ForeignKey("letters.id"), index=True)
    by: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    person_no: Mapped[int] = mapped_column(Integer)
    role: Mapped[Role] = mapped_column(one_of(Role))
    at: Mapped[datetime] = mapped_column(Moment)
    fingerprint: Mapped[str] = mapped_column(String(64))


class ReplyRecord(Record):
    """A body's reply. Its text is sealed; what it is and when it came stand in clear."""

    __tablename__ = "replies"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    letter_id: Mapped[str] = mapped_column(ForeignKey("letters.id"), index=True)
    kind: Mapped[ReplyKind] = mapped_column(one_of(ReplyKind))
    received_on: Mapped[date] = mapped_column(Date)
    registered_on: Mapped[date | None] = mapped_column(Date)
    acknowledges_child: Mapped[bool] = mapped_column(Boolean, default=False)
    agrees_to_verification: Mapped[bool] = mapped_column(Boolean, default=False)
    concerns: Mapped[list[int] | None] = mapped_column(JSON)
    """Of which of a letter's children (rows of `cases`) the two above are said; None when of all."""
    sealed_text: Mapped[bytes | None] = mapped_column(LargeBinary)
