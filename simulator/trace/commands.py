"""Commands: what one would type on a real cluster to see what a step shows.

Every command is a list of words, never a line for a shell: names come from manifests. `enter` are the words that run
a command inside the step's network namespace (kubectl ... for a pod, nothing for a machine).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from simulator.packet.headers import Protocol
from simulator.steps import Command, RuleRef, Step, StepKind

WORKSTATION = "workstation"
"""Where kubectl is."""

XTABLES = {"ip": "iptables", "ip6": "ip6tables"}
XTABLES_TABLES = ("raw", "mangle", "nat", "filter", "security")

OURS = "veth@"
"""The node's end of a veth has a random name on a real node; the one here says whose it is, and cannot be typed."""

ROUTING = ("Ingress", "Gateway", "ListenerSet", "HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute")
"""Kinds that proxies get their tables from; kubectl knows them by their names in small letters."""

Words = tuple[str, ...]


def commands_for(step: Step, enter: Sequence[str]) -> tuple[Command, ...]:
    """The commands for a step, the most telling first."""
    where = WORKSTATION if enter else step.host
    inside = [Command(where, (*enter, *words)) for words in _words(step)]
    return (*inside, *(Command(WORKSTATION, words) for words in _kubectl(step)))


def _words(step: Step) -> Iterator[Words]:
    yield from _BY_TEXT.get(step.text.id, _BY_KIND.get(step.kind, _nothing))(step)


def _nothing(step: Step) -> Iterator[Words]:
    return iter(())


def _route(step: Step) -> Iterator[Words]:
    ip = step.packet.ip
    words: Words = ("ip", "route", "get", str(ip.dst))
    device = _real(step.device) if step.text.id == "route.forward" else None
    yield (*words, "from", str(ip.src), "iif", device) if device else words


def _real(device: str | None) -> str | None:
    """The name of a device, if it has the same on a real cluster."""
    return device if device and not device.startswith(OURS) else None


def _neighbor(step: Step) -> Iterator[Words]:
    params = step.text.params
    device = _real(params["dev"])
    yield ("ip", "neighbor", "show", params["ip"], *(("dev", device) if device else ()))


def _asking(step: Step) -> Iterator[Words]:
    yield ("tcpdump", "-eni", step.text.params["dev"], "icmp6" if step.packet.ip.version == 6 else "arp")
    yield from _neighbor(step)


def _capture(step: Step) -> Iterator[Words]:
    if step.device:
        yield ("tcpdump", "-eni", _real(step.device) or "any", *_capture_filter(step))


def _capture_filter(step: Step) -> Words:
    packet = step.packet
    if packet.vxlan is not None:
        return ("udp", "port", str(packet.dport))
    if packet.resolution is not None:
        return ("arp",) if packet.ip.version == 4 else ("icmp6",)
    ends: Words = ("host", str(packet.ip.src), "and", "host", str(packet.ip.dst))
    if packet.dport is None:
        return (*ends, "and", "icmp6" if packet.ip.version == 6 else "icmp")
    return (*ends, "and", packet.ip.protocol.keyword, "port", str(packet.dport))


def _bridge(step: Step) -> Iterator[Words]:
    yield ("bridge", "fdb", "show", "br", step.text.params["bridge"])


def _hairpin(step: Step) -> Iterator[Words]:
    port = _real(step.text.params["port"])
    yield ("bridge", "-d", "link", "show", *(("dev", port) if port else ()))


def _bridge_netfilter(step: Step) -> Iterator[Words]:
    yield ("sysctl", "net.bridge.bridge-nf-call-iptables")
    yield from _bridge(step)


def _conntrack(step: Step) -> Iterator[Words]:
    ends = _original(step) or {"src": str(step.packet.ip.src), "dst": str(step.packet.ip.dst)}
    yield ("conntrack", "-L", "-p", step.packet.ip.protocol.keyword, "-s", ends["src"], "-d", ends["dst"])


def _original(step: Step) -> dict[str, str] | None:
    """The addresses of the entry's first tuple, as its text has them."""
    for change in step.state:
        if change.table == "conntrack":
            found: dict[str, str] = {}
            for word in change.entry.split():
                key, _, value = word.partition("=")
                if key in ("src", "dst"):
                    found.setdefault(key, value)
            return found if len(found) == 2 else None
    return None


def _rules(step: Step) -> Iterator[Words]:
    """The chains that were walked, each once; that of the deciding rule first."""
    walked: list[RuleRef] = [*([step.matched] if step.matched else []), *step.path]
    chains = dict.fromkeys((rule.table, rule.chain) for rule in walked)
    if not chains and "chain" in step.text.params:
        chains = {(step.text.params["table"], step.text.params["chain"]): None}
    for table, chain in chains:
        yield _list_chain(table, chain)


def _list_chain(table: str, chain: str) -> Words:
    family, _, name = table.partition(" ")
    if family in XTABLES and name in XTABLES_TABLES:
        return (XTABLES[family], "-t", name, "-S", chain)
    return ("nft", "list", "chain", family, name, chain)


def _nat(step: Step) -> Iterator[Words]:
    if step.matched is not None:
        yield from _affinity(step, step.matched)
        yield from _rules(step)
    yield from _conntrack(step)


def _affinity(step: Step, matched: RuleRef) -> Iterator[Words]:
    """The list that remembers the client, each once."""
    family, _, name = matched.table.partition(" ")
    for key in dict.fromkeys(change.key for change in step.state if change.table == "affinity"):
        remembered = key.split()[0]
        if name in XTABLES_TABLES:
            yield ("cat", f"/proc/net/xt_recent/{remembered}")
        else:
            yield ("nft", "list", "set", family, name, remembered)


def _forward(step: Step) -> Iterator[Words]:
    yield ("sysctl", "net.ipv6.conf.all.forwarding" if step.packet.ip.version == 6 else "net.ipv4.ip_forward")


def _vxlan(step: Step) -> Iterator[Words]:
    if step.device:
        yield ("ip", "-d", "link", "show", "dev", step.device)
        yield ("bridge", "fdb", "show", "dev", step.device)


def _errors(step: Step) -> Iterator[Words]:
    yield ("tcpdump", "-ni", "any", "icmp6" if step.packet.ip.version == 6 else "icmp")


def _resets(step: Step) -> Iterator[Words]:
    yield from _listening(step)
    yield ("tcpdump", "-ni", "any", "tcp[tcpflags] & tcp-rst != 0")


def _listening(step: Step) -> Iterator[Words]:
    packet = step.packet
    flags = {Protocol.TCP: "-ltnp", Protocol.UDP: "-lunp", Protocol.SCTP: "-lSnp"}.get(packet.ip.protocol)
    port = step.text.params.get("port") or packet.dport
    if flags and port:
        yield ("ss", flags, "sport", "=", f":{port}")


def _open_sockets(step: Step) -> Iterator[Words]:
    packet = step.packet
    flag = {Protocol.TCP: "-tn", Protocol.UDP: "-un", Protocol.SCTP: "-Sn"}.get(packet.ip.protocol)
    if flag:
        yield ("ss", flag, "-a", "dst", str(packet.ip.dst))


def _lookup(step: Step) -> Iterator[Words]:
    """The question itself, and as the program asks it: by the search list of its own resolv.conf."""
    params = step.text.params
    if "type" in params:
        yield ("dig", "+noall", "+answer", f"{params['name']}.", params["type"])
    if "host" in params:
        yield ("getent", "ahosts", params["host"])
        yield ("cat", "/etc/resolv.conf")


def _kubectl(step: Step) -> Iterator[Words]:
    """The objects that stand behind the step."""
    seen = dict.fromkeys(o.object for o in (*step.origins, *(step.matched.origins if step.matched else ())))
    for reference in seen:
        kind, _, key = reference.partition(" ")
        namespace, slash, name = key.partition("/")
        if kind in ROUTING and slash:
            yield ("kubectl", "get", kind.lower(), "-n", namespace, name, "-o", "yaml")
        if kind == "Service" and slash:
            yield ("kubectl", "get", "endpointslices", "-n", namespace, "-l", f"kubernetes.io/service-name={name}")


_BY_KIND: Mapping[StepKind, Callable[[Step], Iterator[Words]]] = {
    StepKind.SOCKET: _open_sockets,
    StepKind.RESOLVE: _lookup,
    StepKind.PROXY: _nothing,
    StepKind.ROUTE: _route,
    StepKind.NEIGHBOR: _neighbor,
    StepKind.TRANSMIT: _capture,
    StepKind.RECEIVE: _capture,
    StepKind.BRIDGE: _bridge,
    StepKind.CONNTRACK: _conntrack,
    StepKind.NETFILTER: _rules,
    StepKind.NAT: _nat,
    StepKind.FORWARD: _forward,
    StepKind.ENCAPSULATE: _vxlan,
    StepKind.DECAPSULATE: _vxlan,
    StepKind.ICMP: _errors,
    StepKind.RESET: _resets,
    StepKind.DELIVER: _listening,
    StepKind.DROP: _rules,
}

_BY_TEXT: Mapping[str, Callable[[Step], Iterator[Words]]] = {
    "bridge.hairpin": _hairpin,
    "bridge.hairpin-off": _hairpin,
    "bridge.redirected": _bridge_netfilter,
    "bridge.redirected-late": _bridge_netfilter,
    "bridge.routed": _bridge_netfilter,
    "deliver.client": _open_sockets,
    "deliver.echo": _errors,
    "deliver.error": _errors,
    "drop.unknown-connection": _resets,
    "drop.no-route": _route,
    "drop.martian": _route,
    "forward.expired": _errors,
    "forward.off": _forward,
    "icmp.translated": _conntrack,
    "neighbor.ask": _asking,
    "neighbor.asked": _asking,
    "neighbor.answered": _asking,
    "neighbor.failed": _neighbor,
    "route.none": _route,
    "route.blackhole": _route,
}
