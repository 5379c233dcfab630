"""Words that diagrams and reports share."""

from simulator.packet.headers import Arp, Icmp, Ndp, Sctp, Tcp
from simulator.packet.packet import Packet


def legible(text: str) -> str:
    """One line: breaks, control characters and those that turn the direction of writing become spaces."""
    return "".join(c if c.isprintable() else " " for c in text)


def headers(packet: Packet) -> str:
    """A packet in a line, as tcpdump would say it; within a tunnel's packet the one that it carries."""
    if packet.vxlan is not None:
        outer = f"{packet.ip.src} > {packet.ip.dst} VXLAN {packet.vxlan.vni}"
        return f"{outer} ({headers(packet.vxlan.inner)})"
    l4 = packet.l4
    if isinstance(l4, Arp):
        return (
            f"ARP {l4.operation}, {l4.spa} asks for {l4.tpa}"
            if l4.operation == "request"
            else f"ARP reply, {l4.spa} is at {l4.sha}"
        )
    ends = f"{packet.ip.src} > {packet.ip.dst} {packet.ip.protocol.value}"
    if isinstance(l4, Ndp):
        return f"{ends} neighbour {'solicitation' if l4.type == 135 else 'advertisement'} {l4.target}"
    if isinstance(l4, Icmp):
        return f"{ends} type {l4.type} code {l4.code}"
    more = f" {l4.flags}" if isinstance(l4, Tcp) else f" {l4.chunk}" if isinstance(l4, Sctp) else ""
    src, dst = _end(packet, packet.sport, True), _end(packet, packet.dport, False)
    return f"{src} > {dst} {packet.ip.protocol.value}{more}" + (f" {packet.payload}" if packet.payload else "")


def _end(packet: Packet, port: int | None, source: bool) -> str:
    address = packet.ip.src if source else packet.ip.dst
    return f"{address}:{port}" if address.version == 4 else f"[{address}]:{port}"
