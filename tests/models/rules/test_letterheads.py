"""The letterhead of a day: the last that is valid by then."""

from dataclasses import replace
from datetime import date

import pytest

from models.errors import RuleViolation
from models.rules.letter_policy import Letterhead
from models.rules.letterheads import letterhead_on
from tests.models.rules.rule_book import POLICY

OLD = Letterhead("2025-01-01", {"uk": "Старий центр"}, {"uk": ("Київ",)}, {"uk": "Керівник"})
NEW = replace(OLD, valid_from="2026-03-02", name={"uk": "Новий центр"})
TWO = replace(POLICY, letterheads=(NEW, OLD))


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2025, 1, 1), "Старий центр"),
        (date(2026, 3, 1), "Старий центр"),
        (date(2026, 3, 2), "Новий центр"),
        (date(2030, 1, 1), "Новий центр"),
    ],
)
def test_a_letterhead_holds_from_its_day_until_the_next(day: date, name: str) -> None:
    assert letterhead_on(TWO, day).name["uk"] == name


def test_before_the_first_letterhead_no_letter_is_written() -> None:
    with pytest.raises(RuleViolation, match="letterhead_missing"):
        letterhead_on(TWO, date(2024, 12, 31))
