"""Doing one step of a rehearsal: the use case that a person at the desk would call, in that person's name."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select

from casework import facts, letters, status
from casework.erasing import erase
from casework.letter_decisions import decide
from casework.office import Office
from casework.rehearsal.approving import approve_as_asked, let_go
from casework.rehearsal.office_staff import account_at, coordinator_of
from casework.rehearsal.steps import Step
from casework.replies import EVERY_CHILD, record_reply
from models.errors import DodomuError, RuleViolation
from models.records import Case, ConsentRecord, EvidenceRecord, LetterRecord
from models.rules.disclosure import Field
from models.rules.policy import RequirementKind
from models.statuses import Basis, ChecklistItem, ClosingReason, LetterState, Purpose, ReplyKind, ReportOffice, Stage

_UNFINISHED = frozenset({LetterState.DRAFT, LetterState.APPROVED})
_TAKEN = frozenset({LetterState.SENT, LetterState.ACKNOWLEDGED, LetterState.NO_REPLY})
_CAME = _TAKEN | {LetterState.ANSWERED}


@dataclass
class Player:
    """Plays steps in an office. `references` leads from an application's number to its case."""

    office: Office
    references: dict[str, str] = field(default_factory=dict)
    refusals: dict[str, int] = field(default_factory=dict)
    steps: int = 0

    def learn_references(self) -> None:
        """Look up the cases that the applications have become."""
        query = select(Case.source_number, Case.reference).where(Case.source_number.is_not(None))
        with self.office.store.reading() as session:
            self.references |= {str(number): reference for number, reference in session.execute(query)}

    def take_on(self, number: str, now: datetime) -> None:
        """Give a new case to its coordinator."""
        status.assign(self.office, self.references[number], coordinator=coordinator_of(number), now=now, actor="s-01")

    def perform(self, step: Step, now: datetime) -> None:
        """Do what the step says. Raises DodomuError `rehearsal_broken` if it goes otherwise than planned."""
        scene = Scene(self, step, self.references[step.case], now)
        met: str | None = None
        try:
            _ACTS[step.act](scene, **step.what)
        except RuleViolation as error:
            met = error.code
        self.steps += 1
        if met != step.refused:
            raise DodomuError("rehearsal_broken", "a step went otherwise than planned", **scene.told, met=met)
        if met is not None:
            self.refusals[met] = self.refusals.get(met, 0) + 1


@dataclass(frozen=True)
class Scene:
    """One step with what it needs at hand."""

    player: Player
    step: Step
    reference: str
    now: datetime

    @property
    def office(self) -> Office:
        """The office it is played in."""
        return self.player.office

    @property
    def actor(self) -> str:
        """The account that acts."""
        return account_at(self.step.by, self.step.case)

    @property
    def today(self) -> date:
        """The office's calendar day."""
        return self.office.book.today(self.now)

    @property
    def told(self) -> dict[str, Any]:
        """What may be said about the step when it goes wrong."""
        return {"reference": self.reference, "act": self.step.act, "by": self.actor, "day": self.step.day}

    def call(self, use_case: Callable[..., Any], *positional: Any, **named: Any) -> Any:
        """Call a use case about this case in the actor's name."""
        return use_case(self.office, self.reference, *positional, **named, now=self.now, actor=self.actor)

    def find_own(self, record: Any, query: Select[str]) -> str:
        """Return the id of the one row of this case that the query picks."""
        of_case = query.join(Case, Case.id == record.case_id).where(Case.reference == self.reference)
        with self.office.store.reading() as session:
            found: str = session.scalars(of_case).one()
            return found

    def find_letter(self, kind: str, purpose: Purpose, states: frozenset[LetterState], body: str | None) -> str:
        """Return the number of the newest letter of a kind, to a body if one is named, in one of these states."""
        letter = LetterRecord
        query = select(letter.number).join(Case, Case.id == letter.case_id).where(Case.reference == self.reference)
        query = query.where(letter.kind == kind, letter.purpose == purpose, letter.state.in_(states))
        if body is not None:
            query = query.where(letter.body == body)
        with self.office.store.reading() as session:
            found = session.scalars(query.order_by(letter.number.desc()).limit(1)).one_or_none()
        if found is None:
            raise DodomuError("rehearsal_broken", "no such letter to act on", **self.told)
        return found


def _record(use_case: Callable[..., Any]) -> Callable[..., None]:
    def act(scene: Scene, **what: Any) -> None:
        scene.call(use_case, **what)

    return act


def _give_consent(
    scene: Scene, body: str, purpose: Purpose, given_by: Basis = Basis.PARENT, *, withheld: bool = False
) -> None:
    kept_back = frozenset({Field.REQUESTER_PHONE}) if withheld else frozenset()
    scene.call(
        facts.give_consent, body=body, purpose=purpose, given_by=given_by, given_on=scene.today, withheld=kept_back
    )


def _withdraw_consent(scene: Scene, body: str, purpose: Purpose) -> None:
    consents = select(ConsentRecord.id).where(ConsentRecord.body == body, ConsentRecord.purpose == purpose)
    consent = scene.find_own(ConsentRecord, consents)
    scene.call(facts.withdraw_consent, consent, withdrawn_on=scene.today)


def _record_report(scene: Scene, office: ReportOffice) -> None:
    scene.call(facts.record_report, report_office=office, number=f"0001-{scene.step.case[-6:]}")


def _record_relative(scene: Scene, basis: Basis) -> None:
    scene.call(
        facts.record_relative,
        basis=basis,
        name="Вигадана Одарка",
        phone="+380440000000",
        address="вул. Зразкова, 1, с. Вигадане",
        is_requester=True,
    )


def _complete_identity(scene: Scene, birth_on: date) -> None:
    scene.call(facts.complete_identity, birth_on=birth_on)


def _establish_item(scene: Scene, item: ChecklistItem) -> None:
    scene.call(facts.establish_item, item=item, established_on=scene.today)


def _record_visit(scene: Scene, visit: str) -> None:
    scene.call(facts.record_visit, visit=visit, made_on=scene.today)


def _add_evidence(scene: Scene, title: str) -> None:
    folder = scene.office.settings.home / "evidence"
    folder.mkdir(exist_ok=True)
    original = folder / f"{scene.reference}.txt"
    original.write_text("Вигадано.", encoding="utf-8")
    scene.call(facts.add_evidence, original, kind="document", title=title, kept_at="вигаданий сейф")


def _hand_evidence(scene: Scene, to: str) -> None:
    evidence = scene.find_own(EvidenceRecord, select(EvidenceRecord.id))
    scene.call(facts.hand_evidence, evidence, to=to, why="Зберігання оригіналу.")


def _draft_letter(scene: Scene, *, beside: Sequence[str] = (), after_kind: str | None = None, **what: Any) -> None:
    others = [scene.player.references[number] for number in beside]
    after = scene.find_letter(after_kind, what["purpose"], _CAME, what["body"]) if after_kind is not None else None
    scene.call(letters.draft_letter, beside=others, after=after, **what)


def _on_letter(use_case: Callable[..., Any], *states: LetterState) -> Callable[..., None]:
    """Make an act on the newest letter of a kind that stands in one of these states."""

    def act(scene: Scene, kind: str, purpose: Purpose, body: str | None = None, **what: Any) -> None:
        number = scene.find_letter(kind, purpose, frozenset(states), body)
        use_case(scene.office, number, now=scene.now, actor=scene.actor, **what)

    return act


def _have_approved(scene: Scene, kind: str, purpose: Purpose, body: str | None) -> None:
    number = scene.find_letter(kind, purpose, frozenset({LetterState.DRAFT}), body)
    approve_as_asked(scene.office, number, scene.now)


def _let_go(scene: Scene, kind: str, purpose: Purpose, body: str | None) -> None:
    number = scene.find_letter(kind, purpose, frozenset({LetterState.APPROVED}), body)
    let_go(scene.office, number, scene.now, scene.actor)


def _hand_over(scene: Scene, kind: str, purpose: Purpose) -> None:
    number = scene.find_letter(kind, purpose, frozenset({LetterState.APPROVED}), None)
    letters.hand_over_letter(scene.office, number, scene.today, now=scene.now, actor=scene.actor)


def _record_reply(  # noqa: PLR0913 - a reply is that many things, each of them named
    scene: Scene,
    kind: str,
    purpose: Purpose,
    reply: ReplyKind,
    body: str | None,
    *,
    acknowledges_child: bool,
    agrees_to_verification: bool,
) -> None:
    record_reply(
        scene.office,
        scene.find_letter(kind, purpose, _TAKEN, body),
        kind=reply,
        received_on=scene.today,
        acknowledges_child=acknowledges_child,
        agrees=agrees_to_verification,
        about=(EVERY_CHILD,),
        text="Вигадана відповідь.",
        now=scene.now,
        actor=scene.actor,
    )


def _close(scene: Scene, reason: ClosingReason) -> None:
    scene.call(status.close, closed_as=reason, reason="Вигадана підстава.")


def _override(scene: Scene, stage: str, requirement: str, reason: str) -> None:
    scene.call(status.override, stage=Stage(stage), requirement=RequirementKind(requirement), reason=reason)


def _link_siblings(scene: Scene, other: str) -> None:
    pair = [scene.reference, scene.player.references[other]]
    status.link_siblings(scene.office, pair, now=scene.now, actor=scene.actor)


_ACTS: Mapping[str, Callable[..., None]] = {
    "confirm_standing": _record(facts.confirm_standing),
    "give_consent": _give_consent,
    "withdraw_consent": _withdraw_consent,
    "record_report": _record_report,
    "record_relative": _record_relative,
    "record_sighting": _record(facts.record_sighting),
    "record_alias": _record(facts.record_alias),
    "complete_identity": _complete_identity,
    "add_evidence": _add_evidence,
    "hand_evidence": _hand_evidence,
    "establish_item": _establish_item,
    "sign_off": _record(facts.sign_off),
    "record_arrival": _record(facts.record_arrival),
    "record_visit": _record_visit,
    "draft_letter": _draft_letter,
    "approve_letter": _on_letter(letters.approve_letter, LetterState.DRAFT),
    "reject_letter": _on_letter(letters.reject_letter, *_UNFINISHED),
    "have_approved": _have_approved,
    "let_go": _let_go,
    "decide": _record(decide),
    "release_letter": _on_letter(letters.release_letter, LetterState.APPROVED),
    "hand_over_letter": _hand_over,
    "record_reply": _record_reply,
    "suspend": _record(status.suspend),
    "resume": _record(status.resume),
    "close": _close,
    "reopen": _record(status.reopen),
    "step_back": _record(status.step_back),
    "override": _override,
    "link_siblings": _link_siblings,
    "erase": _record(erase),
}
