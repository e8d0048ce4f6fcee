"""How a letter template uses the facts it names: whether every filter, test, loop and print gets what it can take."""

import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cache
from typing import Annotated, Literal, Union, get_args, get_origin, get_type_hints
from weakref import WeakKeyDictionary

from jinja2 import Environment, nodes
from pydantic import BaseModel

from integrations.template_check import included_name, parsed
from models.rules.partial_dates import PartialDate
from models.schemas.letters import LetterFacts

_DATES = (date, PartialDate)
TAKEN_BY_FILTER: Mapping[str, tuple[type, ...]] = {
    "day": _DATES,
    "age": (PartialDate,),
    "country": (str,),
    "tongue": (str,),
    "word": (Enum,),
    "spelling": (str,),
}
TAKEN_BY_TEST: Mapping[str, tuple[type, ...]] = {"cyrillic": (str,), "eq": (object,), "ne": (object,)}
_ARGUMENTS: Mapping[str, tuple[type, ...]] = {"age": (date,), "eq": (object,), "ne": (object,)}
_SAID_OF = {"day": "a date", "age": "a date of birth", "word": "a coded fact"}
_TEXT = "a text"
_NO_LOOP: Mapping[str, object] = {}
# Parts that every letter includes are looked through once for all letters of a language.
_SEEN: WeakKeyDictionary[Environment, dict[str, tuple["Misuse", ...]]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Misuse:
    """A place in a template, or in a part it includes, that could never be printed; `advice` says what would be."""

    template: str
    line: int
    advice: str


@dataclass(frozen=True, slots=True)
class _Many:
    """The type of a list: what one loops over, and nothing else."""

    of: object


def misuses(environment: Environment, template_name: str) -> Iterator[Misuse]:
    """Yield what a template does to facts that cannot be done. A path that leads nowhere is not told again here."""
    seen = _SEEN.setdefault(environment, {})
    if template_name not in seen:
        seen[template_name] = tuple(_looked_through(environment, template_name, _NO_LOOP))
    yield from seen[template_name]


def _looked_through(environment: Environment, template_name: str, scope: Mapping[str, object]) -> Iterator[Misuse]:
    return _Walk(environment, template_name).misuses(parsed(environment, template_name), scope)


class _Walk:
    """One walk over a template; `scope` maps loop variables to the type of what they stand for."""

    def __init__(self, environment: Environment, template_name: str) -> None:
        self._environment = environment
        self._template = template_name

    def misuses(self, node: nodes.Node, scope: Mapping[str, object]) -> Iterator[Misuse]:
        if isinstance(node, nodes.Include):
            yield from self._included(included_name(node), scope)
        elif isinstance(node, nodes.For):
            yield from self._loop(node, scope)
        else:
            yield from self._at(node, scope)
            for child in node.iter_child_nodes():
                yield from self.misuses(child, scope)

    def _included(self, name: str, scope: Mapping[str, object]) -> Iterator[Misuse]:
        return _looked_through(self._environment, name, scope) if scope else misuses(self._environment, name)

    def _at(self, node: nodes.Node, scope: Mapping[str, object]) -> Iterator[Misuse]:
        """Yield what is wrong with this very node."""
        if isinstance(node, nodes.Output):
            yield from (found for part in node.nodes for found in self._print(part, scope))
        elif isinstance(node, nodes.Filter | nodes.Test):
            yield from self._call(node, scope)
        elif isinstance(node, nodes.Getattr) and isinstance(_type_of(node.node, scope), _Many):
            yield self._misuse(node, f"`{_written(node.node)}` is a list: loop over it to reach `{node.attr}`")

    def _loop(self, loop: nodes.For, scope: Mapping[str, object]) -> Iterator[Misuse]:
        many = _type_of(loop.iter, scope)
        if many is not None and not isinstance(many, _Many):
            yield self._misuse(loop, f"`{_written(loop.iter)}` is no list to loop over")
        item = many.of if isinstance(many, _Many) else None
        inner = {**scope, _written(loop.target): item}
        for child in [*loop.body, *loop.else_]:
            yield from self.misuses(child, inner)

    def _print(self, node: nodes.Node, scope: Mapping[str, object]) -> Iterator[Misuse]:
        kind = _type_of(node, scope)
        if kind is not None and not _takes((str, int), kind):
            yield self._misuse(node, f"`{_written(node)}` is no text: {_way_to_print(kind)}")

    def _call(self, node: nodes.Filter | nodes.Test, scope: Mapping[str, object]) -> Iterator[Misuse]:
        is_filter = isinstance(node, nodes.Filter)
        known = TAKEN_BY_FILTER if is_filter else TAKEN_BY_TEST
        if node.name not in known:
            yield self._misuse(node, f"there is no `{node.name}` here: use {', '.join(f'`{name}`' for name in known)}")
            return
        wanted = _ARGUMENTS.get(node.name, ())
        if len(node.args) != len(wanted) or node.kwargs:
            example = "`age(letter.dated_on)`" if node.name == "age" else f"`{node.name}`"
            yield self._misuse(node, f"write {example}")
        else:
            yield from self._fitting(node, node.node, known[node.name], scope)
            for argument, takes in zip(node.args, wanted, strict=True):
                yield from self._fitting(node, argument, takes, scope)

    def _fitting(
        self, call: nodes.Filter | nodes.Test, node: nodes.Node | None, takes: object, scope: Mapping[str, object]
    ) -> Iterator[Misuse]:
        kind = _type_of(node, scope)
        accepted = takes if isinstance(takes, tuple) else (takes,)
        if kind is not None and not _takes(accepted, kind):
            said = _SAID_OF.get(call.name, _TEXT)
            yield self._misuse(call, f"`{_written(node)}` is not {said}, which is what `{call.name}` takes")

    def _misuse(self, node: nodes.Node, advice: str) -> Misuse:
        return Misuse(self._template, node.lineno, advice)


def _takes(accepted: tuple[object, ...], kind: object) -> bool:
    """Whether a value of this type is taken. A coded fact is a text to Python, a yes or no a number: neither to us."""
    if object in accepted:
        return True
    if not isinstance(kind, type):
        return False
    if issubclass(kind, Enum | bool):
        return Enum in accepted and issubclass(kind, Enum)
    return issubclass(kind, tuple(each for each in accepted if isinstance(each, type)))


def _way_to_print(kind: object) -> str:
    if isinstance(kind, _Many):
        return "loop over it"
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return "name one of its facts"
    if _takes(_DATES, kind):
        return "write `| day` behind it"
    return "write `| word` behind it" if _takes((Enum,), kind) else "ask for it with `{% if %}`"


def _type_of(node: nodes.Node | None, scope: Mapping[str, object]) -> object:
    """Return the type of an expression: a class or `_Many`; None where it leads nowhere or is no fact."""
    if isinstance(node, nodes.Filter):
        return str
    if isinstance(node, nodes.Name):
        return scope[node.name] if node.name in scope else _step(LetterFacts, node.name)
    if isinstance(node, nodes.Getattr):
        return _step(_type_of(node.node, scope), node.attr)
    return None


@cache
def _step(here: object, name: str) -> object:
    fields = getattr(here, "model_fields", {})
    if name in fields:
        return _plain(fields[name].annotation)
    found = getattr(here, name, None) if isinstance(here, type) else None
    return _plain(get_type_hints(found.fget)["return"]) if isinstance(found, property) else None


def _plain(annotation: object) -> object:
    """`Child` from `Child | None`, `str` from `Line` or a choice of texts, `_Many` sightings from a tuple of them."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in {Union, types.UnionType}:
        return _plain(next(each for each in arguments if each is not types.NoneType))
    if origin is Annotated:
        return _plain(arguments[0])
    if origin is Literal:
        return type(arguments[0])
    return _Many(_plain(arguments[0])) if origin in {tuple, frozenset} else annotation


def _written(node: nodes.Node | None) -> str:
    """Return an expression as its author wrote it."""
    if isinstance(node, nodes.Name):
        return str(node.name)
    if isinstance(node, nodes.Getattr):
        return f"{_written(node.node)}.{node.attr}"
    return f"{_written(node.node)} | {node.name}" if isinstance(node, nodes.Filter) else "this"
