"""Runs a flow that does nothing, over and over, to learn what a run costs: started as `python -m workflows.bare_runs`.

Tells as JSON lines on stdout how far it is, and at the end the seconds that all runs took together.
"""

import argparse
import asyncio
from collections.abc import Callable
from time import perf_counter, process_time

from prefect import flow

from workflows.rooms import NOWHERE
from workflows.telling import tell


async def run_bare(runs: int, done: Callable[[int], None]) -> tuple[float, float]:
    """Run the flow `runs` times, one run after the other; return the seconds on the clock and of the processor.

    `done` hears the number of each run. One run before them, which finds the server and names the flow to it, is not
    counted; nor is what the server computes among the processor's seconds.
    """

    # In here, because every flow that stands in a module of ours is deployed to the office.
    @flow(name="bare-run", persist_result=False, result_storage=NOWHERE, validate_parameters=False)
    async def bare_run() -> None:
        """Do nothing."""

    await bare_run()
    begun, cpu_begun = perf_counter(), process_time()
    for number in range(1, runs + 1):
        await bare_run()
        done(number)
    return perf_counter() - begun, process_time() - cpu_begun


def main() -> None:
    """Read the command line, run, and tell."""
    asked = argparse.ArgumentParser(prog="python -m workflows.bare_runs", description=__doc__)
    asked.add_argument("--runs", type=int, required=True)
    runs: int = asked.parse_args().runs
    seconds, cpu_s = asyncio.run(run_bare(runs, lambda number: tell("run", {"number": number})))
    tell("spent", {"seconds": seconds, "cpu_s": cpu_s})


if __name__ == "__main__":
    main()
