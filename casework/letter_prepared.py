"""Letters made ahead of their approval, and whether such bytes are still what making the letter now would come to."""

import hashlib
from collections.abc import Sequence

from casework.case_file import CaseFile
from casework.letter_consents import find_obstacle
from casework.letter_material import list_siblings_of
from models.records import Case, LetterRecord
from models.rules.disclosure import Field

_TO_31_BITS = 1


def still_holds(file: CaseFile, letter: LetterRecord) -> bool:
    """Whether a prepared letter is what making it now would come to, all that it rests on looked at once more."""
    siblings = list_siblings_of(file.session, file.case)
    return is_prepared(file, letter, siblings) and find_obstacle(file, letter) is None


def is_prepared(file: CaseFile, letter: LetterRecord, siblings: Sequence[Case]) -> bool:
    """Whether a letter's bytes were prepared and still hold; `siblings` are the child's that stand.

    They hold for the day they are dated, under the policy and the template they were made by, for as long as nothing
    has been journalled about the child or a sibling. An approval makes them the letter's own: then they are approved,
    not prepared.
    """
    if letter.prepared_seq is None or letter.dated_on != file.today:
        return False
    made_by = (letter.policy_version, letter.template_hash)
    if made_by != (file.office.policy.version, file.office.templates.template_hash(letter.kind, letter.language)):
        return False
    return letter.prepared_seq == mark_of(file.case, siblings)


def mark_of(case: Case, siblings: Sequence[Case]) -> int:
    """Return a number that changes with whatever is journalled about a child or a standing sibling.

    It is the length of the case's journal; with siblings it stands for the lengths of all their journals, and for who
    they are: a sibling whose case is erased must not be named from bytes made before.
    """
    if not siblings:
        return case.journal_seq
    lengths = " ".join(f"{each.id}:{each.journal_seq}" for each in (case, *siblings))
    return int.from_bytes(hashlib.sha256(lengths.encode()).digest()[:4], "big") >> _TO_31_BITS


def can_be_prepared(file: CaseFile, letter: LetterRecord) -> bool:
    """Whether a letter rests on its own child's case alone: on no other child's, and on no count of the caseload."""
    fields = file.office.templates.fields_named(letter.kind, letter.language)
    return letter.children == 1 and Field.CASELOAD not in fields
