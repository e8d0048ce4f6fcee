"""Are two identities perhaps one child? A hint for a person who looks; nothing is ever merged by it.

Names are compared as they sound in Ukrainian and Russian (`models.rules.names`). A diminutive (Ліза) matches weakly and
never makes a match probable. A birth date alone never rejects, for new papers carry new dates. The decision table, in
which birth, patronymic, mother's given name and sex can agree, differ or be unknown:

    names                                          and                                          verdict
    family and given the same or nearly            birth agrees, nothing differs                probable
    family and given the same or nearly            at most one differs                          possible
    family the same or nearly, given a diminutive  at most one differs                          possible
    given the same, family differs                 born on the same day, patronymic or mother   possible
                                                   agrees
    one of the two names the same, other unknown   birth agrees, patronymic or mother agrees,   possible
                                                   nothing differs
    anything else                                                                               none
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum, StrEnum

from rapidfuzz.fuzz import ratio

from models.rules.names import full_names, is_common, names_meant, skeleton
from models.rules.partial_dates import PartialDate
from models.statuses import Precision

_NEARLY = 85
_PATRONYMIC_AGREES, _PATRONYMIC_DIFFERS = 80, 60


class Likeness(StrEnum):
    """The verdict, best first."""

    PROBABLE = "probable"
    POSSIBLE = "possible"
    NONE = "none"


class _Answer(Enum):
    AGREES = "agrees"
    WEAKLY = "weakly"
    DIFFERS = "differs"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, repr=False)
class Traits:
    """What tells one child from another, as far as it is known; names as skeletons. Made by `traits`."""

    family: str
    given: str
    given_full: frozenset[str]
    given_meant: frozenset[str]
    given_is_common: bool
    patronymic: str
    mother_given: frozenset[str]
    sex: str | None
    born: PartialDate | None

    @property
    def born_on(self) -> date | None:
        """The birth date, if it is known to the day."""
        return self.born.earliest if self.born is not None and self.born.precision is Precision.DAY else None


def traits(  # noqa: PLR0913 - each is one thing by which a child is known
    *,
    family_name: str | None = None,
    given_name: str | None = None,
    patronymic: str | None = None,
    mother_given_name: str | None = None,
    sex: str | None = None,
    born: PartialDate | None = None,
) -> Traits:
    """Return what tells a child apart, from names as they are written."""
    given = given_name or ""
    return Traits(
        family=skeleton(family_name or ""),
        given=skeleton(given),
        given_full=full_names(given),
        given_meant=names_meant(given),
        given_is_common=is_common(given),
        patronymic=skeleton(patronymic or ""),
        mother_given=names_meant(mother_given_name or ""),
        sex=sex,
        born=born,
    )


def compare(one: Traits, other: Traits) -> Likeness:
    """Compare two children by the decision table above."""
    given, family = _given(one, other), _family(one, other)
    if given is _Answer.DIFFERS or (family is _Answer.DIFFERS and given is not _Answer.AGREES):
        return Likeness.NONE
    birth, kin = _birth(one, other), (_patronymic(one, other), _mother(one, other))
    differing = [birth, *kin, _sex(one, other)].count(_Answer.DIFFERS)
    if _Answer.UNKNOWN in {given, family}:
        supported = birth is _Answer.AGREES and _Answer.AGREES in kin and not differing
        one_name_is_same = {given, family} != {_Answer.UNKNOWN}
        return Likeness.POSSIBLE if supported and one_name_is_same else Likeness.NONE
    if family is _Answer.DIFFERS:
        same_day = one.born_on is not None and one.born_on == other.born_on
        return Likeness.POSSIBLE if same_day and _Answer.AGREES in kin else Likeness.NONE
    if given is _Answer.AGREES and birth is _Answer.AGREES and not differing:
        return Likeness.PROBABLE
    return Likeness.POSSIBLE if differing <= 1 else Likeness.NONE


def _given(one: Traits, other: Traits) -> _Answer:
    if not one.given or not other.given:
        return _Answer.UNKNOWN
    if one.given_full & other.given_full:
        return _Answer.AGREES
    if one.given_meant & other.given_meant:
        return _Answer.WEAKLY
    both_common = one.given_is_common and other.given_is_common
    return _Answer.AGREES if not both_common and ratio(one.given, other.given) >= _NEARLY else _Answer.DIFFERS


def _family(one: Traits, other: Traits) -> _Answer:
    if not one.family or not other.family:
        return _Answer.UNKNOWN
    return _Answer.AGREES if ratio(one.family, other.family) >= _NEARLY else _Answer.DIFFERS


def _birth(one: Traits, other: Traits) -> _Answer:
    if one.born is None or other.born is None:
        return _Answer.UNKNOWN
    overlap = one.born.earliest <= other.born.latest and other.born.earliest <= one.born.latest
    return _Answer.AGREES if overlap else _Answer.DIFFERS


def _patronymic(one: Traits, other: Traits) -> _Answer:
    """Петрівна and Петровна agree; what lies between the two limits says nothing."""
    if not one.patronymic or not other.patronymic:
        return _Answer.UNKNOWN
    likeness = ratio(one.patronymic, other.patronymic)
    if likeness >= _PATRONYMIC_AGREES:
        return _Answer.AGREES
    return _Answer.DIFFERS if likeness < _PATRONYMIC_DIFFERS else _Answer.UNKNOWN


def _mother(one: Traits, other: Traits) -> _Answer:
    return _of_two(one.mother_given, other.mother_given)


def _sex(one: Traits, other: Traits) -> _Answer:
    return _of_two({one.sex} - {None}, {other.sex} - {None})


def _of_two(one: Iterable[object], other: Iterable[object]) -> _Answer:
    first, second = frozenset(one), frozenset(other)
    if not first or not second:
        return _Answer.UNKNOWN
    return _Answer.AGREES if first & second else _Answer.DIFFERS
