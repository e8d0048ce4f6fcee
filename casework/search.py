"""Finding children by name: identities are opened into memory, compared and forgotten. No index is ever stored."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self

from sqlalchemy import select

from casework.office import Office
from integrations.sealing import ToOpen, read_model, sealed_place
from models.records import AliasRecord, Case
from models.rules.names import skeleton
from models.rules.same_child import Likeness, Traits, compare, traits
from models.schemas.sealed import AliasDetails, Identity
from models.statuses import CaseStatus

_AT_ONCE = 2_000
_FAMILY_BEGINS = 4


@dataclass(frozen=True, slots=True)
class Match:
    """A case whose child may be the one looked for."""

    reference: str
    likeness: Likeness


class KnownChildren:
    """The children of the whole caseload, in memory for one batch, so that second applications are noticed.

    Only those are compared that share a given name and the beginning of the family name, or a birth date and one of
    the two.
    """

    def __init__(self) -> None:
        self._by_key: defaultdict[tuple[object, object], list[tuple[str, Traits]]] = defaultdict(list)

    @classmethod
    def open(cls, office: Office) -> Self:
        """Open the identities of all cases that are not erased; one that does not open is passed by."""
        children = cls()
        for reference, identity in list_identities(office):
            children.add(reference, traits_of(identity))
        return children

    def add(self, reference: str, child: Traits) -> None:
        """Add a child."""
        self._keep((reference, child), _keys(child))

    def meet(self, reference: str, child: Traits) -> Match | None:
        """Add a child, and find the case as `find` does that was most likely opened for the same one before."""
        shared = list(_keys(child))
        match = self._find(child, shared)
        self._keep((reference, child), shared)
        return match

    def find(self, child: Traits) -> Match | None:
        """Find the case most likely of the same child, of equals the one opened first; None if there is none."""
        return self._find(child, list(_keys(child)))

    def _keep(self, known: tuple[str, Traits], keys: Iterable[tuple[object, object]]) -> None:
        for key in keys:
            self._by_key[key].append(known)

    def _find(self, child: Traits, shared: Iterable[tuple[object, object]]) -> Match | None:
        candidates = {reference: other for key in shared for reference, other in self._by_key.get(key, ())}
        return min(_matches(child, candidates.items()), key=_rank, default=None)


def find_same_child(office: Office, child: Traits) -> list[Match]:
    """Find every case whose child may be this one (`models.rules.same_child.traits`), the most likely first."""
    known = ((reference, traits_of(identity)) for reference, identity in list_identities(office))
    return sorted(_matches(child, known), key=_rank)


def find_cases(office: Office, words: str) -> list[str]:
    """Find the cases in whose child's names or aliases every word occurs, however it is spelt; their references."""
    sounds = [sound for word in words.split() if (sound := skeleton(word))]
    if not sounds:
        return []
    names = _names_by_case(office)
    return sorted(
        reference for reference, parts in names.items() if all(any(sound in part for part in parts) for sound in sounds)
    )


def traits_of(identity: Identity) -> Traits:
    """Return what tells a child apart."""
    child, mother = identity.child, identity.parents.mother
    return traits(
        family_name=child.family_name,
        given_name=child.given_name,
        patronymic=child.patronymic,
        mother_given_name=mother.given_name if mother else None,
        sex=child.sex,
        born=child.birth_on,
    )


def list_identities(office: Office) -> Iterator[tuple[str, Identity]]:
    """Yield the identity of every case that is not erased, opened in bulk; one that does not open is passed by."""
    sealed = select(Case.reference, Case.sealed_identity).where(
        Case.status != CaseStatus.ERASED, Case.sealed_identity.is_not(None)
    )
    with office.store.reading() as session:
        rows = session.execute(sealed.order_by(Case.id).execution_options(yield_per=_AT_ONCE))
        for part in rows.partitions():
            places = [(reference, sealed_place("cases", "sealed_identity", reference)) for reference, _ in part]
            values = [ToOpen(*place, value or b"") for place, (_, value) in zip(places, part, strict=True)]
            for (reference, place), opened in zip(places, office.sealer.open_each(values), strict=True):
                if isinstance(opened, bytes):
                    yield reference, read_model(place, Identity, opened)


def _names_by_case(office: Office) -> dict[str, list[str]]:
    names = {
        reference: [skeleton(part) for part in identity.child.full_name.split()]
        for reference, identity in list_identities(office)
    }
    for reference, alias in _list_aliases(office):
        names.setdefault(reference, []).extend(skeleton(part) for part in alias.full_name.split())
    return names


def _list_aliases(office: Office) -> Iterator[tuple[str, AliasDetails]]:
    sealed = (
        select(Case.reference, AliasRecord.id, AliasRecord.sealed_details)
        .join(AliasRecord, AliasRecord.case_id == Case.id)
        .where(Case.status != CaseStatus.ERASED)
    )
    with office.store.reading() as session:
        rows = session.execute(sealed).all()
    places = [sealed_place("aliases", "sealed_details", row.id) for row in rows]
    values = [ToOpen(row.reference, place, row.sealed_details) for row, place in zip(rows, places, strict=True)]
    for row, place, opened in zip(rows, places, office.sealer.open_each(values), strict=True):
        if isinstance(opened, bytes):
            yield row.reference, read_model(place, AliasDetails, opened)


def _keys(child: Traits) -> Iterator[tuple[object, object]]:
    """Yield what children have in common who are compared at all."""
    begins = child.family[:_FAMILY_BEGINS]
    for name in child.given_meant:
        if begins:
            yield begins, name
        if child.born_on is not None:
            yield child.born_on, name
    if begins and child.born_on is not None:
        yield begins, child.born_on


def _matches(child: Traits, others: Iterable[tuple[str, Traits]]) -> Iterator[Match]:
    for reference, other in others:
        likeness = compare(child, other)
        if likeness is not Likeness.NONE:
            yield Match(reference, likeness)


def _rank(match: Match) -> tuple[bool, str]:
    return match.likeness is not Likeness.PROBABLE, match.reference
