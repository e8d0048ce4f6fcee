"""How the office presents itself: from each day on, in every language in which a letter can be written."""

from collections.abc import Iterator

from models.rules.policy_checks.days import check_days
from models.rules.policy_checks.draft import PolicyDraft, Slip, SlipPath
from models.rules.policy_checks.names import FOR_PEOPLE, check_lines, check_texts, in_order


def check_letterheads(draft: PolicyDraft) -> Iterator[Slip]:
    """Check that there is a letterhead, and that each has the languages of all bodies."""
    if not draft.named.get("letterheads"):
        yield Slip(("letterheads",), "entry_missing", "add a letterhead: without one no letter can be written")
    yield from check_days((("letterheads", place), each.valid_from) for place, each in draft.letterheads.items())
    wanted = in_order((*FOR_PEOPLE, *(language for body in draft.bodies.values() for language in body.languages)))
    for place, head in draft.letterheads.items():
        path: SlipPath = ("letterheads", place)
        yield from check_texts(head.name, (*path, "name"), wanted)
        yield from check_texts(head.signatory_function, (*path, "signatory_function"), wanted)
        yield from check_lines(head.lines, (*path, "lines"), wanted)
        for key, texts in (("signatory_name", head.signatory_name), ("hours", head.hours)):
            yield from check_texts(texts, (*path, key), wanted if texts else ())
