"""What somebody means who types into the find box. Nothing here knows a cluster."""

import re
from ipaddress import ip_address

import msgspec

WORD_FILTERS = {"kind": "kind", "ns": "namespace", "namespace": "namespace", "node": "node", "label": "label"}
"""How a filter is written before its colon."""


class Filter(msgspec.Struct, frozen=True):
    """What is looked at: an empty list lets everything in, a longer one whatever is in it. All labels must hold."""

    namespaces: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()

    def __or__(self, other: "Filter") -> "Filter":
        pairs = zip(msgspec.structs.astuple(self), msgspec.structs.astuple(other), strict=True)
        return Filter(*(tuple(dict.fromkeys((*mine, *theirs))) for mine, theirs in pairs))


class Words(msgspec.Struct, frozen=True):
    """Things that have all these words in their names, kinds, labels or addresses."""

    words: tuple[str, ...]
    only: Filter = Filter()


class Address(msgspec.Struct, frozen=True):
    """Who has an address, or an address that begins so."""

    text: str
    whole: bool


class Port(msgspec.Struct, frozen=True):
    """Who listens at a port, and which Services lead to one of that number."""

    number: int
    protocol: str | None = None


class Reach(msgspec.Struct, frozen=True):
    """Who may open a connection to somebody (`to`), or to whom he may."""

    name: str
    to: bool


class Way(msgspec.Struct, frozen=True):
    """A packet from one to another."""

    source: str
    target: str


class Beside(msgspec.Struct, frozen=True):
    """Who shares an Ethernet segment with somebody."""

    name: str


class Depends(msgspec.Struct, frozen=True):
    """Which devices and wires alone connect somebody."""

    name: str


class Bottlenecks(msgspec.Struct, frozen=True):
    """Which devices and wires alone connect most."""


Question = Words | Address | Port | Reach | Way | Beside | Depends | Bottlenecks

_BESIDE = r"(?:(?:who|what) )?(?:shares? (?:a|the) segment with|same segment as|neighbou?rs of|beside)"
_CALL = r"(?:reach(?:es)?|calls?|access(?:es)?|connects? to|talks? to|gets? to)"
_MAY = r"(?:can |may |could )?"
_PORT = r"(?P<port>\d{1,5})(?:/(?P<of>tcp|udp|sctp))?"
_KINDS = ["pod", "service", "node", "deployment", "statefulset", "daemonset", "job"]
_FORMS = (
    (
        re.compile(rf"(?:who|what) (?:{_MAY}{_CALL}|listens? (?:on|at)) port {_PORT}"),
        lambda m: _port(m["port"], m["of"]),
    ),
    (re.compile(rf"(?:who|what) {_MAY}{_CALL} (?P<name>.+)"), lambda m: Reach(m["name"], to=True)),
    (re.compile(rf"(?:who|whom|what) (?:can|may) (?P<name>.+) {_CALL}"), lambda m: Reach(m["name"], to=False)),
    (re.compile(r"(?:from )?(?P<a>\S+) to (?P<b>\S+)"), lambda m: Way(m["a"], m["b"])),
    (re.compile(rf"(?:can|may|could|does) (?P<a>\S+) {_CALL} (?P<b>\S+)"), lambda m: Way(m["a"], m["b"])),
    (re.compile(r"(?P<a>\S+) ?(?:->|→) ?(?P<b>\S+)"), lambda m: Way(m["a"], m["b"])),
    (
        re.compile(rf"{_BESIDE} (?P<name>.+)"),
        lambda m: Beside(m["name"]),
    ),
    (re.compile(r"what (?:alone )?connects (?P<name>.+)"), lambda m: Depends(m["name"])),
    (re.compile(r"bottlenecks?|single points? of failure|weak (?:spots?|links?)"), lambda m: Bottlenecks()),
    (re.compile(rf"(?:port |:){_PORT}"), lambda m: _port(m["port"], m["of"])),
    (re.compile(r"(?P<port>\d{1,5})/(?P<of>tcp|udp|sctp)"), lambda m: _port(m["port"], m["of"])),
    (
        re.compile(rf"(?P<kind>{'|'.join(_KINDS)})s? (?:on|in|of|at) (?P<where>\S+)"),
        lambda m: Words((m["where"],), Filter(kinds=(m["kind"],))),
    ),
)
_TARGET = re.compile(
    r"(?:(?:https?|tcp|udp)://)?(?P<host>\[[0-9a-f:.]+\]|[^\s/:]+(?:/[^\s/:]+(?=:\d))?)(?::\d{1,5})?(?:/\S*)?"
)
"""A name or an address as somebody would call it: with a port, or as a URL."""
_BEGUN_ADDRESS = re.compile(r"\d{1,3}\.(?:\d{1,3}\.?){1,3}|[0-9a-f]{1,4}:[0-9a-f:]+")
_LABEL = re.compile(r"[\w./-]+=[\w.-]*")


def question_of(text: str) -> Question:
    """What is asked; anything that has no form of its own is looked for as words."""
    plain = " ".join(text.strip().rstrip("?").lower().split())
    for form, meant in _FORMS:
        found = form.fullmatch(plain)
        if found:
            return meant(found)
    host = host_of(plain)
    if _is_address(host):
        return Address(host, whole=True)
    if _BEGUN_ADDRESS.fullmatch(plain):
        return Address(plain, whole=False)
    named = host != plain and plain.partition(":")[0] not in WORD_FILTERS
    return Words((host,)) if named else _words(plain)


def host_of(text: str) -> str:
    """ "http://cart:7070/" is about cart; anything else is what it is."""
    found = _TARGET.fullmatch(text)
    plain = found["host"].strip("[]") if found and (":" in text) else text
    return text if _is_address(text) else plain


def _port(number: str, protocol: str | None) -> Port:
    return Port(int(number), protocol.upper() if protocol else None)


def _is_address(text: str) -> bool:
    try:
        ip_address(text.strip("[]"))
    except ValueError:
        return False
    return True


def _words(text: str) -> Words:
    """ "kind:service app=web cart": two filters and a word."""
    chosen: dict[str, list[str]] = {"namespace": [], "node": [], "kind": [], "label": []}
    words: list[str] = []
    for word in text.split():
        before, colon, after = word.partition(":")
        if colon and after and before in WORD_FILTERS:
            chosen[WORD_FILTERS[before]].append(after)
        elif _LABEL.fullmatch(word):
            chosen["label"].append(word)
        else:
            words.append(word)
    only = Filter(*(tuple(chosen[name]) for name in ("namespace", "node", "kind", "label")))
    return Words(tuple(words), only)
