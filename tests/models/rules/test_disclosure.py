from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import RuleViolation
from models.rules.disclosure import ConsentScope, Field, disclosed_fields, disclosed_without_consent
from models.statuses import Purpose

TODAY = date(2026, 3, 9)
field_sets = st.frozensets(st.sampled_from(Field))


def consent(**changes: object) -> ConsentScope:
    given_terms = {"body": "wgeid", "purpose": Purpose.SEARCH, "given_on": date(2026, 2, 2)}
    return ConsentScope(**{**given_terms, **changes})  # type: ignore[arg-type] # a table of changes


def ask(scope: ConsentScope | None, allow: frozenset[Field], known: frozenset[Field]) -> frozenset[Field]:
    return disclosed_fields(allow, known, scope, body="wgeid", purpose=Purpose.SEARCH, on=TODAY)


@given(allow=field_sets, known=field_sets, withheld=field_sets)
def test_what_is_told_is_allowed_and_known_and_not_withheld(
    allow: frozenset[Field], known: frozenset[Field], withheld: frozenset[Field]
) -> None:
    told = ask(consent(withheld=withheld), allow, known)
    for field in Field:
        assert (field in told) == (field in allow and field in known and field not in withheld)


@pytest.mark.parametrize(
    "scope",
    [
        None,
        consent(body="icrc_cta"),
        consent(purpose=Purpose.RETURN),
        consent(given_on=date(2026, 3, 10)),
        consent(withdrawn_on=TODAY),
        consent(withdrawn_on=date(2026, 3, 1)),
        consent(expires_on=TODAY),
    ],
    ids=[
        "none on record",
        "for another body",
        "for another purpose",
        "given tomorrow",
        "withdrawn today",
        "withdrawn before",
        "expires today",
    ],
)
def test_without_a_valid_consent_nothing_is_told(scope: ConsentScope | None) -> None:
    with pytest.raises(RuleViolation, match="consent_missing"):
        ask(scope, frozenset(Field), frozenset(Field))


@pytest.mark.parametrize(
    "scope",
    [
        consent(),
        consent(given_on=TODAY),
        consent(withdrawn_on=date(2026, 3, 10)),
        consent(expires_on=date(2026, 3, 10)),
        consent(body="*"),
    ],
    ids=["given before", "given today", "withdrawn tomorrow", "expires tomorrow", "for every body"],
)
def test_a_valid_consent_lets_the_allowed_be_told(scope: ConsentScope) -> None:
    assert ask(scope, frozenset({Field.ALIASES}), frozenset(Field)) == {Field.ALIASES}


def test_an_empty_allow_list_tells_nothing() -> None:
    assert ask(consent(), frozenset(), frozenset(Field)) == frozenset()


@given(allow=field_sets, known=field_sets)
def test_the_family_is_told_what_is_allowed_and_known(allow: frozenset[Field], known: frozenset[Field]) -> None:
    assert disclosed_without_consent(allow, known) == allow & known
