"""Who the child is, as far as one letter may say it: identity, parents, claimed identities, siblings."""

from collections.abc import Iterator

from casework.case_file import CaseFile
from casework.letter_consents import consent_scope, standing_consents
from casework.letter_material import LetterMaterial, SiblingMaterial
from integrations.sealing import sealed_place
from models.records import Case
from models.rules.disclosure import Field
from models.rules.letter_policy import Body
from models.schemas.letters import Alias, Child, Parents, Sibling
from models.schemas.sealed import AliasDetails, Identity
from models.statuses import Purpose

_CHILD = {field: field.value.partition(".")[2] for field in Field if field.value.startswith("child.")}
_PARENTS = frozenset({Field.PARENTS_MOTHER, Field.PARENTS_FATHER})
# A sibling is named with these; whoever withholds one of them for that sibling keeps the sibling out.
_SIBLING_NAMED_BY = frozenset({Field.CHILD_FAMILY_NAME, Field.CHILD_GIVEN_NAME, Field.CHILD_BIRTH_ON, Field.SIBLINGS})


def open_identity(file: CaseFile, disclosed: frozenset[Field]) -> Identity:
    """Open the child's identity and keep the disclosed fields of it."""
    if file.case.sealed_identity is None or not disclosed & (_CHILD.keys() | _PARENTS):
        return Identity()
    whole = _open(file, file.case)
    child = {name: getattr(whole.child, name) for field, name in _CHILD.items() if field in disclosed}
    mother = whole.parents.mother if Field.PARENTS_MOTHER in disclosed else None
    father = whole.parents.father if Field.PARENTS_FATHER in disclosed else None
    return Identity(child=Child.model_validate(child), parents=Parents(mother=mother, father=father))


def list_aliases(file: CaseFile, material: LetterMaterial, disclosed: frozenset[Field]) -> Iterator[Alias]:
    """Yield the identities claimed for the child, in the order in which they were recorded."""
    if Field.ALIASES not in disclosed:
        return
    for record in material.aliases:
        details = file.open("aliases", "sealed_details", record.id, AliasDetails, record.sealed_details)
        yield Alias(
            full_name=details.full_name,
            birth_on=details.birth_on,
            citizenship=details.citizenship,
        )


def list_siblings(
    file: CaseFile, material: LetterMaterial, disclosed: frozenset[Field], body: Body, purpose: Purpose
) -> Iterator[Sibling]:
    """Yield the siblings in the same group, each only if the consent in its own case lets it be named as well."""
    if Field.SIBLINGS not in disclosed:
        return
    for sibling in material.siblings:
        name = _open(file, sibling.case).child if _may_be_named(file, sibling, body, purpose) else Child()
        if name.full_name:
            yield Sibling(full_name=name.full_name, birth_on=name.birth_on)


def _may_be_named(file: CaseFile, sibling: SiblingMaterial, body: Body, purpose: Purpose) -> bool:
    standing = standing_consents(sibling.case, sibling.consents, body, purpose, file.today)
    scope = consent_scope(standing)
    return scope is not None and not scope.withheld & _SIBLING_NAMED_BY


def _open(file: CaseFile, case: Case) -> Identity:
    place = sealed_place("cases", "sealed_identity", case.reference)
    return file.office.sealer.open_model(case.reference, place, Identity, case.sealed_identity or b"")
