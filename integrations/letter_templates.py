"""Letter templates: Jinja2 over Typst. Every value they print becomes a Typst string literal, without exception."""

import hashlib
import re
import traceback
from enum import Enum
from functools import cache
from operator import eq, ne
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, TemplateError, TemplateSyntaxError
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from integrations.glyphs import PrintableCharacters
from integrations.letter_words import LetterWords
from integrations.template_check import named_paths, undeclared_paths
from integrations.template_use import Misuse, misuses
from models.errors import ConfigurationError, RuleViolation
from models.rules.disclosure import Field
from models.rules.romanise import is_cyrillic
from models.schemas.letter_fields import fields_listed, fields_of
from models.schemas.letters import LetterFacts, LetterHead, Office

TEMPLATE_FOLDER = Path(__file__).resolve().parent.parent / "templates"
_HARMLESS = re.compile(r"[^\w ,.:;()«»“”’ʼ№+–—-]")
_REQUIRES = re.compile(r"\{#\s*requires:(?P<fields>[^#]*)#\}")
_SUFFIX = ".j2"
_PARAGRAPH_BREAK = "#parbreak();"


def typst_literal(value: object) -> str:
    r"""The value as Typst markup that can only ever be text: `#"…";`.

    Every character with a meaning in Typst, and every one that could have, is written `\u{…}`; the semicolon
    ends the expression, so that nothing which follows is read as part of it. A line break parts paragraphs.
    Raises ConfigurationError `template_prints_no_text` for an absent fact, a date or a code without a filter.
    """
    if isinstance(value, Enum | bool) or not isinstance(value, str | int):
        raise ConfigurationError(
            "template_prints_no_text",
            "ask for the fact with `{% if … %}` before it is printed, or put a filter behind it",
            type=type(value).__name__,
        )
    return _PARAGRAPH_BREAK.join(_literal(line) for line in str(value).split("\n"))


def _literal(line: str) -> str:
    escaped = _HARMLESS.sub(lambda found: f"\\u{{{ord(found.group()):x}}}", line)
    return f'#"{escaped}";'


class LetterTemplates:
    """The letter kinds of a template folder: `letters/<kind>/<language>.typ.j2`.

    A template is checked when it is first used. Raises ConfigurationError `template_missing`,
    `template_unreadable`, `template_construct_refused`, `template_names_unknown_field`.
    """

    def __init__(self, folder: Path = TEMPLATE_FOLDER) -> None:
        self._letters = folder / "letters"
        self._fonts = folder / "fonts"
        self._mail = folder / "mail"
        self._printable = PrintableCharacters(self._fonts)
        self._environment = cache(self._new_environment)
        self._paths = cache(self._read_paths)
        self._template = cache(self._checked_template)
        self._required = cache(self._read_requirements)
        self._hash = cache(self._read_hash)
        self._cover = cache(self._read_cover)

    def list_kinds(self) -> tuple[tuple[str, str], ...]:
        """Every (kind, language) that has a template, sorted."""
        found = self._letters.glob("[!_]*/*.typ.j2")
        return tuple(sorted((path.parent.name, path.name.removesuffix(".typ.j2")) for path in found))

    def paths_named(self, kind: str, language: str) -> frozenset[str]:
        """The dotted LetterFacts paths the template names, through everything it includes."""
        return self._paths(kind, language)

    def fields_named(self, kind: str, language: str) -> frozenset[Field]:
        """The disclosable fields the template can print: none beyond the body's allow-list may be among them."""
        return frozenset().union(*(fields_of(path) for path in self.paths_named(kind, language)))

    def fields_required(self, kind: str, language: str) -> frozenset[Field]:
        """The fields without which the letter makes no sense, from the `requires:` comment of the template."""
        return self._required(kind, language)

    def misuses(self, kind: str, language: str) -> tuple[Misuse, ...]:
        """What the template does to facts that cannot be done: a filter that does not fit, a date printed bare."""
        return tuple(misuses(self._environment(language), _template_name(kind, language)))

    def template_hash(self, kind: str, language: str) -> str:
        """SHA-256, in hex, over everything the letter's look and wording come from: template, layout, fonts."""
        return self._hash(kind, language)

    def render_source(self, kind: str, language: str, facts: LetterFacts) -> bytes:
        """The letter as Typst source, UTF-8.

        Raises InvalidInput `character_not_printable` (field and code point), RuleViolation `letter_fact_missing`
        (the fields) and `letter_facts_mismatch` when the facts were gathered for another kind or language.
        """
        if (facts.letter.kind, facts.letter.language) != (kind, language):
            raise RuleViolation("letter_facts_mismatch", kind=kind, language=language)
        missing = self._missing(kind, language, facts)
        if missing:
            raise RuleViolation("letter_fact_missing", kind=kind, fields=" ".join(sorted(missing)))
        self._printable.require(facts)
        visible = {name: getattr(facts, name) for name in LetterFacts.model_fields if name != "disclosed"}
        return _rendered(self._template(kind, language), visible).encode()

    def _missing(self, kind: str, language: str, facts: LetterFacts) -> frozenset[Field]:
        """What a letter makes no sense without: of each listed child what the list prints, else of the one child."""
        required = self.fields_required(kind, language)
        if not facts.children:
            return required - facts.fields_present()
        listed = required & fields_listed(self.paths_named(kind, language))
        lacking = (listed - child.fields_present() for child in facts.children)
        return frozenset().union(required - listed - facts.fields_present(), *lacking)

    def cover_text(self, letter: LetterHead, office: Office) -> str:
        """The plain text of the mail that carries the letter: our reference and outgoing number, no person."""
        return _rendered(self._cover(letter.language), {"letter": letter, "office": office})

    def _read_cover(self, language: str) -> Template:
        environment = _bare_environment(self._mail)
        environment.filters = {"day": LetterWords(language, self._letters / "_words").day}
        return _loaded(environment, f"cover.{language}.txt.j2")

    def _read_paths(self, kind: str, language: str) -> frozenset[str]:
        return named_paths(self._environment(language), _template_name(kind, language))

    def _read_requirements(self, kind: str, language: str) -> frozenset[Field]:
        try:
            source = (self._letters / _template_name(kind, language)).read_text(encoding="utf-8")
            found = _REQUIRES.search(source)
            return frozenset(Field(word) for word in found["fields"].split()) if found else frozenset()
        except OSError:
            raise ConfigurationError("template_missing", kind=kind, language=language) from None
        except ValueError:
            raise ConfigurationError("template_requires_unknown_field", kind=kind, language=language) from None

    def _checked_template(self, kind: str, language: str) -> Template:
        undeclared = undeclared_paths(self.paths_named(kind, language))
        if undeclared:
            raise ConfigurationError(
                "template_names_unknown_field", kind=kind, language=language, fields=" ".join(sorted(undeclared))
            )
        return _loaded(self._environment(language), _template_name(kind, language))

    def _read_hash(self, kind: str, language: str) -> str:
        taking_part = [
            self._letters / _template_name(kind, language),
            self._letters / "_words" / f"{language}.yaml",
            *(path for path in (self._letters / "_layout").rglob("*") if path.is_file()),
            *self._fonts.rglob("*.ttf"),
        ]
        digest = hashlib.sha256()
        for path in sorted(taking_part):
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            digest.update(f"{path.relative_to(self._letters.parent).as_posix()} {content}\n".encode())
        return digest.hexdigest()

    def _new_environment(self, language: str) -> ImmutableSandboxedEnvironment:
        words = LetterWords(language, self._letters / "_words")
        environment = _bare_environment(self._letters)
        environment.finalize = typst_literal
        environment.filters = {
            "day": words.day,
            "age": words.age,
            "country": words.country,
            "tongue": words.tongue,
            "word": words.word,
            "spelling": words.spelling,
        }
        environment.tests = {"cyrillic": is_cyrillic, "eq": eq, "ne": ne}
        return environment


class _Sandbox(ImmutableSandboxedEnvironment):
    """Lets a template look at what the models declare and at its loops, at nothing else of any object."""

    def is_safe_attribute(self, obj: Any, attr: str, value: object) -> bool:  # noqa: ARG002 - Jinja's signature
        return _is_declared(obj.__class__, attr)


@cache
def _is_declared(kind: type, attribute: str) -> bool:
    if issubclass(kind, LoopContext):
        return not attribute.startswith("_")
    return attribute in getattr(kind, "model_fields", ()) or isinstance(getattr(kind, attribute, None), property)


def _bare_environment(folder: Path) -> ImmutableSandboxedEnvironment:
    # No HTML escaping: the finalizer of the letters writes Typst, and a cover mail is plain text.
    environment = _Sandbox(
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals.clear()
    return environment


def _template_name(kind: str, language: str) -> str:
    return f"{kind}/{language}.typ.j2"


def _loaded(environment: Environment, template_name: str) -> Template:
    try:
        return environment.get_template(template_name)
    except TemplateSyntaxError as error:
        raise ConfigurationError("template_unreadable", template=template_name, line=error.lineno) from None


def _rendered(template: Template, visible: dict[str, object]) -> str:
    try:
        return template.render(visible)
    except TemplateError as error:
        # Jinja's message can quote what stood in the expression.
        kind = type(error).__name__
        raise ConfigurationError("template_failed", template=_place(template, error), error=kind) from None
    except ConfigurationError as error:
        raise ConfigurationError(
            error.code, error.advice, template=_place(template, error), **error.references
        ) from None


def _place(template: Template, error: Exception) -> str:
    """Return the file and line, of a template or a part it includes, that were being rendered when an error came."""
    frames = [each for each in traceback.extract_tb(error.__traceback__) if each.filename.endswith(_SUFFIX)]
    if not frames:
        return str(template.name)
    file = Path(frames[-1].filename)
    return f"{file.parent.name}/{file.name}:{frames[-1].lineno}"
