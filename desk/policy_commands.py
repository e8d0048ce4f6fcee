"""`dodomu policy`: check the policy's files, and show what they say."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from desk.policy_words import (
    body_lines,
    category_lines,
    clock_lines,
    exit_lines,
    kind_lines,
    office_lines,
    stage_lines,
    step_lines,
)
from integrations.policy_files import Mistake, find_policy_mistakes, load_policy
from integrations.settings import Settings, load_settings
from models.rules.policy import Policy

_MISTAKES_FOUND = 2

policy_app = typer.Typer(no_args_is_help=True, help="What the lawyer edits: stages, clocks, bodies, letters.")

FolderOption = Annotated[Path | None, typer.Option(help="The policy's folder, if not the office's own.")]
JsonOption = Annotated[bool, typer.Option("--json", help="For programs.")]


class PolicySection(StrEnum):
    """What can be shown."""

    OFFICE = "office"
    STAGES = "stages"
    SIDE_EXITS = "side_exits"
    SIDE_STEPS = "side_steps"
    CLOCKS = "clocks"
    CATEGORIES = "categories"
    BODIES = "bodies"
    KINDS = "kinds"


_LINES: Mapping[PolicySection, Callable[[Policy, str], Iterator[str]]] = {
    PolicySection.OFFICE: office_lines,
    PolicySection.STAGES: stage_lines,
    PolicySection.SIDE_EXITS: exit_lines,
    PolicySection.SIDE_STEPS: step_lines,
    PolicySection.CLOCKS: clock_lines,
    PolicySection.CATEGORIES: category_lines,
    PolicySection.BODIES: body_lines,
    PolicySection.KINDS: kind_lines,
}


@policy_app.command()
def check(folder: FolderOption = None, as_json: JsonOption = False) -> None:
    """Find every mistake of the policy's files, with file and line. Exit code 2 if there is any."""
    settings = load_settings()
    where = folder or settings.policy_folder
    mistakes = find_policy_mistakes(where, settings.templates_folder)
    unverified = 0 if mistakes else _count_unverified(_load(folder, settings))
    if as_json:
        typer.echo(json.dumps({"mistakes": [asdict(each) for each in mistakes], "unverified": unverified}))
    else:
        _tell(mistakes, unverified)
    if mistakes:
        raise typer.Exit(_MISTAKES_FOUND)


@policy_app.command()
def show(
    section: Annotated[PolicySection | None, typer.Argument(help="One part only.")] = None,
    folder: FolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what the policy says, part by part."""
    settings = load_settings()
    policy = _load(folder, settings)
    sections = [section] if section else list(PolicySection)
    if as_json:
        shown = {each.value: _as_plain(policy, each) for each in sections}
        typer.echo(json.dumps({"version": policy.version, **shown}, default=str, ensure_ascii=False))
        return
    typer.echo(f"policy {policy.version}")
    for each in sections:
        typer.echo(f"\n# {each}")
        for line in _LINES[each](policy, settings.language):
            typer.echo(line)


def _load(folder: Path | None, settings: Settings) -> Policy:
    return load_policy(folder or settings.policy_folder, settings.templates_folder)


def _tell(mistakes: list[Mistake], unverified: int) -> None:
    for mistake in mistakes:
        typer.echo(str(mistake))
    if mistakes:
        typer.echo(f"{len(mistakes)} mistake{'s' if len(mistakes) > 1 else ''}. Nothing was changed.")
    else:
        typer.echo(f"No mistakes. Entries that wait for a lawyer's `verified: true`: {unverified}.")


def _count_unverified(policy: Policy) -> int:
    signed_off = [
        *(requirement.verified for rule in policy.stages for requirement in rule.gate),
        *(clock.verified for clock in policy.clocks),
        *(body.verified for body in policy.bodies),
        *(category.verified for category in policy.categories),
        *(way.verified for way in policy.side_exits),
        *(step.verified for step in policy.side_steps),
    ]
    return signed_off.count(False)


def _as_plain(policy: Policy, section: PolicySection) -> object:
    if section is PolicySection.OFFICE:
        return asdict(policy.office_day)
    return [asdict(entry) for entry in getattr(policy, section.value)]
