"""Bodies and letter kinds: each has the other, an address in its languages, and tells no more than it may."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from models.rules.policy import Body, DatedAddress, LetterKind
from models.rules.policy_checks.draft import PolicyDraft, Slip, SlipPath
from models.rules.policy_checks.names import LANGUAGES, check_body_ids, check_texts
from models.statuses import Channel, Purpose

_ASKING = frozenset({Purpose.SEARCH, Purpose.RETURN, Purpose.PUBLICITY})


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
        if whole and not any(body.id in kind.bodies for kind in draft.kinds.values()):
            advice = f"add a letter kind with `bodies: [{body.id}]` below `kinds:` here, or delete this body"
            yield Slip(path, "body_without_kind", advice)


def check_kinds(draft: PolicyDraft) -> Iterator[Slip]:
    """Check every letter kind: its body, its purposes and its subject."""
    for place, kind in draft.kinds.items():
        path = ("kinds", place)
        yield from check_texts(kind.subject, (*path, "subject"))
        if not kind.purposes:
            yield Slip((*path, "purposes"), "nothing_named", "name at least one purpose")
        if not kind.bodies:
            yield Slip((*path, "bodies"), "nothing_named", "name at least one body that such letters go to")
        yield from check_body_ids(kind.bodies, (*path, "bodies"), draft)
        for body in draft.bodies.values():
            if body.id in kind.bodies:
                yield from _check_consent(kind, body, path)


def _check_consent(kind: LetterKind, body: Body, path: SlipPath) -> Iterator[Slip]:
    asking = [purpose for purpose in kind.purposes if purpose in _ASKING]
    if asking and not body.consent_required:
        advice = f"write `consent_required: true` for `{body.id}`, or delete the purposes {', '.join(asking)}"
        yield Slip((*path, "purposes"), "purpose_without_consent", advice)


def _check_languages(body: Body, path: SlipPath) -> Iterator[Slip]:
    if not body.languages:
        yield Slip((*path, "languages"), "nothing_named", "name at least one language: uk or en")
    for place, language in enumerate(body.languages):
        if language not in LANGUAGES:
            yield Slip((*path, "languages", place), "language_unknown", f"write {' or '.join(LANGUAGES)}")
    yield from check_texts(body.salutation, (*path, "salutation"), body.languages)


def _check_addresses(body: Body, path: SlipPath) -> Iterator[Slip]:
    # Who is written to without a consent is the family itself: its address stands in its case.
    if body.consent_required and not body.addresses:
        yield Slip((*path, "addresses"), "address_missing", "add an address with `valid_from:`, `mail:` and `lines:`")
    days: list[date] = []
    for place, address in enumerate(body.addresses):
        here = (*path, "addresses", place)
        yield from _check_address(body, address, here)
        valid_from = _day(address.valid_from)
        if valid_from is None:
            yield Slip((*here, "valid_from"), "date_wrong", 'write a day like "2026-01-31"')
        elif days and valid_from <= days[-1]:
            yield Slip((*here, "valid_from"), "addresses_out_of_order", f"write a day after {days[-1]}")
        days += [valid_from] if valid_from else []


def _check_address(body: Body, address: DatedAddress, path: SlipPath) -> Iterator[Slip]:
    if body.channel is Channel.MAIL and not address.mail:
        yield Slip(path, "address_missing", "add `mail:`, or write `channel: by_hand` for this body")
    for language in body.languages:
        if not any(line.strip() for line in address.lines.get(language, ())):
            yield Slip((*path, "lines"), "language_missing", f"add `{language}:` with the lines of the address")
    for language in address.lines:
        if language not in body.languages:
            advice = f"delete `{language}`, or add it to this body's languages"
            yield Slip((*path, "lines", language), "language_unknown", advice)


def _check_allow_list(body: Body, path: SlipPath, draft: PolicyDraft) -> Iterator[Slip]:
    for field, count in Counter(body.allow).items():
        if count > 1:
            yield Slip((*path, "allow"), "word_repeated", f"keep one `{field}` in this list")
    if body.category not in draft.known("categories"):
        advice = f"write `category:` with one of: {', '.join(sorted(draft.known('categories')))}"
        yield Slip((*path, "category"), "category_unknown", advice)
    category = next((each for each in draft.categories.values() if each.id == body.category), None)
    excluded = category.excluded if category else ()
    for place, field in enumerate(body.allow):
        if field in excluded:
            advice = f"delete `{field}`: the category `{body.category}` excludes it"
            yield Slip((*path, "allow", place), "field_excluded", advice)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
