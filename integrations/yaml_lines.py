"""YAML read as plain values that remember their lines, so that a mistake can be shown where it stands."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

YamlPath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class YamlSlip:
    """Something no YAML of ours may hold: `line` counts from 1."""

    line: int
    code: str
    advice: str


@dataclass(frozen=True)
class LinedYaml:
    """A document as plain values, with the line of each path. Empty `value` and slips if it could not be read."""

    value: Any = None
    lines: Mapping[YamlPath, int] = field(default_factory=dict)
    slips: tuple[YamlSlip, ...] = ()

    def line_of(self, path: YamlPath) -> int:
        """Return the line of a path, or of the nearest thing around it that is there."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


@lru_cache(maxsize=64)
def read_yaml(content: bytes) -> LinedYaml:
    """Read one document, UTF-8. Aliases and repeated keys are slips: a lawyer reads what stands there.

    The same bytes are read once, so the value is for looking at only.
    """
    try:
        node = YAML(typ="safe", pure=True).compose(content.decode("utf-8-sig"))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return LinedYaml(slips=(YamlSlip(mark.line + 1 if mark else 1, "yaml_unreadable", _advice(error)),))
    except (YAMLError, UnicodeDecodeError):
        return LinedYaml(slips=(YamlSlip(1, "yaml_unreadable", "save the file as plain UTF-8 text"),))
    if node is None:
        return LinedYaml(slips=(YamlSlip(1, "file_empty", "bring back what this file held: it is empty"),))
    reader = _Reader()
    value = reader.plain(node, ())
    return LinedYaml(value, reader.lines, tuple(reader.slips))


def _advice(error: MarkedYAMLError) -> str:
    said = " ".join(str(error.problem or "").split())
    return f"mind the indentation, the colons and the quotation marks here ({said or 'the line cannot be read'})"


class _Reader:
    """Turns nodes into plain values and notes the lines on the way."""

    def __init__(self) -> None:
        self.lines: dict[YamlPath, int] = {}
        self.slips: list[YamlSlip] = []
        self._seen: set[int] = set()

    def plain(self, node: Node, path: YamlPath) -> Any:
        self.lines.setdefault(path, node.start_mark.line + 1)
        if id(node) in self._seen:
            advice = "write the value out here instead of pointing (*) to another place"
            self.slips.append(YamlSlip(self.lines[path], "yaml_alias", advice))
            return None
        self._seen.add(id(node))
        if isinstance(node, MappingNode):
            return dict(self._pairs(node, path))
        if isinstance(node, SequenceNode):
            return [self.plain(item, (*path, place)) for place, item in enumerate(node.value)]
        return _scalar(node)

    def _pairs(self, node: MappingNode, path: YamlPath) -> Iterator[tuple[str, Any]]:
        seen: set[str] = set()
        for key_node, value_node in node.value:
            key = str(key_node.value) if isinstance(key_node, ScalarNode) else ""
            if key in seen:
                advice = f"keep one `{key}` here and delete the other"
                self.slips.append(YamlSlip(key_node.start_mark.line + 1, "key_repeated", advice))
                continue
            seen.add(key)
            self.lines[(*path, key)] = key_node.start_mark.line + 1
            yield key, self.plain(value_node, (*path, key))


def _scalar(node: Node) -> str | bool | int | float | None:
    """Read a scalar as YAML 1.2 does, but leave dates as they are written: the schema reads them."""
    kind, text = str(node.tag).rpartition(":")[2], str(node.value)
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() == "true"
    if kind == "int" and text.lstrip("+-").isdecimal():
        return int(text)
    return float(text) if kind == "float" and _is_float(text) else text


def _is_float(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
