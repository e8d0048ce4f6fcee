"""Playing a plan day by day on a moved clock: mornings for the engine, middays for people, flows through one door."""

import shutil
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from sqlalchemy import func, select

from casework.office import Office
from casework.rehearsal.batches import PublicRecord, write_batch
from casework.rehearsal.office_staff import hire
from casework.rehearsal.player import Player
from casework.rehearsal.round import LettersRound
from casework.rehearsal.steps import Application, Step
from casework.rehearsal.stories import Plan
from models.records import Case, Parcel
from models.statuses import ParcelState

RunFlow = Callable[[str, Mapping[str, str]], Awaitable[None]]
"""Runs one flow by its deployment's name, with its parameters."""

_MONDAY, _THURSDAY, _FRIDAY, _SATURDAY = 0, 3, 4, 5
_AFTER_MORNING = timedelta(minutes=30)
_MIDDAY = timedelta(hours=5)
_AFTERNOON = timedelta(hours=7)
_EVENING = timedelta(hours=10)
# After these a person would look at once whether the case has moved.
_KEY_ACTS = frozenset(
    {
        "confirm_standing",
        "record_arrival",
        "close",
        "step_back",
        "override",
    }
)


@dataclass(frozen=True, slots=True)
class DayPlayed:
    """How far a rehearsal has come at the end of a day."""

    day: int
    days: int
    on: date
    stages: Mapping[str, int]
    mails: int


async def play(
    office: Office, plan: Plan, public: PublicRecord, run_flow: RunFlow, tell: Callable[[DayPlayed], None]
) -> Player:
    """Play the whole plan; return the player with what it knows. Raises DodomuError `rehearsal_broken`."""
    rehearsal = Rehearsal(office, plan, public, run_flow)
    office.move_clock(rehearsal.moment(plan.earliest))
    hire(office, office.now())
    for day in rehearsal.list_days():
        await rehearsal.play_day(day)
        tell(rehearsal.describe(day))
    await rehearsal.look_at_the_rest()
    return rehearsal.player


class Rehearsal:
    """A plan being played in an office."""

    def __init__(self, office: Office, plan: Plan, public: PublicRecord, run_flow: RunFlow) -> None:
        self.office = office
        self.plan = plan
        self.player = Player(office)
        self._public = public
        self._run_flow = run_flow
        self._round = LettersRound(office)
        self._looked_at: set[str] = set()
        steps = sorted((*public.steps, *plan.steps), key=lambda step: step.day)
        self._steps = {day: list(group) for day, group in groupby(steps, key=lambda step: step.day)}
        arriving = sorted(plan.applications, key=lambda each: each.opens_on)
        self._arriving = {day: list(group) for day, group in groupby(arriving, key=lambda each: each.opens_on)}

        self._busy = {0, *self._steps, *self._arriving}

    def list_days(self) -> Iterator[int]:
        """The days to play: every one from the first on, before it only those on which something happened."""
        yield from sorted(day for day in self._busy if day < 0)
        yield from range(self.plan.days)

    def moment(self, day: int, after: timedelta = _AFTER_MORNING) -> datetime:
        """The moment so long after a day's beginning at the office."""
        return self.office.book.morning(self.plan.first_on + timedelta(days=day)) + after

    async def play_day(self, day: int) -> None:
        """Play one day: the engine's morning, what people do at midday, the evening."""
        weekday = (self.plan.first_on + timedelta(days=day)).weekday()
        await self._morning(day, weekday)
        if day in self._busy:
            self.office.move_clock(self.moment(day, _MIDDAY))
            await self._receive(day)
            await self._work(day)
            await self._deliver()
        if weekday == _THURSDAY:
            self.office.move_clock(self.moment(day, _AFTERNOON))
            self._round.hold(self.office.now())
        if day in self._busy or weekday == _THURSDAY:
            self.office.move_clock(self.moment(day, _EVENING))
            # Whatever the round let go, or a relay put off at midday.
            await self._deliver()
        if weekday == _FRIDAY:
            self.office.move_clock(self.moment(day, _EVENING))
            await self._run_flow("seal-journal", {})

    async def look_at_the_rest(self) -> None:
        """Send every case that has had no journey of its own on one."""
        for number, reference in sorted(self.player.references.items()):
            if number not in self._looked_at:
                await self._journey(reference)

    def describe(self, day: int) -> DayPlayed:
        """Count cases by stage and mails sent."""
        by_stage = select(Case.stage, func.count()).group_by(Case.stage)
        sent = select(func.count()).select_from(Parcel).where(Parcel.state == ParcelState.SENT)
        with self.office.store.reading() as session:
            stages = {stage.value: number for stage, number in session.execute(by_stage)}
            mails = session.scalar(sent) or 0
        return DayPlayed(day, self.plan.days, self.plan.first_on + timedelta(days=day), stages, mails)

    async def _morning(self, day: int, weekday: int) -> None:
        self.office.move_clock(self.moment(day))
        await self._run_flow("watch-clocks", {})
        if day >= 0 and weekday < _SATURDAY:
            await self._run_flow("daily-digest", {})
        if day >= 0 and weekday == _MONDAY:
            await self._run_flow("caseload-report", {})
        await self._deliver()

    async def _receive(self, day: int) -> None:
        """Have the batch of the day registered, and give each new case to its coordinator."""
        arriving = self._arriving.get(day, [])
        inbox = self.office.settings.home / "inbox"
        if arriving:
            name = f"rehearsal-{self.plan.first_on + timedelta(days=day):%Y%m%d}"
            write_batch(inbox, name, arriving)
            await self._register(name, arriving)
        if day == 0:
            inbox.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self._public.cases_file, inbox / "public-record.json")
            await self._register("public-record", [Application(number, 0, {}) for number in self._public.numbers])

    async def _register(self, name: str, arriving: list[Application]) -> None:
        await self._run_flow("register-cases", {"batch_name": name})
        self.player.learn_references()
        for application in arriving:
            self.player.take_on(application.number, self.office.now())

    async def _work(self, day: int) -> None:
        """Let people do what the plan says, a second apart, and look at the cases for which it matters at once."""
        steps: list[Step] = self._steps.get(day, [])
        midday = self.moment(day, _MIDDAY)
        for second, step in enumerate(steps, start=1):
            self.player.perform(step, midday + timedelta(seconds=second))
        self.office.move_clock(midday + timedelta(hours=1))
        cases = [step.case for step in steps if step.act in _KEY_ACTS or step.case in self._public.numbers]
        for number in dict.fromkeys(cases):
            self._looked_at.add(number)
            await self._journey(self.player.references[number])

    async def _journey(self, reference: str) -> None:
        await self._run_flow("case-journey", {"case_reference": reference})

    async def _deliver(self) -> None:
        now = self.office.now()
        waiting = select(Parcel.id).where(Parcel.state == ParcelState.WAITING, Parcel.next_try_at <= now).limit(1)
        with self.office.store.reading() as session:
            anything = session.scalar(waiting) is not None
        if anything:
            await self._run_flow("deliver-mail", {})
