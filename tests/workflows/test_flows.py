"""The seven flows on a real Prefect server: states, run names, tags, artifacts, events, and no name anywhere."""

import re
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from prefect import Flow
from prefect.client.schemas.objects import State
from prefect.events.worker import EventsWorker
from sqlalchemy import select

from casework.clock_calendar import open_feed
from casework.facts import confirm_standing
from casework.office import Office
from casework.reconcile import reconcile_case
from integrations.prefect_api import PrefectApi
from integrations.prefect_server import PrefectServer
from integrations.settings import load_settings
from models.errors import DodomuError, InvalidInput
from models.records import Parcel
from models.rules.reference import make_reference
from models.statuses import CaseStatus, ParcelKind
from tests.casework.report_rows import set_case
from workflows.case_journey import case_journey
from workflows.caseload_report import caseload_report
from workflows.daily_digest import daily_digest
from workflows.deliver_mail import deliver_mail
from workflows.register_cases import batch_key, find_batch, register_cases
from workflows.rooms import lend_office
from workflows.seal_journal import seal_journal
from workflows.watch_clocks import watch_clocks

CANARY = "Канарейченко"
_HEADER = "child.given_name,child.family_name,child.birth_on,child.citizenship"


@pytest.fixture
def lent(office: Office) -> Iterator[Office]:
    office.settings = load_settings(home=office.settings.home, staff="s-01", language="en")
    with lend_office(office):
        yield office


@pytest.fixture
def api(prefect_server: PrefectServer) -> Iterator[PrefectApi]:
    with PrefectApi(prefect_server.api_url) as api:
        yield api


def run_of(api: PrefectApi, state: State[Any]) -> dict[str, Any]:
    run: dict[str, Any] = api.get(f"/flow_runs/{state.state_details.flow_run_id}")
    return run


def artifact_of(api: PrefectApi, key: str) -> dict[str, Any]:
    found: dict[str, Any] = api.get(f"/artifacts/{key}/latest")
    return found


async def test_a_journey_that_waits_says_what_for(lent: Office, open_one: Callable[..., str], api: PrefectApi) -> None:
    reference = open_one(lent)

    state = await case_journey(reference.lower(), return_state=True)

    run = run_of(api, state)
    assert (run["state_type"], run["state_name"]) == ("COMPLETED", "Waiting")
    assert run["state"]["message"] == "standing_not_confirmed"
    assert run["name"] == f"{reference} · reported"
    assert set(run["tags"]) == {"dodomu", f"case:{reference}", "stage:reported"}
    assert f"# {reference} · Reported" in artifact_of(api, f"case-{reference.lower()}")["data"]


async def test_a_journey_that_moves_has_a_task_for_each_stage_entered(
    lent: Office, open_one: Callable[..., str], api: PrefectApi
) -> None:
    reference = open_one(lent)
    confirm_standing(lent, reference, now=lent.now(), actor="c-01")

    state = await case_journey(reference, return_state=True)

    run = run_of(api, state)
    assert (run["state_name"], run["name"]) == ("Moved", f"{reference} · identified")
    tasks = api.post("/task_runs/filter", {"flow_runs": {"id": {"any_": [run["id"]]}}})
    assert [task["name"] for task in tasks] == ["entered identified"]
    assert "stage:identified" in run["tags"]


async def test_a_flagged_case_ends_its_journey_as_flagged(
    lent: Office, open_one: Callable[..., str], api: PrefectApi
) -> None:
    reference = open_one(lent)
    set_case(lent, reference, possible_duplicate_of=make_reference(2026, 77))

    state = await case_journey(reference, return_state=True)

    run = run_of(api, state)
    assert (run["state_name"], run["state"]["message"]) == ("Flagged", "standing_not_confirmed, possible_duplicate")


async def test_a_journey_and_a_watch_tell_prefect_by_events(
    lent: Office, open_one: Callable[..., str], api: PrefectApi
) -> None:
    first, second = open_one(lent), open_one(lent)
    for reference in (first, second):
        confirm_standing(lent, reference, now=lent.now(), actor="c-01")

    since = datetime.now(UTC)

    await case_journey(first, return_state=True)
    await watch_clocks(return_state=True)
    await EventsWorker.drain_all()

    told = await_events(api, since, "dodomu.watch.done", first, second)
    assert told["dodomu.case.moved", f"dodomu.case.{first}"]["stage"] == "identified"
    assert told["dodomu.case.moved", f"dodomu.case.{second}"]["stage"] == "identified"
    assert told["dodomu.watch.done", "dodomu.watch"]["moved"] == 1


def await_events(api: PrefectApi, since: datetime, *wanted: str) -> dict[tuple[str, str], dict[str, Any]]:
    """Our events since a moment, once those wanted are there: the server takes them in a little later."""
    until = time.monotonic() + 20
    wish = {"filter": {"event": {"prefix": ["dodomu."]}, "occurred": {"since": since.isoformat()}}}
    while True:
        events = api.post("/events/filter", wish)["events"]
        found = {(each["event"], each["resource"]["prefect.resource.id"]): each["payload"] for each in events}
        if all(any(word in " ".join(key) for key in found) for word in wanted) or time.monotonic() > until:
            return found
        time.sleep(0.2)


async def test_a_watch_tells_in_counts_what_it_found(
    lent: Office, open_one: Callable[..., str], api: PrefectApi
) -> None:
    reference = open_one(lent)
    confirm_standing(lent, reference, now=lent.now(), actor="c-01")

    state = await watch_clocks(return_state=True)

    assert run_of(api, state)["state"]["message"] == "looked at 1, moved 1, not assessable 0"
    assert "| 1 | 1 | 0 | 0 | 0 | 0 |" in artifact_of(api, "watch")["data"]


async def test_a_watch_that_finds_nothing_due_says_so_and_keeps_the_calendar_feeds_fresh(
    lent: Office, api: PrefectApi
) -> None:
    feed = open_feed(lent, "c-01", now=lent.now(), actor="c-01")
    feed.write_bytes(b"stale")

    state = await watch_clocks(return_state=True)

    assert feed.read_bytes().startswith(b"BEGIN:VCALENDAR")

    assert run_of(api, state)["state"]["message"] == "looked at 0, moved 0, not assessable 0"


async def test_the_report_shows_the_caseload_as_text_and_table(
    lent: Office, open_one: Callable[..., str], api: PrefectApi
) -> None:
    reconcile_case(lent, open_one(lent), lent.now())

    state = await caseload_report(return_state=True)

    assert run_of(api, state)["state"]["message"] == "1 cases, 1 worked on"
    assert "| Reported | 1 |" in artifact_of(api, "caseload")["data"]
    assert '"Reported"' in artifact_of(api, "caseload-stages")["data"]


async def test_sealing_says_what_it_sealed_and_then_that_there_is_nothing_new(lent: Office, api: PrefectApi) -> None:
    sealed = await seal_journal(return_state=True)
    again = await seal_journal(return_state=True)

    assert run_of(api, sealed)["state"]["message"] == "checkpoint 1: 5 entries, handed over 1"
    assert run_of(api, again)["state"]["message"] == "nothing new, handed over 0"


async def test_a_delivery_with_nothing_to_send_sends_nothing(lent: Office, api: PrefectApi) -> None:
    state = await deliver_mail(return_state=True)

    run = run_of(api, state)
    assert (run["state_name"], run["state"]["message"]) == ("Completed", "sent 0, deferred 0, failed 0, stopped 0")


async def test_mail_that_no_relay_takes_is_held_up_and_says_by_what(lent: Office, api: PrefectApi) -> None:
    lent.settings = load_settings(home=lent.settings.home, witness_mail="witness@notary.example")
    await seal_journal(return_state=True)

    run = run_of(api, await deliver_mail(return_state=True))

    assert (run["state_type"], run["state_name"]) == ("COMPLETED", "HeldUp")
    assert run["state"]["message"] == "mail_host_missing; sent 0, deferred 0, failed 0, stopped 0"


async def test_the_digest_is_written_once_a_day(lent: Office, open_one: Callable[..., str], api: PrefectApi) -> None:
    reference = open_one(lent)
    set_case(lent, reference, possible_duplicate_of=make_reference(2026, 77))
    reconcile_case(lent, reference, lent.now())

    run = run_of(api, await daily_digest(return_state=True))
    await daily_digest(return_state=True)

    assert run["state"]["message"] == "written 1, nothing to tell 4"
    with lent.store.reading() as session:
        assert list(session.scalars(select(Parcel.staff_id).where(Parcel.kind == ParcelKind.DIGEST))) == ["c-01"]


def put_into_inbox(office: Office, name: str, *rows: str) -> Path:
    inbox = office.settings.home / "inbox"
    inbox.mkdir(exist_ok=True)
    path = inbox / name
    path.write_text("\n".join((_HEADER, *rows)) + "\n", encoding="utf-8")
    return path


async def test_a_batch_of_the_inbox_is_registered(lent: Office, api: PrefectApi) -> None:
    put_into_inbox(lent, "monday.csv", "Ганна,Вигаданчук,2015-01-01,UA", "Іван,Вигаданчук,2016-01-01,UA")

    state = await register_cases("monday", return_state=True)

    run = run_of(api, state)
    assert (run["state_name"], run["state"]["message"]) == (
        "Registered",
        "opened 2, faulty 0, known already 0, possible duplicates 0",
    )
    assert artifact_of(api, "batch-monday-progress")["data"] == 100.0


async def test_a_batch_with_a_faulty_row_is_rejected_and_the_row_listed(lent: Office, api: PrefectApi) -> None:
    put_into_inbox(lent, "tuesday.csv", f"Ганна,{CANARY},2015-02-30,UA", "Іван,Вигаданчук,2016-01-01,UA")

    rejected = await register_cases("tuesday.csv", return_state=True)
    accepted = await register_cases("tuesday.csv", accept_valid=True, return_state=True)

    assert run_of(api, rejected)["state_name"] == "Rejected"
    assert run_of(api, accepted)["state"]["message"].startswith("opened 1, faulty 1")
    listed = artifact_of(api, "batch-tuesday-csv")["data"]
    assert '"column": "child.birth_on"' in listed
    assert CANARY not in listed


@pytest.mark.parametrize("name", ["../store.db", "/etc/passwd", "..", ".hidden", "a/b", "", "a" * 65, "листок"])
def test_a_batch_lies_in_the_inbox_and_nowhere_else(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidInput, match="batch_name_unusable"):
        find_batch(tmp_path, name)


def test_a_batch_that_is_only_a_link_out_of_the_inbox_is_not_found(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "secret.csv").write_text("x", encoding="utf-8")
    (tmp_path / "inbox" / "batch.csv").symlink_to(tmp_path / "secret.csv")

    with pytest.raises(InvalidInput, match="batch_not_found"):
        find_batch(tmp_path / "inbox", "batch")


def test_a_batchs_key_is_one_that_prefect_takes() -> None:
    assert batch_key("Monday_2.csv") == "batch-monday-2-csv"


async def test_a_failing_flow_leaves_its_code_in_prefect_and_no_name(
    lent: Office, api: PrefectApi, prefect_server: PrefectServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The canary is raised from deep inside, with a cause that holds it too."""

    def break_down(*_: object) -> None:
        raise ValueError(CANARY) from KeyError(CANARY)

    monkeypatch.setattr("workflows.case_journey.reconcile_case", break_down)

    state = await case_journey("2026-000001-Z", return_state=True)

    assert run_of(api, state)["state"]["message"].endswith("DodomuError: unexpected_fault (error_type=ValueError)")
    # The server writes to a log beside its database first, so both are looked through.
    shutil.copytree(prefect_server.home, tmp_path / "prefect")
    stored = b"".join(path.read_bytes() for path in (tmp_path / "prefect").rglob("*") if path.is_file())
    assert b"unexpected_fault" in stored
    assert CANARY.encode() not in stored
    assert CANARY.encode("unicode_escape") not in stored
    with pytest.raises(DodomuError, match="unexpected_fault"):
        await state.aresult()


async def test_a_mistyped_reference_fails_without_being_repeated(lent: Office, api: PrefectApi) -> None:
    state = await case_journey("2026-000001-A", return_state=True)

    run = run_of(api, state)
    assert run["state_name"] == "Failed"
    assert "reference_check_character_wrong" in run["state"]["message"]
    assert "2026-000001-A" not in run["state"]["message"]


async def test_a_closed_case_waits_and_nothing_is_missing(
    lent: Office, open_one: Callable[..., str], api: PrefectApi
) -> None:
    reference = open_one(lent)
    set_case(lent, reference, status=CaseStatus.CLOSED)

    run = run_of(api, await case_journey(reference, return_state=True))

    assert (run["state_name"], run["state"]["message"]) == ("Waiting", "nothing missing")


@pytest.mark.parametrize(
    ("deployed", "parameter", "typed"),
    [(case_journey, "case_reference", "2026-000001-z"), (register_cases, "batch_name", "monday.csv")],
    ids=["case-journey", "register-cases"],
)
def test_what_a_person_types_in_prefect_is_refused_before_it_is_stored(
    deployed: Flow[..., Any], parameter: str, typed: str
) -> None:
    """Prefect holds a run's parameters against this schema before it keeps them."""
    schema: dict[str, Any] = deployed.parameters.model_dump()
    pattern = re.compile(schema["properties"][parameter]["pattern"])

    assert pattern.search(typed)
    assert not pattern.search(CANARY)
    assert not pattern.search(f"{typed} {CANARY}")
