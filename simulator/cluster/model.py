"""The objects of a cluster, completed: defaults filled in, addresses given, names made up where controllers would.

Every object keeps its `source`: the manifest it was written in (a Pod of a Deployment has the
Deployment's, with `prefix` ("spec", "template")), or None where nobody wrote it (`default/kubernetes`).
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from simulator.origin import Origin, Origins
from simulator.packet.headers import IPAddress, IPNetwork, Protocol

if TYPE_CHECKING:
    from simulator.manifests.manifest import Manifest, Path

Labels = Mapping[str, str]


class Source(msgspec.Struct, frozen=True):
    """The manifest behind an object, and where inside it the object starts."""

    manifest: "Manifest"
    prefix: "Path" = ()


class Sourced(msgspec.Struct, frozen=True, kw_only=True):
    """What every object has. `kind` and `namespace` are in `ref`: "Service default/web"."""

    name: str
    namespace: str | None = None
    labels: Labels = {}
    annotations: Labels = {}
    source: Source | None = None

    @property
    def ref(self) -> str:
        kind = type(self).__name__
        return f"{kind} {self.namespace}/{self.name}" if self.namespace else f"{kind} {self.name}"

    def origin(self, *path: str | int) -> Origins:
        """The manifest line of a field, as a tuple of one Origin; () for what nobody wrote.

        The `object` of the Origin is this object's own ref (a Pod's, not its Deployment's);
        the line is the template's.
        """
        if self.source is None:
            return ()
        there = self.source.manifest.origin((*self.source.prefix, *path))
        return (Origin(object=self.ref, field=there.field, file=there.file, line=there.line),)


class Taint(msgspec.Struct, frozen=True):
    key: str
    value: str
    effect: str


class Node(Sourced, frozen=True, kw_only=True):
    """`addresses` are InternalIPs, at most one a family; `pod_cidrs` likewise."""

    addresses: tuple[IPAddress, ...]
    pod_cidrs: tuple[IPNetwork, ...]
    taints: tuple[Taint, ...] = ()
    unschedulable: bool = False
    ready: bool = True
    control_plane: bool = False
    assumed: bool = False

    @property
    def zone(self) -> str | None:
        return self.labels.get("topology.kubernetes.io/zone")


class Namespace(Sourced, frozen=True, kw_only=True):
    pass


class ContainerPort(msgspec.Struct, frozen=True):
    number: int
    protocol: Protocol = Protocol.TCP
    name: str | None = None
    host_port: int | None = None
    host_ip: IPAddress | None = None
    path: tuple[str | int, ...] = ()


class Container(msgspec.Struct, frozen=True):
    """`sidecar`: an init container with restartPolicy Always; plain init containers are not listed.

    `probe_ports` are numbers that liveness, readiness and startup probes dial (named ones resolved).
    """

    name: str
    image: str
    ports: tuple[ContainerPort, ...] = ()
    probe_ports: tuple[int, ...] = ()
    sidecar: bool = False
    path: tuple[str | int, ...] = ()


class Pod(Sourced, frozen=True, kw_only=True):
    """`ips` at most one a family; a hostNetwork pod has its node's. `node` None: nothing fits, not running.

    `listens`: what `netviz.dev/listen` says, (port, protocol) pairs, None where not annotated.
    `owner`: "Deployment web" (the outermost workload), None for a bare Pod.
    """

    node: str | None
    ips: tuple[IPAddress, ...]
    containers: tuple[Container, ...]
    host_network: bool = False
    ready: bool = True
    terminating: bool = False
    phase: str = "Running"
    owner: str | None = None
    hostname: str | None = None
    subdomain: str | None = None
    listens: tuple[tuple[int, Protocol], ...] | None = None

    @property
    def key(self) -> str:
        return f"{self.namespace}/{self.name}"


class ServicePort(msgspec.Struct, frozen=True):
    """`name` is "" for the one unnamed port; `index` is its place in spec.ports."""

    name: str
    protocol: Protocol
    port: int
    target_port: int | str
    index: int
    node_port: int | None = None
    app_protocol: str | None = None


class LoadBalancerIngress(msgspec.Struct, frozen=True):
    ip: IPAddress | None
    hostname: str | None = None
    ip_mode: str = "VIP"


class Service(Sourced, frozen=True, kw_only=True):
    """`cluster_ips` is () for headless and ExternalName."""

    type: str
    cluster_ips: tuple[IPAddress, ...]
    ports: tuple[ServicePort, ...]
    selector: Labels | None = None
    headless: bool = False
    external_name: str | None = None
    external_ips: tuple[IPAddress, ...] = ()
    load_balancer: tuple[LoadBalancerIngress, ...] = ()
    source_ranges: tuple[str, ...] = ()
    external_traffic_policy: str = "Cluster"
    internal_traffic_policy: str = "Cluster"
    affinity_seconds: int | None = None  # sessionAffinity ClientIP
    health_check_node_port: int | None = None
    publish_not_ready: bool = False
    traffic_distribution: str | None = None
    ip_families: tuple[int, ...] = (4,)

    @property
    def key(self) -> str:
        return f"{self.namespace}/{self.name}"


class EndpointPort(msgspec.Struct, frozen=True):
    name: str
    protocol: Protocol
    port: int | None
    app_protocol: str | None = None


class Endpoint(msgspec.Struct, frozen=True):
    """Conditions are None where the slice does not say (a hand-written one)."""

    addresses: tuple[IPAddress, ...]
    ready: bool | None = None
    serving: bool | None = None
    terminating: bool | None = None
    node: str | None = None
    zone: str | None = None
    hint_zones: tuple[str, ...] = ()
    hint_nodes: tuple[str, ...] = ()
    hostname: str | None = None
    target: str | None = None  # "Pod default/web-0"
    origins: Origins = ()


class EndpointSlice(Sourced, frozen=True, kw_only=True):
    """`service` is the label kubernetes.io/service-name; `written`: from the upload, not computed."""

    service: str | None
    address_type: str
    ports: tuple[EndpointPort, ...]
    endpoints: tuple[Endpoint, ...]
    written: bool = False
