"""Where kube-proxy's iptables rules send a new connection, read as kube-proxy's own tests read them.

A reading of the rules, not the kernel: a packet enters at nat PREROUTING, then meets kube-proxy's filter chains
whichever hook they hang on; every random choice is followed; connection states, marks and affinity never match.
pkg/proxy/iptables/proxier_test.go: iptablesTracer
"""

from collections.abc import Collection
from ipaddress import ip_address

from simulator.analysis.proxy_case import CaseFlow, endpoint
from simulator.compilers.kube_proxy import names
from simulator.linux import iptables as ipt
from simulator.packet.headers import IPAddress

FILTER_CHAINS = (names.SERVICES, names.EXTERNAL_SERVICES, names.NODE_PORTS, names.PROXY_FIREWALL)
FINAL: dict[type, str] = {ipt.Accept: "ACCEPT", ipt.Drop: "DROP", ipt.Reject: "REJECT"}


def outcome(tables: ipt.Tables, flow: CaseFlow, local: Collection[IPAddress]) -> tuple[list[str], bool]:
    """Every endpoint that could be chosen, or a verdict; and whether the source would be changed."""
    return _Walk(tables, flow, local).run()


class _Walk:
    """One packet on its way through the chains of one family."""

    def __init__(self, tables: ipt.Tables, flow: CaseFlow, local: Collection[IPAddress]) -> None:
        self._tables = tables
        self._flow = flow
        self._local = local
        self._source = ip_address(flow.source_ip)
        self._destination = ip_address(flow.dest_ip)
        self._outputs: list[str] = []
        self._masquerade = False

    def run(self) -> tuple[list[str], bool]:
        nat = self._tables.tables["nat"]
        self._run(nat, "PREROUTING")
        if self._outputs:
            self._destination = ip_address(self._outputs[0].rpartition(":")[0].strip("[]"))
        for chain in FILTER_CHAINS:
            if chain in self._tables.tables["filter"].chains:
                self._run(self._tables.tables["filter"], chain)
        return self._outputs, self._masquerade

    def _run(self, table: ipt.Table, name: str) -> bool:
        """Whether the packet's fate is settled; after a rule of chance the others are tried all the same."""
        chain = table.chains[name]
        for _, rule in chain.candidates(self._destination, self._flow.dest_port):
            if all(self._fits(match) for match in rule.matches) and self._hit(table, rule):
                return True
        return False

    def _hit(self, table: ipt.Table, rule: ipt.Rule) -> bool:
        target = rule.target
        if isinstance(target, ipt.Jump):
            if target.chain == names.MARK_MASQ:
                self._masquerade = True
                return False
            settled = self._run(table, target.chain)
            return settled and not any(isinstance(match, ipt.Statistic) for match in rule.matches)
        if isinstance(target, ipt.Dnat):
            self._outputs.append(endpoint(target.address, target.port))
            return True
        if type(target) in FINAL:
            self._outputs.append(FINAL[type(target)])
            return True
        return False

    def _fits(self, match: ipt.Match) -> bool:
        if isinstance(match, ipt.Source):
            return (self._source in match.network) is not match.invert
        if isinstance(match, ipt.Destination):
            return (self._destination in match.network) is not match.invert
        if isinstance(match, ipt.IpProtocol):
            return (match.protocol is self._flow.protocol) is not match.invert
        if isinstance(match, ipt.L4Ports):
            return match.dports is None or match.dports[0] <= self._flow.dest_port <= match.dports[1]
        if isinstance(match, ipt.AddrType):
            return self._fits_type(match)
        if isinstance(match, ipt.Recent):
            return match.action == "set"
        return not isinstance(match, ipt.CtStateMatch | ipt.MarkMatch)

    def _fits_type(self, match: ipt.AddrType) -> bool:
        """LOCAL is the only type that kube-proxy asks for."""
        source = match.src_type is None or (self._source in self._local) is not match.invert_src
        destination = match.dst_type is None or (self._destination in self._local) is not match.invert_dst
        return source and destination
