"""`dodomu clock explain`: how a deadline's day came about, step by step."""

from typing import Annotated, Any

import typer

from casework.clock_explaining import ExplainedClock, explain_clock
from desk.options import JsonOption, ReferenceArgument
from desk.printing import print_json, say
from desk.sitting import sitting


def explain(
    reference: ReferenceArgument,
    rule: Annotated[str, typer.Argument(metavar="RULE", help="Which clock: see `dodomu policy show clocks`.")],
    *,
    anchor: Annotated[
        str | None, typer.Option(metavar="KEY", help="Where the case has several of that rule: which one.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Say how a deadline's day came about: what it counts from, the days skipped and why, pauses, rungs, basis."""
    with sitting() as at:
        told = explain_clock(at.office, reference, rule, at.now, anchor=anchor, language=at.language)
        if as_json:
            print_json(as_plain(told))
        else:
            for line in told.lines:
                say(line)


def as_plain(told: ExplainedClock) -> dict[str, Any]:
    """Return an explanation for programs; days and moments in ISO form."""
    clock, rule = told.explanation.clock, told.explanation.clock.rule
    return {
        "reference": told.explanation.reference,
        "rule": rule.id,
        "anchor": {
            "key": clock.anchor,
            "event": rule.anchor,
            "on": clock.anchor_on,
            "known_to_the": clock.counted_from,
            "supposed": clock.lagged_from is not None,
            "letter": told.letter,
        },
        "term": rule.term,
        "calendar": rule.calendar,
        "steps": told.explanation.steps,
        "paused_days": clock.paused_days,
        "due_on": clock.due_on,
        "weekday": clock.due_on.isoweekday(),
        "due_at": clock.due_at,
        "state": clock.state,
        "closed_on": clock.closed_on,
        "hard": rule.hard,
        "rolls": rule.rolls,
        "met_by": rule.met_by,
        "rungs": [
            {
                "id": each.rung.id,
                "at": each.at,
                "state": each.state,
                "fired_at": each.fired_at,
                "snoozed_until": each.snoozed_until,
            }
            for each in told.explanation.rungs
        ],
        "legal_basis": rule.legal_basis,
        "verified": rule.verified,
        "closes_off": rule.closes_off,
    }
