"""Which items of the card that Additional Protocol I, Art. 78(3), prescribes are known on our side."""

from models.rules.disclosure import Field
from models.schemas.letters import Card

_KNOWN_BY = {
    "surnames": {Field.CHILD_FAMILY_NAME},
    "first_names": {Field.CHILD_GIVEN_NAME},
    "sex": {Field.CHILD_SEX},
    "birth": {Field.CHILD_BIRTH_ON, Field.CHILD_BIRTH_PLACE},
    "father": {Field.PARENTS_FATHER},
    "mother": {Field.PARENTS_MOTHER},
    "next_of_kin": {Field.REQUESTER_NAME},
    "nationality": {Field.CHILD_CITIZENSHIP},
    "languages": {Field.CHILD_LANGUAGES},
    "family_address": {Field.REQUESTER_ADDRESS, Field.CHILD_REGISTERED_ADDRESS},
    "identification_number": {Field.CHILD_IDENTITY_DOCUMENT},
    "health": {Field.CHILD_HEALTH},
    "distinguishing_features": {Field.CHILD_DISTINGUISHING_MARKS},
    "present_address": {Field.SIGHTING_PLACE},
}
_WHEREABOUTS = frozenset({Field.SIGHTING_PLACE})


def card_of(known: frozenset[Field], disclosed: frozenset[Field]) -> Card:
    """Return which items are known. That a whereabouts is known is itself told only where the whereabouts may be."""
    telling = known - (_WHEREABOUTS - disclosed)
    return Card.model_validate({item: not fields.isdisjoint(telling) for item, fields in _KNOWN_BY.items()})
