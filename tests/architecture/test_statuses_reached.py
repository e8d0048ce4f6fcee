"""Every status, grade and kind can be reached: by the engine, by the policy, or by a person who enters it."""

import ast
from enum import StrEnum

import pytest

from models import statuses
from tests.architecture.the_house import PACKAGES, ROOT, list_files, list_sources, name_of, tree_of

ENUMS = [each for each in vars(statuses).values() if isinstance(each, type) and issubclass(each, StrEnum)][1:]

ENTERED = frozenset(
    {
        *(statuses.Basis, statuses.Territory, statuses.SourceKind, statuses.SourceGrade),
        *(statuses.InformationGrade, statuses.Purpose, statuses.ReportOffice, statuses.ChecklistItem),
        *(statuses.ReplyKind, statuses.Role, statuses.Precision),
    }
)
"""What a person says about the world. The whole kind is offered to them, so every member can come in."""


def named_in_code() -> set[str]:
    """Every `Kind.MEMBER` that stands in the packages, outside the enums' own file."""
    found = set()
    for path in list_sources(*PACKAGES):
        if name_of(path) == "models/statuses.py":
            continue
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                found.add(f"{node.value.id}.{node.attr}")
    return found


def written_in_policy() -> set[str]:
    """Every word of the policy's files."""
    files = [path for path in list_files(".yaml") if path.parent == ROOT / "policy"]
    return {word.strip(",[]{}\"'") for path in files for word in path.read_text(encoding="utf-8").split()}


def offered_at_the_desk() -> set[str]:
    """Every name that the desk's commands or the intake's fields use as a type or a table of choices."""
    sources = [*list_sources("desk"), *list_sources("casework"), ROOT / "models" / "schemas" / "intake.py"]
    return {node.id for path in sources for node in ast.walk(tree_of(path)) if isinstance(node, ast.Name)}


@pytest.mark.parametrize("kind", ENUMS, ids=lambda kind: kind.__name__)
def test_every_member_is_reached(kind: type[StrEnum]) -> None:
    if kind in ENTERED:
        assert kind.__name__ in offered_at_the_desk()
        return
    named, policy = named_in_code(), written_in_policy()
    unreached = [
        member.name for member in kind if f"{kind.__name__}.{member.name}" not in named and member.value not in policy
    ]
    assert unreached == []


def test_a_status_nobody_sets_would_be_found() -> None:
    assert "CaseStatus.FORGOTTEN" not in named_in_code()
    assert "forgotten" not in written_in_policy()
    assert len(ENUMS) > 20
