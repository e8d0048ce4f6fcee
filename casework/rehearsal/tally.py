"""What a rehearsal came to, in figures, and whether all it set out to show was shown. Counts and codes only."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.letters import preview_letter
from casework.office import Office
from casework.rehearsal.batches import PublicRecord
from casework.verifying import VerifyReport, verify_journal
from models.records import Case, DecisionRecord, JournalRecord, LetterRecord, NoticeRecord, Parcel, SightingRecord
from models.statuses import CaseStatus, NoticeState, Stage

_SIDE_STEPS = ("suspended", "resumed", "reopened", "stepped_back", "overridden")
_MOVED = "moved_not_returned"


@dataclass(frozen=True, slots=True)
class Tally:
    """The figures of a whole rehearsal. `untold` lists what it should have shown and did not."""

    figures: Mapping[str, Any]
    untold: tuple[str, ...]


def take_tally(office: Office, public: PublicRecord, *, refusals: Mapping[str, int], complete: bool) -> Tally:
    """Count everything. A rehearsal that is `complete` must have climbed every rung and taken every side exit."""
    report = verify_journal(office)
    with office.store.reading() as session:
        figures: dict[str, Any] = {
            "stages": _stages(session),
            "stages_reached": _entries(session),
            "letters": _grid(session, LetterRecord.body, LetterRecord.state),
            "kinds": _kinds(session),
            "decisions": _decisions(session),
            "notices": _notices(session),
            "mails": _grid(session, Parcel.kind, Parcel.state),
            "side_exits": _side_exits(session),
            "flags": _flags(session),
            "public_record": [_public(session, number) for number in public.numbers],
            "refused_steps": dict(sorted(refusals.items())),
            "journal": _journal(report),
        }
    return Tally(figures, tuple(_untold(office, figures, report, complete=complete)))


def keep_letters(office: Office, folder: Path) -> int:
    """Write every letter that has been approved as a PDF under its outgoing number; return how many."""
    folder.mkdir(parents=True, exist_ok=True)
    erased = CaseStatus.ERASED
    query = select(LetterRecord.number).join(Case).where(LetterRecord.fingerprint.is_not(None), Case.status != erased)
    with office.store.reading() as session:
        numbers = session.scalars(query.order_by(LetterRecord.number)).all()
    for number in numbers:
        (folder / f"{number}.pdf").write_bytes(preview_letter(office, number, now=office.now()))
    return len(numbers)


def _grid(session: Session, rows: Any, columns: Any) -> dict[str, dict[str, int]]:
    grid: dict[str, dict[str, int]] = {}
    for row, column, number in session.execute(select(rows, columns, func.count()).group_by(rows, columns)):
        grid.setdefault(str(row), {})[str(column)] = number
    return {row: dict(sorted(cells.items())) for row, cells in sorted(grid.items())}


def _stages(session: Session) -> dict[str, dict[str, int]]:
    found = _grid(session, Case.stage, Case.status)
    return {stage.value: found.get(stage.value, {}) for stage in Stage}


def _entries(session: Session) -> dict[str, int]:
    entered = select(JournalRecord.body).where(JournalRecord.kind == "stage_entered")
    counts = Counter(body["stage"] for body in session.scalars(entered))
    return {stage.value: counts[stage.value] for stage in Stage if stage is not Stage.REPORTED}


def _kinds(session: Session) -> dict[str, dict[str, int]]:
    """Count of each kind the letters written, those that left, those about several children, and all their children."""
    letter, counts = LetterRecord, func.count()
    columns = (
        letter.kind,
        counts,
        counts.filter(letter.taken_on.is_not(None)),
        counts.filter(letter.children > 1),
        func.sum(letter.children),
    )
    rows = session.execute(select(*columns).group_by(letter.kind).order_by(letter.kind))
    return {
        kind: {"written": written, "left": left, "about_several": several, "children": int(children)}
        for kind, written, left, several, children in rows
    }


def _decisions(session: Session) -> dict[str, int]:
    decided = select(DecisionRecord.kind, func.count()).group_by(DecisionRecord.kind).order_by(DecisionRecord.kind)
    return {str(kind): number for kind, number in session.execute(decided)}


def _notices(session: Session) -> dict[str, dict[str, int]]:
    columns = (NoticeRecord.rule, NoticeRecord.rung, NoticeRecord.state)
    found: dict[str, dict[str, int]] = {}
    for rule, rung, state, number in session.execute(select(*columns, func.count()).group_by(*columns)):
        found.setdefault(f"{rule}/{rung}", {})[str(state)] = number
    return {
        rung: {state.value: states.get(state.value, 0) for state in NoticeState}
        for rung, states in sorted(found.items())
    }


def _side_exits(session: Session) -> dict[str, int]:
    closed = select(Case.closed_as, func.count()).where(Case.closed_as.is_not(None)).group_by(Case.closed_as)
    exits = {f"closed_{reason}": number for reason, number in session.execute(closed)}
    kinds = select(JournalRecord.kind, func.count()).where(JournalRecord.kind.in_(_SIDE_STEPS))
    exits |= {str(kind): number for kind, number in session.execute(kinds.group_by(JournalRecord.kind))}
    counted = {
        "erased": Case.status == CaseStatus.ERASED,
        "second_application": Case.possible_duplicate_of.is_not(None),
        "siblings": Case.sibling_group.is_not(None),
    }
    for name, condition in counted.items():
        exits[name] = session.scalar(select(func.count()).select_from(Case).where(condition)) or 0
    return dict(sorted(exits.items()))


def _flags(session: Session) -> dict[str, int]:
    flags = (code for case_flags in session.scalars(select(Case.flags)) for code, _ in case_flags)
    return dict(sorted(Counter(flags).items()))


def _public(session: Session, number: str) -> dict[str, Any]:
    case = session.scalars(select(Case).where(Case.source_number == number)).one()
    sightings = select(func.count()).select_from(SightingRecord).where(SightingRecord.case_id == case.id)
    return {
        "reference": case.reference,
        "sightings": session.scalar(sightings) or 0,
        "stage": case.stage.value,
        "flags": sorted({code for code, _ in case.flags}),
        "missing": sorted(what for _, _, what in case.missing),
    }


def _journal(report: VerifyReport) -> dict[str, Any]:
    return {
        "entries": report.entries,
        "chains": report.chains,
        "checkpoints": report.checkpoints,
        "breaks": len(report.breaks),
    }


def _untold(office: Office, figures: Mapping[str, Any], report: VerifyReport, *, complete: bool) -> Iterable[str]:
    """Yield what the rehearsal should have shown and did not."""
    for each in report.breaks:
        yield f"journal: {each.what} in {each.chain} at {each.seq}"
    for case in figures["public_record"]:
        moved = case["sightings"] > 1
        if case["stage"] != Stage.REPORTED or (moved and _MOVED not in case["flags"]):
            yield f"public record: {case['reference']} must stand at reported, moved and not returned"
    if complete:
        yield from _unclimbed(office, figures["notices"])
        yield from _unused(figures)
        yield from _unwritten(office, figures)


def _unclimbed(office: Office, notices: Mapping[str, Any]) -> Sequence[str]:
    rungs = [f"{clock.id}/{rung.id}" for clock in office.policy.clocks for rung in clock.rungs]
    return [f"rung: {rung} neither fired nor was overtaken" for rung in rungs if rung not in notices]


def _unused(figures: Mapping[str, Any]) -> Iterable[str]:
    exits = {f"closed_{rule}" for rule in ("returned", "deceased", "own_decision", "duplicate", "not_a_case")}
    for name in sorted(exits | {*_SIDE_STEPS, "erased", "second_application", "siblings"}):
        if not figures["side_exits"].get(name):
            yield f"side exit: {name} was not taken"
    yield from (f"stage: {stage} was not reached" for stage, number in figures["stages_reached"].items() if not number)
    sent = figures["letters"]
    for state in ("sent", "acknowledged", "answered", "refused", "no_reply", "stopped", "undeliverable", "rejected"):
        if not any(states.get(state) for states in sent.values()):
            yield f"letters: none is {state}"


def _unwritten(office: Office, figures: Mapping[str, Any]) -> Iterable[str]:
    written = figures["kinds"]
    yield from (f"letters: no {kind.id} left" for kind in office.policy.kinds if not _left(written, kind.id))
    if not any(counts["about_several"] for counts in written.values()):
        yield "letters: none is about several children"
    if not figures["decisions"]:
        yield "letters: none was decided on"


def _left(written: Mapping[str, Mapping[str, int]], kind: str) -> int:
    return written.get(kind, {}).get("left", 0)
