from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from casework.case_file import read_case
from casework.facts import complete_identity, correct_separation, record_disappearance
from casework.office import Office
from casework.reconcile import reconcile_case
from models.errors import InvalidInput, RuleViolation
from models.records import AT_ONCE, Case, ClockRecord
from models.rules.partial_dates import parse_partial_date
from models.schemas.sealed import Circumstances, Identity
from models.statuses import Precision

Opener = Callable[..., str]


def correct(office: Office, reference: str, **values: Any) -> None:
    correct_separation(office, reference, **{"reason": "описка", **values}, now=office.now(), actor="c-01")


def complete(office: Office, reference: str, **values: Any) -> None:
    complete_identity(office, reference, now=office.now(), actor="c-01", **values)


def read(office: Office, reference: str) -> tuple[Case, Identity, Circumstances]:
    with read_case(office, reference, office.now()) as file:
        case = file.case
        identity = file.open("cases", "sealed_identity", reference, Identity, case.sealed_identity or b"")
        sealed = case.sealed_circumstances or b""
        return case, identity, file.open("cases", "sealed_circumstances", reference, Circumstances, sealed)


def test_what_was_not_known_is_filled_in(office: Office, open_one: Opener) -> None:
    reference = open_one(office, child__birth_on=None, child__patronymic=None)
    complete(office, reference, birth_on=date(2014, 5, 9), patronymic="Петрівна")
    case, identity, _ = read(office, reference)
    assert identity.child.full_name == "Вигаданенко Марічка Петрівна"
    assert case.adult_on == date(2032, 5, 9)
    assert {"child.birth_on", "child.patronymic", "child.given_name"} <= set(case.known)


def test_a_partial_birth_date_says_from_when_the_child_may_be_grown(office: Office, open_one: Opener) -> None:
    reference = open_one(office, child__birth_on=None)
    complete(office, reference, birth_on=parse_partial_date("2014-05"))
    case = read(office, reference)[0]
    assert (case.adult_on, case.adult_precision) == (date(2032, 5, 1), Precision.MONTH)


def test_the_original_identity_never_changes(office: Office, open_one: Opener) -> None:
    reference = open_one(office)
    with pytest.raises(RuleViolation, match="identity_never_changes") as refused:
        complete(office, reference, given_name="Марина", health="вигадано")
    assert refused.value.references["fields"] == "given_name"
    assert read(office, reference)[1].child.given_name == "Марічка"


def test_a_birth_date_known_to_the_month_is_told_to_the_day(office: Office, open_one: Opener) -> None:
    reference = open_one(office, child__birth_on="2014-05")
    complete(office, reference, birth_on=date(2014, 5, 9))
    case, identity, _ = read(office, reference)
    assert identity.child.birth_on == parse_partial_date("2014-05-09")
    assert (case.adult_on, case.adult_precision) == (date(2032, 5, 9), Precision.DAY)


@pytest.mark.parametrize("told", ["2014-05", "2014", "2014-06-01", "2014-04-30", "2013"])
def test_a_birth_date_is_told_more_exactly_and_not_otherwise(office: Office, open_one: Opener, told: str) -> None:
    reference = open_one(office, child__birth_on="2014-05")
    with pytest.raises(RuleViolation, match="identity_never_changes"):
        complete(office, reference, birth_on=parse_partial_date(told))


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"birth_on": date(2026, 3, 3)}, "date_in_future"),
        ({"sex": "unknown"}, "value_unusable"),
        ({"shoe_size": 36}, "value_unusable"),
    ],
)
def test_what_cannot_be_is_not_filled_in(office: Office, open_one: Opener, values: dict[str, Any], code: str) -> None:
    reference = open_one(office, child__birth_on=None, child__sex=None)
    with pytest.raises(InvalidInput, match=code):
        complete(office, reference, **values)


def test_the_separation_is_corrected_where_it_was_mistyped(either_office: Office, open_one: Opener) -> None:
    reference = open_one(either_office)
    correct(either_office, reference, on=parse_partial_date("2022-06"), place="м. Вигадане", country="ru")
    case, _, circumstances = read(either_office, reference)
    assert (case.separation_on, case.separation_precision) == (date(2022, 6, 1), Precision.MONTH)
    assert (circumstances.separation.place, circumstances.country) == ("м. Вигадане", "RU")
    assert circumstances.separation.circumstances == "Вигадано: не повернуто з табору відпочинку."


def test_what_is_not_given_stays(office: Office, open_one: Opener) -> None:
    reference = open_one(office)
    correct(office, reference, last_contact="Дзвінок у травні.")
    case, _, circumstances = read(office, reference)
    assert (case.separation_on, circumstances.country) == (date(2022, 5, 17), "UA")
    assert circumstances.separation.last_contact == "Дзвінок у травні."
    assert "separation.last_contact" in case.known


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({}, "nothing_to_correct"),
        ({"place": "м. Вигадане", "reason": ""}, "reason_missing"),
        ({"on": date(2026, 3, 3)}, "date_in_future"),
        ({"country": "XX"}, "country_unknown"),
    ],
)
def test_a_correction_says_what_and_why(office: Office, open_one: Opener, values: dict[str, Any], code: str) -> None:
    reference = open_one(office)
    with pytest.raises(InvalidInput, match=code):
        correct(office, reference, **values)
    assert read(office, reference)[0].separation_on == date(2022, 5, 17)


def test_the_disappearance_is_recorded_as_far_as_it_is_known_and_corrected_with_a_reason(
    office: Office, open_one: Opener
) -> None:
    reference = open_one(office)
    record_disappearance(office, reference, parse_partial_date("2025-12"), now=office.now(), actor="c-01")
    case, _, _ = read(office, reference)
    assert (case.disappeared_on, case.disappeared_precision) == (date(2025, 12, 1), Precision.MONTH)
    assert case.next_look_at == AT_ONCE
    with pytest.raises(InvalidInput, match="reason_missing"):
        record_disappearance(office, reference, date(2025, 12, 24), now=office.now(), actor="c-01")
    record_disappearance(office, reference, date(2025, 12, 24), reason="свідок", now=office.now(), actor="c-01")
    case, _, _ = read(office, reference)
    assert (case.disappeared_on, case.disappeared_precision) == (date(2025, 12, 24), Precision.DAY)
    with pytest.raises(InvalidInput, match="date_in_future"):
        record_disappearance(office, reference, date(2027, 1, 1), reason="описка", now=office.now(), actor="c-01")


def test_a_disappearance_that_is_learnt_moves_the_cut_off_and_a_letter_counts_from_it(
    office: Office, open_one: Opener
) -> None:
    reference = open_one(office, separation__on="2025-12-10")
    look = partial(reconcile_case, office, reference, office.now())
    look()
    record_disappearance(office, reference, date(2025, 12, 24), now=office.now(), actor="c-01")
    look()
    rule = ClockRecord.rule == "cut_off.wgeid_urgent"
    with office.store.reading() as session:
        clock = session.scalars(select(ClockRecord).where(rule)).one()
        assert (clock.anchor, clock.anchor_on, clock.due_on) == ("separation", date(2025, 12, 24), date(2026, 3, 24))
