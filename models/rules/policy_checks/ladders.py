"""Clocks and their ladders: anchors that exist, terms with sense, rungs that can fire and letters they can order."""

from collections import Counter
from collections.abc import Iterator, Mapping

from models.rules.letter_policy import Body, LetterKind
from models.rules.policy import Anchor, ClockRule, DraftOrder, MetBy, Rung
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


def shortest_and_longest(term: Term) -> tuple[int, int]:
    """Return how many calendar days a term has at the least and at the most."""
    shortest, longest = _DAYS_OF[term.unit]
    return term.count * shortest, term.count * longest


def check_clocks(draft: PolicyDraft) -> Iterator[Slip]:
    """Check every clock, and that each stage has one."""
    for place, clock in draft.clocks.items():
        path = ("clocks", place)
        yield from _check_parts(clock, path)
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
        "body": clock.anchor is Anchor.LETTER_TAKEN or clock.met_by is MetBy.LETTER_TO,
        "visit": clock.met_by is MetBy.VISIT,
        "purpose": False,
    }
    allowed = {
        **wanted,
        "stage": wanted["stage"] or clock.anchor is Anchor.LAST_SIGHTING,
        # Letters can be told apart by what they ask for.
        "purpose": wanted["body"],
    }
    for key, needed in wanted.items():
        given = getattr(clock, key) is not None
        if needed and not given:
            yield Slip(path, "parameter_missing", f"add `{key}:`, for this anchor and `met_by` need it")
        if given and not allowed[key]:
            advice = f"delete `{key}`: it has no effect with this anchor and this `met_by`"
            yield Slip((*path, key), "parameter_unused", advice)
    if clock.met_by is MetBy.REPLY and clock.anchor is not Anchor.LETTER_TAKEN:
        yield Slip((*path, "met_by"), "met_by_wrong", "a reply meets only a clock with `anchor: letter_taken`")
    if clock.met_by is MetBy.NEXT_STAGE and (clock.anchor is not Anchor.STAGE_ENTERED or clock.stage is Stage.RETURNED):
        advice = "the next stage meets only a clock with `anchor: stage_entered` of a stage before `returned`"
        yield Slip((*path, "met_by"), "met_by_wrong", advice)
    if not clock.term.count and clock.anchor is not Anchor.EIGHTEENTH_BIRTHDAY:
        yield Slip((*path, "term"), "number_beyond_sense", "write a count of 1 or more")


def _check_known(clock: ClockRule, path: SlipPath, draft: PolicyDraft) -> Iterator[Slip]:
    if clock.calendar not in draft.calendars and draft.calendars:
        advice = f"write the id of a calendar in calendars.yaml: {', '.join(sorted(draft.calendars))}"
        yield Slip((*path, "calendar"), "calendar_unknown", advice)
    if clock.body is not None and clock.body not in draft.known("bodies"):
        advice = f"write the id of a body: {', '.join(sorted(draft.known('bodies')))}"
        yield Slip((*path, "body"), "body_unknown", advice)
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
    for place in range(1, len(clock.rungs)):
        before, here = clock.rungs[place - 1].at_day, clock.rungs[place].at_day
        if here <= before:
            advice = f"write a day later than the {before} of the rung above, or move this rung up"
            yield Slip((*path, "rungs", place, "at_day"), "rungs_out_of_order", advice)


def _check_rung(clock: ClockRule, rung: Rung, path: SlipPath) -> Iterator[Slip]:
    yield from check_id(rung.id, (*path, "id"))
    yield from check_texts(rung.says, (*path, "says"))
    if not rung.tell:
        yield Slip((*path, "tell"), "nobody_named", "name at least one role that is told")
    shortest, longest = shortest_and_longest(clock.term)
    earliest = -_YEAR_DAYS if clock.anchor is Anchor.EIGHTEENTH_BIRTHDAY else 1
    at = (*path, "at_day")
    if not earliest <= rung.at_day <= longest + _YEAR_DAYS:
        advice = f"write a day from {earliest} to {longest + _YEAR_DAYS}, a year after the term's end"
        yield Slip(at, "number_beyond_sense", advice)
    elif shortest <= rung.at_day < longest:
        advice = f"the term has {shortest} to {longest} days: write less than {shortest}, or {longest} and more"
        yield Slip(at, "rung_straddles_the_end", advice)
    elif clock.hard and rung.at_day >= longest:
        advice = f"write a day before {shortest}: this cut-off is final, and nothing can be done after it"
        yield Slip(at, "rung_after_the_cut_off", advice)
    elif rung.kind is not RungKind.REMINDER and rung.at_day < shortest:
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
