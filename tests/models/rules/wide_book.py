"""More clocks for the tests of the rules, one of every newer sort, and a rulebook with all of them."""

from models.rules.policy import After, Anchor, MetBy, Rung
from models.rules.terms import Term
from models.statuses import Role, RungKind, Stage
from tests.models.rules.rule_book import CLOCKS, DAYS, HOURS, MONTHS, NAME, book_of, rule, rungs

LAST_DAYS = tuple(
    Rung(f"end_{days}", RungKind.REMINDER, (Role.COORDINATOR,), NAME, from_end=days) for days in (-30, -7, 0, 14)
)


def heard(after: After | None, *days: int) -> tuple[Rung, ...]:
    """Rungs that wait for something, named by it and by their days."""
    return tuple(
        Rung(f"{after}_{day}", RungKind.REMINDER, (Role.COORDINATOR,), NAME, at_day=day, after=after) for day in days
    )


OFFICE_REPLY = rule(
    "office_reply",
    Anchor.LETTER_TAKEN,
    30,
    DAYS,
    MetBy.REPLY,
    body="icrc",
    rungs=(
        *heard(After.SILENCE, 20, 30),
        *heard(None, 45),
        *heard(After.ACKNOWLEDGEMENT, 10, 30),
        *heard(After.REFUSAL, 1, 14),
    ),
)
REGISTERED_REPLY = rule(
    "registered_reply",
    Anchor.LETTER_REGISTERED,
    30,
    DAYS,
    MetBy.REPLY,
    body="icrc",
    lag=Term(3, DAYS),
    rungs=LAST_DAYS[1:],
)
HANDED_ON = rule(
    "handed_on",
    Anchor.LETTER_REPLIED,
    6,
    MONTHS,
    MetBy.LETTER_TO,
    body="wgeid",
    kind="wgeid_request",
    rolls=False,
    hard=True,
    rungs=rungs(150),
)
SIXTEEN = rule(
    "sixteen", Anchor.SIXTEENTH_BIRTHDAY, 0, DAYS, MetBy.NOTHING, rolls=False, hard=True, rungs=LAST_DAYS[:2]
)
CONSENT_USED = rule("consent_used", Anchor.CONSENT_GIVEN, 14, DAYS, MetBy.LETTER_TO, body="icrc", rungs=rungs(7, 14))
IN_HOURS = rule(
    "in_hours", Anchor.STAGE_ENTERED, 48, HOURS, MetBy.NEXT_STAGE, stage=Stage.VERIFIED, rungs=LAST_DAYS[2:]
)
WIDE_BOOK = book_of(*CLOCKS, OFFICE_REPLY, REGISTERED_REPLY, HANDED_ON, SIXTEEN, CONSENT_USED, IN_HOURS)
