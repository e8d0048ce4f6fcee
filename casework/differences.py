"""The difference between what an assessment says and what the store holds, gathered and written in bulk."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, insert, update
from sqlalchemy.orm import Session

from casework.journal import ENGINE, ChainWriter, case_head
from casework.loading import CaseRow
from casework.notices import write_urgent_notices
from casework.numbers import take_outgoing_numbers
from casework.office import Office
from integrations.bulk_rows import Row, insert_rows, update_rows
from integrations.on_driver import connection_of, one_trip
from integrations.pending import changes_of
from models.records import Case, ClockRecord, LetterRecord, NoticeRecord, StageEntryRecord
from models.records.base import new_id
from models.rules.assess import Assessment
from models.rules.canonical import Json
from models.rules.chain import Head, Occurrence
from models.rules.clocks import ACTIVE, DueRung, PlannedClock
from models.rules.facts import CaseFacts, ClockFact
from models.rules.ordered_letters import NewDraft
from models.rules.policy import BIRTHDAYS
from models.statuses import CaseStatus, ClockState, LetterState, NoticeState, Outcome

_LATER = timedelta(hours=1)
_CASES: Any = Case.__table__
_CLOCKS: Any = ClockRecord.__table__
_LETTERS = LetterRecord.__table__
_CASE_COLUMNS = (
    *("stage", "outcome", "held_stage", "flags", "missing"),
    *("next_look_at", "looked_at", "journal_seq", "journal_head"),
)
_POSTPONED = ("next_look_at", "flags")
_CLOCK_COLUMNS = ("anchor_on", "due_on", "state", "closed_on")
_COUNTED = "changes"
_CLOCK_KEY = ("case_id", "rule", "anchor")
_FALL_SILENT = (
    update(LetterRecord)
    .where(_LETTERS.c.id.in_(bindparam("silent", expanding=True)))
    .values(state=LetterState.NO_REPLY)
)
_STANDING = frozenset({*ACTIVE, ClockState.PAUSED})


@dataclass(frozen=True, slots=True)
class Changes:
    """How much one case's difference came to."""

    notices: int
    drafts: int


class Writer:
    """Gathers the differences of a batch and writes them table by table, with their journal entries."""

    def __init__(self, office: Office, now: datetime) -> None:
        self.office = office
        self.now = now
        self._chains = ChainWriter()
        self._inserts: defaultdict[type[Any], list[dict[str, Any]]] = defaultdict(list)
        self._clock_updates: list[tuple[Any, ...]] = []
        self._looked_at: list[tuple[CaseRow, Head, Assessment]] = []
        self._silent: list[str] = []
        self._drafts: list[tuple[CaseRow, dict[str, Any]]] = []
        self._urgent: list[tuple[CaseRow, DueRung]] = []
        self._postponed: list[tuple[CaseRow, Row]] = []

    def add(self, case: CaseRow, facts: CaseFacts, assessment: Assessment) -> Changes:
        """Add what has to change for one case."""
        self._enter_stages(case, assessment)
        self._move_clocks(case, facts, assessment)
        notices = [self._fire(case, rung) for rung in assessment.rungs]
        for draft in assessment.drafts:
            self._draft(case, draft)
        self._fall_silent(case, assessment)
        self._note_flags(case, assessment)
        self._looked_at.append((case, case_head(case.reference, case.journal_seq, case.journal_head), assessment))
        return Changes(notices=sum(notices), drafts=len(assessment.drafts))

    def postpone(self, case: CaseRow, code: str) -> None:
        """Leave a case as it is, to be looked at again in an hour, flagged with the error's code."""
        self._postponed.append((case, (self.now + _LATER, json.dumps([["not_assessable", code]]))))

    def write(self, session: Session) -> None:
        """Write everything, within the caller's transaction."""
        self._insert_drafts(session)
        connection = connection_of(session)
        if self._silent:
            connection.execute(_FALL_SILENT, {"silent": self._silent})
        write_urgent_notices(self.office, session, self._urgent, self.now)
        with one_trip(connection) if len(self._looked_at) == 1 else nullcontext():
            # A batch's rows go by COPY, which takes a trip of its own.
            self._write_rows(connection)

    def _write_rows(self, connection: Connection) -> None:
        for record, rows in self._inserts.items():
            insert_rows(connection, record.__table__, tuple(rows[0]), [tuple(row.values()) for row in rows])
        names = (*_CLOCK_COLUMNS, _COUNTED)
        update_rows(connection, _CLOCKS, names, _CLOCK_KEY, self._clock_updates, added=(_COUNTED,))
        _update_cases(connection, _CASE_COLUMNS, ((each[0], self._case_row(*each)) for each in self._looked_at))
        _update_cases(connection, _POSTPONED, self._postponed)
        self._chains.flush(connection)

    def _journal(self, case: CaseRow, kind: str, body: Mapping[str, Json]) -> None:
        head = case_head(case.reference, case.journal_seq, case.journal_head)
        self._chains.add(head, Occurrence(self.now, kind, ENGINE, body))

    def _enter_stages(self, case: CaseRow, assessment: Assessment) -> None:
        version = self.office.policy.version
        for entry in assessment.entered:
            self._inserts[StageEntryRecord].append(
                {
                    "case_id": case.id,
                    "number": entry.number,
                    "stage": entry.stage,
                    "entered_at": entry.entered_at,
                    "policy_version": version,
                }
            )
            self._journal(case, "stage_entered", {"stage": entry.stage.value, "policy": version})
        if assessment.hold_released:
            self._journal(case, "hold_released", {"stage": str(case.held_stage)})

    def _move_clocks(self, case: CaseRow, facts: CaseFacts, assessment: Assessment) -> None:
        stored = {(clock.rule, clock.anchor): clock for clock in facts.clocks}
        for clock in assessment.clocks:
            before = stored.pop(clock.key, None)
            if before is None or _differs(before, clock):
                self._store_clock(case, before, clock)
        for clock_fact in stored.values():
            if clock_fact.state in _STANDING:
                self._drop_clock(case, clock_fact)

    def _store_clock(self, case: CaseRow, before: ClockFact | None, clock: PlannedClock) -> None:
        key = (case.id, clock.rule.id, clock.anchor)
        row = (clock.anchor_on, clock.due_on, clock.state, clock.closed_on)
        if before is None:
            names = (*_CLOCK_KEY, *_CLOCK_COLUMNS)
            self._inserts[ClockRecord].append(dict(zip(names, (*key, *row), strict=True)))
        else:
            moved = (before.due_on, before.state) != (clock.due_on, clock.state)
            self._clock_updates.append((*row, int(moved), *key))
        if before is None or before.state is not clock.state or before.anchor_on != clock.anchor_on:
            self._journal_clock(case, clock)

    def _journal_clock(self, case: CaseRow, clock: PlannedClock) -> None:
        # A birthday's day would outlive an erasure in the journal, so it is not written there.
        dated = {} if clock.anchor in BIRTHDAYS else {"due_on": clock.due_on.isoformat()}
        self._journal(
            case, "clock", {"rule": clock.rule.id, "anchor": clock.anchor, "state": clock.state.value, **dated}
        )

    def _drop_clock(self, case: CaseRow, clock: ClockFact) -> None:
        today = self.office.book.today(self.now)
        row = (clock.anchor_on, clock.due_on, ClockState.DROPPED, today)
        self._clock_updates.append((*row, 1, case.id, clock.rule, clock.anchor))
        dropped = {"rule": clock.rule, "anchor": clock.anchor, "state": ClockState.DROPPED.value}
        self._journal(case, "clock", dropped)

    def _fire(self, case: CaseRow, due: DueRung) -> bool:
        state = NoticeState.OVERTAKEN if due.overtaken else NoticeState.FIRED
        self._inserts[NoticeRecord].append(
            {
                "case_id": case.id,
                "rule": due.clock.rule.id,
                "anchor": due.clock.anchor,
                "rung": due.rung.id,
                "kind": due.rung.kind,
                "state": state,
                "urgent": due.rung.urgent and not due.overtaken,
                "due_at": due.due_at,
                "fired_at": self.now,
            }
        )
        rung: dict[str, Json] = {"rule": due.clock.rule.id, "anchor": due.clock.anchor, "rung": due.rung.id}
        self._journal(case, f"rung_{state}", rung)
        if due.rung.urgent and not due.overtaken:
            self._urgent.append((case, due))
        return not due.overtaken

    def _draft(self, case: CaseRow, draft: NewDraft) -> None:
        policy = self.office.policy
        body = policy.get_body(draft.body)
        clock = draft.because.clock
        row = {
            "id": new_id(),
            "case_id": case.id,
            "kind": draft.order.kind,
            "body": body.id,
            "purpose": draft.order.purpose,
            "language": body.languages[0],
            "state": LetterState.DRAFT,
            "drafted_at": self.now,
            "follows": draft.follows,
            "because": [clock.rule.id, clock.anchor, draft.because.rung.id],
        }
        self._drafts.append((case, row))

    def _insert_drafts(self, session: Session) -> None:
        if not self._drafts:
            return
        year = self.office.book.today(self.now).year
        numbers = take_outgoing_numbers(session, year, len(self._drafts))
        for (case, row), number in zip(self._drafts, numbers, strict=True):
            row["number"] = number
            body: dict[str, Json] = {"letter": number, "kind": row["kind"], "purpose": row["purpose"].value}
            self._journal(case, "letter_drafted", {**body, "because": row["because"]})
        connection_of(session).execute(insert(LetterRecord), [row for _, row in self._drafts])

    def _fall_silent(self, case: CaseRow, assessment: Assessment) -> None:
        for letter in assessment.silent_letters:
            self._silent.append(letter)
            self._journal(case, "no_reply", {"letter_id": letter})

    def _note_flags(self, case: CaseRow, assessment: Assessment) -> None:
        before = {tuple(flag) for flag in case.flags}
        now = {(flag.code, flag.about) for flag in assessment.flags}
        for code, about in sorted(now - before):
            self._journal(case, "flag_raised", {"flag": str(code), "about": str(about)})
        for code, about in sorted(before - now):
            self._journal(case, "flag_lowered", {"flag": code, "about": about})

    def _case_row(self, case: CaseRow, head: Head, assessment: Assessment) -> tuple[Any, ...]:
        """Return the case's new values, as `_CASE_COLUMNS`. Its chain must have all its entries."""
        resting = case.status in {CaseStatus.CLOSED, CaseStatus.ERASED}
        end = self._chains.end(head)
        return (
            assessment.stage,
            Outcome.WAITING if resting else assessment.outcome,
            None if assessment.hold_released else case.held_stage,
            json.dumps([[str(flag.code), str(flag.about)] for flag in assessment.flags]),
            json.dumps([[str(each.stage), str(each.requirement), str(each.what)] for each in assessment.missing]),
            assessment.next_look_at,
            self.now,
            end.seq,
            end.hash if end.seq else None,
        )


def _update_cases(connection: Connection, columns: tuple[str, ...], cases: Iterable[tuple[CaseRow, Row]]) -> None:
    """Write cases' new values, and with them what was changed on a case at hand, each case once."""
    rows: defaultdict[tuple[str, ...], list[Row]] = defaultdict(list)
    for case, values in cases:
        brought = changes_of(case) if isinstance(case, Case) else {}
        others = tuple(name for name in brought if name not in columns)
        rows[columns + others].append((*values, *(brought[name] for name in others), case.id))
    for names, given in rows.items():
        update_rows(connection, _CASES, names, ("id",), given)


def _differs(before: ClockFact, clock: PlannedClock) -> bool:
    return (before.anchor_on, before.due_on, before.state, before.closed_on) != (
        clock.anchor_on,
        clock.due_on,
        clock.state,
        clock.closed_on,
    )
