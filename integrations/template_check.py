"""What a letter template names, read from its syntax tree before it ever runs, and what it may use."""

import types
from collections.abc import Iterator, Mapping
from typing import Annotated, Union, get_args, get_origin
from weakref import WeakKeyDictionary

from jinja2 import Environment, TemplateNotFound, TemplateSyntaxError, nodes

from models.errors import ConfigurationError
from models.schemas.letters import LetterFacts

# Everything else is refused: no macros, no calls, no assignments, no joining of texts, no literals in the output.
# Layout is made by Typst functions in `_layout`, so no value ever has to be marked as safe.
_ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Getattr,
    nodes.If,
    nodes.For,
    nodes.Include,
    nodes.Filter,
    nodes.Test,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Const,
)
_TREES: WeakKeyDictionary[Environment, dict[str, nodes.Template]] = WeakKeyDictionary()
_LOOP = "loop"
_NOT_FOR_TEMPLATES = "disclosed"


def named_paths(environment: Environment, template_name: str) -> frozenset[str]:
    """Every dotted path into LetterFacts that the template and what it includes name.

    A path through a list leaves the position out: `sightings.country`. Raises ConfigurationError
    `template_construct_refused` for a construct outside the allowed few, `template_unreadable` for bad syntax.
    """
    return frozenset(_TemplateWalk(environment).paths(parsed(environment, template_name), {}))


def undeclared_paths(paths: frozenset[str]) -> frozenset[str]:
    """Those of the paths that lead nowhere in LetterFacts, or to what no template may print."""
    return frozenset(path for path in paths if not _leads_into_facts(path))


class _TemplateWalk:
    """One walk over a template; `scope` maps loop variables to the paths they stand for."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def paths(self, node: nodes.Node, scope: Mapping[str, str]) -> Iterator[str]:
        _require_allowed(node)
        if isinstance(node, nodes.For):
            yield from self._loop_paths(node, scope)
        elif isinstance(node, nodes.Include):
            yield from self.paths(parsed(self._environment, included_name(node)), scope)
        elif isinstance(node, nodes.Name | nodes.Getattr):
            path = _dotted(node, scope)
            if path.split(".")[0] != _LOOP:
                yield path
        else:
            for child in node.iter_child_nodes():
                yield from self.paths(child, scope)

    def _loop_paths(self, loop: nodes.For, scope: Mapping[str, str]) -> Iterator[str]:
        source = _dotted(loop.iter, scope)
        if not isinstance(loop.target, nodes.Name) or loop.test is not None:
            raise _refused(loop)
        yield source
        for child in [*loop.body, *loop.else_]:
            yield from self.paths(child, {**scope, loop.target.name: source})


def _require_allowed(node: nodes.Node) -> None:
    if not isinstance(node, _ALLOWED):
        raise _refused(node)
    prints_a_literal = isinstance(node, nodes.Output) and any(isinstance(n, nodes.Const) for n in node.nodes)
    if prints_a_literal:
        raise _refused(node)


def _refused(node: nodes.Node) -> ConfigurationError:
    return ConfigurationError(
        "template_construct_refused",
        "a letter template may only print, filter, compare, loop over and include facts",
        construct=type(node).__name__,
        line=node.lineno,
    )


def parsed(environment: Environment, template_name: str) -> nodes.Template:
    """Return a template's tree. The parts that every letter includes are parsed once for all letters of a language."""
    trees = _TREES.setdefault(environment, {})
    if template_name not in trees:
        trees[template_name] = _parse(environment, template_name)
    return trees[template_name]


def _parse(environment: Environment, template_name: str) -> nodes.Template:
    try:
        source, _, _ = environment.loader.get_source(environment, template_name)  # type: ignore[union-attr] # set by us
        return environment.parse(source)
    except TemplateNotFound:
        raise ConfigurationError("template_missing", template=template_name) from None
    except TemplateSyntaxError as error:
        raise ConfigurationError("template_unreadable", template=template_name, line=error.lineno) from None


def included_name(include: nodes.Include) -> str:
    """Return the name of the part that is included. Raises ConfigurationError `template_construct_refused`."""
    if not isinstance(include.template, nodes.Const) or include.ignore_missing:
        raise _refused(include)
    return str(include.template.value)


def _dotted(node: nodes.Node, scope: Mapping[str, str]) -> str:
    if isinstance(node, nodes.Name):
        return scope.get(node.name, node.name)
    if isinstance(node, nodes.Getattr):
        return f"{_dotted(node.node, scope)}.{node.attr}"
    raise _refused(node)


def _leads_into_facts(path: str) -> bool:
    """Follow the path through the annotations: a model's fields and properties, the item of a tuple."""
    here: object = LetterFacts
    for step in path.split("."):
        if step.startswith("_") or step == _NOT_FOR_TEMPLATES:
            return False
        annotations = getattr(here, "model_fields", {})
        if step in annotations:
            here = _inner_type(annotations[step].annotation)
        elif isinstance(getattr(here, step, None), property):
            here = str
        else:
            return False
    return True


def _inner_type(annotation: object) -> object:
    """`Child` from `Child | None`, `Sighting` from `tuple[Sighting, ...]`, `str` from `Line`."""
    if get_origin(annotation) in {Union, types.UnionType, tuple, Annotated}:
        inner = [argument for argument in get_args(annotation) if argument not in {types.NoneType, Ellipsis}]
        return _inner_type(inner[0])
    return annotation
