"""The caseload as artifacts: stages, ageing, clocks, how bodies answer. Counts only."""

from prefect import flow
from prefect.artifacts import acreate_markdown_artifact, acreate_table_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed

from casework.caseload import caseload
from workflows.artifacts import caseload_markdown, caseload_rows
from workflows.rooms import NOWHERE, behind_boundary, in_office


@flow(name="caseload-report", persist_result=False, result_storage=NOWHERE, validate_parameters=False)
@behind_boundary
async def caseload_report() -> State[None]:
    """Count the caseload and show it."""
    with in_office() as office:
        counted = caseload(office, office.now())
        await acreate_markdown_artifact(caseload_markdown(office, counted), key="caseload")
        await acreate_table_artifact(caseload_rows(office, counted), key="caseload-stages")
    return Completed(message=f"{sum(counted.cases.values())} cases, {sum(counted.stages.values())} worked on")
