"""Bodies and their categories: addresses in their languages, a letter to each, and no more told than may be."""

from collections.abc import Iterator

from models.rules.letter_policy import Body, DatedAddress, Tone
from models.rules.policy_checks.days import check_days
from models.rules.policy_checks.draft import PolicyDraft, Slip, SlipPath
from models.rules.policy_checks.names import LANGUAGES, check_lines, check_texts, in_order
from models.rules.policy_checks.parameters import check_repeated
from models.statuses import Channel

ICRC = "icrc"
"""The category that must not be drawn into any accusation."""
ACCUSING = (Tone.ACCUSATORY, Tone.ACCOUNTABILITY)


def check_categories(draft: PolicyDraft) -> Iterator[Slip]:
    """Check that each category says what it keeps back once, and that accusations stay silent on the ICRC."""
    for place, category in draft.categories.items():
        path = ("categories", place)
        yield from check_repeated(category.excluded, (*path, "excluded"))
        yield from check_repeated(category.unmentioned_in, (*path, "unmentioned_in"))
        lacking = [tone for tone in ACCUSING if category.id == ICRC and tone not in category.unmentioned_in]
        if lacking:
            advice = f"add {' and '.join(lacking)}: a neutral intermediary is never named beside an accusation"
            yield Slip((*path, "unmentioned_in"), "neutral_body_mentioned", advice)


def check_bodies(draft: PolicyDraft) -> Iterator[Slip]:
    """Check every body: its languages, addresses, approval, category and allow-list; and that a letter goes to it."""
    for place, body in draft.bodies.items():
        path = ("bodies", place)
        yield from _check_languages(body, path)
        yield from _check_addresses(body, path)
        yield from _check_allow_list(body, path, draft)
        if body.approval.people < 1:
            yield Slip((*path, "approval"), "number_beyond_sense", "write `people: 1` or more: no letter leaves unread")
        whole = len(draft.kinds) == len(draft.named.get("kinds", {}))
        if whole and not any(body.id in kind.bodies and not kind.follows for kind in draft.kinds.values()):
            advice = f"add a first letter with `bodies: [{body.id}]` below `kinds:` here, or delete this body"
            yield Slip(path, "body_without_kind", advice)


def _check_languages(body: Body, path: SlipPath) -> Iterator[Slip]:
    if not body.languages:
        advice = f"name the languages its letters are sent in, the usual one first: {', '.join(LANGUAGES)}"
        yield Slip((*path, "languages"), "nothing_named", advice)
    for place, language in enumerate(body.languages):
        if language not in LANGUAGES:
            yield Slip((*path, "languages", place), "language_unknown", f"write one of: {', '.join(LANGUAGES)}")
    yield from check_repeated(body.languages, (*path, "languages"))
    wanted = in_order(body.languages)
    yield from check_texts(body.salutation, (*path, "salutation"), wanted)
    yield from check_texts(body.through, (*path, "through"), wanted if body.through else ())


def _check_addresses(body: Body, path: SlipPath) -> Iterator[Slip]:
    # Who is written to without a consent is the family itself: its address stands in its case.
    if body.consent_required and not body.addresses:
        yield Slip((*path, "addresses"), "address_missing", "add an address with `valid_from:`, `mail:` and `lines:`")
    for place, address in enumerate(body.addresses):
        yield from _check_address(body, address, (*path, "addresses", place))
    yield from check_days(((*path, "addresses", place), each.valid_from) for place, each in enumerate(body.addresses))


def _check_address(body: Body, address: DatedAddress, path: SlipPath) -> Iterator[Slip]:
    if body.channel is Channel.MAIL and not address.mail:
        yield Slip(path, "address_missing", "add `mail:`, or write `channel: by_hand` for this body")
    yield from check_lines(address.lines, (*path, "lines"), in_order(body.languages))


def _check_allow_list(body: Body, path: SlipPath, draft: PolicyDraft) -> Iterator[Slip]:
    yield from check_repeated(body.allow, (*path, "allow"))
    if body.category not in draft.known("categories"):
        advice = f"write `category:` with one of: {', '.join(sorted(draft.known('categories')))}"
        yield Slip((*path, "category"), "category_unknown", advice)
    category = next((each for each in draft.categories.values() if each.id == body.category), None)
    excluded = category.excluded if category else ()
    for place, field in enumerate(body.allow):
        if field in excluded:
            advice = f"delete `{field}`: the category `{body.category}` excludes it"
            yield Slip((*path, "allow", place), "field_excluded", advice)
