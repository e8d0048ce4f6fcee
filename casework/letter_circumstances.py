"""How the child was parted from the family, as far as one letter may say it."""

from functools import cache
from pathlib import Path

from casework.case_file import CaseFile
from integrations.letter_words import LetterWords
from models.rules.disclosure import Field
from models.rules.partial_dates import PartialDate
from models.schemas.letters import Separation
from models.schemas.sealed import Circumstances
from models.statuses import Precision

_TOLD = frozenset(
    {
        Field.SEPARATION_ON,
        Field.SEPARATION_PLACE,
        Field.SEPARATION_CIRCUMSTANCES,
        Field.SEPARATION_LAST_CONTACT,
        Field.PERSONS_BELIEVED_RESPONSIBLE,
    }
)


def open_circumstances(file: CaseFile, disclosed: frozenset[Field]) -> Circumstances:
    """Open the circumstances, if anything of them is to be disclosed; whoever asks takes only that."""
    sealed = file.case.sealed_circumstances
    if sealed is None or not disclosed & _TOLD:
        return Circumstances()
    return file.open("cases", "sealed_circumstances", file.reference, Circumstances, sealed)


def separation_told(
    file: CaseFile, circumstances: Circumstances, disclosed: frozenset[Field], language: str
) -> Separation:
    """Return what a letter in a language says of the separation: nothing beyond `disclosed`."""
    told = circumstances.separation
    contact = _last_contact(file, circumstances, language) if Field.SEPARATION_LAST_CONTACT in disclosed else None
    return Separation(
        on=_separation_on(file, told.on) if Field.SEPARATION_ON in disclosed else None,
        place=told.place if Field.SEPARATION_PLACE in disclosed else None,
        circumstances=told.circumstances if Field.SEPARATION_CIRCUMSTANCES in disclosed else None,
        last_contact=contact,
    )


def _separation_on(file: CaseFile, told: PartialDate | None) -> PartialDate | None:
    """Return the day of the separation as the case has it, else as it was told."""
    if file.case.separation_on is None:
        return told
    return PartialDate(file.case.separation_on, file.case.separation_precision or Precision.DAY)


def _last_contact(file: CaseFile, circumstances: Circumstances, language: str) -> str | None:
    """Return what was said of the last contact; where only its day is known, the day in the letter's language."""
    told, on = circumstances.separation.last_contact, circumstances.last_contact_on
    if told is not None or on is None:
        return told
    return _words(language, file.office.settings.templates_folder).day(on)


@cache
def _words(language: str, templates: Path) -> LetterWords:
    return LetterWords(language, templates / "letters" / "_words")
