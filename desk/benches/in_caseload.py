"""The benches that run within a large caseload: reconciling single facts, and the watch."""

from collections.abc import Collection, Iterator

from desk.benches.by_hand import open_by_hand
from desk.benches.caseload import make_caseload
from desk.benches.figures import Figure, Scale, measure
from desk.benches.progress import Progress
from desk.benches.reconciling import MOST, reconcile_alone_contest, reconcile_contest
from desk.benches.sample import open_sample
from desk.benches.watching import watch_contests
from desk.benches.which import Bench
from desk.benches.workplace import Workplace


def bench_in_caseload(
    place: Workplace, scale: Scale, wanted: Collection[Bench], progress: Progress
) -> Iterator[Figure]:
    """Measure reconciling and the watch, those that are wanted, among as many cases as `scale` says."""
    facts = scale.share(MOST)
    with place.office() as office, open_by_hand(office) as by_hand:
        # Before the caseload: these are real cases, and their ids come from the database.
        sample = open_sample(office, 2 * scale.turns * facts) if Bench.RECONCILE in wanted else ()
        caseload = make_caseload(office, scale.cases, progress)
        if Bench.RECONCILE in wanted:
            at_once, alone = sample[::2], sample[1::2]
            yield measure(reconcile_contest(office, by_hand, at_once, facts), scale, place.database, progress)
            yield measure(reconcile_alone_contest(office, by_hand, alone, facts), scale, place.database, progress)
        if Bench.WATCH in wanted:
            # What the facts before have left to be looked at is not what is to be measured.
            caseload.rest_others(office)
            for contest in watch_contests(
                office, by_hand, caseload, scale, folder=place.folder / "flows", progress=progress
            ):
                yield measure(contest, scale, place.database, progress)
