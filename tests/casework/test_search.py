from collections.abc import Callable

import pytest
from sqlalchemy import inspect, update

from casework import search
from casework.facts import record_alias, withdraw_alias
from casework.office import Office
from casework.search import KnownChildren, Match, find_cases, find_same_child, list_identities
from models.records import AliasRecord, Case
from models.rules.partial_dates import parse_partial_date
from models.rules.same_child import Likeness, Traits, traits

Opener = Callable[..., str]


def looked_for(
    family_name: str | None = "Вигаданенко", given_name: str = "Марічка", born: str | None = "2014-05-09"
) -> Traits:
    birth = parse_partial_date(born) if born else None
    return traits(family_name=family_name, given_name=given_name, patronymic="Петровна", born=birth)


def test_a_child_is_found_by_another_spelling_and_the_likeliest_first(either_office: Office, open_one: Opener) -> None:
    office = either_office
    weakly = open_one(office, child__given_name="Марія")
    surely = open_one(office)
    open_one(office, child__family_name="Інакша", child__given_name="Яна")
    assert find_same_child(office, looked_for("Выгаданенко")) == [
        Match(surely, Likeness.PROBABLE),
        Match(weakly, Likeness.POSSIBLE),
    ]


def test_nobody_is_found_where_nobody_is_like_it(office: Office, open_one: Opener) -> None:
    open_one(office)
    assert find_same_child(office, looked_for(given_name="Назар")) == []


@pytest.mark.parametrize("words", ["вигаданенко", "Vyhadanenko", "марічка вигад", "Петрівна", "Выгаданенко Маричка"])
def test_a_case_is_found_by_any_words_of_the_name(office: Office, open_one: Opener, words: str) -> None:
    reference = open_one(office)
    open_one(office, child__family_name="Інакша", child__given_name="Яна", child__patronymic=None)
    assert find_cases(office, words) == [reference]


@pytest.mark.parametrize("words", ["", " — ", "Назар", "Вигаданенко Назар"])
def test_other_words_find_nothing(office: Office, open_one: Opener, words: str) -> None:
    open_one(office)
    assert find_cases(office, words) == []


def test_a_case_is_found_by_an_alias_as_long_as_it_stands(office: Office, open_one: Opener) -> None:
    reference = open_one(office)
    alias = record_alias(office, reference, full_name="Миронова Марина", now=office.now(), actor="c-01")
    assert find_cases(office, "Миронова") == [reference]
    withdraw_alias(office, reference, alias, reason="описка", now=office.now(), actor="c-01")
    assert find_cases(office, "Миронова") == []


def test_a_value_that_does_not_open_hides_no_other_case(office: Office, open_one: Opener) -> None:
    damaged, whole = open_one(office), open_one(office)
    for reference in (damaged, whole):
        record_alias(office, reference, full_name="Миронова", now=office.now(), actor="c-01")
    with office.store.writing() as session:
        session.execute(update(Case).where(Case.reference == damaged).values(sealed_identity=b"x" * 200))
        session.execute(update(AliasRecord).values(sealed_details=b"x" * 200))
    assert [reference for reference, _ in list_identities(office)] == [whole]
    assert find_cases(office, "Миронова") == []
    assert find_cases(office, "Вигаданенко") == [whole]


def test_the_caseload_is_opened_part_by_part(office: Office, open_one: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "_AT_ONCE", 2)
    opened = [open_one(office, child__given_name=name) for name in ("Яна", "Назар", "Тарас")]
    assert [reference for reference, _ in list_identities(office)] == opened


@pytest.mark.parametrize(
    ("family_name", "given_name", "born", "found"),
    [
        ("Вигаданенко", "Марічка", None, True),
        ("Вигаданенко", "Марія", "2016-01-01", True),
        ("Вигадененко", "Марічка", "2014-05-09", True),
        ("Інакша", "Марічка", "2014-05-09", True),
        ("Інакша", "Марічка", None, False),
        (None, "Марічка", "2014-05-09", True),
        ("Вигаданенко", "Назар", "2014-05-09", False),
    ],
)
def test_a_second_application_is_noticed_among_many(  # noqa: PLR0917 - fixtures and a row of the table
    office: Office,
    open_one: Opener,
    family_name: str | None,
    given_name: str,
    born: str | None,
    found: bool,  # noqa: FBT001 - a column
) -> None:
    reference = open_one(office)
    match = KnownChildren.open(office).find(looked_for(family_name, given_name, born))
    assert (match.reference if match else None) == (reference if found else None)


def test_of_two_as_likely_the_case_opened_first_is_named(office: Office, open_one: Opener) -> None:
    first = open_one(office)
    open_one(office)
    match = KnownChildren.open(office).find(looked_for())
    assert match == Match(first, Likeness.PROBABLE)


def test_no_index_of_names_is_stored(office: Office, open_one: Opener) -> None:
    open_one(office)
    find_cases(office, "Вигаданенко")
    columns = {column["name"] for column in inspect(office.store.engine).get_columns("cases")}
    assert not {name for name in columns if "name" in name or "sound" in name}
    files = b"".join(path.read_bytes() for path in office.settings.home.iterdir() if path.is_file())
    for word in ("Вигаданенко", "vihadanenko"):
        assert word.encode() not in files


def test_the_search_sees_what_was_just_opened(office: Office, open_one: Opener) -> None:
    children = KnownChildren.open(office)
    assert children.find(looked_for()) is None
    assert children.meet("2026-000001-Z", looked_for()) is None
    assert children.meet("2026-000002-X", looked_for()) == Match("2026-000001-Z", Likeness.PROBABLE)
    assert children.find(looked_for()) == Match("2026-000001-Z", Likeness.PROBABLE)
