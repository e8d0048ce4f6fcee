"""The flows' work without the flows: each by its deployment's name, straight from its use case."""

from collections.abc import Awaitable, Callable, Mapping

from casework.delivering import deliver
from casework.digest import write_digests
from casework.intake import register_batch
from casework.office import Office
from casework.reconcile import reconcile_case
from casework.reports import caseload
from casework.sealing_journal import seal_journal
from casework.watch import look_at_due

_REGISTRAR = "s-01"
_SUFFIXES = (".csv", ".json")


async def run_directly(office: Office, name: str, parameters: Mapping[str, str]) -> None:
    """Do what the flow of that name does, at the office's present moment."""
    await _WORK[name](office, **parameters)


async def _journey(office: Office, case_reference: str) -> None:
    reconcile_case(office, case_reference, office.now())


async def _register(office: Office, batch_name: str) -> None:
    inbox = office.settings.home / "inbox"
    path = next(inbox / f"{batch_name}{suffix}" for suffix in _SUFFIXES if (inbox / f"{batch_name}{suffix}").exists())
    register_batch(office, path, now=office.now(), actor=_REGISTRAR)


async def _watch(office: Office) -> None:
    look_at_due(office, office.now())


async def _digest(office: Office) -> None:
    write_digests(office, office.now())


async def _deliver(office: Office) -> None:
    await deliver(office, office.now())


async def _report(office: Office) -> None:
    caseload(office, office.now())


async def _seal(office: Office) -> None:
    seal_journal(office, office.now())


_WORK: Mapping[str, Callable[..., Awaitable[None]]] = {
    "case-journey": _journey,
    "register-cases": _register,
    "watch-clocks": _watch,
    "daily-digest": _digest,
    "deliver-mail": _deliver,
    "caseload-report": _report,
    "seal-journal": _seal,
}
