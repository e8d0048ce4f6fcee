"""Made-up cases for the properties of the rules: any mixture of facts that a store could hold at a moment."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from models.rules.facts import (
    ArrivalFact,
    CaseFacts,
    ConsentFact,
    LetterFact,
    Pause,
    ReplyFact,
    SightingFact,
    StageEntry,
)
from models.statuses import (
    Basis,
    CaseStatus,
    ChecklistItem,
    InformationGrade,
    LetterState,
    Precision,
    Purpose,
    ReplyKind,
    SourceGrade,
    SourceKind,
    Stage,
    Territory,
)
from tests.models.rules.rule_book import CLOCKS
from tests.models.rules.rule_facts import KYIV, OPENED, case, facts_for, on, signed
from tests.models.rules.wide_book import OFFICE_REPLY

FIRST_DAY = on(OPENED)
RESTING = (CaseStatus.SUSPENDED, CaseStatus.CLOSED)
TAKEN = (LetterState.SENT, LetterState.ACKNOWLEDGED, LetterState.ANSWERED, LetterState.REFUSED, LetterState.NO_REPLY)
UNTAKEN = (LetterState.DRAFT, LetterState.REJECTED, LetterState.QUEUED, LetterState.STOPPED)
RUNG_KEYS = [(clock.id, f"{clock.stage}#1", rung.id) for clock in CLOCKS[:2] for rung in clock.rungs] + [
    ("wgeid_urgent", "separation", rung_id) for rung_id in ("day_60", "day_80")
]

REPLY_RUNG_KEYS = [(OFFICE_REPLY.id, "L1", rung.id) for rung in OFFICE_REPLY.rungs]
# Sixteen within the year of the looks, or to be planned in it.
_SIXTEEN_ON = st.dates(date(2028, 5, 1), date(2029, 12, 1))


@dataclass(frozen=True, slots=True)
class Moment:
    """A case as it stands, and the moment of the first look at it."""

    facts: CaseFacts
    now: datetime


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


def between(first: date, last: date) -> st.SearchStrategy[date]:
    return st.dates(min(first, last), last)


@st.composite
def moments(draw: st.DrawFn, *, dated_ahead: bool = True, status: CaseStatus | None = None) -> Moment:
    """A case and a moment within about a year of its opening.

    Without `dated_ahead` no consent begins later than that moment. `status` None draws one.
    """
    now = draw(_nows)
    today = now.astimezone(KYIV).date()
    status = status or draw(st.sampled_from((CaseStatus.OPEN, CaseStatus.OPEN, *RESTING)))
    recorded_on = draw(between(FIRST_DAY, today))
    reached = draw(st.sampled_from(Stage))
    on_record = facts_for(reached, f"{recorded_on:%a %Y-%m-%d}")
    letters = draw(_letters(today))
    mixed = {
        "sightings": st.tuples() | _several(_sightings(today), 4),
        "consents": _several(_consents(today, ahead=60 if dated_ahead else 0), 4),
        "letters": st.just(letters),
        "replies": _several(_replies(today, [each.id for each in letters]), 3),
        "checklist": _several(st.tuples(st.sampled_from(ChecklistItem), between(FIRST_DAY, today)), 8),
        "sign_offs": st.sampled_from([signed(), signed(1), signed(1, 2)]),
        "arrival": maybe(st.builds(ArrivalFact, between(FIRST_DAY, today), _bases, st.sampled_from(Territory))),
        "standing_confirmed": st.booleans(),
    }
    changed = draw(st.sets(st.sampled_from(sorted(mixed)), max_size=4))
    facts = case(**(on_record | {name: draw(mixed[name]) for name in sorted(changed)}))
    return Moment(draw(_dated(facts, status, today)), now)


@st.composite
def _grown(draw: st.DrawFn, today: date) -> tuple[date | None, Precision]:
    """The first day on which the child can be eighteen, and how exactly it is known."""
    adult_on = draw(maybe(between(date(2026, 5, 1), today + timedelta(days=150)) | _SIXTEEN_ON))
    known_to = draw(st.sampled_from(Precision))
    if adult_on is None or known_to is Precision.DAY:
        return adult_on, Precision.DAY
    return adult_on.replace(day=1, month=1 if known_to is Precision.YEAR else adult_on.month), known_to


@st.composite
def _dated(draw: st.DrawFn, facts: CaseFacts, status: CaseStatus, today: date) -> CaseFacts:
    """The case with a way behind it, its rests and its other dates."""
    visits = st.frozensets(st.tuples(st.just("72h"), between(FIRST_DAY, today)), max_size=2)
    adult_on, born_known_to = draw(_grown(today))
    return replace(
        facts,
        status=status,
        entries=draw(_ways(today)),
        pauses=draw(_pauses(status, today)),
        separation_on=draw(maybe(between(date(2026, 2, 1), today))),
        disappeared_on=draw(maybe(between(date(2026, 2, 1), today))),
        adult_on=adult_on,
        adult_precision=born_known_to,
        consents=tuple(replace(each, id=f"c{number}") for number, each in enumerate(facts.consents)),
        replies=tuple(replace(each, id=f"r{number}") for number, each in enumerate(facts.replies)),
        held_stage=draw(maybe(st.sampled_from(tuple(Stage)[1:]))),
        possible_duplicate=draw(st.booleans()),
        visits=draw(visits),
        overrides=draw(st.frozensets(st.sampled_from(_OVERRIDES), max_size=2)),
        rungs=draw(st.frozensets(st.sampled_from(RUNG_KEYS), max_size=3)),
        snoozes=draw(_snoozes(today)),
    )


@st.composite
def _snoozes(draw: st.DrawFn, today: date) -> frozenset[tuple[str, str, str, date]]:
    """A rung is put off once at most."""
    put_off = draw(st.frozensets(st.sampled_from([*RUNG_KEYS, *REPLY_RUNG_KEYS]), max_size=3))
    return frozenset((*key, draw(between(FIRST_DAY, today + timedelta(days=60)))) for key in sorted(put_off))


@st.composite
def _ways(draw: st.DrawFn, today: date) -> tuple[StageEntry, ...]:
    """Stages entered one after another, with a step back here and there, at noon or before daybreak."""
    stage = Stage.REPORTED
    day = FIRST_DAY
    entries = [_entry(1, stage, day, 12)]
    for number in range(2, draw(st.integers(1, 8)) + 1):
        onwards = stage.following is not None and draw(st.integers(0, 3)) > 0
        order = stage.order + 1 if onwards else draw(st.integers(0, stage.order))
        stage, day = tuple(Stage)[order], draw(between(day, today))
        entries.append(_entry(number, stage, day, draw(st.sampled_from([1, 12]))))
    return tuple(entries)


def _entry(number: int, stage: Stage, day: date, hour: int) -> StageEntry:
    entered_at = datetime(day.year, day.month, day.day, hour, tzinfo=KYIV).astimezone(UTC)
    return StageEntry(number, stage, entered_at)


@st.composite
def _pauses(draw: st.DrawFn, status: CaseStatus, today: date) -> tuple[Pause, ...]:
    days = sorted(draw(st.lists(between(FIRST_DAY, today), min_size=5, max_size=5)))
    rests = tuple(Pause(days[at], days[at + 1]) for at in range(0, draw(st.sampled_from([0, 2, 4])), 2))
    return (*rests, Pause(days[4])) if status in RESTING else rests


def _several(values: st.SearchStrategy[Any], most: int) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(values, max_size=most).map(tuple)


_bases = st.sampled_from([Basis.PARENT, Basis.GUARDIAN, Basis.SELF, Basis.AUTHORITY])
_OVERRIDES = [
    (Stage.IDENTIFIED, "report_reference"),
    (Stage.LOCATED, "supported_location"),
    (Stage.VERIFIED, "checklist"),
    (Stage.VERIFIED, "sign_offs"),
]
_nows = st.builds(
    lambda day, hours: datetime(2026, 6, 1, 10, tzinfo=UTC) + timedelta(days=day, hours=hours),
    st.integers(0, 100) | st.integers(0, 330),
    st.sampled_from([0, 0.5, 1, 6, 10.9999, 11, 18]),
)


def _sightings(today: date) -> st.SearchStrategy[SightingFact]:
    days = between(date(2026, 3, 1), today)
    return st.builds(
        SightingFact,
        id=st.uuids().map(lambda each: each.hex[:8]),
        seen_on=days | days | st.none(),
        stated_on=days,
        country=st.just("RU"),
        territory=st.sampled_from([Territory.RUSSIA, Territory.OCCUPIED, Territory.DPRK]),
        source_kind=st.sampled_from([SourceKind.OFFICIAL, SourceKind.WITNESS]),
        source_grade=st.sampled_from([SourceGrade.B, SourceGrade.B, SourceGrade.E]),
        information_grade=st.sampled_from([InformationGrade.PROBABLY_TRUE, InformationGrade.POSSIBLY_TRUE]),
        source_no=st.integers(1, 3),
        place_no=st.integers(1, 2),
        withdrawn=st.sampled_from([False, False, False, True]),
    )


def _consents(today: date, ahead: int) -> st.SearchStrategy[ConsentFact]:
    return st.builds(
        ConsentFact,
        id=st.uuids().map(lambda each: each.hex[:8]),
        body=st.sampled_from(["*", "icrc", "wgeid"]),
        purpose=st.sampled_from([Purpose.SEARCH, Purpose.SEARCH, Purpose.RETURN]),
        given_on=between(FIRST_DAY, today + timedelta(days=ahead)),
        given_by=_bases,
        withdrawn_on=st.none() | between(FIRST_DAY, today + timedelta(days=60)),
    )


@st.composite
def _letters(draw: st.DrawFn, today: date) -> tuple[LetterFact, ...]:
    drawn = []
    for number in range(1, draw(st.integers(0, 5)) + 1):
        body = draw(st.sampled_from(["ombudsman_ua", "icrc", "wgeid"]))
        taken_on = draw(maybe(between(FIRST_DAY, today)))
        state = draw(st.sampled_from(UNTAKEN if taken_on is None else TAKEN))
        purpose = draw(st.sampled_from([Purpose.SEARCH, Purpose.SEARCH, Purpose.RETURN]))
        letter = LetterFact(f"L{number}", f"{body}_request", body, purpose, state, taken_on)
        delivered_on = None if taken_on is None else draw(maybe(between(taken_on, today)))
        drawn.append(replace(letter, delivered_on=delivered_on))
    return tuple(drawn)


def _replies(today: date, letters: Sequence[str]) -> st.SearchStrategy[ReplyFact]:
    return st.builds(
        ReplyFact,
        letter=st.sampled_from([*letters, "L1"]),
        kind=st.sampled_from(ReplyKind),
        received_on=between(FIRST_DAY, today),
        acknowledges_child=st.booleans(),
        agrees_to_verification=st.booleans(),
        registered_on=maybe(between(FIRST_DAY, today)),
    )
