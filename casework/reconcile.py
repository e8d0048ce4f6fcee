"""Reconciling: assess cases and apply the difference, a whole batch in one transaction.

Everything that a recorded fact, a passed moment or a changed policy brings about comes through here, so a second look
at the same moment finds nothing to do, and a look that never happened is made up for by the next.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.differences import Changes, Writer
from casework.loading import CASE_COLUMNS, CaseRow, load_facts
from casework.office import Office
from integrations.on_driver import connection_of, one_trip
from integrations.pending import write_pending
from integrations.prepared import AmongIds, PreparedQuery
from models.errors import DodomuError, NotFound
from models.records import Case
from models.rules.assess import Assessment, Flag, assess
from models.rules.facts import CaseFacts
from models.rules.gates import Missing
from models.rules.reference import parse_reference
from models.statuses import Outcome, Stage

_BY_REFERENCE = PreparedQuery(select(*CASE_COLUMNS).where(AmongIds(Case.reference)).order_by(Case.id).with_for_update())


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at one case found and did."""

    reference: str
    outcome: Outcome
    stage: Stage
    stages_entered: tuple[Stage, ...]
    missing: tuple[Missing, ...]
    flags: tuple[Flag, ...]
    notices: int
    drafts: int
    fault: str | None = None


def reconcile_case(office: Office, typed_reference: str, now: datetime) -> Look:
    """Reconcile one case in a transaction of its own. Raises NotFound `case_not_found`."""
    reference = parse_reference(typed_reference)
    with office.store.writing() as session:
        looks = reconcile_locked(office, session, _BY_REFERENCE.run(connection_of(session), ids=[reference]), now)
    if not looks:
        raise NotFound("case_not_found", reference=reference)
    if looks[0].fault is not None:
        raise DodomuError(looks[0].fault, reference=reference)
    return looks[0]


def reconcile_locked(office: Office, session: Session, cases: Sequence[CaseRow], now: datetime) -> list[Look]:
    """Reconcile cases whose rows this transaction has locked; one that cannot be assessed is left as it was.

    What the session has pending is written before, and it lets go of all it holds; what was changed on a case itself is
    written with what follows from it.
    """
    if not cases:
        return []
    with one_trip(connection_of(session)):
        write_pending(session, but=cases)
        found = load_facts(session, cases)
    writer = Writer(office, now)
    looks = [_look(case, facts, writer) for case, facts in zip(cases, found, strict=True)]
    writer.write(session)
    return looks


def _look(case: CaseRow, facts: CaseFacts, writer: Writer) -> Look:
    try:
        assessment = assess(facts, writer.office.book, writer.now)
    except DodomuError as error:
        # The item boundary of a batch: one case that policy or calendar cannot carry must not hold up the others.
        writer.postpone(case, error.code)
        return Look(case.reference, Outcome.FLAGGED, facts.stage, (), (), (), 0, 0, fault=error.code)
    changes = writer.add(case, facts, assessment)
    return _found(case.reference, assessment, changes)


def _found(reference: str, assessment: Assessment, changes: Changes) -> Look:
    return Look(
        reference=reference,
        outcome=assessment.outcome,
        stage=assessment.stage,
        stages_entered=tuple(entry.stage for entry in assessment.entered),
        missing=assessment.missing,
        flags=assessment.flags,
        notices=changes.notices,
        drafts=changes.drafts,
    )
