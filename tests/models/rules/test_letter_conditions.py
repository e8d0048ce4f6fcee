"""The conditions of letters, one table each: what is on record, on which day, and what speaks against the letter."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from models.rules.letter_conditions import Asked, Verdict, check_condition, is_urgent, withdraws
from models.rules.letter_policy import ConditionKind, LetterCondition, LetterKind
from models.rules.rulebook import Rulebook
from models.rules.terms import Term, TermUnit
from models.statuses import CaseStatus, LetterState, Precision, Purpose, SourceKind, Stage, Territory
from tests.models.rules.rule_book import BOOK, MONTHS, NAME, POLICY, YEARS
from tests.models.rules.rule_facts import at, case, consented, letter, on, seen

TODAY = "Mon 2026-06-15"
NOW, LATER, UNDER_WAY, NOT_NOW, OVER = Verdict
HOLDS = (None, "", "")
MEDIATOR = LetterKind("mediator_request", ("icrc",), NAME, (Purpose.SEARCH,), NAME)
WITHDRAWAL = replace(MEDIATOR, id="withdrawal", when=(LetterCondition(ConditionKind.CONSENT_ENDED, "made for tests"),))
BOOK_WITH_WITHDRAWAL = Rulebook(replace(POLICY, kinds=(*POLICY.kinds, WITHDRAWAL)), BOOK.calendars)


def found(
    kind: ConditionKind,
    parameters: dict[str, Any] | None = None,
    *,
    today: str = TODAY,
    earlier: Any = None,
    stage: Stage = Stage.LOCATED,
    **facts: Any,
) -> tuple[Verdict | None, str, str]:
    """What speaks against a letter to the ICRC: the verdict, why, and about what."""
    condition = LetterCondition(kind, "made for tests", **(parameters or {}))
    asked = Asked(MEDIATOR, POLICY.get_body("icrc"), case(stage, **facts), BOOK_WITH_WITHDRAWAL, on(today), earlier)
    finding = check_condition(condition, asked)
    return finding.against, finding.code, finding.about


def until(kind: ConditionKind, parameters: dict[str, Any], **facts: Any) -> date | None:
    condition = LetterCondition(kind, "made for tests", **parameters)
    asked = Asked(MEDIATOR, POLICY.get_body("icrc"), case(**facts), BOOK, on(TODAY))
    return check_condition(condition, asked).until


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        (Stage.REPORTED, (LATER, "stage_not_reached", "located")),
        (Stage.IDENTIFIED, (LATER, "stage_not_reached", "located")),
        (Stage.LOCATED, HOLDS),
        (Stage.DIPLOMATIC_REQUEST, (LATER, "stage_not_reached", "verified")),
        (Stage.VERIFIED, HOLDS),
        (Stage.RETURNED, (OVER, "stage_passed", "returned")),
    ],
)
def test_a_letter_belongs_to_its_stages(stage: Stage, expected: tuple[Verdict | None, str, str]) -> None:
    stages = {"stages": (Stage.VERIFIED, Stage.LOCATED)}
    assert found(ConditionKind.STAGES, stages, stage=stage) == expected


@pytest.mark.parametrize(
    ("sightings", "expected"),
    [
        ((), (NOT_NOW, "nowhere_seen", "")),
        # E5 is not credible: it says nothing about where the child is.
        ((seen("Mon 2026-06-01", grade="E5"),), (NOT_NOW, "nowhere_seen", "")),
        ((seen("Mon 2026-06-01", territory=Territory.DPRK, withdrawn=True),), (NOT_NOW, "nowhere_seen", "")),
        ((seen("Mon 2026-06-01", territory=Territory.DPRK),), HOLDS),
        ((seen("Mon 2026-06-01"),), (NOT_NOW, "last_seen_elsewhere", "russia")),
        # The latest counts: the child was in the DPRK and is in occupied territory now.
        (
            (
                seen("Mon 2026-06-01", territory=Territory.DPRK),
                seen("Tue 2026-06-02", territory=Territory.OCCUPIED, place=2),
            ),
            (NOT_NOW, "last_seen_elsewhere", "occupied"),
        ),
    ],
)
def test_a_mission_is_asked_about_a_child_last_seen_in_its_country(
    sightings: tuple[Any, ...], expected: tuple[Verdict | None, str, str]
) -> None:
    there = {"territories": (Territory.DPRK,)}
    assert found(ConditionKind.LAST_SEEN_IN, there, sightings=sightings) == expected


@pytest.mark.parametrize(
    ("sightings", "expected"),
    [
        ((), HOLDS),
        # One witness alone does not carry a location, an official source does, for ninety days.
        ((seen("Mon 2026-06-01"),), HOLDS),
        ((seen("Mon 2026-06-01", SourceKind.OFFICIAL),), (NOT_NOW, "whereabouts_known", "")),
        ((seen("Mon 2026-03-02", SourceKind.OFFICIAL),), HOLDS),
    ],
)
def test_a_child_is_searched_for_while_nothing_carries_its_location(
    sightings: tuple[Any, ...], expected: tuple[Verdict | None, str, str]
) -> None:
    assert found(ConditionKind.WHEREABOUTS_UNKNOWN, sightings=sightings) == expected


@pytest.mark.parametrize(
    ("years", "eighteen", "today", "expected"),
    [
        (16, None, TODAY, (NOT_NOW, "age_not_known", "16")),
        (18, "Tue 2026-06-16", TODAY, HOLDS),
        (18, "Mon 2026-06-15", TODAY, (OVER, "too_old", "18")),
        # Sixteen two years before eighteen.
        (16, "Fri 2028-06-16", TODAY, HOLDS),
        (16, "Thu 2028-06-15", TODAY, (OVER, "too_old", "16")),
        (16, "Thu 2028-06-15", "Sun 2026-06-14", HOLDS),
    ],
)
def test_a_child_is_under_age_up_to_the_eve_of_the_birthday(
    years: int, eighteen: str | None, today: str, expected: tuple[Verdict | None, str, str]
) -> None:
    adult_on = on(eighteen) if eighteen else None
    assert found(ConditionKind.UNDER_AGE, {"years": years}, today=today, adult_on=adult_on) == expected


@pytest.mark.parametrize(
    ("eighteen", "precision", "expected"),
    [
        # Sixteen in November 2026, in July 2026: still under age for certain.
        ("Wed 2028-11-01", Precision.MONTH, HOLDS),
        ("Sat 2028-07-01", Precision.MONTH, HOLDS),
        # Sixteen some day of this June: today or not, nobody knows.
        ("Thu 2028-06-01", Precision.MONTH, (NOT_NOW, "age_not_known", "16")),
        ("Mon 2028-05-01", Precision.MONTH, (OVER, "too_old", "16")),
        ("Mon 2029-01-01", Precision.YEAR, HOLDS),
        ("Sat 2028-01-01", Precision.YEAR, (NOT_NOW, "age_not_known", "16")),
        ("Fri 2027-01-01", Precision.YEAR, (OVER, "too_old", "16")),
    ],
)
def test_an_age_known_only_to_the_month_or_year_counts_as_far_as_it_is_certain(
    eighteen: str, precision: Precision, expected: tuple[Verdict | None, str, str]
) -> None:
    born: dict[str, Any] = {"adult_on": on(eighteen), "adult_precision": precision}
    assert found(ConditionKind.UNDER_AGE, {"years": 16}, **born) == expected


YEAR = {"term": Term(1, YEARS)}


@pytest.mark.parametrize(
    ("parted", "precision", "expected"),
    [
        (None, Precision.DAY, (NOT_NOW, "separation_day_not_known", "")),
        ("Sun 2025-06-15", Precision.DAY, HOLDS),
        ("Sat 2025-06-14", Precision.DAY, (OVER, "term_over", "2026-06-14")),
        # "In June 2025" may be a year ago or not; May surely is, July surely is not.
        ("Sun 2025-06-01", Precision.MONTH, (NOT_NOW, "separation_day_not_known", "")),
        ("Thu 2025-05-01", Precision.MONTH, (OVER, "term_over", "2026-05-31")),
        ("Tue 2025-07-01", Precision.MONTH, HOLDS),
        ("Mon 2024-01-01", Precision.YEAR, (OVER, "term_over", "2025-12-31")),
    ],
)
def test_a_term_from_the_separation_ends_on_its_last_day(
    parted: str | None, precision: Precision, expected: tuple[Verdict | None, str, str]
) -> None:
    facts: dict[str, Any] = {"separation_on": on(parted) if parted else None, "separation_precision": precision}
    assert found(ConditionKind.SEPARATED_WITHIN, YEAR, **facts) == expected


def test_age_and_term_say_on_which_day_it_is_too_late() -> None:
    assert until(ConditionKind.UNDER_AGE, {"years": 16}, adult_on=on("Fri 2028-06-16")) == on(TODAY)
    assert until(ConditionKind.SEPARATED_WITHIN, YEAR, separation_on=on("Mon 2025-09-01")) == on("Tue 2026-09-01")


@pytest.mark.parametrize(
    ("letters", "expected"),
    [
        ((), HOLDS),
        ((letter("L1", "ombudsman_ua", "Mon 2026-06-01"),), HOLDS),
        ((letter("L1", "wgeid", state=LetterState.DRAFT),), (NOT_NOW, "pending_with", "wgeid")),
        ((letter("L1", "wgeid", "Mon 2026-06-01"),), (NOT_NOW, "pending_with", "wgeid")),
        ((letter("L1", "wgeid", "Mon 2026-06-01", state=LetterState.NO_REPLY),), (NOT_NOW, "pending_with", "wgeid")),
        ((letter("L1", "wgeid", "Mon 2026-06-01", state=LetterState.ANSWERED),), (NOT_NOW, "pending_with", "wgeid")),
        ((letter("L1", "wgeid", state=LetterState.REJECTED),), HOLDS),
        ((letter("L1", "wgeid", state=LetterState.UNDELIVERABLE),), HOLDS),
        ((letter("L1", "wgeid", "Mon 2026-06-01", state=LetterState.REFUSED),), HOLDS),
        # Withdrawn once the withdrawal has arrived, and pending again once it is written anew.
        (
            (letter("L1", "wgeid", "Mon 2026-06-01"), letter("L2", "wgeid", "Tue 2026-06-02", kind="withdrawal")),
            HOLDS,
        ),
        (
            (
                letter("L1", "wgeid", "Mon 2026-06-01"),
                letter("L2", "wgeid", kind="withdrawal", state=LetterState.DRAFT),
            ),
            (NOT_NOW, "pending_with", "wgeid"),
        ),
        (
            (
                letter("L1", "wgeid", "Mon 2026-06-01"),
                letter("L2", "wgeid", "Tue 2026-06-02", kind="withdrawal"),
                letter("L3", "wgeid", state=LetterState.DRAFT),
            ),
            (NOT_NOW, "pending_with", "wgeid"),
        ),
    ],
)
def test_a_matter_is_pending_where_it_was_laid_and_not_taken_back(
    letters: tuple[Any, ...], expected: tuple[Verdict | None, str, str]
) -> None:
    elsewhere = {"bodies": ("family", "wgeid")}
    assert found(ConditionKind.NOT_PENDING_WITH, elsewhere, letters=letters) == expected


@pytest.mark.parametrize(
    ("decisions", "expected"),
    [
        ((), (NOT_NOW, "decision_missing", "")),
        ((("mediator_request", "wgeid"),), (NOT_NOW, "decision_missing", "")),
        ((("other_request", "icrc"),), (NOT_NOW, "decision_missing", "")),
        ((("mediator_request", "icrc"),), HOLDS),
    ],
)
def test_a_decision_is_for_one_kind_of_letter_to_one_body(
    decisions: tuple[tuple[str, str], ...], expected: tuple[Verdict | None, str, str]
) -> None:
    assert found(ConditionKind.DECISION, decisions=frozenset(decisions)) == expected


@pytest.mark.parametrize(
    ("consents", "expected"),
    [
        ((consented(),), (NOT_NOW, "consent_missing", "publicity")),
        ((consented(purpose=Purpose.PUBLICITY, body="wgeid"),), (NOT_NOW, "consent_missing", "publicity")),
        ((consented(purpose=Purpose.PUBLICITY, withdrawn=TODAY),), (NOT_NOW, "consent_missing", "publicity")),
        ((consented(purpose=Purpose.PUBLICITY, body="icrc"),), HOLDS),
        ((consented(purpose=Purpose.PUBLICITY),), HOLDS),
    ],
)
def test_a_consent_for_another_purpose_can_be_asked_for_as_well(
    consents: tuple[Any, ...], expected: tuple[Verdict | None, str, str]
) -> None:
    publicity = {"purpose": Purpose.PUBLICITY}
    assert found(ConditionKind.CONSENT_FOR, publicity, consents=consents) == expected


def test_a_consent_that_names_no_purpose_is_for_what_the_letter_is_for() -> None:
    assert found(ConditionKind.CONSENT_FOR) == (NOT_NOW, "consent_missing", "search")
    assert found(ConditionKind.CONSENT_FOR, consents=(consented(),)) == HOLDS


NOTHING_NEW = (NOT_NOW, "no_new_sighting", "")
TAKEN = letter("L1", "icrc", "Mon 2026-06-08")
FROZEN = replace(TAKEN, dated_on=on("Fri 2026-06-05"), taken_at=at("Mon 2026-06-08 10:00"))


@pytest.mark.parametrize(
    ("letters", "sighting", "expected"),
    [
        ((), seen("Tue 2026-06-09"), NOTHING_NEW),
        ((letter("L1", "wgeid", "Mon 2026-06-08"),), seen("Tue 2026-06-09"), NOTHING_NEW),
        ((TAKEN,), seen("Mon 2026-06-08"), NOTHING_NEW),
        ((TAKEN,), seen("Tue 2026-06-09"), HOLDS),
        ((TAKEN,), seen("Tue 2026-06-09", withdrawn=True), NOTHING_NEW),
        ((TAKEN,), seen("Tue 2026-06-09", grade="E5"), NOTHING_NEW),
        # A supplement has told it meanwhile.
        ((TAKEN, letter("L2", "icrc", "Wed 2026-06-10", kind="supplement")), seen("Tue 2026-06-09"), NOTHING_NEW),
        # What counts is when the office learned of it, not when the child was seen.
        ((TAKEN,), replace(seen("Tue 2026-06-02"), recorded_at=at("Tue 2026-06-09 09:00")), HOLDS),
        ((TAKEN,), replace(seen("Tue 2026-06-02"), recorded_at=at("Mon 2026-06-08 09:00")), NOTHING_NEW),
        # Its facts are frozen on the day it is dated, so what came in afterwards is not in it.
        ((FROZEN,), replace(seen("Tue 2026-06-02"), recorded_at=at("Sat 2026-06-06 09:00")), HOLDS),
        ((FROZEN,), replace(seen("Tue 2026-06-02"), recorded_at=at("Fri 2026-06-05 09:00")), NOTHING_NEW),
        # On one and the same day the hour decides.
        (
            (replace(FROZEN, dated_on=on("Mon 2026-06-08")),),
            replace(seen("Tue 2026-06-02"), recorded_at=at("Mon 2026-06-08 11:00")),
            HOLDS,
        ),
        (
            (replace(FROZEN, dated_on=on("Mon 2026-06-08")),),
            replace(seen("Tue 2026-06-02"), recorded_at=at("Mon 2026-06-08 09:00")),
            NOTHING_NEW,
        ),
    ],
)
def test_a_sighting_is_new_to_a_body_if_its_last_letter_could_not_tell_it(
    letters: tuple[Any, ...], sighting: Any, expected: tuple[Verdict | None, str, str]
) -> None:
    assert found(ConditionKind.NEW_SIGHTING, letters=letters, sightings=(sighting,)) == expected


STANDS = (NOT_NOW, "consent_not_withdrawn", "")
RETURN_LETTER = letter("L1", "icrc", "Mon 2026-06-08", purpose=Purpose.RETURN)


@pytest.mark.parametrize(
    ("consents", "earlier", "expected"),
    [
        ((), None, STANDS),
        ((consented(),), None, STANDS),
        ((consented(withdrawn=TODAY),), None, HOLDS),
        ((consented(withdrawn="Tue 2026-06-16"),), None, STANDS),
        ((consented(body="icrc", withdrawn=TODAY),), None, HOLDS),
        ((consented(body="wgeid", withdrawn=TODAY),), None, STANDS),
        # Withdrawn and given anew: nothing is to be taken back.
        ((consented(withdrawn="Mon 2026-06-08"), consented("Tue 2026-06-09")), None, STANDS),
        # What the letter was for decides: the search goes on, the return was taken back.
        ((consented(), consented(purpose=Purpose.RETURN, withdrawn=TODAY)), RETURN_LETTER, HOLDS),
        ((consented(), consented(purpose=Purpose.RETURN, withdrawn=TODAY)), TAKEN, STANDS),
    ],
)
def test_a_letter_is_taken_back_once_its_consent_is(
    consents: tuple[Any, ...], earlier: Any, expected: tuple[Verdict | None, str, str]
) -> None:
    assert found(ConditionKind.CONSENT_ENDED, consents=consents, earlier=earlier) == expected


def test_letters_of_a_closed_case_can_be_taken_back() -> None:
    assert found(ConditionKind.CONSENT_ENDED, consents=(consented(),), status=CaseStatus.CLOSED) == HOLDS


def test_a_kind_withdraws_if_it_waits_for_the_end_of_consent() -> None:
    assert withdraws(WITHDRAWAL)
    assert not withdraws(MEDIATOR)


@pytest.mark.parametrize(
    ("within", "parted", "precision", "urgent"),
    [
        (Term(3, MONTHS), "Sun 2026-03-15", Precision.DAY, True),
        (Term(3, MONTHS), "Sat 2026-03-14", Precision.DAY, False),
        (Term(3, MONTHS), "Wed 2026-04-01", Precision.MONTH, False),
        (Term(3, MONTHS), "Wed 2026-04-01", None, False),
        (Term(3, MONTHS), None, None, False),
        (None, "Mon 2026-06-01", Precision.DAY, False),
        (Term(14, TermUnit.CALENDAR_DAYS), "Mon 2026-06-01", Precision.DAY, True),
    ],
)
def test_urgent_is_for_a_separation_on_a_known_day_within_the_term(
    within: Term | None, parted: str | None, precision: Precision | None, *, urgent: bool
) -> None:
    kind = replace(MEDIATOR, urgent_within=within)
    assert is_urgent(kind, on(parted) if parted else None, precision, on(TODAY)) is urgent
