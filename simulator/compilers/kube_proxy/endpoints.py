"""The endpoints of a service port, and which of them a node sends traffic to.

pkg/proxy/endpointslicecache.go: endpointInfoByServicePort(); pkg/proxy/topology.go: CategorizeEndpoints()
"""

from collections.abc import Iterable, Mapping

import msgspec

from simulator.cluster.model import Endpoint, EndpointPort, EndpointSlice
from simulator.origin import Origins
from simulator.packet.headers import IPAddress, Protocol

ZONE_LABEL = "topology.kubernetes.io/zone"
ADDRESS_TYPES = {4: "IPv4", 6: "IPv6"}


class ProxyEndpoint(msgspec.Struct, frozen=True):
    """One endpoint of one service port. `text` is ip:port, the key that everything is sorted by."""

    text: str
    address: IPAddress
    port: int
    ready: bool = True
    serving: bool = True
    terminating: bool = False
    node: str | None = None
    hint_zones: tuple[str, ...] = ()
    hint_nodes: tuple[str, ...] = ()
    origins: Origins = ()

    @property
    def last_resort(self) -> bool:
        """Used only where nothing is ready: on its way out, but still answering."""
        return self.serving and self.terminating


class Policies(msgspec.Struct, frozen=True):
    """What of a service port decides about its endpoints."""

    internal_local: bool = False
    external_local: bool = False
    externally_accessible: bool = False

    @property
    def uses_cluster(self) -> bool:
        return not self.internal_local or self.externally_accessible

    @property
    def uses_external_local(self) -> bool:
        """A Local policy for the outside means nothing where nobody outside can come."""
        return self.external_local and self.externally_accessible

    @property
    def uses_local(self) -> bool:
        return self.internal_local or self.uses_external_local


class Choice(msgspec.Struct, frozen=True):
    """What a node uses. None: this set is not asked for. `reachable` is the union, in the order of both."""

    cluster: tuple[ProxyEndpoint, ...] | None
    local: tuple[ProxyEndpoint, ...] | None
    reachable: tuple[ProxyEndpoint, ...]
    any_usable: bool


def matching_ports(
    slices: Iterable[EndpointSlice], port_name: str, protocol: Protocol, family: int
) -> list[tuple[EndpointSlice, EndpointPort]]:
    """The slices that hold endpoints of a service port, with the port that has its name and protocol."""
    address_type = ADDRESS_TYPES[family]
    return [
        (piece, port)
        for piece in slices
        if piece.address_type == address_type
        for port in piece.ports
        if port.name == port_name and port.protocol is protocol and port.port
    ]


def endpoints_of(found_in: Iterable[tuple[EndpointSlice, EndpointPort]]) -> tuple[ProxyEndpoint, ...]:
    """All endpoints of a service port, usable or not; of the same ip:port twice the one that stays wins."""
    found: dict[str, ProxyEndpoint] = {}
    for piece, port in found_in:
        _collect(piece.endpoints, port, found)
    return tuple(found[text] for text in sorted(found))


def first_is_well(found_in: Iterable[tuple[EndpointSlice, EndpointPort]]) -> bool:
    """Whether the first endpoint is ready and stays: then the others need not be read to know that some are usable."""
    for piece, _ in found_in:
        for endpoint in piece.endpoints:
            if endpoint.addresses:
                return endpoint.ready is not False and endpoint.terminating is not True
    return False


def _collect(endpoints: Iterable[Endpoint], port: EndpointPort, found: dict[str, ProxyEndpoint]) -> None:
    for endpoint in endpoints:
        if not endpoint.addresses:
            continue
        new = _proxy_endpoint(endpoint, port.port or 0)
        known = found.get(new.text)
        if known is None or (known.terminating and not new.terminating):
            found[new.text] = new


def _proxy_endpoint(endpoint: Endpoint, port: int) -> ProxyEndpoint:
    """Conditions that a slice does not state are taken as a healthy endpoint's."""
    address = endpoint.addresses[0]
    return ProxyEndpoint(
        text=f"[{address}]:{port}" if address.version == 6 else f"{address}:{port}",
        address=address,
        port=port,
        ready=endpoint.ready is not False,
        serving=endpoint.serving is not False,
        terminating=endpoint.terminating is True,
        node=endpoint.node,
        hint_zones=endpoint.hint_zones,
        hint_nodes=endpoint.hint_nodes,
        origins=endpoint.origins,
    )


def any_usable(endpoints: Iterable[ProxyEndpoint]) -> bool:
    """Whether some node could use one of them: then a Service is never rejected, at most dropped."""
    return any(endpoint.ready or endpoint.last_resort for endpoint in endpoints)


def categorize(
    endpoints: tuple[ProxyEndpoint, ...], policies: Policies, node: str, labels: Mapping[str, str]
) -> Choice:
    """The endpoints that one node uses: for the cluster policy, for the local policy, and both together."""
    cluster = _cluster_set(endpoints, node, labels.get(ZONE_LABEL)) if policies.uses_cluster else None
    local = _usable([e for e in endpoints if e.node == node]) if policies.uses_local else None
    chosen = {endpoint.text for endpoint in (*(cluster or ()), *(local or ()))}
    reachable = tuple(endpoint for endpoint in endpoints if endpoint.text in chosen)
    return Choice(cluster, local, reachable, any_usable(endpoints))


def _cluster_set(endpoints: tuple[ProxyEndpoint, ...], node: str, zone: str | None) -> tuple[ProxyEndpoint, ...]:
    ready = [endpoint for endpoint in endpoints if endpoint.ready]
    return tuple(_near(ready, node, zone)) if ready else _usable(endpoints)


def _usable(endpoints: Iterable[ProxyEndpoint]) -> tuple[ProxyEndpoint, ...]:
    """Those that are ready; if there are none, those that still answer on their way out."""
    here = tuple(endpoints)
    return tuple(e for e in here if e.ready) or tuple(e for e in here if e.last_resort)


def _near(ready: list[ProxyEndpoint], node: str, zone: str | None) -> list[ProxyEndpoint]:
    """Hints count only if every ready endpoint has one and one of them names us: first nodes, then zones."""
    if all(endpoint.hint_nodes for endpoint in ready):
        same_node = [endpoint for endpoint in ready if node in endpoint.hint_nodes]
        if same_node:
            return same_node
    if zone and all(endpoint.hint_zones for endpoint in ready):
        same_zone = [endpoint for endpoint in ready if zone in endpoint.hint_zones]
        if same_zone:
            return same_zone
    return ready
