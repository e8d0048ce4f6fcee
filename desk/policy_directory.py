"""A body's entry in the directory, in lines that a person reads in a terminal."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

from desk.policy_words import basis_line, counting, in_language, listed, ordered
from models.rules.directory import DirectoryEntry, ReplyTerm, look_up
from models.rules.letter_policy import Body
from models.rules.policy import Policy


def body_lines(policy: Policy, language: str, *, today: date) -> Iterator[str]:
    """Each body: who it is, how it is reached today, what it may be told, who approves, what its silence leads to."""
    for body in policy.bodies:
        entry = look_up(policy, body.id, today)
        yield f"{body.id}: {in_language(body.name, language)}"
        yield from (f"  {each}: {name}" for each, name in body.name.items() if each != language)
        yield basis_line(body.legal_basis, body.verified)
        yield f"  {body.channel}, in {listed(body.languages)}; {_approval(body)}; {_consent(body)}"
        yield from _told(entry)
        yield from _address(entry, language)
        yield from (line for term in entry.reply_terms for line in _term(term, language))
        if not entry.reply_terms:
            yield "  reply term: none"
        yield from (f"  letter {kind.id}: {in_language(kind.name, language)}" for kind in entry.kinds)


def body_as_plain(policy: Policy, body: Body, *, today: date) -> dict[str, Any]:
    """Return the entry for programs: the body as it stands in its file, and what other files say about it."""
    entry = look_up(policy, body.id, today)
    return {
        **asdict(body),
        "excluded": entry.category.excluded if entry.category else (),
        "unmentioned_in": entry.category.unmentioned_in if entry.category else (),
        "address_today": asdict(entry.address) if entry.address else None,
        "reply_terms": [asdict(term) for term in entry.reply_terms],
        "kinds": [kind.id for kind in entry.kinds],
    }


def _told(entry: DirectoryEntry) -> Iterator[str]:
    yield f"  may be told: {listed(entry.body.allow)}"
    if entry.category:
        yield f"  never, as {entry.category.id}: {listed(entry.category.excluded)}"
        if entry.category.unmentioned_in:
            yield f"  never named in letters that are: {listed(entry.category.unmentioned_in)}"


def _address(entry: DirectoryEntry, language: str) -> Iterator[str]:
    if entry.body.through:
        through = entry.body.through
        yield f"  handed over by: {through.get(language) or next(iter(through.values()))}"
    if entry.address is None:
        yield "  address today: none; it stands in the case"
        return
    yield f"  address today, from {entry.address.valid_from}: {entry.address.mail or 'no mail address'}"
    yield from (f"    {each}: {' / '.join(lines)}" for each, lines in entry.address.lines.items())


def _term(term: ReplyTerm, language: str) -> Iterator[str]:
    yield f"  reply term {term.clock.id}: {counting(term.clock)}"
    yield f"  {basis_line(term.clock.legal_basis, term.clock.verified)}"
    if term.clock.cited:
        yield f"    may be cited: {in_language(term.clock.cited, language)}"
    rung = term.next_rung
    if rung is not None:
        yield f"    if it lapses, day {rung.place}: {rung.kind}, {listed(rung.tell)}"
        yield f"      {in_language(rung.says, language)}"
        yield from (f"      draft {ordered(order)}" for order in rung.drafts)


def _approval(body: Body) -> str:
    lawyer = ", one of them the legal officer" if body.approval.legal_officer else ""
    return f"approved by {body.approval.people}{lawyer}"


def _consent(body: Body) -> str:
    passes_on = ", and it passes letters on to the State" if body.passes_on_to_state else ""
    begun = "; begun by a person only" if body.by_person_only else ""
    return f"{'only with consent' if body.consent_required else 'without consent'}{passes_on}{begun}"
