import string
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from models.errors import InvalidInput
from models.rules.reference import make_reference, parse_reference

references = st.builds(make_reference, st.integers(2020, 2199), st.integers(1, 999_999))
ALPHANUMERIC = string.digits + string.ascii_uppercase


@pytest.mark.parametrize(
    ("year", "serial", "reference"),
    [
        (2026, 1, "2026-000001-Z"),
        (2026, 4_801, "2026-004801-K"),
        (2026, 4_821, "2026-004821-C"),
        (2026, 999_999, "2026-999999-B"),
        (2027, 1, "2027-000001-K"),
    ],
)
def test_a_reference_is_year_serial_and_check_character(year: int, serial: int, reference: str) -> None:
    assert make_reference(year, serial) == reference


@pytest.mark.parametrize(("year", "serial"), [(2026, 0), (2026, 1_000_000), (26, 1), (10_000, 1)])
def test_a_year_has_four_digits_and_a_million_cases_do_not_fit_into_it(year: int, serial: int) -> None:
    with pytest.raises(InvalidInput, match="reference_out_of_range"):
        make_reference(year, serial)


@pytest.mark.parametrize(
    "typed",
    [
        "2026-004801-K",
        "2026-004801-k",
        "  2026 004801 K ",
        "2026004801K",
        "2026–004801—K",
        "2026\N{NON-BREAKING HYPHEN}004801\N{MINUS SIGN}K",
        "2026/004801/K",
        "2026-004801-К",  # the Cyrillic letter
        "2026-004801-к",
        "2026-0048\N{SOFT HYPHEN}01-K",
        "2026\N{NO-BREAK SPACE}004801\tK\r\n",
        "\N{ZERO WIDTH NO-BREAK SPACE}2026-004801-K",
        "２０２６-004801-K",
    ],
)
def test_a_reference_is_read_however_it_was_typed(typed: str) -> None:
    assert parse_reference(typed) == "2026-004801-K"


@pytest.mark.parametrize(
    ("cyrillic", "latin"),
    [tuple(pair) for pair in ["АA", "ВB", "СC", "ЕE", "НH", "ІI", "КK", "МM", "ОO", "РP", "ТT", "УY", "ХX"]],
)
def test_every_cyrillic_look_alike_is_read_as_its_latin_letter(cyrillic: str, latin: str) -> None:
    serial = next(n for n in range(1, 500) if make_reference(2026, n).endswith(latin))
    reference = make_reference(2026, serial)
    assert parse_reference(reference[:-1] + cyrillic) == reference
    assert parse_reference(reference[:-1] + cyrillic.lower()) == reference


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "K",
        "2026-004801",
        "2026-04801-K",
        "26-004801-K",
        "2026-004801-Ж",
        "2026-004801-KK",
        "2026-0O4801-K",
        "²026-004801-K" + "-" * 40,
        "2026-004801-K" + " " * 100_000,
        "٢٠٢٦-004801-K",
        "Вигадана Ольга",
    ],
)
def test_what_is_no_reference_is_refused_without_repeating_it(typed: str) -> None:
    with pytest.raises(InvalidInput, match="reference_unreadable") as refusal:
        parse_reference(typed)
    assert "Ольга" not in str(refusal.value)


def test_a_wrong_check_character_is_refused_with_advice() -> None:
    with pytest.raises(InvalidInput, match=r"reference_check_character_wrong: compare it, character"):
        parse_reference("2026-004821-K")


@given(references)
def test_every_reference_reads_back(reference: str) -> None:
    assert parse_reference(reference) == reference


@given(references, st.data())
def test_every_single_substitution_is_caught(reference: str, data: st.DataObject) -> None:
    compact = reference.replace("-", "")
    place = data.draw(st.integers(0, len(compact) - 1))
    typed = data.draw(st.sampled_from(ALPHANUMERIC))
    assume(typed != compact[place])
    with pytest.raises(InvalidInput):
        parse_reference(compact[:place] + typed + compact[place + 1 :])


@given(references, st.data())
def test_a_swap_of_neighbours_is_caught_unless_the_digits_differ_by_one(reference: str, data: st.DataObject) -> None:
    compact = reference.replace("-", "")
    place = data.draw(st.integers(0, len(compact) - 2))
    left, right = compact[place], compact[place + 1]
    assume(abs(ALPHANUMERIC.index(left) - ALPHANUMERIC.index(right)) > 1)
    with pytest.raises(InvalidInput):
        parse_reference(compact[:place] + right + left + compact[place + 2 :])


@given(references, st.data())
def test_a_swap_around_a_character_is_caught(reference: str, data: st.DataObject) -> None:
    compact = reference.replace("-", "")
    place = data.draw(st.integers(0, len(compact) - 3))
    left, middle, right = tuple(compact[place : place + 3])
    assume(left != right)
    with pytest.raises(InvalidInput):
        parse_reference(compact[:place] + right + middle + left + compact[place + 3 :])


def test_of_all_neighbour_swaps_one_in_two_hundred_slips_through() -> None:
    swaps = slips = 0
    for serial in range(1, 1_000_000, 997):
        compact = make_reference(2026, serial).replace("-", "")
        for place, (left, right) in enumerate(pairwise(compact[:-1])):
            if left != right:
                swaps += 1
                slips += _reads(compact[:place] + right + left + compact[place + 2 :])
    assert 0.003 < slips / swaps < 0.007


def _reads(typed: str) -> bool:
    try:
        parse_reference(typed)
    except InvalidInput:
        return False
    return True
