"""The plan of one case's letters in words, and the refusal of a letter that the policy's conditions speak against."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.case_file import CaseFile
from casework.letter_consents import also_in
from casework.loading import CASE_COLUMNS, load_facts
from casework.office import Office
from models.errors import NotFound, RuleViolation
from models.records import Case, LetterRecord
from models.rules.facts import CaseFacts
from models.rules.letter_conditions import CONSENT_MISSING, Verdict
from models.rules.letter_plan import Advice, Reason, plan_letters, standing
from models.rules.letter_policy import Body, LetterKind
from models.rules.policy import Policy
from models.rules.reference import parse_reference
from models.rules.wording import missing_words, reason_words, territory_words
from models.statuses import Purpose, Stage, Territory

_ABOUT_STAGES = frozenset({"stage_not_reached", "stage_passed"})
_ABOUT_LETTERS = frozenset({"awaits_reply", "being_written", "sent", "written", "answered"})
_NOT_AGAINST = frozenset({CONSENT_MISSING, "being_written", "sent", "written", "answered", "decided"})


@dataclass(frozen=True, slots=True)
class ToldReason:
    """Why a letter is or is not to be written. `about` names a letter by its number; `words` say it all."""

    code: str
    about: str
    waivable: bool
    words: str


@dataclass(frozen=True, slots=True)
class PlannedLetter:
    """One kind of letter to one body. `follows` is the number of the letter it comes after, `command` what to type."""

    kind: str
    body: str
    kind_name: str
    body_name: str
    verdict: Verdict
    reasons: tuple[ToldReason, ...]
    latest_on: date | None
    opens_on: date | None
    procedure: Literal["urgent", "standard"] | None
    consents_held: tuple[Purpose, ...]
    consents_missing: tuple[Purpose, ...]
    follows: str | None
    command: str | None


def list_plan(office: Office, typed_reference: str, now: datetime, language: str) -> Sequence[PlannedLetter]:
    """List what can be written to whom in a case, in the policy's order. Raises NotFound `case_not_found`."""
    reference = parse_reference(typed_reference)
    with office.store.reading() as session:
        ((facts, numbers),) = _read(session, reference)
    teller = _Teller(office.policy, reference, numbers, language)
    return [teller.tell(advice) for advice in plan_letters(facts, office.book, office.book.today(now))]


def require_standing(file: CaseFile, kind: LetterKind, body: Body, *, after: str | None = None) -> Advice:
    """Refuse a letter that a condition of the policy speaks against, for any of its children.

    Returns what the plan says of it in the case it is filed under. `after` is the id of the letter it is to follow,
    if not the latest. Raises RuleViolation `consent_missing` where a consent is a condition, else `letter_not_now`
    with the reasons' codes.
    """
    found = _read(file.session, *(each.reference for each in file.everybody))
    advised = [standing(kind, body, facts, file.office.book, file.today, after=after) for facts, _ in found]
    refused = [
        (_Teller(file.office.policy, facts.reference, numbers, "en"), advice)
        for (facts, numbers), advice in zip(found, advised, strict=True)
        if not advice.stands or any(reason.code == CONSENT_MISSING for reason in advice.reasons)
    ]
    if refused:
        _refuse(*refused[0], also_in([teller.reference for teller, _ in refused[1:]]))
    return advised[0]


def _refuse(teller: "_Teller", advice: Advice, also: str) -> None:
    against = [reason for reason in advice.reasons if reason.code not in _NOT_AGAINST]
    decide = f"a legal officer may decide otherwise: `{teller.decide_command(advice)}`"
    if not advice.stands:
        raise RuleViolation(
            "letter_not_now",
            "; ".join((*map(teller.words, against), *([decide] if may_be_decided(advice) else []))) + also,
            reference=teller.reference,
            kind=advice.kind,
            body=advice.body,
            reasons=" ".join(reason.code for reason in against),
        )
    lacking = next(reason for reason in advice.reasons if reason.code == CONSENT_MISSING)
    told = f"record this consent before the letter is drafted{also}"
    raise RuleViolation(CONSENT_MISSING, told, reference=teller.reference, body=advice.body, purpose=lacking.about)


@dataclass(frozen=True, slots=True)
class _Teller:
    """Says advice about one case in a language; `numbers` are the letters' outgoing numbers by their ids."""

    policy: Policy
    reference: str
    numbers: Mapping[str, str]
    language: str

    def tell(self, advice: Advice) -> PlannedLetter:
        """Return the advice in words."""
        kind, body = self.policy.get_kind(advice.kind), self.policy.get_body(advice.body)
        return PlannedLetter(
            kind=kind.id,
            body=body.id,
            kind_name=self._in(kind.name),
            body_name=self._in(body.name),
            verdict=advice.verdict,
            reasons=tuple(self._told(reason) for reason in advice.reasons),
            latest_on=advice.latest_on,
            opens_on=advice.opens_on,
            procedure=advice.procedure,
            consents_held=advice.consents_held,
            consents_missing=advice.consents_missing,
            follows=self.numbers[advice.follows] if advice.follows is not None else None,
            command=self._command(advice, kind),
        )

    def words(self, reason: Reason) -> str:
        """Return a reason in words."""
        return reason_words(reason.code, self._about(reason), self.language)

    def decide_command(self, advice: Advice) -> str:
        """Return what a legal officer types to decide that a letter is written all the same."""
        return f"dodomu letter decide {self.reference} {advice.kind}{self._to(advice)} --reason …"

    def _told(self, reason: Reason) -> ToldReason:
        about = self.numbers[reason.about] if reason.code in _ABOUT_LETTERS else reason.about
        return ToldReason(reason.code, about, reason.waivable, self.words(reason))

    def _about(self, reason: Reason) -> str:
        """Return in words what a reason is about."""
        if reason.code in _ABOUT_STAGES:
            names = {rule.stage: rule.name for rule in self.policy.stages}
            return self._in(names[Stage(reason.about)])
        if reason.code in _ABOUT_LETTERS:
            return self.numbers[reason.about]
        say = {
            "last_seen_elsewhere": lambda: territory_words(Territory(reason.about), self.language),
            "pending_with": lambda: self._in(self.policy.get_body(reason.about).name),
            CONSENT_MISSING: lambda: missing_words(f"consent_{reason.about}", self.language),
        }
        return say[reason.code]() if reason.code in say else reason.about

    def _command(self, advice: Advice, kind: LetterKind) -> str | None:
        """Return the one command that brings the letter on, if there is one."""
        if advice.verdict is Verdict.NOW:
            purpose = advice.consents_held[0]
            return f"dodomu letter draft {self.reference} --kind {kind.id}{self._to(advice)} --purpose {purpose}"
        first = advice.reasons[0]
        if advice.verdict is Verdict.UNDER_WAY:
            number = self.numbers[first.about]
            written = first.code == "being_written"
            return f"dodomu letter preview {number}" if written else f"dodomu reply record {number} --kind …"
        commands = {
            CONSENT_MISSING: f"dodomu consent give {self.reference} --body {advice.body} --purpose {first.about} …",
            "nowhere_seen": f"dodomu sighting add {self.reference} …",
            "case_is_suspended": f"dodomu case resume {self.reference}",
        }
        decide = self.decide_command(advice) if may_be_decided(advice) else None
        return commands.get(first.code, decide)

    def _to(self, advice: Advice) -> str:
        several = len(self.policy.get_kind(advice.kind).bodies) > 1
        return f" --body {advice.body}" if several else ""

    def _in(self, names: Mapping[str, str]) -> str:
        return names.get(self.language, names["uk"])


def may_be_decided(advice: Advice) -> bool:
    """Whether a legal officer's decision would let the letter be written."""
    against = [reason for reason in advice.reasons if reason.code not in _NOT_AGAINST]
    return not advice.stands and all(reason.waivable for reason in against)


def _read(session: Session, *references: str) -> list[tuple[CaseFacts, Mapping[str, str]]]:
    """Read cases' facts, in this order, and the outgoing numbers of the letters about them, by their ids.

    Raises NotFound `case_not_found`.
    """
    rows = session.execute(select(*CASE_COLUMNS).where(Case.reference.in_(references))).all()
    cases = {row.reference: row for row in rows}
    missing = next((reference for reference in references if reference not in cases), None)
    if missing is not None:
        raise NotFound("case_not_found", reference=missing)
    wanted = [cases[reference] for reference in references]
    found = load_facts(session, wanted)
    ids = {letter.id for facts in found for letter in facts.letters}
    letters = session.execute(select(LetterRecord.id, LetterRecord.number).where(LetterRecord.id.in_(ids)))
    numbers = {row.id: row.number for row in letters}
    return [(facts, numbers) for facts in found]
