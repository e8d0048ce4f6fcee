"""Explaining one clock of one case: read the facts, plan it anew, say how its day came about. Nothing is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.case_card import STANDING
from casework.clock_words import Telling, explanation_lines
from casework.deadlines import find_letter_numbers
from casework.loading import CASE_COLUMNS, load_facts
from casework.office import Office
from casework.told import in_language
from integrations.calendar_days import note_of_day
from models.errors import InvalidInput, NotFound
from models.records import Case, NoticeRecord
from models.rules.clock_explained import Explanation, explain
from models.rules.clocks import PlannedClock, plan_clocks
from models.rules.reference import parse_reference
from models.statuses import NoticeState

if TYPE_CHECKING:
    from integrations.calendars import Calendar


@dataclass(frozen=True, slots=True)
class ExplainedClock:
    """A clock explained: as a value, and in lines for a person. `letter` is an outgoing number."""

    explanation: Explanation
    letter: str | None
    lines: tuple[str, ...]


def explain_clock(  # noqa: PLR0913 - which clock of which case, when, to whom
    office: Office, typed_reference: str, rule: str, now: datetime, *, anchor: str | None = None, language: str = "uk"
) -> ExplainedClock:
    """Say how a clock's day came about. Without `anchor` the one clock of the rule, or the one that has not ended.

    Raises NotFound `case_not_found`, `clock_rule_not_found`, `clock_not_found`; InvalidInput `which_clock`, whose
    advice names the anchors.
    """
    reference = parse_reference(typed_reference)
    office.policy.get_clock(rule)
    with office.store.reading() as session:
        case = session.execute(select(*CASE_COLUMNS).where(Case.reference == reference)).one_or_none()
        if case is None:
            raise NotFound("case_not_found", reference=reference)
        (facts,) = load_facts(session, [case])
        clock = _chosen(plan_clocks(facts, office.book, now), reference, rule, anchor)
        fired = _fired(session, case.id, clock)
        letter = find_letter_numbers(session, [clock.letter or ""]).get(clock.letter or "")
    # An office counts by the calendars of its policy's file.
    calendar = cast("Calendar", office.book.calendars[clock.rule.calendar])
    told = explain(clock, facts, office.book, note=partial(note_of_day, calendar), fired=fired, now=now)
    telling = Telling(
        book=office.book,
        calendar=in_language({str(code): name for code, name in calendar.rule.name.items()}, language),
        language=language,
        letter=letter,
        behind=case.next_look_at is not None and case.next_look_at <= now,
    )
    return ExplainedClock(told, letter, tuple(explanation_lines(told, telling)))


def _chosen(clocks: Sequence[PlannedClock], reference: str, rule: str, anchor: str | None) -> PlannedClock:
    of_rule = [clock for clock in clocks if clock.rule.id == rule]
    wanted = [clock for clock in of_rule if anchor in {None, clock.anchor}]
    standing = [clock for clock in wanted if clock.state in STANDING]
    if len(wanted) == 1 or len(standing) == 1:
        return (standing or wanted)[0]
    if wanted:
        keys = ", ".join(f"--anchor {clock.anchor} ({clock.state}, {clock.due_on})" for clock in wanted)
        raise InvalidInput("which_clock", f"there are several: {keys}", reference=reference, rule=rule)
    others = ", ".join(dict.fromkeys(clock.anchor if of_rule else clock.rule.id for clock in of_rule or clocks))
    raise NotFound("clock_not_found", f"The case has: {others or 'none'}.", reference=reference, rule=rule)


def _fired(session: Session, case_id: int, clock: PlannedClock) -> Mapping[str, tuple[NoticeState, datetime]]:
    query = select(NoticeRecord.rung, NoticeRecord.state, NoticeRecord.fired_at).where(
        NoticeRecord.case_id == case_id, NoticeRecord.rule == clock.rule.id, NoticeRecord.anchor == clock.anchor
    )
    return {rung: (state, fired_at) for rung, state, fired_at in session.execute(query)}
