"""What stands in the two databases of a case full of canaries: nothing that names anybody, in any column."""

from pathlib import Path

import pytest
from sqlalchemy import select, update

from casework.office import Office
from integrations.keystore_engine import METADATA
from models.records import Case, Parcel, Record
from models.schemas.sealed import Identity
from tests.confidentiality.canaries import find_in, latin, name
from tests.confidentiality.seeded_case import add_papers, give_reasons, seed, write_letters


@pytest.fixture
def seeded(either_office: Office, tmp_path: Path) -> tuple[Office, str]:
    reference = seed(either_office)
    add_papers(either_office, reference, tmp_path / "papers")
    give_reasons(either_office, reference)
    write_letters(either_office, reference)
    return either_office, reference


def leaking_columns(office: Office) -> set[str]:
    """Every column of store and keystore in which a canary stands."""
    found = set()
    with office.store.engine.connect() as connection:
        for table in Record.metadata.sorted_tables:
            for row in connection.execute(select(table)).mappings():
                found |= {f"{table.name}.{name}" for name, value in row.items() if find_in(_bytes(value))}
    with office.keystore._engine.connect() as connection:
        for table in METADATA.sorted_tables:
            for row in connection.execute(select(table)).mappings():
                found |= {f"{table.name}.{name}" for name, value in row.items() if find_in(_bytes(value))}
    return found


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else repr(value).encode()


def test_no_column_names_anybody(seeded: tuple[Office, str]) -> None:
    office, _ = seeded
    assert leaking_columns(office) == set()


def test_the_search_of_columns_finds_what_is_not_sealed(seeded: tuple[Office, str]) -> None:
    office, reference = seeded
    plain = Identity.model_validate({"child": {"family_name": name("вська")}}).model_dump_json().encode()
    with office.store.writing() as session:
        session.execute(update(Case).where(Case.reference == reference).values(sealed_identity=plain))
        session.execute(update(Parcel).values(subject=latin(" Anna")))
    assert leaking_columns(office) == {"cases.sealed_identity", "outbox.subject"}
