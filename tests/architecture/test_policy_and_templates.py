"""The shipped policy against itself and against the letters' templates."""

from datetime import date
from typing import Any

import pytest

from integrations.calendars import list_ending_calendars, load_calendars
from integrations.clock import SystemClock
from integrations.policy_files import load_policy
from models.rules.disclosure import Field
from models.rules.policy import Policy
from models.statuses import Channel
from tests.architecture.the_house import ROOT

_LETTERS = ROOT / "templates" / "letters"


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(ROOT / "policy", ROOT / "templates")


def test_every_body_has_a_kind_of_letter_and_every_kind_a_body(policy: Policy) -> None:
    assert {body.id for body in policy.bodies} == {body for kind in policy.kinds for body in kind.bodies}


def test_every_kind_is_there_in_ukrainian_english_and_its_bodies_languages_and_nothing_is_left_over(
    policy: Policy,
) -> None:
    wanted = {
        f"{kind.id}/{language}.typ.j2"
        for kind in policy.kinds
        for language in {"uk", "en", *(each for body in kind.bodies for each in policy.get_body(body).languages)}
    }
    there = {str(path.relative_to(_LETTERS)) for path in _LETTERS.glob("[!_]*/*.typ.j2")}
    assert there == wanted


def test_every_language_a_letter_is_written_in_has_words_and_a_cover_mail(policy: Policy) -> None:
    for language in {language for body in policy.bodies for language in body.languages}:
        assert (_LETTERS / "_words" / f"{language}.yaml").is_file()
        assert (ROOT / "templates" / "mail" / f"cover.{language}.txt.j2").is_file()


def test_every_letter_a_rung_orders_is_of_a_kind_and_for_a_purpose_that_it_serves(policy: Policy) -> None:
    serves = {kind.id: kind.purposes for kind in policy.kinds}
    for order in [order for clock in policy.clocks for rung in clock.rungs for order in rung.drafts]:
        assert order.purpose in serves[order.kind]


def test_whoever_is_written_to_by_mail_has_a_mail_address_that_reaches_nobody_yet(policy: Policy) -> None:
    for body in policy.bodies:
        for address in body.addresses:
            if body.channel is Channel.MAIL:
                assert address.mail is None or address.mail.endswith("@bodies.example"), body.id


def test_the_letterhead_is_nobodys_and_names_nobody(policy: Policy) -> None:
    for head in policy.letterheads:
        assert head.mail is None or head.mail.endswith(".example")
        assert not head.signatory_name


def test_aggregates_go_where_no_child_may_be_named_and_the_card_is_asked_of_those_who_owe_it(policy: Policy) -> None:
    categories = {body.id: body.category for body in policy.bodies}
    assert {categories[body.id] for body in policy.bodies if Field.CASELOAD in body.allow} == {"public_voice"}
    assert {categories[body.id] for body in policy.bodies if Field.CARD in body.allow} == {"adversary_office"}
    (public_voice,) = [each for each in policy.categories if each.id == "public_voice"]
    assert set(Field) - set(public_voice.excluded) == {Field.CASELOAD}
    for category in policy.categories:
        assert (Field.CASELOAD in category.excluded) == (category.id != "public_voice")
        assert (Field.CARD in category.excluded) == (category.id != "adversary_office")


def test_everything_has_a_legal_basis_and_nothing_claims_a_lawyers_word(policy: Policy) -> None:
    requirements = [requirement for stage in policy.stages for requirement in stage.gate]
    conditions = [condition for kind in policy.kinds for condition in kind.when]
    entries: list[Any] = [*requirements, *conditions, *policy.clocks, *policy.bodies]
    entries += [*policy.categories, *policy.side_exits, *policy.side_steps]
    assert all(entry.legal_basis.strip() for entry in entries)
    assert not any(entry.verified for entry in entries)


def test_the_calendars_cover_the_whole_of_next_year(policy: Policy) -> None:
    calendars = load_calendars(ROOT / "policy" / "calendars.yaml")
    today = SystemClock().now().date()
    assert list_ending_calendars(calendars, today) == []
    assert {clock.calendar for clock in policy.clocks} <= calendars.keys()
    for calendar in calendars.values():
        assert any(calendar(date(today.year + 1, 12, day)) for day in range(1, 32))


def test_a_calendar_that_ends_too_early_would_be_found() -> None:
    calendars = load_calendars(ROOT / "policy" / "calendars.yaml")
    ends_on = [each.rule.covers_until for each in calendars.values() if each.rule.covers_until is not None]
    assert list_ending_calendars(calendars, min(ends_on))
