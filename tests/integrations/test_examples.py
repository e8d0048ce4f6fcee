"""The files under examples/ are what their READMEs say."""

import json
from datetime import date
from pathlib import Path

from integrations.intake_files import read_intake_file
from integrations.intake_rows import column_names
from models.rules.codes import COUNTRY_CODES
from models.schemas.intake import IntakeParents, IntakeReports, IntakeRequester
from models.statuses import InformationGrade, SourceGrade, SourceKind, Territory

HOUSE = Path(__file__).parents[2]
EXAMPLES = HOUSE / "examples"
PUBLIC_RECORD = EXAMPLES / "public-record"
TODAY = date(2026, 1, 1)


def test_the_public_cases_say_what_was_testified_and_invent_nothing() -> None:
    rows = list(read_intake_file(PUBLIC_RECORD / "cases.json", today=TODAY))
    cases = [row.case for row in rows if row.case is not None]
    assert len(cases) == len(rows) == 2
    assert [(case.child.given_name, case.child.age_reported) for case in cases] == [("Misha", 12), ("Liza", 16)]
    for case in cases:
        known = case.child.model_dump(exclude_defaults=True)
        assert set(known) == {"given_name", "age_reported", "age_reported_on"}
        assert (case.requester, case.parents, case.reports) == (IntakeRequester(), IntakeParents(), IntakeReports())
        assert case.consents == ()
        assert case.separation.on is None


def test_the_public_sightings_are_one_sources_and_end_in_occupied_territory() -> None:
    sightings = json.loads((PUBLIC_RECORD / "sightings.json").read_text(encoding="utf-8"))
    assert [sighting["case"] for sighting in sightings] == ["public-record-1"] * 2 + ["public-record-2"] * 2
    for camp, afterwards in (sightings[:2], sightings[2:]):
        assert (camp["country"], camp["territory"]) == ("KP", Territory.DPRK)
        assert (afterwards["country"], afterwards["territory"]) == ("UA", Territory.OCCUPIED)
        assert camp["source"] == afterwards["source"]
        assert date.fromisoformat(camp["stated_on"]) < date.fromisoformat(afterwards["stated_on"]) <= TODAY
    for sighting in sightings:
        assert sighting["seen_on"] is None
        assert sighting["country"] in COUNTRY_CODES
        assert SourceKind(sighting["source_kind"])
        assert SourceGrade(sighting["source_grade"])
        assert InformationGrade(sighting["information_grade"])


def test_the_synthetic_table_holds_twenty_good_applications() -> None:
    rows = list(read_intake_file(EXAMPLES / "synthetic" / "applications.csv", today=TODAY))
    assert [row.faults for row in rows] == [()] * 20
    assert all(row.case and (row.case.child.family_name or "").endswith("-Вигадане") for row in rows)


def test_the_intake_page_describes_every_column() -> None:
    page = (HOUSE / "docs" / "intake.md").read_text(encoding="utf-8")
    assert [column for column in column_names() if f"| `{column}` |" not in page] == []
