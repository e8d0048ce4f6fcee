"""Sends the outbox."""

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from casework.delivering import deliver
from workflows.rooms import NOWHERE, behind_boundary, in_office


@flow(name="deliver-mail", persist_result=False, result_storage=NOWHERE, validate_parameters=False)
@behind_boundary
async def deliver_mail() -> State[None]:
    """Send what waits; what the relay cannot take now waits on, and the run's name says what holds it up."""
    with in_office() as office:
        report = await deliver(office, office.now())
    counts = f"sent {report.sent}, deferred {report.deferred}, failed {report.failed}, stopped {report.stopped}"
    if report.held_up_by is not None:
        return Completed(name="HeldUp", message=f"{report.held_up_by}; {counts}")
    return Completed(message=counts)
