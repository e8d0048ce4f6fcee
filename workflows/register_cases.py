"""Opens cases from a batch that lies in the office's inbox folder."""

import asyncio
import re
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from prefect import flow
from prefect.artifacts import acreate_progress_artifact, acreate_table_artifact, aupdate_progress_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed
from pydantic import Field

from casework.intake import IntakeReport, register_batch
from casework.office import Office
from models.errors import InvalidInput
from workflows.artifacts import fault_rows
from workflows.rooms import NOWHERE, behind_boundary, get_actor, in_office

INBOX = "inbox"
BATCH_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_SUFFIXES = ("", ".csv", ".json", ".jsonl")

BatchName = Annotated[str, Field(pattern=f"^{BATCH_NAME.pattern}$", description="a file's name in the inbox folder")]


@flow(name="register-cases", persist_result=False, result_storage=NOWHERE, validate_parameters=False)
@behind_boundary
async def register_cases(batch_name: BatchName, accept_valid: bool = False) -> State[None]:  # noqa: FBT001, FBT002 - Prefect passes parameters by name
    """Open a case for every application of the batch; with a faulty row none, unless `accept_valid`.

    Ends as Registered, or as Rejected when nothing was opened because of faults; they are listed in an artifact.
    """
    with in_office() as office:
        path = find_batch(office.settings.home / INBOX, batch_name)
        report = await _register(office, path, accept_valid=accept_valid)
        if report.faults:
            await acreate_table_artifact(fault_rows(report.faults), key=batch_key(batch_name))
    counts = (
        f"opened {report.opened}, faulty {report.faulty}, known already {report.already_known}, "
        f"possible duplicates {report.duplicates}"
    )
    rejected = report.faulty and not report.opened
    return Completed(name="Rejected" if rejected else "Registered", message=counts)


def find_batch(inbox: Path, batch_name: str) -> Path:
    """Return the batch's file, which lies in the inbox itself, with or without its ending in the name.

    Raises InvalidInput `batch_name_unusable` or `batch_not_found`.
    """
    if not BATCH_NAME.fullmatch(batch_name):
        raise InvalidInput("batch_name_unusable", "letters, digits, full stops, low lines and dashes")
    for suffix in _SUFFIXES:
        path = inbox / f"{batch_name}{suffix}"
        if path.is_file() and path.resolve().parent == inbox.resolve():
            return path
    raise InvalidInput("batch_not_found", f"put the file into the folder {INBOX} of the office's home")


def batch_key(batch_name: str) -> str:
    """Return the key of a batch's artifact: lower case, digits and dashes."""
    return f"batch-{re.sub('[^a-z0-9]+', '-', batch_name.lower()).strip('-')}"


async def _register(office: Office, path: Path, *, accept_valid: bool) -> IntakeReport:
    """Register in a thread of its own, so that the progress can be told meanwhile."""
    artifact = await acreate_progress_artifact(0.0, key=f"{batch_key(path.stem)}-progress")
    told: list[Future[Any]] = []
    report = await asyncio.to_thread(
        register_batch,
        office,
        path,
        accept_valid=accept_valid,
        now=office.now(),
        actor=get_actor(office),
        progress=_teller(artifact, _count_lines(path), told),
    )
    # Showing progress must not stop the intake: whatever became of it is not asked.
    await asyncio.gather(*map(asyncio.wrap_future, told), return_exceptions=True)
    await aupdate_progress_artifact(artifact, 100.0)
    return report


def _teller(artifact: UUID, lines: int, told: list[Future[Any]]) -> Callable[[int], None]:
    """Return what the thread calls with the rows taken in; a row may span lines, so the share is a lower bound."""
    loop = asyncio.get_running_loop()

    def tell(rows: int) -> None:
        share = min(99.0, 100.0 * rows / lines)
        told.append(asyncio.run_coroutine_threadsafe(aupdate_progress_artifact(artifact, share), loop))

    return tell


def _count_lines(path: Path) -> int:
    with path.open("rb") as file:
        return max(1, sum(1 for _ in file))
