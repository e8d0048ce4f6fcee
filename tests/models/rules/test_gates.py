"""Gates, one table each: what is on record, the day it is looked at, what is missing, and until when it holds."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from models.rules.disclosure import Field
from models.rules.gates import Finding, Missing, active_consents, check_gate
from models.rules.policy import Requirement, RequirementKind
from models.statuses import (
    Basis,
    ChecklistItem,
    LetterState,
    Precision,
    Purpose,
    ReplyKind,
    ReportOffice,
    Stage,
    Territory,
)
from tests.models.rules.rule_book import BOOK, GATES, MORE_ITEMS, body_of, wants
from tests.models.rules.rule_facts import (
    IDENTITY,
    arrived,
    case,
    consented,
    established,
    facts_for,
    letter,
    on,
    reply,
    signed,
)

TODAY = "Mon 2026-06-15"
PARENT, SELF = Basis.PARENT, Basis.SELF
RECONFIRMED = ChecklistItem.LOCATION_RECONFIRMED


def found(requirement: Requirement, today: str = TODAY, **facts: Any) -> tuple[tuple[str, ...], str | None]:
    """What is missing for one requirement, and the last day on which it holds, with its weekday."""
    gate = check_gate(Stage.IDENTIFIED, (requirement,), case(**facts), on(today))
    return tuple(each.what for each in gate.missing), f"{gate.until:%a %Y-%m-%d}" if gate.until else None


@pytest.mark.parametrize(
    ("known", "missing"),
    [
        (IDENTITY, ()),
        (IDENTITY | {Field.CHILD_SEX}, ()),
        (IDENTITY - {Field.CHILD_BIRTH_ON}, ("child.birth_on",)),
        (frozenset(), ("child.birth_on", "child.family_name", "child.given_name")),
    ],
)
def test_identity_is_sufficient_when_every_field_the_policy_names_is_known(
    known: frozenset[Field], missing: tuple[str, ...]
) -> None:
    assert found(wants(RequirementKind.MINIMUM_IDENTITY), known=known) == (missing, None)


@pytest.mark.parametrize(
    ("requester", "confirmed", "missing"),
    [
        (None, False, ("requester",)),
        (Basis.OTHER_RELATIVE, True, ("requester_basis",)),
        (Basis.PARENT, False, ("standing_not_confirmed",)),
        (Basis.PARENT, True, ()),
        (Basis.GUARDIAN, True, ()),
    ],
)
def test_a_requester_needs_a_basis_the_policy_accepts_and_somebody_who_confirmed_it(
    requester: Basis | None, *, confirmed: bool, missing: tuple[str, ...]
) -> None:
    requirement = wants(RequirementKind.REQUESTER_STANDING)
    assert found(requirement, requester=requester, standing_confirmed=confirmed) == (missing, None)


@pytest.mark.parametrize(
    ("reports", "missing"),
    [
        (set(), ("report_reference",)),
        ({ReportOffice.OMBUDSMAN}, ("report_reference",)),
        ({ReportOffice.NATIONAL_POLICE}, ()),
        ({ReportOffice.NATIONAL_POLICE, ReportOffice.OMBUDSMAN}, ()),
    ],
)
def test_one_report_reference_of_an_office_the_policy_names_is_enough(
    reports: set[ReportOffice], missing: tuple[str, ...]
) -> None:
    police_only = replace(wants(RequirementKind.REPORT_REFERENCE), offices=(ReportOffice.NATIONAL_POLICE,))
    assert found(police_only, reports=frozenset(reports)) == (missing, None)


LACKS = ("consent_search",)
BIRTHDAY, EVE, AFTER = "Mon 2026-06-15", "Sun 2026-06-14", "Tue 2026-06-16"


@pytest.mark.parametrize(
    ("today", "consents", "missing", "until"),
    [
        (EVE, (), LACKS, None),
        (EVE, (consented("Mon 2026-06-01"),), (), EVE),
        (BIRTHDAY, (consented("Mon 2026-06-01"),), LACKS, None),
        (AFTER, (consented("Mon 2026-06-01"),), LACKS, None),
        (EVE, (consented("Mon 2026-06-01", by=SELF),), (), None),
        (BIRTHDAY, (consented("Mon 2026-06-01", by=SELF),), (), None),
        (BIRTHDAY, (consented("Mon 2026-06-15", by=SELF),), (), None),
        (BIRTHDAY, (consented("Mon 2026-06-01", by=SELF, withdrawn=BIRTHDAY),), LACKS, None),
        (EVE, (consented("Mon 2026-06-01", purpose=Purpose.RETURN),), LACKS, None),
        # One that begins tomorrow does not count today; one withdrawn on a day holds until its eve.
        (EVE, (consented(BIRTHDAY),), LACKS, None),
        ("Wed 2026-06-03", (consented("Mon 2026-06-01", withdrawn="Fri 2026-06-05"),), (), "Thu 2026-06-04"),
        ("Fri 2026-06-05", (consented("Mon 2026-06-01", withdrawn="Fri 2026-06-05"),), LACKS, None),
        # Of several the one that lasts longest counts.
        (
            "Wed 2026-06-03",
            (consented("Mon 2026-06-01", withdrawn="Fri 2026-06-05"), consented("Tue 2026-06-02")),
            (),
            EVE,
        ),
        (
            "Wed 2026-06-03",
            (consented("Mon 2026-06-01"), consented("Mon 2026-06-01", by=SELF, withdrawn="Wed 2026-06-24")),
            (),
            "Tue 2026-06-23",
        ),
        ("Wed 2026-06-03", (consented("Mon 2026-06-01"), consented("Mon 2026-06-01", by=SELF)), (), None),
    ],
)
def test_from_the_eighteenth_birthday_on_only_the_persons_own_consent_counts(
    today: str, consents: tuple[Any, ...], missing: tuple[str, ...], until: str | None
) -> None:
    requirement = wants(RequirementKind.CONSENT)
    assert found(requirement, today, consents=consents, adult_on=on(BIRTHDAY)) == (missing, until)


@pytest.mark.parametrize(
    ("known_to", "eighteen_from", "lasts_until"),
    [
        (Precision.DAY, "Wed 2026-07-01", "Tue 2026-06-30"),
        (Precision.MONTH, "Wed 2026-07-01", "Thu 2026-07-30"),
        (Precision.YEAR, "Thu 2026-01-01", "Wed 2026-12-30"),
    ],
)
def test_while_the_day_of_birth_is_not_known_a_parents_consent_lasts_until_the_child_is_grown_for_certain(
    known_to: Precision, eighteen_from: str, lasts_until: str
) -> None:
    requirement, consents = wants(RequirementKind.CONSENT), (consented("Mon 2026-06-01"),)
    born = {"adult_on": on(eighteen_from), "adult_precision": known_to}
    assert found(requirement, "Wed 2026-06-03", consents=consents, **born) == ((), lasts_until)
    assert found(requirement, lasts_until, consents=consents, **born) == ((), lasts_until)
    the_day_after = f"{on(lasts_until) + timedelta(days=1):%a %Y-%m-%d}"
    assert found(requirement, the_day_after, consents=consents, **born) == (("consent_search",), None)


def test_a_consent_lasts_without_end_while_the_birthday_is_unknown() -> None:
    assert found(wants(RequirementKind.CONSENT), consents=(consented(),)) == ((), None)


@pytest.mark.parametrize(
    ("given_for", "asked_for", "in_force"),
    [
        ("*", "icrc", True),
        ("*", "adversary", False),
        ("adversary", "adversary", True),
        ("*", None, True),
        ("icrc", "icrc", True),
        ("icrc", "wgeid", False),
        ("icrc", None, True),
    ],
)
def test_a_consent_for_one_body_says_nothing_about_another(
    given_for: str, asked_for: str | None, *, in_force: bool
) -> None:
    facts = case(consents=(consented(body=given_for),))
    body = None if asked_for is None else replace(body_of(asked_for), consent_by_name=asked_for == "adversary")
    assert bool(active_consents(facts, Purpose.SEARCH, on(TODAY), body)) is in_force


@pytest.mark.parametrize(
    ("letters", "missing"),
    [
        ((), ("request_not_taken",)),
        ((letter("L1", "icrc", state=LetterState.QUEUED, purpose=Purpose.RETURN),), ("request_not_taken",)),
        ((letter("L1", "icrc", "Mon 2026-06-08", purpose=Purpose.SEARCH),), ("request_not_taken",)),
        ((letter("L1", "wgeid", "Mon 2026-06-08", purpose=Purpose.RETURN),), ("request_not_taken",)),
        ((letter("L1", "icrc", "Mon 2026-06-08", purpose=Purpose.RETURN),), ()),
        # Refused later: the request was made all the same.
        ((letter("L1", "icrc", "Mon 2026-06-08", state=LetterState.REFUSED, purpose=Purpose.RETURN),), ()),
    ],
)
def test_a_request_counts_once_its_relay_has_taken_it_and_not_before(
    letters: tuple[Any, ...], missing: tuple[str, ...]
) -> None:
    assert found(wants(RequirementKind.REQUEST_TAKEN), letters=letters) == (missing, None)


def test_a_gate_may_ask_for_a_request_of_another_purpose() -> None:
    search = replace(wants(RequirementKind.REQUEST_TAKEN), purpose=Purpose.SEARCH)
    assert found(search, letters=(letter("L1", "icrc", "Mon 2026-06-08"),)) == ((), None)


@pytest.mark.parametrize(
    ("replies", "missing"),
    [
        ((), ("no_acknowledgement_of_child",)),
        # That the letter came in is not that the child is known.
        ((reply("L1", ReplyKind.ACKNOWLEDGEMENT, TODAY),), ("no_acknowledgement_of_child",)),
        ((reply("L1", ReplyKind.REFUSAL, TODAY),), ("no_acknowledgement_of_child",)),
        ((reply("L1", ReplyKind.ANSWER, TODAY),), ("no_acknowledgement_of_child",)),
        ((reply("L1", ReplyKind.ANSWER, TODAY, acknowledges_child=True),), ()),
        ((reply("L1", ReplyKind.ANSWER, TODAY, agrees_to_verification=True),), ()),
        # "She is here, and we will not hand her over" acknowledges the child.
        ((reply("L1", ReplyKind.REFUSAL, TODAY, acknowledges_child=True),), ()),
        # A reply to a body the gate does not name.
        ((reply("L2", ReplyKind.ANSWER, TODAY, acknowledges_child=True),), ("no_acknowledgement_of_child",)),
    ],
)
def test_the_addressee_must_acknowledge_the_child_or_agree_to_verification(
    replies: tuple[Any, ...], missing: tuple[str, ...]
) -> None:
    letters = (letter("L1", "icrc", "Mon 2026-06-08"), letter("L2", "wgeid", "Mon 2026-06-08"))
    assert found(wants(RequirementKind.BODY_AGREES), letters=letters, replies=replies) == (missing, None)


def test_every_checklist_item_the_policy_names_must_be_established() -> None:
    requirement = replace(wants(RequirementKind.CHECKLIST), items=(ChecklistItem.IDENTITY, ChecklistItem.RETURN_PLAN))
    half = established("Mon 2026-01-05", ChecklistItem.IDENTITY)
    assert found(requirement, checklist=half) == (("return_plan",), None)
    assert found(requirement, checklist=established("Mon 2026-01-05")) == ((), None)


@pytest.mark.parametrize(
    ("today", "days", "missing", "until"),
    [
        ("Mon 2026-06-01", ("Mon 2026-06-01",), (), "Mon 2026-06-15"),
        ("Mon 2026-06-15", ("Mon 2026-06-01",), (), "Mon 2026-06-15"),
        ("Tue 2026-06-16", ("Mon 2026-06-01",), ("location_reconfirmed_stale",), None),
        # The newest of an item counts, in whatever order they were written down.
        ("Tue 2026-06-16", ("Mon 2026-06-01", "Wed 2026-06-03"), (), "Wed 2026-06-17"),
        ("Tue 2026-06-16", ("Wed 2026-06-03", "Mon 2026-06-01"), (), "Wed 2026-06-17"),
        ("Tue 2026-06-16", (), ("location_reconfirmed",), None),
    ],
)
def test_a_location_reconfirmed_more_than_fourteen_days_ago_counts_no_more(
    today: str, days: tuple[str, ...], missing: tuple[str, ...], until: str | None
) -> None:
    requirement = GATES[Stage.VERIFIED][2]
    checklist = tuple(pair for day in days for pair in established(day, RECONFIRMED))
    assert found(requirement, today, checklist=checklist) == (missing, until)


def test_of_several_items_only_the_stale_ones_are_called_stale() -> None:
    both = replace(GATES[Stage.VERIFIED][2], items=(ChecklistItem.IDENTITY, RECONFIRMED))
    checklist = established("Mon 2026-06-01", ChecklistItem.IDENTITY) + established("Mon 2026-06-08", RECONFIRMED)
    assert found(both, "Mon 2026-06-15", checklist=checklist) == ((), "Mon 2026-06-15")
    assert found(both, "Tue 2026-06-16", checklist=checklist) == (("identity_stale",), None)


@pytest.mark.parametrize(
    ("people", "missing"),
    [((), ("sign_off_of_two_people",)), ((1,), ("sign_off_of_two_people",)), ((1, 2), ()), ((1, 2, 3), ())],
)
def test_two_sign_offs_mean_two_people(people: tuple[int, ...], missing: tuple[str, ...]) -> None:
    assert found(wants(RequirementKind.SIGN_OFFS), sign_offs=signed(*people)) == (missing, None)


def test_one_person_with_two_accounts_is_one_person() -> None:
    assert found(wants(RequirementKind.SIGN_OFFS), sign_offs=signed(1, 1)) == (("sign_off_of_two_people",), None)


FREE, THIRD, OCCUPIED = Territory.GOVERNMENT_CONTROLLED, Territory.SAFE_THIRD_COUNTRY, Territory.OCCUPIED


@pytest.mark.parametrize(
    ("received_by", "territory", "missing"),
    [
        (Basis.PARENT, FREE, ()),
        (Basis.GUARDIAN, THIRD, ()),
        (Basis.PARENT, OCCUPIED, ("arrival_on_free_territory",)),
        (Basis.PARENT, Territory.RUSSIA, ("arrival_on_free_territory",)),
        (Basis.AUTHORITY, FREE, ("arrival_with_family_or_guardian",)),
    ],
)
def test_returned_means_with_family_and_on_free_territory(
    received_by: Basis, territory: Territory, missing: tuple[str, ...]
) -> None:
    requirement = wants(RequirementKind.ARRIVAL)
    assert found(requirement, arrival=arrived(TODAY, received_by, territory)) == (missing, None)


def test_without_an_arrival_nobody_has_returned() -> None:
    assert found(wants(RequirementKind.ARRIVAL)) == (("arrival",), None)


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage is not Stage.REPORTED])
def test_each_gate_holds_on_its_full_facts_and_not_on_those_of_the_stage_before(stage: Stage) -> None:
    before = tuple(Stage)[stage.order - 1]
    gate, today = BOOK.policy.gate(stage), on("Mon 2026-06-01")
    assert check_gate(stage, gate, case(**facts_for(stage)), today).holds
    assert not check_gate(stage, gate, case(**facts_for(before)), today).holds


def test_a_gate_holds_until_the_first_of_its_requirements_lapses() -> None:
    facts = case(**facts_for(Stage.VERIFIED), adult_on=on("Wed 2026-06-10"))
    consent, reconfirmed = wants(RequirementKind.CONSENT), GATES[Stage.VERIFIED][2]
    gate = check_gate(Stage.VERIFIED, (reconfirmed, consent), facts, on("Mon 2026-06-01"))
    assert (gate.missing, gate.until) == ((), on("Tue 2026-06-09"))


def test_a_gate_names_everything_that_is_missing_at_once() -> None:
    gate = check_gate(Stage.VERIFIED, GATES[Stage.VERIFIED], case(), on(TODAY))
    kinds = [missing.requirement for missing in gate.missing]
    assert kinds == [
        RequirementKind.BODY_AGREES,
        *[RequirementKind.CHECKLIST] * (len(MORE_ITEMS) + 1),
        RequirementKind.SIGN_OFFS,
    ]
    assert gate.missing[-1] == Missing(Stage.VERIFIED, RequirementKind.SIGN_OFFS, "sign_off_of_two_people")


def test_an_override_sets_aside_one_requirement_of_one_stage() -> None:
    sign_offs = frozenset({(Stage.VERIFIED, "sign_offs"), (Stage.RETURNED, "body_agrees")})
    gate = check_gate(Stage.VERIFIED, GATES[Stage.VERIFIED], case(overrides=sign_offs), on(TODAY))
    kinds = {missing.requirement for missing in gate.missing}
    assert kinds == {RequirementKind.BODY_AGREES, RequirementKind.CHECKLIST}


def test_a_finding_holds_when_nothing_is_missing() -> None:
    assert Finding().holds
    assert not Finding(("requester",)).holds
