"""The staff of a rehearsal's office: five coordinators, two supervisors, a legal officer, a head. All invented."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from casework.office import Office
from casework.rehearsal.steps import Seat
from casework.staff import add_staff
from models.statuses import Role

_COORDINATORS = 5


@dataclass(frozen=True, slots=True)
class Member:
    """One account of the rehearsal's staff register."""

    id: str
    role: Role
    name: str
    language: str = "uk"


MEMBERS: Sequence[Member] = (
    Member("c-01", Role.COORDINATOR, "Вигадана Орися"),
    Member("c-02", Role.COORDINATOR, "Вигаданий Остап", "en"),
    Member("c-03", Role.COORDINATOR, "Вигадана Соломія"),
    Member("c-04", Role.COORDINATOR, "Вигаданий Тарас"),
    Member("c-05", Role.COORDINATOR, "Вигадана Уляна"),
    Member("s-01", Role.SUPERVISOR, "Вигадана Мотря"),
    Member("s-02", Role.SUPERVISOR, "Вигаданий Яким"),
    Member("l-01", Role.LEGAL_OFFICER, "Вигадана Феодосія"),
    Member("h-01", Role.HEAD_OF_OFFICE, "Вигаданий Захар"),
)
ACCOUNTS = {
    Seat.SUPERVISOR: "s-01",
    Seat.SECOND_SUPERVISOR: "s-02",
    Seat.LEGAL_OFFICER: "l-01",
    Seat.HEAD_OF_OFFICE: "h-01",
}


def hire(office: Office, now: datetime) -> None:
    """Put the whole staff into the register of a new office."""
    for person_no, member in enumerate(MEMBERS, start=1):
        add_staff(
            office,
            staff_id=member.id,
            person_no=person_no,
            role=member.role,
            name=member.name,
            mail=f"{member.id}@office.example",
            language=member.language,
            now=now,
            actor="engine",
        )


def coordinator_of(number: str) -> str:
    """Return which coordinator has the case with this application number."""
    return f"c-{int(number.rpartition('-')[2]) % _COORDINATORS + 1:02d}"


def account_at(seat: Seat, number: str) -> str:
    """Return the account that acts in a seat for a case."""
    return ACCOUNTS.get(seat) or coordinator_of(number)
