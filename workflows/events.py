"""Events for Prefect's automations: `dodomu.case.…` with the case as resource, `dodomu.watch.…` with counts."""

from collections.abc import Iterable

from prefect.events import emit_event

from casework.reconcile import Look
from casework.watch import WatchReport
from models.statuses import Outcome, Stage


def emit_case(outcome: Outcome, reference: str, stage: Stage, codes: Iterable[str] = ()) -> None:
    """Tell how a look at a case ended: `dodomu.case.moved`, `.waiting` or `.flagged`."""
    payload = {"stage": stage.value, "codes": ",".join(codes)}
    emit_event(f"dodomu.case.{outcome}", resource=_resource(f"case.{reference}"), payload=payload)


def emit_look(look: Look) -> None:
    """Tell how one look at one case ended."""
    codes = (*(missing.what for missing in look.missing), *(flag.code for flag in look.flags))
    emit_case(look.outcome, look.reference, look.stage, dict.fromkeys(codes))


def emit_watch(report: WatchReport) -> None:
    """Tell what a watch found, in counts, and the first of the cases that moved one by one.

    A policy change may move thousands, and an event each would bury the rest.
    """
    counts = {
        "looked": report.looked,
        "moved": report.moved,
        "flagged": report.flagged,
        "notices": report.notices,
        "drafts": report.drafts,
        "faults": len(report.faults),
    }
    emit_event("dodomu.watch.done", resource=_resource("watch"), payload=counts)
    for reference, stage in report.moved_cases:
        emit_case(Outcome.MOVED, reference, stage)


def _resource(name: str) -> dict[str, str]:
    return {"prefect.resource.id": f"dodomu.{name}", "prefect.resource.name": name.rpartition(".")[2]}
