"""The weekly round of an office: drafts that ladders have left lying are let go or rejected; some are answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import select

from casework.letters import reject_letter
from casework.office import Office
from casework.rehearsal.approving import approve_as_asked, let_go
from casework.rehearsal.chapters import GUARDIANSHIP, THANKS
from casework.replies import record_reply
from models.errors import RuleViolation
from models.records import Case, LetterRecord
from models.statuses import CaseStatus, LetterState, Purpose, ReplyKind, Stage

_LIES = timedelta(days=21)
_BY = "s-01"
# What a body does with a letter of the round, and after how many days; the others say nothing.
_REPLIES = ((ReplyKind.ACKNOWLEDGEMENT, 9), (ReplyKind.ANSWER, 23))
_ONE_IN = 3
_CLOSED = "Справу закрито."
_TOO_LATE = "Справа просунулася далі: лист більше не потрібен."
_GUARDIANS = GUARDIANSHIP.partition(".")[0]
_NOT_STANDING = "Підстави для листа вже немає."


@dataclass(frozen=True, slots=True)
class _Lying:
    """A draft that has been lying, and how its case stands."""

    letter: str
    kind: str
    body: str
    purpose: Purpose
    reference: str
    status: CaseStatus
    stage: Stage


class LettersRound:
    """Held once a week in an office; remembers which of its letters will be answered, and when."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._awaited: list[tuple[date, str, ReplyKind]] = []

    def hold(self, now: datetime) -> int:
        """Record the replies that came, deal with the drafts of three weeks ago; return how many were let go."""
        self._record_replies(now)
        lying = self._list_lying(now)
        return sum(self._deal_with(each, now + timedelta(seconds=turn)) for turn, each in enumerate(lying, start=1))

    def _record_replies(self, now: datetime) -> None:
        today = self._office.book.today(now)
        for due_on, letter, kind in [each for each in self._awaited if each[0] <= today]:
            record_reply(
                self._office, letter, kind=kind, received_on=due_on, text="Вигадана відповідь.", now=now, actor=_BY
            )
        self._awaited = [each for each in self._awaited if each[0] > today]

    def _list_lying(self, now: datetime) -> Sequence[_Lying]:
        letter = LetterRecord
        query = (
            select(letter.number, letter.kind, letter.body, letter.purpose, Case.reference, Case.status, Case.stage)
            .join(Case, Case.id == letter.case_id)
            .where(letter.state == LetterState.DRAFT, letter.drafted_at <= now - _LIES)
            .where(Case.status.in_((CaseStatus.OPEN, CaseStatus.CLOSED)))
            .order_by(letter.number)
        )
        with self._office.store.reading() as session:
            return [_Lying(*row) for row in session.execute(query)]

    def _deal_with(self, lying: _Lying, now: datetime) -> bool:
        """Let a draft go if it still has a point and everything holds, else reject it; whether it was let go."""
        reason = _against(lying)
        if reason is None:
            try:
                approve_as_asked(self._office, lying.letter, now)
                let_go(self._office, lying.letter, now, _BY)
            except RuleViolation:
                reason = _NOT_STANDING
        if reason is not None:
            reject_letter(self._office, lying.letter, reason, now=now, actor=_BY)
            return False
        self._await_reply(lying, now)
        return True

    def _await_reply(self, lying: _Lying, now: datetime) -> None:
        dice = Random(f"{lying.reference}/{lying.kind}/{lying.body}")  # noqa: S311 - the same dice every time
        turn = dice.randrange(_ONE_IN)
        if turn < len(_REPLIES) and lying.kind not in self._office.book.kinds_without_reply:
            kind, days = _REPLIES[turn]
            self._awaited.append((self._office.book.today(now) + timedelta(days=days), lying.letter, kind))


def _is_about_home(lying: _Lying) -> bool:
    """Whether a letter is of use to a child who is home: thanks, and whatever the guardianship authority is asked."""
    return lying.kind == THANKS or lying.body == _GUARDIANS


def _against(lying: _Lying) -> str | None:
    """Why a draft has no point any more, if so."""
    if lying.status is CaseStatus.CLOSED:
        return _CLOSED
    home, searched = lying.stage is Stage.RETURNED, lying.purpose is Purpose.SEARCH
    too_late = not _is_about_home(lying) if home else searched and lying.stage.order > Stage.LOCATED.order
    return _TOO_LATE if too_late else None
