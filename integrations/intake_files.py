"""Files of applications, CSV or JSON, read row by row: each an `IntakeCase` or a list of what would be right."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from integrations.intake_csv import read_csv_rows
from integrations.intake_json import read_json_rows
from integrations.intake_rows import RawFault, RawRow, column_names, detect_encoding
from models.errors import InvalidInput, PermanentFailure
from models.schemas.intake import IntakeCase, validate_intake
from models.schemas.intake_advice import ADVICE_CODES, advice
from models.statuses import Basis, Purpose

# What pydantic calls a mistake, and what we call it; anything else is a value of the wrong type.
_CODES = {
    "string_too_short": "empty",
    "string_too_long": "too_long",
    "less_than_equal": "number_out_of_range",
    "greater_than_equal": "number_out_of_range",
    "int_parsing": "number_out_of_range",
    "int_from_float": "number_out_of_range",
    "enum": "not_in_list",
    "literal_error": "not_in_list",
    "bool_parsing": "not_in_list",
    "extra_forbidden": "column_unknown",
    "string_pattern_mismatch": "consent_unreadable",
}
_CHOICES = {
    "child.sex": "female, male",
    "requester.basis": ", ".join(Basis),
    "requester.identity_confidential": "true, false",
    "consents.purpose": ", ".join(Purpose),
}


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong in one place of a file, and what would be right; the value itself is nowhere in it.

    `row_number` counts as a spreadsheet does: the header of a CSV file is row 1. In JSON the first application is 1.
    `what_would_be_right` has one sentence in `uk` and one in `en`.
    """

    row_number: int
    column: str
    code: str
    what_would_be_right: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class IntakeRow:
    """One row of a file: an application, or its faults. `external_number` is there for faulty rows, too."""

    row_number: int
    case: IntakeCase | None
    faults: tuple[RowFault, ...] = ()
    external_number: str | None = field(default=None, repr=False)


class NumbersSeen:
    """The external numbers of a file so far: their hashes only, so that the set is small and no number stays in it."""

    def __init__(self) -> None:
        self._fingerprints: set[int] = set()

    def is_repeated(self, external_number: str | None) -> bool:
        """Tell whether a row before had this number."""
        if external_number is None:
            return False
        fingerprint, before = hash(external_number), len(self._fingerprints)
        self._fingerprints.add(fingerprint)
        return len(self._fingerprints) == before


def read_intake_file(path: Path, *, today: date, bodies: frozenset[str] | None = None) -> Iterator[IntakeRow]:
    """The rows of a file, one at a time; memory does not grow with its length, but for 60 bytes a row.

    The first row may hold faults of the header or of the whole file. `bodies`, if given, are those a consent may name.
    Raises as `read_raw_rows`; all else is a row's fault.
    """
    return _told_apart(read_raw_rows(path), today, bodies)


def read_raw_rows(path: Path) -> Iterator[RawRow]:
    """The rows of a file as they are written, for `check_row`; at least one, if only to say that there is none.

    `.json`, `.jsonl` and `.ndjson` are JSON (a list, or one object after the other), all else is CSV with commas,
    semicolons or tabs. UTF-8, with or without a signature, or Windows-1251.
    `InvalidInput` when there is no such file, `PermanentFailure` when it cannot be read.
    """
    if not path.is_file():
        raise InvalidInput("intake_file_missing", advice="there is no such file; give the path of a CSV or JSON file")
    try:
        encoding = detect_encoding(path)
    except OSError:
        raise PermanentFailure("intake_file_unreadable", advice="the file cannot be read; look at its rights") from None
    if encoding is None:
        rows: Iterator[RawRow] = iter([RawRow(1, None, (RawFault("", "encoding_unreadable"),))])
    elif path.suffix.lower() in {".json", ".jsonl", ".ndjson"}:
        rows = read_json_rows(path, encoding)
    else:
        rows = read_csv_rows(path, encoding)
    first = next(rows, RawRow(1, None, (RawFault("", "file_empty"),)))
    return chain([first], rows)


def check_row(row: RawRow, *, today: date, bodies: frozenset[str] | None = None) -> IntakeRow:
    """One row checked by itself; whether another has its number is for `NumbersSeen` to say."""
    if row.values is None or row.faults:
        return IntakeRow(row.number, None, tuple(_fault(row.number, each, bodies) for each in row.faults))
    try:
        case = validate_intake(row.values, today=today, bodies=bodies)
    except ValidationError as error:
        found = _found(error)
        found += _found_behind(row.values, found, today, bodies)
        faults = tuple(_fault(row.number, each, bodies) for each in found)
        number = row.values.get("external_number")
        return IntakeRow(row.number, None, faults, number.strip() if isinstance(number, str) else None)
    return IntakeRow(row.number, case, external_number=case.external_number)


def repeated_number(row_number: int) -> RowFault:
    """What is wrong with a row whose number another one had before."""
    return _fault(row_number, RawFault("external_number", "repeated_in_file"), None)


def read_application(values: dict[str, Any], *, today: date, bodies: frozenset[str] | None = None) -> IntakeRow:
    """One application from nested plain values, checked as a file's only row is."""
    return check_row(RawRow(1, values), today=today, bodies=bodies)


def _told_apart(rows: Iterable[RawRow], today: date, bodies: frozenset[str] | None) -> Iterator[IntakeRow]:
    seen = NumbersSeen()
    for raw in rows:
        row = check_row(raw, today=today, bodies=bodies)
        if seen.is_repeated(row.external_number):
            row = replace(row, case=None, faults=(*row.faults, repeated_number(row.row_number)))
        yield row


def _found(error: ValidationError) -> list[RawFault]:
    found: dict[tuple[str, str], RawFault] = {}
    for mistake in error.errors(include_url=False, include_input=False):
        context = mistake.get("ctx", {})
        if mistake["type"] == "contradictions":
            faults = [RawFault(column, code) for column, code in context["found"]]
        else:
            code = mistake["type"] if mistake["type"] in ADVICE_CODES else _CODES.get(mistake["type"], "wrong_type")
            path = [part for part in mistake["loc"] if isinstance(part, str)]
            # A key that is not ours could be anything, a name too: only where it stands is told.
            path = path[:-1] if code == "column_unknown" else path
            limits = {"limit": context.get("max_length"), "choices": _CHOICES.get(".".join(path))}
            faults = [RawFault(_column(path), code, limits)]
        found.update({(each.column, each.code): each for each in faults})
    return list(found.values())


def _column(path: list[str]) -> str:
    """The column a path lies in: a consent's own parts share one."""
    prefixes = (".".join(path[:length]) for length in range(1, len(path)))
    return next((prefix for prefix in prefixes if prefix in column_names()), ".".join(path))


def _found_behind(
    values: dict[str, Any], found: list[RawFault], today: date, bodies: frozenset[str] | None
) -> list[RawFault]:
    """Contradictions between the values that are right, so that one run tells everything."""
    looked_at = {fault.column for fault in found}
    if not looked_at.issubset(column_names()):
        return []
    remaining = {
        section: {name: value for name, value in entry.items() if f"{section}.{name}" not in looked_at}
        if isinstance(entry, dict)
        else entry
        for section, entry in values.items()
        if section not in looked_at
    }
    try:
        validate_intake(remaining, today=today, bodies=bodies)
    except ValidationError as error:
        return [fault for fault in _found(error) if fault.column not in looked_at]
    return []


def _fault(number: int, raw: RawFault, bodies: frozenset[str] | None) -> RowFault:
    choices = ", ".join(sorted(bodies or ())) if raw.code == "body_unknown" else ", ".join(Basis)
    limits = {"choices": choices, **raw.limits}
    return RowFault(number, raw.column, raw.code, advice(raw.code, **limits))
