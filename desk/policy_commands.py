"""`dodomu policy`: check the policy's files, and show what they say."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, replace
from datetime import date
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from desk.policy_directory import body_as_plain, body_lines
from desk.policy_words import (
    category_lines,
    clock_lines,
    exit_lines,
    kind_lines,
    letterhead_lines,
    office_lines,
    stage_lines,
    step_lines,
)
from integrations.clock import SystemClock
from integrations.policy_files import Mistake, find_policy_mistakes, load_policy
from integrations.settings import Settings, load_settings
from models.errors import NotFound
from models.rules.policy import Policy
from models.schemas.policy import NAME_KEYS

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
    LETTERHEADS = "letterheads"
    BODIES = "bodies"
    KINDS = "kinds"


_LINES: Mapping[PolicySection, Callable[[Policy, str], Iterator[str]]] = {
    PolicySection.OFFICE: office_lines,
    PolicySection.STAGES: stage_lines,
    PolicySection.SIDE_EXITS: exit_lines,
    PolicySection.SIDE_STEPS: step_lines,
    PolicySection.CLOCKS: clock_lines,
    PolicySection.CATEGORIES: category_lines,
    PolicySection.LETTERHEADS: letterhead_lines,
    PolicySection.KINDS: kind_lines,
}


def _section(typed: str) -> PolicySection:
    """Read a part's name, of one entry or of many: `body` as well as `bodies`."""
    for section in PolicySection:
        if typed in {section.value, section.value.removesuffix("s"), section.value.removesuffix("ies") + "y"}:
            return section
    message = f"choose one of: {', '.join(PolicySection)}"
    raise typer.BadParameter(message)


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
    section: Annotated[
        PolicySection | None,
        typer.Argument(parser=_section, metavar="[PART]", help=f"One part only: {', '.join(PolicySection)}."),
    ] = None,
    entry: Annotated[str | None, typer.Argument(metavar="[ID]", help="One entry of that part only.")] = None,
    folder: FolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what the policy says, part by part; `policy show body wgeid` is one office as the directory has it."""
    settings = load_settings()
    policy = _load(folder, settings)
    if section is not None and entry is not None:
        policy = _narrowed(policy, section, entry)
    sections = [section] if section else list(PolicySection)
    today = SystemClock().now().astimezone(settings.zone).date()
    if as_json:
        shown = {each.value: _as_plain(policy, each, today) for each in sections}
        typer.echo(json.dumps({"version": policy.version, **shown}, default=str, ensure_ascii=False))
        return
    typer.echo(f"policy {policy.version}")
    for each in sections:
        typer.echo(f"\n# {each}")
        lines = partial(body_lines, today=today) if each is PolicySection.BODIES else _LINES[each]
        for line in lines(policy, settings.language):
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
        *(condition.verified for kind in policy.kinds for condition in kind.when),
        *(category.verified for category in policy.categories),
        *(way.verified for way in policy.side_exits),
        *(step.verified for step in policy.side_steps),
    ]
    return signed_off.count(False)


def _narrowed(policy: Policy, section: PolicySection, entry: str) -> Policy:
    """Return the policy with one entry of a section only. Raises NotFound `policy_entry_not_found`."""
    entries = {} if section is PolicySection.OFFICE else _named(policy, section)
    if entry not in entries:
        known = ", ".join(entries) or "nothing that goes by a name"
        raise NotFound("policy_entry_not_found", f"Known: {known}.", id=entry)
    narrowed: dict[str, Any] = {section.value: (entries[entry],)}
    return replace(policy, **narrowed)


def _named(policy: Policy, section: PolicySection) -> Mapping[str, Any]:
    key = NAME_KEYS.get(section.value, "id")
    return {getattr(entry, key): entry for entry in getattr(policy, section.value)}


def _as_plain(policy: Policy, section: PolicySection, today: date) -> object:
    if section is PolicySection.OFFICE:
        return asdict(policy.office_day)
    if section is PolicySection.BODIES:
        return [body_as_plain(policy, body, today=today) for body in policy.bodies]
    return [asdict(entry) for entry in getattr(policy, section.value)]
