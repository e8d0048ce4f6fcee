"""A letter for every case of the caseload, as one batch on all processors, with the memory it takes."""

import os
from dataclasses import dataclass
from time import perf_counter

from casework.letter_batch import prepare_letters
from casework.office import Office
from desk.benches.drafts import list_sources, make_drafts
from desk.benches.figures import Figure, Scale, rounded
from desk.benches.memory import MemoryWatch, watch_memory
from desk.benches.progress import Progress
from desk.benches.sample import open_sample
from desk.benches.workplace import COORDINATOR, MONDAY, Workplace
from integrations.typesetting_crew import open_crew

_MOST = 20_000
_MOST_OF_BASELINE = 2_000
_WARMING_UP = 32
_BEGINNING = 0.2


@dataclass(frozen=True, slots=True)
class _Spent:
    """What making letters took. `cpu_s` is that of all processes, the workers among them."""

    count: int
    seconds: float
    cpu_s: float
    memory: MemoryWatch

    @property
    def per_s(self) -> float:
        return self.count / self.seconds


def bench_batch(place: Workplace, scale: Scale, progress: Progress) -> Figure:
    """Measure one batch of letters, one a case, beside as many bare compilers on some of the same sources."""
    count, processes = min(_MOST, scale.cases), len(os.sched_getaffinity(0))
    with place.office() as office:
        progress.tell(f"letters-batch: opening {count:,} cases")
        numbers = make_drafts(office, open_sample(office, count))
        baseline = _bare(office, list_sources(office, numbers[:_MOST_OF_BASELINE]), processes)
        ours = _batch(office, count, processes, progress)
    return Figure(
        bench="letters-batch",
        database=place.database,
        cases=scale.cases,
        unit="letters",
        count=count,
        baseline_count=baseline.count,
        rounds=1,
        ours_per_s=rounded(ours.per_s),
        baseline_per_s=rounded(baseline.per_s),
        time_ratio=rounded(baseline.per_s / ours.per_s),
        time_ratio_range=(rounded(baseline.per_s / ours.per_s), rounded(baseline.per_s / ours.per_s)),
        cpu_ratio=rounded((ours.cpu_s / ours.count) / (baseline.cpu_s / baseline.count)),
        ours_peak_mib=ours.memory.peak_mib,
        baseline_peak_mib=baseline.memory.peak_mib,
        baseline=f"{processes} bare compilers on {baseline.count:,} of the same sources, nothing stored",
        note=_note(ours, processes),
    )


def _note(ours: _Spent, processes: int) -> str:
    note = f"{ours.count:,} letters in {ours.seconds:.1f} s by {processes} processes and the one that reads and stores"
    beginning, peak = ours.memory.peak_within_mib(_BEGINNING), ours.memory.peak_mib
    if beginning is None or peak is None:
        return note
    return f"{note}; together they held {beginning:,.0f} MiB at most in the first fifth of the time, {peak:,.0f} in all"


def _batch(office: Office, count: int, processes: int, progress: Progress) -> _Spent:
    with watch_memory() as memory:
        begun, cpu_begun = perf_counter(), _cpu_s()
        prepared = prepare_letters(
            office,
            now=MONDAY,
            actor=COORDINATOR,
            processes=processes,
            progress=lambda done, of: progress.count("letters-batch", done, of),
        )
        seconds, cpu_s = perf_counter() - begun, _cpu_s() - cpu_begun
    _require(count, prepared.made)
    return _Spent(count, seconds, cpu_s, memory)


def _bare(office: Office, sources: list[bytes], processes: int) -> _Spent:
    cpu_begun = _cpu_s()
    with open_crew(office.settings.templates_folder, processes) as begin:
        begin(sources[:_WARMING_UP], MONDAY)()
        with watch_memory() as memory:
            begun = perf_counter()
            _require(len(sources), len(begin(sources, MONDAY)()))
            seconds = perf_counter() - begun
    # What a worker has used is known when it has ended.
    return _Spent(len(sources), seconds, _cpu_s() - cpu_begun, memory)


def _require(count: int, made: int) -> None:
    if made != count:
        raise AssertionError


def _cpu_s() -> float:
    """Return the processor time of this process and of those it has started and seen end."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system
