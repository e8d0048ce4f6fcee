"""Plays a rehearsal through the flows, in this one process: started as `python -m workflows.rehearsal`.

Tells how far it is as JSON lines on stdout: a line a day, and at the end the tally. Nothing but the flows logs here.
"""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from casework.office import Office, open_office
from casework.rehearsal.batches import read_public_record
from casework.rehearsal.playing import DayPlayed, play
from casework.rehearsal.stories import cast, make_plan
from casework.rehearsal.tally import keep_letters, take_tally
from integrations.synthetic_applications import synthetic_applications
from models.errors import DodomuError
from workflows.case_journey import case_journey
from workflows.caseload_report import caseload_report
from workflows.daily_digest import daily_digest
from workflows.deliver_mail import deliver_mail
from workflows.register_cases import register_cases
from workflows.rooms import lend_office
from workflows.seal_journal import seal_journal
from workflows.telling import tell
from workflows.watch_clocks import watch_clocks

FIRST_ON = date(2026, 3, 2)
_WHOLE_DAYS = 200
_WHOLE_CASES = 200
_PUBLIC_RECORD = Path(__file__).resolve().parent.parent / "examples" / "public-record"
_FLOWS: Mapping[str, Callable[..., Awaitable[Any]]] = {
    "case-journey": case_journey,
    "register-cases": register_cases,
    "watch-clocks": watch_clocks,
    "daily-digest": daily_digest,
    "deliver-mail": deliver_mail,
    "caseload-report": caseload_report,
    "seal-journal": seal_journal,
}


async def run_flow(name: str, parameters: Mapping[str, str]) -> None:
    """Run one flow here and now, as its deployment would; what state it ends in is its own to show."""
    state = await _FLOWS[name](**parameters, return_state=True)
    if state.is_failed() or state.is_crashed():
        raise DodomuError("flow_failed", "see the run in Prefect", flow=name, state=state.name)


def rehearse(office: Office, *, cases: int, days: int, seed: int, letters: Path) -> None:
    """Play the whole rehearsal in an office and tell the tally."""
    rows = synthetic_applications(cases, seed=seed, today=FIRST_ON)
    plan = make_plan(rows, cast(cases), days=days, seed=seed, first_on=FIRST_ON)
    public = read_public_record(_PUBLIC_RECORD)
    player = asyncio.run(play(office, plan, public, run_flow, _tell_day))
    complete = days >= _WHOLE_DAYS and cases >= _WHOLE_CASES
    tally = take_tally(office, public, refusals=player.refusals, complete=complete)
    pdfs = keep_letters(office, letters)
    tell("tally", {"figures": {**tally.figures, "steps": player.steps, "pdfs": pdfs}, "untold": tally.untold})


def main() -> int:
    """Read the command line, play, and return the exit code."""
    asked = argparse.ArgumentParser(prog="python -m workflows.rehearsal", description=__doc__)
    for name in ("cases", "days", "seed"):
        asked.add_argument(f"--{name}", type=int, required=True)
    asked.add_argument("--letters", type=Path, required=True)
    given = asked.parse_args()
    try:
        with open_office() as office, lend_office(office):
            rehearse(office, cases=given.cases, days=given.days, seed=given.seed, letters=given.letters)
    except DodomuError as error:
        tell("fault", {"says": str(error), "code": error.code})
        return 1
    return 0


def _tell_day(played: DayPlayed) -> None:
    tell("day", asdict(played))


if __name__ == "__main__":
    sys.exit(main())
