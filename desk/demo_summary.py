"""The table at the end of a demo: what the summary says, for people."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from models.statuses import LetterState

_HEADS = {
    LetterState.DRAFT: "draft",
    LetterState.APPROVED: "appr",
    LetterState.QUEUED: "queue",
    LetterState.SENT: "sent",
    LetterState.ACKNOWLEDGED: "ack",
    LetterState.ANSWERED: "ans",
    LetterState.REFUSED: "ref",
    LetterState.NO_REPLY: "none",
    LetterState.STOPPED: "stop",
    LetterState.UNDELIVERABLE: "undel",
    LetterState.REJECTED: "rej",
}


def print_summary(console: Console, figures: Mapping[str, Any], untold: Sequence[str]) -> None:
    """Print the figures of a rehearsal, and what it should have shown and did not."""
    _grid(console, "Cases by stage", "stage", figures["stages"])
    _pairs(console, "Stages reached", figures["stages_reached"])
    _letters(console, figures["letters"])
    _grid(console, "Letters by kind", "kind", figures["kinds"])
    _pairs(console, "Decided all the same", figures["decisions"])
    _pairs(console, "Refused steps", figures["refused_steps"])
    _grid(console, "Notices", "clock / rung", figures["notices"])
    _grid(console, "Mails", "kind", figures["mails"])
    _pairs(console, "Side exits and side steps", figures["side_exits"])
    _pairs(console, "Flags standing", figures["flags"])
    for case in figures["public_record"]:
        console.print(
            f"\nPublic record, {case['reference']}: {case['stage']}; flags: {', '.join(case['flags'])}; "
            f"missing: {', '.join(case['missing'])}"
        )
    journal = figures["journal"]
    verdict = "verified" if not journal["breaks"] else f"{journal['breaks']} BREAKS"
    console.print(
        f"\nJournal {verdict}: {journal['entries']} entries in {journal['chains']} chains, "
        f"{journal['checkpoints']} checkpoints. {figures['steps']} steps by people, {figures['pdfs']} letters as PDF."
    )
    for line in untold:
        console.print(f"NOT SHOWN  {line}", markup=False)


def _letters(console: Console, by_body: Mapping[str, Mapping[str, int]]) -> None:
    """Show bodies by states, in the order a letter goes through; short heads let it fit a narrow terminal."""
    states = [state for state in LetterState if any(state in cells for cells in by_body.values())]
    rows = {
        body: {_HEADS[state]: cells.get(state, 0) for state in states} | {"all": sum(cells.values())}
        for body, cells in by_body.items()
    }
    _grid(console, "Letters by body and state", "body", rows)
    console.print(
        "; ".join(f"{_HEADS[state]}: {state.replace('_', ' ')}" for state in states if _HEADS[state] != state),
        style="dim",
    )


def _grid(console: Console, title: str, head: str, rows: Mapping[str, Mapping[str, int]]) -> None:
    columns = list(dict.fromkeys(column for cells in rows.values() for column in cells))
    table = _table(title, head, columns)
    for row, cells in rows.items():
        table.add_row(row, *(_number(cells.get(column, 0)) for column in columns))
    if len(rows) > 1:
        sums = (sum(cells.get(column, 0) for cells in rows.values()) for column in columns)
        table.add_row("all", *(_number(each) for each in sums), style="bold")
    console.print(table)


def _pairs(console: Console, title: str, pairs: Mapping[str, int]) -> None:
    table = _table(title, "", ["number"])
    for name, number in pairs.items():
        table.add_row(name, _number(number))
    console.print(table)


def _table(title: str, head: str, columns: Iterable[str]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    table.collapse_padding = True
    table.add_column(head)
    for column in columns:
        table.add_column(column.replace("_", " "), justify="right")
    return table


def _number(number: int) -> str:
    return f"{number:,}".replace(",", " ") if number else "·"
