"""Which letterhead holds on a day."""

from datetime import date

from models.errors import RuleViolation
from models.rules.letter_policy import Letterhead
from models.rules.policy import Policy


def letterhead_on(policy: Policy, day: date) -> Letterhead:
    """Return the letterhead that holds on a day: the last one that is valid from that day or before.

    Raises RuleViolation `letterhead_missing` for a day before the first.
    """
    valid = [each for each in policy.letterheads if date.fromisoformat(each.valid_from) <= day]
    if not valid:
        advice = "enter a letterhead that is valid from that day or before in policy/letterhead.yaml"
        raise RuleViolation("letterhead_missing", advice, day=day.isoformat())
    return max(valid, key=lambda each: date.fromisoformat(each.valid_from))
