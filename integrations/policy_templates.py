"""The policy held against the letters' templates: each kind has one a language, which names what its body may know."""

from collections.abc import Iterator
from pathlib import Path

from integrations.letter_templates import TEMPLATE_FOLDER, LetterTemplates
from integrations.template_check import undeclared_paths
from models.errors import ConfigurationError
from models.rules.policy import Body, LetterKind
from models.rules.policy_checks.draft import PolicyDraft, Slip, SlipPath


def check_templates(draft: PolicyDraft, folder: Path = TEMPLATE_FOLDER) -> Iterator[Slip]:
    """Yield a slip for each template that is missing, unreadable, says too much, or belongs to no kind."""
    templates = LetterTemplates(folder)
    bodies = {body.id: body for body in draft.bodies.values()}
    written = templates.list_kinds()
    for place, kind in draft.kinds.items():
        for body in [bodies[each] for each in kind.bodies if each in bodies]:
            for language in body.languages:
                path = ("kinds", place, "id")
                if (kind.id, language) in written:
                    yield from _check_template(templates, kind, language, body, path)
                else:
                    advice = f"put a template at templates/letters/{kind.id}/{language}.typ.j2"
                    yield Slip(path, "template_missing", advice)
    for name in sorted({name for name, _ in written} - draft.known("kinds")):
        advice = f"add a letter kind `{name}` here, or delete the folder templates/letters/{name}"
        yield Slip(("kinds",), "template_without_kind", advice)


def _check_template(
    templates: LetterTemplates, kind: LetterKind, language: str, body: Body, path: SlipPath
) -> Iterator[Slip]:
    where = f"templates/letters/{kind.id}/{language}.typ.j2"
    try:
        unknown = undeclared_paths(templates.paths_named(kind.id, language))
        named = templates.fields_named(kind.id, language) | templates.fields_required(kind.id, language)
    except ConfigurationError as error:
        yield Slip(path, error.code, f"mend the template {where}: {error}")
        return
    for name in sorted(unknown):
        yield Slip(path, "template_names_unknown_field", f"there is no `{name}` in a letter's facts; mend {where}")
    for field in sorted(named - set(body.allow)):
        advice = f"allow `{field}` to the body `{body.id}`, or take it out of {where}"
        yield Slip(path, "template_names_more_than_allowed", advice)
