"""How the child was parted from the family, as far as one letter may say it."""

from casework.case_file import CaseFile
from models.rules.disclosure import Field
from models.rules.partial_dates import PartialDate
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


def separation_on(file: CaseFile, told: PartialDate | None) -> PartialDate | None:
    """Return the day of the separation as the case has it, else as it was told."""
    if file.case.separation_on is None:
        return told
    return PartialDate(file.case.separation_on, file.case.separation_precision or Precision.DAY)
