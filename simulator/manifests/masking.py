"""Secrets: their values are masked in the text itself, on the same lines, before anything is kept.

What parses is masked node by node, so that no way of writing YAML gets past; of a Secret only the fields that cannot
hold a value stay readable. What does not parse but says that it is a Secret is withheld as a whole.
"""

import re
from collections.abc import Iterator

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from simulator.manifests.builder import Composer, check_depth
from simulator.manifests.limits import DEFAULT, LimitExceeded
from simulator.manifests.split import split

DOTS = "•" * 8
"""Always as many: the length of a secret is a secret, too."""
WITHHELD = f"kind: Secret {DOTS}"
WITHHELD_TEMPLATE = f"kind: Secret {{{{ {DOTS} }}}}"
"""What stands, in place of a Secret that does not parse, on the line where it stopped making sense."""

_SAYS_SECRET = re.compile(r"""kind[\s"'\\]*:(?:[^:]{0,40}?secret|[^\n]{0,40}?\\[xuU])""", re.IGNORECASE)
_NAMES = frozenset(("secret", "secrets", "secretlist"))
_OPEN_FIELDS = frozenset(("apiVersion", "kind", "type", "immutable"))
_OPEN_METADATA = frozenset(
    (
        *("name", "generateName", "namespace", "labels", "uid", "resourceVersion", "generation", "selfLink"),
        *("creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"),
        *("ownerReferences", "finalizers", "managedFields"),
    )
)
_COPIES = re.compile(r"applied|original|[{]", re.IGNORECASE)
"""An annotation in which a tool keeps a copy of the whole object."""
_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)*")
_BLOCK_HEADER = re.compile(r"[|>][-+0-9]*")
_BREAKS = re.compile("([\n\x85\u2028\u2029])")
_COMMENT = re.compile(r"(?:(?<=\s)|^)#[^\n\x85\u2028\u2029]*", re.MULTILINE)

Span = tuple[int, int, str]
"""From, to (in characters), and how it is written: a scalar's style, or "#" for a stretch whose comments count."""


def mask_secrets(text: str) -> str:
    """The text with every value of every Secret as dots; as many lines as before."""
    if not _suspect(text):
        return text
    return "".join(_mask_part(part) for part, _ in split(text))


def is_withheld(part: str) -> bool:
    """Whether a document was taken out as a whole."""
    return WITHHELD in part or WITHHELD_TEMPLATE in part


def _suspect(text: str) -> bool:
    """A cheap bound: no Secret without the word, unless it is written with escapes."""
    return "\\" in text or "secret" in text.lower()


def _mask_part(part: str) -> str:
    if not _suspect(part):
        return part
    if is_withheld(part) and part == _withhold(part, _line_withheld(part)):
        return part
    spans: set[Span] = set()
    try:
        check_depth(part, DEFAULT)
        composer = Composer(part)
        while composer.check_node():
            root = composer.get_node()
            if root is not None:
                _Finder(spans).object(root, inherited=False)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        return _withhold(part, mark.line if mark is not None else 0) if _SAYS_SECRET.search(part) else part
    except (LimitExceeded, RecursionError):
        return _withhold(part, 0) if _SAYS_SECRET.search(part) else part
    return _replaced(part, spans)


class _Finder:
    """Collects what has to go. An alias is the node that it stands for, so it is masked where it was written."""

    def __init__(self, spans: set[Span]) -> None:
        self.spans = spans
        self.seen: set[tuple[int, bool]] = set()
        self.hidden: set[int] = set()

    def object(self, node: Node, inherited: bool) -> None:
        """Look for Secrets in a node and below it; `inherited` says that it is an item of a SecretList."""
        if (id(node), inherited) in self.seen:
            return
        self.seen.add((id(node), inherited))
        if isinstance(node, SequenceNode):
            for item in node.value:
                self.object(item, inherited)
        elif isinstance(node, MappingNode):
            self.mapping(node, inherited)

    def mapping(self, node: MappingNode, inherited: bool) -> None:
        fields = list(_fields(node))
        said = [v.value for k, v, _ in fields if k == "kind" and isinstance(v, ScalarNode)]
        kinds = {word for text in said for word in text.lower().split()[:1]}
        keys = {key.lower() for key, _, _ in fields}
        listed = any(k == "items" and isinstance(v, SequenceNode) for k, v, _ in fields)
        reference = "name" in keys and not keys & {"metadata", "data", "stringdata"}
        secret = (inherited or bool(kinds & _NAMES)) and not listed and not reference
        for key, value, end in fields:
            if key == "metadata" and isinstance(value, MappingNode):
                self.metadata(value, secret)
            elif secret and key not in _OPEN_FIELDS:
                self.spans.add((end, value.end_mark.index, "#"))
                self.hide(value)
            elif secret:
                self.hide_long(value)
            else:
                self.object(value, inherited=key == "items" and bool(kinds & _NAMES))

    def metadata(self, node: MappingNode, secret: bool) -> None:
        for key, value, end in _fields(node):
            if key == "annotations" and isinstance(value, MappingNode):
                for name, said, _ in _fields(value):
                    if _copies(name, said) if secret else _tells_secret(said):
                        self.hide(said)
            elif secret and key not in _OPEN_METADATA:
                self.spans.add((end, value.end_mark.index, "#"))
                self.hide(value)
            elif secret:
                self.hide_long(value)

    def hide_long(self, node: Node) -> None:
        """A name over several lines is none: a stray quote has swallowed what follows, the values with it."""
        if isinstance(node, ScalarNode):
            if node.start_mark.line != node.end_mark.line:
                self.hide(node)
        elif (id(node), True) not in self.seen:
            self.seen.add((id(node), True))
            for item in node.value:
                for part in item if isinstance(node, MappingNode) else (item,):
                    self.hide_long(part)

    def hide(self, node: Node) -> None:
        """Every scalar of a node that is no key, and every comment between them."""
        if id(node) in self.hidden:
            return
        self.hidden.add(id(node))
        begin, end = node.start_mark.index, node.end_mark.index
        if isinstance(node, ScalarNode):
            self.spans.add((begin, end, node.style or ""))
            return
        self.spans.add((begin, end, "#"))
        for item in node.value:
            self.hide(item[1] if isinstance(node, MappingNode) else item)


def _fields(node: MappingNode) -> Iterator[tuple[str, Node, int]]:
    """Each key, its value and where the key ends, those merged by << among them."""
    for key, value in node.value:
        name = key.value if isinstance(key, ScalarNode) else ""
        yield name, value, key.end_mark.index
        for source in value.value if name == "<<" and isinstance(value, SequenceNode) else [value]:
            if name == "<<" and isinstance(source, MappingNode) and source is not node:
                yield from ((k.value, v, k.end_mark.index) for k, v in source.value if isinstance(k, ScalarNode))


def _copies(name: str, said: Node) -> bool:
    return not isinstance(said, ScalarNode) or bool(_COPIES.search(name) or _COPIES.search(said.value))


def _tells_secret(said: Node) -> bool:
    """The last-applied copy of a List, say, has its Secrets inside."""
    return isinstance(said, ScalarNode) and bool(_SAYS_SECRET.search(said.value))


def _replaced(part: str, spans: set[Span]) -> str:
    pieces: list[str] = []
    at = 0
    stretches = sorted((a, b) for a, b, style in spans if style == "#")
    for begin, end, style in sorted(s for s in spans if s[2] != "#"):
        if begin < at:
            continue
        pieces.append(_without_comments(part, at, begin, stretches))
        pieces.append(_masked_scalar(part[begin:end], style))
        at = end
    return "".join([*pieces, _without_comments(part, at, len(part), stretches)])


def _without_comments(part: str, begin: int, end: int, stretches: list[tuple[int, int]]) -> str:
    """Text between two values; a comment inside a hidden mapping may be an old value."""
    if "#" not in part[begin:end]:
        return part[begin:end]
    masked, at = "", begin
    for comment in _COMMENT.finditer(part, begin, end):
        if any(a <= comment.start() < b for a, b in stretches):
            masked += part[at : comment.start()] + "# " + DOTS
            at = comment.end()
    return masked + part[at:end]


def _masked_scalar(written: str, style: str) -> str:
    """Dots on the lines where the value stood; anchor and tag stay, so that the text still parses."""
    properties = _PROPERTIES.match(written).group()  # type: ignore[union-attr]
    value = written[len(properties) :]
    if not value.strip():
        return written
    if style in ("|", ">"):
        header = _BLOCK_HEADER.match(value)
        rest = _BREAKS.search(value)
        return properties + (header.group() if header else style) + (_dotted(value[rest.start() :]) if rest else "")
    body = value.rstrip()
    return f'{properties}"{_dotted(body)}"{value[len(body) :]}'


def _dotted(value: str) -> str:
    """Each line with its indentation and, if anything is on it, dots."""
    return "".join(
        line if i % 2 or not line.strip() else line[: len(line) - len(line.lstrip())] + DOTS
        for i, line in enumerate(_BREAKS.split(value))
    )


def _line_withheld(part: str) -> int:
    return next((i for i, line in enumerate(part.split("\n")) if line in (WITHHELD, WITHHELD_TEMPLATE)), 0)


def _withhold(part: str, at: int) -> str:
    """Nothing of the document but its separator and its number of lines."""
    lines = part.split("\n")
    first = 1 if lines[0].rstrip() == "---" and len(lines) > 1 else 0
    kept = [DOTS if line.strip() else "" for line in lines]
    kept[:first] = ["---"] * first
    if lines[0].startswith("---") and not first:
        kept[0] = f"--- {WITHHELD}"
        return "\n".join(kept)
    last = max((i for i, line in enumerate(lines) if line.strip()), default=0)
    kept[max(first, min(at, last))] = WITHHELD_TEMPLATE if "{{" in part else WITHHELD
    return "\n".join(kept)
