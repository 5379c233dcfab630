"""kube-proxy in nftables mode: its one table, part by part as a packet asks for them.

pkg/proxy/nftables/proxier.go
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property

import msgspec

from simulator.compilers.kube_proxy import nft_elements as elements
from simulator.compilers.kube_proxy import nft_names as names
from simulator.compilers.kube_proxy.choices import Choices
from simulator.compilers.kube_proxy.nft_fixed import fixed_chains
from simulator.compilers.kube_proxy.nft_service import ADDRESS_TYPE, affinity_sets, port_chains
from simulator.compilers.kube_proxy.node import ProxyNode
from simulator.compilers.kube_proxy.services import ProxyPort, ProxyServices
from simulator.linux.nftables import Chain, Element, Key, Set, Table

Fill = Callable[[Choices, ProxyPort], elements.Entries]

PROTOCOL_AND_PORT = ("inet_proto", "inet_service")


class _SetKind(msgspec.Struct, frozen=True):
    """How one of the sets is made: `addresses` come before protocol and port in its keys."""

    name: str
    addresses: int
    ports: bool
    comment: str
    fill: Fill
    verdicts: bool = True


SETS = (
    _SetKind(names.HAIRPINS, 2, True, "service hairpin connections", elements.hairpins, verdicts=False),
    _SetKind(names.CLUSTER_IPS, 1, False, "Active ClusterIPs", elements.cluster_ips, verdicts=False),
    _SetKind(
        names.NO_ENDPOINT_SERVICES, 1, True, "vmap to drop or reject packets to services with no endpoints",
        elements.no_endpoint_services,
    ),
    _SetKind(
        names.NO_ENDPOINT_NODE_PORTS, 0, True, "vmap to drop or reject packets to service nodeports with no endpoints",
        elements.no_endpoint_node_ports,
    ),
    _SetKind(
        names.FIREWALL_IPS, 1, True, "destinations that are subject to LoadBalancerSourceRanges",
        elements.firewall_ips,
    ),
    _SetKind(
        names.SERVICE_IPS, 1, True, "ClusterIP, ExternalIP and LoadBalancer IP traffic", elements.service_ips
    ),
    _SetKind(names.SERVICE_NODE_PORTS, 0, True, "NodePort traffic", elements.service_node_ports),
)  # fmt: skip


class Elements(Mapping[Key, Element]):
    """The elements of one set. `concerned` names the ports that can have a key, so that a look-up makes only theirs."""

    def __init__(self, choices: Choices, fill: Fill, concerned: Callable[[Key], Iterable[int]]) -> None:
        self._choices = choices
        self._fill = fill
        self._concerned = concerned

    @cached_property
    def _all(self) -> Mapping[Key, Element]:
        return self._of(range(len(self._choices.services.ports)))

    def _of(self, places: Iterable[int]) -> Mapping[Key, Element]:
        """Of a key that two ports claim the first has it."""
        found: dict[Key, Element] = {}
        for place in places:
            for key, element in self._fill(self._choices, self._choices.services.ports[place]):
                found.setdefault(key, element)
        return found

    def __getitem__(self, key: Key) -> Element:
        return self._of(self._concerned(key))[key]

    def __iter__(self) -> Iterator[Key]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)


class ServiceChains(Mapping[str, Chain]):
    """The fixed chains, then those of the service ports; their names say whose they are."""

    def __init__(self, choices: Choices) -> None:
        self._choices = choices
        self._fixed = fixed_chains(choices.node)

    @cached_property
    def _of_ports(self) -> Mapping[str, Chain]:
        return self._of(range(len(self._choices.services.ports)))

    def _of(self, places: Iterable[int]) -> Mapping[str, Chain]:
        ports = [self._choices.services.ports[place] for place in places]
        return {chain.name: chain for port in ports for chain in port_chains(self._choices, port)}

    def __getitem__(self, name: str) -> Chain:
        if name in self._fixed:
            return self._fixed[name]
        return self._of(self._choices.services.by_service.get(names.service_key(name), ()))[name]

    def __iter__(self) -> Iterator[str]:
        yield from self._fixed
        yield from self._of_ports

    def __len__(self) -> int:
        return len(self._fixed) + len(self._of_ports)


def _concerned(services: ProxyServices, kind: _SetKind) -> Callable[[Key], Iterable[int]]:
    if kind.addresses > 1:
        return services.with_endpoint
    return services.with_address if kind.addresses else services.with_node_port


def proxy_table(services: ProxyServices, node: ProxyNode) -> Table:
    """kube-proxy's table of one family on one node."""
    choices = Choices(services, node)
    address = (ADDRESS_TYPE[node.family],)
    sets = {
        kind.name: Set(
            kind.name,
            (*address * kind.addresses, *(PROTOCOL_AND_PORT if kind.ports else ())),
            Elements(choices, kind.fill, _concerned(services, kind)),
            kind.comment,
            kind.verdicts,
        )
        for kind in SETS
    }
    if not node.any_node_port_address:
        served: dict[Key, Element] = {(ip,): Element() for ip in node.node_port_ips}
        sets[names.NODE_PORT_IPS] = Set(
            names.NODE_PORT_IPS, address, served, "IPs that accept NodePort traffic"
        )  # fmt: skip
    for port in services.ports:
        sets |= {found.name: found for found in affinity_sets(choices, port)}
    return Table(node.family, names.TABLE, sets, ServiceChains(choices), "rules for kube-proxy")
