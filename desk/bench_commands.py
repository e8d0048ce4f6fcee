"""`dodomu bench`: how fast the engine is, beside raw baselines."""

from typing import Annotated

import typer

from desk.benches.which import DOCUMENTED, Bench


def bench(
    *,
    cases: Annotated[int, typer.Option(min=1, help="How many cases the store holds.")] = DOCUMENTED,
    rounds: Annotated[int, typer.Option(min=1, help="How often ours and the baseline take turns.")] = 3,
    only: Annotated[list[Bench] | None, typer.Option(help="These only; may be given more than once.")] = None,
    postgresql: Annotated[bool, typer.Option("--postgresql", help="On an embedded PostgreSQL too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs: one line of JSON a figure.")] = False,
) -> None:
    """Measure the engine beside raw baselines."""
    from desk.bench import run_bench  # noqa: PLC0415 - what it measures is heavier than its options

    raise typer.Exit(run_bench(cases=cases, rounds=rounds, only=only or (), postgresql=postgresql, as_json=as_json))
