"""The benches that run within a large caseload: reconciling single facts, and the watch."""

from collections.abc import Collection, Iterator

from desk.benches.by_hand import open_by_hand
from desk.benches.caseload import make_caseload
from desk.benches.figures import ROUNDS, SIDES, Figure, measure
from desk.benches.progress import Progress
from desk.benches.reconciling import MOST, reconcile_contest
from desk.benches.sample import open_sample
from desk.benches.watching import watch_contests
from desk.benches.workplace import Workplace

RECONCILE, WATCH = "reconcile", "watch"


def bench_in_caseload(place: Workplace, cases: int, wanted: Collection[str], progress: Progress) -> Iterator[Figure]:
    """Measure reconciling and the watch, those that are wanted, among at least `cases` cases."""
    turns = SIDES * ROUNDS
    with place.office() as office, open_by_hand(office) as by_hand:
        # Before the caseload: these are real cases, and their ids come from the database.
        sample = open_sample(office, turns * max(1, min(MOST, cases // turns))) if RECONCILE in wanted else ()
        caseload = make_caseload(office, max(cases - len(sample), turns), progress)
        total = len(caseload.ids) + len(sample)
        if RECONCILE in wanted:
            contest = reconcile_contest(office, by_hand, sample)
            yield measure(contest, database=place.database, cases=total, progress=progress)
        if WATCH in wanted:
            # What the facts before have left to be looked at is not what is to be measured.
            caseload.rest_others(office)
            for contest in watch_contests(office, by_hand, caseload):
                yield measure(contest, database=place.database, cases=total, progress=progress)
