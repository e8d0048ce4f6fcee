"""`dodomu demo`: half a year of cases, played through the real flows."""

from pathlib import Path
from typing import Annotated

import typer

from desk.demo import DEMO_FOLDER, run_demo


def demo(
    *,
    keep: Annotated[bool, typer.Option("--keep", help="Leave Prefect's UI up afterwards.")] = False,
    cases: Annotated[int, typer.Option(min=1, help="How many synthetic cases.")] = 200,
    days: Annotated[int, typer.Option(min=1, help="How many days.")] = 200,
    seed: Annotated[int, typer.Option(help="Another seed, other children.")] = 551,
    home: Annotated[Path, typer.Option(help="The rehearsal's own folder; emptied first.")] = DEMO_FOLDER,
) -> None:
    """Play half a year of cases through the real flows."""
    raise typer.Exit(run_demo(keep=keep, cases=cases, days=days, seed=seed, home=home))
