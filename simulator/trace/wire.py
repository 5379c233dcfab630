"""The wire form: what a packet socket on every device would have seen, and what conntrack -L would print.

The terms are those of the recorded truth that the suite compares with (docs/fidelity.md).
"""

import json
from collections.abc import Sequence
from typing import Any

from simulator.datapath.session import Session
from simulator.linux.conntrack import CtEntry, Tuple
from simulator.packet.headers import Icmp, Protocol, Sctp, Tcp, Udp
from simulator.packet.packet import Packet
from simulator.steps import Outcome, Step, StepKind
from simulator.trace.legs import Said
from simulator.trace.model import Flow, LegKind

Json = dict[str, Any]

VXLAN_PORT = 8472

RESULT = {
    Outcome.DELIVERED: "connected",
    Outcome.CONNECTED: "connected",
    Outcome.TIMEOUT: "timeout",
}


def outcome(session: Session, said: Said, flow: Flow) -> Json:
    """One outcome of a flow: how it ended, every frame on every device, every connection tracked."""
    protocol, http = flow.protocol, flow.http_path is not None
    closed = http and said.greeted and said.socket is not None and said.socket.http is not None
    wire = Wire(session.random_ports, closed)
    result = said.errno or RESULT.get(said.outcome, "timeout")
    if result == "connected" and protocol is not Protocol.TCP:
        result = "answered"
    told: Json = {"result": result, "client_ip": str(said.client) if said.client else None}
    if said.greeted and said.socket is not None and said.socket.greets and said.peer is not None:
        told["server"] = said.socket.owner
        told["server_saw"] = {"src": str(said.peer.ip.src), "sport": wire.port(said.peer.sport)}
    if http and said.greeted and said.socket is not None and said.socket.http is not None:
        told |= {"http_status": said.socket.http.status, "http_body": json.loads(said.socket.http.body)}
    told["request"] = [wire.hop(s) for leg in said.legs if leg.kind is LegKind.REQUEST for s in _frames(leg.steps)]
    back = (LegKind.REPLY, LegKind.ICMP_ERROR)
    told["reply"] = [wire.hop(s) for leg in said.legs if leg.kind in back for s in _frames(leg.steps)]
    told["conntrack"] = {
        netns: entries for netns, table in session.conntracks if (entries := wire.entries(table.entries))
    }
    told["rulepath"] = _rule_path(said)
    return told


def _frames(steps: tuple[Step, ...]) -> list[Step]:
    """Frames of the flow; what neighbours ask each other is not part of it, nor what is told of a tunnel's packet."""
    frames = (StepKind.TRANSMIT, StepKind.RECEIVE)
    return [s for s in steps if s.kind in frames and s.packet.resolution is None and not _is_about_tunnel(s.packet)]


def _is_about_tunnel(packet: Packet) -> bool:
    quoted = packet.l4.quoted if isinstance(packet.l4, Icmp) else None
    return quoted is not None and isinstance(quoted.l4, Udp) and quoted.l4.dport == VXLAN_PORT


def _rule_path(said: Said) -> dict[str, list[list[str]]]:
    """Per host the rules that the opening packet met: [table, chain, rule]."""
    found: dict[str, list[list[str]]] = {}
    for leg in said.legs:
        if leg.kind is LegKind.REQUEST:
            for step in leg.steps:
                for rule in () if step.packet.vxlan else step.path:
                    found.setdefault(step.netns, []).append([rule.table, rule.chain, rule.text])
    return found


class Wire:
    """Writes frames; a port that masquerading drew at random is told as "masq", for it is never the same twice.

    `closed`: the server has ended the connection, so that its state is a matter of moments and not told.
    """

    def __init__(self, random_ports: set[int], closed: bool = False) -> None:
        self._random = random_ports
        self._closed = closed

    def port(self, port: int | None) -> int | str | None:
        return "masq" if port in self._random else port

    def hop(self, step: Step) -> Json:
        packet = step.packet
        told: Json = {"ns": step.netns, "dev": step.device, "dir": "out" if step.kind is StepKind.TRANSMIT else "in"}
        if packet.vxlan is not None and packet.eth is not None:
            told["vxlan"] = {
                "src": str(packet.ip.src),
                "dst": str(packet.ip.dst),
                "ttl": packet.ip.ttl,
                "smac": packet.eth.src,
                "dmac": packet.eth.dst,
                "dport": packet.dport,
                "vni": packet.vxlan.vni,
            }
            packet = packet.vxlan.inner
        told |= self._headers(packet)
        if packet.eth is not None:
            told |= {"smac": packet.eth.src, "dmac": packet.eth.dst}
        return {k: v for k, v in told.items() if v is not None}

    def _headers(self, packet: Packet) -> Json:
        told: Json = {"src": str(packet.ip.src), "dst": str(packet.ip.dst), "proto": packet.ip.protocol.value}
        l4 = packet.transport
        if isinstance(l4, Icmp):
            told["icmp"] = self._icmp(l4)
        else:
            told |= {"sport": self.port(l4.sport), "dport": self.port(l4.dport)}
            if isinstance(l4, Tcp):
                told["flags"] = l4.flags
            if isinstance(l4, Sctp):
                told["chunk"] = l4.chunk
        return told | {"ttl": packet.ip.ttl}

    def _icmp(self, icmp: Icmp) -> Json:
        told: Json = {"type": icmp.type, "code": icmp.code}
        if icmp.quoted is not None:
            ip, l4 = icmp.quoted.ip, icmp.quoted.l4
            told["inner"] = {"src": str(ip.src), "dst": str(ip.dst), "proto": ip.protocol.value}
            if not isinstance(l4, Icmp):
                told["inner"] |= {"sport": self.port(l4.sport), "dport": self.port(l4.dport)}
        return told

    def entries(self, entries: Sequence[CtEntry]) -> list[Json]:
        """The connections of programs; those of tunnels between nodes are not part of a flow."""
        return [self.entry(e) for e in entries if e.original.dport != VXLAN_PORT]

    def entry(self, entry: CtEntry) -> Json:
        told: Json = {
            "proto": entry.original.protocol.value,
            "orig": self._tuple(entry.original),
            "reply": self._tuple(entry.reply),
            "flags": list(entry.flags),
        }
        return told | ({"state": entry.state} if entry.state and not self._closed else {})

    def _tuple(self, tuple_: Tuple) -> Json:
        told: Json = {"src": str(tuple_.src), "dst": str(tuple_.dst)}
        if tuple_.protocol in (Protocol.ICMP, Protocol.ICMPV6):
            kind, code = divmod(tuple_.dport, 256)
            return told | {"type": kind, "code": code}
        return told | {"sport": self.port(tuple_.sport), "dport": self.port(tuple_.dport)}
