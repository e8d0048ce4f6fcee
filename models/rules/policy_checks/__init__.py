"""What must be true of a policy beyond its shape: pure checks, each yielding slips that say what would be right."""

from collections.abc import Iterator
from itertools import chain

from models.rules.policy_checks.bodies import check_bodies, check_categories
from models.rules.policy_checks.draft import PolicyDraft, Slip
from models.rules.policy_checks.gates import check_side_ways, check_stages
from models.rules.policy_checks.kinds import check_kinds
from models.rules.policy_checks.ladders import check_clocks
from models.rules.policy_checks.letterheads import check_letterheads
from models.rules.policy_checks.names import check_names

_CHECKS = (
    check_names,
    check_stages,
    check_side_ways,
    check_clocks,
    check_categories,
    check_letterheads,
    check_bodies,
    check_kinds,
)


def check_policy(draft: PolicyDraft) -> Iterator[Slip]:
    """Yield every slip of a policy, as far as it could be read."""
    yield from chain.from_iterable(check(draft) for check in _CHECKS)
