"""What a letter about no single child says: the office's caseload in counts, small ones withheld."""

from collections import Counter
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.records import Case, SightingRecord
from models.rules.small_counts import publishable, publishable_total
from models.schemas.letters import Caseload, CountryCount, StageCount
from models.statuses import CaseStatus, Stage

_COUNTED = (CaseStatus.OPEN, CaseStatus.SUSPENDED)
_HALF_A_YEAR = timedelta(days=182)


def count_caseload(session: Session, today: date) -> Caseload:
    """Count the cases worked on: by stage, by the country where each child was last seen, and how long they wait."""
    stages = _stages(session)
    waiting = _waiting(session, today)
    return Caseload(
        counted_on=today,
        documented=publishable_total(stages),
        returned=publishable(stages).get(Stage.RETURNED),
        waiting_over_half_a_year=publishable_total({"waiting": waiting}),
        stages=tuple(StageCount(stage=stage, children=count) for stage, count in publishable(stages).items()),
        countries=tuple(
            CountryCount(country=country, children=count)
            for country, count in publishable(_countries(session)).items()
            # That a country is named at all would tell that a few children were seen there.
            if count is not None
        ),
    )


def _stages(session: Session) -> dict[Stage, int]:
    query = select(Case.stage, func.count()).where(Case.status.in_(_COUNTED)).group_by(Case.stage)
    counts = dict(session.execute(query).all())
    return {stage: counts.get(stage, 0) for stage in Stage}


def _waiting(session: Session, today: date) -> int:
    query = select(func.count()).where(
        Case.status.in_(_COUNTED), Case.stage != Stage.RETURNED, Case.opened_on <= today - _HALF_A_YEAR
    )
    return session.scalar(query) or 0


def _countries(session: Session) -> dict[str, int]:
    """Count the children by the country of their latest sighting, most first."""
    said_on = func.coalesce(SightingRecord.seen_on, SightingRecord.stated_on)
    query = (
        select(SightingRecord.case_id, SightingRecord.country)
        .join(Case, Case.id == SightingRecord.case_id)
        .where(Case.status.in_(_COUNTED), SightingRecord.withdrawn.is_(False))
        .order_by(said_on, SightingRecord.stated_on, SightingRecord.id)
    )
    latest = dict(session.execute(query).all())
    return dict(Counter(latest.values()).most_common())
