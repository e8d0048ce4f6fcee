import csv
from datetime import date
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.intake_files import read_intake_file
from integrations.intake_rows import column_names
from integrations.synthetic_applications import synthetic_applications

TODAY = date(2026, 1, 1)


def test_the_same_seed_makes_the_same_children() -> None:
    assert list(synthetic_applications(5, seed=1, today=TODAY)) == list(synthetic_applications(5, seed=1, today=TODAY))
    assert list(synthetic_applications(5, seed=1, today=TODAY)) != list(synthetic_applications(5, seed=2, today=TODAY))


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_every_synthetic_application_is_valid(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    rows = list(synthetic_applications(30, seed=seed, today=TODAY))
    path = tmp_path_factory.mktemp("synthetic") / "applications.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, column_names(), restval="")
        writer.writeheader()
        writer.writerows(rows)
    read = list(read_intake_file(path, today=TODAY))
    assert [row.faults for row in read] == [()] * 30


def test_nobody_is_behind_a_synthetic_application() -> None:
    for row in islice(synthetic_applications(1_000, seed=7, today=TODAY), 200):
        assert row["child.family_name"].endswith("-Вигадане")
        assert row.get("requester.phone", "+380 44 000").startswith("+380 44 000")
        assert row.get("requester.email", "a@example.org").endswith("@example.org")


def test_a_parent_who_asks_is_the_mother_and_nobody_else_bears_her_name() -> None:
    for row in synthetic_applications(400, seed=7, today=TODAY):
        if "requester.name" in row:
            mother = f"{row['parents.mother.family_name']} {row['parents.mother.given_name']}"
            assert (row["requester.name"] == mother) == (row["requester.basis"] == "parent")
