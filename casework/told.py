"""What staff are told of a case, in their own language: what is owed, by whom, since when, and the one next command.

Case references only; nothing here names a person. Notices and the daily digest both say it with these words.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from textwrap import wrap

from babel import Locale
from babel.dates import format_date

from casework.told_words import COUNTED_FROM, KNOWN_ONLY_TO, WORDS
from models.rules.policy import BIRTHDAYS, Anchor, ClockRule, MetBy, Policy, Rung
from models.statuses import ClockState, Precision

WIDTH = 76
_INDENT = "  "
_KNOWN_TO_THE_DAY = {"uk": "", "en": ""}
_PATTERNS = {"uk": "d MMMM y 'р'.", "en": "d MMMM y"}
_DAYS = {
    "uk": {"one": "{} день", "few": "{} дні", "many": "{} днів", "other": "{} дня"},
    "en": {"one": "{} day", "other": "{} days"},
}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing a reader is told: `lines` are whole sentences, `command` is what to do next."""

    reference: str
    what: str
    lines: tuple[str, ...]
    command: str


@dataclass(frozen=True, slots=True)
class Deadline:
    """A clock as it is told. `letter` is the outgoing number of the letter whose answer it waits for.

    It counts from `anchor_on`, known as exactly as `counted_from` says. `snoozed_until` is the latest day to which one
    of its rungs has been put off.
    """

    reference: str
    coordinator: str | None
    rule: ClockRule
    anchor: str
    due_on: date
    state: ClockState
    letter: str | None = None
    anchor_on: date | None = None
    counted_from: Precision = Precision.DAY
    snoozed_until: date | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """What the clock is known by: case, rule and anchor."""
        return self.reference, self.rule.id, self.anchor


def in_language(words: Mapping[str, str], language: str) -> str:
    """Return the words in a reader's language, in Ukrainian where that is missing."""
    return words.get(language, words["uk"])


def say(word: str, language: str, **values: object) -> str:
    """Say one of the set phrases."""
    return in_language(WORDS[word], language).format(**values)


def day_words(day: date, language: str) -> str:
    """Say a day: 9 березня 2026 р., 9 March 2026."""
    return format_date(day, in_language(_PATTERNS, language), language if language in _PATTERNS else "uk")


def count_days(count: int, language: str) -> str:
    """Say a number of days: 1 день, 3 дні, 7 днів."""
    spoken = language if language in _DAYS else "uk"
    return _DAYS[spoken][Locale.parse(spoken).plural_form(count)].format(count)


def when_words(due_on: date, today: date, language: str) -> str:
    """Say when something is or was due, as seen from today, without its full stop."""
    left = (due_on - today).days
    word = {0: "today", 1: "tomorrow"}.get(left, "ahead" if left > 0 else "passed")
    said = say(word, language, on=day_words(due_on, language), days=count_days(abs(left), language))
    return said.removesuffix(".")


def deadline_item(deadline: Deadline, policy: Policy, reader: str, today: date, language: str) -> Item:
    """Say a deadline to a reader (a staff id)."""
    turn = say("turn", language, who=_whose_turn(deadline, policy, reader, language))
    return Item(
        reference=deadline.reference,
        what=in_language(deadline.rule.name, language),
        lines=(
            f"{_standing_words(deadline, today, language)} {turn}",
            *_since(deadline, language),
            *_closes_off(deadline, language),
            *_put_off(deadline, today, language),
            say("basis", language, basis=deadline.rule.legal_basis),
        ),
        command=next_command(deadline, policy),
    )


def _standing_words(deadline: Deadline, today: date, language: str) -> str:
    """Say when a deadline is or was; of one that a body's word has stopped, that it has."""
    if deadline.state is ClockState.MET:
        return say("stopped", language)
    return f"{when_words(deadline.due_on, today, language)}."


def stand_in_words(absent: str, until_on: date, language: str) -> str:
    """Say for whom a deputy reads this; `absent` is a staff id."""
    return say("stands_in", language, who=absent, on=day_words(until_on, language))


def with_rung(item: Item, rung: Rung, language: str) -> Item:
    """Put before everything else what a rung says is to be done."""
    return Item(item.reference, item.what, (in_language(rung.says, language), *item.lines), item.command)


def next_command(deadline: Deadline, policy: Policy) -> str:
    """Return the one command that records what stops the clock, or shows the case where that is several things."""
    rule, reference = deadline.rule, deadline.reference
    if deadline.coordinator is None:
        return f"dodomu case assign {reference} …"
    show = (
        f"dodomu sighting add {reference}" if rule.anchor is Anchor.LAST_SIGHTING else f"dodomu case show {reference}"
    )
    answered = deadline.letter is None or deadline.state is ClockState.MET
    commands = {
        MetBy.VISIT: f"dodomu visit record {reference} {rule.visit}",
        MetBy.OWN_CONSENT: f"dodomu consent give {reference}",
        MetBy.REPLY: show if answered else f"dodomu reply record {deadline.letter} --kind …",
        MetBy.LETTER_TO: _letter_command(deadline, policy),
    }
    return commands.get(rule.met_by, show)


def print_item(item: Item, language: str) -> str:
    """Print an item as plain text, no line longer than `WIDTH` but the command, which must not be parted."""
    lines = _wrapped(f"{item.reference} · {item.what}", "")
    for sentence in item.lines:
        lines += _wrapped(sentence, _INDENT)
    return "\n".join([*lines, f"{_INDENT}{say('next', language, command=item.command)}"])


def _since(deadline: Deadline, language: str) -> Iterator[str]:
    """Say from which event a clock counts, and its day; a birthday's day is the child's and is not said."""
    anchor = deadline.rule.anchor
    event = in_language(COUNTED_FROM[anchor], language)
    known = in_language(KNOWN_ONLY_TO.get(deadline.counted_from, _KNOWN_TO_THE_DAY), language)
    if anchor in BIRTHDAYS:
        yield say("since_event", language, event=f"{event}{known}")
    elif deadline.anchor_on is not None:
        on = day_words(deadline.anchor_on, language)
        yield say("since", language, event=event, on=f"{on}{known}").removesuffix(".") + "."


def _closes_off(deadline: Deadline, language: str) -> Iterator[str]:
    """Say what a hard cut-off takes away."""
    if deadline.rule.closes_off:
        word = "closed_off" if deadline.state is ClockState.LAPSED else "closes_off"
        yield say(word, language, what=in_language(deadline.rule.closes_off, language))


def _put_off(deadline: Deadline, today: date, language: str) -> Iterator[str]:
    if deadline.snoozed_until is not None and deadline.snoozed_until > today:
        yield say("snoozed", language, on=day_words(deadline.snoozed_until, language))


def _letter_command(deadline: Deadline, policy: Policy) -> str:
    """Return the command that begins the letter; once the cut-off has lapsed, the one that says who is left."""
    rule = deadline.rule
    if deadline.state is ClockState.LAPSED:
        return f"dodomu letter plan {deadline.reference}"
    first_letters = [kind for kind in policy.kinds if rule.body in kind.bodies and not kind.follows]
    kinds = first_letters if rule.kind is None else [policy.get_kind(rule.kind)]
    if not kinds:
        return f"dodomu case show {deadline.reference}"
    purpose = rule.purpose or kinds[0].purposes[0]
    return f"dodomu letter draft {deadline.reference} --kind {kinds[0].id} --purpose {purpose}"


def _wrapped(sentence: str, indent: str) -> list[str]:
    return wrap(
        sentence,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=_INDENT,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _whose_turn(deadline: Deadline, policy: Policy, reader: str, language: str) -> str:
    waits = deadline.rule.met_by is MetBy.REPLY and deadline.state is not ClockState.MET
    if waits and deadline.rule.body is not None:
        return in_language(policy.get_body(deadline.rule.body).name, language)
    if deadline.coordinator is None:
        return say("nobody", language)
    if deadline.coordinator == reader:
        return say("you", language)
    return say("coordinator", language, who=deadline.coordinator)
