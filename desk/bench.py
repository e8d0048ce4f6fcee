"""`dodomu bench`: how fast the engine is, each figure beside a raw baseline that was measured in the same run."""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

import typer

from desk.benches.figures import ROUNDS, Figure, Scale
from desk.benches.in_caseload import bench_in_caseload
from desk.benches.lettering import bench_letters
from desk.benches.mailing import bench_mail
from desk.benches.progress import Progress
from desk.benches.taking_in import bench_intake
from desk.benches.which import DOCUMENTED, Bench
from desk.benches.workplace import Workplace, open_workplace
from desk.printing import print_table, say
from integrations.clock import SystemClock
from models.errors import InvalidInput

BENCH_FOLDER = Path("var/bench")
_COLUMNS = (
    "bench",
    "database",
    "cases",
    "ours /s",
    "baseline /s",
    "our time",
    "range",
    "our cpu",
    "peak MiB",
    "unit",
    "baseline",
)


def run_bench(
    *,
    cases: int = DOCUMENTED,
    rounds: int = ROUNDS,
    as_json: bool = False,
    only: Collection[Bench] = (),
    postgresql: bool = False,
    folder: Path = BENCH_FOLDER,
) -> int:
    """Measure on SQLite, and with `postgresql` on a PostgreSQL of the bench's own too; return the exit code.

    With `as_json` each figure is a line on stdout as soon as it is known. Without, a table comes at the end and the
    lines go to `<folder>/<moment>.jsonl`. Raises InvalidInput `caseload_too_small`.
    """
    scale = Scale(cases, rounds)
    if rounds < 1 or cases < scale.turns:
        raise InvalidInput("caseload_too_small", "one round at least, two cases for each and three more", cases=cases)
    progress = Progress()
    figures: list[Figure] = []
    for figure in _measured(scale, frozenset(only or Bench), progress, postgresql=postgresql):
        figures.append(figure)
        if as_json:
            progress.clear()
            typer.echo(_line(figure))
    progress.clear()
    if not as_json:
        _show(figures)
        say(f"JSON lines: {_keep(figures, folder, SystemClock().now())}")
    return 0


def _measured(scale: Scale, wanted: Collection[Bench], progress: Progress, *, postgresql: bool) -> Iterator[Figure]:
    for on_postgresql in (False, True) if postgresql else (False,):
        with open_workplace(postgresql=on_postgresql) as place:
            yield from _measured_at(place, scale, wanted, progress)


def _measured_at(place: Workplace, scale: Scale, wanted: Collection[Bench], progress: Progress) -> Iterator[Figure]:
    parts: list[Iterator[Figure]] = []
    if Bench.INTAKE in wanted:
        parts.append(bench_intake(place, scale, progress))
    if {Bench.RECONCILE, Bench.WATCH} & set(wanted):
        parts.append(bench_in_caseload(place, scale, wanted, progress))
    if Bench.LETTERS in wanted:
        parts.append(bench_letters(place, scale, progress))
    if Bench.MAIL in wanted:
        parts.append(bench_mail(place, scale, progress))
    return chain.from_iterable(parts)


def _line(figure: Figure) -> str:
    return json.dumps(asdict(figure), ensure_ascii=False)


def _keep(figures: Sequence[Figure], folder: Path, now: datetime) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{now:%Y-%m-%dT%H%M%SZ}.jsonl"
    path.write_text("".join(f"{_line(figure)}\n" for figure in figures), encoding="utf-8")
    return path


def _show(figures: Sequence[Figure]) -> None:
    print_table(_COLUMNS, map(_row, figures), title=figures[0].machine)
    say("our time: by the baseline's in the same round, the median of the rounds; 1 is as fast. our cpu: so too")
    for note in dict.fromkeys(f"{figure.bench}: {figure.note}" for figure in figures if figure.note):
        say(note)


def _row(figure: Figure) -> tuple[Any, ...]:
    lowest, highest = figure.time_ratio_range
    return (
        figure.bench,
        figure.database,
        f"{figure.cases:,}",
        f"{figure.ours_per_s:,g}",
        f"{figure.baseline_per_s:,g}",
        f"x {figure.time_ratio:g}",
        f"{lowest:g} to {highest:g}",
        f"x {figure.cpu_ratio:g}",
        _peaks(figure),
        figure.unit,
        figure.baseline,
    )


def _peaks(figure: Figure) -> str:
    if figure.ours_peak_mib is None or figure.baseline_peak_mib is None:
        return ""
    return f"{figure.ours_peak_mib:.0f} / {figure.baseline_peak_mib:.0f}"
