"""One case as people read it: the way home, what is missing, what to look at, deadlines, letters, what to do next."""

from collections.abc import Iterator

from casework.case_card import CaseCard, ClockLine
from desk.printing import print_table, say
from desk.sitting import Sitting
from desk.wording import clock_standing_words, clock_words, closed_off_words, flag_words, missing_words, stage_words
from models.rules.wording import letter_state_words
from models.statuses import CaseStatus, ClockState, LetterState, Stage

_SHOWN = frozenset({ClockState.RUNNING, ClockState.PAUSED, ClockState.OVERDUE})


def print_card(at: Sitting, card: CaseCard) -> None:
    """Print a case's card."""
    say(f"{card.reference}  {at.say(f'is_{card.status}')}  {card.coordinator or at.say('nobodys')}  {card.opened_on}")
    say(_track(at, card))
    if card.possible_duplicate_of:
        say(at.say("duplicate_of", reference=card.possible_duplicate_of))
    for line in _lines(at, card):
        say(line)
    for clock in card.clocks:
        if clock.state is ClockState.LAPSED:
            say(at.say("lapsed", on=clock.due_on, what=closed_off_words(at.office, clock.rule)))
    clocks = [clock for clock in card.clocks if clock.state in _SHOWN]
    if clocks:
        say()
        print_table(
            [at.say(word) for word in ("clock", "due", "days_left", "state")],
            [
                [
                    clock_words(at.office, clock.rule),
                    clock.due_on,
                    clock.days_left,
                    clock_standing_words(at.office, clock),
                ]
                for clock in clocks
            ],
        )
    if card.letters:
        say()
        print_table(
            [at.say(word) for word in ("letter", "kind", "purpose", "state", "taken")],
            [
                [
                    each.number,
                    each.kind,
                    each.purpose,
                    letter_state_words(each.state, at.language, acknowledged=each.acknowledged),
                    each.taken_on,
                ]
                for each in card.letters
            ],
        )


def print_next_step(at: Sitting, card: CaseCard) -> None:
    """Print the one thing to do next."""
    say()
    say(at.say("next", what=next_step(at, card)))


def next_step(at: Sitting, card: CaseCard) -> str:
    """Say the one thing to do next: what lies with us first, then what is missing, then whom we wait for."""
    return next(_steps(at, card))


def _steps(at: Sitting, card: CaseCard) -> Iterator[str]:
    if card.status is not CaseStatus.OPEN:
        yield at.say(f"next_{card.status}", reference=card.reference)
    for flag in card.flags:
        yield at.say("next_flag", what=flag_words(at.office, flag))
    waiting = {LetterState.DRAFT: "next_approve", LetterState.APPROVED: "next_release"}
    for state, key in waiting.items():
        for letter in card.letters:
            if letter.state is state:
                yield at.say(key, number=letter.number)
    for missing in card.missing:
        yield at.say("next_missing", what=missing_words(at.office, missing))
    running: list[ClockLine] = sorted(
        (clock for clock in card.clocks if clock.days_left is not None), key=lambda clock: clock.due_on
    )
    for clock in running:
        yield at.say("next_clock", what=clock_words(at.office, clock.rule), due_on=clock.due_on)
    yield at.say("next_nothing")


def _track(at: Sitting, card: CaseCard) -> str:
    marks = [
        f"{'●' if step.entered_on else '○'} {stage_words(at.office, step.stage)}"
        + (f" {step.entered_on}" if step.entered_on else "")
        for step in card.track
    ]
    return " → ".join(marks)


def _lines(at: Sitting, card: CaseCard) -> Iterator[str]:
    for missing in card.missing:
        yield at.say("missing", what=missing_words(at.office, missing))
    for flag in card.flags:
        yield at.say("flagged", what=flag_words(at.office, flag))
    for sibling in card.siblings:
        yield at.say(
            "sibling",
            reference=sibling.reference,
            stage=stage_words(at.office, Stage(sibling.stage)),
            status=at.say(f"is_{sibling.status}"),
        )
