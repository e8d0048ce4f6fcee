"""What a new version learns once of the cases that an older one opened."""

from datetime import datetime

from sqlalchemy import select

from casework.application import adult_on
from casework.case_file import open_case
from casework.journal import ENGINE
from casework.office import Office
from models.records import Case
from models.rules.disclosure import Field
from models.schemas.sealed import Identity
from models.statuses import CaseStatus


def learn_birthdays(office: Office, now: datetime) -> int:
    """Let the clocks of birthdays run for children whose birth is known in part, and count them. Safe to repeat.

    Versions before counted a birthday only where the birth date was known to the day. Each case is worked on alone, so
    that a run which was cut short is taken up by the next.
    """
    not_counted = select(Case.reference, Case.known).where(Case.adult_on.is_(None), Case.status != CaseStatus.ERASED)
    with office.store.reading() as session:
        found = [row.reference for row in session.execute(not_counted) if Field.CHILD_BIRTH_ON.value in row.known]
    for reference in found:
        with open_case(office, reference, now, ENGINE) as file:
            sealed = file.case.sealed_identity or b""
            born = file.open("cases", "sealed_identity", file.reference, Identity, sealed).child.birth_on
            file.case.adult_on = adult_on(born)
            file.case.adult_precision = born.precision if born else None
    return len(found)
