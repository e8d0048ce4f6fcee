"""Clocks and their ladders: anchors that exist, terms with sense, rungs that can fire and letters they can order."""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import pairwise

from models.rules.letter_policy import Body, LetterKind
from models.rules.policy import (
    AWAITING_ANSWER,
    BIRTHDAYS,
    LAGGING,
    OF_A_LETTER,
    After,
    Anchor,
    ClockRule,
    DraftOrder,
    MetBy,
    Rung,
)
from models.rules.policy_checks.draft import PolicyDraft, Slip, SlipPath
from models.rules.policy_checks.names import FOR_PEOPLE, check_id, check_texts, in_order
from models.rules.terms import Term, TermUnit
from models.statuses import Purpose, RungKind, Stage

_YEAR_DAYS = 366
_SOURCED = "[S"
_DAYS_OF: Mapping[TermUnit, tuple[int, int]] = {
    TermUnit.CALENDAR_DAYS: (1, 1),
    # A working day can be one day, or lie behind a long holiday; nobody can say how far without a calendar.
    TermUnit.WORKING_DAYS: (1, 5),
    TermUnit.WEEKS: (7, 7),
    TermUnit.MONTHS: (28, 31),
    TermUnit.YEARS: (365, 366),
}
_DAY_HOURS = 24


def shortest_and_longest(term: Term) -> tuple[int, int]:
    """Return how many calendar days a term has at the least and at the most."""
    if term.unit is TermUnit.HOURS:
        return term.count // _DAY_HOURS, -(-term.count // _DAY_HOURS)
    shortest, longest = _DAYS_OF[term.unit]
    return term.count * shortest, term.count * longest


def check_clocks(draft: PolicyDraft) -> Iterator[Slip]:
    """Check every clock, and that each stage has one."""
    for place, clock in draft.clocks.items():
        path = ("clocks", place)
        yield from _check_parts(clock, path)
        yield from _check_ways(clock, path)
        yield from _check_known(clock, path, draft)
        yield from _check_ladder(clock, path)
        for rung_place, rung in enumerate(clock.rungs):
            yield from _check_rung(clock, rung, (*path, "rungs", rung_place))
            for order_place, order in enumerate(rung.drafts):
                yield from _check_order(order, (*path, "rungs", rung_place, "drafts", order_place), draft)
    if len(draft.clocks) == len(draft.named.get("clocks", {})):
        timed = {clock.stage for clock in draft.clocks.values() if clock.anchor is Anchor.STAGE_ENTERED}
        for stage in Stage:
            if stage not in timed:
                advice = f"add a clock with `anchor: stage_entered` and `stage: {stage}`"
                yield Slip(("clocks",), "stage_without_clock", advice)


def _check_parts(clock: ClockRule, path: SlipPath) -> Iterator[Slip]:
    """The keys that an anchor or an end needs, and none that would have no effect."""
    wanted = {
        "stage": clock.anchor is Anchor.STAGE_ENTERED,
        "body": clock.anchor in OF_A_LETTER or clock.met_by is MetBy.LETTER_TO,
        "visit": clock.met_by is MetBy.VISIT,
        "purpose": False,
        "kind": False,
        "lag": False,
    }
    allowed = {
        **wanted,
        "stage": wanted["stage"] or clock.anchor is Anchor.LAST_SIGHTING,
        "body": wanted["body"] or clock.anchor is Anchor.CONSENT_GIVEN,
        # Letters can be told apart by what they ask for, consents by what they allow.
        "purpose": wanted["body"] or clock.anchor is Anchor.CONSENT_GIVEN,
        "kind": clock.met_by is MetBy.LETTER_TO,
        "lag": clock.anchor in LAGGING,
    }
    for key, needed in wanted.items():
        given = getattr(clock, key) is not None
        if needed and not given:
            yield Slip(path, "parameter_missing", f"add `{key}:`, for this anchor and `met_by` need it")
        if given and not allowed[key]:
            advice = f"delete `{key}`: it has no effect with this anchor and this `met_by`"
            yield Slip((*path, key), "parameter_unused", advice)
    if clock.met_by is MetBy.REPLY and clock.anchor not in AWAITING_ANSWER:
        advice = f"a reply meets only a clock with `anchor:` {', '.join(sorted(AWAITING_ANSWER))}"
        yield Slip((*path, "met_by"), "met_by_wrong", advice)
    if clock.met_by is MetBy.NEXT_STAGE and (clock.anchor is not Anchor.STAGE_ENTERED or clock.stage is Stage.RETURNED):
        advice = "the next stage meets only a clock with `anchor: stage_entered` of a stage before `returned`"
        yield Slip((*path, "met_by"), "met_by_wrong", advice)
    if not clock.term.count and clock.anchor not in BIRTHDAYS:
        yield Slip((*path, "term"), "number_beyond_sense", "write a count of 1 or more")


def _check_ways(clock: ClockRule, path: SlipPath) -> Iterator[Slip]:
    """What a clock that is final has to say, and the two things that hours cannot be."""
    if clock.hard:
        if not clock.closes_off:
            advice = "add `closes_off:`, as uk: and en:: what is lost once this cut-off has passed"
            yield Slip(path, "closes_off_missing", advice)
        if clock.term.unit is TermUnit.HOURS:
            advice = "write a cut-off in days: only a day's end is final, and some anchors have no hour"
            yield Slip((*path, "term"), "term_wrong", advice)
    elif clock.closes_off:
        advice = "delete `closes_off`: only a clock with `hard: true` closes anything off"
        yield Slip((*path, "closes_off"), "parameter_unused", advice)
    if clock.closes_off:
        yield from check_texts(clock.closes_off, (*path, "closes_off"))
    if clock.lag is not None and clock.lag.unit is TermUnit.HOURS:
        yield Slip(
            (*path, "lag"), "term_wrong", "write the lag in days: letters are registered and delivered by the day"
        )


def _check_known(clock: ClockRule, path: SlipPath, draft: PolicyDraft) -> Iterator[Slip]:
    if clock.calendar not in draft.calendars and draft.calendars:
        advice = f"write the id of a calendar in calendars.yaml: {', '.join(sorted(draft.calendars))}"
        yield Slip((*path, "calendar"), "calendar_unknown", advice)
    if clock.body is not None and clock.body not in draft.known("bodies"):
        advice = f"write the id of a body: {', '.join(sorted(draft.known('bodies')))}"
        yield Slip((*path, "body"), "body_unknown", advice)
    kind = next((each for each in draft.kinds.values() if each.id == clock.kind), None)
    if clock.kind is not None and clock.kind not in draft.known("kinds"):
        advice = f"write the id of a kind of letter: {', '.join(sorted(draft.known('kinds')))}"
        yield Slip((*path, "kind"), "kind_unknown", advice)
    elif kind is not None and clock.body not in kind.bodies:
        yield Slip((*path, "kind"), "body_wrong", f"`{kind.id}` goes to: {', '.join(kind.bodies)}")
    yield from _check_cited(clock, path, draft)


def _check_cited(clock: ClockRule, path: SlipPath, draft: PolicyDraft) -> Iterator[Slip]:
    """A letter may hold a term against a body only where a source for it was read."""
    if not clock.cited:
        return
    if _SOURCED not in clock.legal_basis:
        advice = "delete `cited`, or name the source that was read in `legal_basis`, such as [S10]"
        yield Slip((*path, "cited"), "citation_without_source", advice)
    if clock.met_by is not MetBy.REPLY:
        yield Slip((*path, "cited"), "parameter_unused", "delete `cited`: no reply is owed on this clock")
    languages = (language for body in draft.bodies.values() if body.id == clock.body for language in body.languages)
    yield from check_texts(clock.cited, (*path, "cited"), in_order((*FOR_PEOPLE, *languages)))


def _check_ladder(clock: ClockRule, path: SlipPath) -> Iterator[Slip]:
    if not clock.rungs:
        yield Slip(path, "ladder_empty", "add `rungs:` with at least one: a clock that tells nobody keeps no date")
    for rung_id, count in Counter(rung.id for rung in clock.rungs).items():
        if count > 1:
            yield Slip(
                (*path, "rungs"), "name_repeated", f"give each rung an id of its own; `{rung_id}` is there twice"
            )
    ladders: dict[After | None, list[tuple[int, Rung]]] = {rung.after: [] for rung in clock.rungs}
    for place, rung in enumerate(clock.rungs):
        ladders[rung.after].append((place, rung))
    for ladder in ladders.values():
        yield from _check_order_of(ladder, clock, path)


def _check_order_of(ladder: list[tuple[int, Rung]], clock: ClockRule, path: SlipPath) -> Iterator[Slip]:
    """Rungs that wait for the same thing stand in the order in which they fire."""
    for (_, above), (place, here) in pairwise(ladder):
        if _day_of(here, clock) <= _day_of(above, clock):
            advice = f"write a day later than the {above.place} of the rung above, or move this rung up"
            yield Slip((*path, "rungs", place, _key(here)), "rungs_out_of_order", advice)


def _day_of(rung: Rung, clock: ClockRule) -> int:
    """Return on which day of the longest term a rung stands."""
    return rung.at_day if rung.at_day is not None else shortest_and_longest(clock.term)[1] + (rung.from_end or 0)


def _key(rung: Rung) -> str:
    return "at_day" if rung.from_end is None else "from_end"


def _check_rung(clock: ClockRule, rung: Rung, path: SlipPath) -> Iterator[Slip]:
    yield from check_id(rung.id, (*path, "id"))
    yield from check_texts(rung.says, (*path, "says"))
    if not rung.tell:
        yield Slip((*path, "tell"), "nobody_named", "name at least one role that is told")
    if rung.after is not None and clock.met_by is not MetBy.REPLY:
        yield Slip((*path, "after"), "parameter_unused", "delete `after`: no reply is waited for on this clock")
    elif rung.answers:
        yield from _check_answering(rung, path)
    elif rung.at_day is None:
        yield from _check_from_end(clock, rung, path)
    else:
        yield from _check_at_day(clock, rung, rung.at_day, path)


def _check_answering(rung: Rung, path: SlipPath) -> Iterator[Slip]:
    """A rung after an acknowledgement or a refusal counts from the day on which that came."""
    if rung.at_day is None:
        advice = f"write `at_day`, counted from the day of the {rung.after}"
        yield Slip((*path, "from_end"), "parameter_unused", advice)
    elif not 0 <= rung.at_day <= _YEAR_DAYS:
        yield Slip((*path, "at_day"), "number_beyond_sense", f"write a day from 0 to {_YEAR_DAYS}")
    if rung.after is After.ACKNOWLEDGEMENT and rung.kind is RungKind.OVERDUE:
        advice = "write reminder or escalation: an acknowledgement has no term of its own"
        yield Slip((*path, "kind"), "rung_kind_wrong", advice)


def _check_from_end(clock: ClockRule, rung: Rung, path: SlipPath) -> Iterator[Slip]:
    shortest, _ = shortest_and_longest(clock.term)
    days, at = rung.from_end or 0, (*path, "from_end")
    earliest = -_YEAR_DAYS if clock.anchor in BIRTHDAYS else 1 - shortest
    if not earliest <= days <= _YEAR_DAYS:
        yield Slip(at, "number_beyond_sense", f"write a number from {earliest} to {_YEAR_DAYS}")
    elif clock.hard and days >= 0:
        yield Slip(at, "rung_after_the_cut_off", "write a number below 0: this cut-off is final")
    elif rung.kind is not RungKind.REMINDER and days < 0:
        yield Slip((*path, "kind"), "rung_kind_wrong", "write `kind: reminder`: the term has not ended yet")


def _check_at_day(clock: ClockRule, rung: Rung, day: int, path: SlipPath) -> Iterator[Slip]:
    shortest, longest = shortest_and_longest(clock.term)
    earliest = -_YEAR_DAYS if clock.anchor in BIRTHDAYS else 1
    at = (*path, "at_day")
    if not earliest <= day <= longest + _YEAR_DAYS:
        advice = f"write a day from {earliest} to {longest + _YEAR_DAYS}, a year after the term's end"
        yield Slip(at, "number_beyond_sense", advice)
    elif shortest <= day < longest:
        advice = f"the term has {shortest} to {longest} days: write less than {shortest}, or {longest} and more"
        yield Slip(at, "rung_straddles_the_end", advice)
    elif clock.hard and day >= longest:
        advice = f"write a day before {shortest}: this cut-off is final, and nothing can be done after it"
        yield Slip(at, "rung_after_the_cut_off", advice)
    elif rung.kind is not RungKind.REMINDER and day < shortest:
        advice = f"write `kind: reminder`, or a day from {longest} on: the term has not ended yet"
        yield Slip((*path, "kind"), "rung_kind_wrong", advice)


def _check_order(order: DraftOrder, path: SlipPath, draft: PolicyDraft) -> Iterator[Slip]:
    if order.kind not in draft.known("kinds"):
        advice = f"write the id of a kind of letter: {', '.join(sorted(draft.known('kinds')))}"
        yield Slip((*path, "kind"), "kind_unknown", advice)
    if order.purpose is Purpose.PUBLICITY:
        advice = "write another purpose: publicity needs a written consent and a risk assessment, never a clock"
        yield Slip((*path, "purpose"), "purpose_wrong", advice)
        return
    kind = next((each for each in draft.kinds.values() if each.id == order.kind), None)
    if kind is not None:
        yield from _check_purpose(order, kind, path)
        yield from _check_addressee(order, kind, path, draft)


def _check_purpose(order: DraftOrder, kind: LetterKind, path: SlipPath) -> Iterator[Slip]:
    if order.purpose not in kind.purposes:
        advice = f"`{kind.id}` can be written for: {', '.join(kind.purposes)}"
        yield Slip((*path, "purpose"), "purpose_wrong", advice)


def _check_addressee(order: DraftOrder, kind: LetterKind, path: SlipPath, draft: PolicyDraft) -> Iterator[Slip]:
    addressee = order.body or next(iter(kind.bodies), None)
    if order.body is not None and order.body not in kind.bodies:
        yield Slip((*path, "body"), "body_wrong", f"`{kind.id}` goes to: {', '.join(kind.bodies)}")
    body: Body | None = next((each for each in draft.bodies.values() if each.id == addressee), None)
    if body is not None and body.by_person_only:
        advice = f"delete this draft: letters to `{body.id}` are begun by a person only, never by a clock"
        yield Slip(path, "body_by_person_only", advice)
    if body is not None and body.consent_required and order.purpose is Purpose.INFORMATION:
        advice = f"write search or return: `{body.id}` is written to on a consent, and none is given for information"
        yield Slip((*path, "purpose"), "purpose_without_consent", advice)
