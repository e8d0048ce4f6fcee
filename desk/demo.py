"""`dodomu demo`: a rehearsal of half a year with a Prefect, a mail relay and a folder of its own."""

import json
import os
import shutil
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from casework.office import StoreKind, found_office
from desk.demo_progress import DemoProgress
from desk.demo_summary import print_summary
from desk.following import follow
from desk.printing import console as open_console
from desk.supervision import StopAsked, stopping_on_signals
from desk.up import PREFECT_YAML, bring_in_order, make_worker
from integrations.mail_sink import MailSink, Misbehaviour
from integrations.prefect_api import PrefectApi
from integrations.prefect_server import PrefectServer, child_environment
from integrations.settings import Settings, load_settings
from integrations.tethered import TetheredCommand
from models.errors import ConfigurationError, PermanentFailure, TransientFailure

DEMO_FOLDER = Path("var/demo")
_MARK = ".dodomu-demo"
_MARKED = "A rehearsal's folder: `dodomu demo` empties it when it starts.\n"
_POLL_EVERY_S = 0.2
_RUNS_WITHIN_S = 120.0
_ENDED = frozenset({"COMPLETED", "FAILED", "CRASHED", "CANCELLED"})
# One relay that asks to come again later, twice, and a family's address that does not exist.
_MANNERS = Misbehaviour(defer_first=2, refuse_matching=r"@refused\.example\.org$")


@dataclass(frozen=True, slots=True)
class Demo:
    """What is to be played, and where."""

    cases: int
    days: int
    seed: int
    home: Path


def run_demo(
    *, keep: bool = False, cases: int = 200, days: int = 200, seed: int = 551, home: Path = DEMO_FOLDER
) -> int:
    """Play a rehearsal; the exit code: 0 when all that it set out to show was shown.

    With `keep` the UI stays up until a signal. Raises ConfigurationError `not_a_demo_folder` and what starting the
    parts raises; nothing is left running.
    """
    demo = Demo(cases, days, seed, home.absolute())
    console = open_console()
    clear_demo_folder(demo.home)
    try:
        with stopping_on_signals() as stop, ExitStack() as running:
            stage = _Stage(demo, console, running)
            code = stage.play()
            if keep:
                console.print(f"\nThe UI stays up: {stage.server.ui_url}   (Ctrl-C stops everything)")
                _wait(stop)
            return code
    except StopAsked:
        console.print("Everything has stopped.")
        return 0 if keep else 1


def clear_demo_folder(home: Path) -> None:
    """Empty the folder of an earlier rehearsal, or make a new one; any other folder is left alone.

    Raises ConfigurationError `not_a_demo_folder`, `demo_folder_not_made`.
    """
    if home.exists() and not (home / _MARK).is_file() and (not home.is_dir() or any(home.iterdir())):
        raise ConfigurationError(
            "not_a_demo_folder", "a rehearsal empties its folder first; choose one that is empty or is a rehearsal's"
        )
    try:
        if home.exists():
            shutil.rmtree(home)
        home.mkdir(parents=True, mode=0o700)
        (home / _MARK).write_text(_MARKED, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(
            "demo_folder_not_made", "check who may write there", cause=type(error).__name__
        ) from None


@contextmanager
def office_of_its_own(variables: Mapping[str, str]) -> Iterator[None]:
    """Inside, the environment names this office and no other: a rehearsal must never reach the real one."""
    before = {name: value for name, value in os.environ.items() if name.startswith("DODOMU_")}
    kept = {name: value for name, value in before.items() if name == "DODOMU_LANGUAGE"}
    _replace_environment({**kept, **variables})
    try:
        yield
    finally:
        _replace_environment(before)


def _replace_environment(variables: Mapping[str, str]) -> None:
    for name in [each for each in os.environ if each.startswith("DODOMU_")]:
        del os.environ[name]
    os.environ.update(variables)


class _Stage:
    """The parts of a demo, started one after the other; `running` ends them in the opposite order."""

    def __init__(self, demo: Demo, console: Console, running: ExitStack) -> None:
        self._demo = demo
        self._console = console
        self._running = running
        self._started_s = time.monotonic()
        self.server = PrefectServer(demo.home, own_database=True)

    def play(self) -> int:
        """Start everything, play, print the summary; the exit code."""
        settings = self._open_house()
        told = self._rehearse()
        if told is None:
            return 1
        figures, untold = told["figures"], told["untold"]
        self._run_by_deployment(settings, [case["reference"] for case in figures["public_record"]])
        summary = self._demo.home / "summary.json"
        summary.write_text(json.dumps(figures, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        print_summary(self._console, figures, untold)
        self._console.print(
            f"\n{time.monotonic() - self._started_s:.0f} s. Summary: {_shown(summary)}; "
            f"letters: {_shown(self._demo.home / 'letters')}; mails: {_shown(self._demo.home / 'mail')}"
        )
        return 1 if untold else 0

    def _open_house(self) -> Settings:
        home = self._demo.home
        sink = MailSink(home / "mail")
        self._running.callback(sink.stop)
        sink.start()
        sink.misbehave(_MANNERS)
        self._running.enter_context(
            office_of_its_own(
                {
                    "DODOMU_HOME": str(home),
                    "DODOMU_PREFECT_API_URL": self.server.api_url,
                    "DODOMU_SMTP_HOST": "127.0.0.1",
                    "DODOMU_SMTP_PORT": str(sink.port),
                    "DODOMU_SMTP_SECURITY": "plain",
                    "DODOMU_OFFICE_NAME": "Dodomu (demo)",
                    "DODOMU_STAFF": "s-01",
                }
            )
        )
        settings = load_settings()
        found_office(settings, StoreKind.DEMO)
        self._start_prefect(settings)
        return settings

    def _start_prefect(self, settings: Settings) -> None:
        self._console.print("Starting Prefect …")
        self._running.callback(self.server.stop)
        self.server.start()
        bring_in_order(settings.home, self.server.port, PREFECT_YAML, self._console.print)
        # The schedules follow the real clock, the rehearsal a moved one.
        pause_schedules(self.server.api_url)
        worker = make_worker(settings, self.server.port)
        self._running.callback(worker.stop)
        worker.start()
        self._console.print(f"Prefect's UI: {self.server.ui_url}")

    def _rehearse(self) -> dict[str, Any] | None:
        """Play in a process that may import Prefect; return its tally, or None when it broke off."""
        demo = self._demo
        command = TetheredCommand(
            [
                *("workflows.rehearsal", "--cases", str(demo.cases), "--days", str(demo.days)),
                *("--seed", str(demo.seed), "--letters", str(demo.home / "letters")),
            ],
            environment=child_environment(demo.home, self.server.port, with_secrets=True),
            log_file=demo.home / "logs" / "rehearsal.log",
            folder=Path.cwd(),
        )
        self._running.callback(command.stop, 0)
        command.start()
        with DemoProgress(self._console, demo.days) as progress:
            for line in follow(command):
                if line["kind"] == "day":
                    progress.show(line)
                elif line["kind"] == "tally":
                    return line
                elif line["kind"] == "fault":
                    self._console.print(f"The rehearsal broke off: {line['says']}", markup=False)
                    return None
        self._console.print(
            f"The rehearsal ended with code {command.exit_code}; see {_shown(command.log_file)}: "
            + " / ".join(command.list_last_lines()),
            markup=False,
        )
        return None

    def _run_by_deployment(self, settings: Settings, references: Sequence[str]) -> None:
        """Let the worker run a few flows from their deployments, as it does every day in an office."""
        self._console.print("The worker runs a few flows from their deployments …")
        wanted = [("case-journey", {"case_reference": each}) for each in references]
        with PrefectApi(settings.prefect_api_url) as api:
            runs = [_ask_for_run(api, name, parameters) for name, parameters in [*wanted, ("caseload-report", {})]]
            deadline_s = time.monotonic() + _RUNS_WITHIN_S
            while any(api.get(f"/flow_runs/{run}")["state_type"] not in _ENDED for run in runs):
                if time.monotonic() > deadline_s:
                    raise TransientFailure("worker_takes_too_long", "see logs/prefect-worker.log of the demo")
                time.sleep(1.0)
            failed = [run for run in runs if api.get(f"/flow_runs/{run}")["state_type"] != "COMPLETED"]
        if failed:
            raise PermanentFailure("worker_run_failed", "see the runs in Prefect", runs=len(failed))


def pause_schedules(api_url: str) -> None:
    """Stop the server from planning runs by itself; by hand every deployment can still be run."""
    with PrefectApi(api_url) as api:
        for deployment in api.list_all("/deployments/filter"):
            api.post(f"/deployments/{deployment['id']}/pause_deployment", {})


def _ask_for_run(api: PrefectApi, name: str, parameters: Mapping[str, str]) -> str:
    deployment = api.get(f"/deployments/name/{name}/{name}")
    tags = ["dodomu", *(f"case:{each}" for each in parameters.values())]
    run = api.post(f"/deployments/{deployment['id']}/create_flow_run", {"parameters": parameters, "tags": tags})
    return str(run["id"])


def _wait(stop: threading.Event) -> None:
    while not stop.wait(_POLL_EVERY_S):
        pass


def _shown(path: Path) -> str:
    """A path as a person in this folder would write it."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
