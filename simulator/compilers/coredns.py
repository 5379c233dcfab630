"""CoreDNS's plugin kubernetes: the records of a cluster, made for the name that is asked.

plugin/kubernetes/kubernetes.go, plugin/kubernetes/reverse.go; the DNS specification of Kubernetes, version 1.1.0
"""

from collections.abc import Container, Iterator, Sequence
from functools import cached_property
from ipaddress import ip_address

from simulator.cluster.cluster import Cluster
from simulator.cluster.http.front import front_addresses
from simulator.cluster.model import Endpoint, EndpointSlice, Service
from simulator.compilers.resolv_conf import CLUSTER_DOMAIN
from simulator.packet.headers import IPAddress
from simulator.programs.coredns import CoreDns, Lookup
from simulator.programs.dns import Record, RecordType, Srv, address_type

REVERSE = ("in-addr.arpa", "ip6.arpa")
WEIGHT = 100
PUBLIC = frozenset(
    ("com", "net", "org", "io", "dev", "app", "cloud", "info", "biz", "edu", "gov", "int", "mil", "example", "test")
)
"""Top level domains that are taken to hold any name; those of countries, two letters, too."""


def coredns(cluster: Cluster) -> CoreDns:
    """The program with kubeadm's Corefile: its own zones, and the node's resolver for all else."""
    records = ClusterRecords(cluster)
    return CoreDns((CLUSTER_DOMAIN,), records.lookup, outside_names(cluster), REVERSE)


def outside_names(cluster: Cluster) -> Lookup:
    """Names that are not the cluster's: those of Ingresses and Gateways stand for the front that serves them, as their
    owner would have told the world's DNS; of all others nobody here knows the address, and the internet host stands for
    them."""
    at_front = front_addresses(cluster)
    known = {(s.external_name or "").rstrip(".").lower() for s in cluster.services.values()}
    own = {*cluster.namespaces, *(service.name for service in cluster.services.values())}
    address = cluster.profile.internet_address

    def lookup(name: str) -> Sequence[Record] | None:
        front = at_front(name)
        if front is not None:
            return (Record(name, address_type(front), front),)
        top = name.rpartition(".")[2]
        public = "." in name and (top in PUBLIC or _of_a_country(top, own))
        if not public and name not in known:
            return None
        return (Record(name, address_type(address), address),)

    return lookup


def _of_a_country(top: str, own: Container[str]) -> bool:
    """Two letters, unless the cluster means something by them: db-0.db is nobody's name outside."""
    return len(top) == 2 and top.isalpha() and top not in own


class ClusterRecords:
    """The zone cluster.local and the reverse zones."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def lookup(self, name: str) -> Sequence[Record] | None:
        """The records of a full name, of every type."""
        if name.endswith(".arpa"):
            return self._reverse(name)
        labels = name.removesuffix(CLUSTER_DOMAIN).rstrip(".").split(".")
        if labels in ([""], ["svc"], ["pod"]):
            return ()
        kind, inner = labels[-1], labels[:-1]
        if kind == "svc":
            return self._service_name(name, inner)
        return self._pod_name(name, inner) if kind == "pod" else None

    def _service_name(self, name: str, labels: list[str]) -> Sequence[Record] | None:
        """NS, SVC.NS, ENDPOINT.SVC.NS or _PORT._PROTOCOL.SVC.NS"""
        if len(labels) == 1:
            return () if labels[0] in self._cluster.namespaces else None
        if len(labels) > 4:
            return None
        service = self._cluster.services.get(f"{labels[-1]}/{labels[-2]}")
        if service is None:
            return None
        before = labels[:-2]
        if service.external_name is not None:
            return self._alias(name, service) if not before else None
        if len(before) == 2:
            return tuple(self._srv(name, service, *before)) or None
        if before:
            return tuple(self._of_endpoint(name, service, before[0])) or None
        return self._of_service(name, service)

    def _alias(self, name: str, service: Service) -> Sequence[Record] | None:
        """An ExternalName that looks like an address is served as nothing. plugin/etcd/msg/type.go:HostType()"""
        target = service.external_name or ""
        try:
            ip_address(target)
        except ValueError:
            alias = target.rstrip(".").lower()
            return (Record(name, RecordType.CNAME, alias, origins=service.origin("spec", "externalName")),)
        return None

    def _of_service(self, name: str, service: Service) -> Sequence[Record] | None:
        """The ClusterIPs, with or without endpoints; a headless Service has those of its endpoints, or is not there."""
        ports = tuple(self._srv(name, service, None, None))
        if not service.headless:
            whence = service.origin("spec", "clusterIP")
            return (*(Record(name, address_type(ip), ip, origins=whence) for ip in service.cluster_ips), *ports)
        found = {ip: endpoint.origins for _, endpoint in self._ready(service) for ip in endpoint.addresses}
        whence = service.origin("spec", "clusterIP")
        records = (Record(name, address_type(ip), ip, origins=(*whence, *found[ip])) for ip in found)
        return (*records, *ports) if found else None

    def _of_endpoint(self, name: str, service: Service, hostname: str) -> Iterator[Record]:
        for _, endpoint in self._ready(service):
            if endpoint_name(endpoint) == hostname:
                whence = endpoint.origins
                yield from (Record(name, address_type(ip), ip, origins=whence) for ip in endpoint.addresses)

    def _srv(self, name: str, service: Service, port: str | None, protocol: str | None) -> Iterator[Record]:
        """SRV for named ports only; of a headless Service one an endpoint, with the endpoint's own port number."""
        base = f"{service.name}.{service.namespace}.svc.{CLUSTER_DOMAIN}"

        def asked(its_name: str, its_protocol: str) -> bool:
            return bool(its_name) and (port is None or (port, protocol) == (f"_{its_name}", f"_{its_protocol}"))

        if not service.headless:
            for known in service.ports:
                if asked(known.name, known.protocol.keyword):
                    yield Record(name, RecordType.SRV, Srv(0, WEIGHT, known.port, base))
            return
        for piece, endpoint in self._ready(service):
            for there in piece.ports:
                if there.port is not None and asked(there.name, there.protocol.keyword):
                    target = f"{endpoint_name(endpoint)}.{base}"
                    yield Record(name, RecordType.SRV, Srv(0, WEIGHT, there.port, target))

    def _pod_name(self, name: str, labels: list[str]) -> Sequence[Record] | None:
        """10-244-1-3.NS: with `pods insecure` any address is answered, whoever has it."""
        if not labels or labels[-1] not in self._cluster.namespaces:
            return None
        if len(labels) == 1:
            return ()
        for separator in (".", ":"):
            try:
                address = ip_address(labels[0].replace("-", separator))
            except ValueError:
                continue
            return (Record(name, address_type(address), address),) if len(labels) == 2 else None
        return None

    def _ready(self, service: Service) -> Iterator[tuple[EndpointSlice, Endpoint]]:
        for piece in self._cluster.slices_of(service.key):
            yield from ((piece, endpoint) for endpoint in piece.endpoints if endpoint.ready is not False)

    def _reverse(self, name: str) -> Sequence[Record] | None:
        return self._pointers.get(name)

    @cached_property
    def _pointers(self) -> dict[str, tuple[Record, ...]]:
        """PTR of every ClusterIP, else of every ready endpoint with a host name. reverse.go:serviceRecordForIP()"""
        found: dict[str, tuple[Record, ...]] = {}
        for service in self._cluster.services.values():
            base = f"{service.name}.{service.namespace}.svc.{CLUSTER_DOMAIN}"
            for ip in service.cluster_ips:
                found[ip.reverse_pointer] = (_pointer(ip, base),)
        services = {address for service in self._cluster.services.values() for address in service.cluster_ips}
        for service in self._cluster.services.values():
            base = f"{service.name}.{service.namespace}.svc.{CLUSTER_DOMAIN}"
            for _, endpoint in self._ready(service):
                for ip in endpoint.addresses if endpoint.hostname else ():
                    if ip not in services:
                        pointer = _pointer(ip, f"{endpoint.hostname}.{base}")
                        found[ip.reverse_pointer] = (*found.get(ip.reverse_pointer, ()), pointer)
        return found


def endpoint_name(endpoint: Endpoint) -> str:
    """A pod's hostname where its subdomain is the Service, else its address with dashes.

    kubernetes.go:endpointHostname()
    """
    return endpoint.hostname or str(endpoint.addresses[0]).replace(".", "-").replace(":", "-")


def _pointer(ip: IPAddress, target: str) -> Record:
    return Record(ip.reverse_pointer, RecordType.PTR, target)
