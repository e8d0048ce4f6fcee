"""Letters from draft to release on a real store: consent, the four eyes, frozen bytes."""

from collections.abc import Callable

from casework.letters import approve_letter, draft_letter, list_letters, preview_letter, release_letter
from casework.office import Office
from models.statuses import LetterState, Purpose

OpenOne = Callable[..., str]


def test_a_letter_goes_from_draft_to_the_outbox(office: Office, open_one: OpenOne) -> None:
    reference = open_one(office)
    now = office.now()
    number = draft_letter(office, reference, kind="ombudsman_ua.request", purpose=Purpose.SEARCH, now=now, actor="c-01")
    assert number == "2026-000001"
    preview = preview_letter(office, number, now=now)
    approved = approve_letter(office, number, now=now, actor="c-02")
    assert approved.state is LetterState.APPROVED
    assert preview_letter(office, number, now=now) == preview
    release_letter(office, number, now=now, actor="c-01")
    assert [letter.state for letter in list_letters(office)] == [LetterState.QUEUED]
