"""The children of a letter that carries several: what its list says of each, by the consent of each one's own case."""

from casework.case_file import CaseFile
from casework.letter_circumstances import open_circumstances, separation_on
from casework.letter_identity import open_identity
from casework.letter_material import LetterMaterial
from casework.letter_search import list_sightings
from models.rules.disclosure import Field
from models.schemas.letters import ListedChild, Separation


def list_child(file: CaseFile, material: LetterMaterial, disclosed: frozenset[Field]) -> ListedChild:
    """Return what a list says of one child: nothing beyond `disclosed`."""
    separation = open_circumstances(file, disclosed).separation
    return ListedChild(
        reference=file.reference,
        disclosed=disclosed,
        child=open_identity(file, disclosed).child,
        separation=Separation(
            on=separation_on(file, separation.on) if Field.SEPARATION_ON in disclosed else None,
            place=separation.place if Field.SEPARATION_PLACE in disclosed else None,
        ),
        last_seen=next(list_sightings(file, material, disclosed), None),
    )
