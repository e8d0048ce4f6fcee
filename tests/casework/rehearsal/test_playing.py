import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from casework.letters import list_letters
from casework.office import Office, StoreKind, found_office, open_office
from casework.rehearsal import stories_abroad, stories_aside, stories_asking, stories_home, stories_waiting
from casework.rehearsal.batches import PublicRecord, read_public_record
from casework.rehearsal.direct import run_directly
from casework.rehearsal.player import Player
from casework.rehearsal.playing import DayPlayed, play
from casework.rehearsal.steps import Seat, Step
from casework.rehearsal.stories import Plan, Story, cast, make_plan
from casework.rehearsal.tally import Tally, keep_letters, take_tally
from integrations.mail_sink import MailSink, Misbehaviour
from integrations.settings import load_settings
from integrations.synthetic_applications import synthetic_applications
from models.errors import DodomuError
from models.records import Case
from models.statuses import LetterState

pytestmark = pytest.mark.xdist_group("rehearsal")

MONDAY = date(2026, 3, 2)
MEDIATORS = ("mediator_qatar", "mediator_holy_see", "mediator_south_africa", "mediator_uae")
PUBLIC = Path(__file__).resolve().parents[3] / "examples" / "public-record"
# Two of each, so that every step is taken and a second child has an elder.
SECONDS = (
    stories_aside.comes_twice,
    stories_home.is_one_of_siblings,
    stories_home.grows_stale,
    stories_home.is_asked_for_more,
    stories_home.is_refused,
    stories_aside.is_the_familys_decision,
    stories_aside.is_overridden,
    stories_aside.is_erased,
    stories_aside.withdraws_before_release,
    stories_aside.withdraws_after_release,
    stories_waiting.is_suspended,
    stories_waiting.turns_eighteen,
)


@dataclass
class Played:
    office: Office
    player: Player
    public: PublicRecord
    days: list[DayPlayed]

    def tally(self, *, complete: bool = False) -> Tally:
        return take_tally(self.office, self.public, refusals=self.player.refusals, complete=complete)


async def play_cast(stack: ExitStack, home: Path, stories: Sequence[Story], days: int) -> Played:
    sink = stack.enter_context(MailSink(home / "mail"))
    sink.misbehave(Misbehaviour(defer_first=2, refuse_matching="@refused"))
    settings = load_settings(home=home, smtp_host="127.0.0.1", smtp_port=sink.port, smtp_security="plain")
    found_office(settings, StoreKind.DEMO)
    office = stack.enter_context(open_office(settings))
    rows = synthetic_applications(len(stories), seed=551, today=MONDAY)
    plan = make_plan(rows, stories, days=days, seed=551, first_on=MONDAY)
    public = read_public_record(PUBLIC)
    told: list[DayPlayed] = []

    async def run_flow(name: str, parameters: Any) -> None:
        if name != "daily-digest" or office.book.today(office.now()).weekday() == 0:
            # A digest every morning is most of the work and shows nothing more here.
            await run_directly(office, name, parameters)

    return Played(office, await play(office, plan, public, run_flow, told.append), public, told)


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


async def test_one_seed_tells_one_story_figure_by_figure(stack: ExitStack, tmp_path: Path) -> None:
    first = await play_cast(stack, tmp_path / "first", cast(9), 45)
    second = await play_cast(stack, tmp_path / "second", cast(9), 45)
    assert json.dumps(first.tally().figures) == json.dumps(second.tally().figures)
    assert first.days == second.days
    assert first.days[-1].on == MONDAY + timedelta(days=44)
    assert first.tally().untold == ()
    assert first.tally().figures["journal"]["breaks"] == 0


async def test_the_side_exits_are_taken_and_the_public_record_stays_at_reported(
    stack: ExitStack, tmp_path: Path
) -> None:
    played = await play_cast(stack, tmp_path, [*SECONDS, *SECONDS, stories_waiting.is_told_at_a_dead_address], 112)
    tally = played.tally(complete=True)
    exits = tally.figures["side_exits"]
    assert exits["closed_own_decision"] == 3
    assert (exits["reopened"], exits["erased"], exits["overridden"], exits["stepped_back"]) == (1, 2, 2, 1)
    assert (exits["second_application"], exits["siblings"], exits["closed_duplicate"]) == (1, 2, 1)
    assert (exits["suspended"], exits["resumed"]) == (2, 2)
    assert tally.figures["refused_steps"] == {"consent_missing": 2, "role_not_allowed": 2}
    assert tally.figures["letters"]["family"] == {"undeliverable": 1}
    for case in tally.figures["public_record"]:
        assert case["stage"] == "reported"
        assert "moved_not_returned" in case["flags"]
        assert case["missing"] == [
            "child.birth_on",
            "child.family_name",
            "consent_search",
            "report_reference",
            "requester",
        ]
    assert "side exit: closed_deceased was not taken" in tally.untold
    assert "rung: visit.365d/visit_missed neither fired nor was overtaken" in tally.untold
    assert "stage: returned was not reached" in tally.untold
    assert "letters: none is undeliverable" not in tally.untold
    assert "letters: none was decided on" in tally.untold
    assert "letters: no coalition.summary left" in tally.untold
    kept = keep_letters(played.office, tmp_path / "letters")
    assert kept == len(list((tmp_path / "letters").glob("2026-*.pdf"))) > 0


async def test_incomplete_applications_are_completed_and_homecomers_visited(stack: ExitStack, tmp_path: Path) -> None:
    stories = [
        *[stories_waiting.lacks_something] * 4,
        *[stories_home.goes_home] * 2,
        stories_home.is_handed_over,
        stories_waiting.is_searched_for,
    ]
    played = await play_cast(stack, tmp_path, stories, 70)
    reached = played.tally().figures["stages_reached"]
    assert reached["identified"] == 8
    assert played.tally().figures["refused_steps"] == {"own_draft": 1}


async def test_every_letter_that_leaves_was_read_by_those_whom_its_body_asks_for(
    stack: ExitStack, tmp_path: Path
) -> None:
    stories = [
        *[stories_abroad.is_on_a_mediators_list] * 6,
        *[stories_abroad.is_asked_for_in_russia] * 2,
        *[stories_asking.lies_with_both_committees] * 2,
        *(stories_asking.is_reported_at_home, stories_asking.is_filed_for_the_courts),
    ]
    played = await play_cast(stack, tmp_path, stories, 75)
    figures = played.tally().figures
    assert "letters: none was decided on" not in played.tally(complete=True).untold
    assert figures["decisions"] == {"ced.urgent_action": 1, "childrens_commissioner_ru.request": 1}
    assert figures["kinds"]["mediator.request"] == {"written": 1, "left": 1, "about_several": 1, "children": 6}
    assert figures["kinds"]["follow_up.thanks"]["children"] == 6
    letters = [each for each in list_letters(played.office) if each.taken_on is not None]
    assert {"police_ua", "hrmmu", "ced", "ombudsman_ru", "mediator_qatar"} < {each.body for each in letters}
    for letter in letters:
        asked = played.office.policy.get_body(letter.body).approval
        assert len(letter.approved_by) == asked.people
        assert ("l-01" in letter.approved_by) == asked.legal_officer
        assert letter.drafted_by not in letter.approved_by


async def test_drafts_that_ladders_left_are_let_go_or_rejected_after_three_weeks(
    stack: ExitStack, tmp_path: Path
) -> None:
    stories = [
        *(stories_aside.ends_in_death, stories_aside.came_home_and_is_not_visited),
        *[stories_waiting.turns_eighteen] * 2,
        *[stories_waiting.nears_a_year] * 3,
    ]
    played = await play_cast(stack, tmp_path, stories, 85)
    letters = list_letters(played.office)
    four_weeks_ago = played.office.now() - timedelta(weeks=4)
    assert not [each for each in letters if each.state is LetterState.DRAFT and each.drafted_at < four_weeks_ago]
    states = Counter(each.state for each in letters)
    assert states[LetterState.REJECTED] >= 2
    assert states[LetterState.ACKNOWLEDGED] + states[LetterState.ANSWERED] >= 3
    assert "letters: none is about several children" in played.tally(complete=True).untold


async def test_a_step_that_goes_otherwise_than_planned_ends_the_rehearsal(stack: ExitStack, tmp_path: Path) -> None:
    played = await play_cast(stack, tmp_path, [stories_aside.is_not_a_case], 1)
    number = next(each for each in played.player.references if each.startswith("ЗРАЗОК"))
    now = played.office.now()
    for step in (
        Step(1, number, "sign_off"),
        Step(1, number, "suspend", what={"reason": "Вигадано."}, refused="case_is_closed"),
        Step(1, number, "release_letter", Seat.SUPERVISOR, {"kind": "wgeid.request", "purpose": "search"}),
    ):
        with pytest.raises(DodomuError, match="rehearsal_broken"):
            played.player.perform(step, now)


async def test_a_broken_journal_and_a_public_case_that_moved_are_told(stack: ExitStack, tmp_path: Path) -> None:
    played = await play_cast(stack, tmp_path, [stories_aside.is_not_a_case], 4)
    assert played.tally().untold == ()
    with played.office.store.writing() as session:
        case = session.query(Case).filter_by(source_number="public-record-1").one()
        case.flags, case.journal_head = [], b"\0" * 32
        reference = case.reference
    untold = played.tally().untold
    assert any(line.startswith("journal: ") for line in untold)
    assert f"public record: {reference} must stand at reported, moved and not returned" in untold


def test_a_plan_without_cases_begins_on_its_first_day() -> None:
    assert Plan(MONDAY, 1, (), ()).earliest == 0


async def test_refusals_abroad_and_terms_that_run_out_climb_their_ladders(stack: ExitStack, tmp_path: Path) -> None:
    mediators = [stories_abroad.is_put_off_by_a_mediator] * 4
    told = [
        stories_abroad.is_in_the_dprk,
        stories_abroad.is_in_the_dprk,
        stories_waiting.is_not_taken_up,
        stories_waiting.turns_sixteen,
        stories_asking.leaves_a_government_unanswered,
    ]
    played = await play_cast(stack, tmp_path, [*mediators, *told], 200)
    climbed = {
        *(f"reply.{each}/refused" for each in ("icrc_cta", "third_state_mission")),
        *(f"reply.{each}/{after}" for each in MEDIATORS for after in ("acknowledged", "refused")),
        *("reply.icrc_cta/refused_second_channel", "sixteenth_birthday/two_months_before"),
        *("cut_off.wgeid_answer/alarm", "cut_off.wgeid_answer/last_week"),
    }
    assert climbed - set(played.tally().figures["notices"]) == set()
