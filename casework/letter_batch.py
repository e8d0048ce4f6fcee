"""Letters made in bulk, ahead of their approval: gathered, typeset by all processors, sealed and stored in chunks.

Nothing is locked while a chunk is gathered and typeset; its cases are when it is stored, and a letter whose case has
changed in between stays as it was.
"""

import gc
import os
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from casework.case_file import CaseFile
from casework.journal import journal_office
from casework.letter_batch_rows import UNMADE, ReadyLetter, store_letters
from casework.letter_consents import require_written_while
from casework.letter_facts import gather_facts
from casework.letter_material import LetterMaterial, load_material
from casework.letter_prepared import can_be_prepared, is_prepared, mark_of
from casework.office import Office
from casework.staff import get_staff
from integrations.typesetting_crew import Begin, Waiting, open_crew, set_here
from models.errors import DodomuError, NotFound
from models.records import Case, LetterRecord
from models.statuses import LetterState

CHUNK = 500
_WORTH_A_PROCESS = 100
_AHEAD = 2
Progress = Callable[[int, int], None]
"""Told how many letters are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a batch came to: letters made; those made before that still hold; those left, which are made when read.

    `faults` are the outgoing numbers by the code of what was wrong with them.
    """

    made: int
    unchanged: int
    left: int
    faults: Mapping[str, Sequence[str]]


@dataclass
class _Tally:
    made: int = 0
    unchanged: int = 0
    left: int = 0
    faults: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @property
    def done(self) -> int:
        return self.made + self.unchanged + self.left + sum(map(len, self.faults.values()))


@dataclass(frozen=True, slots=True)
class _Batch:
    office: Office
    now: datetime
    actor: str
    begin: Begin
    tally: _Tally


def prepare_letters(  # noqa: PLR0913 - a batch is that many choices, each of them named
    office: Office,
    *,
    numbers: Sequence[str] | None = None,
    kind: str | None = None,
    now: datetime,
    actor: str,
    processes: int | None = None,
    progress: Progress | None = None,
) -> Prepared:
    """Make the bytes of drafts, of all or of some `numbers` or one `kind`; none of them is approved by that.

    An approval or a preview on the same day then takes these bytes, unless something has happened since. `processes`
    set the type, as many as there are processors if not given. Raises NotFound `letter_not_found`, `letter_kind_…`,
    RuleViolation `staff_…`; what is wrong with a single letter is counted.
    """
    if kind is not None:
        office.policy.get_kind(kind)
    tally = _Tally()
    ids = _list_drafts(office, numbers, kind, actor, tally)
    total = tally.done + len(ids)
    with _loaded_objects_left_alone(), _typesetting(office, processes, len(ids)) as begin:
        batch = _Batch(office, now, actor, begin, tally)
        for done in _made(batch, ids):
            if progress is not None:
                progress(done, total)
    if tally.made:
        with office.store.writing() as session:
            journal_office(session, now, "letters_prepared", actor, {"letters": tally.made})
    return Prepared(tally.made, tally.unchanged, tally.left, {code: tuple(of) for code, of in tally.faults.items()})


@contextmanager
def _loaded_objects_left_alone() -> Iterator[None]:
    """Let the garbage collector look at what the batch makes, not every few chunks at all that was loaded before."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _typesetting(office: Office, processes: int | None, letters: int) -> AbstractContextManager[Begin]:
    wanted = processes or min(len(os.sched_getaffinity(0)), letters // _WORTH_A_PROCESS)
    if wanted <= 1:
        return nullcontext(set_here(office.typesetter))
    return open_crew(office.settings.templates_folder, wanted)


def _list_drafts(
    office: Office, numbers: Sequence[str] | None, kind: str | None, actor: str, tally: _Tally
) -> list[str]:
    """List the ids of the letters to be made, by number; count those of `numbers` that are past making."""
    query = select(LetterRecord.id, LetterRecord.number, LetterRecord.state, UNMADE.label("unmade"))
    query = query.order_by(LetterRecord.number)
    if kind is not None:
        query = query.where(LetterRecord.kind == kind)
    with office.store.reading() as session:
        get_staff(session, actor)
        if numbers is None:
            return [row.id for row in session.execute(query.where(LetterRecord.state == LetterState.DRAFT, UNMADE))]
        found = [
            row
            for some in _chunks(sorted(set(numbers)))
            for row in session.execute(query.where(LetterRecord.number.in_(some)))
        ]
    if len(found) < len(set(numbers)):
        raise NotFound("letter_not_found", "list them with `dodomu letter list`")
    for row in found:
        if row.state is not LetterState.DRAFT:
            tally.faults[f"letter_is_{row.state}"].append(row.number)
        elif not row.unmade:
            tally.faults["approved_already"].append(row.number)
    return [row.id for row in found if row.state is LetterState.DRAFT and row.unmade]


def _made(batch: _Batch, ids: Sequence[str]) -> Iterator[int]:
    """Make the letters chunk by chunk, one gathered while another is typeset; yield how many are done."""
    morning = batch.office.book.morning(batch.office.book.today(batch.now))
    under_way: deque[tuple[list[ReadyLetter], Waiting]] = deque()
    for chunk in _chunks(ids):
        ready = _gather(batch, chunk)
        under_way.append((ready, batch.begin([letter.source for letter in ready], morning)))
        if len(under_way) == _AHEAD:
            _store(batch, *under_way.popleft())
        yield batch.tally.done
    while under_way:
        _store(batch, *under_way.popleft())
        yield batch.tally.done


def _gather(batch: _Batch, ids: Sequence[str]) -> list[ReadyLetter]:
    """Gather and write one chunk, all from one state of the store."""
    office, tally = batch.office, batch.tally
    ready = []
    query = select(LetterRecord, Case).join(Case, Case.id == LetterRecord.case_id).where(LetterRecord.id.in_(ids))
    with office.store.reading() as session:
        rows = session.execute(query.order_by(LetterRecord.number)).all()
        materials = load_material(session, list(dict.fromkeys(case for _, case in rows)))
        office.keystore.read_ahead(_references(materials))
        for letter, case in rows:
            file = CaseFile(office, session, case, batch.now, batch.actor)
            try:
                made = _gather_one(file, letter, materials[case.id], tally)
            except DodomuError as error:
                # The item boundary of the batch: a letter that cannot be made must not hold up the others.
                tally.faults[error.code].append(letter.number)
                continue
            if made is not None:
                ready.append(made)
    return ready


def _gather_one(file: CaseFile, letter: LetterRecord, material: LetterMaterial, tally: _Tally) -> ReadyLetter | None:
    siblings = [each.case for each in material.siblings]
    if not can_be_prepared(file, letter):
        tally.left += 1
        return None
    if is_prepared(file, letter, siblings):
        tally.unchanged += 1
        return None
    require_written_while(file, file.office.policy.get_kind(letter.kind))
    gathered = gather_facts(file, letter, material)
    (child,) = gathered.children
    return ReadyLetter(
        id=letter.id,
        number=letter.number,
        case_id=file.case.id,
        reference=file.reference,
        journal_seq=file.case.journal_seq,
        mark=mark_of(file.case, siblings),
        template_hash=file.office.templates.template_hash(letter.kind, letter.language),
        disclosed=sorted(field.value for field in child.carried),
        consent_id=None if child.consent is None else child.consent.id,
        consent_version=None if child.consent is None else child.consent.version,
        recipient=gathered.recipient,
        source=file.office.templates.render_source(letter.kind, letter.language, gathered.facts),
    )


def _store(batch: _Batch, ready: Sequence[ReadyLetter], waiting: Waiting) -> None:
    tally = batch.tally
    made: list[tuple[ReadyLetter, bytes]] = []
    for letter, outcome in zip(ready, waiting(), strict=True):
        if isinstance(outcome, DodomuError):
            tally.faults[outcome.code].append(letter.number)
        else:
            made.append((letter, outcome))
    faults = store_letters(batch.office, made, batch.office.book.today(batch.now)) if made else {}
    tally.made += len(made) - len(faults)
    for number, code in faults.items():
        tally.faults[code].append(number)


def _references(materials: Mapping[int, LetterMaterial]) -> Iterator[str]:
    for material in materials.values():
        yield material.case.reference
        yield from (sibling.case.reference for sibling in material.siblings)


def _chunks(values: Sequence[str]) -> Iterator[Sequence[str]]:
    return (values[start : start + CHUNK] for start in range(0, len(values), CHUNK))
