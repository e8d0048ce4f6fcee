"""The policy held against the letters' templates: each kind has one a language, naming what its bodies may know."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from integrations.letter_templates import TEMPLATE_FOLDER, LetterTemplates
from integrations.template_check import undeclared_paths
from models.errors import ConfigurationError
from models.rules.disclosure import Field
from models.rules.letter_conditions import withdraws
from models.rules.letter_policy import Body, LetterKind
from models.rules.policy_checks.draft import PolicyDraft, Slip, SlipPath
from models.rules.policy_checks.names import FOR_PEOPLE, in_order

_AGREED = ("children", "letter.procedure")
"""What decides how a kind is drafted, so that no translation may differ in it."""


@dataclass(frozen=True, slots=True)
class _Named:
    """What one readable template names."""

    paths: frozenset[str]
    fields: frozenset[Field]


def stamps(folder: Path) -> frozenset[tuple[str, int, int]]:
    """Tell one state of a folder's files from another."""
    found = ((path, path.stat()) for path in folder.rglob("*") if path.is_file())
    return frozenset((str(path), state.st_mtime_ns, state.st_size) for path, state in found)


def check_templates(draft: PolicyDraft, folder: Path = TEMPLATE_FOLDER) -> Iterator[Slip]:
    """Yield a slip for each template that is missing, unreadable, says too much, or belongs to no kind."""
    templates = _templates(folder, stamps(folder))
    written = frozenset(templates.list_kinds())
    for place, kind in draft.kinds.items():
        bodies = [body for body in draft.bodies.values() if body.id in kind.bodies]
        if len(bodies) == len(set(kind.bodies)):
            yield from _check_kind(templates, kind, bodies, written, ("kinds", place, "id"))
    for name in sorted({name for name, _ in written} - draft.known("kinds")):
        advice = f"add a letter kind `{name}` here or with its body, or delete the folder templates/letters/{name}"
        yield Slip(("kinds",), "template_without_kind", advice)


@lru_cache(maxsize=2)
def _templates(folder: Path, *_: frozenset[tuple[str, int, int]]) -> LetterTemplates:
    """Templates remember what they name, so that a folder that stays as it is need not be read again."""
    return LetterTemplates(folder)


def _check_kind(
    templates: LetterTemplates,
    kind: LetterKind,
    bodies: Sequence[Body],
    written: frozenset[tuple[str, str]],
    path: SlipPath,
) -> Iterator[Slip]:
    named: dict[str, _Named] = {}
    for language in in_order((*FOR_PEOPLE, *(each for body in bodies for each in body.languages))):
        where = _file(kind, language)
        if (kind.id, language) not in written:
            reader = " for the office's own people to read" if language in FOR_PEOPLE else ""
            yield Slip(path, "template_missing", f"put a template{reader} at {where}")
            continue
        try:
            named[language] = _named(templates, kind.id, language)
        except ConfigurationError as error:
            yield Slip(path, error.code, f"mend the template {where}: {error}")
            continue
        for name in sorted(undeclared_paths(named[language].paths)):
            yield Slip(path, "template_names_unknown_field", f"there is no `{name}` in a letter's facts; mend {where}")
        for misuse in templates.misuses(kind.id, language):
            advice = f"mend line {misuse.line} of templates/letters/{misuse.template}: {misuse.advice}"
            yield Slip(path, "template_misuses_fact", advice)
    yield from _check_allowed(kind, bodies, named, path)
    yield from _check_agreement(kind, named, path)
    told = frozenset().union(*(each.fields for each in named.values()))
    if withdraws(kind) and told:
        advice = f"take {', '.join(f'`{field}`' for field in sorted(told))} out: no consent stands when it is written"
        yield Slip(path, "withdrawal_tells", advice)


def _named(templates: LetterTemplates, kind: str, language: str) -> _Named:
    fields = templates.fields_named(kind, language) | templates.fields_required(kind, language)
    return _Named(templates.paths_named(kind, language), fields)


def _check_allowed(
    kind: LetterKind, bodies: Sequence[Body], named: Mapping[str, _Named], path: SlipPath
) -> Iterator[Slip]:
    for field in sorted(frozenset().union(*(each.fields for each in named.values()))):
        kept_from = [body.id for body in bodies if field not in body.allow]
        if kept_from:
            where = " and ".join(_file(kind, language) for language, each in named.items() if field in each.fields)
            advice = f"allow `{field}` to `{'` and `'.join(kept_from)}`, or take it out of {where}"
            yield Slip(path, "template_names_more_than_allowed", advice)


def _check_agreement(kind: LetterKind, named: Mapping[str, _Named], path: SlipPath) -> Iterator[Slip]:
    for name in _AGREED:
        with_it = [language for language, each in named.items() if name in each.paths]
        without = [language for language in named if language not in with_it]
        if with_it and without:
            files = " and ".join(_file(kind, language) for language in without)
            advice = f"name `{name}` in {files} as in {', '.join(with_it)}, or in none of them"
            yield Slip(path, "templates_disagree", advice)
        if name == "letter.procedure" and kind.urgent_within is not None and named and not with_it:
            advice = f"delete `urgent_within`: no template of `{kind.id}` names {name}"
            yield Slip((*path[:2], "urgent_within"), "parameter_unused", advice)


def _file(kind: LetterKind, language: str) -> str:
    return f"templates/letters/{kind.id}/{language}.typ.j2"
