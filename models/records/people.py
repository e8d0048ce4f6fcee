"""People around the child: relatives, and the staff register."""

from datetime import date, time

from sqlalchemy import Boolean, Date, ForeignKey, Integer, LargeBinary, String, Time
from sqlalchemy.orm import Mapped, mapped_column

from models.records.base import Code, Id, Record, one_of
from models.statuses import Basis, Role


class RelativeRecord(Record):
    """A relative or whoever else asked for the child; name and contacts are sealed."""

    __tablename__ = "relatives"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    basis: Mapped[Basis] = mapped_column(one_of(Basis))
    is_requester: Mapped[bool] = mapped_column(Boolean)
    sealed_details: Mapped[bytes] = mapped_column(LargeBinary)


class Staff(Record):
    """An account of a member of staff. `person_no` is the person: two accounts of one person count once.

    The id is an opaque handle such as `c-01`; name and mail address are sealed under the office's own key.
    """

    __tablename__ = "staff"

    id: Mapped[str] = mapped_column(Code, primary_key=True)
    person_no: Mapped[int] = mapped_column(Integer)
    role: Mapped[Role] = mapped_column(one_of(Role))
    language: Mapped[str] = mapped_column(String(8), default="uk")
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    works_from: Mapped[time | None] = mapped_column(Time)
    works_until: Mapped[time | None] = mapped_column(Time)
    sealed_contact: Mapped[bytes] = mapped_column(LargeBinary)


class AbsenceRecord(Record):
    """A span of days, both included, in which a deputy gets what a member of staff would."""

    __tablename__ = "absences"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), index=True)
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date] = mapped_column(Date)
    deputy: Mapped[str] = mapped_column(ForeignKey("staff.id"))
