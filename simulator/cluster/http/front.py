"""Fronts: the proxies at a cluster's edge. Those that the upload has are found; else one is assumed for a question.

An ingress controller is a pod behind a LoadBalancer Service, as its Helm chart installs it; the proxy of a Gateway is
a pod with a Service of its own, as most gateways make it (GEP-1762, label gateway.networking.k8s.io/gateway-name).
"""

from collections.abc import Callable, Iterator
from ipaddress import ip_address

import msgspec

from simulator.cluster.addons import free_places
from simulator.cluster.cluster import Cluster
from simulator.cluster.endpoint_slices import find_port
from simulator.cluster.http.ingress_model import GCE, NGINX, OTHER, TRAEFIK
from simulator.cluster.http.owners import Controller, controllers
from simulator.cluster.model import (
    Container,
    ContainerPort,
    Endpoint,
    EndpointPort,
    EndpointSlice,
    Labels,
    LoadBalancerIngress,
    Namespace,
    Pod,
    Service,
    ServicePort,
)
from simulator.cluster.profile import Assumption
from simulator.packet.headers import IPAddress, Protocol

GATEWAY_NAME = "gateway.networking.k8s.io/gateway-name"
CONTROLLER = "netviz.dev/ingress-controller"
"""The label of an assumed controller: the first of its classes."""
WEB_PORTS = (80, 443)
IMAGES = {
    NGINX: ("ingress-nginx/controller", "nginx-ingress-controller"),
    TRAEFIK: ("traefik",),
    GCE: (),
    OTHER: (),
}
"""Words in the images of a flavour's controllers."""
ASSUMED_IMAGE = {NGINX: "registry.k8s.io/ingress-nginx/controller", TRAEFIK: "docker.io/traefik"}
BALANCER = {4: ip_address("203.0.113.10"), 6: ip_address("2001:db8:203::10")}
"""Where assumed load balancers begin: addresses for documentation, RFC 5737 and RFC 3849."""


class Front(msgspec.Struct, frozen=True):
    """A proxy and the Service in front of it; `gateway` is its key, or `controller` what takes Ingresses.

    `hosts` are the names that it has rules for; "" where it takes any.
    """

    what: str
    hosts: tuple[str, ...]
    ports: tuple[tuple[int, Protocol], ...]
    pods: tuple[Pod, ...] = ()
    service: Service | None = None
    gateway: str | None = None
    controller: Controller | None = None

    @property
    def address(self) -> IPAddress | None:
        """Where clients outside find it."""
        if self.service is None:
            return None
        balanced = [one.ip for one in self.service.load_balancer if one.ip is not None]
        return next(iter([*balanced, *self.service.external_ips]), None)

    def listener_port(self, pod: Pod, number: int) -> int:
        """The port that a client dialled, of the pod's own; the same where no Service is between."""
        ports = self.service.ports if self.service else ()
        return next((p.port for p in ports if find_port(pod, p) == number), number)


def fronts(cluster: Cluster) -> tuple[Front, ...]:
    """Every Gateway with listeners and every controller with Ingresses, with their pods as far as there are any."""
    return (*_gateways(cluster), *_controllers(cluster))


def _gateways(cluster: Cluster) -> Iterator[Front]:
    if cluster.web.empty:
        return
    for key, served in cluster.web.status.served.items():
        programmed = [one.listener for one in served if one.programmed]
        if not programmed:
            continue
        gateway = cluster.web.gateways[key]
        hosts = dict.fromkeys(
            host for one in served for attached in one.attached for host in attached.hosts or (one.listener.hostname,)
        )
        ports = dict.fromkeys((one.port, Protocol.UDP if one.protocol == "UDP" else Protocol.TCP) for one in programmed)
        labels = {GATEWAY_NAME: gateway.name}
        pods = tuple(p for p in cluster.pods.values() if p.namespace == gateway.namespace and _has(p, labels))
        yield Front(gateway.ref, tuple(hosts), tuple(ports), pods, _service_of(cluster, pods), gateway=key)


def _controllers(cluster: Cluster) -> Iterator[Front]:
    for one in controllers(cluster):
        if one.ingresses:
            hosts = dict.fromkeys(rule.host for ingress in one.ingresses for rule in ingress.rules)
            words = IMAGES[one.flavour]
            label = {CONTROLLER: one.label}
            pods = tuple(p for p in cluster.pods.values() if _has(p, label) or _runs(p, words))
            ports = tuple((port, Protocol.TCP) for port in WEB_PORTS)
            yield Front(one.name, tuple(hosts), ports, pods, _service_of(cluster, pods), controller=one)


def _has(pod: Pod, labels: Labels) -> bool:
    return all(pod.labels.get(key) == value for key, value in labels.items())


def _runs(pod: Pod, words: tuple[str, ...]) -> bool:
    return any(word in container.image for container in pod.containers for word in words)


def _service_of(cluster: Cluster, pods: tuple[Pod, ...]) -> Service | None:
    """The Service that clients outside come in by: one with an address first."""
    if not pods:
        return None
    mine = [
        s for s in cluster.services.values()
        if s.selector and s.namespace == pods[0].namespace and _has(pods[0], s.selector)
    ]  # fmt: skip
    outside = [s for s in mine if s.type in ("LoadBalancer", "NodePort") or s.external_ips]
    return next(iter([*outside, *mine]), None)


def front_addresses(cluster: Cluster) -> Callable[[str], IPAddress | None]:
    """Where the names of Ingresses and Gateways lead: a name to its front's address; the most specific host counts."""
    known = [(host, f.address) for f in fronts(cluster) for host in f.hosts if host and f.address is not None]
    known.sort(key=lambda pair: (pair[0].startswith("*"), -len(pair[0])))

    def find(name: str) -> IPAddress | None:
        return next((address for host, address in known if host == name or _under(name, host)), None)

    return find


def _under(name: str, host: str) -> bool:
    return host.startswith("*.") and name.endswith(host[1:]) and name != host[1:]


def with_fronts(cluster: Cluster) -> Cluster:
    """The cluster with a proxy for every Gateway and controller that has none, and an address for each from outside."""
    if cluster.web.empty or cluster.profile.addons == "none":
        return cluster
    for number, front in enumerate(fronts(cluster)):
        if not front.pods:
            cluster = _with_proxy(cluster, front, number)
        elif front.service is not None and front.service.type == "LoadBalancer" and front.address is None:
            cluster = _with_address(cluster, front.service, number)
    return cluster


def _with_proxy(cluster: Cluster, front: Front, number: int) -> Cluster:
    found = next(free_places(cluster), None)
    if found is None:
        return cluster
    node, ip = found
    if front.gateway is not None:
        namespace, name = front.gateway.split("/")
        labels = {GATEWAY_NAME: name}
        image = "netviz.dev/gateway"
        name = f"{name}-proxy"
    else:
        assert front.controller is not None
        labels = {CONTROLLER: front.controller.label}
        image = ASSUMED_IMAGE.get(front.controller.flavour, "netviz.dev/ingress-controller")
        namespace = name = f"ingress-{front.controller.label}"
    ports = tuple(ContainerPort(port, protocol, f"port-{port}") for port, protocol in front.ports)
    pod = Pod(name=name, namespace=namespace, labels=labels, node=node.name, ips=(ip,),
              containers=(Container("proxy", image, ports),))  # fmt: skip
    balancer = _balancer(ip.version, number)
    service = Service(
        name=name, namespace=namespace, labels=labels, type="LoadBalancer", selector=labels,
        cluster_ips=_free_cluster_ip(cluster, ip.version),
        ports=tuple(ServicePort(f"p{port}-{protocol.value.lower()}", protocol, port, port, at)
                    for at, (port, protocol) in enumerate(front.ports)),
        load_balancer=(LoadBalancerIngress(balancer),), ip_families=(ip.version,),
    )  # fmt: skip
    message = (
        f"The manifests have no pod that serves {front.what}: one was taken to be {pod.key}, behind a load balancer "
        f"with the address {balancer}."
    )
    return cluster.extended(
        Assumption("addons", "auto", message), namespaces=(_namespace(namespace),), pods=(pod,), services=(service,),
        slices=(_slice(service, pod),),
    )  # fmt: skip


def _with_address(cluster: Cluster, service: Service, number: int) -> Cluster:
    address = _balancer(service.ip_families[0], number)
    given = msgspec.structs.replace(service, load_balancer=(LoadBalancerIngress(address),))
    message = f"The load balancer of {service.key} has no address yet; {address} was taken."
    return cluster.extended(Assumption("addons", "auto", message), services=(given,))


def _free_cluster_ip(cluster: Cluster, version: int) -> tuple[IPAddress, ...]:
    """The last of the range that nobody has: there it moves nobody else's."""
    taken = {ip for service in cluster.services.values() for ip in service.cluster_ips}
    cidr = next((c for c in cluster.profile.service_cidrs if c.version == version), None)
    if cidr is None:
        return ()
    last = min(cidr.num_addresses, 256)
    return next(((cidr[-back],) for back in range(2, last) if cidr[-back] not in taken), ())


def _balancer(version: int, number: int) -> IPAddress:
    return BALANCER[version] + number


def _namespace(name: str) -> Namespace:
    return Namespace(name=name, labels={"kubernetes.io/metadata.name": name})


def _slice(service: Service, pod: Pod) -> EndpointSlice:
    ports = tuple(EndpointPort(p.name, p.protocol, p.port) for p in service.ports)
    there = Endpoint(pod.ips, ready=True, serving=True, terminating=False, node=pod.node, target=pod.ref)
    return EndpointSlice(name=f"{service.name}-assumed", namespace=service.namespace, service=service.name,
                         address_type=f"IPv{pod.ips[0].version}", ports=ports, endpoints=(there,))  # fmt: skip
