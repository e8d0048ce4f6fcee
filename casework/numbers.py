"""Running numbers of the office: case references and outgoing numbers, without gaps left by a failed transaction."""

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from models.records import Counter
from models.rules.reference import make_reference


def take_numbers(session: Session, name: str, count: int) -> range:
    """Take the next `count` numbers of a counter, within the caller's transaction; the first ever is 1."""
    step = update(Counter).where(Counter.name == name).values(value=Counter.value + count).returning(Counter.value)
    last = session.scalar(step)
    if last is None:
        insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
        session.execute(insert(Counter).values(name=name, value=0).on_conflict_do_nothing())
        last = session.scalar(step)
    end = int(last or 0)
    return range(end - count + 1, end + 1)


def take_references(session: Session, year: int, count: int) -> list[str]:
    """Take the next case references of a year."""
    return [make_reference(year, serial) for serial in take_numbers(session, f"cases-{year}", count)]


def take_outgoing_numbers(session: Session, year: int, count: int) -> list[str]:
    """Take the next outgoing numbers of a year, as `2026-000123`."""
    return [f"{year}-{serial:06d}" for serial in take_numbers(session, f"letters-{year}", count)]
