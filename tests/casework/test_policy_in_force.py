"""A changed policy is heeded by the next watch, whatever it was that the cases waited for."""

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import select

from casework.office import Office
from casework.policy_in_force import heed_policy
from casework.status import close
from casework.watch import count_due, look_at_due
from models.records import JournalRecord
from models.statuses import ClosingReason

OpenOne = Callable[..., str]


def change_policy(office: Office) -> None:
    office.book = replace(office.book, policy=replace(office.policy, version="another"))


def test_a_changed_policy_makes_every_case_due_once(either_office: Office, open_one: OpenOne) -> None:
    for name in ("Ганна", "Ярина"):
        open_one(either_office, child__given_name=name)
    now = either_office.now()
    assert look_at_due(either_office, now).looked == 2
    assert look_at_due(either_office, now).looked == 0
    before = either_office.policy.version
    change_policy(either_office)
    assert count_due(either_office, now) == 0
    assert look_at_due(either_office, now).looked == 2
    assert look_at_due(either_office, now).looked == 0
    with either_office.store.reading() as session:
        entry = session.scalars(select(JournalRecord).where(JournalRecord.kind == "policy_changed")).one()
    assert entry.body == {"from": before, "to": "another"}


def test_the_first_watch_only_notes_which_policy_is_in_force(office: Office) -> None:
    assert not heed_policy(office, office.now())
    assert not heed_policy(office, office.now())
    change_policy(office)
    assert heed_policy(office, office.now())


def test_closed_cases_rest_whatever_the_policy_says(office: Office, open_one: OpenOne) -> None:

    reference = open_one(office)
    now = office.now()
    close(office, reference, closed_as=ClosingReason.NOT_A_CASE, reason="вигадано", now=now, actor="s-01")
    look_at_due(office, now)
    change_policy(office)
    assert look_at_due(office, now).looked == 0
