"""YAML nodes to plain values, and the place of every key and item beside them.

libyaml reads; the resolver is our own (see `scalars.py`), as PyYAML's speaks another dialect.
"""

import operator
import re
from collections.abc import Iterator
from typing import Any, cast

import yaml
from yaml._yaml import CParser
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from simulator.manifests.limits import LimitExceeded, Limits
from simulator.manifests.scalars import AMBIGUOUS, Scalar, resolve

STRING, MERGE = "str", "<<"
Places = dict[int, Any]
"""By id() of a built mapping or list: {key: place} or [place]; a place is line * COLUMNS + column, from 0."""
COLUMNS = 1 << 24  # JSON may be one line of many megabytes

_CORE = {f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "bool", "null", "map", "seq", "binary")}


class Composer(CParser):
    """libyaml's parser with a resolver that leaves the meaning of scalars to the builder."""

    def __init__(self, text: str) -> None:
        super().__init__(text)

    def resolve(self, kind: type, value: str | None, implicit: Any) -> str:
        if kind is ScalarNode:
            return "" if implicit[0] else STRING
        return "map" if kind is MappingNode else "seq"

    descend_resolver = staticmethod(operator.is_)
    ascend_resolver = staticmethod(tuple)
    """Called for every node, with nothing to do; functions of C are the cheapest."""


class Built:
    """One document: its value, and where everything in it stands.

    `repeated` are keys written twice, `ambiguous` words that kubectl reads otherwise; each with its line from 0.
    """

    __slots__ = ("ambiguous", "places", "repeated", "root", "value")

    def __init__(
        self,
        root: Node,
        value: Any,
        places: Places,
        repeated: list[tuple[str, int]],
        ambiguous: list[tuple[str, int]],
    ) -> None:
        self.root = (root.start_mark.line, root.start_mark.column)
        self.value = value
        self.places = places
        self.repeated = repeated
        self.ambiguous = ambiguous


def build_all(text: str, limits: Limits) -> Iterator[Built]:
    """Every document of a text. Raises yaml.YAMLError for what is not YAML, LimitExceeded for what is too much."""
    check_depth(text, limits)
    composer = Composer(text)
    builder = _AliasBuilder if "*" in text and "&" in text else _Builder
    known: dict[str, Scalar] = {}
    keys: dict[str, str] = {}
    while composer.check_node():
        yield builder(limits, known, keys).document(cast(Node, composer.get_node()))


def check_depth(text: str, limits: Limits) -> None:
    """Deep nesting is refused before anything recursive reads it. A cheap bound first: nearly all text is shallow."""
    brackets = max(part.count("[") + part.count("{") for part in text.split("\n---"))
    if brackets < limits.depth and not re.search(rf"^[ ?-]{{{limits.depth}}}", text, re.MULTILINE):
        return
    depth = 0
    for event in _events(text):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > limits.depth:
                raise LimitExceeded("depth", limits.depth, cast(yaml.Mark, event.start_mark).line + 1)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _events(text: str) -> Iterator[Any]:
    parser = CParser(text)
    while parser.check_event():
        yield parser.get_event()


class _Builder:
    """Values of one document. `known` and `keys` remember what words mean, for all documents of a file."""

    def __init__(self, limits: Limits, known: dict[str, Scalar], keys: dict[str, str]) -> None:
        self.places: Places = {}
        self.repeated: list[tuple[str, int]] = []
        self.ambiguous: list[tuple[str, int]] = []
        self.limits = limits
        self.left = limits.expanded
        self.shared: dict[int, tuple[Any, int]] = {}
        self.open: set[int] = set()
        self.known = known
        self.keys = keys

    def document(self, root: Node) -> Built:
        return Built(root, self.value(root), self.places, self.repeated, self.ambiguous)

    def value(self, node: Node) -> Any:
        kind = type(node)
        if kind is ScalarNode:
            return self.scalar(node)
        return self.mapping(cast(MappingNode, node)) if kind is MappingNode else self.sequence(cast(SequenceNode, node))

    def scalar(self, node: Node) -> Scalar:
        text: str = node.value
        if node.tag == "":
            try:
                return self.known[text]
            except KeyError:
                found = self.known[text] = resolve(text)
                if text in AMBIGUOUS:  # told once a file
                    self.ambiguous.append((text, node.start_mark.line))
                return found
        if node.tag == STRING or not node.tag.startswith("tag:yaml.org,2002:"):
            return text
        return _tagged(node.tag, text)

    def key(self, node: Node) -> str:
        if type(node) is not ScalarNode:
            raise yaml.MarkedYAMLError(problem="a key must be a single word", problem_mark=node.start_mark)
        text: str = node.value
        if node.tag != "":
            return text
        found = self.keys.get(text)
        if found is None:
            found = self.keys[text] = text if text == MERGE else _as_key(self.scalar(node), text)
        return found

    def mapping(self, node: MappingNode) -> dict[str, Any]:
        built: dict[str, Any] = {}
        places: dict[str, int] = {}
        merged: list[Any] = []
        scalar, keys = self.scalar, self.keys
        for key_node, value_node in node.value:
            mark = key_node.start_mark
            key = keys.get(key_node.value) if key_node.tag == "" else None
            if key is None:
                key = self.key(key_node)
            kind = type(value_node)
            value = scalar(value_node) if kind is ScalarNode else self.value(value_node)
            if key == MERGE and key_node.tag == "":
                merged.append(value)
                continue
            if key in built:
                self.repeated.append((key, mark.line))
            built[key] = value
            places[key] = mark.line * COLUMNS + mark.column
        self.left -= len(built) + 1
        for value in merged:
            self.merge(built, places, value)
        self.places[id(built)] = places
        return built

    def merge(self, built: dict[str, Any], places: dict[str, int], value: Any) -> None:
        """<<: what is not written here is taken over (https://yaml.org/type/merge.html)."""
        for source in value if isinstance(value, list) else [value]:
            if isinstance(source, dict):
                for key, inherited in source.items():
                    if key not in built:
                        built[key] = inherited
                        places[key] = self.places[id(source)].get(key, 0)

    def sequence(self, node: SequenceNode) -> list[Any]:
        scalar, value = self.scalar, self.value
        built = [scalar(item) if type(item) is ScalarNode else value(item) for item in node.value]
        self.left -= len(built) + 1
        self.places[id(built)] = [i.start_mark.line * COLUMNS + i.start_mark.column for i in node.value]
        return built


class _AliasBuilder(_Builder):
    """For text that has aliases: an alias is the same value once more, counted as if it were copied."""

    def value(self, node: Node) -> Any:
        key = id(node)
        known = self.shared.get(key)
        if known is not None:
            self.left -= known[1]
        if self.left < 0 or key in self.open:
            raise LimitExceeded("expanded", self.limits.expanded, node.start_mark.line + 1)
        if known is not None:
            return known[0]
        self.open.add(key)
        before = self.left
        built = super().value(node)
        self.open.discard(key)
        self.shared[key] = (built, before - self.left)
        return built


_MISSING: Any = object()


def _as_key(value: Scalar, text: str) -> str:
    """JSON has text for keys only: true is "true", 1 is "1" (sigs.k8s.io/yaml: convertToJSONableObject)."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    return str(value) if isinstance(value, int) else text


def _tagged(tag: str, text: str) -> Scalar:
    """An explicit tag: !!int "3". What is no core tag stays text."""
    kind = tag.rpartition(":")[2]
    if kind in ("str", "binary") or tag not in _CORE:
        return text
    return resolve(text)
