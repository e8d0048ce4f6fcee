"""The files a rehearsal drops into the inbox: its own applications as CSV, and the public record's two as they are."""

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from casework.rehearsal.steps import Application, Step
from models.statuses import InformationGrade, SourceGrade, SourceKind, Territory

_RECORDED_ON = (0, 3)


@dataclass(frozen=True, slots=True)
class PublicRecord:
    """The folder of `examples/public-record`, read: the applications' file, their numbers, and the sightings as steps.

    Nothing is added to what the files say.
    """

    cases_file: Path
    numbers: tuple[str, ...]
    steps: tuple[Step, ...]


def write_batch(folder: Path, name: str, applications: Iterable[Application]) -> Path:
    """Write applications as a table into a folder and return the file's path."""
    rows = [each.row for each in applications]
    columns = list(dict.fromkeys(column for row in rows for column in row))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, columns, restval="")
        table.writeheader()
        table.writerows(rows)
    return path


def read_public_record(folder: Path) -> PublicRecord:
    """Read the two cases of the public record and where each is said to have been, in the order it was said."""
    cases = json.loads((folder / "cases.json").read_text(encoding="utf-8"))
    numbers = tuple(case["external_number"] for case in cases if "external_number" in case)
    sightings = json.loads((folder / "sightings.json").read_text(encoding="utf-8"))
    steps = [step for number in numbers for step in _steps_of(number, sightings)]
    return PublicRecord(folder / "cases.json", numbers, tuple(steps))


def _steps_of(number: str, sightings: Sequence[dict[str, str]]) -> list[Step]:
    own = sorted((each for each in sightings if each["case"] == number), key=lambda each: each["stated_on"])
    return [
        Step(day, number, "record_sighting", what=_sighting(each)) for day, each in zip(_RECORDED_ON, own, strict=True)
    ]


def _sighting(written: dict[str, str]) -> dict[str, object]:
    return {
        # The published sources name no day.
        "seen_on": None,
        "stated_on": date.fromisoformat(written["stated_on"]),
        "place": written["place"],
        "source": written["source"],
        "country": written["country"],
        "territory": Territory(written["territory"]),
        "source_kind": SourceKind(written["source_kind"]),
        "source_grade": SourceGrade(written["source_grade"]),
        "information_grade": InformationGrade(written["information_grade"]),
        "note": written["published"],
    }
