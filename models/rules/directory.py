"""What the policy says about one body, brought together from its categories, letters and clocks."""

from dataclasses import dataclass
from datetime import date

from models.rules.letter_policy import Body, BodyCategory, DatedAddress, LetterKind
from models.rules.policy import ClockRule, MetBy, Policy, Rung
from models.statuses import RungKind


@dataclass(frozen=True, slots=True)
class ReplyTerm:
    """A clock on which the body owes a reply, and the rung that fires first once its term has lapsed."""

    clock: ClockRule
    next_rung: Rung | None


@dataclass(frozen=True, slots=True)
class DirectoryEntry:
    """A body as a caseworker looks it up; `address` is the one that holds on the day of the look."""

    body: Body
    category: BodyCategory | None
    kinds: tuple[LetterKind, ...]
    reply_terms: tuple[ReplyTerm, ...]
    address: DatedAddress | None


def look_up(policy: Policy, body_id: str, on: date) -> DirectoryEntry:
    """Return what the policy says about a body on a day. Raises NotFound `body_not_found`."""
    body = policy.get_body(body_id)
    owed = [clock for clock in policy.clocks if clock.met_by is MetBy.REPLY and clock.body == body_id]
    return DirectoryEntry(
        body=body,
        category=policy.find_category(body.category),
        kinds=tuple(kind for kind in policy.kinds if body_id in kind.bodies),
        reply_terms=tuple(ReplyTerm(clock, _next_rung(clock)) for clock in owed),
        address=address_on(body, on),
    )


def address_on(body: Body, day: date) -> DatedAddress | None:
    """Find the address that holds on a day: the last one that is valid from that day or before."""
    valid = [each for each in body.addresses if date.fromisoformat(each.valid_from) <= day]
    return max(valid, key=lambda each: date.fromisoformat(each.valid_from), default=None)


def _next_rung(clock: ClockRule) -> Rung | None:
    # The policy check keeps the rungs of a ladder in the order in which they fire.
    lapsed = (rung for rung in clock.rungs if rung.kind is not RungKind.REMINDER and not rung.answers)
    return next(lapsed, None)
