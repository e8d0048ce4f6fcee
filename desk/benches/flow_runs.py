"""The other usual way, for comparison: a Prefect flow run for each case, on a Prefect server of the bench's own."""

from pathlib import Path

from desk.benches.figures import Measured
from desk.benches.progress import Progress
from desk.following import follow
from integrations.prefect_server import PrefectServer, child_environment
from integrations.tethered import TetheredCommand
from models.errors import ConfigurationError, IntegrationError, PermanentFailure

_EVERY = 10


def find_flow_runs(home: Path, runs: int, bench: str, progress: Progress) -> Measured | None:
    """Run a flow that does nothing `runs` times, one run after the other, and return what all of them took.

    Starting the server and the process that runs flows is no part of it. Everything lies in the folder `home`. None,
    with a word why, where the server cannot be started or the flows not be run.
    """
    try:
        return _run_flows(home, runs, bench, progress)
    except (ConfigurationError, IntegrationError) as error:
        progress.note(f"{bench}: left out, no flow can be run here: {error}")
        return None


def _run_flows(home: Path, runs: int, bench: str, progress: Progress) -> Measured:
    progress.tell(f"{bench}: starting Prefect")
    with PrefectServer(home, own_database=True) as server:
        # A process that may import Prefect.
        command = TetheredCommand(
            ["workflows.bare_runs", "--runs", str(runs)],
            environment=child_environment(home, server.port, with_secrets=False),
            log_file=home / "logs" / "bare-runs.log",
            folder=home,
        )
        try:
            command.start()
            return _followed(command, runs, bench, progress)
        finally:
            command.stop(0)


def _followed(command: TetheredCommand, runs: int, bench: str, progress: Progress) -> Measured:
    for line in follow(command):
        if line["kind"] == "spent":
            return Measured(line["seconds"], line["cpu_s"], None)
        if line["number"] % _EVERY == 0 or line["number"] == runs:
            progress.tell(f"{bench}: flow {line['number']} of {runs}")
    raise PermanentFailure("flows_not_run", " / ".join(command.list_last_lines()), exit_code=command.exit_code)
