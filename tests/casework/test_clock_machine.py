"""Whatever happens to a caseload, in whatever order: every rung is told, none twice, as the reference works it out."""

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from casework.case_file import open_case
from casework.facts import confirm_standing, correct_separation, record_sighting
from casework.letters import draft_letter
from casework.office import open_office
from casework.replies import record_reply
from casework.sealing_journal import seal_journal
from casework.snoozing import snooze_rung
from casework.status import close, reopen, resume, step_back, suspend
from casework.verifying import verify_journal
from casework.watch import look_at_due
from integrations.clock import FixedClock
from integrations.settings import load_settings
from models.errors import DodomuError
from models.records import Case, JournalRecord, LetterRecord, NoticeRecord, StageEntryRecord
from models.rules.policy import After, Anchor, ClockRule, MetBy, Policy, Rung
from models.rules.rulebook import Rulebook
from models.rules.terms import Term, TermUnit
from models.statuses import (
    ClosingReason,
    InformationGrade,
    LetterState,
    Purpose,
    ReplyKind,
    Role,
    RungKind,
    SourceGrade,
    SourceKind,
    Stage,
    Territory,
)
from tests.casework.clock_reference import Child, Key, Ladder, Step, at_seven, day_in_kyiv, should_tell

OpenOne = Callable[..., str]
WHY = "вигадано"
CASES = 3

LADDERS = {
    "stage.reported": Ladder(5, (Step("two", 2), Step("four", 4), Step("end", 5), Step("eight", 8), Step("month", 30))),
    "stage.identified": Ladder(9, (Step("two", 2), Step("last_day", before_end=1), Step("end", 9), Step("late", 20))),
    "stage.located": Ladder(14, (Step("week", 7), Step("end", 14), Step("late", 40))),
    "location_stale": Ladder(12, (Step("refresh", 8), Step("stale", 12))),
    "cut_off": Ladder(21, (Step("prepare", 10), Step("three_days", before_end=3), Step("passed", 21))),
    "reply": Ladder(
        10,
        (
            Step("half", 5),
            Step("silent", 10, heard="silence"),
            Step("silent_still", 20, heard="silence"),
            Step("after_word", 12, heard="acknowledgement"),
            Step("after_no", 3, heard="refusal"),
            Step("after_no_still", 15, heard="refusal"),
        ),
    ),
}


def changed(rule_id: str, days: int, *steps: Step) -> dict[str, Ladder]:
    return {**LADDERS, rule_id: Ladder(days, steps)}


POLICIES = (
    LADDERS,
    changed("stage.reported", 5, Step("one", 1), *LADDERS["stage.reported"].steps, Step("two_months", 60)),
    changed("stage.reported", 5, Step("two", 6), Step("end", 5), Step("month", 25)),
    changed("stage.identified", 4, *LADDERS["stage.identified"].steps),
    changed("cut_off", 30, Step("first", 3), *LADDERS["cut_off"].steps),
    changed("reply", 18, *LADDERS["reply"].steps[1:]),
    {name: ladder for name, ladder in LADDERS.items() if name != "location_stale"},
)
"""The first, and what a later day may make of it: rungs added, moved and taken away, terms changed, a clock gone."""

_COUNTED: dict[str, dict[str, Any]] = {
    "cut_off": {"anchor": Anchor.SEPARATION, "met_by": MetBy.LETTER_TO, "body": "ombudsman_ua", "hard": True},
    "reply": {"anchor": Anchor.LETTER_TAKEN, "met_by": MetBy.REPLY, "body": "ombudsman_ua"},
    "location_stale": {"anchor": Anchor.LAST_SIGHTING, "met_by": MetBy.NOTHING, "stage": Stage.LOCATED},
}


def clock_rule(rule_id: str, ladder: Ladder) -> ClockRule:
    """The ladder as the policy writes it: on every day of the week, without rolling."""
    by_stage = {"anchor": Anchor.STAGE_ENTERED, "met_by": MetBy.NEXT_STAGE, "stage": rule_id.rpartition(".")[2]}
    counted = _COUNTED.get(rule_id) or by_stage | {"stage": Stage(by_stage["stage"])}
    rungs = tuple(_rung(step) for step in ladder.steps)
    term = Term(ladder.days, TermUnit.CALENDAR_DAYS)
    named = {"id": rule_id, "name": {"en": rule_id, "uk": rule_id}, "legal_basis": WHY}
    return ClockRule(term=term, calendar="every_day", rolls=False, rungs=rungs, **named, **counted)


def _rung(step: Step) -> Rung:
    place = {"at_day": step.day} if step.before_end is None else {"from_end": -step.before_end}
    after = After(step.heard) if step.heard else None
    urgent = step.rung in {"end", "passed"}
    says = {"en": WHY, "uk": WHY}
    return Rung(step.rung, RungKind.REMINDER, (Role.COORDINATOR,), says, after=after, urgent=urgent, **place)


def policy_of(shipped: Policy, number: int) -> Policy:
    clocks = tuple(clock_rule(*each) for each in POLICIES[number].items())
    return replace(shipped, version=f"policy-{number}", clocks=clocks)


CASE = st.integers(0, CASES - 1)


class ClockMachine(RuleBasedStateMachine):
    """An office at work, beside the reference."""

    def __init__(self, founded_home: Path, open_one: OpenOne) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="dodomu-clocks-"))
        shutil.copytree(founded_home, self.folder / "office")
        self.stack = ExitStack()
        self.office = self.stack.enter_context(open_office(load_settings(home=self.folder / "office")))
        self.shipped = self.office.book
        self.open_one = open_one
        self.children: dict[str, Child] = {}
        self.numbers: dict[str, str] = {}

    @initialize(begins=st.sampled_from([datetime(2026, 3, 20, 9, tzinfo=UTC), datetime(2026, 10, 16, 9, tzinfo=UTC)]))
    def open_cases(self, begins: datetime) -> None:
        self.now = begins
        self.adopt(0)
        self.office.clock = FixedClock(begins)
        for number in range(CASES):
            separation_on = self.today - timedelta(days=9 * number)
            reference = self.open_one(self.office, child__given_name=NAMES[number], separation__on=str(separation_on))
            self.children[reference] = Child(self.today, separation_on)
        self.watch()

    @property
    def today(self) -> date:
        return day_in_kyiv(self.now)

    # Time and policy

    @rule(minutes=st.integers(1, 600))
    def minutes_pass(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(days=st.integers(1, 14), minutes=st.integers(0, 600))
    def days_pass(self, days: int, minutes: int) -> None:
        self.now += timedelta(days=days, minutes=minutes)

    @rule(days=st.integers(1, 6), seconds=st.sampled_from([-1, 0, 1]))
    def it_is_seven_in_the_morning(self, days: int, seconds: int) -> None:
        self.now = self.seven(days, seconds)

    def seven(self, days: int, seconds: int) -> datetime:
        return at_seven(self.today + timedelta(days=days)) + timedelta(seconds=seconds)

    @rule(hours=st.sampled_from([0.25, 1, 3, 30, 80]))
    def the_clock_is_put_back(self, hours: float) -> None:
        self.now -= timedelta(hours=hours)

    @rule(number=st.integers(0, len(POLICIES) - 1))
    def adopt(self, number: int) -> None:
        self.ladders = POLICIES[number]
        self.office.book = Rulebook(policy_of(self.shipped.policy, number), self.shipped.calendars)

    # What people put on record

    @rule(which=CASE)
    def standing_is_confirmed(self, which: int) -> None:
        self.attempt(confirm_standing, self.reference(which), actor="c-01")

    @rule(which=CASE, days=st.integers(0, 15))
    def the_child_is_seen(self, which: int, days: int) -> None:
        seen_on = self.today - timedelta(days=days)
        made = self.attempt(
            record_sighting,
            self.reference(which),
            seen_on=seen_on,
            stated_on=self.today,
            place="Вигадане",
            source="Вигадана установа",
            country="RU",
            territory=Territory.RUSSIA,
            source_kind=SourceKind.OFFICIAL,
            source_grade=SourceGrade.A,
            information_grade=InformationGrade.CONFIRMED,
            actor="c-01",
        )
        if made is not REFUSED:
            self.child(which).sightings.append((seen_on, self.today, made))

    @rule(which=CASE, days=st.integers(0, 40))
    def the_separation_is_corrected(self, which: int, days: int) -> None:
        on = self.today - timedelta(days=days)
        if self.attempt(correct_separation, self.reference(which), on=on, reason=WHY, actor="c-01") is not REFUSED:
            self.child(which).separation_on = on

    @rule(which=CASE)
    def a_letter_is_taken(self, which: int) -> None:
        words = {"kind": "ombudsman_ua.request", "purpose": Purpose.SEARCH, "actor": "c-01"}
        number = self.attempt(draft_letter, self.reference(which), **words)
        if number is REFUSED:
            return
        with open_case(self.office, self.reference(which), self.now, "c-01") as file:
            letter = file.session.scalars(select(LetterRecord).where(LetterRecord.number == number)).one()
            letter.state, letter.taken_on, letter.taken_at = LetterState.SENT, self.today, self.now
            self.child(which).letters[letter.id] = self.today
            self.numbers[letter.id] = number

    @precondition(lambda self: self.numbers)
    @rule(which=st.integers(0, 40), kind=st.sampled_from(["acknowledgement", "acknowledgement", "refusal", "answer"]))
    def a_body_replies(self, which: int, kind: str) -> None:
        letter = sorted(self.numbers)[which % len(self.numbers)]
        child = next(child for child in self.children.values() if letter in child.letters)
        if letter in child.answered or (kind == "acknowledgement" and letter in child.acknowledged):
            return
        reply = {"kind": ReplyKind(kind), "received_on": self.today, "actor": "c-01"}
        if self.attempt(record_reply, self.numbers[letter], **reply) is REFUSED:
            return
        if kind == "acknowledgement":
            child.acknowledged[letter] = self.today
        else:
            child.answered[letter] = (kind, self.today)

    @rule(which=CASE, data=st.data(), days=st.integers(1, 9))
    def a_rung_is_put_off(self, which: int, data: st.DataObject, days: int) -> None:
        rule_id = data.draw(st.sampled_from(sorted(self.ladders)))
        rung = data.draw(st.sampled_from([step.rung for step in self.ladders[rule_id].steps]))
        until_on = self.today + timedelta(days=days)
        words = {"until_on": until_on, "reason": WHY, "actor": "s-01"}
        made = self.attempt(snooze_rung, self.reference(which), rule_id, rung, **words)
        if made is not REFUSED:
            assert rule_id != "cut_off"
            self.child(which).put_off[made.rule, made.anchor, made.rung] = until_on

    # What people do to a case

    @rule(which=CASE)
    def it_is_suspended(self, which: int) -> None:
        if self.attempt(suspend, self.reference(which), reason=WHY, actor="s-01") is not REFUSED:
            self.rests(which, "suspended")

    @rule(which=CASE)
    def it_is_resumed(self, which: int) -> None:
        if self.attempt(resume, self.reference(which), reason=WHY, actor="s-01") is not REFUSED:
            self.goes_on(which)

    @rule(which=CASE)
    def it_is_closed(self, which: int) -> None:
        words = {"closed_as": ClosingReason.NOT_A_CASE, "reason": WHY, "actor": "s-01"}
        if self.attempt(close, self.reference(which), **words) is not REFUSED:
            if self.child(which).status == "suspended":
                self.goes_on(which)
            self.rests(which, "closed")

    @rule(which=CASE)
    def it_is_reopened(self, which: int) -> None:
        if self.attempt(reopen, self.reference(which), reason=WHY, actor="s-01") is not REFUSED:
            self.goes_on(which)

    @rule(which=CASE, to_stage=st.sampled_from([Stage.REPORTED, Stage.IDENTIFIED]))
    def it_is_stepped_back(self, which: int, to_stage: Stage) -> None:
        self.attempt(step_back, self.reference(which), to_stage=to_stage, reason=WHY, actor="s-01")

    @rule(which=CASE, days=st.integers(1, 9), closed=st.booleans())
    def it_rests_for_days(self, which: int, days: int, *, closed: bool) -> None:
        (self.it_is_closed if closed else self.it_is_suspended)(which)
        self.now += timedelta(days=days)
        self.watch()
        (self.it_is_reopened if closed else self.it_is_resumed)(which)

    def rests(self, which: int, status: str) -> None:
        self.child(which).status = status
        self.child(which).rests.append((self.today, None))

    def goes_on(self, which: int) -> None:
        child = self.child(which)
        child.status = "open"
        child.rests[-1] = (child.rests[-1][0], self.today)

    # The watch

    @rule()
    def watch(self) -> None:
        self.look()
        told = self.told()
        self.read_stages()
        for reference, child in self.children.items():
            child.told = should_tell(child, self.ladders, self.now)
            assert told[reference] == child.told, reference
        written = self.written()
        self.look()
        assert self.told() == told
        assert self.written() == written

    @rule(days=st.integers(1, 6))
    def days_pass_and_the_watch_is_back(self, days: int) -> None:
        self.now += timedelta(days=days)
        self.watch()

    @rule(days=st.integers(1, 3), seconds=st.sampled_from([-1, 0]))
    def it_is_seven_and_the_watch_runs(self, days: int, seconds: int) -> None:
        self.now = self.seven(days, seconds)
        self.watch()

    @rule(number=st.integers(0, len(POLICIES) - 1), days=st.integers(1, 2))
    def a_policy_is_adopted_between_two_watches(self, number: int, days: int) -> None:
        self.watch()
        self.adopt(number)
        self.watch()
        self.now += timedelta(days=days)
        self.watch()

    @rule(limit=st.integers(0, 2))
    def watch_some(self, limit: int) -> None:
        self.look(limit)
        told = self.told()
        self.read_stages()
        for reference, child in self.children.items():
            expected = should_tell(child, self.ladders, self.now)
            assert told[reference] in {frozenset(each.items()): each for each in (child.told, expected)}.values()
            child.told = told[reference]

    def look(self, limit: int | None = None) -> None:
        self.office.clock = FixedClock(self.now)
        assert look_at_due(self.office, self.now, limit=limit).faults == ()

    def told(self) -> dict[str, dict[Key, str]]:
        """What the store holds as told, by case; once each."""
        columns = (Case.reference, NoticeRecord.rule, NoticeRecord.anchor, NoticeRecord.rung, NoticeRecord.state)
        with self.office.store.reading() as session:
            rows = session.execute(select(*columns).join(Case, Case.id == NoticeRecord.case_id)).all()
        assert max(Counter(tuple(row[:4]) for row in rows).values(), default=1) == 1
        told: dict[str, dict[Key, str]] = {reference: {} for reference in self.children}
        for reference, rule_id, anchor, rung, state in rows:
            told[reference][rule_id, anchor, rung] = state.value
        return told

    def written(self) -> int:
        with self.office.store.reading() as session:
            return session.scalar(select(func.count()).select_from(JournalRecord)) or 0

    def read_stages(self) -> None:
        """The stages are the gates' business: the reference takes them as they were entered."""
        entries = select(Case.reference, StageEntryRecord.stage, StageEntryRecord.entered_at)
        with self.office.store.reading() as session:
            rows = session.execute(
                entries.join(Case, Case.id == StageEntryRecord.case_id).order_by(StageEntryRecord.number)
            ).all()
        for child in self.children.values():
            child.stages = []
        for reference, stage, entered_at in rows:
            self.children[reference].stages.append((stage.value, day_in_kyiv(entered_at)))

    def attempt(self, step: Callable[..., Any], *arguments: Any, **words: Any) -> Any:
        """Do what the office may refuse; then nothing has happened."""
        try:
            return step(self.office, *arguments, now=self.now, **words)
        except DodomuError:
            return REFUSED

    def reference(self, which: int) -> str:
        return list(self.children)[which]

    def child(self, which: int) -> Child:
        return self.children[self.reference(which)]

    def teardown(self) -> None:
        if self.children:
            self.watch()
            seal_journal(self.office, self.now)
            assert verify_journal(self.office).holds
        self.stack.close()
        shutil.rmtree(self.folder)


REFUSED = object()
NAMES = ("Ганна", "Ярина", "Остап")


def run_machine(founded_home: Path, open_one: OpenOne, *, examples: int, steps: int) -> None:
    run_state_machine_as_test(
        lambda: ClockMachine(founded_home, open_one),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_every_rung_is_told_and_none_twice_whatever_happens(founded_home: Path, open_one: OpenOne) -> None:
    run_machine(founded_home, open_one, examples=10, steps=30)
