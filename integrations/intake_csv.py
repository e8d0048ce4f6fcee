"""Applications in a table: CSV with a header of dotted column names, one application a row."""

import csv
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from integrations.intake_rows import RawFault, RawRow, column_names

_LONGEST_HEADER_CHARACTERS = 1 << 16
_DELIMITERS = (",", ";", "\t")
# One of these has to be there; a table without names is a table of nothing.
_NAME_COLUMNS = ("child.given_name", "child.family_name")
# For each section of an application (its names; none for what stands outside of all) where which of its values stand.
_Plan = list[tuple[tuple[str, ...], list[tuple[int, str]]]]


def read_csv_rows(path: Path, encoding: str) -> Iterator[RawRow]:
    """The rows below the header; first, if need be, a row numbered 1 with what is wrong in the header.

    Blank rows are skipped, blank cells are absent values. A row that cannot be read is a fault of its own.
    """
    with path.open(encoding=encoding, newline="") as file:
        first_line = file.readline(_LONGEST_HEADER_CHARACTERS)
        if not first_line:
            return
        file.seek(0)
        reader = csv.reader(file, delimiter=max(_DELIMITERS, key=first_line.count), strict=True)
        try:
            header = [cell.strip().lower() for cell in next(reader)]
        except csv.Error:
            header = []
        if not set(header) & set(column_names()):
            yield RawRow(1, None, (RawFault("", "header_missing"),))
            return
        faults = tuple(_header_faults(header))
        if faults:
            yield RawRow(1, None, faults)
        yield from _rows_below(reader, header)


def _rows_below(reader: Any, header: Sequence[str]) -> Iterator[RawRow]:
    plan = _plan(header)
    number = 1
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield RawRow(number, None, (RawFault("", "row_unreadable"),))
            continue
        if len(cells) == len(header):
            if values := _nested(cells, plan):
                yield RawRow(number, values)
        elif any(cells):
            yield RawRow(number, None, (RawFault("", "cells_misplaced", {"columns": len(header)}),))


def _plan(header: Sequence[str]) -> _Plan:
    known = set(column_names())
    plan: dict[tuple[str, ...], list[tuple[int, str]]] = {}
    for place, column in enumerate(header):
        if column in known:
            *sections, name = column.split(".")
            plan.setdefault(tuple(sections), []).append((place, name))
    return list(plan.items())


def _nested(cells: Sequence[str], plan: _Plan) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for sections, columns in plan:
        found = {name: cell for place, name in columns if (cell := cells[place].strip())}
        if found:
            target = values
            for section in sections:
                target = target.setdefault(section, {})
            target |= found
    return values


def _header_faults(header: Sequence[str]) -> Iterator[RawFault]:
    known = column_names()
    for place, name in enumerate(header, start=1):
        # What stands over a column we do not know could be anything, so only its place is told.
        if name not in known:
            nearest = get_close_matches(name, known, n=1, cutoff=0.7)
            code = "column_misspelt" if nearest else "column_unknown"
            yield RawFault(f"№ {place}", code, {"nearest": "".join(nearest)})
        elif name in header[: place - 1]:
            yield RawFault(name, "column_twice")
    if not set(header) & set(_NAME_COLUMNS):
        yield RawFault(_NAME_COLUMNS[0], "column_missing", {"choices": ", ".join(_NAME_COLUMNS)})
