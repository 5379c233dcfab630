"""Services as the API server would hold them: defaults filled in, addresses and node ports given.

pkg/apis/core/v1/defaults.go: SetDefaults_Service(); pkg/registry/core/service/storage/alloc.go
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from simulator.cluster.addresses import NODE_PORTS, NodePorts, ServiceAddresses
from simulator.cluster.fields import Reader, natural, part
from simulator.cluster.model import LoadBalancerIngress, Service, ServicePort, Source
from simulator.cluster.problems import SHOWN, Problems
from simulator.cluster.profile import Profile
from simulator.manifests.manifest import Manifest, Path
from simulator.packet.headers import IPAddress, IPNetwork, Protocol

TYPES = ("ClusterIP", "NodePort", "LoadBalancer", "ExternalName")
POLICIES = ("Cluster", "Local")
AFFINITY_SECONDS = 10800
KUBERNETES, DEFAULT = "kubernetes", "default"
FAMILIES = {"IPv4": 4, "IPv6": 6}
NONE = "None"


class Services:
    """Makes every Service. What is written is set aside first, so that nobody is given it."""

    def __init__(self, profile: Profile, problems: Problems) -> None:
        self._problems = problems
        self._ranges: dict[int, ServiceAddresses] = {
            cidr.version: ServiceAddresses(cidr) for cidr in profile.service_cidrs
        }
        self._families = tuple(cidr.version for cidr in profile.service_cidrs)
        self._cidrs = profile.service_cidrs
        self._node_ports = NodePorts()
        self._ip_owner: dict[IPAddress, Manifest] = {}
        self._port_owner: dict[tuple[Protocol, int], Manifest] = {}
        self._outside: list[tuple[Manifest, IPAddress, Path]] = []

    def make(self, manifests: Iterable[Manifest]) -> dict[str, Service]:
        """Every Service by key; `default/kubernetes` always."""
        found = {}
        drafts = [self._read(manifest) for manifest in manifests]
        drafts.sort(key=lambda s: (s.namespace or "", natural(s.name)))
        for draft in drafts:
            made = self._allocate(draft)
            found[made.key] = made
        self._tell_outside()
        kubernetes = f"{DEFAULT}/{KUBERNETES}"
        if kubernetes not in found:
            found = {kubernetes: kubernetes_service(self._ranges[self._families[0]]), **found}
        return found

    def _read(self, manifest: Manifest) -> Service:
        """What is written, with defaults."""
        reader = Reader(manifest, self._problems)
        spec, metadata = part(manifest.body, "spec"), part(manifest.body, "metadata")
        kind = reader.choice(spec.get("type"), TYPES, ("spec", "type"))
        headless = kind == "ClusterIP" and (spec.get("clusterIP") == NONE or NONE in (spec.get("clusterIPs") or ()))
        addresses = () if headless or kind == "ExternalName" else tuple(self._cluster_ips(reader, spec))
        ports = tuple(self._ports(reader, spec, kind))
        outside = kind in ("NodePort", "LoadBalancer") or bool(spec.get("externalIPs"))
        policy = reader.choice(spec.get("externalTrafficPolicy"), POLICIES, ("spec", "externalTrafficPolicy"))
        return Service(
            name=manifest.name, namespace=manifest.namespace or DEFAULT, labels=metadata.get("labels") or {},
            annotations=metadata.get("annotations") or {}, source=Source(manifest), type=kind, cluster_ips=addresses,
            ports=ports, selector=spec.get("selector") or None, headless=headless,
            external_name=spec.get("externalName") if kind == "ExternalName" else None,
            external_ips=tuple(_addresses(reader, spec, "externalIPs")),
            load_balancer=tuple(_ingress(reader)) if kind == "LoadBalancer" else (),
            source_ranges=tuple(_source_ranges(reader, spec)),
            external_traffic_policy=policy if outside else "Cluster",
            internal_traffic_policy=reader.choice(spec.get("internalTrafficPolicy"), POLICIES,
                                                  ("spec", "internalTrafficPolicy")),
            affinity_seconds=_affinity(reader, spec),
            health_check_node_port=self._health_check(reader, spec, kind, policy),
            publish_not_ready=bool(spec.get("publishNotReadyAddresses")),
            traffic_distribution=spec.get("trafficDistribution"),
            ip_families=self._ip_families(reader, spec, addresses, headless),
        )  # fmt: skip

    def _cluster_ips(self, reader: Reader, spec: Mapping[str, Any]) -> Iterator[IPAddress]:
        texts: list[tuple[str, Path]] = [
            (text, ("spec", "clusterIPs", i)) for i, text in enumerate(spec.get("clusterIPs") or ())
        ]
        if not texts and spec.get("clusterIP"):
            texts = [(spec["clusterIP"], ("spec", "clusterIP"))]
        families: set[int] = set()
        for text, path in texts:
            address = reader.address(text, path) if text not in ("", NONE) else None
            if address is not None and address.version not in families and self._free(reader, address, path):
                families.add(address.version)
                yield address

    def _free(self, reader: Reader, address: IPAddress, path: Path) -> bool:
        """Whether a written cluster IP is this Service's alone; the first one found keeps it."""
        owner = self._ip_owner.setdefault(address, reader.manifest)
        if owner is not reader.manifest:
            self._problems.error(
                "duplicate-cluster-ip", f"{owner.ref} has the cluster IP {address} already; the API server refuses a "
                "second Service with it. Another one is given here.",
                "Leave clusterIP out, and a free one is chosen.", reader.manifest, path,
            )  # fmt: skip
            return False
        own = self._ranges.get(address.version)
        if own is not None:
            own.reserve(address)
            if address not in own.cidr:
                self._outside.append((reader.manifest, address, path))
        return True

    def _tell_outside(self) -> None:
        ranges = " and ".join(str(cidr) for cidr in self._cidrs)
        for number, (manifest, address, path) in enumerate(self._outside[:SHOWN], 1):
            left = len(self._outside) - SHOWN if number == SHOWN else 0
            more = f" The same holds for {left} more." if left > 0 else ""
            self._problems.warning(
                "cluster-ip-outside-range", f"The cluster IP {address} is not in the range of Services, "
                f"{ranges}.{more}", f"If the cluster has another range, say so: --set serviceCIDR={_around(address)}. "
                "Else leave clusterIP out.", manifest, path,
            )  # fmt: skip

    def _ports(self, reader: Reader, spec: Mapping[str, Any], kind: str) -> Iterator[ServicePort]:
        items = spec.get("ports") or ()
        seen: dict[str, int] = {}
        for index, item in enumerate(items):
            path: Path = ("spec", "ports", index)
            if not isinstance(item.get("port"), int):
                self._problems.error("port-without-number", "This Service port has no port; it is left out.",
                                     "Add port: and the number that clients dial.", reader.manifest,
                                     path)  # fmt: skip
                continue
            number = reader.port(item["port"], (*path, "port"))
            target = item.get("targetPort") or number
            if isinstance(target, int):
                target = reader.port(target, (*path, "targetPort"))
            if number is None or target is None:
                continue
            name = item.get("name") or ""
            self._name_of_port(reader, name, len(items), seen, index)
            protocol = reader.protocol(item, path)
            node_port = self._node_port(reader, item, protocol, kind, path)
            yield ServicePort(name, protocol, number, target, index, node_port, item.get("appProtocol"))

    def _name_of_port(self, reader: Reader, name: str, count: int, seen: dict[str, int], index: int) -> None:
        path: Path = ("spec", "ports", index, "name")
        if not name and count > 1:
            self._problems.error("unnamed-port", "A Service with several ports needs a name for each; the API server "
                                 "refuses this one.", "Add name: to every port.", reader.manifest, path)  # fmt: skip
        elif name in seen:
            message = f'Two ports of this Service are called "{name}"; the API server refuses it.'
            hint = "Give each port a name of its own."
            self._problems.error("duplicate-port-name", message, hint, reader.manifest, path)
        seen[name] = index

    def _node_port(
        self, reader: Reader, item: Mapping[str, Any], protocol: Protocol, kind: str, path: Path
    ) -> int | None:
        """The written node port, if it can be had."""
        wanted = item.get("nodePort")
        path = (*path, "nodePort")
        if not wanted:
            return None
        if kind not in ("NodePort", "LoadBalancer"):
            self._problems.error("node-port-unused", f"A {kind} Service has no node ports; the API server refuses "
                                 f"nodePort {wanted} here.", "Write type: NodePort, or leave nodePort out.",
                                 reader.manifest, path)  # fmt: skip
            return None
        if reader.port(wanted, path) is None:
            return None
        if wanted not in NODE_PORTS:
            self._problems.warning(
                "node-port-outside-range", f"The node port {wanted} is not in the usual range, {NODE_PORTS.start} to "
                f"{NODE_PORTS.stop - 1}; the API server refuses it.",
                "Choose one in the range, unless the cluster was given another one.", reader.manifest, path,
            )  # fmt: skip
        return self._own_node_port(reader, wanted, protocol, path)

    def _own_node_port(self, reader: Reader, wanted: int, protocol: Protocol, path: Path) -> int | None:
        if (protocol, wanted) not in self._port_owner:
            self._port_owner[protocol, wanted] = reader.manifest
            self._node_ports.reserve(wanted)
            return wanted
        owner = self._port_owner[protocol, wanted]
        self._problems.error(
            "duplicate-node-port", f"{owner.ref} has the node port {wanted}/{protocol.value} already; the API server "
            "refuses a second Service with it. Another one is given here.",
            "Leave nodePort out, and a free one is chosen.", reader.manifest, path,
        )  # fmt: skip
        return None

    def _health_check(self, reader: Reader, spec: Mapping[str, Any], kind: str, policy: str) -> int | None:
        if kind != "LoadBalancer" or policy != "Local":
            return None
        wanted = spec.get("healthCheckNodePort") or 0
        path: Path = ("spec", "healthCheckNodePort")
        if not wanted or reader.port(wanted, path) is None:
            return 0
        return self._own_node_port(reader, wanted, Protocol.TCP, path) or 0

    def _ip_families(
        self, reader: Reader, spec: Mapping[str, Any], addresses: tuple[IPAddress, ...], headless: bool
    ) -> tuple[int, ...]:
        """pkg/registry/core/service/storage/alloc.go: initIPFamilyFields()"""
        families = tuple(dict.fromkeys(FAMILIES[f] for f in spec.get("ipFamilies") or () if f in FAMILIES))
        families = families or tuple(address.version for address in addresses)
        policy = spec.get("ipFamilyPolicy")
        if headless and not spec.get("selector") and policy is None and not families:
            policy = "RequireDualStack"
            return (*self._families, *(f for f in (4, 6) if f not in self._families))
        first = families or self._families[:1]
        if policy not in ("PreferDualStack", "RequireDualStack"):
            return first
        both = (*first, *(f for f in self._families if f not in first))
        if policy == "RequireDualStack" and len(both) < 2:
            self._problems.error(
                "not-dual-stack",
                f"This Service requires two IP families, the cluster has only IPv{both[0]}: the API server refuses it.",
                "Write ipFamilyPolicy: PreferDualStack, or give the cluster two ranges: --set clusterCIDR=...,... "
                "--set serviceCIDR=...,...",
                reader.manifest, ("spec", "ipFamilyPolicy"),
            )  # fmt: skip
        return both

    def _allocate(self, service: Service) -> Service:
        """Give what was not written: cluster IPs, node ports, the health check port."""
        from msgspec.structs import replace

        if service.type == "ExternalName":
            return service
        changes: dict[str, Any] = {}
        if not service.headless and len(service.cluster_ips) < len(service.ip_families):
            changes["cluster_ips"] = tuple(self._all_families(service))
        wants = (
            part(service.source.manifest.body, "spec").get("allocateLoadBalancerNodePorts") if service.source else None
        )
        if service.type == "NodePort" or (service.type == "LoadBalancer" and wants is not False):
            changes["ports"] = tuple(self._with_node_port(service.key, port) for port in service.ports)
        if service.health_check_node_port == 0:
            changes["health_check_node_port"] = self._node_ports.allocate(f"{service.key} health")
        return replace(service, **changes) if changes else service

    def _all_families(self, service: Service) -> Iterator[IPAddress]:
        for family in service.ip_families:
            written = next((ip for ip in service.cluster_ips if ip.version == family), None)
            own = self._ranges.get(family)
            given = written or (own.allocate(service.key) if own else None)
            if given is not None:
                yield given
            elif own is not None and service.source:
                self._problems.error(
                    "service-range-spent", f"The range of Services, {own.cidr}, is spent: this one has no cluster IP.",
                    "Give it a larger range: --set serviceCIDR=10.96.0.0/12.", service.source.manifest,
                )  # fmt: skip

    def _with_node_port(self, key: str, port: ServicePort) -> ServicePort:
        from msgspec.structs import replace

        if port.node_port is not None:
            return port
        return replace(
            port, node_port=self._node_ports.allocate(f"{key}:{port.name or port.port}/{port.protocol.value}")
        )


def kubernetes_service(addresses: ServiceAddresses) -> Service:
    """The API server's own Service. pkg/controlplane/controller/kubernetesservice/controller.go"""
    return Service(
        name=KUBERNETES, namespace=DEFAULT, labels={"component": "apiserver", "provider": "kubernetes"},
        type="ClusterIP", cluster_ips=(addresses.kubernetes,),
        ports=(ServicePort("https", Protocol.TCP, 443, 6443, 0),), ip_families=(addresses.cidr.version,),
    )  # fmt: skip


def _addresses(reader: Reader, spec: Mapping[str, Any], field: str) -> Iterator[IPAddress]:
    for index, text in enumerate(spec.get(field) or ()):
        address = reader.address(text, ("spec", field, index))
        if address is not None:
            yield address


def _source_ranges(reader: Reader, spec: Mapping[str, Any]) -> Iterator[str]:
    for index, text in enumerate(spec.get("loadBalancerSourceRanges") or ()):
        if reader.network(text.strip(), ("spec", "loadBalancerSourceRanges", index)) is not None:
            yield text.strip()


def _ingress(reader: Reader) -> Iterator[LoadBalancerIngress]:
    entries = part(reader.manifest.body, "status", "loadBalancer").get("ingress") or ()
    for index, entry in enumerate(entries):
        path: Path = ("status", "loadBalancer", "ingress", index, "ip")
        ip = reader.address(entry["ip"], path) if entry.get("ip") else None
        if ip is not None or entry.get("hostname"):
            yield LoadBalancerIngress(ip, entry.get("hostname"), entry.get("ipMode") or "VIP")


def _affinity(reader: Reader, spec: Mapping[str, Any]) -> int | None:
    kind = reader.choice(spec.get("sessionAffinity"), (NONE, "ClientIP"), ("spec", "sessionAffinity"))
    if kind == NONE:
        return None
    seconds = part(spec, "sessionAffinityConfig", "clientIP").get("timeoutSeconds")
    return int(seconds) if seconds else AFFINITY_SECONDS


def _around(address: IPAddress) -> IPNetwork:
    from ipaddress import ip_network

    return ip_network(f"{address}/{16 if address.version == 4 else 112}", strict=False)
