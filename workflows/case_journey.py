"""One look at one case: assess it, apply the difference, show where it stands."""

from typing import Annotated

from prefect import flow, task
from prefect.artifacts import acreate_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import State
from prefect.context import FlowRunContext
from prefect.states import Completed
from pydantic import Field

from casework.case_card import case_card
from casework.office import Office
from casework.reconcile import Look, reconcile_case
from models.statuses import Stage
from workflows.artifacts import case_key, case_markdown
from workflows.events import emit_look
from workflows.rooms import NOWHERE, behind_boundary, in_office

Reference = Annotated[str, Field(pattern="^[0-9]{4}-[0-9]{6}-[0-9A-Za-z]$", description="as in 2026-000001-Z")]


@flow(name="case-journey", persist_result=False, result_storage=NOWHERE, validate_parameters=False)
@behind_boundary
async def case_journey(case_reference: Reference) -> State[None]:
    """Reconcile one case; end as Moved, Waiting or Flagged, with the codes of what is missing or flagged."""
    with in_office() as office:
        look = reconcile_case(office, case_reference, office.now())
        for stage in look.stages_entered:
            await enter_stage.with_options(task_run_name=f"entered {stage}")(look.reference, stage)
        await _show(office, look)
    return Completed(name=look.outcome.capitalize(), message=_codes(look))


@task(persist_result=False, result_storage=NOWHERE, cache_policy=NO_CACHE)
@behind_boundary
async def enter_stage(reference: str, stage: Stage) -> None:
    """Stand in the run's graph for a stage that this look entered; the look itself has committed it."""


async def _show(office: Office, look: Look) -> None:
    """Name and tag the run, and bring the case's artifact and its event up to date."""
    run = FlowRunContext.get()
    if run is not None and run.flow_run is not None and isinstance(run.client, PrefectClient):
        await run.client.update_flow_run(
            run.flow_run.id,
            name=f"{look.reference} · {look.stage}",
            tags=sorted({*run.flow_run.tags, "dodomu", f"case:{look.reference}", f"stage:{look.stage}"}),
        )
    card = case_card(office, look.reference, office.now())
    await acreate_markdown_artifact(case_markdown(office, card), key=case_key(look.reference))
    emit_look(look)


def _codes(look: Look) -> str:
    """Return what is missing and flagged, each code once, in the order of the gates."""
    codes = [*(missing.what for missing in look.missing), *(flag.code for flag in look.flags)]
    return ", ".join(dict.fromkeys(codes)) or "nothing missing"
