"""What is sealed: one model for each group of personal values. Neither repr nor errors show a value."""

from datetime import date

from models.rules.partial_dates import PartialDate
from models.schemas.letters import Child, CountryCode, Line, Parents, Prose, Separation, SilentModel


class Identity(SilentModel):
    """Who the child is: the original identity, never changed by a claimed one."""

    child: Child = Child()
    parents: Parents = Parents()


class Circumstances(SilentModel):
    """How the child was parted from the family, and what was said about it.

    `country` is where that was; `last_known_place` and `last_contact_on` say where and when the child was last known.
    """

    separation: Separation = Separation()
    country: CountryCode | None = None
    last_known_place: Line | None = None
    last_contact_on: PartialDate | None = None
    persons_believed_responsible: Prose | None = None
    age_reported: int | None = None
    age_reported_on: date | None = None
    notes: Prose | None = None


class RelativeDetails(SilentModel):
    """Name and contacts of a relative or requester."""

    name: Line | None = None
    phone: Line | None = None
    address: Line | None = None
    email: Line | None = None
    identity_confidential: bool = False


class SightingDetails(SilentModel):
    """Where, according to whom."""

    place: Line
    source: Line
    note: Prose | None = None


class AliasDetails(SilentModel):
    """An identity somebody claims the child has."""

    full_name: Line
    birth_on: PartialDate | None = None
    citizenship: CountryCode | None = None
    note: Prose | None = None


class ReportNumber(SilentModel):
    """The number under which an office has the disappearance on record."""

    number: Line
    reported_on: date | None = None


class EvidenceDetails(SilentModel):
    """A piece of evidence: its SHA-256 (hex) at intake, its title, and where the untouched original is kept."""

    sha256: str
    title: Line
    kept_at: Line
    size_bytes: int


class StaffContact(SilentModel):
    """A member of staff's name and mail address."""

    name: Line
    mail: Line


class Recipient(SilentModel):
    """Where a letter goes: a mail address, and the lines of its address block.

    `annexes` are the fingerprints of the documents that go with it, in their order: those approved, and no others.
    """

    mail: Line | None = None
    lines: tuple[Line, ...] = ()
    annexes: tuple[str, ...] = ()


class FreeText(SilentModel):
    """Words a person wrote: a reason, a reply's text."""

    text: Prose


class ReplyWords(SilentModel):
    """What a body replied, and the number it gave its reply or the case."""

    text: Prose | None = None
    their_reference: Line | None = None


class AnnexDetails(SilentModel):
    """A document that goes out with a letter: its title names no person, its media type says how to attach it.

    `sha256` (hex) is of the bytes as they go out.
    """

    title: Line
    media_type: Line
    sha256: str
    size_bytes: int
