"""A trace as text: one line a step, then what it means, for a terminal and for a diff.

7  node-a              veth@default/client-a     nat          10.244.1.100:40000 > 10.244.2.10:8080 TCP S ttl 64
     The destination 10.96.10.2:80 is replaced by 10.244.2.10:8080.
     ip.dst 10.96.10.2 -> 10.244.2.10, tcp.dport 80 -> 8080
     rule   ip nat KUBE-SEP-... 2: -A KUBE-SEP-... -j DNAT --to-destination 10.244.2.10:8080
     from   shop.yaml:14 Service default/web spec.ports[0].targetPort
"""

from collections.abc import Iterator

from simulator.cli.output import BOLD, DIM, GREEN, RED, clean, paint
from simulator.origin import Origin
from simulator.packet.headers import Icmp, Ip, Ndp, Resolution, Tcp
from simulator.packet.packet import Packet
from simulator.steps import Disposition, Outcome, RuleRef, Step
from simulator.trace.model import Explanation, Leg, LegKind, Trace

INDENT = " " * 9
GOOD = (Outcome.DELIVERED, Outcome.CONNECTED)

LEG_WORDS = {
    LegKind.DNS: "name lookup",
    LegKind.REQUEST: "request",
    LegKind.REPLY: "reply",
    LegKind.ICMP_ERROR: "error coming back",
    LegKind.ACK: "acknowledgement",
    LegKind.DATA: "data",
    LegKind.PROXIED: "request of the proxy",
}

OUTCOME_WORDS = {
    Outcome.DELIVERED: "an answer came back",
    Outcome.CONNECTED: "the connection is open, but no data came back",
    Outcome.REFUSED: "connection refused: nobody listens there",
    Outcome.REJECTED: "connection refused, by a rule",
    Outcome.TIMEOUT: "nothing comes back; the client waits until it gives up",
    Outcome.UNREACHABLE: "the client is told that there is no way",
    Outcome.NOT_PERMITTED: "the client's own kernel does not let it send",
    Outcome.NXDOMAIN: "the name does not exist",
}

ICMP_WORDS = {
    (4, 0): "echo reply", (4, 8): "echo request", (4, 3): "destination unreachable", (4, 11): "time exceeded",
    (6, 128): "echo request", (6, 129): "echo reply", (6, 1): "destination unreachable", (6, 3): "time exceeded",
}  # fmt: skip


def story(trace: Trace, depth: str = "plain") -> Iterator[str]:
    """The whole trace, line by line."""
    yield paint(clean(question(trace)), BOLD)
    for leg in trace.legs:
        yield ""
        yield from _leg(leg, depth)
    yield ""
    yield from outcome(trace)
    for assumption in trace.assumptions:
        yield clean(f"taken for granted: {assumption.message} ({assumption.key}: {assumption.value})")


def question(trace: Trace) -> str:
    """ "default/client-a -> web:80 (10.96.10.2 port 80, TCP)"; a name that nobody knows has no address."""
    flow = trace.flow
    port = "" if flow.port is None else f" port {flow.port}"
    address = f"{flow.address}{port}" if not flow.address.is_unspecified else port.strip() or "no address"
    via = f", by {flow.via}" if flow.via else ""
    return f"{flow.source} -> {flow.target} ({address}, {flow.protocol.value}{via})"


def outcome(trace: Trace) -> Iterator[str]:
    """How it ended, and why."""
    server = f" from {trace.server}" if trace.server and trace.disposition is Outcome.DELIVERED else ""
    server += f", HTTP status {trace.status}" if trace.status is not None else ""
    colour = GREEN if trace.disposition in GOOD else RED
    yield paint(clean(f"{trace.disposition.value}: {OUTCOME_WORDS[trace.disposition]}{server}"), colour)
    if trace.explanation is not None:
        yield from explanation(trace.explanation)


def explanation(found: Explanation) -> Iterator[str]:
    """Why, where it is written, and what would mend it."""
    yield clean(f"why: {found.message}")
    if found.file is not None:
        line = f":{found.line}" if found.line is not None else ""
        yield clean(f"at:  {found.file}{line} {found.object or ''} {found.field or ''}".rstrip())
    elif found.object is not None:
        yield clean(f"at:  {found.object} {found.field or ''}".rstrip())
    if found.fix:
        yield clean(f"fix: {found.fix}")


def _leg(leg: Leg, depth: str) -> Iterator[str]:
    yield paint(f"{LEG_WORDS[leg.kind]}: {clean(packet_text(leg.packet))}", BOLD)
    for step in leg.steps:
        yield from _step(step, depth)
    if leg.disposition is not Disposition.DELIVERED:
        cause = f" ({leg.cause.value})" if leg.cause else ""
        yield paint(f"     {leg.disposition.value}{cause}", RED)


def _step(step: Step, depth: str) -> Iterator[str]:
    place = f"{clean(step.netns):<19} {clean(step.device or ''):<25} {step.kind.value:<11}"
    yield f"{step.seq:>4}  {place} {clean(packet_text(step.packet))}"
    if step.narration is not None:
        yield INDENT + clean(getattr(step.narration, depth))
    if step.changes:
        changed = ", ".join(f"{c.field} {c.old or '(none)'} -> {c.new or '(none)'}" for c in step.changes)
        yield paint(INDENT + clean(changed), DIM)
    for rule in rules_of(step):
        yield paint(INDENT + clean(f"rule   {rule.table} {rule.chain} {rule.number}: {rule.text}{_odds(rule)}"), DIM)
    for change in step.state:
        yield paint(INDENT + clean(f"state  {change.table} {change.event}: {change.entry}"), DIM)
    for origin in step.origins:
        yield paint(INDENT + clean(f"from   {_origin(origin)}"), DIM)


def rules_of(step: Step) -> tuple[RuleRef, ...]:
    """The rules that matched on the way, the deciding one last."""
    if step.matched is None or step.matched in step.path:
        return step.path
    return (*step.path, step.matched)


def _odds(rule: RuleRef) -> str:
    return "" if rule.probability is None else f" (by chance, {rule.probability:.1%})"


def _origin(origin: Origin) -> str:
    place = f"{origin.file}:{origin.line}" if origin.line is not None else origin.file
    return " ".join(word for word in (place, origin.object, origin.field) if word)


def packet_text(packet: Packet) -> str:
    """Headers in one line, as tcpdump's readers know them."""
    if packet.resolution is not None:
        return resolution_text(packet.ip, packet.resolution)
    ip, l4 = packet.ip, packet.transport
    if isinstance(l4, Icmp):
        words = ICMP_WORDS.get((ip.version, l4.type), f"type {l4.type}")
        return f"{ip.src} > {ip.dst} {ip.protocol.value} {words} ttl {ip.ttl}"
    flags = f" {l4.flags}" if isinstance(l4, Tcp) else f" {chunk}" if (chunk := getattr(l4, "chunk", "")) else ""
    ends = f"{_end(str(ip.src), l4.sport)} > {_end(str(ip.dst), l4.dport)}"
    inner = f" vxlan {packet.vxlan.vni} ({packet_text(packet.vxlan.inner)})" if packet.vxlan is not None else ""
    return f"{ends} {ip.protocol.value}{flags} ttl {ip.ttl}{inner}"


def resolution_text(ip: Ip, heard: Resolution) -> str:
    """As tcpdump words ARP and neighbour discovery."""
    if isinstance(heard, Ndp):
        words = "solicitation, who has" if heard.type == 135 else "advertisement, tgt is"
        return f"{ip.src} > {ip.dst} neighbor {words} {heard.target}"
    if heard.operation == "request":
        return f"ARP who-has {heard.tpa} tell {heard.spa}"
    return f"ARP {heard.spa} is-at {heard.sha}"


def _end(address: str, port: int) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
