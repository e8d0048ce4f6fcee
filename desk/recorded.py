"""What is on record about a case as people read it, and the short ids by which they name a part of it."""

from collections.abc import Iterable, Iterator
from typing import Any

from casework.on_record import OnRecord
from casework.opened_identity import Opened
from desk.printing import print_table, say
from desk.sitting import Sitting
from models.errors import InvalidInput

_SHORT = 8
_SHORTEST = 4


def full_id(known: Iterable[str], typed: str) -> str:
    """Return the id that begins as typed; what fits none is left as it is, for the use case to refuse.

    Raises InvalidInput `id_ambiguous` or `id_too_short`.
    """
    begun = typed.strip().lower()
    if len(begun) < _SHORTEST:
        raise InvalidInput("id_too_short", f"give at least its first {_SHORTEST} characters")
    found = [each for each in known if each.startswith(begun)]
    if len(found) > 1:
        raise InvalidInput("id_ambiguous", "give more of its characters", fitting=len(found))
    return found[0] if found else begun


def print_on_record(at: Sitting, record: OnRecord) -> None:
    """Print sightings, consents and evidence with their ids; nothing where there is nothing."""
    if record.sightings:
        say()
        print_table(
            [*(at.say(word) for word in ("sighting", "seen", "stated", "where", "grade")), ""],
            [
                [
                    each.id[:_SHORT],
                    each.seen_on,
                    each.stated_on,
                    f"{each.country}, {each.territory}",
                    f"{each.source_kind} {each.source_grade}{each.information_grade}",
                    at.say("withdrawn") if each.withdrawn else None,
                ]
                for each in record.sightings
            ],
        )
    if record.consents:
        say()
        print_table(
            [at.say(word) for word in ("consent", "body", "purpose", "given", "withdrawn", "withheld")],
            [
                [each.id[:_SHORT], each.body, each.purpose, each.given_on, each.withdrawn_on, each.withheld]
                for each in record.consents
            ],
        )
    if record.evidence:
        say()
        print_table(
            [at.say(word) for word in ("evidence", "kind", "added")],
            [[each.id[:_SHORT], each.kind, each.added_at.date()] for each in record.evidence],
        )


def print_opened(at: Sitting, opened: Opened) -> None:
    """Print who the child is, who asks, and where it was seen, in words."""
    say()
    print_table(["", ""], list(_opened_rows(at, opened)))


def opened_plainly(opened: Opened) -> dict[str, Any]:
    """Return what was opened as plain values."""
    return {
        "identity": opened.identity.model_dump(mode="json"),
        "circumstances": opened.circumstances.model_dump(mode="json"),
        "relatives": [each.model_dump(mode="json") for each in opened.relatives],
        "sightings": {sighting: each.model_dump(mode="json") for sighting, each in opened.sightings.items()},
        "aliases": {alias: each.model_dump(mode="json") for alias, each in opened.aliases.items()},
    }


def _opened_rows(at: Sitting, opened: Opened) -> Iterator[tuple[str, str]]:
    child = opened.identity.child
    yield at.say("child"), child.full_name
    if child.birth_on is not None:
        yield at.say("born"), child.birth_on.iso()
    for alias, details in opened.aliases.items():
        yield at.say("alias", id=alias[:_SHORT]), details.full_name
    for relative in opened.relatives:
        yield at.say("relative"), ", ".join(filter(None, (relative.name, relative.phone, relative.email)))
    for sighting, seen in opened.sightings.items():
        yield at.say("sighting_of", id=sighting[:_SHORT]), f"{seen.place} ({seen.source})"
