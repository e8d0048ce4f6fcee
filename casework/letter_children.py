"""The children of a letter that carries several: what its list says of each, by the consent of each one's own case."""

from casework.case_file import CaseFile
from casework.letter_circumstances import open_circumstances, separation_told
from casework.letter_identity import open_identity
from casework.letter_material import LetterMaterial
from casework.letter_search import list_sightings
from models.rules.disclosure import Field
from models.schemas.letters import ListedChild


def list_child(file: CaseFile, material: LetterMaterial, disclosed: frozenset[Field], language: str) -> ListedChild:
    """Return what a list in a language says of one child: nothing beyond `disclosed`."""
    return ListedChild(
        reference=file.reference,
        disclosed=disclosed,
        child=open_identity(file, disclosed).child,
        separation=separation_told(file, open_circumstances(file, disclosed), disclosed, language),
        last_seen=next(list_sightings(file, material, disclosed), None),
    )
