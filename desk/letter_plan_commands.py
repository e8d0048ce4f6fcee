"""`dodomu letter plan` and `decide`: who can be written to and when, and what a legal officer decides about it."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated

import typer

from casework.letter_decisions import decide as decide_letter
from casework.letter_decisions import withdraw_decision
from casework.letter_plan import PlannedLetter, list_plan
from desk.looking import follow
from desk.options import JsonOption, ReasonOption, ReferenceArgument
from desk.printing import print_json, print_table, say
from desk.sitting import Sitting, sitting
from models.rules.letter_conditions import Verdict
from models.rules.wording import missing_words, verdict_words

_ORDER = (Verdict.NOW, Verdict.UNDER_WAY, Verdict.LATER, Verdict.NOT_NOW, Verdict.OVER)
_COLUMNS = ("verdict", "body", "letter", "why", "latest")


def plan(
    reference: ReferenceArgument,
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="Also what is over, and what has no letter yet to come after.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Say which bodies can be written to now, which not and why not, which by when at the latest."""
    with sitting() as at:
        planned = _in_order(list_plan(at.office, reference, at.now, at.language))
        shown = [line for line in planned if everything or _is_of_use(line)]
        if as_json:
            print_json(shown)
        elif shown:
            print_table([at.say(word) for word in _COLUMNS], [_row(at, line) for line in shown])
            for command in dict.fromkeys(line.command for line in shown if line.command is not None):
                say(at.say("next", what=command))
        else:
            say(at.say("no_plan"))


def decide(
    reference: ReferenceArgument,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="Which letter: see `dodomu letter plan`.")],
    *,
    body: Annotated[str | None, typer.Option(help="Where such a letter goes to several bodies: which one.")] = None,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Take the decision back.")] = False,
    reason: ReasonOption,
) -> None:
    """Decide, as a legal officer, that a letter may be written although a condition speaks against it."""
    with sitting() as at:
        step = withdraw_decision if withdraw else decide_letter
        to = step(at.office, reference, kind=kind, body=body, reason=reason, now=at.now, actor=at.actor)
        say(at.say("decision_withdrawn" if withdraw else "letter_decided", kind=kind, body=to))
        follow(at, reference)


def _in_order(planned: Sequence[PlannedLetter]) -> list[PlannedLetter]:
    """Sort by verdict, what cannot wait first."""
    return sorted(planned, key=lambda line: (_ORDER.index(line.verdict), line.latest_on or date.max))


def _is_of_use(line: PlannedLetter) -> bool:
    codes = {reason.code for reason in line.reasons}
    return line.verdict is Verdict.UNDER_WAY or (line.verdict is not Verdict.OVER and "nothing_to_follow" not in codes)


def _row(at: Sitting, line: PlannedLetter) -> list[object]:
    return [
        verdict_words(line.verdict, at.language),
        line.body_name,
        line.kind,
        "; ".join(_why(at, line)),
        line.latest_on,
    ]


def _why(at: Sitting, line: PlannedLetter) -> Iterator[str]:
    """Yield what speaks for and against a letter, in words."""
    yield from (reason.words for reason in line.reasons)
    if line.opens_on is not None:
        yield at.say("plan_opens", on=line.opens_on)
    if line.verdict is Verdict.NOW:
        if line.follows is not None:
            yield at.say("plan_follows", number=line.follows)
        if line.procedure == "urgent":
            yield at.say("plan_urgent")
        for purpose in line.consents_missing:
            yield at.say("plan_lacks", what=missing_words(f"consent_{purpose}", at.language))
