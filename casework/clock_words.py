"""How a clock's day came about, in words and in both languages: one line a step, one line a rung.

References, days, names of stages, bodies and holidays only; nothing here names a person.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from babel import Locale
from babel.dates import format_date

from casework.told import count_days, day_words, in_language
from models.rules.clock_explained import DayKind, DayNote, ExplainedRung, Explanation, RungState, Step, StepKind
from models.rules.policy import BIRTHDAYS, Anchor, ClockRule, MetBy, Policy
from models.rules.rulebook import Rulebook
from models.rules.terms import Term, TermUnit
from models.rules.wording import clock_state_words
from models.statuses import Precision, Stage

LISTED_SINGLY = 4
"""Up to so many days of rest are listed one by one; of more only the number is told. Holidays always are."""

_WEEKDAYS = {"uk": "EEEE, d MMMM y 'р'.", "en": "EEEE, d MMMM y"}
_UNITS: Final[Mapping[TermUnit, Mapping[str, Mapping[str, str]]]] = {
    TermUnit.CALENDAR_DAYS: {
        "uk": {"one": "{} календарний день", "few": "{} календарні дні", "many": "{} календарних днів"},
        "en": {"one": "{} calendar day", "other": "{} calendar days"},
    },
    TermUnit.WORKING_DAYS: {
        "uk": {"one": "{} робочий день", "few": "{} робочі дні", "many": "{} робочих днів"},
        "en": {"one": "{} working day", "other": "{} working days"},
    },
    TermUnit.WEEKS: {
        "uk": {"one": "{} тиждень", "few": "{} тижні", "many": "{} тижнів"},
        "en": {"one": "{} week", "other": "{} weeks"},
    },
    TermUnit.MONTHS: {
        "uk": {"one": "{} місяць", "few": "{} місяці", "many": "{} місяців"},
        "en": {"one": "{} month", "other": "{} months"},
    },
    TermUnit.YEARS: {
        "uk": {"one": "{} рік", "few": "{} роки", "many": "{} років"},
        "en": {"one": "{} year", "other": "{} years"},
    },
    TermUnit.HOURS: {
        "uk": {"one": "{} година", "few": "{} години", "many": "{} годин"},
        "en": {"one": "{} hour", "other": "{} hours"},
    },
}
_ANCHORS: Final[Mapping[Anchor, Mapping[str, str]]] = {
    Anchor.STAGE_ENTERED: {"uk": "вхід до етапу «{stage}»", "en": "the entry into the stage “{stage}”"},
    Anchor.LETTER_TAKEN: {"uk": "передання листа № {letter}", "en": "the sending of letter {letter}"},
    Anchor.LETTER_DELIVERED: {"uk": "отримання листа № {letter}", "en": "the delivery of letter {letter}"},
    Anchor.LETTER_REGISTERED: {"uk": "реєстрація листа № {letter}", "en": "the registration of letter {letter}"},
    Anchor.LETTER_ACKNOWLEDGED: {
        "uk": "підтвердження отримання листа № {letter}",
        "en": "the acknowledgement of letter {letter}",
    },
    Anchor.LETTER_REPLIED: {"uk": "відповідь на лист № {letter}", "en": "the reply to letter {letter}"},
    Anchor.SEPARATION: {"uk": "розлучення з родиною", "en": "the separation from the family"},
    Anchor.DISAPPEARANCE: {"uk": "зникнення", "en": "the disappearance"},
    Anchor.LAST_SIGHTING: {
        "uk": "останні достовірні відомості про місцеперебування",
        "en": "the last credible sighting",
    },
    **{
        anchor: {"uk": f"день, коли дитині виповнюється {age}", "en": f"the day the child turns {age}"}
        for anchor, age in BIRTHDAYS.items()
    },
    Anchor.ARRIVAL: {"uk": "прибуття дитини", "en": "the child's arrival"},
    Anchor.CONSENT_GIVEN: {"uk": "надання згоди", "en": "the giving of a consent"},
}
_PRECISIONS: Final[Mapping[Precision, Mapping[str, str]]] = {
    Precision.DAY: {"uk": "день відомий", "en": "the day is known"},
    Precision.MONTH: {
        "uk": "відомий лише місяць, тож рахуємо від його першого дня",
        "en": "only the month is known, so it counts from its first day",
    },
    Precision.YEAR: {
        "uk": "відомий лише рік, тож рахуємо від його першого дня",
        "en": "only the year is known, so it counts from its first day",
    },
}
_MET_BY: Final[Mapping[MetBy, Mapping[str, str]]] = {
    MetBy.NEXT_STAGE: {"uk": "перехід до наступного етапу: {next}", "en": "the next stage: {next}"},
    MetBy.REPLY: {
        "uk": "відповідь, відмова або запит відомостей: {body}",
        "en": "an answer, a refusal or a request for information: {body}",
    },
    MetBy.LETTER_TO: {"uk": "переданий лист: {body}", "en": "a letter that has left: {body}"},
    MetBy.VISIT: {"uk": "записаний візит: {visit}", "en": "the visit on record: {visit}"},
    MetBy.OWN_CONSENT: {"uk": "власна згода особи", "en": "the person's own consent"},
    MetBy.NOTHING: {"uk": "ніщо: строк спливає сам", "en": "nothing: it runs to its end"},
}
_RUNG_STATES: Final[Mapping[RungState, Mapping[str, str]]] = {
    RungState.FIRED: {"uk": "спрацював: {at}", "en": "fired {at}"},
    RungState.OVERTAKEN: {
        "uk": "обігнаний пізнішим щаблем, нікому не сказано: {at}",
        "en": "overtaken by a later rung {at}, nobody was told",
    },
    RungState.SNOOZED: {"uk": "відкладено до {until}", "en": "put off until {until}"},
    RungState.DUE: {"uk": "спрацює під час найближчого обходу", "en": "fires with the next look"},
    RungState.OUTRUN: {
        "uk": "його обжене пізніший щабель, нікому не буде сказано",
        "en": "will be overtaken by a later rung, nobody will be told",
    },
    RungState.AHEAD: {"uk": "попереду", "en": "ahead"},
    RungState.WAITING: {
        "uk": "чекає на слово органу (день {place})",
        "en": "waits for a word from the body (day {place})",
    },
    RungState.RESTING: {"uk": "відпочиває разом зі справою", "en": "rests, as the case does"},
    RungState.PASSED_BY: {"uk": "не спрацює", "en": "will not fire"},
}
_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "from": {"uk": "Від чого: {what}, {on} ({known})", "en": "Counted from: {what}, {on} ({known})"},
    "supposed": {
        "uk": "дня немає на записі, тож його припущено",
        "en": "its day is not on record and is supposed",
    },
    "lag": {
        "uk": "Лист передано: {since}; на отримання чи реєстрацію дається {term}: {to}",
        "en": "The letter was taken on {since}; to be received or registered it is given {term}: {to}",
    },
    "lag_none": {
        "uk": "Лист передано: {since}; вважаємо, що того самого дня його й отримано",
        "en": "The letter was taken on {since} and is supposed to have arrived that very day",
    },
    "count": {
        "uk": "Строк: {term}; перший день {first}, останній {to}",
        "en": "The term: {term}; the first day is {first}, the last {to}",
    },
    "count_none": {"uk": "Строк: сам цей день, {to}", "en": "The term: that very day, {to}"},
    "hours": {"uk": "Строк: {term}, від {since} до {until}", "en": "The term: {term}, from {since} until {until}"},
    "skipped": {"uk": "не рахуються: {days}", "en": "not counted: {days}"},
    "worked": {"uk": "рахуються, бо робочі: {days}", "en": "counted, as they are worked: {days}"},
    "rests": {"uk": "{count} вихідних ({names})", "en": "{count} days of the week-end ({names})"},
    "pause": {
        "uk": "Справа відпочивала {days}: {spans}; останній день пересунуто на {to}",
        "en": "The case rested {days}: {spans}; the last day moves to {to}",
    },
    "span": {"uk": "від {since} до {until}", "en": "from {since} until {until}"},
    "rolled": {
        "uk": "Цей день неробочий за календарем «{calendar}» ({days}), тож строк спливає найближчого робочого: {to}",
        "en": "That is no working day by the calendar “{calendar}” ({days}), so it moves to the next one: {to}",
    },
    "stays": {
        "uk": "Це робочий день за календарем «{calendar}», тож він лишається",
        "en": "That is a working day by the calendar “{calendar}”, so it stays",
    },
    "stays_worked": {
        "uk": "Це робочий день за календарем «{calendar}» ({days}), тож він лишається",
        "en": "That is a working day by the calendar “{calendar}” ({days}), so it stays",
    },
    "does_not_roll": {
        "uk": "Строк спливає цього дня, робочий він чи ні",
        "en": "It ends on that day, whether it is worked or not",
    },
    "hard": {
        "uk": "Остаточна межа: ніколи не зупиняється і не відкладається",
        "en": "A final cut-off: never paused, never put off",
    },
    "due": {"uk": "Строк спливає: {on} ({state})", "en": "Due: {on} ({state})"},
    "due_ended": {"uk": "Строк спливає: {on} ({state} {ended})", "en": "Due: {on} ({state} {ended})"},
    "met_by": {"uk": "Що зупиняє: {what}", "en": "Stopped by: {what}"},
    "ladder": {"uk": "Щаблі:", "en": "The ladder:"},
    "basis": {"uk": "Підстава: {basis} ({verified})", "en": "Basis: {basis} ({verified})"},
    "verified": {"uk": "перевірено юристом", "en": "verified by a lawyer"},
    "not_verified": {"uk": "юрист іще не перевірив", "en": "not yet verified by a lawyer"},
    "closes_off": {"uk": "Що втрачається, коли строк сплив: {what}", "en": "What a lapse closes off: {what}"},
    "behind": {
        "uk": "Справа чекає на обхід: у списках строк може ще стояти інакше",
        "en": "The case waits for a look: lists may still say otherwise",
    },
}


@dataclass(frozen=True, slots=True)
class Telling:
    """What it takes to put an explanation into words: the policy, the calendars' names, the reader's language."""

    book: Rulebook
    calendar: str
    language: str
    letter: str | None = None
    behind: bool = False


def explanation_lines(told: Explanation, telling: Telling) -> Iterator[str]:
    """Yield the whole explanation, line by line; rungs are indented."""
    rule, language = told.clock.rule, telling.language
    yield f"{told.reference} · {in_language(rule.name, language)}"
    yield _anchor_line(told, telling)
    for step in told.steps:
        yield from _step_lines(step, telling)
    if rule.hard:
        yield _say("hard", language)
    elif not rule.rolls:
        yield _say("does_not_roll", language)
    yield _due_line(told, telling)
    yield _say("met_by", language, what=_stops(rule, telling.book.policy, language))
    if told.rungs:
        yield _say("ladder", language)
    for rung in told.rungs:
        yield f"  {_rung_line(rung, telling)}"
    verified = _say("verified" if rule.verified else "not_verified", language)
    yield _say("basis", language, basis=rule.legal_basis, verified=verified)
    if rule.closes_off:
        yield _say("closes_off", language, what=in_language(rule.closes_off, language))
    if telling.behind:
        yield _say("behind", language)


def weekday_words(day: date, language: str) -> str:
    """Say a day with its weekday: понеділок, 9 березня 2026 р.; Monday, 9 March 2026."""
    return format_date(day, in_language(_WEEKDAYS, language), _spoken(language))


def term_words(term: Term, language: str) -> str:
    """Say a term: 15 календарних днів, 1 month."""
    spoken = _spoken(language)
    return _UNITS[term.unit][spoken][Locale.parse(spoken).plural_form(term.count)].format(term.count)


def moment_words(moment: datetime, telling: Telling) -> str:
    """Say a moment by the office's clock."""
    there = moment.astimezone(telling.book.zone)
    return f"{weekday_words(there.date(), telling.language)}, {there:%H:%M}"


def days_told(notes: Sequence[DayNote], language: str) -> str:
    """List days that do or do not count: days of rest are counted if they are many, all others come singly."""
    rests = [each for each in notes if each.kind is DayKind.WEEKEND]
    others = [each for each in notes if each.kind is not DayKind.WEEKEND]
    if len(rests) <= LISTED_SINGLY:
        return "; ".join(_note(each, language) for each in sorted(notes, key=lambda each: each.on))
    weekdays = {each.on.weekday(): each.on for each in rests}
    names = [format_date(weekdays[number], "EEEE", _spoken(language)) for number in sorted(weekdays)]
    told = _say("rests", language, count=len(rests), names=", ".join(names))
    return "; ".join((told, *(_note(each, language) for each in others)))


def _anchor_line(told: Explanation, telling: Telling) -> str:
    clock, language = told.clock, telling.language
    stage = _stage_name(clock.rule.stage, telling.book.policy, language)
    what = in_language(_ANCHORS[clock.rule.anchor], language).format(stage=stage, letter=telling.letter or "…")
    known = _say("supposed", language) if clock.lagged_from else in_language(_PRECISIONS[clock.counted_from], language)
    on = weekday_words(clock.anchor_on, language)
    return _say("from", language, what=what, on=on, known=known)


def _step_lines(step: Step, telling: Telling) -> Iterator[str]:
    language = telling.language
    to = weekday_words(step.to_on, language)
    if step.kind is StepKind.PAUSE:
        spans = "; ".join(
            _say("span", language, since=day_words(span.from_on, language), until=day_words(span.until_on, language))
            for span in step.spans
        )
        yield _say("pause", language, days=count_days((step.to_on - step.from_on).days, language), spans=spans, to=to)
    elif step.kind is StepKind.ROLL:
        yield _roll_line(step, telling)
    else:
        yield _count_line(step, telling)
        if step.skipped:
            yield f"  {_say('skipped', language, days=days_told(step.skipped, language))}"
        if step.worked:
            yield f"  {_say('worked', language, days=days_told(step.worked, language))}"


def _count_line(step: Step, telling: Telling) -> str:
    language = telling.language
    to = weekday_words(step.to_on, language)
    term = term_words(step.term, language) if step.term is not None else ""
    if step.kind is StepKind.LAG:
        word = "lag" if step.from_on != step.to_on else "lag_none"
        return _say(word, language, since=weekday_words(step.from_on, language), term=term, to=to)
    if step.from_at is not None and step.to_at is not None:
        since, until = moment_words(step.from_at, telling), moment_words(step.to_at, telling)
        return _say("hours", language, term=term, since=since, until=until)
    if step.first_on is None:
        return _say("count_none", language, to=to)
    return _say("count", language, term=term, first=weekday_words(step.first_on, language), to=to)


def _roll_line(step: Step, telling: Telling) -> str:
    language = telling.language
    if step.from_on != step.to_on:
        days = days_told(step.skipped, language)
        return _say("rolled", language, calendar=telling.calendar, days=days, to=weekday_words(step.to_on, language))
    word = "stays_worked" if step.worked else "stays"
    return _say(word, language, calendar=telling.calendar, days=days_told(step.worked, language))


def _due_line(told: Explanation, telling: Telling) -> str:
    clock, language = told.clock, telling.language
    on = weekday_words(clock.due_on, language) if clock.due_at is None else moment_words(clock.due_at, telling)
    state = clock_state_words(clock.state, language)
    if clock.closed_on is None:
        return _say("due", language, on=on, state=state)
    return _say("due_ended", language, on=on, state=state, ended=day_words(clock.closed_on, language))


def _rung_line(rung: ExplainedRung, telling: Telling) -> str:
    language = telling.language
    state = in_language(_RUNG_STATES[rung.state], language).format(
        at=moment_words(rung.fired_at, telling) if rung.fired_at is not None else "",
        until=day_words(rung.snoozed_until, language) if rung.snoozed_until is not None else "",
        place=rung.rung.place,
    )
    at = [] if rung.at is None else [moment_words(rung.at, telling)]
    return " · ".join((*at, rung.rung.id, state, in_language(rung.rung.says, language)))


def _stops(rule: ClockRule, policy: Policy, language: str) -> str:
    following = rule.stage.following if rule.stage is not None else None
    body = in_language(policy.get_body(rule.body).name, language) if rule.body is not None else ""
    words = in_language(_MET_BY[rule.met_by], language)
    return words.format(next=_stage_name(following, policy, language), body=body, visit=rule.visit)


def _stage_name(stage: Stage | None, policy: Policy, language: str) -> str:
    return next((in_language(rule.name, language) for rule in policy.stages if rule.stage is stage), "")


def _note(note: DayNote, language: str) -> str:
    day = weekday_words(note.on, language)
    return f"{day} ({in_language(note.name, language)})" if note.name else day


def _spoken(language: str) -> str:
    return language if language in _WEEKDAYS else "uk"


def _say(word: str, language: str, **values: object) -> str:
    return in_language(_WORDS[word], language).format(**values)
