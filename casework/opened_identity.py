"""Personal values opened because a member of staff asks to see them: every such look is in the case's journal."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from casework.case_file import CaseFile, ModelT, open_case
from casework.journal import journal_office
from casework.office import Office
from casework.search import find_cases
from casework.staff import get_staff
from models.records import AliasRecord, RelativeRecord, SightingRecord
from models.schemas.sealed import AliasDetails, Circumstances, Identity, RelativeDetails, SightingDetails


@dataclass(frozen=True, slots=True)
class Opened:
    """What a case holds in words. Sightings and aliases by their ids; its repr shows nothing."""

    identity: Identity = field(repr=False)
    circumstances: Circumstances = field(repr=False)
    relatives: Sequence[RelativeDetails] = field(repr=False)
    sightings: dict[str, SightingDetails] = field(repr=False)
    aliases: dict[str, AliasDetails] = field(repr=False)


def open_identity(office: Office, reference: str, *, now: datetime, actor: str) -> Opened:
    """Open who the child is, where it was seen and who asks; the look is journalled as `identity_opened`.

    Raises NotFound `case_not_found`, RuleViolation `case_is_erased`, `staff_unknown`, `staff_inactive`.
    """
    with open_case(office, reference, now, actor) as file:
        get_staff(file.session, actor)
        relatives = file.session.scalars(select(RelativeRecord).where(RelativeRecord.case_id == file.case.id)).all()
        sightings = file.session.scalars(select(SightingRecord).where(SightingRecord.case_id == file.case.id)).all()
        aliases = file.session.scalars(select(AliasRecord).where(AliasRecord.case_id == file.case.id)).all()
        opened = Opened(
            identity=_of_case(file, "sealed_identity", Identity, file.case.sealed_identity),
            circumstances=_of_case(file, "sealed_circumstances", Circumstances, file.case.sealed_circumstances),
            relatives=[
                file.open("relatives", "sealed_details", each.id, RelativeDetails, each.sealed_details)
                for each in relatives
            ],
            sightings={
                each.id: file.open("sightings", "sealed_details", each.id, SightingDetails, each.sealed_details)
                for each in sightings
            },
            aliases={
                each.id: file.open("aliases", "sealed_details", each.id, AliasDetails, each.sealed_details)
                for each in aliases
            },
        )
        file.journal("identity_opened")
        return opened


def _of_case(file: CaseFile, column: str, cls: type[ModelT], sealed: bytes | None) -> ModelT:
    return cls() if sealed is None else file.open("cases", column, file.reference, cls, sealed)


def search_cases(office: Office, words: str, *, now: datetime, actor: str) -> list[str]:
    """Find cases by name, as `casework.search.find_cases`; that somebody searched is in the office's journal.

    For whom is not: a search's words are a name. Raises RuleViolation `staff_unknown`, `staff_inactive`.
    """
    with office.store.writing() as session:
        get_staff(session, actor)
        journal_office(session, now, "children_searched", actor, {})
    return find_cases(office, words)
