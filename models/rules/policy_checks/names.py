"""Names and texts: every entry has one name of its own, and whatever people read is there in their language."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from models.rules.policy_checks.draft import PolicyDraft, Slip, SlipPath

LANGUAGES = ("uk", "en", "ru", "fr")
"""The languages letters are written in."""
FOR_PEOPLE = ("uk", "en")
"""The languages of the office's own people, in which every letter can be read as well."""
_ID = re.compile(r"[a-z0-9][a-z0-9_]*(\.[a-z0-9_]+)*")
_WITH_IDS = ("clocks", "categories", "bodies", "kinds")
_WITH_NAMES = ("stages", "side_exits", "side_steps", *_WITH_IDS)


def check_names(draft: PolicyDraft) -> Iterator[Slip]:
    """Names used once and spelled as ids; `name` in both languages; a legal basis that says something."""
    for section in _WITH_NAMES:
        counts: Counter[str] = Counter()
        for place, name in draft.named.get(section, {}).items():
            counts[name] += 1
            if name and counts[name] > 1:
                yield Slip(
                    (section, place), "name_repeated", f"`{name}` stands here a second time; keep one of the two"
                )
    for section in _WITH_IDS:
        for place, entry in getattr(draft, section).items():
            yield from check_id(entry.id, (section, place, "id"))
    for section in _WITH_NAMES:
        for place, entry in getattr(draft, section).items():
            wanted = in_order((*FOR_PEOPLE, *getattr(entry, "languages", ())))
            yield from check_texts(entry.name, (section, place, "name"), wanted)
            yield from check_basis(getattr(entry, "legal_basis", "stands with each requirement"), (section, place))


def check_id(name: str, path: SlipPath) -> Iterator[Slip]:
    """Check that an id is spelled as ids are."""
    if not _ID.fullmatch(name):
        yield Slip(path, "id_misspelt", "write small Latin letters, digits and underscores, such as stage.located")


def check_basis(legal_basis: str, path: SlipPath) -> Iterator[Slip]:
    """Check that the legal basis is not blank."""
    if not legal_basis.strip():
        yield Slip(
            (*path, "legal_basis"),
            "legal_basis_missing",
            'name the law, treaty or source here, or write "Project\'s proposal"',
        )


def check_texts(texts: Mapping[str, str], path: SlipPath, wanted: Sequence[str] = FOR_PEOPLE) -> Iterator[Slip]:
    """Check that a text stands in every wanted language, on one line, and in no language that is not written here."""
    for language in wanted:
        if not texts.get(language, "").strip():
            yield Slip(path, "language_missing", f"add `{language}:` with the text in that language")
    for language, text in texts.items():
        if "\n" in text.strip():
            yield Slip((*path, language), "text_has_lines", "write the text on one line")
    yield from check_languages(texts, path)


def check_lines(lines: Mapping[str, Sequence[str]], path: SlipPath, wanted: Sequence[str]) -> Iterator[Slip]:
    """Check that the lines of an address stand in every wanted language."""
    for language in wanted:
        if not any(line.strip() for line in lines.get(language, ())):
            yield Slip(path, "language_missing", f"add `{language}:` with the lines of the address")
    yield from check_languages(lines, path)


def check_languages(languages: Iterable[str], path: SlipPath) -> Iterator[Slip]:
    """Check that letters are written in these languages."""
    for language in languages:
        if language not in LANGUAGES:
            advice = f"write one of: {', '.join(LANGUAGES)}; no letter is written in `{language}`"
            yield Slip((*path, language), "language_unknown", advice)


def in_order(languages: Iterable[str]) -> tuple[str, ...]:
    """Return each of the known languages that is among these, once, in the same order everywhere."""
    there = frozenset(languages)
    return tuple(language for language in LANGUAGES if language in there)


def check_body_ids(bodies: Sequence[str], path: SlipPath, draft: PolicyDraft) -> Iterator[Slip]:
    """Check that each of the bodies named is there."""
    for place, body in enumerate(bodies):
        if body not in draft.known("bodies"):
            advice = f"write the id of a body: {', '.join(sorted(draft.known('bodies')))}"
            yield Slip((*path, place), "body_unknown", advice)
