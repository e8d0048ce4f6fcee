"""How a bench measures: turns of ours and of the baseline one after the other, and what is said of them."""

import gc
import os
import platform
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from desk.benches.progress import Progress

ROUNDS = 3
_MINUTE_S, _HOUR_S = 60.0, 3_600.0

_MIB = 1024
_CLEAR = Path("/proc/self/clear_refs")
_STATUS = Path("/proc/self/status")
_MACHINE = f"{os.cpu_count()} CPU, Python {platform.python_version()}"


@dataclass(frozen=True, slots=True)
class Measured:
    """What a turn's work took: seconds on the clock and of the processor, and the peak of resident memory."""

    seconds: float
    cpu_s: float
    peak_mib: float | None


Work = Callable[[], Measured | None]
"""Does the work of a turn. What another process has done and measured is returned; all else is measured here."""
Turn = Callable[[], Work]
"""Makes everything ready, unmeasured, and returns the work to be measured."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is to be measured: the caseload, and how many rounds."""

    cases: int
    rounds: int = ROUNDS

    @property
    def turns(self) -> int:
        """How many turns need cases at most: ours and the baseline's in each round, and three in contests of one."""
        return 2 * self.rounds + 3

    def share(self, most: int) -> int:
        """How many cases each turn gets for itself, `most` at most."""
        return max(1, min(most, self.cases // self.turns))


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured line. Rates are medians of the rounds, in `unit` a second.

    The baseline has done `baseline_count` units a turn, ours `count`: where these differ, a unit's share is compared.
    `time_ratio` is our time by the baseline's in the same round (1 is as fast, 10 takes ten times as long): the
    median of the rounds, with the lowest and the highest beside it. `cpu_ratio` is the same of this process's
    processor time, which other work on the machine does not stretch; a database server's is not in it. Peaks are the
    whole process's resident memory in MiB while that side ran; None where the system does not tell.
    """

    bench: str
    database: str
    cases: int
    unit: str
    count: int
    baseline_count: int
    rounds: int
    ours_per_s: float
    baseline_per_s: float
    time_ratio: float
    time_ratio_range: tuple[float, float]
    cpu_ratio: float
    ours_peak_mib: float | None
    baseline_peak_mib: float | None
    baseline: str
    note: str = ""
    machine: str = _MACHINE


@dataclass(frozen=True, slots=True)
class Contest:
    """What is to be measured: `count` units of work a turn, ours beside the baseline."""

    bench: str
    unit: str
    count: int
    ours: Turn
    baseline: Turn
    described: str
    note: str = ""
    rounds: int | None = None
    """How many rounds at most: fewer for a baseline that takes minutes."""
    extrapolated_from: int | None = None
    """How many units the baseline really does, where `count` of them would take it too long; the note will say so."""

    @property
    def baseline_count(self) -> int:
        """How many units a turn of the baseline does."""
        return self.extrapolated_from or self.count


def measure(contest: Contest, scale: Scale, database: str, progress: Progress) -> Figure:
    """Run the rounds, ours and the baseline in turns, who begins changing from round to round."""
    ours: list[Measured] = []
    baseline: list[Measured] = []
    sides = ((contest.ours, ours), (contest.baseline, baseline))
    rounds = min(scale.rounds, contest.rounds or scale.rounds)
    for number in range(rounds):
        progress.tell(f"{contest.bench}: round {number + 1} of {rounds}")
        for turn, measured in sides if number % 2 == 0 else reversed(sides):
            measured.append(_run(turn()))
    pairs = list(zip(ours, baseline, strict=True))
    share = contest.baseline_count / contest.count
    ratios = sorted(share * mine.seconds / raw.seconds for mine, raw in pairs)
    return Figure(
        bench=contest.bench,
        database=database,
        cases=scale.cases,
        unit=contest.unit,
        count=contest.count,
        baseline_count=contest.baseline_count,
        rounds=rounds,
        ours_per_s=_rate(contest.count, ours),
        baseline_per_s=_rate(contest.baseline_count, baseline),
        time_ratio=rounded(median(ratios)),
        time_ratio_range=(rounded(ratios[0]), rounded(ratios[-1])),
        cpu_ratio=rounded(median(share * mine.cpu_s / raw.cpu_s for mine, raw in pairs)),
        ours_peak_mib=_peak(ours),
        baseline_peak_mib=_peak(baseline),
        baseline=contest.described,
        note="; ".join(filter(None, (contest.note, _extrapolated(contest, scale.cases, baseline)))),
    )


def _run(work: Work) -> Measured:
    gc.collect()
    _forget_peak()
    begun, cpu_begun = perf_counter(), process_time()
    elsewhere = work()
    return elsewhere or Measured(perf_counter() - begun, process_time() - cpu_begun, _peak_rss_mib())


def _extrapolated(contest: Contest, cases: int, baseline: list[Measured]) -> str:
    """Say what a baseline would take that has done some of its units only; nothing of any other."""
    if contest.extrapolated_from is None:
        return ""
    unit_s = median(each.seconds for each in baseline) / contest.extrapolated_from
    reckoned = (
        f"{count:,} {of}: {_spelled(count * unit_s)}" for count, of in ((contest.count, contest.unit), (cases, "cases"))
    )
    return (
        f"the baseline is extrapolated from {contest.extrapolated_from:,} measured, {rounded(unit_s):g} s each; "
        + ", ".join(reckoned)
    )


def _rate(count: int, measured: list[Measured]) -> float:
    return rounded(count / median(each.seconds for each in measured))


def _peak(measured: list[Measured]) -> float | None:
    peaks = [each.peak_mib for each in measured if each.peak_mib is not None]
    return round(max(peaks), 1) if peaks else None


def rounded(value: float) -> float:
    """Three significant digits: no measurement here knows more."""
    return float(f"{value:.3g}")


def _spelled(seconds: float) -> str:
    """Spell a duration in the unit a person would choose."""
    if seconds < 2 * _MINUTE_S:
        return f"{rounded(seconds):g} s"
    if seconds < 2 * _HOUR_S:
        return f"{rounded(seconds / _MINUTE_S):g} min"
    return f"{rounded(seconds / _HOUR_S):g} h"


def _forget_peak() -> None:
    """Begin a new peak, where the system can (Linux)."""
    if sys.platform == "linux" and os.access(_CLEAR, os.W_OK):
        _CLEAR.write_text("5", encoding="ascii")


def _peak_rss_mib() -> float | None:
    if not _STATUS.exists():
        return None
    lines = _STATUS.read_text(encoding="ascii", errors="replace").splitlines()
    peaks = (int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
    return next((peak / _MIB for peak in peaks), None)
