"""kube-proxy in iptables mode: the tables of one node, chain by chain as a packet asks for them.

pkg/proxy/iptables/proxier.go
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

from simulator.compilers.kube_proxy import names
from simulator.compilers.kube_proxy.choices import Choices
from simulator.compilers.kube_proxy.endpoints import ProxyEndpoint
from simulator.compilers.kube_proxy.iptables_fixed import JUMPS, fixed_chains
from simulator.compilers.kube_proxy.iptables_portals import (
    filter_external_services,
    filter_firewall,
    filter_node_ports,
    filter_services,
    nat_node_ports,
    nat_services,
)
from simulator.compilers.kube_proxy.iptables_service import (
    chain_prefixes,
    endpoint_chain,
    endpoint_rules,
    service_rules,
)
from simulator.compilers.kube_proxy.node import ProxyNode
from simulator.compilers.kube_proxy.services import ProxyPort, ProxyServices
from simulator.linux.iptables import Chain, Table, Tables

SHARED: Mapping[str, Mapping[str, Callable[[Choices], Chain]]] = {
    "mangle": {},
    "filter": {
        names.SERVICES: filter_services,
        names.EXTERNAL_SERVICES: filter_external_services,
        names.NODE_PORTS: filter_node_ports,
        names.PROXY_FIREWALL: filter_firewall,
    },
    "nat": {names.SERVICES: nat_services, names.NODE_PORTS: nat_node_ports},
}
PORT_CHAINS = (names.CLUSTER_POLICY, names.LOCAL_POLICY, names.EXTERNAL, names.FIREWALL)


class ServiceChains:
    """The chains of the service ports by name, made when asked for."""

    def __init__(self, choices: Choices) -> None:
        self._choices = choices
        self._endpoints: dict[str, tuple[ProxyPort, ProxyEndpoint]] = {}

    def find(self, name: str) -> Chain | None:
        for prefix in PORT_CHAINS:
            if name.startswith(prefix):
                return self._port_chain(prefix, name.removeprefix(prefix))
        if name.startswith(names.ENDPOINT):
            return self._endpoint_chain(name)
        return None

    def _port_chain(self, prefix: str, port_hash: str) -> Chain | None:
        port = self._choices.services.by_hash(port_hash)
        if port is None or prefix not in chain_prefixes(self._choices, port):
            return None
        self._remember_endpoints(port)
        return Chain(prefix + port_hash, service_rules(self._choices, port, prefix))

    def _remember_endpoints(self, port: ProxyPort) -> None:
        """Whoever asks for a port's chain will ask for its endpoints' next."""
        for endpoint in self._choices.of(port).reachable:
            self._endpoints[endpoint_chain(port, endpoint)] = (port, endpoint)

    def _endpoint_chain(self, name: str) -> Chain | None:
        if name not in self._endpoints:
            for port in self._choices.services.ports:
                self._remember_endpoints(port)
        if name not in self._endpoints:
            return None
        return Chain(name, endpoint_rules(self._choices, *self._endpoints[name]))

    def names(self) -> Iterator[str]:
        for port in self._choices.services.ports:
            for prefix in chain_prefixes(self._choices, port):
                yield prefix + port.hash
            for endpoint in self._choices.of(port).reachable:
                yield endpoint_chain(port, endpoint)


class ProxyChains(Mapping[str, Chain]):
    """The chains of one table: those of others, kube-proxy's own, and those of services when asked for."""

    def __init__(
        self,
        there: Mapping[str, Chain],
        shared: Mapping[str, Callable[[], Chain]],
        services: ServiceChains | None = None,
    ) -> None:
        self._made = dict(there)
        self._shared = dict(shared)
        self._services = services

    def __getitem__(self, name: str) -> Chain:
        chain = self._made.get(name)
        if chain is None:
            chain = self._make(name)
            if chain is None:
                raise KeyError(name)
            self._made[name] = chain
        return chain

    def _make(self, name: str) -> Chain | None:
        shared = self._shared.get(name)
        if shared is not None:
            return shared()
        return None if self._services is None else self._services.find(name)

    def __contains__(self, name: object) -> bool:
        return name in self._made or (isinstance(name, str) and self._make(name) is not None)

    @cached_property
    def _service_names(self) -> tuple[str, ...]:
        return () if self._services is None else tuple(self._services.names())

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys((*self._made, *self._shared, *self._service_names)))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def write_rules(services: ProxyServices, node: ProxyNode, tables: Tables) -> None:
    """Put kube-proxy's jumps before what is there, and add its chains."""
    choices = Choices(services, node)
    for name, chains in fixed_chains(node).items():
        there = dict(tables.tables[name].chains)
        for base, jumps in JUMPS[name].items():
            there[base].rules = (*jumps, *there[base].rules)
        there |= {chain: Chain(chain, rules) for chain, rules in chains.items()}
        shared = {chain: _later(make, choices) for chain, make in SHARED[name].items()}
        of_services = ServiceChains(choices) if name == "nat" else None
        tables.tables[name] = Table(name, ProxyChains(there, shared, of_services))


def _later(make: Callable[[Choices], Chain], choices: Choices) -> Callable[[], Chain]:
    return lambda: make(choices)
