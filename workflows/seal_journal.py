"""A signed checkpoint over every case's journal, handed to the witness."""

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from casework import erasing, sealing_journal
from workflows.rooms import NOWHERE, behind_boundary, in_office


@flow(name="seal-journal", persist_result=False, result_storage=NOWHERE, validate_parameters=False)
@behind_boundary
async def seal_journal() -> State[None]:
    """Seal what was journalled since the last checkpoint, and hand over what the witness has not had yet."""
    with in_office() as office:
        report = sealing_journal.seal_journal(office, office.now())
        # What an unreachable witness or a crash left undone.
        erasing.finish_erasures(office, office.now())
    sealed = f"checkpoint {report.number}: {report.entries} entries" if report.number else "nothing new"
    return Completed(message=f"{sealed}, handed over {report.witnessed}")
