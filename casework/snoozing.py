"""Snoozing: a person puts a rung of a clock's ladder off, once, to a later day, with a reason; never a cut-off's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from casework.case_file import CaseFile, open_case
from casework.loading import CASE_COLUMNS, load_facts
from casework.office import Office
from casework.staff import get_staff, require_role
from casework.typed_words import check_reason
from models.errors import InvalidInput, NotFound, RuleViolation
from models.records import Case, LetterRecord, SnoozeRecord
from models.rules.canonical import Json
from models.rules.clocks import PlannedClock, open_rungs, plan_clocks, rung_moment
from models.rules.facts import CaseFacts
from models.rules.policy import BIRTHDAYS, ClockRule, Rung
from models.statuses import CaseStatus, Role

LONGEST = timedelta(days=30)
"""How long after its own day a rung is put off at most, where no later rung of its ladder comes before."""


@dataclass(frozen=True, slots=True)
class Snoozed:
    """A rung that was put off: it fires on the morning of `until_on`."""

    reference: str
    rule: str
    anchor: str
    rung: str
    until_on: date


def snooze_rung(  # noqa: PLR0913 - case, rung of which clock, until when, why, moment and name
    office: Office,
    reference: str,
    rule: str,
    rung: str,
    *,
    anchor: str | None = None,
    until_on: date,
    reason: str,
    now: datetime,
    actor: str,
) -> Snoozed:
    """Put a rung off once, on the word of the case's coordinator or a supervisor.

    It goes at most to the day before the ladder's next rung, so that none is swallowed, and at most `LONGEST` beyond
    its own day. `anchor` is the clock's key or a letter's number; needed only where the rule counts several times.
    Raises InvalidInput `reason_missing`, `anchor_ambiguous`, `snooze_day_unusable`; NotFound `case_not_found`,
    `clock_rule_not_found`, `rung_not_found`; RuleViolation `cutoff_not_snoozable`, `clock_not_running`,
    `rung_not_open`, `rung_fired`, `rung_snoozed`, `role_not_allowed`, `case_is_…`.
    """
    words = check_reason(reason)
    clock_rule = office.policy.get_clock(rule)
    step = _get_rung(clock_rule, rung)
    if clock_rule.hard:
        raise RuleViolation("cutoff_not_snoozable", "a hard cut-off waits for nobody", rule=rule)
    with open_case(office, reference, now, actor) as file:
        file.require(CaseStatus.OPEN)
        _require_own_or_supervisor(file)
        facts = _facts(file)
        clock = _get_clock(file, plan_clocks(facts, office.book, now), clock_rule, anchor)
        _check_untouched(facts, clock, step)
        _check_day(file, clock, step, until_on)
        file.session.add(
            SnoozeRecord(
                case_id=file.case.id,
                rule=rule,
                anchor=clock.anchor,
                rung=rung,
                until_on=until_on,
                by=actor,
                at=now,
            )
        )
        file.journal("rung_snoozed", _journalled(clock, rung, until_on), words=words)
        return Snoozed(file.reference, rule, clock.anchor, rung, until_on)


def _get_rung(rule: ClockRule, rung: str) -> Rung:
    for each in rule.rungs:
        if each.id == rung:
            return each
    known = ", ".join(each.id for each in rule.rungs)
    raise NotFound("rung_not_found", f"Rungs of this clock: {known}.", rule=rule.id)


def _require_own_or_supervisor(file: CaseFile) -> None:
    staff = get_staff(file.session, file.actor)
    if staff.id != file.case.coordinator:
        require_role(staff, Role.SUPERVISOR)


def _facts(file: CaseFile) -> CaseFacts:
    rows = file.session.execute(select(*CASE_COLUMNS).where(Case.id == file.case.id)).all()
    (facts,) = load_facts(file.session, rows)
    return facts


def _get_clock(file: CaseFile, planned: Sequence[PlannedClock], rule: ClockRule, anchor: str | None) -> PlannedClock:
    """Return the rule's clock whose ladder still runs: the only one, or the one that is asked for."""
    climbing = [clock for clock in planned if clock.rule.id == rule.id and open_rungs(clock)]
    if anchor is not None:
        key = _letter_of(file, anchor) or anchor
        climbing = [clock for clock in climbing if clock.anchor == key]
    if not climbing:
        advice = "`dodomu clock list REFERENCE` shows what runs"
        raise RuleViolation("clock_not_running", advice, reference=file.reference, rule=rule.id)
    if len(climbing) > 1:
        advice = f"say which with --anchor: {', '.join(clock.anchor for clock in climbing)}"
        raise InvalidInput("anchor_ambiguous", advice, reference=file.reference, rule=rule.id)
    return climbing[0]


def _letter_of(file: CaseFile, typed: str) -> str | None:
    """Find a letter's id by its outgoing number."""
    return file.session.scalars(select(LetterRecord.id).where(LetterRecord.number == typed.strip())).one_or_none()


def _check_untouched(facts: CaseFacts, clock: PlannedClock, rung: Rung) -> None:
    which = {"rule": clock.rule.id, "rung": rung.id}
    key = (*clock.key, rung.id)
    if key in facts.rungs:
        raise RuleViolation("rung_fired", "it has been told already, and never is again", **which)
    if any(snooze[:3] == key for snooze in facts.snoozes):
        raise RuleViolation("rung_snoozed", "a rung is put off once; do what it asks, or tell the supervisor", **which)
    if rung not in open_rungs(clock):
        raise RuleViolation("rung_not_open", "as things stand this rung does not fire", **which)


def _check_day(file: CaseFile, clock: PlannedClock, rung: Rung, until_on: date) -> None:
    """Refuse a day on which the rung would come no later, or on which it would be lost to the next one."""
    book = file.office.book
    own_on = book.today(rung_moment(clock, rung, book))
    others = (book.today(rung_moment(clock, each, book)) for each in open_rungs(clock) if each is not rung)
    next_on = min((day for day in others if day >= own_on), default=None)
    latest_on = own_on + LONGEST if next_on is None else min(own_on + LONGEST, next_on - timedelta(days=1))
    earliest_on = max(own_on, file.today) + timedelta(days=1)
    if earliest_on <= until_on <= latest_on:
        return
    if latest_on < earliest_on:
        advice = "it cannot be put off: the next rung, or the longest time, leaves no day for it"
    else:
        advice = f"from {earliest_on} to {latest_on}"
    raise InvalidInput("snooze_day_unusable", advice, rule=clock.rule.id, rung=rung.id)


def _journalled(clock: PlannedClock, rung: str, until_on: date) -> dict[str, Json]:
    # A birthday's day would outlive an erasure in the journal, so nothing near it is written there.
    dated = {} if clock.anchor in BIRTHDAYS else {"until_on": until_on.isoformat()}
    return {"rule": clock.rule.id, "anchor": clock.anchor, "rung": rung, **dated}
