"""`dodomu bench`: how fast the engine is, beside raw baselines."""

from typing import Annotated

import typer

from desk.options import JsonOption


def bench(
    *,
    cases: Annotated[int, typer.Option(min=1, help="How many cases the store holds.")] = 19_546,
    as_json: JsonOption = False,
) -> None:
    """Measure the engine beside raw baselines."""
    from desk.bench import run_bench  # noqa: PLC0415 - what it measures is heavier than its options

    raise typer.Exit(run_bench(cases=cases, as_json=as_json))
