"""TypeScript types of msgspec structs, so that server and browser agree by construction."""

import types
import typing
from collections.abc import Iterable, Mapping
from enum import Enum
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

import msgspec

from netviz.breaking import BreakMenu
from netviz.classroom.messages import CLASS_ANSWERS, ClassClientMessage, ClassServerMessage
from netviz.comparing import Compared, Files
from netviz.completion import ManifestSchema
from netviz.find.model import FoundAnswer
from netviz.graph import GRAPH_VERSION, Graph
from netviz.matrix import Matrix
from netviz.mending import Changed, Fixes
from netviz.protocol import ANSWERS, PROTOCOL_VERSION, ClientMessage, ServerMessage
from simulator.trace.model import TRACE_VERSION

TARGET = Path(__file__).resolve().parent.parent / "static" / "src" / "protocol.ts"

_SCALARS: Mapping[object, str] = {
    str: "string", int: "number", float: "number", bool: "boolean", type(None): "null",
    IPv4Address: "string", IPv6Address: "string",
}  # fmt: skip


_HEAD = """\
// Generated from the structs of netviz/ and simulator/ that cross the border by: python manage.py generate_protocol
// Change the Python structs, then run that again."""
_VERSIONS = {
    "PROTOCOL_VERSION": PROTOCOL_VERSION,
    "GRAPH_VERSION": GRAPH_VERSION,
    "TRACE_VERSION": TRACE_VERSION,
}


class Declarations:
    """Collects the declaration of each type that is reached, in the order of first use."""

    def __init__(self) -> None:
        self._by_name: dict[str, tuple[type, str]] = {}

    def add(self, kind: type, optional_defaults: bool = False) -> str:
        """Declare a struct or enum and what it uses; `optional_defaults`: a sender may leave fields out."""
        name = kind.__name__
        known = self._by_name.get(name)
        if known is not None:
            assert known[0] is kind, f"two types are called {name}: {known[0]} and {kind}"
            return name
        self._by_name[name] = (kind, "")
        text = _enum(kind) if issubclass(kind, Enum) else self._struct(kind, optional_defaults)
        self._by_name[name] = (kind, f"{_comment(kind)}{text}")
        return name

    def expression(self, kind: object, optional_defaults: bool = False) -> str:
        """The TypeScript for an annotation."""
        scalar = _SCALARS.get(kind)
        if scalar is not None:
            return scalar
        origin, arguments = typing.get_origin(kind), typing.get_args(kind)
        if origin in (typing.Union, types.UnionType):
            return " | ".join(dict.fromkeys(self.expression(a, optional_defaults) for a in arguments))
        if origin is typing.Annotated:
            return self.expression(arguments[0], optional_defaults)
        if origin is typing.Literal:
            return " | ".join(f'"{value}"' for value in arguments)
        if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
            item = self.expression(arguments[0], optional_defaults)
            return f"readonly ({item})[]" if " " in item else f"readonly {item}[]"
        if origin is dict:
            return f"Readonly<Record<{self.expression(arguments[0])}, {self.expression(arguments[1])}>>"
        assert isinstance(kind, type), f"no TypeScript for {kind}"
        return self.add(kind, optional_defaults)

    def _struct(self, kind: type, optional_defaults: bool) -> str:
        assert issubclass(kind, msgspec.Struct), f"{kind} is neither a struct nor an enum"
        config = kind.__struct_config__
        lines = [] if config.tag is None else [f'  readonly {config.tag_field}: "{config.tag}";']
        for field in msgspec.structs.fields(kind):
            mark = "?" if not field.required and (optional_defaults or config.omit_defaults) else ""
            lines.append(f"  readonly {field.encode_name}{mark}: {self.expression(field.type, optional_defaults)};")
        return "\n".join((f"export interface {kind.__name__} {{", *lines, "}"))

    def texts(self) -> Iterable[str]:
        return (text for _, text in self._by_name.values())


def _enum(kind: type[Enum]) -> str:
    values = " | ".join(f'"{member.value}"' for member in kind)
    return f"export type {kind.__name__} = {values};"


def _comment(kind: type) -> str:
    text = (kind.__doc__ or "").strip().replace("*/", "* /")
    if not text:
        return ""
    if "\n" not in text:
        return f"/** {text} */\n"
    lines = "".join(f" * {line.strip()}".rstrip() + "\n" for line in text.splitlines())
    return f"/**\n{lines} */\n"


def render() -> str:
    """The whole of `static/src/protocol.ts`."""
    declarations = Declarations()
    client = declarations.expression(ClientMessage, optional_defaults=True)
    server = declarations.expression(ServerMessage)
    edited = (Files, Compared, ManifestSchema, BreakMenu)
    class_client = declarations.expression(ClassClientMessage, optional_defaults=True)
    class_server = declarations.expression(ClassServerMessage)
    answers: tuple[type[msgspec.Struct], ...] = (
        Graph,
        FoundAnswer,
        Matrix,
        Fixes,
        Changed,
        *edited,
        *ANSWERS,
        *CLASS_ANSWERS,
    )
    for answer in answers:
        declarations.add(answer)
    return "\n\n".join((
        _HEAD,
        "\n".join(f"export const {name} = {version};" for name, version in _VERSIONS.items()),
        *declarations.texts(),
        f"/** What the browser may say. */\nexport type ClientMessage = {client};",
        f"/** What the server may say. */\nexport type ServerMessage = {server};",
        f"/** What may be said in a class. */\nexport type ClassClientMessage = {class_client};",
        f"/** What a class hears. */\nexport type ClassServerMessage = {class_server};",
    )) + "\n"  # fmt: skip
