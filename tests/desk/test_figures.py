import pytest

from desk.benches.figures import Contest, Measured, Scale, measure
from desk.benches.progress import Progress


def contest(baseline: Measured, *, extrapolated_from: int | None = None, note: str = "") -> Contest:
    """Ours does 2,000 units in half a second, half of it on the processor."""
    ours = Measured(0.5, 0.25, 100.04)
    return Contest(
        bench="made-up",
        unit="due cases",
        count=2_000,
        ours=lambda: lambda: ours,
        baseline=lambda: lambda: baseline,
        described="a made-up one",
        note=note,
        extrapolated_from=extrapolated_from,
    )


def test_a_baseline_that_does_all_of_the_work_is_compared_as_it_stands() -> None:
    figure = measure(contest(Measured(2.0, 0.5, 80.0)), Scale(19_546), "sqlite", Progress())
    assert (figure.count, figure.baseline_count, figure.rounds) == (2_000, 2_000, 3)
    assert (figure.ours_per_s, figure.baseline_per_s) == (4_000, 1_000)
    assert (figure.time_ratio, figure.time_ratio_range, figure.cpu_ratio) == (0.25, (0.25, 0.25), 0.5)
    assert (figure.ours_peak_mib, figure.baseline_peak_mib) == (100.0, 80.0)
    assert figure.note == ""


def test_a_baseline_that_does_some_of_the_work_is_compared_by_what_a_unit_takes_and_the_note_says_so() -> None:
    # 50 in five seconds: a tenth of a second each, where ours takes a quarter of a millisecond.
    slow = contest(Measured(5.0, 2.5, None), extrapolated_from=50, note="made up")
    figure = measure(slow, Scale(19_546, rounds=1), "sqlite", Progress())
    assert (figure.count, figure.baseline_count) == (2_000, 50)
    assert (figure.ours_per_s, figure.baseline_per_s) == (4_000, 10)
    assert (figure.time_ratio, figure.cpu_ratio) == (0.0025, 0.0025)
    assert figure.baseline_peak_mib is None
    assert figure.note == (
        "made up; the baseline is extrapolated from 50 measured, 0.1 s each; "
        "2,000 due cases: 3.33 min, 19,546 cases: 32.6 min"
    )


@pytest.mark.parametrize(
    ("cases", "takes"),
    [(1_199, "1,199 cases: 120 s"), (71_999, "71,999 cases: 120 min"), (300_000, "300,000 cases: 8.33 h")],
)
def test_a_duration_is_spelled_in_the_unit_a_person_would_choose(cases: int, takes: str) -> None:
    slow = contest(Measured(5.0, 2.5, None), extrapolated_from=50)
    assert measure(slow, Scale(cases, rounds=1), "sqlite", Progress()).note.endswith(takes)


def test_what_this_process_does_is_measured_here() -> None:
    done: list[str] = []
    here = Contest("made-up", "words", 1, lambda: lambda: done.append("ours"), lambda: lambda: done.append("raw"), "")
    figure = measure(here, Scale(10, rounds=2), "sqlite", Progress())
    assert done == ["ours", "raw", "raw", "ours"]
    assert figure.ours_per_s > 0
    assert figure.baseline_per_s > 0
