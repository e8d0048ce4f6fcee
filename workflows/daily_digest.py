"""One mail a person: what is due, overdue and escalated."""

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from casework.clock_calendar import write_feeds
from casework.digest import write_digests
from workflows.rooms import NOWHERE, behind_boundary, in_office


@flow(name="daily-digest", persist_result=False, result_storage=NOWHERE, validate_parameters=False)
@behind_boundary
async def daily_digest() -> State[None]:
    """Write the day's digests to the outbox, once a day however often it runs, and bring the calendars up to date.

    `deliver-mail` sends the digests.
    """
    with in_office() as office:
        report = write_digests(office, office.now())
        write_feeds(office, office.now())
    return Completed(message=f"written {report.written}, nothing to tell {report.empty}")
