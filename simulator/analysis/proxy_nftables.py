"""Where an nftables table of kube-proxy's sends a new connection, by walking it as the kernel does.

Every base chain is entered in the order of priorities, on whichever hook it hangs, until one settles the packet; every
random choice is followed. A packet that was not refused then meets the chains at postrouting.
pkg/proxy/nftables/helpers_test.go: nftablesTracer
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from ipaddress import ip_address, ip_interface

from simulator.analysis.proxy_case import CaseFlow, endpoint
from simulator.chance import Option, Random
from simulator.datapath.nf_tables import nft_do_chain
from simulator.datapath.session import Session
from simulator.datapath.skb import Skb
from simulator.datapath.xt_match import Context
from simulator.linux import iptables as ipt
from simulator.linux import nftables as nft
from simulator.linux.conntrack import CtEntry, CtState, packet_tuple
from simulator.linux.device import Device, DeviceKind
from simulator.linux.netns import Netns
from simulator.linux.network import Network
from simulator.linux.route import RoutingTable
from simulator.linux.socket import Sockets
from simulator.packet.headers import L4, Ip, IPAddress, Protocol, Sctp, Tcp, Udp
from simulator.packet.packet import Packet

CLIENT_PORT = 40000
TTL = 64
LAST_HOOK = "postrouting"
REFUSALS: dict[type, str] = {ipt.Drop: "DROP", ipt.Reject: "REJECT"}


def outcome(table: nft.Table, flow: CaseFlow, local: Collection[IPAddress]) -> tuple[list[str], bool]:
    """Every endpoint or refusal that the packet can meet, and whether its source would be changed on any way."""
    netns = _node(local)
    outputs: dict[str, None] = {}
    masquerade = False
    for choose in _ways():
        output, changed = _Walk(table, netns, flow, choose).run()
        masquerade |= changed
        if output:
            outputs[output] = None
    return list(outputs), masquerade


def _node(local: Collection[IPAddress]) -> Netns:
    """A namespace of which the tables ask nothing but its own addresses."""
    addresses = tuple(ip_interface(address) for address in sorted(local, key=lambda ip: (ip.version, int(ip))))
    device = Device("eth0", DeviceKind.PHYSICAL, "", addresses)
    return Netns("node", "node", "", {"eth0": device}, RoutingTable(()), lambda *_: None, Sockets())


def _ways() -> Iterator[Callable[[Sequence[Option]], int]]:
    """One chooser a walk, until every branch has been taken: what is not decided yet takes the first way, and leaves
    the others for later."""
    later: list[tuple[int, ...]] = [()]
    while later:
        taken = list(later.pop())
        decided = iter(tuple(taken))

        def choose(options: Sequence[Option], taken: list[int] = taken, decided: Iterator[int] = decided) -> int:
            known = next(decided, None)
            if known is not None:
                return known
            later.extend((*taken, other) for other in range(len(options) - 1, 0, -1))
            taken.append(0)
            return 0

        yield choose


class _Walk:
    """One packet on one of its ways through the chains."""

    def __init__(
        self, table: nft.Table, netns: Netns, flow: CaseFlow, choose: Callable[[Sequence[Option]], int]
    ) -> None:
        self._table = table
        session = Session(Network(lambda name: netns, {}, lambda address: None), choose, Random(0))
        skb = Skb(_packet(flow), "eth0")
        skb.state = CtState.NEW
        skb.ct = CtEntry(packet_tuple(skb.packet))
        self._context = Context(session, netns, skb, "", "")

    def run(self) -> tuple[str, bool]:
        """What became of it, "" where no chain decided; and whether it leaves with another source."""
        output = self._through(lambda hook: hook != LAST_HOOK)
        if output in REFUSALS.values():
            return output, False
        self._through(lambda hook: hook == LAST_HOOK)
        return output, self._context.skb.ct is not None and self._context.skb.ct.source_nat

    def _through(self, wanted: Callable[[str], bool]) -> str:
        bases = [(c.base.priority, c.name) for c in self._table.chains.values() if c.base and wanted(c.base.hook)]
        for _, name in sorted(bases, key=lambda base: base[0]):
            decision = nft_do_chain(self._table, name, self._context)
            output = self._carry_out(decision.target)
            if output:
                return output
        return ""

    def _carry_out(self, target: ipt.Target | None) -> str:
        skb = self._context.skb
        assert skb.ct is not None
        if isinstance(target, ipt.Dnat):
            skb.packet = skb.packet.with_dst(target.address, target.port or skb.packet.dport)
            skb.ct.destination_nat = True
            return endpoint(target.address, skb.packet.dport)
        if isinstance(target, ipt.Masquerade):
            skb.ct.source_nat = True
        return REFUSALS.get(type(target), "")


def _packet(flow: CaseFlow) -> Packet:
    ip = Ip(ip_address(flow.source_ip), ip_address(flow.dest_ip), TTL, flow.protocol)
    return Packet(ip, _transport(flow))


def _transport(flow: CaseFlow) -> L4:
    if flow.protocol is Protocol.UDP:
        return Udp(CLIENT_PORT, flow.dest_port)
    if flow.protocol is Protocol.SCTP:
        return Sctp(CLIENT_PORT, flow.dest_port, "INIT")
    return Tcp(CLIENT_PORT, flow.dest_port, "S")
