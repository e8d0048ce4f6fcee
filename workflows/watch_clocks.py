"""The watch: reconciles every case that is due."""

from prefect import flow
from prefect.artifacts import acreate_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed

from casework.clock_calendar import write_feeds
from casework.watch import look_at_due
from workflows.artifacts import watch_markdown
from workflows.events import emit_watch
from workflows.rooms import NOWHERE, behind_boundary, in_office


@flow(name="watch-clocks", persist_result=False, result_storage=NOWHERE, validate_parameters=False)
@behind_boundary
async def watch_clocks() -> State[None]:
    """Look at every case that is due; one run for all of them, at a cost that follows what is due."""
    with in_office() as office:
        report = look_at_due(office, office.now())
        if report.looked:
            await acreate_markdown_artifact(watch_markdown(report, office.settings.language), key="watch")
        write_feeds(office, office.now())
    emit_watch(report)
    return Completed(message=f"looked at {report.looked}, moved {report.moved}, not assessable {len(report.faults)}")
