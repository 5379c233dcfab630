"""Who is asked: an address, a Service, a pod, a node, localhost; found as the client would find it.

Names of Services follow the DNS schema of Kubernetes (SERVICE[.NAMESPACE[.svc[.cluster.local]]]).
"""

from ipaddress import ip_address
from typing import TYPE_CHECKING

import msgspec

from simulator.analysis.ask_source import INTERNET, Client, find_bare_pod, not_running
from simulator.analysis.flow_error import FlowError, did_you_mean
from simulator.analysis.ways_in import way_in
from simulator.compilers.balancers import answers_itself
from simulator.linux.network import Assumption
from simulator.packet.headers import IPAddress, Protocol
from simulator.trace.model import Balancer

if TYPE_CHECKING:
    from simulator.cluster.cluster import Cluster
    from simulator.cluster.model import Endpoint, EndpointSlice, Node, Pod, Service

CLUSTER_DOMAIN = "cluster.local"
MOST_ALIASES = 8
BROADCAST = ip_address("255.255.255.255")
LOOPBACK = {4: ip_address("127.0.0.1"), 6: ip_address("::1")}


class NamedPort(msgspec.Struct, frozen=True):
    name: str
    number: int
    protocol: Protocol


class Place(msgspec.Struct, frozen=True):
    """Where the packet is sent: `what` says it in words, `ports` are those that may be asked by name or left out.

    `via` is the host that the router outside hands the address to, or `balancer` chooses one; `resolved`: the
    cluster's DNS says so.
    """

    address: IPAddress
    what: str
    ports: tuple[NamedPort, ...] = ()
    via: str | None = None
    balancer: Balancer | None = None
    assumptions: tuple[Assumption, ...] = ()
    resolved: bool = False


def find_place(cluster: "Cluster", client: Client, host: str, protocol: Protocol, depth: int = 0) -> Place:
    """The place that `host` names for this client."""
    if depth > MOST_ALIASES:
        raise FlowError("unsupported-target", f'"{host}" is an alias that leads in a circle.', "Mend its externalName.")
    bare = host.strip("[]")
    try:
        return _at_address(cluster, client, ip_address(bare))
    except ValueError:
        return _by_name(cluster, client, host.rstrip(".").lower(), protocol, depth)


def _at_address(cluster: "Cluster", client: Client, address: IPAddress) -> Place:
    """connect() to 0.0.0.0 is one to oneself. net/ipv4/route.c:ip_route_output_key_hash_rcu()"""
    if address.version not in client.families:
        raise FlowError(
            "bad-address",
            f"{client.netns} has no IPv{address.version} address, so it cannot send to {address}.",
            f"Ask for an IPv{client.families[0]} address.",
        )
    if address.is_multicast or address == BROADCAST:
        raise FlowError("bad-address", f"{address} is not the address of one host.",
                        "A flow goes to one: name a pod, a Service, a node or a host outside.")  # fmt: skip
    if address.is_unspecified:
        address = LOOPBACK[address.version]
    for service in cluster.services.values():
        outside = (*(i.ip for i in service.load_balancer), *service.external_ips)
        if address in service.cluster_ips or address in outside:
            if address in outside and (client.netns == INTERNET or answers_itself(cluster, service, address)):
                return _from_outside(cluster, service, address)
            return Place(address, f"Service {service.key}", _service_ports(service))
    pod = cluster.pod_by_ip(address)
    if pod is not None:
        return Place(address, f"Pod {pod.key}", _pod_ports(pod))
    return Place(address, str(address))


def _by_name(cluster: "Cluster", client: Client, host: str, protocol: Protocol, depth: int) -> Place:
    if host == "localhost":
        version = 4 if 4 in client.families else 6
        return Place(LOOPBACK[version], "localhost")
    if "/" in host:
        return _by_key(cluster, client, host, protocol, depth)
    labels = host.removesuffix("." + CLUSTER_DOMAIN).split(".")
    if "" in labels:
        raise FlowError(
            "bad-address", f'"{host}" is neither an address nor a name.', "Write NAME:PORT, IP:PORT or a URL."
        )
    place = _by_dns(cluster, client, host, labels, protocol, depth)
    if place is not None:
        return msgspec.structs.replace(place, resolved=True)
    if len(labels) == 1:
        place = _pod_or_machine(cluster, client, host)
    place = place or _at_front(cluster, client, host)
    if place is not None:
        return place
    raise _unknown_name(cluster, client, host, labels)


def _at_front(cluster: "Cluster", client: Client, host: str) -> Place | None:
    """A name of an Ingress or a Gateway: the world's DNS is taken to know the address of its front."""
    from simulator.cluster.http.front import front_addresses

    address = front_addresses(cluster)(host)
    if address is None or address.version not in client.families:
        return None
    place = _at_address(cluster, client, address)
    message = f"{host} is taken to stand for {address}, the address of {place.what}."
    told = (*place.assumptions, Assumption("name", host, message))
    return msgspec.structs.replace(place, assumptions=told, resolved=True)


def _by_key(cluster: "Cluster", client: Client, key: str, protocol: Protocol, depth: int) -> Place:
    service = cluster.services.get(key)
    if service is not None:
        return _at_service(cluster, client, service, protocol, depth)
    pod = cluster.pods.get(key)
    if pod is not None:
        return _at_pod(client, pod)
    if not cluster.services:
        raise FlowError("unknown-pod", f"There is no Service or pod {key}.", did_you_mean(key, cluster.pods, "pods"))
    known = (*cluster.services, *cluster.pods)
    raise FlowError(
        "unknown-service", f"There is no Service or pod {key}.", did_you_mean(key, known, "Services and pods")
    )


def _by_dns(
    cluster: "Cluster", client: Client, host: str, labels: list[str], protocol: Protocol, depth: int
) -> Place | None:
    """What the cluster's DNS would answer, along the client's search list."""
    if len(labels) >= 3 and labels[-1] == "pod":
        return _at_dashed_address(cluster, client, labels)
    here = client.namespace or "default"
    for name in _search(labels, here):
        service = cluster.services.get(f"{name[1]}/{name[0]}")
        if service is not None and len(name) == 2:
            return _at_service(cluster, client, service, protocol, depth)
        if len(name) == 3:
            service = cluster.services.get(f"{name[2]}/{name[1]}")
            if service is not None and service.headless:
                return _at_endpoint(cluster, client, service, name[0])
    if client.namespace is None and len(labels) == 1:
        return _only_service(cluster, client, labels[0], protocol, depth)
    return None


def _search(labels: list[str], namespace: str) -> list[tuple[str, ...]]:
    """(service, namespace) and (hostname, service, namespace) that the labels may mean, in resolv.conf's order."""
    if labels[-1] == "svc":
        return [tuple(labels[:-1])] if len(labels) in (3, 4) else []
    if len(labels) == 1:
        return [(labels[0], namespace)]
    if len(labels) == 2:
        return [(labels[0], labels[1], namespace), (labels[0], labels[1])]
    return [tuple(labels)] if len(labels) == 3 else []


def _only_service(cluster: "Cluster", client: Client, name: str, protocol: Protocol, depth: int) -> Place | None:
    """For a client outside every namespace, a short name may mean the only Service of that name."""
    found = [s for s in cluster.services.values() if s.name == name]
    if len(found) > 1:
        keys = ", ".join(sorted(s.key for s in found))
        raise FlowError("ambiguous-name", f'There are {len(found)} Services called "{name}".', f"Say which: {keys}.")
    return _at_service(cluster, client, found[0], protocol, depth) if found else None


def _at_dashed_address(cluster: "Cluster", client: Client, labels: list[str]) -> Place | None:
    """10-244-1-3.ns.pod: CoreDNS answers with the address, whoever has it (`pods insecure`)."""
    for separator in (".", ":"):
        try:
            return _at_address(cluster, client, ip_address(labels[0].replace("-", separator)))
        except ValueError:
            continue
    return None


def _at_service(cluster: "Cluster", client: Client, service: "Service", protocol: Protocol, depth: int) -> Place:
    if service.external_name:
        return _at_external_name(cluster, client, service, protocol, depth)
    if service.headless:
        return _at_endpoint(cluster, client, service, None)
    outside = [i.ip for i in service.load_balancer if i.ip is not None and i.ip.version in client.families]
    if client.netns == INTERNET and outside:
        return _from_outside(cluster, service, outside[0])
    address = next((ip for ip in service.cluster_ips if ip.version in client.families), None)
    if address is None:
        raise FlowError(
            "bad-address",
            f"Service {service.key} and {client.netns} have no IP version in common.",
            "Look at the Service's ipFamilies.",
        )
    return Place(address, f"Service {service.key}", _service_ports(service))


def _from_outside(cluster: "Cluster", service: "Service", address: IPAddress) -> Place:
    """As the internet calls it: something outside has the address and hands the packet to a node."""
    way = way_in(cluster, service, address)
    return Place(address, f"Service {service.key}", _service_ports(service), way.via, way.balancer, way.assumptions)


def _at_external_name(cluster: "Cluster", client: Client, service: "Service", protocol: Protocol, depth: int) -> Place:
    name = (service.external_name or "").rstrip(".").lower()
    labels = name.removesuffix("." + CLUSTER_DOMAIN).split(".")
    if name.endswith("." + CLUSTER_DOMAIN) or labels[-1] == "svc":
        return find_place(cluster, client, name, protocol, depth + 1)
    raise FlowError(
        "unsupported-target",
        f"Service {service.key} is an alias (ExternalName) for {name}, which lies outside this cluster: "
        "the DNS answers with that name and no packet ever goes to the Service.",
        "Ask for an address outside, such as "
        f"{cluster.profile.internet_address}:8081, to see how packets leave the cluster.",
    )


def _at_endpoint(cluster: "Cluster", client: Client, service: "Service", hostname: str | None) -> Place:
    """A headless Service: its name is the addresses of its ready endpoints; the first is taken."""
    slices = sorted(cluster.slices_of(service.key), key=lambda s: (s.address_type, s.name))
    for piece in slices:
        for endpoint in piece.endpoints:
            address = next((a for a in endpoint.addresses if a.version in client.families), None)
            if address is None or endpoint.ready is False or not _is_called(endpoint, hostname):
                continue
            what = endpoint.target or f"the endpoint {address}"
            message = f"Service {service.key} is headless: its name stands for its pods, and {what} was taken."
            told = (Assumption("endpoint", str(address), message),)
            return Place(address, f"headless Service {service.key}", _slice_ports(piece), assumptions=told)
    name = f'"{hostname}" ' if hostname else ""
    raise FlowError(
        "no-pods",
        f"The headless Service {service.key} has no ready endpoint {name}to stand for, so its name does not resolve.",
        "Compare its selector with the labels of the pods, and look whether they are ready.",
    )


def _is_called(endpoint: "Endpoint", hostname: str | None) -> bool:
    if hostname is None:
        return True
    pod = (endpoint.target or "").rpartition("/")[2]
    return hostname in (endpoint.hostname, pod)


def _pod_or_machine(cluster: "Cluster", client: Client, name: str) -> Place | None:
    here = cluster.pods.get(f"{client.namespace or 'default'}/{name}")
    if here is not None:
        return _at_pod(client, here)
    node = cluster.nodes.get(name)
    if node is not None:
        return _at_node(cluster, client, node)
    machines = {
        INTERNET: cluster.profile.internet_address,
        "router": cluster.profile.router_address,
        "cp": cluster.profile.control_plane_address,
    }
    if name in machines:
        return Place(machines[name], name)
    pod = find_bare_pod(cluster, name, client.namespace or "default")
    return _at_pod(client, pod) if pod is not None else None


def _at_pod(client: Client, pod: "Pod") -> Place:
    if pod.node is None or pod.phase != "Running" or not pod.ips:
        raise not_running(pod)
    address = next((ip for ip in pod.ips if ip.version in client.families), None)
    if address is None:
        raise FlowError("bad-address", f"Pod {pod.key} and {client.netns} have no IP version in common.", "")
    return Place(address, f"Pod {pod.key}", _pod_ports(pod))


def _at_node(cluster: "Cluster", client: Client, node: "Node") -> Place:
    address = next((ip for ip in node.addresses if ip.version in client.families), None)
    if address is None:
        raise FlowError("bad-address", f"Node {node.name} and {client.netns} have no IP version in common.", "")
    ports = tuple(
        NamedPort("", port.node_port, port.protocol)
        for service in cluster.services.values()
        for port in service.ports
        if port.node_port
    )
    return Place(address, f"Node {node.name}", ports)


def _service_ports(service: "Service") -> tuple[NamedPort, ...]:
    return tuple(NamedPort(p.name, p.port, p.protocol) for p in service.ports)


def _pod_ports(pod: "Pod") -> tuple[NamedPort, ...]:
    return tuple(NamedPort(p.name or "", p.number, p.protocol) for c in pod.containers for p in c.ports)


def _slice_ports(piece: "EndpointSlice") -> tuple[NamedPort, ...]:
    return tuple(NamedPort(p.name, p.port, p.protocol) for p in piece.ports if p.port is not None)


def _served_host(cluster: "Cluster", host: str) -> str | None:
    """The name nearest to it that an Ingress or a route serves."""
    from difflib import get_close_matches

    served = {rule.host for ingress in cluster.web.ingresses.values() for rule in ingress.rules if rule.host}
    served |= {name for route in cluster.web.routes for name in route.hostnames}
    near = get_close_matches(host, sorted(served), 1)
    return f"Did you mean {near[0]}, which is served here?" if near else None


def _unknown_name(cluster: "Cluster", client: Client, host: str, labels: list[str]) -> FlowError:
    elsewhere = sorted(f"{s.name}.{s.namespace}" for s in cluster.services.values() if s.name == labels[0])
    if elsewhere:
        where = client.namespace if len(labels) == 1 else labels[1]
        hint = f"Ask for {' or '.join(elsewhere)}."
        return FlowError("unknown-service", f'There is no Service "{labels[0]}" in namespace {where}.', hint)
    named = sorted(f"{host}.{p.namespace}" for p in cluster.pods.values() if [p.hostname, p.subdomain] == labels)
    if named:
        where = f'There is no Service "{labels[1]}" in namespace {client.namespace}.'
        return FlowError("unknown-service", where, f"Ask for {' or '.join(named)}.")
    if len(labels) > 1 and labels[-1] not in ("svc", "pod") and labels[1] not in cluster.namespaces:
        return FlowError(
            "unsupported-target",
            f'"{host}" is no name of this cluster, and NetViz asks no DNS outside.',
            _served_host(cluster, host) or "Ask for an address (IP:PORT), or for a Service as NAME.NAMESPACE:PORT.",
        )
    space = labels[1] if len(labels) > 1 else client.namespace or "default"
    away = len(labels) > 1 and space != client.namespace
    known = [f"{s.name}.{space}" if away else s.name for s in cluster.services.values() if s.namespace == space]
    known += [p.name for p in cluster.pods.values() if p.namespace == space and not away]
    asked = f"{labels[0]}.{space}" if away else labels[0]
    hint = did_you_mean(asked, (*known, *cluster.nodes), f"Services, pods (of namespace {space}) and nodes")
    return FlowError("unknown-service", f'No Service, pod or node is called "{host}".', hint)
